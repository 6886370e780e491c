package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/press"
)

// layoutOperations are about how documents look.
var layoutOperations = []described{PreviewLayout}

// layoutKind is the section of the configuration that layouts are in.
const layoutKind = "invoice_layouts"

// LayoutPreviewInput is a layout, and what to print in it.
type LayoutPreviewInput struct {
	Body struct {
		Layout   map[string]json.RawMessage `json:"layout" doc:"As under invoice_layouts in the configuration; it needs no id"`
		Invoice  string                     `json:"invoice,omitempty" maxLength:"300" doc:"A document to print, by its id or number; a sample with invented amounts where it is not given"`
		Kind     invoice.DocumentKind       `json:"kind,omitempty" enum:"invoice,credit-note" default:"invoice" doc:"Of the sample"`
		Language string                     `json:"language,omitempty" maxLength:"35" doc:"BCP 47; the document's own where it is not given, of the sample English"`
	}
}

// PreviewLayout prints a layout that nobody has saved.
var PreviewLayout = Download[*Desk, LayoutPreviewInput]{
	ID: "preview-layout", Method: http.MethodPost, Path: "/invoice-layouts/preview", Tag: "Brand", Title: "Preview a layout of documents", Needs: access.ReadConfig,
	About: "The PDF of a document, or of an invented sample, in a layout that is not saved. Nothing is kept. A layout that could not be declared is refused; `errors` points at its fields. " +
		"A document needs the permission `invoices.read`, too.",
	MediaTypes: []string{"application/pdf"},
	Do: func(ctx context.Context, d *Desk, in LayoutPreviewInput) (File, error) {
		layout, err := draftLayout(in.Body.Layout)
		if err != nil {
			return File{}, err
		}
		o := press.Preview{Layout: layout, Kind: in.Body.Kind, Language: in.Body.Language}
		if in.Body.Invoice != "" {
			if err := d.May(access.ReadBills); err != nil {
				return File{}, err
			}
			inv, err := d.Documents.Invoice(ctx, in.Body.Invoice)
			if err != nil {
				return File{}, err
			}
			o.Document = &inv
		}
		var data bytes.Buffer
		err = d.Press.Preview(ctx, &data, o)
		return File{"preview.pdf", "application/pdf", data.Bytes()}, err
	},
}

// draftLayout reads a layout as it is being written. What is wrong with it is said at
// the fields of the body.
func draftLayout(fields map[string]json.RawMessage) (billing.Layout, error) {
	given := map[string]json.RawMessage{"id": json.RawMessage(`"preview"`)}
	for name, value := range fields {
		if string(value) != `""` { // of a form that has no id yet
			given[name] = value
		}
	}
	data, err := json.Marshal(given)
	if err != nil {
		return billing.Layout{}, err
	}
	c, id, err := config.DecodeResource(layoutKind, data)
	if err != nil {
		return billing.Layout{}, invalid("body.layout", "%s", err)
	}
	p := &Problem{Code: "invalid"}
	var details []string
	for _, x := range config.Check(c) {
		for _, spot := range x.Spots {
			if spot.Kind == layoutKind && spot.ID == id {
				p.Errors = append(p.Errors, Fault{Location: "body.layout" + spot.Inner, Message: x.Message})
				details = append(details, "body.layout"+spot.Inner+": "+x.Message)
				break
			}
		}
	}
	if len(p.Errors) > 0 {
		p.Detail = strings.Join(details, "; ")
		return billing.Layout{}, p
	}
	return c.InvoiceLayouts[0], nil
}
