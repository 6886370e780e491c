package deliver

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/spread"
)

// Options are what a user can choose about files of rows and columns. The zero
// Options are all columns of the format, as programs like them.
type Options struct {
	Columns []string // by name, in this order; the format's own where there are none
	// Excel begins CSV with a byte order mark and ends its lines with CR and LF
	// (RFC 4180): Excel then reads texts of any language. Formats that are called
	// ripple-… always are so.
	Excel    bool
	Language string               // of the titles in a workbook; that of the first document where it is empty
	Groups   map[string]string    // names of billing groups by id; the id stands for one that is missing
	Tags     map[string][]TagCost // what ripple-tag divides each document by, by the document's id
}

// listing is something about documents as rows under named columns: a CSV file, or a
// sheet of a workbook.
type listing struct {
	name    string // of its sheet, in words
	columns []listingColumn
	rows    func(doc invoice.Invoice, o Options) iter.Seq[spread.Row]
}

// listingColumn is a column of a listing. Its name is the title in CSV, and what users choose
// it by.
type listingColumn struct {
	name  string
	kind  spread.Kind
	asked bool // it is there only where it is asked for
}

// texts are columns of text.
func texts(names ...string) (columns []listingColumn) {
	for _, n := range names {
		columns = append(columns, listingColumn{name: n})
	}
	return columns
}

// amounts are columns of money.
func amounts(names ...string) (columns []listingColumn) {
	for _, n := range names {
		columns = append(columns, listingColumn{name: n, kind: spread.Amount})
	}
	return columns
}

// numbers are columns of numbers that are shown with all their digits.
func numbers(names ...string) (columns []listingColumn) {
	for _, n := range names {
		columns = append(columns, listingColumn{name: n, kind: spread.Number})
	}
	return columns
}

// chosen are the places of the wanted columns: the listing's own where no names are
// given. One that the listing does not have is an error that lists those it has.
func (l listing) chosen(names []string) (places []int, err error) {
	if len(names) == 0 {
		for i, c := range l.columns {
			if !c.asked {
				places = append(places, i)
			}
		}
		return places, nil
	}
	for _, name := range names {
		i := slices.IndexFunc(l.columns, func(c listingColumn) bool { return c.name == name })
		switch {
		case i < 0:
			return nil, fmt.Errorf("there is no column %q; use some of %s", name, strings.Join(l.names(), ", "))
		case slices.Contains(places, i):
			return nil, fmt.Errorf("the column %q is asked for twice", name)
		}
		places = append(places, i)
	}
	return places, nil
}

func (l listing) names() (names []string) {
	for _, c := range l.columns {
		names = append(names, c.name)
	}
	return names
}

// of are the rows of documents, with the columns that are wanted.
func (l listing) of(documents []invoice.Invoice, places []int, o Options) iter.Seq[spread.Row] {
	return func(yield func(spread.Row) bool) {
		for _, doc := range documents {
			for r := range l.rows(doc, o) {
				cells := make([]string, len(places))
				for i, place := range places {
					cells[i] = r.Cells[place]
				}
				if !yield(spread.Row{Cells: cells, Strong: r.Strong}) {
					return
				}
			}
		}
	}
}

// titles are the names of the wanted columns.
func (l listing) titles(places []int) []string {
	titles := make([]string, len(places))
	for i, place := range places {
		titles[i] = l.columns[place].name
	}
	return titles
}

// csvFormat is a format of one listing as CSV. excel is whether it is always written
// as Excel reads it.
func csvFormat(name, title, about, ending string, excel bool, l listing) Format {
	return rowFormat(Format{
		Name: name, Title: title, About: about, Ending: ending, Internal: excel, MediaType: "text/csv; charset=utf-8", Columns: l.names(),
		WriteAll: func(w io.Writer, documents []invoice.Invoice, o Options) error {
			o.Excel = o.Excel || excel
			return writeListing(w, l, nameOf(documents), documents, o)
		},
	})
}

// rowFormat makes a format write one document as it writes several.
func rowFormat(f Format) Format {
	f.Write = func(w io.Writer, doc Document) error {
		return f.WriteAll(w, []invoice.Invoice{doc.Invoice}, Options{})
	}
	return f
}

// listingFormats are the formats of rows and columns, in the order to offer them.
func listingFormats() []Format {
	tagged := csvFormat("ripple-tag", "Ripple tag CSV", "usage divided by the values of a tag, for programs that read Ripple's file", ".ripple-tag.csv", true, tagListing)
	tagged.ByTag = true
	return []Format{
		csvFormat("csv", "CSV", "every line of the document, for spreadsheets and databases", ".csv", false, tidyListing),
		csvFormat("csv-account", "CSV by account", "what each account's services come to, before and after discounts", ".account.csv", false, accountListing),
		csvFormat("csv-discount", "CSV of discounts", "what each discount takes off which line", ".discount.csv", false, discountListing),
		workbookFormat,
		csvFormat("ripple-invoice", "Ripple invoice CSV", "the account file, for programs that read Ripple's", ".ripple-invoice.csv", true, accountListing),
		tagged,
		csvFormat("ripple-discount", "Ripple discount CSV", "the discount file, for programs that read Ripple's", ".ripple-discount.csv", true, rippleDiscountListing),
		csvFormat("ripple-merged", "Ripple merged CSV", "all amounts account by account and what discounts change of them, for programs that read Ripple's file", ".ripple-merged.csv", true, mergedListing),
		csvFormat("ripple-group", "Ripple group CSV", "a row for each billing group, for programs that read Ripple's file", ".ripple-group.csv", true, groupListing),
	}
}
