package explore

import (
	"context"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// TagCosts is what usage and marketplace of a billing group cost in a month by the
// value of a tag: exact, at the group's price, in the provider's currency. Tags are
// written KEY=value. It is what the file ripple-tag divides documents by. A month
// that is not rated has none.
func (x *Explorer) TagCosts(ctx context.Context, period billing.Period, group, key string) ([]deliver.TagCost, error) {
	type row struct {
		keys       []string
		date, unit string
		other      bool
		currency   money.Currency
		lines      int64
		price      money.Decimal
	}
	q, err := Question{From: period, By: []Dimension{Account, Service, Place, Tag(key)}}.checked(dimensions)
	if err != nil {
		return nil, err
	}
	b := &query{from: "sums s"}
	b.bind([]string{group})
	_, rows, err := ask(ctx, x, q, b.sum(q, ofPrices, "price"), b.args, func(r *row, quantity *money.Decimal) places {
		return places{&r.keys, &r.date, &r.other, &r.currency, &r.unit, quantity, &r.lines, []any{engine.Exact(&r.price)}}
	}, func(*row, money.Decimal) {})
	if err != nil {
		return nil, err
	}
	costs := make([]deliver.TagCost, len(rows))
	for i, r := range rows {
		costs[i] = deliver.TagCost{Account: r.keys[0], Service: r.keys[1], Marketplace: r.keys[2] == "marketplace", Currency: r.currency, Cost: r.price}
		if r.keys[3] != "" {
			costs[i].Tag = key + "=" + r.keys[3]
		}
	}
	return costs, nil
}
