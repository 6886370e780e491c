package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/money"
)

func newCommitmentList(c *cli) *cobra.Command {
	var expiring int64
	var unused string
	cmd := &cobra.Command{
		Use:   "list PERIOD",
		Short: "List a month's reservations and savings plans",
		Long: `List shows the commitments of a month that is priced: what they cover, until when, how much of them the
organization used by the provider's books, and how much their owners' groups use of them alone. Cost is the
recurring fee and the month's share of the upfront fee. GAIN is what the reseller gains, or loses, because
groups are billed as if each were alone. Amounts are rounded here; --json has all digits, and whole ids.`,
		Example: `  sluice commitment list 2026-10
  sluice commitment list 2026-10 --expiring 60
  sluice commitment list 2026-10 --unused 20 --json`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: forMonth(func(cmd *cobra.Command, p billing.Period) error {
			q := api.CommitmentsQuery{InMonth: api.InMonth{Period: p}}
			if cmd.Flags().Changed("expiring") {
				q.Expiring = strconv.FormatInt(expiring, 10)
			}
			if unused != "" {
				percent, err := money.Parse(unused)
				if err != nil || percent.Sign() < 0 || percent.Cmp(money.FromInt(100)) > 0 {
					return wrong(cmd, fmt.Sprintf("%q is not a percentage; use a number from 0 to 100", unused))
				}
				q.Unused = percent.String()
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				list, err := api.ShowCommitments.Call(ctx, at, q)
				if err != nil {
					return err
				}
				return c.write(listing[commitment.Position]{
					whole: list, rows: list.Commitments, none: "There are no such commitments.",
					show: func(w io.Writer) { writeInventory(w, list) },
				})
			})
		}),
	}
	cmd.Flags().Int64Var(&expiring, "expiring", 0, "only those that end at most so many `days` after the month")
	cmd.Flags().StringVar(&unused, "unused", "", "only those of which nobody used at least so many `percent`")
	return cmd
}

func writeInventory(w io.Writer, list commitment.Inventory) {
	var ids []string
	for _, p := range list.Commitments {
		ids = append(ids, p.ID)
	}
	short := shortIDs(ids)
	t := newTable("COMMITMENT", "KIND", "OWNER", "GROUP", "COVERS", "TERM", "ENDS", ">DAYS", ">USED", ">ALONE", ">COST", ">UNUSED", ">UNUSED ALONE", ">GAIN", "")
	for _, p := range list.Commitments {
		ends, days := "", ""
		if p.End != nil {
			ends, days = p.End.Format("2006-01-02"), count(*p.DaysLeft)
		}
		alone, unused := "–", "–"
		if p.Alone != nil {
			alone, unused = percented(p.Alone.Utilization), shown(p.Alone.UnusedCost, p.Currency)
		}
		t.add(short[p.ID], string(p.Kind), p.Owner, strings.Join(p.OwnerGroups, ", "), covers(p.Commitment), terms(p.Commitment), ends, days,
			percented(p.Utilization), alone, shown(p.Cost, p.Currency), shown(p.UnusedCost, p.Currency), unused, shown(p.Gain.Total, p.Currency), string(p.Currency))
	}
	for _, total := range list.Totals {
		t.add(counted(int64(total.Commitments), "in all", "in all"), "", "", "", "", "", "", "", "", "", shown(total.Cost, total.Currency),
			shown(total.UnusedCost, total.Currency), shown(total.AloneUnusedCost, total.Currency), shown(total.Gain, total.Currency), string(total.Currency))
	}
	t.write(w, "")
}
