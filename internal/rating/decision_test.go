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

// written is a decision on one line: days, place, price, rule and what it shadows.
func written(d Decision) string {
	price := fmt.Sprintf("%s × %s", d.Base, d.Factor)
	if d.UnitPrice != nil {
		price = "quantity × " + d.UnitPrice.String()
	}
	text := fmt.Sprintf("%s..%s %s %s by %q", d.From.String()[8:], d.To.String()[8:], d.Place, price, d.Rule)
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
		basis billing.Basis
		rules string
		want  []string
	}{
		{"no book: the price is the basis", usage, billing.Amortized, `[]`,
			[]string{`01..31 usage amortized × 1 by ""`}},
		{"R12 no rule fits: the price is the basis", usage, billing.Net, `[{"name": "a", "match": {"service": "AmazonS3"}, "percent": "5"}]`,
			[]string{`01..31 usage net × 1 by ""`}},
		{"R12 the first that matches wins, the others are shadowed", usage, billing.Unblended,
			`[{"name": "s3", "match": {"service": "AmazonS3"}, "percent": "9"}, {"name": "ec2", "match": {"service": "AmazonEC2"}, "percent": "-3"},
			  {"name": "tokyo", "match": {"region": "ap-northeast-1"}, "percent": "7"}, {"name": "rest", "percent": "2.5"}]`,
			[]string{`01..31 usage unblended × 0.97 by "ec2" over tokyo, rest`}},
		{"R12 percent up, four decimals", usage, billing.Unblended, `[{"name": "a", "percent": "12.3456"}]`,
			[]string{`01..31 usage unblended × 1.123456 by "a"`}},
		{"R12 minus 100 percent is free", usage, billing.Unblended, `[{"name": "a", "percent": "-100"}]`,
			[]string{`01..31 usage unblended × 0 by "a"`}},
		{"R12 keep stops later rules", usage, billing.List, `[{"name": "a", "keep": true}, {"name": "b", "percent": "5"}]`,
			[]string{`01..31 usage list × 1 by "a" over b`}},
		{"R12 unit price", usage, billing.Unblended, `[{"name": "a", "unit_price": "0.11"}]`,
			[]string{`01..31 usage quantity × 0.11 by "a"`}},
		{"R12 the rule's base in place of the group's", usage, billing.Amortized, `[{"name": "a", "base": "list", "percent": "-5"}]`,
			[]string{`01..31 usage list × 0.95 by "a"`}},
		{"R12 dates are inclusive and split the month", usage, billing.Unblended,
			`[{"name": "a", "percent": "1", "from": "2026-10-10", "to": "2026-10-20"}, {"name": "b", "percent": "2"}]`,
			[]string{`01..09 usage unblended × 1.02 by "b"`, `10..20 usage unblended × 1.01 by "a" over b`, `21..31 usage unblended × 1.02 by "b"`}},
		{"R12 a rule of one day", usage, billing.Unblended, `[{"name": "a", "percent": "1", "from": "2026-10-31", "to": "2026-10-31"}]`,
			[]string{`01..30 usage unblended × 1 by ""`, `31..31 usage unblended × 1.01 by "a"`}},
		{"R12 a rule that ends on the first day", usage, billing.Unblended, `[{"name": "a", "percent": "1", "to": "2026-10-01"}]`,
			[]string{`01..01 usage unblended × 1.01 by "a"`, `02..31 usage unblended × 1 by ""`}},
		{"R12 a rule of other months", usage, billing.Unblended,
			`[{"name": "a", "percent": "1", "to": "2026-09-30"}, {"name": "b", "percent": "2", "from": "2026-11-01"}]`,
			[]string{`01..31 usage unblended × 1 by ""`}},
		{"R12 a rule that began before and ends after", usage, billing.Unblended, `[{"name": "a", "percent": "1", "from": "2025-01-01", "to": "2027-01-01"}]`,
			[]string{`01..31 usage unblended × 1.01 by "a"`}},
		{"R14 marketplace is kept at its price", classed(lake.ClassMarketplace), billing.Unblended, `[{"name": "a", "percent": "5"}]`,
			[]string{`01..31 marketplace unblended × 1 by ""`}},
		{"R14 marketplace when the rule says so", classed(lake.ClassMarketplace), billing.Unblended, `[{"name": "a", "match": {"class": "marketplace"}, "percent": "5"}]`,
			[]string{`01..31 marketplace unblended × 1.05 by "a"`}},
		{"R14 a commitment's fee is kept at its price", classed(lake.ClassCommitmentFee), billing.Amortized, `[{"name": "a", "percent": "5"}]`,
			[]string{`01..31 usage amortized × 1 by ""`}},
		{"R27 an adjusting entry is off the invoice, whatever a rule says", classed(lake.ClassEntry), billing.Amortized, `[{"name": "a", "match": {"class": "entry"}, "percent": "5"}, {"name": "b", "percent": "5"}]`,
			[]string{`01..31 entry unblended × 0 by ""`}},
		{"R25 the provider's tax is off the invoice", classed(lake.ClassTax), billing.List, `[{"name": "a", "match": {"class": "tax"}, "percent": "5"}]`,
			[]string{`01..31 tax unblended × 0 by ""`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var rules []billing.PriceRule
			if err := json.Unmarshal([]byte(test.rules), &rules); err != nil {
				t.Fatal(err)
			}
			plan := Plan{Basis: test.basis, Book: "book"}
			var got []string
			for _, d := range decide(test.key, plan, rules, october(t)) {
				if d.Key != test.key || d.Plan != plan {
					t.Errorf("decision for key %d under %v", d.Key.Number, d.Plan)
				}
				got = append(got, written(d))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("decisions\n%s\nwanted\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// Groups that share basis and book share their decisions.
func TestPlanNumbers(t *testing.T) {
	c := billing.Config{BillingGroups: []billing.BillingGroup{
		{ID: "c", CostBasis: billing.List, PriceBook: "x"}, {ID: "a", CostBasis: billing.Unblended, PriceBook: "x"},
		{ID: "b", CostBasis: billing.List, PriceBook: "x"}, {ID: "d", CostBasis: billing.List},
	}}
	got := planNumbers(c)
	want := map[Plan]int{{billing.Unblended, "x"}: 0, {billing.List, "x"}: 1, {billing.List, ""}: 2}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("plans %v, want %v", got, want)
	}
}
