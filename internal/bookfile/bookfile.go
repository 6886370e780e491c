// Package bookfile reads price books in the files of other products: AWS
// Billing Conductor, CloudHealth, Ripple and Abiquo. What a file says and a
// price book cannot express is listed, never left out in silence (R12, R13).
package bookfile

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Format is what kind of file it is.
type Format string

const (
	ABC         Format = "abc"         // AWS Billing Conductor: JSON, as its API and its command line print it
	CloudHealth Format = "cloudhealth" // custom price book: XML
	Ripple      Format = "ripple"      // service discounts: CSV or JSON; the sheets for moving in: CSV, or an Excel workbook
	Abiquo      Format = "abiquo"      // price factors: properties, or a table as CSV
)

// reader is what a format brings: a file of this package, and a line here.
type reader struct {
	format Format
	// looks tells whether a file is of the format.
	looks func(data []byte) bool
	read  func(in *input)
}

var readers = []reader{abcReader, cloudHealthReader, rippleReader, abiquoReader}

// Formats lists what Read takes.
var Formats = formatsOf(readers)

func formatsOf(readers []reader) (formats []Format) {
	for _, r := range readers {
		formats = append(formats, r.format)
	}
	return formats
}

// Result is what a file comes to. Each book is valid by itself; its id is made
// from a name in the file, or from the file's own name.
type Result struct {
	Books  []billing.PriceBook `json:"books"`
	Attach []Attachment        `json:"attach,omitempty"`
	Lost   []Loss              `json:"lost,omitempty"`
}

// Attachment says where the file attaches one of its books, by the names that
// the file has for it. Nothing of this is in force before the configuration says it.
type Attachment struct {
	Book  string       `json:"book"`
	Level Level        `json:"level"`
	ID    string       `json:"id,omitempty"`   // as the file writes it
	Name  string       `json:"name,omitempty"` // printed name, where the file has one beside the id
	From  *billing.Day `json:"from,omitempty"`
	To    *billing.Day `json:"to,omitempty"` // exclusive, as in billing.Attachment
}

// Level is the kind of thing that a book is attached to (R13).
type Level string

const (
	OnReseller Level = "reseller" // reseller.selling_book: all that the reseller sells
	OnSeller   Level = "seller"   // customers[].selling_book: all that a reseller below it sells
	OnCustomer Level = "customer" // customers[].price_book
	OnGroup    Level = "group"    // billing_groups[].price_book
	OnAccount  Level = "account"  // accounts[].price_book
)

// Loss is something of the file that no book says, or that was read in one of
// several possible ways.
type Loss struct {
	Where string `json:"where"` // line or path in the file, cell or row of a sheet
	What  string `json:"what"`
	Why   string `json:"why"` // and what to do about it
}

// Option decides what a format leaves open.
type Option func(*input)

// PositiveIsDiscount reads a positive service value of Ripple as a discount;
// without it, a negative one is.
func PositiveIsDiscount() Option { return func(in *input) { in.positiveIsDiscount = true } }

// Read reads a file of at most 64 MiB in UTF-8, or of Ripple a workbook (.xlsx)
// that is at most 64 MiB when it is unpacked too. The name is used in errors, and
// for the id of a book that has no name. The error is for a file that cannot be
// read: it names the file, the line or path, and what was expected there.
func Read(format Format, name string, data []byte, options ...Option) (Result, error) {
	in := &input{name: name, ids: map[string]bool{}}
	for _, option := range options {
		option(in)
	}
	if len(data) > maxSize {
		return Result{}, fmt.Errorf("%s: has %d bytes; at most %d are read, so split it", name, len(data), maxSize)
	}
	if err := in.begin(format, data); err != nil {
		return Result{}, err
	}
	if in.positiveIsDiscount && format != Ripple {
		return Result{}, fmt.Errorf("%s: the sign of discounts is open in format %s only, not in %s", name, Ripple, format)
	}
	for _, r := range readers {
		if r.format != format {
			continue
		}
		r.read(in)
		if in.err != nil {
			return Result{}, in.err
		}
		return in.result, nil
	}
	return Result{}, fmt.Errorf("%s: %q is no format; expected one of %v", name, format, Formats)
}

// begin takes the file's bytes: text, or of Ripple a workbook.
func (in *input) begin(format Format, data []byte) error {
	in.data = data
	in.isWorkbook = isWorkbook(data)
	switch {
	case in.isWorkbook && format == Ripple:
		return nil
	case in.isWorkbook:
		return fmt.Errorf("%s: is an Excel workbook; of format %s only text is read, so export it as that", in.name, format)
	case isSealedWorkbook(data):
		return fmt.Errorf("%s: is an Excel file of the old kind, or has a password; save it as .xlsx without one", in.name)
	}
	in.data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(in.data) {
		return fmt.Errorf("%s: is not UTF-8 text; save it as UTF-8", in.name)
	}
	if len(bytes.TrimSpace(in.data)) == 0 {
		return fmt.Errorf("%s: is empty; expected a file of format %s", in.name, format)
	}
	return nil
}

// Detect tells the format of a file from what is in it. It is not ok where no
// format fits, or more than one does. The name does not matter: these files
// have no endings of their own.
func Detect(_ string, data []byte) (_ Format, ok bool) {
	if len(data) <= maxSize && isWorkbook(data) {
		return Ripple, true // the only one that is kept in workbooks
	}
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	var found []Format
	for _, r := range readers {
		if len(data) <= maxSize && r.looks(data) {
			found = append(found, r.format)
		}
	}
	if len(found) != 1 {
		return "", false
	}
	return found[0], true
}
