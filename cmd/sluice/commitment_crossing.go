package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/deliver"
)

func newCommitmentCrossings(c *cli) *cobra.Command {
	var hours, asCSV bool
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
		RunE: func(cmd *cobra.Command, args []string) error {
			if asCSV && c.json {
				return wrong(cmd, "--csv and --json do not go together")
			}
			return c.commitments(cmd, args[0], func(ctx context.Context, r *commitment.Reports) error {
				all, err := r.Crossings(ctx, hours)
				if err != nil {
					return err
				}
				if asCSV {
					return writeCrossingsCSV(c.stdout, all)
				}
				return c.result(struct {
					Crossings []commitment.Crossing `json:"crossings"`
				}{all}, func(w io.Writer) { writeCrossings(w, all) })
			})
		},
	}
	cmd.Flags().BoolVar(&hours, "hours", false, "list every hour, and the accounts")
	cmd.Flags().BoolVar(&asCSV, "csv", false, "write the result as CSV")
	return cmd
}

func writeCrossings(w io.Writer, all []commitment.Crossing) {
	if len(all) == 0 {
		fmt.Fprintln(w, "Nothing crossed from one group to another.")
		return
	}
	var ids []string
	for _, x := range all {
		ids = append(ids, x.Commitment)
	}
	short := shortIDs(ids)
	titles := []string{"COMMITMENT", "OWNER", "OF", "HELPED", ">UNITS", ">LINES", ">ON DEMAND", ">COST", ">STANDS", "", ""}
	if all[0].Hour != nil {
		titles = append([]string{"HOUR (UTC)", "ACCOUNT"}, titles...)
	}
	t := newTable(titles...)
	for _, x := range all {
		within := ""
		if x.Within {
			within = "within customer"
		}
		cells := []string{short[x.Commitment], x.OwnerAccount, x.OwnerGroup, x.Group, cut(x.Units), count(x.Lines),
			shown(x.OnDemand, x.Currency), shown(x.Effective, x.Currency), shown(x.Stands, x.Currency), string(x.Currency), within}
		if x.Hour != nil {
			cells = append([]string{hourOf(x, "2006-01-02 15:04"), x.Account}, cells...)
		}
		t.add(cells...)
	}
	t.write(w, "")
}

// hourOf is empty in sums of the month.
func hourOf(x commitment.Crossing, layout string) string {
	if x.Hour == nil {
		return ""
	}
	return x.Hour.Format(layout)
}

func writeCrossingsCSV(w io.Writer, all []commitment.Crossing) error {
	rows := [][]string{{"hour", "payer", "commitment", "owner_account", "owner_group", "owner_customer", "account", "group", "customer", "within_customer",
		"units", "quantity", "lines", "currency", "on_demand", "effective", "stands"}}
	for _, x := range all {
		rows = append(rows, []string{hourOf(x, time.RFC3339), x.Payer, x.Commitment, x.OwnerAccount, x.OwnerGroup, x.OwnerCustomer, x.Account, x.Group, x.Customer,
			strconv.FormatBool(x.Within), x.Units.String(), x.Quantity.String(), strconv.FormatInt(x.Lines, 10), string(x.Currency),
			x.OnDemand.String(), x.Effective.String(), x.Stands.String()})
	}
	return deliver.WriteRows(w, "the benefit that crosses customers", rows)
}
