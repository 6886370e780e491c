package accounting

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// What cannot be exported says which document it is, and what to do.
func TestRefused(t *testing.T) {
	draft := mueller()
	draft.State, draft.Number = invoice.Draft, ""
	preview := mueller()
	preview.Preview = true
	long := mueller()
	long.Number = strings.Repeat("9", 37)
	alike := mueller()
	alike.ID, alike.Number = "2026-10/other", "RE-2026/0042"
	fine := mueller()
	fine.Taxes[0].Amount = dec("5.531")
	nothing := sakura()
	nothing.PrepaidUsed, nothing.Payable = nothing.Total, money.Zero
	strange := mueller()
	strange.Taxes[0].Percent = dec("16")
	const datevNumbers = "\ndatev: {consultant: 1001, client: 1}"
	for _, test := range []struct {
		mapping   string
		documents []invoice.Invoice
		want      []string
	}{
		{"system: xero", []invoice.Invoice{draft}, []string{"2026-10/RE 2026/0042", "Müller", "is not issued"}},
		{"system: xero", []invoice.Invoice{preview}, []string{"is not issued"}},
		{"system: xero", nil, []string{"no document"}},
		{"system: xero", []invoice.Invoice{acme(), acme()}, []string{"INV-7", "twice"}},
		{"system: xero", []invoice.Invoice{fine}, []string{"RE 2026/0042", "sluice check"}},
		{"memo: x", []invoice.Invoice{acme()}, []string{"system", "datev"}},
		{"system: sap", nil, []string{`"sap"`, "moneyforward"}},
		{"system: freee", []invoice.Invoice{leroy()}, []string{"RE-2026-0043", "USD", "JPY", "no common rate"}},
		{"system: freee", []invoice.Invoice{nothing}, []string{"INV-2026-000123", "comes to 0", "freee-journal"}},
		{"system: freee\ncurrency: EUR", []invoice.Invoice{sakura()}, []string{"freee", "JPY only"}},
		{"system: moneyforward\ntax: separate", []invoice.Invoice{sakura()}, []string{"tax: included"}},
		{"system: datev", []invoice.Invoice{mueller()}, []string{"datev.consultant", "1001"}},
		{"system: datev" + datevNumbers, []invoice.Invoice{long}, []string{"36 characters"}},
		{"system: datev" + datevNumbers, []invoice.Invoice{mueller(), alike}, []string{"RE 2026/0042", "same number in DATEV"}},
		{"system: datev" + datevNumbers, []invoice.Invoice{acme()}, []string{"GBP", "EUR"}},
		{"system: datev\nlines: [{account: Erlöse}]" + datevNumbers, []invoice.Invoice{mueller()}, []string{`"Erlöse"`, "numbers"}},
		{"system: datev" + datevNumbers, []invoice.Invoice{strange}, []string{"RE 2026/0042", "which tax code is standard 16%", "customer in DE", `taxes: {category: standard, percent: "16", code: …}`, "which account takes usage (Amazon EC2, tax standard 16%)"}},
		{"system: xero", []invoice.Invoice{sakura()}, []string{"nothing in the mapping says which tax code is standard 10% for a customer in JP, for invoice INV-2026-000123 of さくら製造株式会社"}},
		{"system: xero\ndefaults: false", []invoice.Invoice{acme()}, []string{"which account takes usage", "lines: {kind: usage, account: …}", "what the customer is called there"}},
		{"system: connectwise", []invoice.Invoice{acme()}, []string{"which agreement", "group: acme"}},
		{"system: generic\nfile: {name: ../x}", []invoice.Invoice{acme()}, []string{"file.name"}},
	} {
		m, err := ParseMapping([]byte(test.mapping))
		if err == nil {
			_, err = Export(m, test.documents)
		}
		if err == nil {
			t.Errorf("%s: was taken; want %q", test.mapping, test.want)
			continue
		}
		for _, want := range test.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v; want %q", test.mapping, err, want)
			}
		}
	}
	var missing *MappingError
	m, _ := ParseMapping([]byte("system: connectwise"))
	if _, err := Export(m, []invoice.Invoice{acme()}); !errors.As(err, &missing) {
		t.Errorf("%v is no MappingError", err)
	}
}

func TestMappingRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  "empty",
		"system: xero\nsistem: x":           `line 2, column 1: unknown field "sistem"`,
		"lines: {a: b}":                     "line 1",
		"lines: [{acount: 1}]":              "acount",
		"lines: [{kind: usages}]":           `lines[0].kind: "usages" is not known`,
		"lines: [{account: \"{buyr}\"}]":    "lines[0]: {buyr} is not a field",
		"lines: [{account: \"{account}\"}]": "not a field that is known here",
		"memo: \"{memo}\"":                  "memo: {memo}",
		"customers: [{code: \"{label}\"}]":  "customers[0]: {label}",
		"taxes: [{percent: ten}]":           `taxes[0].percent: "ten"`,
		"taxes: [{category: vat}]":          `taxes[0].category: "vat"`,
		"tax: gross":                        `tax: "gross"`,
		"currency: Euro":                    "currency",
		"dates: MM/YY":                      "no day",
		"file: {encoding: latin1}":          "file.encoding",
		"file: {rows: document, columns: [{header: a, value: \"{net}\"}]}": "{net} is not a field",
		"system: xero\n---\nsystem: datev":                                 "several documents",
		"lines: &a [{account: \"1\"}]":                                     "not taken here",
		"system: [xero]":                                                   "line 1",
		"system: xero\nsystem: datev":                                      "already defined",
		"- a":                                                              "line 1",
		"memo: " + strings.Repeat("x", maxMapping):                         "larger than",
	} {
		if _, err := ParseMapping([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, want %q", text, err, want)
		}
	}
}

// Numbers are as they are written, and rules are found by the first that says
// something.
func TestMappingRead(t *testing.T) {
	m, err := ParseMapping([]byte("system: xero\nlines: [{account: 0400, cloud_account: [012345678901, 7]}]\ntaxes: [{percent: 9.975, code: 1.50}, {percent: 10.0, code: \"\"}]"))
	if err != nil {
		t.Fatal(err)
	}
	if m.Lines[0].Account != "0400" || m.Lines[0].Cloud[0] != "012345678901" || *m.Taxes[0].Code != "1.50" || m.Taxes[0].Percent != "9.975" || *m.Taxes[1].Code != "" {
		t.Errorf("read %+v", m)
	}
	b := &book{inv: acme()}
	if err := b.open(); err != nil {
		t.Fatal(err)
	}
	x := &export{m: Mapping{Lines: []LineRule{
		{Kind: names{"support"}, Account: "1"}, {Service: names{"*EC3"}, Account: "2"}, {Department: "d"},
		{Service: names{"+Amazon *"}, Match: Match{Group: names{"other", "ac*"}, Country: names{"GB"}, Percent: "20"}, Account: "3"}, {Account: "4"},
	}}}
	if err := x.m.check(); err != nil {
		t.Fatal(err)
	}
	if got := x.account(b, &b.sales[0]); got != "3" {
		t.Errorf("account %s, want 3", got)
	}
	if got := x.department(b, &b.sales[0]); got != "d" {
		t.Errorf("department %s, want d", got)
	}
}

// Every system comes with a mapping that is read, and is complete for a document of
// its country with the usual tax.
func TestDefaults(t *testing.T) {
	for _, s := range Systems() {
		m, err := DefaultMapping(s.Name)
		if err != nil || m.System != s.Name {
			t.Fatalf("%s: %q, %v", s.Name, m.System, err)
		}
		m.DATEV.Consultant, m.DATEV.Client = "1001", "1"
		m.Customers = append([]CustomerRule{{Agreement: "a"}}, m.Customers...)
		inv := map[string]invoice.Invoice{"freee": sakura(), "freee-journal": sakura(), "moneyforward": sakura(), "datev": mueller()}[s.Name]
		if inv.ID == "" {
			inv = acme()
		}
		result, err := Export(m, []invoice.Invoice{inv})
		if err != nil {
			t.Errorf("%s: %v", s.Name, err)
			continue
		}
		if file, err := result.Bundle("x"); err != nil || len(file.Data) == 0 || s.Title == "" || s.Files == "" {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
}

func TestBundle(t *testing.T) {
	files := []File{{Name: "a.csv", Data: []byte("a")}, {Name: "b.csv", Data: []byte("b")}}
	one, err := Result{Files: files}.Bundle("books")
	two, _ := Result{Files: files}.Bundle("books")
	if err != nil || one.Name != "books.zip" || one.MediaType != "application/zip" || string(one.Data) != string(two.Data) {
		t.Errorf("%s, %v", one.Name, err)
	}
}

func TestTexts(t *testing.T) {
	for in, want := range map[string]string{"abcde": "abcde", "abcdef": "abcd…", "abc def": "abc…", "abce\u0301f": "abc…", "ab👩\u200d🚀x": "ab…"} {
		if got := cut(in, 5); got != want {
			t.Errorf("cut(%q) = %q, want %q", in, got, want)
		}
	}
	if got := single(" a\n b\tc\x00d "); got != "a b c d" {
		t.Errorf("single: %q", got)
	}
	for _, test := range []struct {
		pattern, name string
		want          bool
	}{{"a*c", "abc", true}, {"*", "", true}, {"a*b*c", "aXbYbc", true}, {"a*d", "abc", false}, {"", "", true}, {"ab", "abc", false}} {
		if like(test.pattern, test.name) != test.want {
			t.Errorf("like(%q, %q) is not %v", test.pattern, test.name, test.want)
		}
	}
}

// Whatever customers and providers are called, tables have the columns that they
// should and no formula.
func TestNoFormulas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		evil := rapid.OneOf(rapid.StringMatching(`[=+\-@＝ ;,\t\r\n"'a0.]{0,9}`), rapid.String())
		inv := acme()
		inv.Buyer.Name, inv.Number = "n"+evil.Draw(t, "name"), "N"+evil.Draw(t, "number")
		inv.Accounts[0].Name, inv.Accounts[0].Lines[0].Service = evil.Draw(t, "account"), evil.Draw(t, "service")
		inv.References = &billing.References{Order: evil.Draw(t, "order")}
		for system, columns := range map[string]int{"xero": 29, "quickbooks": 16, "connectwise": 14} {
			for _, row := range exported(t, everything(&testing.T{}, system, ""), inv) {
				if len(row) != columns {
					t.Fatalf("%s: %d columns", system, len(row))
				}
				for _, cell := range row {
					_, err := money.Parse(cell)
					first, _ := utf8.DecodeRuneInString(strings.TrimLeft(cell, " \""))
					if err != nil && strings.ContainsRune("=+-@＝＋－＠", first) && first != utf8.RuneError && !strings.Contains(cell, "'") {
						t.Fatalf("%s: the cell %q is a formula", system, cell)
					}
				}
			}
		}
	})
}

// A mapping of any bytes is read or refused, and what was read exports or says why
// not.
func FuzzParseMapping(f *testing.F) {
	for _, s := range Systems() {
		text, err := DefaultMappingText(s.Name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("system: generic\nfile: {rows: entry, columns: [{header: a, value: \"{debit}{x}\"}]}\nlines: [{kind: \"*\", account: {}}]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := ParseMapping(text)
		if err != nil {
			return
		}
		for _, inv := range []invoice.Invoice{acme(), sakura()} {
			if result, err := Export(m, []invoice.Invoice{inv}); err == nil && len(result.Files) == 0 {
				t.Fatal("there is no file")
			}
		}
	})
}
