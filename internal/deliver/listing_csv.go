package deliver

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// byteOrderMark makes Excel read a CSV file as UTF-8.
const byteOrderMark = "\ufeff"

// writeListing writes a listing of documents as CSV, one after the other below one line
// of titles. what names in errors what is written.
func writeListing(w io.Writer, l listing, what string, documents []invoice.Invoice, o Options) error {
	places, err := l.chosen(o.Columns)
	if err != nil {
		return err
	}
	if o.Excel {
		if _, err := io.WriteString(w, byteOrderMark); err != nil {
			return fmt.Errorf("writing %s as CSV: %w", what, err)
		}
	}
	out := rowWriter{csv.NewWriter(w), what}
	out.csv.UseCRLF = o.Excel
	if err := out.row(l.titles(places)); err != nil {
		return err
	}
	for r := range l.of(documents, places, o) {
		if err := out.row(r.Cells); err != nil {
			return err
		}
	}
	return out.end()
}

// nameOf says in errors what is written.
func nameOf(documents []invoice.Invoice) string {
	if len(documents) == 1 {
		return "invoice " + documents[0].ID
	}
	return fmt.Sprintf("%d invoices", len(documents))
}

// WriteRows writes rows as CSV with line feeds. A cell that a spreadsheet would
// run as a formula gets an apostrophe before it; the rows are changed in place.
// what names in an error what is written, such as an invoice.
func WriteRows(w io.Writer, what string, rows [][]string) error {
	out := rowWriter{csv.NewWriter(w), what}
	for _, row := range rows {
		if err := out.row(row); err != nil {
			return err
		}
	}
	return out.end()
}

// rowWriter writes rows of which no cell is a formula.
type rowWriter struct {
	csv  *csv.Writer
	what string
}

func (w rowWriter) row(cells []string) error {
	for i := range cells {
		cells[i] = Inert(cells[i])
	}
	if err := w.csv.Write(cells); err != nil {
		return fmt.Errorf("writing %s as CSV: %w", w.what, err)
	}
	return nil
}

func (w rowWriter) end() error {
	w.csv.Flush()
	if err := w.csv.Error(); err != nil {
		return fmt.Errorf("writing %s as CSV: %w", w.what, err)
	}
	return nil
}

// Signs that matter in cells. A spreadsheet takes full-width ones for the others in
// some languages. In a country where it separates cells by semicolons it does not
// take the quotes of other cells for quotes: what follows a semicolon, tab or line
// break is then a cell of its own.
const (
	formulaSigns = "=+-@＝＋－＠"
	cellBreaks   = ";\t\r\n"
	skipped      = " \"\u00a0\u3000\ufeff" // what may stand before a formula
)

// Inert puts an apostrophe before what a spreadsheet would run as a formula: at the
// beginning of a cell, and where a spreadsheet may see another cell begin. Names
// come from customers and providers, so any cell may be one. Numbers stay as they
// are: -12.50 is not a formula.
func Inert(cell string) string {
	if !strings.ContainsAny(cell, formulaSigns) && !strings.HasPrefix(cell, "\t") && !strings.HasPrefix(cell, "\r") {
		return cell
	}
	if _, err := money.Parse(cell); err == nil {
		return cell
	}
	var b strings.Builder
	if strings.ContainsAny(cell[:1], "\t\r\n") {
		b.WriteByte('\'')
	}
	begins := true // a cell does, for some spreadsheet
	for _, r := range cell {
		switch {
		case strings.ContainsRune(cellBreaks, r):
			begins = true
		case strings.ContainsRune(formulaSigns, r) && begins:
			b.WriteByte('\'')
			begins = false
		case !strings.ContainsRune(skipped, r):
			begins = false
		}
		b.WriteRune(r)
	}
	return b.String()
}
