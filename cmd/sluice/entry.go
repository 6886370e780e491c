package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/adjustment"
	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/entry"
)

func newEntry(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "entry",
		GroupID: "month",
		Short:   "Decide on fees, refunds, credits and other adjusting entries",
		Long: `Entry shows the adjusting entries of a month – the provider's fees, refunds, credits, discounts,
marketplace one-offs, upfront and support fees – and decides on them. They are collected with every load
of the month. None is on a customer's invoice until it is applied, by a person or by a rule of the
configuration (entry_rules); what is kept is the reseller's and is not asked about again.

Drafts follow with the next close of the month that an entry is applied to, or with "sluice invoice draft". An issued invoice never changes:
its entries cannot be taken off, and none can be added. When the provider delivers an entry anew that was
decided on, what is different becomes an entry of its own.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newEntryList(c), newEntryApply(c), newEntryRestore(c), newEntryKeep(c), newEntrySplit(c), newEntryAllocate(c),
		newEntryUndo(c), newEntryAdd(c), newEntryRules(c))
	return cmd
}

func newEntryList(c *cli) *cobra.Command {
	var q api.EntriesQuery
	var state, kind string
	cmd := &cobra.Command{
		Use:   "list PERIOD",
		Short: "List a month's adjusting entries",
		Long: `List shows the entries that occurred in a month, are applied to it, or are parts that are to be applied in
it. GROUP is the billing group that has the entry on its invoice, else who owns its account on that day: a
billing group, a pool, the reseller, or nobody (unassigned). Amounts are exact, in the provider's currency,
without tax. Entries that are split or allocated count by their parts.`,
		Example: `  sluice entry list 2026-10
  sluice entry list 2026-10 --state open --kind support
  sluice entry list 2026-10 --group acme-main --json`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: forMonth(func(cmd *cobra.Command, p billing.Period) error {
			q.Period, q.State, q.Kind = p, entry.State(state), entry.Kind(kind)
			if state != "" && !slices.Contains(entry.States, q.State) {
				return wrong(cmd, fmt.Sprintf("%q is not a state of entries; use %s", state, strings.Join(words(entry.States), ", ")))
			}
			if kind != "" && !slices.Contains(entry.Kinds, q.Kind) {
				return wrong(cmd, fmt.Sprintf("%q is not a kind of entries; use %s", kind, strings.Join(words(entry.Kinds), ", ")))
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				entries, err := api.ListEntries.Call(ctx, at, q)
				if err != nil {
					return err
				}
				return c.write(listing[adjustment.Listed]{
					whole: struct {
						Period  billing.Period      `json:"period"`
						Entries []adjustment.Listed `json:"entries"`
					}{p, entries},
					rows: entries,
					none: "There are no such entries.",
					show: func(w io.Writer) { writeEntryList(w, entries) },
				})
			})
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&state, "state", "", "only those in this `state`: "+strings.Join(words(entry.States), ", "))
	flags.StringVar(&kind, "kind", "", "only those of this `kind`: "+strings.Join(words(entry.Kinds), ", "))
	flags.StringVar(&q.Account, "account", "", "only those of this `account`")
	flags.StringVar(&q.Payer, "payer", "", "only those of this `payer`")
	flags.StringVar(&q.Group, "group", "", "only those that are this billing `group`'s, or of its accounts")
	registerCompletion(cmd, "state", cobra.FixedCompletions(words(entry.States), cobra.ShellCompDirectiveNoFileComp))
	registerCompletion(cmd, "kind", cobra.FixedCompletions(words(entry.Kinds), cobra.ShellCompDirectiveNoFileComp))
	registerCompletion(cmd, "group", c.completeGroup)
	return cmd
}

// words are names of a fixed set, as texts.
func words[T ~string](names []T) []string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = string(n)
	}
	return all
}

// completeEntry offers the entries that are in one of the states.
func (c *cli) completeEntry(states ...entry.State) func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		return c.offerAt(cmd, func(ctx context.Context, at api.Place) ([]string, error) {
			months, err := api.ListMonths.Call(ctx, at, struct{}{})
			if err != nil {
				return nil, err
			}
			var ids []string
			for _, m := range months {
				entries, err := api.ListEntries.Call(ctx, at, api.EntriesQuery{InMonth: api.InMonth{Period: m.Period}})
				if err != nil {
					return nil, err
				}
				for _, e := range entries {
					if slices.Contains(states, e.State) {
						ids = append(ids, fmt.Sprintf("%s\t%s, %s %s", e.ID, e.Label(), exact(e.Amount), e.Currency))
					}
				}
			}
			slices.Sort(ids)
			return slices.Compact(ids), nil
		})
	}
}

func writeEntryList(w io.Writer, entries []adjustment.Listed) {
	t := newEntryTable()
	for _, e := range entries {
		addEntry(t, e.Entry, e.Owner)
	}
	t.write(w, "")
	fmt.Fprintln(w)
	for _, state := range entry.States {
		sum, n := billing.Money{}, int64(0)
		for _, e := range entries {
			if e.State == state && !e.IsDivided() {
				sum.Add(e.Currency, e.Amount)
				n++
			}
		}
		if n > 0 {
			fmt.Fprintf(w, "%-8s %s over %s\n", state, counted(n, "entry", "entries"), exactMoney(sum))
		}
	}
}

func newEntryTable() *table {
	return newTable("ENTRY", "START", "KIND", "ACCOUNT", "GROUP", "WHAT", ">AMOUNT", "", "STATE")
}

func addEntry(t *table, e entry.Entry, owner string) {
	if e.Group != "" {
		owner = e.Group
	}
	t.add(e.ID, e.Start.String(), string(e.Kind), e.Account, owner, e.Label(), exact(e.Amount), string(e.Currency), entryStanding(e))
}

// entryStanding says what became of an entry.
func entryStanding(e entry.Entry) string {
	text := string(e.State)
	if e.State == entry.Applied {
		text += " to " + e.Into.String()
	} else if e.Due != nil {
		text += ", due " + e.Due.String()
	}
	if e.Rate != nil {
		text += ", at " + exact(*e.Rate)
	}
	if e.TaxFree {
		text += ", free of tax"
	}
	if e.Origin == entry.Difference {
		text += ", difference of " + e.Of
	}
	if e.Rule != "" {
		text += ", by rule " + e.Rule
	}
	return text
}

// writeEntries writes entries as they are after a decision, and what follows.
func writeEntries(w io.Writer, entries []entry.Entry) {
	t := newEntryTable()
	for _, e := range entries {
		addEntry(t, e, "")
	}
	t.write(w, "")
}

// writeFollows says which months' drafts are to be made anew.
func writeFollows(w io.Writer, periods []billing.Period) {
	if len(periods) == 0 {
		return
	}
	slices.SortFunc(periods, func(a, b billing.Period) int { return a.Start().Compare(b.Start()) })
	periods = slices.Compact(periods)
	if len(periods) == 1 {
		fmt.Fprintf(w, "Drafts of %s follow with its next close, or with `sluice invoice draft %s`.\n", periods[0], periods[0])
		return
	}
	fmt.Fprintf(w, "Drafts of %s to %s follow with the next close of each month.\n", periods[0], periods[len(periods)-1])
}

// appliedTo are the months that entries are applied to.
func appliedTo(entries []entry.Entry) (periods []billing.Period) {
	for _, e := range entries {
		if e.Into != nil {
			periods = append(periods, *e.Into)
		}
	}
	return periods
}

// reasonFlag is what an auditor reads of a decision.
func reasonFlag(cmd *cobra.Command, reason *string) {
	cmd.Flags().StringVar(reason, "reason", "", "why, in a `text` that auditors will read")
}
