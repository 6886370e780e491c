package press

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/focus"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// FocusFormat is the name of the format that is made from the lake and not from the
// document alone.
const FocusFormat = "focus"

// Formats lists every format of documents, in the order to offer them.
func Formats() []deliver.Format {
	return append(deliver.Formats(), deliver.Format{
		Name: FocusFormat, Title: "FOCUS 1.2 CSV", About: "every charge of the document by day and resource, for cost tools; packed by gzip",
		Ending: ".focus.csv.gz", MediaType: "application/gzip", Internal: true,
		Write: func(io.Writer, deliver.Document) error {
			return errors.New("FOCUS is made where the charges are, and not from a document alone")
		},
	})
}

// ByName returns the format of that name. The error for an unknown one lists the
// names there are.
func ByName(name string) (deliver.Format, error) {
	var names []string
	for _, f := range Formats() {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return deliver.Format{}, fmt.Errorf("%q is not a format of documents; use one of %s", name, strings.Join(names, ", "))
}

// Shown is a document as its buyer is given it in a format: without what it was made
// from and with, which is the seller's. Most formats still reckon with discounts and
// taxes, and print what rounding left; json writes down all that there is.
func Shown(inv invoice.Invoice, format string) invoice.Invoice {
	was, residue := inv.Frozen, inv.UsageResidue
	inv.Inputs, inv.Frozen, inv.UsageResidue = invoice.Inputs{}, invoice.Frozen{Layout: was.Layout}, money.Zero
	if format != "json" {
		inv.UsageResidue = residue
		inv.Frozen.Invoice = billing.InvoiceSettings{Discount: was.Invoice.Discount, ServiceDiscounts: was.Invoice.ServiceDiscounts, Tax: was.Invoice.Tax}
	}
	return inv
}

// Choice is what files are made of documents.
type Choice struct {
	Format   deliver.Format
	Columns  []string // of a file of rows and columns, in their order; its own where there are none
	Excel    bool     // CSV as Excel reads it
	Language string   // of the titles in a workbook; that of the first document where it is empty
	Tag      string   // key of the tag that a format divides by
}

// ChoiceError says which part of a choice does not fit its format.
type ChoiceError struct {
	Field string // columns, tag, together
	Why   string
}

// Error implements error.
func (e *ChoiceError) Error() string { return e.Why }

// Check is a ChoiceError where something of the choice does not fit the format.
// together is whether several documents are to stand in one file.
func (c Choice) Check(together bool) error {
	f := c.Format
	switch {
	case together && f.WriteAll == nil:
		return &ChoiceError{"together", fmt.Sprintf("%s is one document in one file; leave together out, or use one of %s", f.Name, strings.Join(togetherNames(), ", "))}
	case len(c.Columns) > 0 && len(f.Columns) == 0:
		return &ChoiceError{"columns", f.Name + " has no columns to choose"}
	case f.ByTag && c.Tag == "":
		return &ChoiceError{"tag", f.Name + " divides by a tag; name its key, such as Team"}
	case !f.ByTag && c.Tag != "":
		return &ChoiceError{"tag", f.Name + " does not divide by a tag"}
	}
	for i, name := range c.Columns {
		switch {
		case !slices.Contains(f.Columns, name):
			return &ChoiceError{"columns", fmt.Sprintf("%s has no column %q; use some of %s", f.Name, name, strings.Join(f.Columns, ", "))}
		case slices.Contains(c.Columns[:i], name):
			return &ChoiceError{"columns", fmt.Sprintf("the column %q is asked for twice", name)}
		}
	}
	return nil
}

// togetherNames are the formats that hold several documents.
func togetherNames() (names []string) {
	for _, f := range Formats() {
		if f.WriteAll != nil {
			names = append(names, f.Name)
		}
	}
	return names
}

// WriteAs writes a document as it was chosen.
func (p *Press) WriteAs(ctx context.Context, w io.Writer, inv invoice.Invoice, c Choice) error {
	switch {
	case c.Format.Name == FocusFormat:
		return p.focus(ctx, w, inv)
	case c.Format.WriteAll != nil:
		return p.WriteTogether(ctx, w, []invoice.Invoice{inv}, c)
	}
	doc, err := p.Document(ctx, inv)
	if err != nil {
		return err
	}
	return c.Format.Write(w, doc)
}

// WriteTogether writes several documents into one file. It is an error where the
// choice does not fit the format (Choice.Check).
func (p *Press) WriteTogether(ctx context.Context, w io.Writer, documents []invoice.Invoice, c Choice) error {
	if err := c.Check(true); err != nil {
		return err
	}
	o := deliver.Options{Columns: c.Columns, Excel: c.Excel, Language: c.Language, Groups: map[string]string{}, Tags: map[string][]deliver.TagCost{}}
	declared, err := p.home.Config(ctx)
	if err != nil {
		return err
	}
	for _, g := range declared.BillingGroups {
		o.Groups[g.ID] = g.Name
	}
	if c.Format.ByTag {
		for _, inv := range documents {
			if o.Tags[inv.ID], err = p.explorer.TagCosts(ctx, inv.Period, inv.Group, c.Tag); err != nil {
				return err
			}
		}
	}
	return c.Format.WriteAll(w, documents, o)
}

// focus writes the charges of a document as FOCUS, packed by gzip.
func (p *Press) focus(ctx context.Context, w io.Writer, inv invoice.Invoice) (err error) {
	dir, err := os.MkdirTemp("", "sluice-focus-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	scope := focus.Billed(inv.Period, inv.Group).Of(inv.ID)
	made, err := focus.New(p.home).WriteOne(ctx, scope, focus.CostAndUsage, focus.CSV, dir)
	if err != nil {
		return err
	}
	if len(made.Files) != 1 {
		return fmt.Errorf("the data set of invoice %s came in %d files, and not in one", inv.ID, len(made.Files))
	}
	file, err := os.Open(filepath.Join(dir, made.Files[0].Name))
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(w, file)
	return err
}
