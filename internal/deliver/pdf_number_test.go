package deliver

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// What pdftotext reads off the paper are the amounts of the document: each line,
// each sum, each tax, in every layout.
func TestPDFNumbers(t *testing.T) {
	needFonts(t)
	for name, doc := range showcase() {
		inv := doc.Invoice
		l := labelsFor(inv.Language)
		text := squeeze(strings.Join(pagesOf(t, doc), "\n"))
		say := func(what, amount string) {
			if !strings.Contains(text, squeeze(amount)) {
				t.Errorf("%s: %s, %s, is not printed", name, what, amount)
			}
		}
		for _, account := range inv.Accounts {
			say("account "+account.Account, l.fixed(account.Total, inv.Digits))
			for _, line := range account.Lines {
				say(line.Service, l.fixed(line.Amount, inv.Digits))
			}
		}
		for _, item := range inv.AdditionalItems {
			say(item.Label, l.fixed(item.Amount, inv.Digits))
		}
		for _, tax := range inv.Taxes {
			say("tax "+tax.Category, l.fixed(tax.Amount, inv.Digits))
		}
		say("the total", l.fixed(inv.Total, inv.Digits))
		p := printer{inv: inv, l: l}
		payable := squeeze(p.withCurrency(p.payable()))
		if n := strings.Count(text, payable); n < 2 {
			t.Errorf("%s: what is to be paid, %s, is printed %d times", name, payable, n)
		}
	}
}

func squeeze(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '\u00a0' || r == '\f' }), "")
}

// pdfinfo finds tagged documents of A4 pages, with a title and no fault.
func TestPDFInfo(t *testing.T) {
	needFonts(t)
	tool, err := exec.LookPath("pdfinfo")
	if err != nil {
		t.Skip("pdfinfo is not installed (package poppler-utils)")
	}
	for name, doc := range showcase() {
		var out bytes.Buffer
		if err := writePDF(&out, doc); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "x.pdf")
		if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		said, err := exec.Command(tool, file).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %s", name, said)
		}
		p, err := newPrinter(doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"Tagged: yes", "A4", "Title: " + p.name()} {
			if !strings.Contains(strings.Join(strings.Fields(string(said)), " "), want) {
				t.Errorf("pdfinfo does not say %q of %s:\n%s", want, name, said)
			}
		}
		if strings.Contains(string(said), "Error") {
			t.Errorf("pdfinfo finds a fault in %s:\n%s", name, said)
		}
	}
}

// A table that goes on says what it has come to: what is carried forward on a page
// is brought forward on the next.
func TestPDFCarries(t *testing.T) {
	needFonts(t)
	inv := longInvoice(120)
	carried := func(page, label string) string {
		for line := range strings.Lines(page) {
			if rest, found := strings.CutPrefix(strings.TrimSpace(line), label); found {
				return strings.TrimSpace(rest)
			}
		}
		return ""
	}
	all := pages(t, inv)
	for i := range all[:len(all)-1] {
		forward, brought := carried(all[i], english.carriedForward), carried(all[i+1], english.broughtForward)
		if strings.Contains(all[i+1], "(continued)") && (forward == "" || forward != brought) {
			t.Errorf("page %d carries %q forward, the next one brings %q", i+1, forward, brought)
		}
	}
	// Of 1.25, 2.25 … the first n come to n(n+1)/2 + n/4.
	last, n := all[0][:strings.Index(all[0], english.carriedForward)], int64(0)
	for i, line := range inv.Accounts[0].Lines {
		if strings.Contains(last, line.Service[:len("Service 000")]) {
			n = int64(i + 1)
		}
	}
	want := english.fixed(dec("0.25").Mul(money.FromInt(n)).Add(money.FromInt(n*(n+1)/2)), 2)
	if got := carried(all[0], english.carriedForward); got != want {
		t.Errorf("after %d lines %s is carried forward, want %s", n, got, want)
	}

	// Where the rows as printed do not come to the total, nothing is said.
	inv.Accounts[0].Total = inv.Accounts[0].Total.Add(dec("0.01"))
	if text := strings.Join(pages(t, inv), ""); strings.Contains(text, english.carriedForward) {
		t.Error("what is carried forward contradicts the total")
	}
}

// A layout says things in its own words and order; without totals in it the last
// section is still there.
func TestLayoutWords(t *testing.T) {
	needFonts(t)
	inv := fullInvoice()
	layout := *showcase()["whole"].Frozen.Layout
	layout.Cover, layout.Sections = false, []string{"totals", "amount", "remarks"}
	layout.Hide, layout.Facts, layout.PageNumbers = []string{"fee-details", "document-id"}, []string{"due", "number", "group"}, "none"
	layout.Words = append(layout.Words[:0:0], wordsIn("", "payable", "For everyone"), wordsIn("en", "payable", "Please transfer 100%"), wordsIn("en-GB", "discount_on_usage", "{} off, 5% bonus"))
	layout.Words[1].Remarks, layout.Words[1].Footer = "Our terms hold.", "Registered in London"
	inv.Frozen.Layout = &layout
	text := strings.Join(pages(t, inv), "\n")
	for _, want := range []string{"Please transfer 100%", "Our terms hold.", "Registered in London", "Billing group"} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
	for _, hidden := range []string{"10% on USD", "Amazon Elastic Compute Cloud", "2026-10/harbour", "Page 1", "For everyone", "Amount due"} {
		if strings.Contains(text, hidden) {
			t.Errorf("it says %q", hidden)
		}
	}
	inv.Language = "en-GB"
	if text := strings.Join(pages(t, inv), "\n"); !strings.Contains(text, "20% off, 5% bonus") || strings.Contains(text, "Please transfer") {
		t.Errorf("the narrower language has not its own words:\n%s", text)
	}
	for key, text := range map[string]string{"nothing": "x", "page": "{}", "total": "{}"} {
		if CheckLabel(key, text) == nil {
			t.Errorf("%s may be %q", key, text)
		}
	}
}

// pagesOf is pages of a document with all that it carries.
func pagesOf(t *testing.T, doc Document) []string {
	t.Helper()
	var out bytes.Buffer
	if err := writePDF(&out, doc); err != nil {
		t.Fatal(err)
	}
	return textOf(t, doc.ID, out.Bytes())
}

func wordsIn(language, key, text string) billing.LayoutWords {
	return billing.LayoutWords{Language: language, Labels: map[string]string{key: text}}
}
