package api

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/press"
)

// FileChoice is what can be chosen about files of rows and columns.
type FileChoice struct {
	Columns  []string `json:"columns,omitempty" query:"columns" maxItems:"200" doc:"The columns of the file in this order, by their names as list-formats has them; all where it is not given"`
	Excel    bool     `json:"excel,omitempty" query:"excel" doc:"CSV as Excel reads it: with a byte order mark, lines ending with CR and LF"`
	Language string   `json:"language,omitempty" query:"language" maxLength:"35" doc:"Of the titles in a workbook, BCP 47; that of the document where it is not given"`
	Tag      string   `json:"tag,omitempty" query:"tag" maxLength:"300" doc:"The key of the tag that ripple-tag divides usage by, such as Team"`
}

// of is the choice for a format; where names the place of its fields in the request.
func (c FileChoice) of(where, format string, together bool) (press.Choice, error) {
	f, err := press.ByName(cmp.Or(format, "pdf"))
	if err != nil {
		return press.Choice{}, invalid(where+".format", "%s", err)
	}
	choice := press.Choice{Format: f, Columns: c.Columns, Excel: c.Excel, Language: c.Language, Tag: c.Tag}
	var unfit *press.ChoiceError
	if err := choice.Check(together); errors.As(err, &unfit) {
		return choice, invalid(where+"."+unfit.Field, "%s", unfit)
	}
	return choice, nil
}

// Selection chooses documents of a month.
type Selection struct {
	Groups   []string      `json:"groups,omitempty" query:"groups" maxItems:"10000" doc:"Only documents of these billing groups"`
	Customer string        `json:"customer,omitempty" query:"customer" maxLength:"200" doc:"Only documents of this customer's billing groups"`
	State    invoice.State `json:"state,omitempty" query:"state" enum:"draft,issued" doc:"Only documents in this state"`
}

// of are the chosen documents of a month, as lists have them.
func (s Selection) of(ctx context.Context, d *Desk, where string, period billing.Period) ([]invoice.Invoice, error) {
	for _, id := range s.Groups {
		if !slices.ContainsFunc(d.Declared.BillingGroups, func(g billing.BillingGroup) bool { return g.ID == id }) {
			return nil, invalid(where+".groups", "there is no billing group %q", id)
		}
	}
	groups := map[string]bool{}
	for _, g := range d.Declared.BillingGroups {
		groups[g.ID] = (len(s.Groups) == 0 || slices.Contains(s.Groups, g.ID)) && (s.Customer == "" || g.Customer == s.Customer)
	}
	if s.Customer != "" && !slices.ContainsFunc(d.Declared.Customers, func(c billing.Customer) bool { return c.ID == s.Customer }) {
		return nil, invalid(where+".customer", "there is no customer %q", s.Customer)
	}
	all, err := d.Documents.Invoices(ctx, period)
	chosen := len(s.Groups) > 0 || s.Customer != ""
	return slices.DeleteFunc(all, func(inv invoice.Invoice) bool {
		return chosen && !groups[inv.Group] || s.State != "" && inv.State != s.State
	}), err
}

// InvoiceFileQuery names a document and a format.
type InvoiceFileQuery struct {
	ByDocument
	Format FormatName `query:"format" default:"pdf" doc:"The format of the file"`
	FileChoice
}

// DownloadInvoice returns a document as a file.
var DownloadInvoice = Download[*Desk, InvoiceFileQuery]{
	ID: "download-invoice", Path: "/invoices/{id}/file", Tag: "Invoices", Title: "Download an invoice or note", Needs: access.ReadBills,
	About: "The document in one of the formats that `list-formats` lists. The same document gives the same bytes. The file is called by the document's number, or by its id as long as it is a draft.\n\n" +
		"An e-invoice that the document lacks something for is refused as `incomplete`; `errors` says what is missing, and where to fill it in.",
	MediaTypes: formatTypes(func(FileFormat) bool { return true }),
	Do: func(ctx context.Context, d *Desk, in InvoiceFileQuery) (File, error) {
		choice, err := in.FileChoice.of("query", string(in.Format), false)
		if err != nil {
			return File{}, err
		}
		inv, err := d.Documents.Invoice(ctx, in.ID)
		if err != nil {
			return File{}, err
		}
		var data bytes.Buffer
		err = d.Press.WriteAs(ctx, &data, inv, choice)
		return File{deliver.FileName(inv, choice.Format), choice.Format.MediaType, data.Bytes()}, d.placed(inv, err)
	},
}

// DocumentsQuery chooses documents of a month, and a format.
type DocumentsQuery struct {
	InMonth
	Format TogetherFormatName `query:"format" default:"csv" doc:"The format of the file"`
	Selection
	FileChoice
}

// DownloadDocuments returns the documents of a month in one file.
var DownloadDocuments = Stream[*Desk, DocumentsQuery]{
	ID: "download-documents", Path: "/months/{period}/documents", Tag: "Invoices", Title: "Download a month's documents in one file", Needs: access.ReadBills,
	About:      "All documents of a month, or the chosen ones, one after the other below one line of titles, for a spreadsheet or a database. `export-month` with `together` makes the same file as a job.",
	MediaTypes: formatTypes(func(f FileFormat) bool { return f.Together }),
	Do: func(ctx context.Context, d *Desk, in DocumentsQuery) (Streamed, error) {
		choice, err := in.FileChoice.of("query", cmp.Or(string(in.Format), "csv"), true)
		if err != nil {
			return Streamed{}, err
		}
		documents, err := in.Selection.of(ctx, d, "query", in.Period)
		if err != nil {
			return Streamed{}, err
		}
		return Streamed{togetherName(in.Period, choice.Format), choice.Format.MediaType, func(w io.Writer) error {
			return d.Press.WriteTogether(ctx, w, documents, choice)
		}}, nil
	},
}

func togetherName(period billing.Period, format deliver.Format) string {
	return "invoices-" + period.String() + format.Ending
}

// GroupSettingsQuery chooses billing groups of a month.
type GroupSettingsQuery struct {
	InMonth
	Groups  []string `query:"groups" maxItems:"10000" doc:"Only these billing groups"`
	Columns []string `query:"columns" maxItems:"50" doc:"The columns of the file in this order, by their names; all where it is not given"`
}

// DownloadGroupSettings returns the settings of billing groups as a file.
var DownloadGroupSettings = Download[*Desk, GroupSettingsQuery]{
	ID: "download-group-settings", Path: "/months/{period}/settings/file", Tag: "Invoices", Title: "Download the settings of a month's billing groups", Needs: access.ReadBills,
	About:      "What discounts, fees and taxes the documents of a month are made with, as a Ripple group-settings CSV: a row for each billing group, and for each provider that its documents bill.",
	MediaTypes: []string{"text/csv"},
	Do: func(ctx context.Context, d *Desk, in GroupSettingsQuery) (File, error) {
		for _, name := range in.Columns {
			if !slices.Contains(deliver.SettingsColumns(), name) {
				return File{}, invalid("query.columns", "the file has no column %q; use some of %s", name, strings.Join(deliver.SettingsColumns(), ", "))
			}
		}
		groups, err := d.groupSettings(ctx, in)
		if err != nil {
			return File{}, err
		}
		var data bytes.Buffer
		err = deliver.WriteSettings(&data, groups, deliver.Options{Columns: in.Columns})
		return File{"group-settings-" + in.Period.String() + ".csv", "text/csv; charset=utf-8", data.Bytes()}, err
	},
}

// groupSettings are the settings in force of billing groups, each with the providers
// that its documents bill.
func (d *Desk) groupSettings(ctx context.Context, in GroupSettingsQuery) ([]deliver.GroupSettings, error) {
	documents, err := Selection{Groups: in.Groups}.of(ctx, d, "query", in.Period)
	if err != nil {
		return nil, err
	}
	providers := map[string][]string{}
	for _, inv := range documents {
		for _, a := range inv.Accounts {
			if !slices.Contains(providers[inv.Group], a.Provider) {
				providers[inv.Group] = append(providers[inv.Group], a.Provider)
			}
		}
	}
	var named []string
	if len(in.Groups) > 0 {
		named = in.Groups
	}
	settings, err := d.Documents.MonthSettings(ctx, in.Period, named)
	if err != nil {
		return nil, err
	}
	all := make([]deliver.GroupSettings, len(settings))
	for i, s := range settings {
		at := slices.IndexFunc(d.Declared.BillingGroups, func(g billing.BillingGroup) bool { return g.ID == s.Group })
		group := d.Declared.BillingGroups[at]
		group.Invoice = s.Settings
		if group.Invoice.Discount == nil && group.Parent == "" && d.Declared.Reseller != nil {
			group.Invoice.Discount = d.Declared.Reseller.Discount
		}
		slices.Sort(providers[group.ID])
		all[i] = deliver.GroupSettings{Group: group, Providers: providers[group.ID], Month: in.Period}
	}
	return all, nil
}

// bareType is a media type without its parameters.
func bareType(mediaType string) string {
	name, _, _ := strings.Cut(mediaType, ";")
	return name
}
