package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/exchange"
	"github.com/sluice-billing/sluice/internal/sheet"
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
		RunE: c.ofMonth(func(ctx context.Context, a *app.App, p billing.Period) error {
			rates, err := a.Rates.Of(ctx, p)
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
			return c.with(cmd, func(ctx context.Context, a *app.App) error {
				wanted, err := a.Rates.Read(ctx, filepath.Base(args[0]), data)
				var rows *exchange.Error
				var file *sheet.FileError
				if errors.As(err, &rows) || errors.As(err, &file) {
					return &argumentError{message: err.Error()}
				}
				if err != nil {
					return err
				}
				return c.applyRates(ctx, a, wanted, f, dryRun)
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
			return c.with(cmd, func(ctx context.Context, a *app.App) error {
				named, err := a.Rates.Named(ctx, p)
				if err != nil {
					return err
				}
				if len(named) == 0 {
					return fmt.Errorf("the provider names no exchange rate for %s: no provider invoice has an exchange_rate, and no line that is loaded carries one", p)
				}
				var wanted billing.Config
				for _, r := range named {
					wanted.ExchangeRates = append(wanted.ExchangeRates, r.ExchangeRate)
				}
				return c.applyRates(ctx, a, wanted, f, dryRun)
			})
		},
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "say what would change, and change nothing")
	f.flags(cmd)
	return cmd
}

// applyRates puts rates in force as apply does, or says what that would change.
func (c *cli) applyRates(ctx context.Context, a *app.App, wanted billing.Config, f forced, dryRun bool) error {
	var d declaration
	changes, err := d.changes(ctx, a, wanted)
	if err != nil {
		return err
	}
	if dryRun {
		return c.changed(changes, func(w io.Writer, n string) { fmt.Fprintf(w, "%s; without --dry-run they are made\n", n) })
	}
	if err := f.refused(ctx, a, d, changes); err != nil {
		return err
	}
	if err := f.apply(ctx, a, changes); err != nil {
		return err
	}
	kept, err := keptRates(ctx, a, wanted, changes)
	return errors.Join(c.changed(changes, func(w io.Writer, n string) { fmt.Fprintf(w, "%s applied\n%s", n, kept) }), err)
}

// keptRates is a line for each month whose issued documents keep the rates they have.
func keptRates(ctx context.Context, a *app.App, wanted billing.Config, changes []config.Change) (lines string, err error) {
	changed := map[string]bool{}
	for _, change := range changes {
		changed[change.ID] = true
	}
	var months []billing.Period
	for _, r := range wanted.ExchangeRates {
		if changed[config.RateID(r)] && !slices.Contains(months, r.Month) {
			months = append(months, r.Month)
		}
	}
	for _, month := range months {
		issued, err := a.Items.IssuedGroups(ctx, month)
		if err != nil {
			return lines, err
		}
		if n := int64(len(issued)); n > 0 {
			lines += fmt.Sprintf("%s: %s issued documents, which keep their rates\n", month, counted(n, "billing group has", "billing groups have"))
		}
	}
	return lines, nil
}
