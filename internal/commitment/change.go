package commitment

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

//go:embed sql/changes.sql
var changesSQL string

// Change is what the stage did to the cost of a load's lines in one currency, as
// the parts tell (R7): what groups pay alone is what the provider bills, plus
// TakenBack, less Given, plus Sold, plus Tiers. Exact, before tax.
type Change struct {
	Load      string
	Currency  money.Currency
	TakenBack money.Decimal // what the provider's commitments took off usage, at on-demand prices
	Given     money.Decimal // what each group's own commitments take off, at on-demand prices
	Sold      money.Decimal // what is paid for that at a fixed price (R8)
	Tiers     money.Decimal // what volume tiers cost each group alone, less what they cost all together
}

// Changes adds the view parts up (Open), sorted by load and currency.
func Changes(ctx context.Context, s engine.Session) ([]Change, error) {
	all, err := engine.Collect(ctx, s, func(c *Change) []any {
		return []any{&c.Load, &c.Currency, engine.Exact(&c.TakenBack), engine.Exact(&c.Given), engine.Exact(&c.Sold), engine.Exact(&c.Tiers)}
	}, changesSQL)
	if err != nil {
		return nil, fmt.Errorf("adding up what commitments changed: %w", err)
	}
	return all, nil
}
