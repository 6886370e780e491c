package engine

import (
	"context"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// Sum adds up a query whose rows are a currency, lines, and their exact cost in
// it.
func Sum(ctx context.Context, s Session, query string) (billing.Report, error) {
	type row struct {
		currency money.Currency
		lines    int64
		cost     money.Decimal
	}
	report := billing.Report{In: billing.Money{}}
	all, err := Collect(ctx, s, func(r *row) []any { return []any{&r.currency, &r.lines, Exact(&r.cost)} },
		"SELECT currency, CAST(lines AS BIGINT), CAST(cost AS VARCHAR) FROM ("+query+") AS sums(currency, lines, cost)")
	for _, r := range all {
		report.RowsIn += r.lines
		report.In.Add(r.currency, r.cost)
	}
	return report, err
}
