package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/money"
)

func newOriginalCost(c *cli) *cobra.Command {
	var q api.OriginalCostQuery
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
			q.Period, q.Currency, q.Rounding = p, money.Currency(currency), money.Rounding(round)
			if (currency == "") != (round == "") {
				return wrong(cmd, "--rate-currency and --round go together: converted amounts must be rounded")
			}
			if round != "" {
				if err := q.Rounding.Check(); err != nil {
					return wrong(cmd, err.Error())
				}
			}
			c.asked.otherwise(&csvOutput)
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				cost, err := api.ShowOriginalCost.Call(ctx, at, q)
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
	flags.StringVar(&q.Invoice, "invoice", "", "of one provider invoice alone, by its `id`")
	flags.StringVar(&currency, "rate-currency", "", "convert to this `currency`")
	flags.StringVar(&round, "round", "", "how converted amounts are rounded: half-up, half-even, down or up")
	c.offersCSV(cmd)
	flags.BoolVar(&q.PreviewLines, "preview-lines", false, "also lines without a provider invoice id")
	return cmd
}

func originalCells(c earnings.OriginalCost) grid[earnings.OriginalRow] {
	return grid[earnings.OriginalRow]{api.OriginalCostTitles, func(r earnings.OriginalRow) []string { return api.OriginalCostCells(c, r) }}
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
