package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/commitment"
)

func newCommitmentShow(c *cli) *cobra.Command {
	var q api.CommitmentQuery
	cmd := &cobra.Command{
		Use:   "show PERIOD ID",
		Short: "Show everything of one commitment",
		Long: `Show tells everything of one commitment in a month that is priced: its terms, who owns which units of it
under which policy, whom the provider gave it to, whom it covers when groups are alone, what is unused then,
and what the reseller gains or loses by it. ID is its id, or an end of it that no other has.

With --hours it lists every hour (or day, where the export is daily).`,
		Example: `  sluice commitment show 2026-10 4f6e01c2
  sluice commitment show 2026-10 4f6e01c2 --hours --json`,
		Args:              takes(2, 2, "PERIOD and ID"),
		ValidArgsFunction: c.completeCommitment,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if q.Period, err = period(cmd, args[0]); err != nil {
				return err
			}
			q.ID = args[1]
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				d, err := api.ShowCommitment.Call(ctx, at, q)
				if err != nil {
					return err
				}
				return c.result(d, func(w io.Writer) { writeCommitment(w, d) })
			})
		},
	}
	cmd.Flags().BoolVar(&q.Hours, "hours", false, "list every hour")
	cmd.Flags().StringVar(&q.Payer, "payer", "", "`id` of the payer, where two have the same commitment")
	return cmd
}

func writeCommitment(w io.Writer, d commitment.Detail) {
	fmt.Fprintf(w, "%s\n%s of account %s (%s), payer %s\n", d.ID, d.Kind, d.Owner, strings.Join(d.OwnerGroups, ", "), d.Payer)
	fmt.Fprintf(w, "covers %s\n", covers(d.Commitment))
	if text := terms(d.Commitment); text != "" {
		fmt.Fprintln(w, text)
	}
	if d.Start != nil && d.End != nil {
		fmt.Fprintf(w, "from %s to %s UTC, %s left\n", d.Start.Format("2006-01-02 15:04"), d.End.Format("2006-01-02 15:04"), counted(*d.DaysLeft, "day", "days"))
	}
	currency := string(d.Currency)

	section(w, "The month by the provider's books")
	var f figures
	f.add("fee", d.Fee, currency)
	f.addUnlessZero("share of the upfront fee", d.Upfront, currency)
	f.addUnlessZero("paid at once in this month", d.Paid, currency)
	f.add("reserved", d.Reserved, measure(d.Commitment))
	f.add("used", d.Used.Units, measure(d.Commitment)+", "+percented(d.Utilization))
	f.add("what that would cost on demand", d.Used.OnDemand, currency)
	f.add("unused", d.Unused.Units, measure(d.Commitment))
	f.add("what that costs", d.UnusedCost, currency)
	f.addUnlessZero("rounded away of the fee", d.GapRecurring, currency)
	f.addUnlessZero("rounded away of the upfront fee", d.GapUpfront, currency)
	f.write(w, "  ")
	writeBenefits(w, d, d.Provider)

	section(w, "When groups are alone")
	t := newTable("HELPS", "POLICY", ">UNITS", "GROUPS", ">COVERS", ">USED", "", ">UNUSED", ">COSTS", "")
	for _, s := range d.Shares {
		policy := string(s.Policy)
		if s.Price != nil {
			policy += " " + exact(*s.Price)
		}
		helps := "account " + s.Account
		if s.Account == "" {
			helps = "group " + s.Group
		}
		if s.Alone == nil {
			t.add(helps, policy, exact(s.Units), "not applied again")
			continue
		}
		t.add(helps, policy, exact(s.Units), strings.Join(s.Groups, ", "), cut(s.Alone.Units), cut(s.Alone.Used), percented(s.Alone.Utilization),
			cut(s.Alone.Units.Sub(s.Alone.Used)), shown(s.Alone.UnusedCost, d.Currency), currency)
	}
	t.write(w, "  ")
	writeBenefits(w, d, d.Applied)

	section(w, "What the reseller gains by it, before fees")
	f = nil
	f.add("taken back from other groups", d.Gain.FromOthers, currency)
	f.add("taken back from its own", d.Gain.FromOwn, currency)
	f.add("given again", d.Gain.GivenAgain.Neg(), currency)
	f.add("gain", d.Gain.Total, currency)
	f.write(w, "  ")
	writeSlots(w, d)
}

func writeBenefits(w io.Writer, d commitment.Detail, all []commitment.Benefit) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(w)
	t := newTable("USED BY", "GROUP", ">"+strings.ToUpper(measure(d.Commitment)), ">LINES", ">ON DEMAND", ">COSTS", ">STANDS", "")
	for _, b := range all {
		group := b.Group
		if !b.Inside {
			group += " (another's)"
		}
		t.add(b.Account, group, cut(b.Units), count(b.Lines), shown(b.OnDemand, d.Currency), shown(b.Effective, d.Currency), shown(b.Stands, d.Currency), string(d.Currency))
	}
	t.write(w, "  ")
}

func writeSlots(w io.Writer, d commitment.Detail) {
	if d.Hours == nil {
		return
	}
	section(w, "Hour by hour")
	t := newTable("FROM (UTC)", ">CAPACITY", ">USED IN THE GROUP", ">OUTSIDE", ">ALONE")
	for _, h := range d.Hours {
		t.add(h.Start.Format("2006-01-02 15:04"), cut(h.Capacity), cut(h.Inside), cut(h.Outside), cut(h.Alone))
	}
	t.write(w, "  ")
}
