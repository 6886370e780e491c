package deliver

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"pgregory.net/rapid"
)

// No cell of a CSV is run by a spreadsheet: nothing in it that is no number begins
// like a formula, wherever a spreadsheet may see a cell begin.
func TestInert(t *testing.T) {
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+49 40": "'+49 40", "-cmd": "'-cmd", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx",
		"-12.50": "-12.50", "+5": "+5", "Amazon EC2": "Amazon EC2", "": "", "'=x": "'=x", "a=b": "a=b", "C++": "C++",
		" =1": " '=1", "\"=1": "\"'=1", "＝1+1": "'＝1+1", "\u3000＠x": "\u3000'＠x", "\ufeff=1": "\ufeff'=1",
		"a;=1": "a;'=1", "a; \"=1": "a; \"'=1", "a\n=1": "a\n'=1", "a\t-x": "a\t'-x", "a;b=1;c": "a;b=1;c", "50% off, -5% later": "50% off, -5% later",
	} {
		if got := Inert(in); got != want {
			t.Errorf("Inert(%q) = %q, want %q", in, got, want)
		}
	}
}

// Whatever names people and providers give, no cell of any CSV is a formula for a
// spreadsheet that separates by commas, semicolons, tabs and line breaks, with quotes
// or without; and nothing but apostrophes is put into a text.
func TestNoFormulas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.StringMatching(`[=+\-@＝＠ ;,\t\r\n"'a0.]{0,9}`), rapid.String())
		evil := func(name string) string { return text.Draw(t, name) }
		inv := fullInvoice()
		inv.Number, inv.Group, inv.Title, inv.Buyer.Name, inv.Buyer.Contact = evil("number"), evil("group"), evil("title"), evil("buyer"), evil("contact")
		inv.Accounts[0].Name, inv.Accounts[0].Account, inv.Accounts[0].Lines[0].Service = evil("name"), evil("account"), evil("service")
		inv.BillingServices[0].Name, inv.AdditionalItems[0].Label, inv.Coupons[0].Code = evil("billing service"), evil("item"), evil("coupon")
		for _, format := range Formats() {
			if format.WriteAll == nil || format.Name == "xlsx" {
				continue
			}
			var out bytes.Buffer
			excel := rapid.Bool().Draw(t, "excel")
			tags := map[string][]TagCost{inv.ID: {{Account: inv.Accounts[0].Account, Service: inv.Accounts[0].Lines[0].Service, Currency: "USD", Tag: evil("tag"), Cost: dec("1")}}}
			if err := format.WriteAll(&out, []invoice.Invoice{inv}, Options{Excel: excel, Tags: tags}); err != nil {
				t.Fatal(err)
			}
			for _, record := range readListing(t, out.Bytes()) {
				for _, cell := range record {
					for _, part := range append(strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(cellBreaks, r) }), cell) {
						part = strings.TrimLeft(part, skipped)
						if _, err := money.Parse(part); part != "" && err != nil && strings.ContainsRune(formulaSigns, []rune(part)[0]) {
							t.Fatalf("%s: %q has the formula %q", format.Name, cell, part)
						}
					}
				}
			}
		}
		cell := evil("cell")
		if strings.ReplaceAll(Inert(cell), "'", "") != strings.ReplaceAll(cell, "'", "") {
			t.Fatalf("%q became %q", cell, Inert(cell))
		}
	})
}

// readListing reads CSV with or without a byte order mark.
func readListing(t fatal, data []byte) [][]string {
	t.Helper()
	records, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return records
}

// Excel takes a file for UTF-8 by its first three bytes; RFC 4180 ends lines with CR
// and LF. Without that the file is as it always was.
func TestExcelCSV(t *testing.T) {
	format, _ := ByName("csv")
	var plain, excel bytes.Buffer
	doc := []invoice.Invoice{japaneseInvoice()}
	if err := format.WriteAll(&plain, doc, Options{}); err != nil {
		t.Fatal(err)
	}
	if err := format.WriteAll(&excel, doc, Options{Excel: true}); err != nil {
		t.Fatal(err)
	}
	if want := "\xef\xbb\xbf" + strings.ReplaceAll(plain.String(), "\n", "\r\n"); excel.String() != want {
		t.Errorf("with Excel it is\n%q\nwant\n%q", excel.String(), want)
	}
	if bytes.HasPrefix(plain.Bytes(), []byte("\xef\xbb\xbf")) || bytes.ContainsRune(plain.Bytes(), '\r') {
		t.Error("without Excel there is a byte order mark or a carriage return")
	}
	if ripple := render(t, "ripple-invoice", japaneseInvoice()); !bytes.HasPrefix(ripple, []byte("\xef\xbb\xbfBillingGroupID,")) || !bytes.HasSuffix(ripple, []byte("\r\n")) {
		t.Errorf("ripple-invoice begins with %q", ripple[:40])
	}
}
