package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/spend"
)

func newUnit(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "unit",
		GroupID: "month",
		Short:   "Show what customers and their units spend",
		Long: `Unit tells what an organization spends, with all that is nested in it, in one currency: a customer by its id, a
unit as customer/unit, or the reseller. Amounts of a month in another currency are converted at its common
rate; a rate that is missing is said.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newUnitList(c), newUnitShow(c), newUnitBills(c), newUnitRegisters(c), newUnitEstimate(c))
	return cmd
}

var unitTable = grid[api.Organization]{
	[]string{"ORGANIZATION", "NAME", "KIND", "BELOW"},
	func(o api.Organization) []string { return []string{o.ID, o.Name, o.Kind, o.Parent} },
}

func newUnitList(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the organizations",
		Long:    `List shows the tree of organizations: the reseller, those that sell on, customers, and their units.`,
		Example: `  sluice unit list`,
		Args:    takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			all, err := api.ListOrganizations.Call(ctx, at, struct{}{})
			if err != nil {
				return err
			}
			return c.write(listing[api.Organization]{whole: map[string]any{"organizations": all}, rows: all, table: unitTable})
		}),
	}
}

// spendOptions are the options of all that tell spend.
type spendOptions struct {
	in   api.SpendOf
	day  string
	cost bool
}

func (o *spendOptions) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.in.Currency, "currency", "", "tell all in this `currency` (default that of the organization's billing groups, or the reseller's)")
	cmd.Flags().StringVar(&o.in.Provider, "provider", "", "of this cloud `provider` alone")
	cmd.Flags().StringVar(&o.day, "day", "", "the last `day` that counts (default the last one that there is data of)")
	cmd.Flags().BoolVar(&o.cost, "cost", false, "of the reseller: what providers charge it")
}

// read takes the organization and the options together.
func (o *spendOptions) read(cmd *cobra.Command, organization string) (api.SpendOf, error) {
	in := o.in
	in.Organization, in.Measure = organization, string(spend.Price)
	if o.cost {
		in.Measure = string(spend.Cost)
	}
	if o.day != "" {
		day, err := billing.ParseDay(o.day)
		if err != nil {
			return in, wrong(cmd, err.Error())
		}
		in.Day = api.On(day)
	}
	return in, nil
}

// about runs a command about one organization.
func (c *cli) about(o *spendOptions, work func(ctx context.Context, at api.Place, in api.SpendOf) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		in, err := o.read(cmd, args[0])
		if err != nil {
			return err
		}
		return c.place(cmd, func(ctx context.Context, at api.Place) error { return work(ctx, at, in) })
	}
}

func newUnitShow(c *cli) *cobra.Command {
	var o spendOptions
	var daily bool
	cmd := &cobra.Command{
		Use:   "show ORGANIZATION",
		Short: "Show what an organization spends",
		Long: `Show prints the month so far, what it will come to, services over the last 6 months or days with a mark where one
is more than 1.5 times the period before, who below it spends what, and how it stands with the sources that
its bills are read from.`,
		Example: `  sluice unit show aozora
  sluice unit show acme/web --daily
  sluice unit show reseller --cost --currency USD --json`,
		Args: takes(1, 1, "ORGANIZATION"),
	}
	cmd.RunE = c.about(&o, func(ctx context.Context, at api.Place, in api.SpendOf) error {
		q := api.SpendQuery{SpendOf: in, SpendTable: api.SpendTable{Services: "month"}}
		if daily {
			q.Services = "day"
		}
		told, err := api.ShowSpend.Call(ctx, at, q)
		if err != nil {
			return err
		}
		return c.result(told, func(w io.Writer) { writeSpend(w, told) })
	})
	o.flags(cmd)
	cmd.Flags().BoolVar(&daily, "daily", false, "services by day instead of by month")
	return cmd
}

// written is a figure in its currency's digits; with an asterisk where it lacks
// something.
func written(f spend.Figure, currency money.Currency) string {
	text := shown(f.Amount, currency)
	if f.Partial {
		text += "*"
	}
	return text
}

func writeHead(w io.Writer, h spend.Head) {
	fmt.Fprintf(w, "%s (%s): %s in %s, through %s\n", h.Name, h.Organization, h.Measure, h.Currency, h.Day)
}

// writeEstimate writes what a month has, will come to, and the last one came to.
func writeEstimate(w io.Writer, h spend.Head, toDate, last spend.Figure, e *spend.Estimate, change *spend.Change) {
	t := &table{titles: []string{"", ">" + string(h.Currency)}}
	t.rows = append(t.rows, []string{h.Period.String() + " to date", written(toDate, h.Currency)}, []string{"last bill", written(last, h.Currency)})
	if e != nil {
		t.rows = append(t.rows, []string{"estimate", written(spend.Figure{Amount: e.Amount, Partial: e.Partial}, h.Currency)})
	}
	if change != nil {
		text := shown(change.Amount, h.Currency)
		if change.Percent != nil {
			text += " (" + change.Percent.String() + " %)"
		}
		t.rows = append(t.rows, []string{"change", text})
	}
	t.write(w, "")
}

func writeSpend(w io.Writer, s spend.Spend) {
	writeHead(w, s.Head)
	writeEstimate(w, s.Head, s.ToDate, s.LastMonth, s.Estimate, s.Change)
	if s.Unassigned != nil && (s.Unassigned.Partial || !s.Unassigned.Amount.IsZero()) {
		fmt.Fprintf(w, "Nobody's yet: %s at cost.\n", written(*s.Unassigned, s.Currency))
	}
	section(w, "Services, with ! where more than 1.5 times the period before")
	t := &table{titles: []string{"PROVIDER", "SERVICE"}}
	for _, p := range s.Services.Periods {
		t.titles = append(t.titles, ">"+p)
	}
	for _, row := range append(s.Services.Rows, spend.ServiceSpend{Service: "all", Cells: s.Services.Total}) {
		cells := []string{row.Provider, row.Service}
		for _, cell := range row.Cells {
			text := written(cell.Figure, s.Currency)
			if cell.High {
				text = "! " + text
			}
			cells = append(cells, text)
		}
		t.rows = append(t.rows, cells)
	}
	t.write(w, "")
	if len(s.Parts) > 0 {
		section(w, "For whom")
		t = &table{titles: []string{"ORGANIZATION", "NAME", ">" + s.Period.String(), ">" + s.Period.Previous().String()}}
		for _, p := range s.Parts {
			t.rows = append(t.rows, []string{p.Organization, p.Name, written(p.Month, s.Currency), written(p.LastMonth, s.Currency)})
		}
		t.write(w, "")
	}
	writeStandings(w, s.Sources)
	writeMissing(w, s.Missing)
}

// writeStandings writes how it stands with sources.
func writeStandings(w io.Writer, all []spend.SourceStanding) {
	if len(all) == 0 {
		return
	}
	section(w, "Sources")
	t := &table{titles: []string{"SOURCE", "PAYER", "LAST GOOD (UTC)", ">AGE", "SAYS"}}
	for _, s := range all {
		good, age := "never", ""
		if s.GoodAt != nil {
			good, age = moment(*s.GoodAt), fmt.Sprintf("%d h", *s.AgeHours)
		}
		t.rows = append(t.rows, []string{s.Source, s.Payer, good, age, s.Problem})
	}
	t.write(w, "")
}

func writeMissing(w io.Writer, all []spend.MissingRate) {
	for _, m := range all {
		fmt.Fprintf(w, "* There is no common rate from %s to %s for %s; declare it under exchange_rates.\n", m.From, m.To, m.Month)
	}
}
