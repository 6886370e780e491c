package accounting

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"

	"github.com/sluice-billing/sluice/internal/invoice"
)

var update = flag.Bool("update", false, "write the golden files")

// Each golden is what a system gets of the documents, decoded, with the notes.
func TestGoldens(t *testing.T) {
	datevNumbers := "\ndatev: {consultant: 29098, client: 55003}\n"
	for _, test := range []struct {
		name, mapping string
		documents     []invoice.Invoice
	}{
		{"freee", "system: freee", []invoice.Invoice{sakuraNote(), sakura()}},
		{"freee-journal", "system: freee-journal", []invoice.Invoice{sakura(), sakuraNote()}},
		{"moneyforward", "system: moneyforward\ncustomers: [{customer: sakura, sub_account: さくら, department: 第一営業部}]", []invoice.Invoice{sakura(), sakuraNote()}},
		{"xero", "system: xero\nlines: [{service: \"*EC2\", account: 0201, department: Compute}]", []invoice.Invoice{acme(), acmeNote()}},
		{"xero-separate", "system: xero\ncredit_notes: separate", []invoice.Invoice{acme(), acmeNote()}},
		{"quickbooks", "system: quickbooks\ndates: DD/MM/YYYY", []invoice.Invoice{acme(), acmeNote()}},
		{"quickbooks-journal", "system: quickbooks-journal", []invoice.Invoice{acme(), acmeNote(), sakura()}},
		{"datev", "system: datev\ncustomers: [{customer: mueller, receivable: 10001, department: 0100}, {customer: leroy, receivable: 10002}]" +
			"\nlines: [{service: Amazon S3, account: 8401}]" + datevNumbers, []invoice.Invoice{leroy(), mueller()}},
		{"datev-cents", "system: datev" + datevNumbers, []invoice.Invoice{mueller()}},
		{"datev-separate", "system: datev\ntax: separate" + datevNumbers, []invoice.Invoice{mueller()}},
		{"connectwise", "system: connectwise\ncustomers: [{customer: [acme, mueller], agreement: \"Cloud {group}\"}]", []invoice.Invoice{acme(), mueller()}},
		{"generic", "system: generic", []invoice.Invoice{sakura()}},
		{"generic-entries", `
system: generic
dates: DD.MM.YY
memo: "{document} {number} ({order})"
file:
  name: Buchungen
  rows: entry
  separator: semicolon
  decimal: comma
  encoding: windows-1252
  columns:
    - {header: Nr, value: "{number}-{line}"}
    - {header: Tag, value: "{issue_date}"}
    - {header: Konto, value: "{account}"}
    - {header: S/H, value: "{side}"}
    - {header: Soll, value: "{debit}"}
    - {header: Haben, value: "{credit}"}
    - {header: Text, value: "{memo}"}
`, []invoice.Invoice{mueller()}},
		{"generic-documents", `
system: generic
file:
  name: 請求
  rows: document
  encoding: shift-jis
  header: no
  columns: [{header: n, value: "{number}"}, {header: b, value: "{buyer} ①😀"}, {header: t, value: "{total}"}, {header: p, value: "{prepaid}"}]
`, []invoice.Invoice{sakura()}},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, err := ParseMapping([]byte(test.mapping))
			if err != nil {
				t.Fatal(err)
			}
			result, err := Export(m, test.documents)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, test.name, result)
		})
	}
}

func golden(t *testing.T, name string, result Result) {
	t.Helper()
	got := &txtar.Archive{}
	for _, f := range result.Files {
		text := f.Data
		switch {
		case strings.HasSuffix(f.MediaType, "1252"):
			text, _ = charmap.Windows1252.NewDecoder().Bytes(text)
		case strings.HasSuffix(f.MediaType, "jis"):
			text, _ = japanese.ShiftJIS.NewDecoder().Bytes(text)
		}
		if bytes.Count(text, []byte("\r\n")) != bytes.Count(text, []byte("\n")) {
			t.Errorf("%s: lines do not end with CR and LF", f.Name)
		}
		got.Files = append(got.Files, txtar.File{Name: f.Name, Data: bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))})
	}
	if len(result.Notes) > 0 {
		got.Files = append(got.Files, txtar.File{Name: "notes", Data: []byte(strings.Join(result.Notes, "\n") + "\n")})
	}
	path := filepath.Join("testdata", name+".txtar")
	text := txtar.Format(got)
	if *update {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text, want) {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}
