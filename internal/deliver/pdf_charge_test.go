package deliver

import (
	"slices"
	"testing"

	"github.com/sluice-billing/sluice/internal/invoice"
)

// A charge that has no shape of its own in the document is printed with its label,
// what it is for and how it is taxed, below the discount and before the items; one of
// nothing is not.
func TestPDFPlainCharges(t *testing.T) {
	first, last, plain := month("2026-10"), month("2026-12"), 0
	for _, sum := range fullInvoice().Sums() {
		inv := fullInvoice()
		inv.Further = []invoice.Charge{
			{Part: sum.Part, Kind: "plain", Label: "As agreed", Account: "111111111111", Tax: "reduced", First: &first, Last: &last, Amount: dec("12.5")},
			{Part: sum.Part, Kind: "plain", Label: "Nothing", Amount: dec("0")},
			{Part: sum.Part, Kind: "plain", Amount: dec("3"), TaxFree: true},
		}
		isPlain := false
		for c := range inv.Charges() {
			isPlain = isPlain || c.Kind == "plain"
		}
		if !isPlain {
			continue
		}
		plain++
		p := printer{inv: inv, l: &german}
		lines := p.sumLines()
		at := slices.IndexFunc(lines, func(l sumLine) bool { return l.label == "As agreed" })
		if at < 0 {
			t.Fatalf("%s: it is not printed: %+v", sum.Part, lines)
		}
		want := []string{german.day(first.FirstDay()) + " – " + german.day(last.LastDay()), "production (111111111111)", german.categories["reduced"]}
		if lines[at].value != "12,50" || !slices.Equal(lines[at].details, want) {
			t.Errorf("%s: printed as %+v, want 12,50 and %q", sum.Part, lines[at], want)
		}
		if next := lines[at+1]; next.label != "plain" || next.value != "3,00" || !slices.Equal(next.details, []string{p.taxFreeMark()}) {
			t.Errorf("%s: after it stands %+v", sum.Part, next)
		}
	}
	if plain == 0 {
		t.Fatal("no charge is without a shape of its own, so that nothing was looked at")
	}
}
