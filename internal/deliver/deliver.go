// Package deliver writes an invoice down in the formats a customer can be
// handed: JSON, two kinds of CSV, PDF. It computes no price and no tax; the
// invoice is the document of record, and the same invoice gives the same bytes
// (R31).
package deliver

import (
	"fmt"
	"io"
	"strings"

	"github.com/sluice-billing/sluice/internal/invoice"
)

// Format is one way to write an invoice.
type Format struct {
	Name string // what a user types: json, csv, csv-account, pdf

	// Write writes the whole invoice to w, in any state, negative totals
	// included. It returns the error of w, or says what is missing.
	Write func(w io.Writer, inv invoice.Invoice) error

	Ending    string // of a file name, with its dot; no two formats share one
	MediaType string // for HTTP and mail
}

// Formats lists every format, in the order to offer them.
func Formats() []Format {
	return []Format{
		{Name: "json", Write: writeJSON, Ending: ".json", MediaType: "application/json"},
		{Name: "csv", Write: writeCSV, Ending: ".csv", MediaType: "text/csv; charset=utf-8"},
		{Name: "csv-account", Write: writeAccountCSV, Ending: ".account.csv", MediaType: "text/csv; charset=utf-8"},
		{Name: "pdf", Write: writePDF, Ending: ".pdf", MediaType: "application/pdf"},
	}
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
