// Package rating prices line items: it finds the owner of each line and the
// price rule for each pricing key, and writes charges, daily and per resource,
// at the customer's price. Every price can be explained by one decision.
package rating

import (
	"context"
	_ "embed"
	"fmt"
	"sort"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

//go:embed sql/charges.sql
var chargesSQL string

// Input of Rate.
type Input struct {
	assign.Month
	Dir string // folder for the charges, one folder below it for each group
}

// Rate writes the charges of a period and reports the lines and the money that
// went in: provider's cost, exact. The month is open (assign.Open). Conserved
// compares what came out.
func Rate(ctx context.Context, s engine.Session, in Input) (billing.Report, error) {
	billing.Step(ctx, "rate "+in.Period.String(), 0, 0)
	if err := open(ctx, s, in); err != nil {
		return billing.Report{}, err
	}
	report, err := sumOf(ctx, s, `
		SELECT billing_currency, COUNT(*), CAST(SUM(billed_cost) AS VARCHAR)
		FROM line_items WHERE x_fence IS NULL OR x_fence <> 'split-cost' GROUP BY billing_currency`)
	if err != nil {
		return report, err
	}
	rows, err := s.Write(ctx, chargesSQL, in.Dir, "group", len(in.Config.BillingGroups)+2)
	if err != nil {
		return report, fmt.Errorf("writing the charges of %s: %w", in.Period, err)
	}
	billing.Step(ctx, "rate "+in.Period.String(), rows, rows)
	return report, nil
}

// open makes the tables that the stage's SQL joins the lines with: plans, the
// plan of each billing group, and decisions.
func open(ctx context.Context, s engine.Session, in Input) error {
	numbers := planNumbers(in.Config)
	var rows [][]any
	for group, plan := range plans(in.Config) {
		rows = append(rows, []any{group, numbers[plan]})
	}
	columns := []engine.TableColumn{{Name: "owner", Type: "VARCHAR"}, {Name: "plan", Type: "INTEGER"}}
	if err := s.Table(ctx, "plans", columns, rows); err != nil {
		return err
	}
	keys, err := assign.ReadKeys(ctx, s)
	if err != nil {
		return err
	}
	return makeDecisions(ctx, s, in, keys, numbers)
}

// planNumbers numbers the distinct plans.
func planNumbers(c billing.Config) map[Plan]int {
	byGroup := plans(c)
	groups := make([]string, 0, len(byGroup))
	for g := range byGroup {
		groups = append(groups, g)
	}
	sort.Strings(groups)
	numbers := map[Plan]int{}
	for _, g := range groups {
		if _, ok := numbers[byGroup[g]]; !ok {
			numbers[byGroup[g]] = len(numbers)
		}
	}
	return numbers
}

func makeDecisions(ctx context.Context, s engine.Session, in Input, keys []assign.Key, numbers map[Plan]int) error {
	ordered := make([]Plan, len(numbers))
	for p, n := range numbers {
		ordered[n] = p
	}
	var rows [][]any
	for n, p := range ordered {
		rules := rulesOf(in.Config, p.Book)
		for _, k := range keys {
			for _, d := range decide(k, p, rules, in.Period) {
				rows = append(rows, []any{
					len(rows), k.Load, k.Number, n, d.From, d.To, string(d.Place), optional(d.Rule),
					string(d.Base), d.Factor, optionalNumber(d.UnitPrice), unlisted(k),
				})
			}
		}
	}
	return s.Table(ctx, "decisions", []engine.TableColumn{
		{Name: "decision", Type: "INTEGER"}, {Name: "load", Type: "VARCHAR"}, {Name: "pricing_key", Type: "INTEGER"},
		{Name: "plan", Type: "INTEGER"}, {Name: "from_day", Type: "DATE"}, {Name: "to_day", Type: "DATE"},
		{Name: "place", Type: "VARCHAR"}, {Name: "rule", Type: "VARCHAR"}, {Name: "base", Type: "VARCHAR"},
		{Name: "factor", Type: "DECIMAL(12, 6)"}, {Name: "unit_price", Type: "DECIMAL(20, 12)"}, {Name: "unlisted", Type: "INTEGER"},
	}, rows)
}

// unlisted tells (as 0 or 1) whether a key has no place in a world of list
// prices: commitment fees, and what takes covered usage back.
func unlisted(k assign.Key) int {
	if k.Text(lake.Class) == lake.ClassCommitmentFee || k.Text(lake.Fence) == lake.FenceNegation {
		return 1
	}
	return 0
}

func optional(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func optionalNumber(d *money.Decimal) any {
	if d == nil {
		return nil
	}
	return *d
}

// sumOf runs a query for currency, lines and provider's cost, and adds it up.
func sumOf(ctx context.Context, s engine.Session, query string) (billing.Report, error) {
	report := billing.Report{In: billing.Money{}}
	type total struct {
		currency, sum string
		lines         int64
	}
	all, err := engine.Collect(ctx, s, func(t *total) []any { return []any{&t.currency, &t.lines, &t.sum} }, query)
	if err != nil {
		return report, err
	}
	for _, t := range all {
		d, err := money.Parse(t.sum)
		if err != nil {
			return report, err
		}
		report.RowsIn += t.lines
		report.In.Add(money.Currency(t.currency), d)
	}
	return report, nil
}
