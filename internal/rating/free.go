package rating

import (
	"context"
	_ "embed"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

//go:embed sql/free.sql
var freeSQL string

// ratesBeyondFree returns, where a book bills the provider's free tier, what a
// unit of each free key costs beyond it: the highest public rate that the
// month's lines of the same product were billed at, else the highest rate. A key
// whose product nobody paid for in the month has none.
func ratesBeyondFree(ctx context.Context, s engine.Session, books []billing.PriceBook) (map[keyID]*money.Decimal, error) {
	if !slices.ContainsFunc(books, func(b billing.PriceBook) bool {
		return slices.ContainsFunc(b.Rules, func(r billing.PriceRule) bool { return r.BillFreeTier })
	}) {
		return nil, nil
	}
	type free struct {
		keyID
		rate money.Decimal
	}
	all, err := engine.Collect(ctx, s, func(f *free) []any { return []any{&f.load, &f.number, engine.Exact(&f.rate)} }, freeSQL)
	if err != nil {
		return nil, fmt.Errorf("finding what the free tier costs: %w", err)
	}
	rates := map[keyID]*money.Decimal{}
	for _, f := range all {
		rates[f.keyID] = &f.rate
	}
	return rates, nil
}
