package deliver

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

func workbook(t fatal, o Options, documents ...invoice.Invoice) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := workbookFormat.WriteAll(&out, documents, o); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// rowsOf reads a sheet as it is stored, by a library of somebody else.
func rowsOf(t fatal, data []byte, sheet string) [][]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows { // empty cells at the end are left out
		rows[i] = append(rows[i], make([]string, max(0, len(rows[0])-len(rows[i])))...)
	}
	return rows
}

// The workbook of a month, cell for cell.
func TestWorkbook(t *testing.T) {
	data := workbook(t, Options{}, fullInvoice(), japaneseInvoice(), creditNote())
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	for _, name := range f.GetSheetList() {
		fmt.Fprintf(&text, "-- %s --\n", name)
		if err := csv.NewWriter(&text).WriteAll(rowsOf(t, data, name)); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "month.xlsx.txt", text.Bytes())
	if !bytes.Equal(data, workbook(t, Options{}, fullInvoice(), japaneseInvoice(), creditNote())) {
		t.Error("the same documents gave other bytes")
	}
}

// The sheets are in the language of the document, or in the one that is asked for.
func TestWorkbookLanguage(t *testing.T) {
	for language, want := range map[string][]string{
		"": {"概要", "明細", "アカウント", "割引と手数料", "税"}, "de-AT": {"Übersicht", "Positionen", "Konten", "Rabatte und Gebühren", "Steuern"},
		"zh-HK": {"摘要", "明細", "帳號", "折扣與費用", "稅"}, "xx": {"Summary", "Lines", "Accounts", "Discounts and fees", "Taxes"},
	} {
		f, err := excelize.OpenReader(bytes.NewReader(workbook(t, Options{Language: language}, japaneseInvoice())))
		if err != nil {
			t.Fatal(err)
		}
		if got := f.GetSheetList(); !slices.Equal(got, want) {
			t.Errorf("in %q the sheets are %q, want %q", language, got, want)
		}
	}
}

// Every language has every word, and its sheets can be called as it calls them.
func TestWords(t *testing.T) {
	for _, l := range listingWords {
		for name := range englishWords {
			if l.words[name] == "" {
				t.Errorf("%s has no word for %q", l.tag, name)
			}
		}
		if len(l.words) != len(englishWords) {
			t.Errorf("%s has %d words, English %d", l.tag, len(l.words), len(englishWords))
		}
		workbook(t, Options{Language: l.tag}, fullInvoice())
	}
	for _, l := range workbookListings {
		for _, name := range append(l.names(), l.name) {
			if englishWords[name] == "" {
				t.Errorf("there is no English word for %q", name)
			}
		}
	}
	for sum := range sumsOfDocument(fullInvoice()) {
		if englishWords[sum.name] == "" {
			t.Errorf("there is no English word for the sum %q", sum.name)
		}
	}
	for kind := range invoice.ChargeNames() {
		if englishWords[kind] == "" {
			t.Errorf("there is no English word for the charge %q", kind)
		}
	}
}

// Columns are those of any sheet; a sheet without one of them is left out.
func TestWorkbookColumns(t *testing.T) {
	data := workbook(t, Options{Columns: []string{"service", "amount", "account"}, Language: "en"}, creditNote())
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if got := f.GetSheetList(); !slices.Equal(got, []string{"Summary", "Lines", "Accounts", "Discounts and fees"}) {
		t.Errorf("the sheets are %q", got)
	}
	if got := fmt.Sprint(rowsOf(t, data, "Lines")); got != "[[Service Amount Account ID] [+Amazon EC2 -120.50 123456789012]]" {
		t.Errorf("the lines are %s", got)
	}
	err = workbookFormat.WriteAll(&bytes.Buffer{}, nil, Options{Columns: []string{"prize"}})
	if err == nil || !strings.Contains(err.Error(), "use some of invoice, item, ") {
		t.Errorf("a column that is not there: %v", err)
	}
}

// The sheets of any document add up to it.
func TestWorkbookAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, set := anyDraft(t)
		inv, err := invoice.New(s, set, invoice.Inputs{}, false)
		if err != nil {
			t.Fatal(err)
		}
		checkWorkbook(t, workbook(t, Options{Language: "en"}, inv), inv)
	})
}

func checkWorkbook(t fatal, data []byte, inv invoice.Invoice) {
	t.Helper()
	all := func(func(string) string) bool { return true }
	of := func(sheet, title string) money.Decimal {
		rows := rowsOf(t, data, sheet)
		if len(rows) < 2 {
			return money.Zero
		}
		return column(t, rows, title, all)
	}
	same := func(name string, got, want money.Decimal) {
		if !got.Equal(want) {
			t.Fatal(name, "is", got, "want", want)
		}
	}
	charged := of("Discounts and fees", "Amount")
	same("lines and charges", of("Lines", "Amount").Add(charged), inv.BeforeTax)
	same("the lines", of("Lines", "Amount"), inv.UsageTotal)
	if inv.Rounding.Point != "invoice" {
		same("the accounts", of("Accounts", "Total"), inv.UsageTotal)
	}
	same("the taxes", of("Taxes", "Tax"), inv.TaxTotal)
	summary := rowsOf(t, data, "Summary")
	at := func(item string) money.Decimal {
		return column(t, summary, "Amount", func(cell func(string) string) bool { return cell("Item") == item })
	}
	same("the amount due", at("Amount due"), inv.Payable)
	same("what the amount due is made of", money.Sum(inv.BeforeTax, inv.TaxTotal, at("Paid from the prepaid balance"), at("Credited to the balance")), inv.Payable)
}

// LibreOffice opens workbook and CSV, takes amounts for numbers and names for texts,
// and comes to the totals of the document.
func TestLibreOffice(t *testing.T) {
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed")
	}
	inv := fullInvoice()
	inv.Accounts[0].Name, inv.Accounts[0].Lines[0].Service = "=1+1", "=HYPERLINK(\"http://x\")"
	dir := t.TempDir()
	for name, data := range map[string][]byte{"book.xlsx": workbook(t, Options{Language: "en"}, inv), "rows.csv": render(t, "ripple-invoice", inv)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// 44 is a comma, 34 a quote, 76 UTF-8; cells come as they are stored, and -1 writes
	// each sheet. What was a formula would come as its value.
	out := filepath.Join(dir, "out")
	cmd := exec.Command(soffice, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to",
		"csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1", "--outdir", out, filepath.Join(dir, "book.xlsx"), filepath.Join(dir, "rows.csv"))
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	read := func(name string) [][]string {
		data, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		return readListing(t, data)
	}
	lines, charges := read("book-Lines.csv"), read("book-Discounts and fees.csv")
	all := func(func(string) string) bool { return true }
	if sum := column(t, lines, "Amount", all).Add(column(t, charges, "Amount", all)); !sum.Equal(inv.BeforeTax) {
		t.Errorf("lines and charges come to %s, want %s", sum, inv.BeforeTax)
	}
	if got := lines[1][columnOf(lines, "Service")]; got != "=HYPERLINK(\"http://x\")" {
		t.Errorf("the service is %q", got)
	}
	rows := read("rows-rows.csv")
	total := rows[len(rows)-1]
	if got := dec(total[len(total)-1]); !got.Equal(inv.Total) || rows[1][columnOf(rows, "CustomerName")] != "'=1+1" {
		t.Errorf("the total is %s, want %s; the name %q", got, inv.Total, rows[1][columnOf(rows, "CustomerName")])
	}
}

func BenchmarkWorkbook(b *testing.B) {
	documents := []invoice.Invoice{longInvoice(500)}
	for b.Loop() {
		if err := writeWorkbook(&bytes.Buffer{}, documents, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
