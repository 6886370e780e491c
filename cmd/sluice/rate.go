package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/trial"
)

// rateViews are what --by may be.
var rateViews = []string{"customer", "service", "rule"}

// tryOut is a month and the configuration that is tried on it, as it is typed.
type tryOut struct {
	with    []string
	group   string
	by      string
	against string
}

func newRate(c *cli) *cobra.Command {
	var t tryOut
	cmd := &cobra.Command{
		Use:     "rate PERIOD",
		GroupID: "month",
		Short:   "Try a configuration on a month, and change nothing",
		Long: `Rate prices any month that is loaded by the configuration in force together with the given files, as if
they were applied, and shows the difference to what is in force: what the month was rated with last, or,
where it is not rated yet, what the present configuration makes of it. Without files it shows what the present
rules make of the month. Nothing is applied, and no document changes.

Amounts are sums of usage and marketplace before discount, items and tax: in the provider's currency, and in
that of the invoice at the month's rate. Both sides are at the same rate, so that only prices differ. --json
has all digits.

With --against issued it makes each issued invoice of the month anew with the settings it was issued with,
and shows the credit or debit note that would correct it.`,
		Example: `  sluice rate 2026-08
  sluice rate 2026-08 --with new-book.yaml --by rule
  sluice rate 2026-08 --with new-book.yaml --group acme-main --by service
  sluice rate 2026-08 --with new-book.yaml --against issued`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE:              func(cmd *cobra.Command, args []string) error { return t.run(c, cmd, args[0]) },
	}
	cmd.Flags().StringArrayVar(&t.with, "with", nil, "configuration `file`, or folder with *.yaml files, to try; may be repeated")
	cmd.Flags().StringVar(&t.group, "group", "", "of one billing group alone, by its `id`")
	cmd.Flags().StringVar(&t.by, "by", "customer", "show a line for each `customer`, service or rule")
	cmd.Flags().StringVar(&t.against, "against", "", "`issued`: what would correct the issued invoices")
	if err := cmd.MarkFlagFilename("with", "yaml", "yml"); err != nil {
		panic(err) // the flag is defined above
	}
	registerCompletion(cmd, "group", c.completeGroup)
	registerCompletion(cmd, "by", cobra.FixedCompletions(rateViews, cobra.ShellCompDirectiveNoFileComp))
	registerCompletion(cmd, "against", cobra.FixedCompletions([]string{"issued"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (t tryOut) run(c *cli, cmd *cobra.Command, month string) error {
	p, err := period(cmd, month)
	switch {
	case err != nil:
		return err
	case !slices.Contains(rateViews, t.by):
		return wrong(cmd, fmt.Sprintf("differences cannot be shown by %q; use customer, service or rule", t.by))
	case t.against != "" && t.against != "issued":
		return wrong(cmd, fmt.Sprintf("a month cannot be compared with %q; --against takes issued", t.against))
	}
	d := declaration{files: t.with}
	var tried billing.Config
	if len(t.with) > 0 {
		if tried, err = d.load(cmd); err != nil {
			return err
		}
	}
	in := api.DryRunInput{InMonth: api.InMonth{Period: p}}
	in.Body.Group, in.Body.AgainstIssued = t.group, t.against != ""
	if len(t.with) > 0 {
		in.Body.Config = (*api.Configuration)(&tried)
	}
	return c.place(cmd, func(ctx context.Context, at api.Place) error {
		run, err := api.DryRunMonth.Call(ctx, at, in)
		if err != nil {
			return d.located(err)
		}
		return c.result(run, func(w io.Writer) { t.write(w, run) })
	})
}

func (t tryOut) write(w io.Writer, run trial.DryRun) {
	what := "the configuration in force"
	if len(t.with) > 0 {
		what += " with " + strings.Join(t.with, ", ")
	}
	if t.against != "" {
		fmt.Fprintf(w, "Issued invoices of %s, compared with what %s makes of them\n", run.Period, what)
		writeProposals(w, run)
	} else {
		than := "what it was rated with"
		if !run.Rated {
			than = "the configuration in force; it is not rated yet"
		}
		fmt.Fprint(w, wrap(fmt.Sprintf("%s by %s, compared with %s", run.Period, what, than), ""))
		t.writeDifferences(w, run)
	}
	writeTrialNotes(w, run)
}

// writeTrialNotes says where the figures are of more than the files.
func writeTrialNotes(w io.Writer, run trial.DryRun) {
	note := func(when bool, text string) {
		if when {
			fmt.Fprint(w, "\n"+wrap(text, ""))
		}
	}
	note(run.ConfigChanged, fmt.Sprintf("The configuration has changed since %s was rated, and what that moves is in these figures, too.", run.Period))
	note(run.NewerData, fmt.Sprintf("Other data was loaded since %s was rated; these figures are of the data it was rated from. `sluice close %s` takes the new data.", run.Period, run.Period))
	for _, g := range run.Groups {
		for _, missing := range g.MissingRates {
			note(true, fmt.Sprintf("%s is in the provider's currency only: %s", g.Group, missing))
		}
	}
}

// writeDifferences writes what differs, with what does not in one line, so that
// the columns add up.
func (t tryOut) writeDifferences(w io.Writer, run trial.DryRun) {
	titles := map[string][]string{
		"customer": {"CUSTOMER", "GROUP"},
		"service":  {"GROUP", "SERVICE"},
		"rule":     {"GROUP", "RULE BEFORE", "RULE AFTER", ">CHARGES"},
	}[t.by]
	table := newTable(append(titles, ">BEFORE", ">AFTER", ">DIFFERENCE", "", ">INVOICED", "")...)
	blank := make([]string, len(titles)-1)
	add := func(cells []string, d trial.Difference, invoiced string) {
		cells = append(cells, shown(d.Before, d.Currency), shown(d.After, d.Currency), shown(d.Amounts.Difference, d.Currency), string(d.Currency))
		if d.Invoiced != nil && money.Currency(invoiced) != d.Currency {
			cells = append(cells, shown(d.Invoiced.Difference, money.Currency(invoiced)), invoiced)
		}
		table.add(cells...)
	}
	same, moved := map[money.Currency]trial.Difference{}, false
	for _, g := range run.Groups {
		for _, line := range t.lines(g) {
			if !line.differs {
				kept := same[line.Currency]
				kept.Currency, kept.Before, kept.After = line.Currency, kept.Before.Add(line.Before), kept.After.Add(line.After)
				same[line.Currency] = kept
				continue
			}
			moved = true
			add(line.cells, line.Difference, string(g.Currency))
		}
	}
	if !moved {
		fmt.Fprintln(w, "\nNothing differs.")
		return
	}
	for _, currency := range slices.Sorted(maps.Keys(same)) {
		add(append([]string{"the rest"}, blank...), same[currency], "")
	}
	fmt.Fprintln(w)
	table.write(w, "")
	if t.group == "" {
		for _, total := range run.Totals {
			fmt.Fprintf(w, "\nThe reseller charges %s %s instead of %s: %s\n", shown(total.After, total.Currency), total.Currency,
				shown(total.Before, total.Currency), signed(total.Amounts.Difference, total.Currency)+" "+string(total.Currency))
		}
	}
}

// trialLine is a line of the table of differences.
type trialLine struct {
	cells   []string
	differs bool
	trial.Difference
}

// lines are a group's differences in the wanted view.
func (t tryOut) lines(g trial.GroupDifference) (all []trialLine) {
	switch t.by {
	case "service":
		for _, s := range g.Services {
			all = append(all, trialLine{[]string{g.Group, s.Service}, !s.Amounts.Difference.IsZero(), s.Difference})
		}
	case "rule":
		for _, r := range g.Rules {
			before, after := ruleNames(r.RuleBefore, r.RuleAfter)
			all = append(all, trialLine{[]string{g.Group, before, after, count(max(r.ChargesBefore, r.ChargesAfter))},
				before != after || !r.Amounts.Difference.IsZero(), r.Difference})
		}
	default:
		for _, d := range g.Totals {
			all = append(all, trialLine{[]string{g.Customer, g.Group}, !d.Amounts.Difference.IsZero(), d})
		}
	}
	return all
}

// ruleNames names two rules; their bases, where these are not the same or are
// all there is.
func ruleNames(before, after *trial.PricedBy) (string, string) {
	based := before != nil && after != nil && before.Base != after.Base
	name := func(r *trial.PricedBy) string {
		switch {
		case r == nil:
			return "–"
		case r.Several:
			return "several, by tags"
		case r.Rule == "":
			return "at " + r.Base
		case based:
			return fmt.Sprintf("%s: %s, on %s", r.Book, r.Rule, r.Base)
		}
		return r.Book + ": " + r.Rule
	}
	return name(before), name(after)
}

func signed(amount money.Decimal, currency money.Currency) string {
	if amount.Sign() > 0 {
		return "+" + shown(amount, currency)
	}
	return shown(amount, currency)
}

func writeProposals(w io.Writer, run trial.DryRun) {
	if len(run.Proposals) == 0 {
		fmt.Fprintf(w, "\nNo invoice is issued: drafts follow with the next close.\n")
	}
	for _, p := range run.Proposals {
		in := func(d money.Decimal) string { return grouped(d.Fixed(p.Digits)) }
		switch {
		case p.Problem != "":
			fmt.Fprint(w, "\n"+wrap(fmt.Sprintf("%s of %s: nothing can be proposed. %s", p.Corrects, p.Group, p.Problem), ""))
			continue
		case p.Kind == trial.ProposeNothing && len(p.Lines) == 0:
			fmt.Fprintf(w, "\n%s of %s stands as it is\n", p.Corrects, p.Group)
			continue
		case p.Kind == trial.ProposeNothing:
			fmt.Fprintf(w, "\n%s of %s: its total stands, its lines do not\n", p.Corrects, p.Group)
		default:
			size := p.Total.Difference
			if p.Kind == trial.ProposeCredit {
				size = size.Neg()
			}
			fmt.Fprintf(w, "\n%s of %s: %s note over %s %s\n", p.Corrects, p.Group, p.Kind, in(size), p.Currency)
		}
		t := newTable("ACCOUNT", "SERVICE", ">ISSUED", ">ANEW", ">DIFFERENCE")
		add := func(account, service string, a desk.Amounts) {
			t.add(account, service, in(a.Before), in(a.After), in(a.Difference))
		}
		for _, l := range p.Lines {
			add(l.Account, l.Service, l.Amounts)
		}
		add("", "Before tax", p.Net)
		add("", "Tax", p.Tax)
		add("", "Total", p.Total)
		t.write(w, "  ")
	}
}
