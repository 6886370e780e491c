package rating

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
)

func october(t testing.TB) billing.Period {
	t.Helper()
	p, err := billing.ParsePeriod("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// written is a decision on one line: days, price, rule and what it shadows.
func written(d Decision) string {
	price := strings.TrimSpace(fmt.Sprintf("%s × %s", d.Rule.Base, d.factor()))
	if d.UnitPrice != nil {
		price = "quantity × " + d.UnitPrice.String()
	}
	text := fmt.Sprintf("%s..%s %s by %q", d.From.String()[8:], d.To.String()[8:], price, d.Rule.Name)
	if len(d.Shadowed) > 0 {
		text += " over " + strings.Join(d.Shadowed, ", ")
	}
	return text
}

// R12, R14: which rule prices a key on which days, and how.
func TestDecide(t *testing.T) {
	usage := key(box)
	classed := func(class string) assign.Key { return key(with(box, lake.Class, class)) }
	tests := []struct {
		name  string
		key   assign.Key
		rules string
		want  []string
	}{
		{"no book: the price is the basis", usage, `[]`,
			nil},
		{"R12 no rule fits: the price is the basis", usage, `[{"name": "a", "match": {"service": "AmazonS3"}, "percent": "5"}]`,
			nil},
		{"R12 the first that matches wins, the others are shadowed", usage,
			`[{"name": "s3", "match": {"service": "AmazonS3"}, "percent": "9"}, {"name": "ec2", "match": {"service": "AmazonEC2"}, "percent": "-3"},
			  {"name": "tokyo", "match": {"region": "ap-northeast-1"}, "percent": "7"}, {"name": "rest", "percent": "2.5"}]`,
			[]string{`01..31 × 0.97 by "ec2" over tokyo, rest`}},
		{"R12 percent up, four decimals", usage, `[{"name": "a", "percent": "12.3456"}]`,
			[]string{`01..31 × 1.123456 by "a"`}},
		{"R12 minus 100 percent is free", usage, `[{"name": "a", "percent": "-100"}]`,
			[]string{`01..31 × 0 by "a"`}},
		{"R12 keep stops later rules", usage, `[{"name": "a", "keep": true}, {"name": "b", "percent": "5"}]`,
			[]string{`01..31 × 1 by "a" over b`}},
		{"R12 unit price", usage, `[{"name": "a", "unit_price": "0.11"}]`,
			[]string{`01..31 quantity × 0.11 by "a"`}},
		{"R12 the rule's base in place of the group's", usage, `[{"name": "a", "base": "list", "percent": "-5"}]`,
			[]string{`01..31 list × 0.95 by "a"`}},
		{"R12 dates are inclusive and split the month", usage,
			`[{"name": "a", "percent": "1", "from": "2026-10-10", "to": "2026-10-20"}, {"name": "b", "percent": "2"}]`,
			[]string{`01..09 × 1.02 by "b"`, `10..20 × 1.01 by "a" over b`, `21..31 × 1.02 by "b"`}},
		{"R12 a rule of one day", usage, `[{"name": "a", "percent": "1", "from": "2026-10-31", "to": "2026-10-31"}]`,
			[]string{`31..31 × 1.01 by "a"`}},
		{"R12 a rule that ends on the first day", usage, `[{"name": "a", "percent": "1", "to": "2026-10-01"}]`,
			[]string{`01..01 × 1.01 by "a"`}},
		{"R12 a rule of other months", usage,
			`[{"name": "a", "percent": "1", "to": "2026-09-30"}, {"name": "b", "percent": "2", "from": "2026-11-01"}]`,
			nil},
		{"R12 a rule that began before and ends after", usage, `[{"name": "a", "percent": "1", "from": "2025-01-01", "to": "2027-01-01"}]`,
			[]string{`01..31 × 1.01 by "a"`}},
		{"R14 marketplace is kept at its price", classed(lake.ClassMarketplace), `[{"name": "a", "percent": "5"}]`,
			nil},
		{"R14 marketplace when the rule says so", classed(lake.ClassMarketplace), `[{"name": "a", "match": {"class": "marketplace"}, "percent": "5"}]`,
			[]string{`01..31 × 1.05 by "a"`}},
		{"R14 a commitment's fee is kept at its price", classed(lake.ClassCommitmentFee), `[{"name": "a", "percent": "5"}]`,
			nil},
		{"R11 an adjusting entry is passed on by a rule that says so, not by one for usage", classed(lake.ClassEntry), `[{"name": "a", "match": {"class": "entry"}, "percent": "5"}, {"name": "b", "percent": "5"}]`,
			[]string{`01..31 × 1.05 by "a"`}},
		{"R25 the provider's tax is off the invoice", classed(lake.ClassTax), `[{"name": "a", "match": {"class": "tax"}, "percent": "5"}]`,
			nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var rules []billing.PriceRule
			if err := json.Unmarshal([]byte(test.rules), &rules); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range decide(NewMatcher(billing.PriceBook{ID: "book", Rules: rules}), test.key, october(t), nil) {
				if d.Key.Number != test.key.Number || d.Book != "book" {
					t.Errorf("decision for key %d by book %s", d.Key.Number, d.Book)
				}
				got = append(got, written(d))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("decisions\n%s\nwanted\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}
