package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/spend"
)

func newUnitBills(c *cli) *cobra.Command {
	var o spendOptions
	months := spend.UsualBills
	cmd := &cobra.Command{
		Use:   "bills ORGANIZATION",
		Short: "Show what an organization's last months came to, by category",
		Long: `Bills prints what an organization spent in its last months by provider, category (the service) and usage type. Of
a month that is not closed it is what there is so far; held says that findings hold its close, as ` + "`sluice status`" + ` tells.`,
		Example: `  sluice unit bills acme/web
  sluice unit bills reseller --cost --months 6 --csv`,
		Args: takes(1, 1, "ORGANIZATION"),
	}
	cmd.RunE = c.about(&o, func(ctx context.Context, at api.Place, in api.SpendOf) error {
		told, err := api.ShowSpendBills.Call(ctx, at, api.SpendBillsQuery{SpendOf: in, BillMonths: api.BillMonths{Months: months}})
		if err != nil {
			return err
		}
		return c.write(listing[spend.Bill]{
			whole: told, rows: told.Bills, none: "There is nothing in these months.",
			show: func(w io.Writer) {
				writeHead(w, told.Head)
				billTable(told.Currency).tabled(told.Bills).write(w, "")
				writeMissing(w, told.Missing)
			},
			csv: grid[spend.Bill]{[]string{"month", "state", "provider", "category", "usage_type", "currency", "amount", "partial"}, func(b spend.Bill) []string {
				return []string{b.Period.String(), billState(b), b.Provider, b.Category, b.UsageType, string(told.Currency), b.Amount.String(), partly(b.Figure)}
			}},
		})
	})
	o.flags(cmd)
	c.offersCSV(cmd)
	cmd.Flags().IntVar(&months, "months", months, "how many `months`, at most 12")
	return cmd
}

func billState(b spend.Bill) string {
	switch {
	case b.Final:
		return "final"
	case b.Held:
		return "held"
	}
	return "so far"
}

// partly is what CSV says of a figure that lacks something.
func partly(f spend.Figure) string {
	if f.Partial {
		return "true"
	}
	return ""
}

func billTable(currency money.Currency) grid[spend.Bill] {
	return grid[spend.Bill]{[]string{"MONTH", "STATE", "PROVIDER", "CATEGORY", "USAGE TYPE", ">" + string(currency)}, func(b spend.Bill) []string {
		return []string{b.Period.String(), billState(b), b.Provider, b.Category, b.UsageType, written(b.Figure, currency)}
	}}
}

func newUnitRegisters(c *cli) *cobra.Command {
	var o spendOptions
	cmd := &cobra.Command{
		Use:   "registers ORGANIZATION",
		Short: "Show what an organization spends day by day",
		Long:  `Registers prints what an organization spends on each day of a month, by provider and category (the service).`,
		Example: `  sluice unit registers acme/web
  sluice unit registers acme --day 2026-09-30 --csv`,
		Args: takes(1, 1, "ORGANIZATION"),
	}
	cmd.RunE = c.about(&o, func(ctx context.Context, at api.Place, in api.SpendOf) error {
		told, err := api.ShowSpendRegisters.Call(ctx, at, in)
		if err != nil {
			return err
		}
		return c.write(listing[spend.Register]{
			whole: told, rows: told.Registers, none: "There is nothing in this month.",
			show: func(w io.Writer) {
				writeHead(w, told.Head)
				grid[spend.Register]{[]string{"DAY", "PROVIDER", "CATEGORY", ">" + string(told.Currency)}, func(r spend.Register) []string {
					return []string{r.Day.String(), r.Provider, r.Category, written(r.Figure, told.Currency)}
				}}.tabled(told.Registers).write(w, "")
				writeMissing(w, told.Missing)
			},
			csv: grid[spend.Register]{[]string{"day", "provider", "category", "currency", "amount", "partial"}, func(r spend.Register) []string {
				return []string{r.Day.String(), r.Provider, r.Category, string(told.Currency), r.Amount.String(), partly(r.Figure)}
			}},
		})
	})
	o.flags(cmd)
	c.offersCSV(cmd)
	return cmd
}

func newUnitEstimate(c *cli) *cobra.Command {
	var o spendOptions
	cmd := &cobra.Command{
		Use:   "estimate ORGANIZATION",
		Short: "Show what the month of an organization will come to",
		Long: `Estimate follows a straight line, laid by least squares through the full days of the month, to its end. Fees, taxes
and entries, which span the month, are in no day of the line and count as they are.`,
		Example: `  sluice unit estimate acme/web
  sluice unit estimate acme --provider aws --json`,
		Args: takes(1, 1, "ORGANIZATION"),
	}
	cmd.RunE = c.about(&o, func(ctx context.Context, at api.Place, in api.SpendOf) error {
		told, err := api.ShowSpendEstimate.Call(ctx, at, in)
		if err != nil {
			return err
		}
		return c.result(told, func(w io.Writer) {
			writeHead(w, told.Head)
			writeEstimate(w, told.Head, told.ToDate, told.LastMonth, told.Estimate, told.Change)
			writeMissing(w, told.Missing)
		})
	})
	o.flags(cmd)
	return cmd
}
