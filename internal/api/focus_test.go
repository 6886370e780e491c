package api

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/focus"
	"github.com/sluice-billing/sluice/internal/money"
)

// A data set is the same files here and from a server, and comes to what the documents
// ask for.
func TestDataSetSaved(t *testing.T) {
	a, dir := drafted(t)
	var in DataSetInput
	in.Period, in.Body.Customer, in.Body.Format = septemberOf(t), "acme", "csv"
	documents, err := a.Documents.Invoices(t.Context(), in.Period)
	if err != nil {
		t.Fatal(err)
	}
	asked := money.Zero
	for _, d := range documents {
		asked = asked.Add(d.Payable)
	}
	remote := served(t, a, dir)
	var hashes [][]focus.File
	for name, at := range map[string]Place{"here": here(t, a, "first"), "over HTTP": remote} {
		folder := filepath.Join(t.TempDir(), "new")
		m, err := SaveDataSet(t.Context(), at, in, folder)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		billed := money.Zero
		for _, total := range m.Totals {
			billed = billed.Add(total.Billed)
		}
		if len(m.Totals) != draftedGroups || !billed.Equal(asked) || !m.Draft {
			t.Errorf("%s: %s in %d documents, want %s in %d", name, billed, len(m.Totals), asked, draftedGroups)
		}
		hashes = append(hashes, m.Files)
		entries, err := os.ReadDir(folder)
		if err != nil || len(entries) != len(m.Files)+1 {
			t.Errorf("%s: %v in the folder, %v", name, entries, err)
		}
	}
	if !slices.Equal(hashes[0], hashes[1]) {
		t.Errorf("%v is not %v", hashes[0], hashes[1])
	}
	if left, _ := filepath.Glob(filepath.Join(a.Spool(), "making-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}

	out, err := ExportDataSet.Call(t.Context(), remote, in)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := DownloadExportFiles.Call(t.Context(), remote, BySpool{out.ID})
	if err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(whole.Data), int64(len(whole.Data)))
	if err != nil || len(archive.File) != len(out.Files) || !strings.HasSuffix(whole.Name, ".zip") {
		t.Errorf("%s has %v, %v", whole.Name, archive.File, err)
	}
	if err := CleanFiles(dir, time.Now().Add(keepExports+time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := DownloadExportFiles.Call(t.Context(), remote, BySpool{out.ID}); err == nil || !strings.Contains(err.Error(), "make it again") {
		t.Errorf("after seven days: %v", err)
	}
}

// What is not there, and what leads elsewhere, is refused.
func TestDataSetRefused(t *testing.T) {
	a, _ := drafted(t)
	at := here(t, a, "first")
	for why, change := range map[string]func(*DataSetInput){
		"a customer nobody with billing groups": func(in *DataSetInput) { in.Body.Customer = "nobody" },
		"billing group g99 of acme":             func(in *DataSetInput) { in.Body.Groups = []string{"g1", "g99"} },
		"name the customer, too":                func(in *DataSetInput) { in.Body.Customer, in.Body.Groups = "", []string{"g1"} },
		"about the reseller's documents":        func(in *DataSetInput) { in.Body.Customer, in.Body.DataSet = "", "invoice-detail" },
		"not priced yet":                        func(in *DataSetInput) { in.Period = in.Period.Next() },
	} {
		var in DataSetInput
		in.Period, in.Body.Customer = septemberOf(t), "acme"
		change(&in)
		if _, err := ExportDataSet.Call(t.Context(), at, in); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%v, want %s", err, why)
		}
	}
	var in DataSetInput
	in.Period = septemberOf(t)
	made, err := ExportDataSet.Call(t.Context(), at, in)
	if err != nil || !strings.HasPrefix(made.ID, "cost-2026-09-cost-and-usage-parquet-") {
		t.Fatal(made.ID, err)
	}
	for _, id := range []string{"../lake", "cost-2026-09-x", strings.Replace(made.ID, "cost-2026-09-", "bills-2026-09-", 1), strings.ToLower(made.ID)} {
		if _, err := DownloadExportFiles.Call(t.Context(), at, BySpool{id}); err == nil || !strings.Contains(err.Error(), "is not on record") {
			t.Errorf("%s: %v", id, err)
		}
	}
	for _, name := range []string{"../" + made.ID + "/" + made.Files[0].Name, "nothing", ""} {
		if _, err := DownloadExportFile.Call(t.Context(), at, BySpooledFile{BySpool{made.ID}, name}); err == nil {
			t.Errorf("there is a file %q", name)
		}
	}
}
