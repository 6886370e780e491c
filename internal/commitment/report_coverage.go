package commitment

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

//go:embed sql/report_coverage.sql
var reportCoverageSQL string

// Coverage is how much of a group's usage commitments cover, at on-demand
// value. Eligible is usage that a commitment of the month covers, or could
// cover if it were the group's: what is left of it on demand is what to buy for.
type Coverage struct {
	Group    string         `json:"group"` // or reseller, or unassigned
	Currency money.Currency `json:"currency"`
	Alone    bool           `json:"alone"` // billed as if it were alone
	Eligible money.Decimal  `json:"eligible"`
	// Provider is what the provider covered, with whoever's commitments.
	Provider money.Decimal `json:"provider"`
	// Own is what is covered on the group's bill: by its own commitments, or as
	// the provider applied it where that stands. Of a group that is not billed
	// alone it is Provider.
	Own      money.Decimal `json:"own"`
	OnDemand money.Decimal `json:"on_demand"` // Eligible − Own
	// Provider and Own of Eligible, in percent; nil where nothing is eligible.
	ProviderPercent *money.Decimal `json:"provider_percent,omitempty"`
	OwnPercent      *money.Decimal `json:"own_percent,omitempty"`
}

// Coverage returns the coverage of every group that has eligible usage, sorted
// by group and currency.
func (r *Reports) Coverage(ctx context.Context) ([]Coverage, error) {
	rows, err := engine.Collect(ctx, r.session, func(c *Coverage) []any {
		return []any{&c.Group, &c.Currency, engine.Exact(&c.Eligible), engine.Exact(&c.Provider), engine.Exact(&c.Own)}
	}, r.sql(reportCoverageSQL, "effective"))
	if err != nil {
		return nil, fmt.Errorf("reading what the groups of %s have covered: %w", r.m.Period, err)
	}
	all := []Coverage{}
	for _, c := range rows {
		c.Alone = r.m.alone[c.Group]
		c.OnDemand = c.Eligible.Sub(c.Own)
		c.ProviderPercent, c.OwnPercent = percent(c.Provider, c.Eligible), percent(c.Own, c.Eligible)
		all = append(all, c)
	}
	return all, nil
}
