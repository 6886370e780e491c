package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/pipeline"
)

func newProfit(c *cli) *cobra.Command {
	var from, to, by, currency string
	var asCSV bool
	cmd := &cobra.Command{
		Use:     "profit",
		GroupID: "month",
		Short:   "Show purchase, sales and profit of months in one currency",
		Long: `Profit shows, for each month, what the provider bills the reseller, what the reseller's invoices and notes
bill, and what is between: by customer, billing group, project, payer, or by source, which is what it is earned
by. Drafts count, and are also shown apart. All amounts are before tax and exact, in the reseller's currency by
the month's common exchange rates, or in the one that is named. A missing rate is an error.

What nobody is billed for is the reseller's own line. What documents have beside the lines of payers, such as
fees and additional items, is a line of its own by payer. The lines add up to the month; what is left over is
the last line, and is 0.`,
		Example: `  sluice profit --from 2026-10 --by project
  sluice profit --from 2026-07 --to 2026-09 --by customer --currency USD
  sluice profit --from 2026-10 --by source
  sluice profit --from 2026-07 --to 2026-09 --by group --csv`,
		Args: takes(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			first, last, err := monthRange(cmd, from, to)
			if err != nil {
				return err
			}
			view := pipeline.ProfitView(by)
			if !slices.Contains(pipeline.ProfitViews, view) {
				return wrong(cmd, fmt.Sprintf("profit cannot be shown by %q; use one of %s", by, strings.Join(profitViewNames(), ", ")))
			}
			if asCSV && c.json {
				return wrong(cmd, "--csv and --json are two formats; leave one out")
			}
			return c.with(cmd, func(ctx context.Context, a *app.App) error {
				p, err := a.Profit(ctx, first, last, view, money.Currency(currency))
				if err != nil {
					return err
				}
				if asCSV {
					c.finish()
					return deliver.WriteRows(c.stdout, "the profit", profitCells(p))
				}
				return c.result(p, func(w io.Writer) { writeProfit(w, p) })
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&from, "from", "", "first `month` (default the last one that is over)")
	flags.StringVar(&to, "to", "", "last `month` (default the first one)")
	flags.StringVar(&by, "by", "customer", strings.Join(profitViewNames(), ", "))
	flags.StringVar(&currency, "currency", "", "`currency` that is counted in (default the reseller's)")
	flags.BoolVar(&asCSV, "csv", false, "write the result as CSV")
	registerCompletion(cmd, "from", c.completePeriod)
	registerCompletion(cmd, "to", c.completePeriod)
	registerCompletion(cmd, "by", cobra.FixedCompletions(profitViewNames(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func profitViewNames() []string {
	names := make([]string, len(pipeline.ProfitViews))
	for i, v := range pipeline.ProfitViews {
		names[i] = string(v)
	}
	return names
}

// monthRange reads the first and the last month of a range.
func monthRange(cmd *cobra.Command, from, to string) (first, last billing.Period, err error) {
	first = billing.PeriodOf(time.Now()).Previous()
	switch {
	case from != "":
		if first, err = period(cmd, from); err != nil {
			return first, last, err
		}
	case to != "":
		return first, last, wrong(cmd, "--to needs the first month, too; name it with --from")
	}
	if last = first; to != "" {
		if last, err = period(cmd, to); err != nil {
			return first, last, err
		}
	}
	if last.Before(first) {
		return first, last, wrong(cmd, fmt.Sprintf("%s is before %s; --from is the first month", last, first))
	}
	return first, last, nil
}

func writeProfit(w io.Writer, p pipeline.Profit) {
	fmt.Fprintf(w, "Profit by %s, in %s, before tax\n", p.By, p.Currency)
	for _, m := range p.Months {
		title := m.Period.String()
		if m.Preview {
			title += ", preview, not final"
		}
		if len(m.Groups) > 0 {
			title += ", closed for " + strings.Join(m.Groups, ", ") + " alone"
		}
		section(w, title)
		writeProfitSheet(w, p, m.ProfitSheet)
		for _, r := range m.Rates {
			fmt.Fprintf(w, "  1 %s is %s %s\n", r.From, exact(r.Rate), r.To)
		}
		if len(m.InputTax.Minus(billing.Money{})) > 0 {
			fmt.Fprintf(w, "  the provider's tax, which is not in it: %s\n", exactMoney(m.InputTax.Minus(billing.Money{})))
		}
	}
	if len(p.Months) > 1 {
		section(w, "All months")
		writeProfitSheet(w, p, p.ProfitSheet)
	}
}

func writeProfitSheet(w io.Writer, p pipeline.Profit, s pipeline.ProfitSheet) {
	currency := string(p.Currency)
	if p.By == pipeline.ProfitBySource {
		var f figures
		f.add("purchase, "+exactMoney(s.Totals.Bought), s.Totals.Purchase, currency)
		f.add("sales, "+exactMoney(s.Totals.Billed), s.Totals.Sales, currency)
		f.addUnlessZero("  of it on drafts", s.Totals.Drafted, currency)
		for _, source := range s.Sources {
			f.addUnlessZero("  by "+string(source.Source), source.Amount, currency)
		}
		f.add("profit", s.Totals.Profit, currency)
		f.add("left over", s.Residue, currency)
		f.write(w, "  ")
		return
	}
	t := newTable(strings.ToUpper(string(p.By)), "BOUGHT", "BILLED", ">PURCHASE", ">SALES", ">OF IT DRAFTS", ">PROFIT", ">PERCENT")
	row := func(name string, sum pipeline.ProfitSum) {
		percent := ""
		if sum.Percent != nil {
			percent = sum.Percent.Fixed(2)
		}
		t.add(name, exactMoney(sum.Bought), exactMoney(sum.Billed), exact(sum.Purchase), exact(sum.Sales), exact(sum.Drafted), exact(sum.Profit), percent)
	}
	for _, r := range s.Rows {
		row(profitName(p.By, r), r.ProfitSum)
	}
	row("all", s.Totals)
	t.write(w, "  ")
	fmt.Fprintf(w, "  left over: %s %s\n", exact(s.Residue), currency)
}

// profitName is what a row is called.
func profitName(by pipeline.ProfitView, r pipeline.ProfitRow) string {
	switch {
	case r.ID != "":
		return r.ID
	case r.Kind == "none" && by == pipeline.ProfitByPayer:
		return "(not of a payer)"
	case r.Kind == "none":
		return "(no " + string(by) + ")"
	}
	return "(" + r.Kind + ")"
}

// profitCells are a row for each month and key, or each month and source.
func profitCells(p pipeline.Profit) [][]string {
	if p.By == pipeline.ProfitBySource {
		rows := [][]string{{"period", "preview", "source", "amount", "currency"}}
		for _, m := range p.Months {
			for _, s := range m.Sources {
				rows = append(rows, []string{m.Period.String(), strconv.FormatBool(m.Preview), string(s.Source), s.Amount.String(), string(p.Currency)})
			}
		}
		return rows
	}
	rows := [][]string{{
		"period", "preview", "kind", "id", "name", "purchase", "sales", "drafted", "profit", "percent", "currency", "bought", "billed",
	}}
	for _, m := range p.Months {
		for _, r := range m.Rows {
			percent := ""
			if r.Percent != nil {
				percent = r.Percent.String()
			}
			rows = append(rows, []string{
				m.Period.String(), strconv.FormatBool(m.Preview), r.Kind, r.ID, r.Name, r.Purchase.String(), r.Sales.String(), r.Drafted.String(),
				r.Profit.String(), percent, string(p.Currency), plainMoney(r.Bought), plainMoney(r.Billed),
			})
		}
	}
	return rows
}

// plainMoney is exactMoney for programs: without separators of thousands.
func plainMoney(m billing.Money) string { return strings.ReplaceAll(exactMoney(m), ",", "") }
