// Package accounting writes issued documents down for accounting systems: as
// invoices or as journals, in the tables that each of them imports. It computes no
// price and no tax: what is booked of a document is what the document says, to the
// last digit, in accounts and codes that a Mapping names.
//
// What holds of every export: the lines of a document come to what is payable, with
// the taxes that it states; debits are credits, in the currency of the books too;
// the same documents and mapping give the same bytes (R31).
package accounting

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// System is an accounting system, or one way into it.
type System struct {
	Name  string // what a user types: datev
	Title string // what people call it
	Files string // what is written, in a sentence

	currency money.Currency // the only one that it takes; empty where it takes others
	included bool           // it takes amounts with their tax in them only
	write    func(*export) error
}

// Systems lists every system, in the order to offer them.
func Systems() []System {
	return []System{
		freee, freeeJournal, moneyForward, xero, quickBooks, quickBooksJournal, datev, connectWise, generic,
	}
}

// ByName returns the system of that name. The error for an unknown one lists the
// names there are.
func ByName(name string) (System, error) {
	var known []string
	for _, s := range Systems() {
		if s.Name == name {
			return s, nil
		}
		known = append(known, s.Name)
	}
	return System{}, fmt.Errorf("%q is not an accounting system that is known; use one of %s", name, strings.Join(known, ", "))
}

// Result is what is written.
type Result struct {
	Files []File
	// Notes are sentences for a person about what the system could not take as it
	// is, such as characters it has not.
	Notes []string
}

// File is one file to import.
type File struct {
	Name      string // to save it under
	MediaType string
	Data      []byte
}

// Bundle is the only file, or a zip of all of them, whose bytes are the same each
// time. There is at least one.
func (r Result) Bundle(name string) (File, error) {
	if len(r.Files) == 1 {
		return r.Files[0], nil
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range r.Files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return File{}, err
		}
		if _, err := w.Write(f.Data); err != nil {
			return File{}, err
		}
	}
	if err := z.Close(); err != nil {
		return File{}, err
	}
	return File{Name: name + ".zip", MediaType: "application/zip", Data: out.Bytes()}, nil
}

// Export writes documents for the system that a mapping names, by issue date and
// number. All are issued, and none is there twice. What the mapping does not say is
// a *MappingError; other errors name the document that the system cannot take, and
// why.
func Export(m Mapping, documents []invoice.Invoice) (Result, error) {
	system, err := ByName(m.System)
	if err != nil {
		return Result{}, fmt.Errorf("the mapping, system: %w", err)
	}
	defaults, err := DefaultMapping(system.Name)
	if err != nil {
		return Result{}, err
	}
	if m.Defaults != nil && !*m.Defaults {
		defaults.Customers, defaults.Lines, defaults.Taxes = nil, nil, nil
	}
	m = m.over(defaults)
	if err := m.check(); err != nil {
		return Result{}, err
	}
	if system.currency != "" && m.Currency != system.currency {
		return Result{}, fmt.Errorf("the mapping, currency: %s takes %s only, not %s", system.Title, system.currency, m.Currency)
	}
	if system.included && m.Tax != taxIncluded {
		return Result{}, fmt.Errorf("the mapping, tax: %s takes amounts with their tax in them; write tax: included", system.Title)
	}
	x := &export{m: m, system: system, fields: map[string]Field{}}
	for _, f := range Fields() {
		x.fields["{"+f.Name+"}"] = f
	}
	if err := x.open(documents); err != nil {
		return Result{}, err
	}
	if err := system.write(x); err != nil {
		return Result{}, err
	}
	if err := x.lacking(); err != nil {
		return Result{}, err
	}
	return x.result, nil
}

// export is one run.
type export struct {
	m      Mapping
	system System
	fields map[string]Field // by {name}
	books  []*book
	lacks  []lack
	result Result
}

// open makes the books of the documents, in their order.
func (x *export) open(documents []invoice.Invoice) error {
	if len(documents) == 0 {
		return errors.New("there is no document to export; choose a month or documents that are issued")
	}
	seen := map[string]bool{}
	for _, inv := range documents {
		b := &book{inv: inv}
		if inv.State != invoice.Issued || inv.IssueDate == nil || inv.Number == "" || inv.Preview {
			return fmt.Errorf("%s is not issued; accounting systems take issued documents only", b.title())
		}
		if seen[inv.ID] {
			return fmt.Errorf("%s is there twice, and would be booked twice", b.title())
		}
		seen[inv.ID] = true
		if err := b.open(); err != nil {
			return err
		}
		if len(b.sales) == 0 {
			x.note("%s has no amount to book", b.title())
		}
		x.books = append(x.books, b)
	}
	slices.SortStableFunc(x.books, func(a, b *book) int {
		return cmp.Or(cmp.Compare(*a.inv.IssueDate, *b.inv.IssueDate), cmp.Compare(a.inv.Number, b.inv.Number), cmp.Compare(a.inv.ID, b.inv.ID))
	})
	return nil
}

// add keeps a file.
func (x *export) add(name, mediaType string, data []byte) {
	x.result.Files = append(x.result.Files, File{Name: name, MediaType: mediaType, Data: data})
}

// note keeps a sentence about what is written.
func (x *export) note(format string, args ...any) {
	x.result.Notes = append(x.result.Notes, fmt.Sprintf(format, args...))
}

// fixed writes an amount with the digits of its document, more where it has more.
func fixed(amount money.Decimal, digits int32) string {
	return amount.Fixed(max(digits, amount.Scale()))
}
