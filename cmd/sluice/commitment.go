package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/money"
)

func newCommitment(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "commitment",
		GroupID: "month",
		Short:   "See whom reservations and savings plans help, and decide on them",
		Long: `Commitment tells what became of reservations and savings plans in a month that is priced: whom the provider
gave them to, what their owners use of them alone, and what crossed from one customer to another. It also
gives units of them to others, and decides on whom they help.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newCommitmentList(c), newCommitmentShow(c), newCommitmentCoverage(c), newCommitmentCrossings(c),
		newCommitmentAssign(c), newCommitmentPolicy(c))
	return cmd
}

// completeCommitment offers a month, and after it the ids of its commitments.
func (c *cli) completeCommitment(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	return c.offerOfMonth(cmd, args, func(ctx context.Context, at api.Place, p billing.Period) ([]string, error) {
		list, err := api.ShowCommitments.Call(ctx, at, api.CommitmentsQuery{InMonth: api.InMonth{Period: p}})
		var ids []string
		for _, held := range list.Commitments {
			ids = append(ids, held.ID+"\t"+covers(held.Commitment))
		}
		return ids, err
	})
}

// covers says in a few words what a commitment is for.
func covers(c commitment.Commitment) string {
	var words []string
	switch {
	case c.Kind.Reservation():
		words = append(words, exact(c.Count)+" × "+strings.Trim(c.Shape.Family+"."+c.Shape.Size, "."))
	case c.Kind.Plan():
		words = append(words, exact(c.Hourly)+" "+string(c.Currency)+" an hour")
		if c.Shape.Family != "" {
			words = append(words, c.Shape.Family)
		}
	default:
		words = append(words, c.Shape.Service)
	}
	if c.Zone != "" {
		words = append(words, c.Zone)
	} else if c.Shape.Region != "" {
		words = append(words, c.Shape.Region)
	}
	return strings.Join(words, ", ")
}

// terms says how long a commitment holds and how it is paid.
func terms(c commitment.Commitment) string {
	return strings.TrimSpace(c.Term + " " + c.Payment)
}

// shortIDs gives each id its shortest end of 12 characters or more that no
// other of them has.
func shortIDs(ids []string) map[string]string {
	short := map[string]string{}
	for _, id := range ids {
		length := min(12, len(id))
		for length < len(id) && endings(ids, id[len(id)-length:]) > 1 {
			length++
		}
		short[id] = id[len(id)-length:]
	}
	return short
}

// endings counts the different ids that end so.
func endings(ids []string, ending string) int {
	different := map[string]bool{}
	for _, id := range ids {
		if strings.HasSuffix(id, ending) {
			different[id] = true
		}
	}
	return len(different)
}

// shown writes an amount in the digits of its currency.
func shown(amount money.Decimal, currency money.Currency) string {
	return grouped(amount.Fixed(currency.Digits()))
}

// percented writes a percentage, or a dash where there is none.
func percented(p *money.Decimal) string {
	if p == nil {
		return "–"
	}
	return p.Fixed(1) + " %"
}

// measure is what the units of a commitment's month are.
func measure(c commitment.Commitment) string {
	switch {
	case c.Kind.Reservation():
		return "instance-hours"
	case c.Kind.Plan():
		return string(c.Currency)
	}
	return "units"
}

// cut writes units for a person: what is left of a division is cut off.
func cut(units money.Decimal) string { return exact(units.Round(3, money.Down)) }
