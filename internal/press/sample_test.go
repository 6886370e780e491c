package press

import (
	"bytes"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/invoice"
)

// The amounts of the sample, worked out by hand at 0.92 EUR for a dollar:
// 3873.71 + 1185.00 + 285.91 + 563.41 + 16.76 = 5924.79; support of 3% is
// 0.03 × 6439.9869 × 0.92 = 177.74; 5% of usage is 296.24; two reviews are 960.
func TestSample(t *testing.T) {
	inv, err := Sample("", "en")
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string][2]string{
		"usage": {inv.UsageTotal.Fixed(2), "5924.79"}, "support": {inv.SupportTotal.Fixed(2), "177.74"},
		"before tax": {inv.BeforeTax.Fixed(2), "6766.29"}, "tax": {inv.TaxTotal.Fixed(2), "548.07"}, "total": {inv.Total.Fixed(2), "7314.36"},
	} {
		if got[0] != got[1] {
			t.Errorf("%s is %s, want %s", name, got[0], got[1])
		}
	}
	if inv.State != invoice.Issued || inv.Number == "" || len(inv.Accounts) != 2 {
		t.Errorf("the sample is %s %q with %d accounts", inv.State, inv.Number, len(inv.Accounts))
	}
}

// Samples of every kind are drawn in every language with every annex.
func TestSampleIsDrawn(t *testing.T) {
	pdf, err := deliver.ByName("pdf")
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range []string{"en", "ja", "de", "zh-Hant"} {
		for _, kind := range []invoice.DocumentKind{"", invoice.DocumentCreditNote} {
			inv, err := Sample(kind, language)
			if err != nil {
				t.Fatal(err)
			}
			inv.Frozen.Layout = &billing.Layout{ID: "all", Annexes: deliver.Annexes(), QR: deliver.PayCodes(), Cover: true}
			doc := deliver.Document{Invoice: inv}
			if doc.Annex, err = sampleAnnex(inv); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if err := pdf.Write(&out, doc); err != nil || !bytes.HasPrefix(out.Bytes(), []byte("%PDF-")) {
				t.Errorf("%s %s: %v", language, kind, err)
			}
		}
	}
	if _, err := Sample(invoice.DocumentDebitNote, "en"); err == nil {
		t.Error("there is a sample of a debit note")
	}
}

// A choice that does not fit its format says which part of it.
func TestChoices(t *testing.T) {
	for _, x := range []struct {
		format   string
		together bool
		choice   Choice
		field    string
	}{
		{"pdf", true, Choice{}, "together"},
		{"pdf", false, Choice{Columns: []string{"amount"}}, "columns"},
		{"csv", false, Choice{Columns: []string{"amount", "price"}}, "columns"},
		{"csv", true, Choice{Columns: []string{"amount", "amount"}}, "columns"},
		{"csv", true, Choice{Columns: []string{"amount", "kind"}}, ""},
		{"csv", false, Choice{Tag: "Team"}, "tag"},
		{"ripple-tag", false, Choice{}, "tag"},
		{"ripple-tag", true, Choice{Tag: "Team"}, ""},
		{"focus", false, Choice{}, ""},
	} {
		format, err := ByName(x.format)
		if err != nil {
			t.Fatal(err)
		}
		x.choice.Format = format
		field := ""
		if wrong, ok := x.choice.Check(x.together).(*ChoiceError); ok {
			field = wrong.Field
		}
		if field != x.field {
			t.Errorf("%s %+v: %q does not fit, want %q", x.format, x.choice.Columns, field, x.field)
		}
	}
}

// Everybody who chooses a format finds what it is called and for; no two files of a
// document have one name.
func TestFormatsSayWhatTheyAre(t *testing.T) {
	endings := map[string]bool{}
	for _, f := range Formats() {
		if f.Title == "" || f.About == "" || f.MediaType == "" || f.Write == nil {
			t.Errorf("%s lacks words: %q, %q, %q", f.Name, f.Title, f.About, f.MediaType)
		}
		if endings[f.Ending] {
			t.Errorf("two formats end in %s", f.Ending)
		}
		endings[f.Ending] = true
	}
	if _, err := ByName("docx"); err == nil {
		t.Error("there is a format docx")
	}
}
