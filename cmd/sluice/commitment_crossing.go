package main

import (
	"context"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
)

func newCommitmentCrossings(c *cli) *cobra.Command {
	var hours bool
	cmd := &cobra.Command{
		Use:   "crossings PERIOD",
		Short: "List what commitments of one customer covered for another",
		Long: `Crossings lists the benefit that the provider gave to another group than that of a commitment's owner, by
its own books: summed for each commitment and pair of groups, or with --hours hour by hour and account by
account. Agreements with the provider may not allow it between customers; between two groups of one customer
it is marked. Units that a group was given of a commitment are its own, and do not cross.

STANDS is what the beneficiary keeps on its bill; the rest was taken back before billing. Amounts are
rounded here; --json and --csv have all digits.`,
		Example: `  sluice commitment crossings 2026-10
  sluice commitment crossings 2026-10 --hours --csv > crossings.csv`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: c.placedMonth(func(ctx context.Context, at api.Place, p billing.Period) error {
			all, err := api.ListCommitmentCrossings.Call(ctx, at, api.CrossingsQuery{InMonth: api.InMonth{Period: p}, Hours: hours})
			if err != nil {
				return err
			}
			return c.write(listing[commitment.Crossing]{
				whole: struct {
					Crossings []commitment.Crossing `json:"crossings"`
				}{all},
				rows:  all,
				none:  "Nothing crossed from one group to another.",
				table: crossingTable(all),
				csv:   crossingCSV,
			})
		}),
	}
	cmd.Flags().BoolVar(&hours, "hours", false, "list every hour, and the accounts")
	c.offersCSV(cmd)
	return cmd
}

// crossingTable has the hour and the account where the rows are of hours.
func crossingTable(all []commitment.Crossing) grid[commitment.Crossing] {
	var ids []string
	hourly := false
	for _, x := range all {
		ids = append(ids, x.Commitment)
		hourly = hourly || x.Hour != nil
	}
	short := shortIDs(ids)
	titles := []string{"COMMITMENT", "OWNER", "OF", "HELPED", ">UNITS", ">LINES", ">ON DEMAND", ">COST", ">STANDS", "", ""}
	if hourly {
		titles = append([]string{"HOUR (UTC)", "ACCOUNT"}, titles...)
	}
	return grid[commitment.Crossing]{titles, func(x commitment.Crossing) []string {
		within := ""
		if x.Within {
			within = "within customer"
		}
		cells := []string{short[x.Commitment], x.OwnerAccount, x.OwnerGroup, x.Group, cut(x.Units), count(x.Lines),
			shown(x.OnDemand, x.Currency), shown(x.Effective, x.Currency), shown(x.Stands, x.Currency), string(x.Currency), within}
		if hourly {
			cells = append([]string{hourOf(x, "2006-01-02 15:04"), x.Account}, cells...)
		}
		return cells
	}}
}

// hourOf is empty in sums of the month.
func hourOf(x commitment.Crossing, layout string) string {
	if x.Hour == nil {
		return ""
	}
	return x.Hour.Format(layout)
}

var crossingCSV = grid[commitment.Crossing]{
	[]string{"hour", "payer", "commitment", "owner_account", "owner_group", "owner_customer", "account", "group", "customer", "within_customer",
		"units", "quantity", "lines", "currency", "on_demand", "effective", "stands"},
	func(x commitment.Crossing) []string {
		return []string{hourOf(x, time.RFC3339), x.Payer, x.Commitment, x.OwnerAccount, x.OwnerGroup, x.OwnerCustomer, x.Account, x.Group, x.Customer,
			strconv.FormatBool(x.Within), x.Units.String(), x.Quantity.String(), strconv.FormatInt(x.Lines, 10), string(x.Currency),
			x.OnDemand.String(), x.Effective.String(), x.Stands.String()}
	},
}
