package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/money"
)

func newOriginalCost(c *cli) *cobra.Command {
	var o earnings.OriginalCostOptions
	var currency, round string
	cmd := &cobra.Command{
		Use:     "original-cost PERIOD",
		GroupID: "month",
		Short:   "Export what the provider bills the reseller, by its invoices",
		Long: `Original-cost writes what the provider bills for a closed month as CSV: for each provider invoice a row for the
usage of each account, and one for each other thing on it, with the provider's tax apart. Amounts are after
discounts in columns, exact, in the provider's currency. The rows of an invoice add up to its lines.

With --rate-currency every row is converted by the rate that the provider's invoice names, else by that of its
payer, else by the common one, and rounded; what rounding left is told for each invoice. An invoice without a
rate is an error.

Lines without a provider invoice id are not final, and are left out unless --preview-lines is given.`,
		Example: `  sluice original-cost 2026-10 > cost.csv
  sluice original-cost 2026-10 --invoice 1234567890
  sluice original-cost 2026-10 --rate-currency JPY --round down
  sluice original-cost 2026-10 --preview-lines --json`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: forMonth(func(cmd *cobra.Command, p billing.Period) error {
			o.Currency, o.Rounding = money.Currency(currency), money.Rounding(round)
			if (currency == "") != (round == "") {
				return wrong(cmd, "--rate-currency and --round go together: converted amounts must be rounded")
			}
			if round != "" {
				if err := o.Rounding.Check(); err != nil {
					return wrong(cmd, err.Error())
				}
			}
			c.asked.otherwise(&csvOutput)
			return c.with(cmd, func(ctx context.Context, a *app.App) error {
				cost, err := a.Earnings.OriginalCost(ctx, p, o)
				if err != nil {
					return err
				}
				cells := originalCells(cost)
				err = c.write(listing[earnings.OriginalRow]{whole: cost, rows: cost.Rows, table: cells, csv: cells})
				if err != nil || c.output().program {
					return err
				}
				notes := &page{w: c.stderr}
				writeOriginalNotes(notes, cost)
				return notes.err
			})
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Invoice, "invoice", "", "of one provider invoice alone, by its `id`")
	flags.StringVar(&currency, "rate-currency", "", "convert to this `currency`")
	flags.StringVar(&round, "round", "", "how converted amounts are rounded: half-up, half-even, down or up")
	c.offersCSV(cmd)
	flags.BoolVar(&o.PreviewLines, "preview-lines", false, "also lines without a provider invoice id")
	return cmd
}

// originalCells have the titles that accountants of resellers know.
func originalCells(c earnings.OriginalCost) grid[earnings.OriginalRow] {
	amount := money.Decimal.String
	if c.Currency != "" {
		amount = func(d money.Decimal) string { return d.Fixed(c.Currency.Digits()) }
	}
	titles := []string{
		"BillingGroupID", "BillingGroupName", "Project Code", "Payer accountID", "Vendor", "Invoice ID", "CustomerID", "Type", "Description",
		"Charge", "Tax", "Total", "Exchange rate", "Currency",
	}
	return grid[earnings.OriginalRow]{titles, func(r earnings.OriginalRow) []string {
		rate := ""
		if r.Rate != nil {
			rate = r.Rate.String()
		}
		return []string{
			r.Group, r.GroupName, r.Project, r.Payer, r.Provider, r.Invoice, r.Account, r.Type, r.Description,
			amount(r.Charge), amount(r.Tax), amount(r.Total), rate, string(r.Currency),
		}
	}}
}

// writeOriginalNotes says what the rows cannot.
func writeOriginalNotes(w io.Writer, c earnings.OriginalCost) {
	if c.Preview {
		fmt.Fprintf(w, "%s was closed as a preview: it is not final\n", c.Period)
	}
	for _, i := range c.Invoices {
		name := "provider invoice " + i.Invoice
		if i.Invoice == "" {
			name = "lines without a provider invoice id"
		}
		if !i.Residue.IsZero() {
			fmt.Fprintf(w, "%s of payer %s: the rows are not its lines, which sum to %s; left over: %s %s\n", name, i.Payer, exact(i.Lines), exact(i.Residue), i.Currency)
		}
		if i.Left != nil {
			fmt.Fprintf(w, "%s of payer %s: 1 %s is %s %s (%s rate); rounding left %s %s\n", name, i.Payer, i.Currency, exact(*i.Rate), c.Currency, i.Level, exact(*i.Left), c.Currency)
		}
	}
	if len(c.LeftOut) > 0 {
		fmt.Fprintf(w, "left out: lines without a provider invoice id, %s; --preview-lines shows them\n", exactMoney(c.LeftOut))
	}
}
