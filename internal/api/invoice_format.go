package api

import (
	"context"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/press"
)

// FileFormat is a format that documents can be had in.
type FileFormat struct {
	Name      string   `json:"name" doc:"What is given as format"`
	Title     string   `json:"title"`
	About     string   `json:"about" doc:"What it is for"`
	Ending    string   `json:"ending" doc:"Of the files' names, with its dot"`
	MediaType string   `json:"media_type"`
	Columns   []string `json:"columns" doc:"Those that can be chosen, in the order that the file has them; empty where there is nothing to choose"`
	Together  bool     `json:"together" doc:"Several documents can stand in one file"`
	ByTag     bool     `json:"by_tag" doc:"It divides amounts by the values of a tag, whose key must be given"`
	Gaps      bool     `json:"gaps" doc:"It needs data that a document may lack; list-invoice-gaps says which"`
	Portal    bool     `json:"portal" doc:"Customers can have it of their own documents"`
}

// Formats are the formats of documents, in the order to offer them.
func Formats() []FileFormat {
	all := []FileFormat{}
	for _, f := range press.Formats() {
		all = append(all, FileFormat{
			Name: f.Name, Title: f.Title, About: f.About, Ending: f.Ending, MediaType: f.MediaType, Columns: append([]string{}, f.Columns...),
			Together: f.WriteAll != nil, ByTag: f.ByTag, Gaps: f.Missing != nil, Portal: !f.Internal,
		})
	}
	return all
}

// ListFormats lists the formats of documents.
var ListFormats = Listing[*Session, struct{}, FileFormat]{
	ID: "list-formats", Path: "/formats", Tag: "Invoices", Title: "List the formats of documents",
	About: "What documents can be written as, in the order to offer them: their files, the columns that can be chosen, and whether a document may lack something for them.",
	Key:   func(f FileFormat) string { return f.Name },
	Do: func(context.Context, *Session, struct{}) ([]FileFormat, error) {
		return Formats(), nil
	},
}

// DownloadInvoiceSchema returns the JSON Schema of a document.
var DownloadInvoiceSchema = Download[*Session, struct{}]{
	ID: "download-invoice-schema", Path: "/invoices/schema", Tag: "Invoices", Title: "Download the schema of a document",
	About:      "The JSON Schema (2020-12) of a document in the format json, for whoever draws documents of their own or reads them by program.",
	MediaTypes: []string{"application/schema+json"},
	Do: func(context.Context, *Session, struct{}) (File, error) {
		return File{"invoice.schema.json", "application/schema+json", deliver.Schema()}, nil
	},
}

// FormatName names a format of documents; empty is pdf.
type FormatName string

// Schema implements huma.SchemaProvider.
func (FormatName) Schema(huma.Registry) *huma.Schema {
	return formatSchema(func(FileFormat) bool { return true })
}

// BillFormatName is a FormatName that customers can have.
type BillFormatName string

// Schema implements huma.SchemaProvider.
func (BillFormatName) Schema(huma.Registry) *huma.Schema {
	return formatSchema(func(f FileFormat) bool { return f.Portal })
}

// GapFormatName is a FormatName that a document may lack something for.
type GapFormatName string

// Schema implements huma.SchemaProvider.
func (GapFormatName) Schema(huma.Registry) *huma.Schema {
	return formatSchema(func(f FileFormat) bool { return f.Gaps })
}

// TogetherFormatName is a FormatName of which a file holds several documents.
type TogetherFormatName string

// Schema implements huma.SchemaProvider.
func (TogetherFormatName) Schema(huma.Registry) *huma.Schema {
	return formatSchema(func(f FileFormat) bool { return f.Together })
}

func formatSchema(among func(FileFormat) bool) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, f := range Formats() {
		if among(f) {
			s.Enum = append(s.Enum, f.Name)
		}
	}
	return s
}

// formatTypes are the media types of the formats that documents can be had in, each
// once.
func formatTypes(among func(FileFormat) bool) (types []string) {
	for _, f := range Formats() {
		if t := bareType(f.MediaType); among(f) && !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	return types
}
