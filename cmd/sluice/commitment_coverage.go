package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
)

func newCommitmentCoverage(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "coverage PERIOD",
		Short: "Show how much of each group's usage commitments cover",
		Long: `Coverage shows for each billing group the usage that commitments cover or could cover, at its on-demand
value: how much of it the provider covered, with whoever's commitments, how much is covered on the group's
bill, and what is on demand there. A group that is not billed as if alone is billed as the provider covered
it. Amounts are rounded here; --json has all digits.`,
		Example:           `  sluice commitment coverage 2026-10`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: c.placedMonth(func(ctx context.Context, at api.Place, p billing.Period) error {
			groups, err := api.ListCommitmentCoverage.Call(ctx, at, api.InMonth{Period: p})
			if err != nil {
				return err
			}
			return c.write(listing[commitment.Coverage]{
				whole: struct {
					Groups []commitment.Coverage `json:"groups"`
				}{groups},
				rows:  groups,
				none:  "There is no usage that commitments could cover.",
				table: coverageTable,
			})
		}),
	}
}

var coverageTable = grid[commitment.Coverage]{
	[]string{"GROUP", "BILLED", ">ELIGIBLE", ">COVERED BY THE PROVIDER", ">", ">COVERED ON THE BILL", ">", ">ON DEMAND", ""},
	func(g commitment.Coverage) []string {
		billed := "alone"
		if !g.Alone {
			billed = "as the provider"
		}
		return []string{
			g.Group, billed, shown(g.Eligible, g.Currency), shown(g.Provider, g.Currency), percented(g.ProviderPercent),
			shown(g.Own, g.Currency), percented(g.OwnPercent), shown(g.OnDemand, g.Currency), string(g.Currency),
		}
	},
}
