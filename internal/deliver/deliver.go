// Package deliver writes an invoice down in the formats a customer can be
// handed: JSON, PDF, CSV of several kinds, workbooks, e-invoices. It computes no price
// and no tax; the invoice is the document of record, and the same invoice gives the same bytes
// (R31).
package deliver

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/einvoice"
	"github.com/sluice-billing/sluice/internal/invoice"
)

// Format is one way to write an invoice.
type Format struct {
	Name  string // what a user types: json, csv, csv-account, pdf
	Title string // for people
	About string // what it is for, in a sentence

	// Write writes the whole invoice to w, in any state, negative totals
	// included. It returns the error of w, or says what is missing.
	Write func(w io.Writer, doc Document) error

	// WriteAll writes several documents into one file, or one with options; nil for
	// a format that holds one document and has no columns.
	WriteAll func(w io.Writer, documents []invoice.Invoice, o Options) error
	Columns  []string // that Options can name; empty where there is nothing to choose
	ByTag    bool     // it divides amounts by the values of a tag (Options.Tags)
	// Internal is for the programs of who sends the document, not for who gets it.
	Internal bool

	// Missing lists what the format needs and the document has not (IncompleteError);
	// nil for a format that every document can be written in.
	Missing func(inv invoice.Invoice) []einvoice.Gap

	Ending    string // of a file name, with its dot; no two formats share one
	MediaType string // for HTTP and mail
}

// Formats lists every format, in the order to offer them.
func Formats() []Format {
	return slices.Concat([]Format{
		{
			Name: "json", Title: "JSON", About: "the whole document as data, for programs that read or draw it",
			Write: plain(writeJSON), Ending: ".json", MediaType: "application/json",
		},
		{
			Name: "pdf", Title: "PDF", About: "the document as it is printed, as PDF/A-3 for archives",
			Write: writePDF, Ending: ".pdf", MediaType: "application/pdf",
		},
	}, listingFormats(), einvoiceFormats())
}

// plain makes a format of one that needs the invoice alone.
func plain(write func(io.Writer, invoice.Invoice) error) func(io.Writer, Document) error {
	return func(w io.Writer, doc Document) error { return write(w, doc.Invoice) }
}

// ByName returns the format of that name. The error for an unknown one lists
// the names there are.
func ByName(name string) (Format, error) {
	var names []string
	for _, format := range Formats() {
		if format.Name == name {
			return format, nil
		}
		names = append(names, format.Name)
	}
	return Format{}, fmt.Errorf("%q is not an invoice format; use one of %s", name, strings.Join(names, ", "))
}
