package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/earnings"
)

// marginViews are what --by may be.
var marginViews = []string{"source", "group"}

func newMargin(c *cli) *cobra.Command {
	var group, by, tier string
	cmd := &cobra.Command{
		Use:     "margin PERIOD",
		GroupID: "month",
		Short:   "Show what a month earns, and by what",
		Long: `Margin shows what customers are charged in a closed month less what the provider bills, and where it comes
from: reservations and savings plans, volume tiers, the provider's discounts, other cost bases, the price
book, managed services, what the reseller uses or keeps for itself, and the provider's tax. The sources add
up to the margin; what is left over is the last line, and is 0.

A billing group that is the parent of others resells: it buys what they use and sells it to them. With --tier
its own margin is shown, and nothing of what the reseller pays.

Where the export has discounts in columns, cost is the net cost. Amounts are exact, in the provider's
currency. What the invoices add, such as fees, discount and exchange, follows in the invoice's currency.`,
		Example: `  sluice margin 2026-10
  sluice margin 2026-10 --by group
  sluice margin 2026-10 --group acme-main --json
  sluice margin 2026-10 --tier north`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: forMonth(func(cmd *cobra.Command, p billing.Period) error {
			if !slices.Contains(marginViews, by) {
				return wrong(cmd, fmt.Sprintf("margin cannot be shown by %q; use source or group", by))
			}
			if tier != "" && (group != "" || cmd.Flags().Changed("by")) {
				return wrong(cmd, "--tier shows the buyers of one billing group; leave out --group and --by")
			}
			month := api.InMonth{Period: p}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				if tier != "" {
					t, err := api.ShowResaleMargin.Call(ctx, at, api.ResaleQuery{InMonth: month, Group: tier})
					if err != nil {
						return err
					}
					return c.result(t, func(w io.Writer) { writeTierMonth(w, t) })
				}
				m, err := api.ShowMargin.Call(ctx, at, api.MarginQuery{InMonth: month, Group: group})
				if err != nil {
					return err
				}
				return c.result(m, func(w io.Writer) { writeMargin(w, m, by) })
			})
		}),
	}
	cmd.Flags().StringVar(&group, "group", "", "of one billing group alone, by its `id`; or reseller, or unassigned")
	cmd.Flags().StringVar(&tier, "tier", "", "of one billing group that resells, by its `id`: what it pays and what it sells for")
	cmd.Flags().StringVar(&by, "by", "source", "show the sources, or a line for each group: `source` or group")
	registerCompletion(cmd, "by", cobra.FixedCompletions(marginViews, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func writeMargin(w io.Writer, m earnings.Margin, by string) {
	what := "Margin of"
	if m.Preview {
		what = "Preview, not final: margin of"
	}
	fmt.Fprintf(w, "%s %s\n", what, m.Period)
	if by == "group" {
		writeMarginGroups(w, m)
	} else {
		writeMarginSources(w, m)
	}
	writeInvoiceMargins(w, m.Invoices)
	for _, t := range m.Tiers {
		section(w, "What "+t.Tier+" resells")
		writeTierSums(w, t)
	}
}

func writeTierMonth(w io.Writer, t earnings.TierMonth) {
	what := "Margin of"
	if t.Preview {
		what = "Preview, not final: margin of"
	}
	fmt.Fprintf(w, "%s %s in %s\n", what, t.Tier, t.Period)
	section(w, "Before exchange and tax")
	writeTierSums(w, t.TierMargin)
	writeInvoiceMargins(w, t.Invoices)
}

// writeTierSums writes a line for each buyer, in each currency of the provider.
func writeTierSums(w io.Writer, t earnings.TierMargin) {
	rows := newTable("BUYER", "", ">PAYS FOR IT", ">SELLS IT FOR", ">MARGIN")
	for _, sum := range t.Totals {
		for _, b := range sum.Buyers {
			rows.add(b.Group, string(sum.Currency), exact(b.Bought), exact(b.Sold), exact(b.Margin))
		}
		rows.add("all", string(sum.Currency), exact(sum.Bought), exact(sum.Sold), exact(sum.Margin))
	}
	rows.write(w, "  ")
	for _, sum := range t.Totals {
		if !sum.OwnUse.IsZero() {
			fmt.Fprintf(w, "  for what it uses itself it pays %s %s\n", exact(sum.OwnUse), sum.Currency)
		}
	}
	if len(t.Totals) == 0 {
		fmt.Fprintln(w, "  nothing was bought or sold")
	}
}

func writeMarginGroups(w io.Writer, m earnings.Margin) {
	section(w, "Before exchange and customers' tax")
	t := newTable("GROUP", "", ">CHARGED", ">COST", ">PROVIDER'S TAX IN IT", ">MARGIN")
	row := func(name string, s earnings.MarginSum) {
		t.add(name, string(s.Currency), exact(s.Sell), exact(s.Cost), exact(s.BeforeTax.Sub(s.Margin)), exact(s.Margin))
	}
	for _, g := range m.Groups {
		row(g.Group, g.MarginSum)
	}
	for _, total := range m.Totals {
		row("all", total)
	}
	t.write(w, "  ")
	for _, total := range m.Totals {
		fmt.Fprintf(w, "  left over: %s %s\n", exact(total.Residue), total.Currency)
	}
}

func writeMarginSources(w io.Writer, m earnings.Margin) {
	for _, total := range m.Totals {
		currency := string(total.Currency)
		section(w, "In "+currency+", before exchange and customers' tax")
		var f figures
		f.add("the customers are charged", total.Sell, currency)
		f.add("the provider's lines cost", total.Billed, currency)
		if !total.Billed.Equal(total.Cost) {
			f.add("after discounts in their columns", total.Cost, currency)
		}
		for _, s := range total.Sources {
			if s.Source != earnings.FromTax {
				f.addUnlessZero("  by "+string(s.Source), s.Amount, currency)
			}
		}
		f.add("margin before the provider's tax", total.BeforeTax, currency)
		f.addUnlessZero("the provider's tax", total.Margin.Sub(total.BeforeTax), currency)
		f.add("margin", total.Margin, currency)
		f.add("left over", total.Residue, currency)
		f.write(w, "  ")
	}
	if len(m.Totals) == 0 {
		fmt.Fprintln(w, "\n  nothing was charged and nothing cost")
	}
}

func writeInvoiceMargins(w io.Writer, invoices []earnings.InvoiceMargin) {
	if len(invoices) == 0 {
		return
	}
	section(w, "What the invoices add, before tax")
	for _, i := range invoices {
		fmt.Fprintf(w, "  %s, %s\n", i.ID, i.State)
		currency := string(i.Currency)
		var f figures
		f.add("usage at the common rate", i.Usage, currency)
		f.addUnlessZero("  by entries", i.Entries, currency)
		f.addUnlessZero("  by exchange", i.Exchange, currency)
		f.addUnlessZero("  by rounding", i.Rounding, currency)
		f.addUnlessZero("  by discount", i.Discount, currency)
		f.addUnlessZero("  by support", i.Support, currency)
		f.addUnlessZero("  by agency", i.Agency, currency)
		f.addUnlessZero("  by billing-services", i.Services, currency)
		f.addUnlessZero("  by shortfalls", i.Shortfall, currency)
		f.addUnlessZero("  by items", i.Items, currency)
		f.addUnlessZero("  by coupons", i.Coupons, currency)
		for _, c := range i.Charges {
			f.add("  by "+string(earnings.FromCharge(c.Part)), c.Amount, currency)
		}
		f.add("invoice before tax", i.BeforeTax, currency)
		f.add("left over", i.Residue, currency)
		f.write(w, "    ")
	}
}
