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
	"github.com/sluice-billing/sluice/internal/commitment"
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
	report, err := commitment.Used(ctx, s)
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
	rules, used, err := makeDecisions(ctx, s, in, books, h)
	if err != nil {
		return q, err
	}
	q.used = used
	q.totals = map[int]bool{}
	if slices.ContainsFunc(rules, byMonth) {
		err = makeTotals(ctx, s, &q, rules)
	}
	return q, err
}

// makeDecisions makes the table decisions of the books and returns the rules
// that won somewhere, and the actions they have; total_of is a rule's place among
// them.
func makeDecisions(ctx context.Context, s engine.Session, in Input, books []string, h shape) ([]billing.PriceRule, []*action, error) {
	var wanted []billing.PriceBook
	for _, b := range in.Config.PriceBooks {
		if slices.Contains(books, b.ID) {
			wanted = append(wanted, b)
		}
	}
	keys, err := in.ReadKeys(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	used, err := usedKeys(ctx, s, wanted, h)
	if err != nil {
		return nil, nil, err
	}
	rates, err := ratesBeyondFree(ctx, s, wanted)
	if err != nil {
		return nil, nil, err
	}
	var all []numbered
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
				all = append(all, numbered{d, int64(len(all)), int32(n)})
			}
		}
	}
	acting := usedBy(all)
	return rules, acting, writeDecisions(ctx, s, all, acting)
}

func optionalNumber(d *money.Decimal) any {
	if d == nil {
		return nil
	}
	return *d
}
