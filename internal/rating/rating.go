// Package rating prices line items: it finds the owner of each line and the
// price rule for each pricing key, and writes charges, daily and per resource,
// at the customer's price. Every price can be explained by one decision.
package rating

import (
	"context"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// Input of Rate.
type Input struct {
	assign.Month
	Dir string // folder for the charges, one folder below it for each group
}

// Rate writes the charges of a period and reports the lines and the money that
// went in: provider's cost, exact. The month is open (assign.Open), and the view
// daily_usage is (commitment.Open). Conserved compares what came out.
func Rate(ctx context.Context, s engine.Session, in Input) (billing.Report, error) {
	billing.Step(ctx, "rate "+in.Period.String(), 0, 0)
	q, err := open(ctx, s, in)
	if err != nil {
		return billing.Report{}, err
	}
	report, err := engine.Sum(ctx, s, `
		SELECT k.billing_currency, SUM(u.lines), SUM(u.unblended)
		FROM daily_usage u JOIN pricing_keys k ON k.load = u.load AND k.x_pricing_key = u.x_pricing_key
		GROUP BY k.billing_currency`)
	if err != nil {
		return report, err
	}
	rows, err := s.Write(ctx, q.charges(), in.Dir, "group", len(in.Config.BillingGroups)+2)
	if err != nil {
		return report, fmt.Errorf("writing the charges of %s: %w", in.Period, err)
	}
	billing.Step(ctx, "rate "+in.Period.String(), rows, rows)
	return report, nil
}

// open makes the tables that the stage's SQL joins the lines with: plans,
// bearers of pools, decisions, and what rules charge for a whole month.
func open(ctx context.Context, s engine.Session, in Input) (query, error) {
	h, books, err := makePlans(ctx, s, in)
	if err != nil {
		return query{}, err
	}
	q := query{shape: h, pooled: len(in.Config.Pools) > 0, tagged: in.RulesUseTags()}
	if q.pooled {
		if err := makeBearers(ctx, s, in); err != nil {
			return q, err
		}
	}
	rules, err := makeDecisions(ctx, s, in, books, h)
	if err != nil {
		return q, err
	}
	q.bounded = slices.ContainsFunc(rules, func(r billing.PriceRule) bool { return r.NotBelow != "" || r.NotAbove != "" })
	q.managed = slices.ContainsFunc(rules, func(r billing.PriceRule) bool { return r.Managed != nil })
	q.totals = map[int]bool{}
	if slices.ContainsFunc(rules, byMonth) {
		err = makeTotals(ctx, s, &q, rules)
	}
	return q, err
}

// makeDecisions makes the table decisions of the books and returns the rules
// that won somewhere; total_of is a rule's place among them.
func makeDecisions(ctx context.Context, s engine.Session, in Input, books []string, h shape) ([]billing.PriceRule, error) {
	var wanted []billing.PriceBook
	for _, b := range in.Config.PriceBooks {
		if slices.Contains(books, b.ID) {
			wanted = append(wanted, b)
		}
	}
	keys, err := in.ReadKeys(ctx, s)
	if err != nil {
		return nil, err
	}
	used, err := usedKeys(ctx, s, wanted, h)
	if err != nil {
		return nil, err
	}
	rates, err := ratesBeyondFree(ctx, s, wanted)
	if err != nil {
		return nil, err
	}
	var rows [][]any
	var rules []billing.PriceRule
	for _, b := range wanted {
		m := NewMatcher(b)
		numbers := map[string]int{} // of the book's rules by name
		for _, k := range keys {
			if used != nil && !used[bookKey{b.ID, keyID{k.Load, k.Number}}] {
				continue
			}
			for _, d := range decide(m, k, in.Period, rates[keyID{k.Load, k.Number}]) {
				n, known := numbers[d.Rule.Name]
				if !known {
					n = len(rules)
					numbers[d.Rule.Name] = n
					rules = append(rules, d.Rule)
				}
				rows = append(rows, append([]any{int64(len(rows)), b.ID, k.Load, k.Number, k.Set, d.From, d.To}, terms(d, n)...))
			}
		}
	}
	return rules, s.Table(ctx, "decisions", []engine.TableColumn{
		{Name: "decision", Type: "BIGINT"}, {Name: "book", Type: "VARCHAR"}, {Name: "load", Type: "VARCHAR"}, {Name: "pricing_key", Type: "INTEGER"},
		{Name: "tag_set", Type: "INTEGER"}, {Name: "from_day", Type: "DATE"}, {Name: "to_day", Type: "DATE"},
		{Name: "rule", Type: "VARCHAR"}, {Name: "base", Type: "VARCHAR"}, {Name: "factor", Type: "DECIMAL(12, 6)"}, {Name: "unit_price", Type: "DECIMAL(20, 12)"},
		{Name: "total_of", Type: "INTEGER"}, {Name: "total_on", Type: "VARCHAR"}, {Name: "excluded", Type: "INTEGER"}, {Name: "managed", Type: "DECIMAL(12, 6)"},
		{Name: "not_below", Type: "VARCHAR"}, {Name: "not_above", Type: "VARCHAR"},
	}, rows)
}

// terms are what a decision does to a price, as the columns rule … not_above.
// n is the number of its rule.
func terms(d Decision, n int) []any {
	r := d.Rule
	var totalOf, totalOn, excluded any
	if byMonth(r) {
		totalOf, totalOn = int32(n), "price"
		if onQuantity(r.Tiers) {
			totalOn = "quantity"
		}
	}
	if r.Exclude {
		excluded = int32(1)
	}
	return []any{r.Name, optional(string(r.Base)), d.Factor(), optionalNumber(d.UnitPrice), totalOf, totalOn, excluded,
		optionalNumber(r.Managed), optional(string(r.NotBelow)), optional(string(r.NotAbove))}
}

func optionalNumber(d *money.Decimal) any {
	if d == nil {
		return nil
	}
	return *d
}
