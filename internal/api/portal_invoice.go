package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/view"
)

// BillFileQuery names a document and a format.
type BillFileQuery struct {
	ByID
	Format   BillFormatName `query:"format" default:"pdf" doc:"The format of the file"`
	Columns  []string       `query:"columns" maxItems:"200" doc:"The columns of a file of rows and columns in this order, by their names as list-formats has them; all where it is not given"`
	Excel    bool           `query:"excel" doc:"CSV as Excel reads it: with a byte order mark, lines ending with CR and LF"`
	Language string         `query:"language" maxLength:"35" doc:"Of the titles in a workbook, BCP 47; that of the document where it is not given"`
}

// DownloadBill returns one document as a file.
var DownloadBill = Download[*view.View, BillFileQuery]{
	ID: "download-bill", Path: "/portal/invoices/{id}/file", Tag: "Portal", Title: "Download one of one's invoices or notes", Needs: access.ReadBills, Feature: access.FeatureInvoiceFile,
	About: "The document in one of the formats that `list-formats` has for portals. The same document gives the same bytes. " +
		"An e-invoice that the document lacks something for is refused as `incomplete`: who sent it can complete it.",
	MediaTypes: formatTypes(func(f FileFormat) bool { return f.Portal }),
	Do: func(ctx context.Context, v *view.View, in BillFileQuery) (File, error) {
		choice, err := FileChoice{Columns: in.Columns, Excel: in.Excel, Language: in.Language}.of("query", string(in.Format), false)
		if err != nil {
			return File{}, err
		}
		var data bytes.Buffer
		name, err := v.WriteBill(ctx, &data, in.ID, choice)
		return File{name, choice.Format.MediaType, data.Bytes()}, forCustomers(err)
	},
}

// forCustomers says what a document lacks without where its sender fills that in.
func forCustomers(err error) error {
	var incomplete *deliver.IncompleteError
	if !errors.As(err, &incomplete) {
		return err
	}
	p := &Problem{Code: "incomplete"}
	var lacks []string
	for _, g := range incomplete.Gaps {
		lacks = append(lacks, g.What)
		p.Errors = append(p.Errors, Fault{Location: g.Term, Message: g.What})
	}
	p.Detail = fmt.Sprintf("the document cannot be had as %s yet: it lacks %s; ask who sent it to you", incomplete.Format, strings.Join(lacks, "; "))
	return p
}
