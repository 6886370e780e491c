package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
)

func newExchange(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "exchange",
		GroupID: "month",
		Short:   "Exchange rates",
		Long: `A rate is of one month and one direction, and holds for all usage (common), for that of a payer, or for a
billing group. Rates are part of the configuration; these commands write them there from a spreadsheet, or from what
the provider itself names. Issued documents keep the rates they were made with.`,
	}
	cmd.AddCommand(newExchangeList(c), newExchangeImport(c), newExchangeFromInvoices(c))
	onlyCommands(cmd)
	return cmd
}

func newExchangeList(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "list [PERIOD]",
		Short: "List the exchange rates of a month, or of all",
		Long:  `List shows the exchange rates in force. One unit of FROM is RATE units of TO.`,
		Example: `  sluice exchange list
  sluice exchange list 2026-10 --json`,
		Args:              takes(0, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: c.placedMonth(func(ctx context.Context, at api.Place, p billing.Period) error {
			rates, err := api.ListRates.Call(ctx, at, api.OfMonth{Month: p})
			if err != nil {
				return err
			}
			return c.listRates(rates)
		}),
	}
}

func (c *cli) listRates(rates []billing.ExchangeRate) error {
	return c.write(listing[billing.ExchangeRate]{
		whole: struct {
			Rates []billing.ExchangeRate `json:"exchange_rates"`
		}{append([]billing.ExchangeRate{}, rates...)},
		rows:  rates,
		none:  "There are no exchange rates; `sluice exchange import` reads some from CSV, `sluice apply` from the configuration.",
		table: rateTable,
	})
}

var rateTable = grid[billing.ExchangeRate]{
	[]string{"MONTH", "FROM", "TO", ">RATE", "LEVEL", "OF"},
	func(r billing.ExchangeRate) []string {
		return []string{r.Month.String(), string(r.From), string(r.To), r.Rate.String(), r.Level, r.Payer + r.Group}
	},
}

func newExchangeImport(c *cli) *cobra.Command {
	var dryRun bool
	var f forced
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Import exchange rates from CSV",
		Long: `Import reads exchange rates from a CSV file with the columns month, from, to and rate, and where wanted level,
payer and group. It is UTF-8, with a comma, semicolon or tab between cells. Without a level, a rate with a payer is
of that payer, one with a group of that group, any other common.

The rates become part of the configuration as "sluice apply" puts it in force; a rate that is there
already is changed, others stay.`,
		Example: `  sluice exchange import rates.csv --dry-run
  sluice exchange import rates.csv`,
		Args: takes(1, 1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(cmd); err != nil {
				return err
			}
			data, err := readSheet(cmd, args[0])
			if err != nil {
				return err
			}
			in := api.ImportRatesInput{Name: filepath.Base(args[0]), DryRun: dryRun, ForcingQuery: api.ForcingQuery(f.forcing()), RawBody: data}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				done, err := api.ImportRates.Call(ctx, at, in)
				return c.ratesApplied(done, dryRun, mendable(err))
			})
		},
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "say what would change, and change nothing")
	f.flags(cmd)
	return cmd
}

func newExchangeFromInvoices(c *cli) *cobra.Command {
	var dryRun bool
	var f forced
	cmd := &cobra.Command{
		Use:   "from-invoices PERIOD",
		Short: "Take the exchange rates that the provider names",
		Long: `From-invoices takes the rates of payers that the provider itself names for a month: exchange_rate of the
provider's invoices, as they are declared, and the rate that lines of an export carry, as those of Azure do. They
become rates of level payer. Where two of one payer and pair differ, nothing is taken.`,
		Example: `  sluice exchange from-invoices 2026-10 --dry-run
  sluice exchange from-invoices 2026-10`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(cmd); err != nil {
				return err
			}
			p, err := period(cmd, args[0])
			if err != nil {
				return err
			}
			in := api.NamedRatesInput{InMonth: api.InMonth{Period: p}}
			in.Body.DryRun, in.Body.Forcing = dryRun, f.forcing()
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				done, err := api.TakeNamedRates.Call(ctx, at, in)
				return c.ratesApplied(done, dryRun, err)
			})
		},
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "say what would change, and change nothing")
	f.flags(cmd)
	return cmd
}

// ratesApplied writes what became of rates, or would.
func (c *cli) ratesApplied(done api.RatesApplied, dryRun bool, err error) error {
	if err != nil {
		return new(declaration).refused(err)
	}
	if dryRun {
		return c.changed(done.Changes, func(w io.Writer, n string) { fmt.Fprintf(w, "%s; without --dry-run they are made\n", n) })
	}
	return c.changed(done.Changes, func(w io.Writer, n string) {
		fmt.Fprintf(w, "%s applied\n", n)
		for _, k := range done.Kept {
			fmt.Fprintf(w, "%s: %s issued documents, which keep their rates\n", k.Month, counted(int64(k.Groups), "billing group has", "billing groups have"))
		}
	})
}
