// Package einvoice writes an issued document as a structured e-invoice: UBL 2.1
// and UN/CEFACT CII by EN 16931, XRechnung, Peppol BIS Billing 3, PINT of Japan,
// Factur-X. It tells before a document is issued what a format needs that is not
// there, and reads such files. It computes no price and no tax; the invoice is the
// document of record, and the same invoice gives the same bytes (R31).
package einvoice

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/invoice"
)

// Format is one way to write an e-invoice.
type Format struct {
	Name      string // what a user types: ubl, xrechnung, peppol …
	Title     string // for people
	Ending    string // of a file name, with its dot; no two formats share one
	MediaType string // for HTTP and mail

	// Write writes an issued document. The error says what is missing, or is that
	// of the writer; nothing is written where something is missing.
	Write func(w io.Writer, inv invoice.Invoice) error
}

// profiles are the formats, in the order to offer them.
var profiles = []profile{ubl, xrechnungUBL, peppol, pintJP, cii, xrechnung, facturX}

// profile is what makes a format of the model: its syntax, and where it differs
// from EN 16931.
type profile struct {
	name, title, ending    string
	specification, process string // BT-24, BT-23
	encode                 func(Document) *element
	traits
	needs []need // beside those of EN 16931
}

// traits are where a profile says things in another way than EN 16931 does.
type traits struct {
	japan     bool   // PINT of Japan: its tax number, categories and bank accounts
	debit     string // type of a debit note (BT-3)
	rateOfO   bool   // a breakdown of what is not subject to tax states a rate of 0
	delivers  bool   // where the services are delivered is always stated
	endpoints string // electronic addresses it knows; those of EN 16931 where it is empty
}

// Formats lists every format, in the order to offer them.
func Formats() []Format {
	formats := make([]Format, len(profiles))
	for i, p := range profiles {
		formats[i] = Format{Name: p.name, Title: p.title, Ending: p.ending, MediaType: "application/xml", Write: p.write}
	}
	return formats
}

// ByName returns the format of that name. The error for an unknown one lists the
// names there are.
func ByName(name string) (Format, error) {
	formats := Formats()
	if at := slices.IndexFunc(formats, func(f Format) bool { return f.Name == name }); at >= 0 {
		return formats[at], nil
	}
	var names []string
	for _, f := range formats {
		names = append(names, f.Name)
	}
	return Format{}, fmt.Errorf("%q is not an e-invoice format; use one of %s", name, strings.Join(names, ", "))
}

// FacturxXML returns what the PDF of an issued document carries to be a Factur-X
// or ZUGFeRD invoice: the file factur-x.xml, and the profile that its metadata
// names (fx:ConformanceLevel).
func FacturxXML(inv invoice.Invoice) (data []byte, level string, err error) {
	data, err = facturX.bytes(inv)
	return data, "EN 16931", err
}

func (p profile) write(w io.Writer, inv invoice.Invoice) error {
	data, err := p.bytes(inv)
	if err == nil {
		_, err = w.Write(data)
	}
	return err
}

func (p profile) bytes(inv invoice.Invoice) ([]byte, error) {
	if inv.Number == "" || inv.IssueDate == nil {
		return nil, fmt.Errorf("invoice %s has no number and no date yet, and an e-invoice needs both; issue it first", inv.ID)
	}
	d, gaps := p.document(inv)
	if len(gaps) == 0 {
		return p.encode(d).bytes(), nil
	}
	err := fmt.Errorf("invoice %s cannot be written as %s", inv.ID, p.title)
	for _, g := range gaps {
		err = errors.Join(err, errors.New(g.String()))
	}
	return nil, err
}
