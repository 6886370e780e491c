package assign

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

//go:embed sql/sums.sql
var sumsSQL string

// Sum is what the lake says of one provider invoice of a load, in one currency.
// Money is the provider's own cost, exact, before tax but for lines of class tax;
// lines fenced as split-cost are left out.
type Sum struct {
	Load     string
	Invoice  string // empty for lines without one
	Currency money.Currency
	Lines    int64
	Billed   money.Decimal // unblended
	Net      money.Decimal // after negotiated discounts in columns; Billed where there are none
	// The amortized identity: Billed = Amortized + TrueUp + Upfront + Refunds, but
	// for what the provider rounded.
	Amortized money.Decimal
	TrueUp    money.Decimal // less the month's share of upfront fees
	Upfront   money.Decimal // one-time fees
	Refunds   money.Decimal // of one-time fees, which amortization never counted
}

// Sums adds up the lines of an open month (Open), sorted by load, invoice and
// currency.
func Sums(ctx context.Context, s engine.Session) ([]Sum, error) {
	all, err := engine.Collect(ctx, s, func(x *Sum) []any {
		return []any{&x.Load, &x.Invoice, &x.Currency, &x.Lines, engine.Exact(&x.Billed), engine.Exact(&x.Amortized),
			engine.Exact(&x.TrueUp), engine.Exact(&x.Upfront), engine.Exact(&x.Refunds), engine.Exact(&x.Net)}
	}, sumsSQL)
	if err != nil {
		return nil, fmt.Errorf("adding up the lines of the lake: %w", err)
	}
	return all, nil
}

// ReportOf is what the sums come to: what goes into the stages.
func ReportOf(sums []Sum) billing.Report {
	report := billing.Report{In: billing.Money{}}
	for _, x := range sums {
		report.RowsIn += x.Lines
		report.In.Add(x.Currency, x.Billed)
	}
	return report
}
