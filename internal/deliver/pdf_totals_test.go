package deliver

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"pgregory.net/rapid"
)

// A reader can add the printed totals up from line to line: each sum, in bold,
// is all that stands above it and is not grey; the last is what is to be paid.
func TestTotalsAddUp(t *testing.T) {
	for name, inv := range samples() {
		t.Run(name, func(t *testing.T) { addUp(t, inv) })
	}
	rapid.Check(t, func(t *rapid.T) {
		s, set := anyDraft(t)
		set.Group.Invoice.TaxInclusive = rapid.Bool().Draw(t, "inclusive")
		inv, err := invoice.New(s, set, invoice.Inputs{}, false)
		if err != nil {
			t.Fatal(err)
		}
		addUp(t, inv)
	})
}

func addUp(t fatal, inv invoice.Invoice) {
	p := printer{inv: inv, l: &english}
	sum, zeros := money.Zero, 0
	for _, line := range p.sumLines() {
		value := dec(strings.ReplaceAll(line.value, ",", ""))
		switch {
		case line.label == english.totalWithTax: // the tax stands below it
			sum = sum.Add(inv.TaxTotal)
			fallthrough
		case line.strong:
			if !value.Equal(sum) {
				t.Fatal("the line", line.label, "has", value, "and those above it add up to", sum)
			}
		case !line.within:
			sum = sum.Add(value)
			if value.IsZero() {
				zeros++
			}
		}
	}
	if !sum.Equal(inv.Payable) {
		t.Fatal("the totals come to", sum, "want", inv.Payable)
	}
	stated := 1 // usage
	for _, tax := range inv.Taxes {
		if tax.Amount.IsZero() {
			stated++
		}
	}
	if len(inv.AdditionalItems) > 0 {
		stated++ // those that cancel each other out
	}
	if zeros > stated {
		t.Fatal(zeros, "lines are 0")
	}
}

// The totals of the full document in every language, in the order of section E.
func TestPDFTotals(t *testing.T) {
	needFonts(t)
	for _, table := range labelTables {
		l, inv := table.table, fullInvoice()
		inv.Language = table.tag
		line := func(label, value string) string { return label + " " + l.fixed(dec(value), 2) }
		amount := func(currency, value string) string { return currency + " " + l.fixed(dec(value), 2) }
		percent := func(value string) string { return l.percentage(dec(value)) }
		vat := l.taxes["VAT"]
		without := func(kind string) string { return cmp.Or(l.charges[kind], invoice.ChargeNames()[kind]) } // a label
		want := []string{
			line(fmt.Sprintf(l.addedBelow, "Managed operations"), "2000"),
			line(l.usage, "24479"),
			line(l.support+" AWS Business", "2029.5"),
			fmt.Sprintf(l.ofBase, percent("10"), amount("USD", "10000")), fmt.Sprintf(l.ofBase, percent("7"), amount("USD", "15000")),
			fmt.Sprintf(l.adjusted, "+"+percent("10")), "1 USD = " + l.exact(dec("0.9")) + " EUR",
			line(l.support+" Microsoft Azure", "27.9"), fmt.Sprintf(l.ofBase, percent("3"), amount("USD", "1033.34")),
			line(l.agency, "500"), fmt.Sprintf(l.ofBase, percent("1"), amount("EUR", "23430")), fmt.Sprintf(l.atLeast, amount("EUR", "500")),
			line(l.subtotal, "27036.4"),
			line(fmt.Sprintf(l.discountOnUsage, percent("20")), "-900"), "Amazon Simple Storage Service",
			line(fmt.Sprintf(l.surchargeOnUsage, percent("10")), "3"), "Storage", "staging (5f1c-staging)",
			line(fmt.Sprintf(l.discountOnUsage, percent("5")), "-945"),
			line(l.afterDiscount, "25194.4"),
			line("Managed operations", "2000"), "production (111111111111)",
			line("Printed reports", "40"), l.categories["reduced"],
			line(without("commitment"), "500"), line(without("minimum"), "265.6"),
			line(l.items, "250"),
			line(fmt.Sprintf(l.coupon, "WELCOME")+", "+percent("5"), "-1259.72"), line("Spring offer", "-90.28"), fmt.Sprintf(l.coupon, "SPRING26"),
			line(l.beforeTax, "26900"),
			line(sentence(fmt.Sprintf(l.within, l.categories["exempt"])), "11"),
			line(fmt.Sprintf(l.taxOn, vat, percent("20"), l.fixed(dec("26849"), 2)), "5369.8"),
			line(fmt.Sprintf(l.taxOn, vat, percent("5"), l.fixed(dec("40"), 2)), "2"),
			line(fmt.Sprintf(l.taxOnNothing, sentence(l.categories["exempt"]), l.fixed(dec("11"), 2)), "0"), "VATEX-EU-79-C",
			line(l.taxTotal, "5371.8"),
			line(l.grandTotal, "32271.8"),
			line(l.prepaid, "-15000"), sentence(fmt.Sprintf(l.balance, l.fixed(dec("15000"), 2), l.fixed(dec("0"), 2))),
			l.payable + " EUR " + l.fixed(dec("17271.8"), 2),
		}
		squeezed := func(text string) string { return strings.Join(strings.Fields(text), "") }
		text := squeezed(strings.Join(pages(t, inv), "\n"))
		from := 0
		for _, part := range want {
			at := strings.Index(text[from:], squeezed(part))
			if at < 0 {
				t.Fatalf("%s: %q is not in its place:\n%s", table.tag, part, text[from:])
			}
			from += at
		}
	}
}

// A fee says what it is made of.
func TestFeeParts(t *testing.T) {
	tests := []struct {
		fee  invoice.Fee
		want string
	}{
		{invoice.Fee{Kind: "fixed", BaseCurrency: "EUR", Percent: pointer("3")}, ""},
		{invoice.Fee{Kind: "plan", BaseCurrency: "USD", Minimum: pointer("100"), Rate: dec("0.9")}, "USD\u00a0100.00; 1 USD = 0.9 EUR"},
		{invoice.Fee{
			Kind: "plan", BaseCurrency: "EUR", Bands: []invoice.Band{{Part: dec("500"), Percent: dec("10")}}, Minimum: pointer("100"), Adjust: pointer("-5"),
		}, "10% on EUR\u00a0500.00; at least EUR\u00a0100.00; adjusted by -5%"},
		{invoice.Fee{Kind: "greater", BaseCurrency: "EUR", Base: dec("900"), Percent: pointer("2"), Exact: dec("18")}, "2% on EUR\u00a0900.00"},
		{invoice.Fee{Kind: "percent", BaseCurrency: "JPY", Base: dec("1234567.8"), Percent: pointer("2.5"), Rate: dec("0.006")}, "2.5% on JPY\u00a01,234,568; 1 JPY = 0.006 EUR"},
	}
	p := printer{inv: invoice.Invoice{Currency: "EUR", Digits: 2}, l: &english}
	for _, test := range tests {
		if got := strings.Join(p.feeParts(test.fee), "; "); got != test.want {
			t.Errorf("%s is made of %q, want %q", test.fee.Kind, got, test.want)
		}
	}
}

// Names of taxes: those that come with Sluice in the reader's language, others as
// the settings have them.
func TestTaxLabel(t *testing.T) {
	tests := []struct {
		l    *labels
		tax  invoice.Tax
		want string
	}{
		{&japanese, invoice.Tax{Category: "standard", Label: "Consumption tax", Percent: dec("10"), Base: dec("100")}, "消費税 10%（対象 100.00）"},
		{&german, invoice.Tax{Category: "standard", Label: "MwSt.", Percent: dec("19"), Base: dec("100")}, "MwSt. 19\u00a0% auf 100,00"},
		{&german, invoice.Tax{Category: "out-of-scope", Label: "Outside the scope of VAT", Base: dec("100")}, "Nicht steuerbar (Bemessungsgrundlage 100,00)"},
		{&english, invoice.Tax{Category: "out-of-scope", Label: "Outside the scope of VAT", Base: dec("100")}, "Outside the scope of VAT (base 100.00)"},
		{&french, invoice.Tax{Category: "exempt", Label: "Formation", Base: dec("100")}, "Formation (base 100,00)"},
		{&spanish, invoice.Tax{Category: "zero", Label: "GST", Base: dec("100")}, "GST 0\u00a0% sobre 100,00"},
		{&korean, invoice.Tax{Category: "standard", Percent: dec("10"), Base: dec("100")}, "부가가치세 10% (과세 표준 100.00)"},
	}
	for _, test := range tests {
		p := printer{inv: invoice.Invoice{Currency: "EUR", Digits: 2}, l: test.l}
		if got := p.taxLabel(test.tax); got != test.want {
			t.Errorf("the tax is printed %q, want %q", got, test.want)
		}
	}
}
