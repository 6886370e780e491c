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

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/money"
)

func newProfit(c *cli) *cobra.Command {
	var from, to, by, currency string
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
			view := earnings.ProfitView(by)
			if !slices.Contains(earnings.ProfitViews, view) {
				return wrong(cmd, fmt.Sprintf("profit cannot be shown by %q; use one of %s", by, strings.Join(profitViewNames(), ", ")))
			}
			q := api.ProfitQuery{From: first, To: last, By: view, Currency: money.Currency(currency)}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				p, err := api.ShowProfit.Call(ctx, at, q)
				if err != nil {
					return err
				}
				show := func(w io.Writer) { writeProfit(w, p) }
				if view == earnings.ProfitBySource {
					return c.write(listing[sourceRow]{whole: p, rows: sourceRows(p), show: show, csv: sourceCSV})
				}
				return c.write(listing[profitRow]{whole: p, rows: profitRows(p), show: show, csv: profitCSV})
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&from, "from", "", "first `month` (default the last one that is over)")
	flags.StringVar(&to, "to", "", "last `month` (default the first one)")
	flags.StringVar(&by, "by", "customer", strings.Join(profitViewNames(), ", "))
	flags.StringVar(&currency, "currency", "", "`currency` that is counted in (default the reseller's)")
	c.offersCSV(cmd)
	registerCompletion(cmd, "from", c.completePeriod)
	registerCompletion(cmd, "to", c.completePeriod)
	registerCompletion(cmd, "by", cobra.FixedCompletions(profitViewNames(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func profitViewNames() []string {
	names := make([]string, len(earnings.ProfitViews))
	for i, v := range earnings.ProfitViews {
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

func writeProfit(w io.Writer, p earnings.Profit) {
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

func writeProfitSheet(w io.Writer, p earnings.Profit, s earnings.ProfitSheet) {
	currency := string(p.Currency)
	if p.By == earnings.ProfitBySource {
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
	row := func(name string, sum earnings.ProfitSum) {
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
func profitName(by earnings.ProfitView, r earnings.ProfitRow) string {
	switch {
	case r.ID != "":
		return r.ID
	case r.Kind == "none" && by == earnings.ProfitByPayer:
		return "(not of a payer)"
	case r.Kind == "none":
		return "(no " + string(by) + ")"
	}
	return "(" + r.Kind + ")"
}

// profitRow is what a key is in a month.
type profitRow struct {
	Period   billing.Period `json:"period"`
	Preview  bool           `json:"preview"`
	Currency money.Currency `json:"currency"`
	earnings.ProfitRow
}

func profitRows(p earnings.Profit) (rows []profitRow) {
	for _, m := range p.Months {
		for _, r := range m.Rows {
			rows = append(rows, profitRow{m.Period, m.Preview, p.Currency, r})
		}
	}
	return rows
}

var profitCSV = grid[profitRow]{
	[]string{"period", "preview", "kind", "id", "name", "purchase", "sales", "drafted", "profit", "percent", "currency", "bought", "billed"},
	func(r profitRow) []string {
		percent := ""
		if r.Percent != nil {
			percent = r.Percent.String()
		}
		return []string{
			r.Period.String(), strconv.FormatBool(r.Preview), r.Kind, r.ID, r.Name, r.Purchase.String(), r.Sales.String(), r.Drafted.String(),
			r.Profit.String(), percent, string(r.Currency), plainMoney(r.Bought), plainMoney(r.Billed),
		}
	},
}

// sourceRow is what a source earned in a month.
type sourceRow struct {
	Period   billing.Period `json:"period"`
	Preview  bool           `json:"preview"`
	Currency money.Currency `json:"currency"`
	earnings.SourceMargin
}

func sourceRows(p earnings.Profit) (rows []sourceRow) {
	for _, m := range p.Months {
		for _, s := range m.Sources {
			rows = append(rows, sourceRow{m.Period, m.Preview, p.Currency, s})
		}
	}
	return rows
}

var sourceCSV = grid[sourceRow]{
	[]string{"period", "preview", "source", "amount", "currency"},
	func(r sourceRow) []string {
		return []string{r.Period.String(), strconv.FormatBool(r.Preview), string(r.Source), r.Amount.String(), string(r.Currency)}
	},
}

// plainMoney is exactMoney for programs: without separators of thousands.
func plainMoney(m billing.Money) string { return strings.ReplaceAll(exactMoney(m), ",", "") }
