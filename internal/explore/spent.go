package explore

import (
	"context"
	"slices"
)

// spent are the dimensions of Spent: what customers may ask for, and what kind of
// charge it is, which says nothing of its cost either.
var spent = append(slices.Clone(shown), Provider, Class, Category)

// Spent is Prices with the provider and the kind of a charge among its dimensions.
func (x *Explorer) Spent(ctx context.Context, q Question, groups []string) ([]PriceRow, error) {
	return x.prices(ctx, q, groups, spent)
}
