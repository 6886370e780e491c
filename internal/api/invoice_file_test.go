package api

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
)

func september(t *testing.T) InMonth {
	t.Helper()
	p, err := billing.ParsePeriod("2026-09")
	if err != nil {
		t.Fatal(err)
	}
	return InMonth{Period: p}
}

// What is told of documents and their formats over HTTP is what is told in the
// process.
func TestFilesOverHTTP(t *testing.T) {
	a, dir := drafted(t)
	local, remote, in := here(t, a, "robot"), served(t, a, dir), september(t)
	g1 := ByDocument{ID: "2026-09/g1"}
	same(t, "formats", ListFormats.Call, local, remote, struct{}{})
	same(t, "schema", DownloadInvoiceSchema.Call, local, remote, struct{}{})
	same(t, "gaps", ListInvoiceGaps.Call, local, remote, InvoiceGapsQuery{g1, "xrechnung"})
	same(t, "gaps of the month", ListMonthGaps.Call, local, remote, MonthGapsQuery{in, "peppol", Selection{Groups: []string{"g1", "g2"}}})
	same(t, "columns", DownloadInvoice.Call, local, remote, InvoiceFileQuery{g1, "csv", FileChoice{Columns: []string{"amount", "kind"}, Excel: true}})
	same(t, "workbook", DownloadInvoice.Call, local, remote, InvoiceFileQuery{g1, "xlsx", FileChoice{Language: "ja"}})
	same(t, "tags", DownloadInvoice.Call, local, remote, InvoiceFileQuery{g1, "ripple-tag", FileChoice{Tag: "Team"}})
	same(t, "focus", DownloadInvoice.Call, local, remote, InvoiceFileQuery{ByDocument: g1, Format: "focus"})
	same(t, "together", DownloadDocuments.Call, local, remote, DocumentsQuery{InMonth: in, Selection: Selection{Customer: "acme", State: "draft"}})
	same(t, "group settings", DownloadGroupSettings.Call, local, remote, GroupSettingsQuery{InMonth: in, Groups: []string{"g2"}})
}

// A file that cannot be written whole is a problem that says each thing that is
// missing, and where to fill it in; never half a file.
func TestIncompleteFiles(t *testing.T) {
	a, dir := drafted(t)
	remote := served(t, a, dir)
	var p *Problem
	_, err := DownloadInvoice.Call(t.Context(), remote, InvoiceFileQuery{ByDocument: ByDocument{ID: "2026-09/g1"}, Format: "xrechnung"})
	if !errors.As(err, &p) || p.Code != "incomplete" || p.Status != http.StatusUnprocessableEntity {
		t.Fatalf("an e-invoice without a seller's address gives %v", err)
	}
	var places []string
	for _, f := range p.Errors {
		places = append(places, f.Location)
	}
	for _, want := range []string{"reseller.address.country", "customers[acme].address.country", "billing_groups[g1].invoice.references.buyer"} {
		if !slices.Contains(places, want) {
			t.Errorf("%s is not among what is missing: %v", want, places)
		}
	}
	for field, query := range map[string]InvoiceFileQuery{
		"query.columns": {ByDocument{ID: "2026-09/g1"}, "csv", FileChoice{Columns: []string{"price"}}},
		"query.tag":     {ByDocument{ID: "2026-09/g1"}, "ripple-tag", FileChoice{}},
	} {
		_, err := DownloadInvoice.Call(t.Context(), remote, query)
		if !errors.As(err, &p) || p.Code != "invalid" || p.Errors[0].Location != field {
			t.Errorf("%+v gives %v, want a fault at %s", query.FileChoice, err, field)
		}
	}
}

// An export goes on where a document cannot be written, and says which it left out.
func TestExportLeavesOut(t *testing.T) {
	a, dir := drafted(t)
	remote, in := served(t, a, dir), ExportInput{InMonth: september(t)}
	in.Body.Format, in.Body.Groups = "ubl", []string{"g1", "g3"}
	export, err := ExportMonth.Call(t.Context(), remote, in)
	if err != nil || export.Files != 0 || len(export.Left) != 2 || export.Left[1].ID != "2026-09/g3" || !strings.Contains(export.Left[1].Reason, "reseller.address.country") {
		t.Fatalf("exported %+v, %v", export, err)
	}
	file, err := DownloadExport.Call(t.Context(), remote, ByExport{ID: export.ID})
	if err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(file.Data), int64(len(file.Data)))
	if err != nil || len(archive.File) != 1 || archive.File[0].Name != "left-out.txt" {
		t.Errorf("the archive has %v, %v", archive, err)
	}

	in.Body.Format, in.Body.Together, in.Body.Columns = "csv", true, []string{"invoice_id", "kind"}
	export, err = ExportMonth.Call(t.Context(), remote, in)
	if err != nil || export.Files != 2 || len(export.Left) != 0 {
		t.Fatalf("exported together %+v, %v", export, err)
	}
	file, err = DownloadExport.Call(t.Context(), remote, ByExport{ID: export.ID})
	if err != nil || file.Name != "invoices-2026-09.csv" || !strings.HasPrefix(string(file.Data), "invoice_id,kind\n2026-09/g1,usage\n") || strings.Contains(string(file.Data), "g2") {
		t.Errorf("together: %s, %.80s, %v", file.Name, file.Data, err)
	}

	for field, change := range map[string]func(*ExportInput){
		"body.together": func(in *ExportInput) { in.Body.Format, in.Body.Columns = "pdf", nil },
		"body.groups":   func(in *ExportInput) { in.Body.Groups = []string{"nobody"} },
		"body.customer": func(in *ExportInput) { in.Body.Customer = "nobody" },
	} {
		wrong := in
		change(&wrong)
		var p *Problem
		if _, err := ExportMonth.Call(t.Context(), remote, wrong); !errors.As(err, &p) || len(p.Errors) == 0 || p.Errors[0].Location != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// A layout is looked at before anybody has it; what is wrong with it is said at its
// fields.
func TestPreviewLayout(t *testing.T) {
	a, dir := drafted(t)
	remote := served(t, a, dir)
	preview := func(layout, invoice string) (File, error) {
		var in LayoutPreviewInput
		if err := json.Unmarshal([]byte(layout), &in.Body.Layout); err != nil {
			t.Fatal(err)
		}
		in.Body.Invoice = invoice
		return PreviewLayout.Call(t.Context(), remote, in)
	}
	for _, invoice := range []string{"", "2026-09/g1"} {
		file, err := preview(`{"id":"","based_on":"classic","colours":{"accent":"#1f3d66"}}`, invoice)
		if err != nil || file.MediaType != "application/pdf" || !bytes.HasPrefix(file.Data, []byte("%PDF-")) {
			t.Errorf("the preview on %q is %.20q, %v", invoice, file.Data, err)
		}
	}
	for layout, field := range map[string]string{
		`{"colours":{"accent":"#ffffee"}}`: "body.layout.colours.accent",
		`{"sections":["accounts"]}`:        "body.layout.sections",
		`{"colour":"red"}`:                 "body.layout",
	} {
		var p *Problem
		if _, err := preview(layout, ""); !errors.As(err, &p) || p.Code != "invalid" || p.Errors[0].Location != field {
			t.Errorf("%s gives %v, want a fault at %s", layout, err, field)
		}
	}
	var p *Problem
	if _, err := preview(`{}`, "2026-09/nobody"); !errors.As(err, &p) || p.Code != "not-found" {
		t.Errorf("a preview on nothing gives %v", err)
	}
}

// Customers have the same bytes as who sends them the document, in the formats that
// are not for the sender's programs; what lacks something does not tell them of the
// sender's configuration.
func TestBillFiles(t *testing.T) {
	a, _ := drafted(t)
	at := here(t, a, "robot")
	var names []string
	for _, f := range Formats() {
		if f.Portal {
			names = append(names, f.Name)
		}
	}
	if got := strings.Join(names, " "); got != "json pdf csv csv-account csv-discount xlsx facturx ubl xrechnung-ubl peppol pint-jp cii xrechnung facturx-en16931" {
		t.Errorf("customers have %s", got)
	}
	var issue IssueInput
	issue.Body.IDs = []string{"2026-09/g1"}
	if _, err := IssueInvoices.Call(t.Context(), at, issue); err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"pdf", "csv", "csv-account", "xlsx"} {
		ours, err := DownloadInvoice.Call(t.Context(), at, InvoiceFileQuery{ByDocument: ByDocument{ID: "2026-09/g1"}, Format: FormatName(format)})
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := DownloadBill.Call(t.Context(), at, BillFileQuery{ByID: ByID{ID: "2026-09/g1"}, Format: BillFormatName(format)})
		if err != nil || !bytes.Equal(ours.Data, theirs.Data) || ours.Name != theirs.Name {
			t.Errorf("%s: the customer has another file, %v", format, err)
		}
	}
	bill, err := DownloadBill.Call(t.Context(), at, BillFileQuery{ByID: ByID{ID: "2026-09/g1"}, Format: "json"})
	if err != nil || bytes.Contains(bill.Data, []byte(`"tax":`)) {
		t.Errorf("the bill as JSON is %.300s, %v", bill.Data, err)
	}
	var p *Problem
	_, err = DownloadBill.Call(t.Context(), at, BillFileQuery{ByID: ByID{ID: "2026-09/g1"}, Format: "ubl"})
	if !errors.As(err, &p) || p.Code != "incomplete" || strings.Contains(p.Detail, "customers[") || !strings.Contains(p.Detail, "the seller's country") {
		t.Errorf("an e-invoice that cannot be written gives %v", err)
	}
	if _, err := DownloadBill.Call(t.Context(), at, BillFileQuery{ByID: ByID{ID: "2026-09/g1"}, Format: "focus"}); err == nil {
		t.Error("customers have the format focus of one document")
	}
}
