package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

func newInvoiceCompare(c *cli) *cobra.Command {
	var all, with string
	cmd := &cobra.Command{
		Use:   "compare ID | --all PERIOD",
		Short: "Compare documents with the month before",
		Long: `Compare says by how much a document differs from that of the month before: its parts, its services and its
accounts, what is new and what is gone, the biggest difference first. What is issued counts together with the notes
that correct it, and so does a draft with what it corrects; where nothing of the month before is issued, its draft
counts.

Where the currency of the documents has changed, usage is compared by what it costs in the provider's currency, and
nothing else.`,
		Example: `  sluice invoice compare 2026-10/acme-main
  sluice invoice compare 2026-10/acme-main --with 2025-10/acme-main
  sluice invoice compare --all 2026-10`,
		Args:              takes(0, 1, "ID"),
		ValidArgsFunction: c.completeInvoice,
		RunE: func(cmd *cobra.Command, args []string) error {
			month, err := onlyOneOf(cmd, all, args)
			if err != nil {
				return err
			}
			if !month.IsZero() && with != "" {
				return wrong(cmd, "--with compares one document with another; name it by its id instead of --all")
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				if !month.IsZero() {
					return runCompareMonth(ctx, c, at, month)
				}
				comparison, err := api.CompareInvoice.Call(ctx, at, api.ComparisonQuery{ByDocument: api.ByDocument{ID: args[0]}, With: with})
				if err != nil {
					return err
				}
				return c.result(comparison, func(w io.Writer) { writeComparison(w, comparison) })
			})
		},
	}
	cmd.Flags().StringVar(&all, "all", "", "compare all documents of this `month`")
	cmd.Flags().StringVar(&with, "with", "", "compare with the document of this `id` instead of the month before")
	registerCompletion(cmd, "all", c.completePeriod)
	registerCompletion(cmd, "with", c.completeInvoice)
	return cmd
}

func runCompareMonth(ctx context.Context, c *cli, at api.Place, month billing.Period) error {
	comparisons, err := api.CompareMonth.Call(ctx, at, api.InMonth{Period: month})
	if err != nil {
		return err
	}
	return c.write(listing[invoice.Comparison]{
		whole: map[string]any{"period": month, "comparisons": comparisons},
		rows:  comparisons,
		none:  fmt.Sprintf("There are no documents of %s; `sluice close %s` drafts them.", month, month),
		show:  func(w io.Writer) { writeComparisons(w, comparisons) },
	})
}

// writeComparisons writes a line for each document, and what is new and gone.
func writeComparisons(w io.Writer, comparisons []invoice.Comparison) {
	t := newTable("DOCUMENT", ">BEFORE", ">NOW", ">DIFFERENCE", "", ">%", "", "CUSTOMER")
	moved := newTable("DOCUMENT", "", "ACCOUNT OR SERVICE", ">BEFORE", ">NOW", "")
	byCost := false
	for _, c := range comparisons {
		byCost = byCost || c.ByCost
		name, buyer := documentNow(c.Now), c.Now.Buyer
		if len(c.Now.Documents) == 0 {
			name, buyer = documentNow(c.Before), c.Before.Buyer
		}
		for _, whole := range c.Whole() {
			t.add(append([]string{name}, append(changeCells(c, whole), buyer)...)...)
		}
		if len(c.Before.Documents) == 0 || len(c.Now.Documents) == 0 {
			continue // all of it is new, or gone
		}
		for _, x := range c.Accounts {
			addMoved(moved, c, name, x.Account+" "+x.Name, x.Change)
		}
		for _, x := range c.Services {
			addMoved(moved, c, name, x.Label(), x.Change)
		}
	}
	t.write(w, "")
	if byCost {
		fmt.Fprint(w, wrap("Documents whose currency has changed are compared by their usage, in the provider's currency.", ""))
	}
	if len(moved.rows) > 0 {
		fmt.Fprintln(w)
		moved.write(w, "")
	}
}

// addMoved adds what is new or gone.
func addMoved(t *table, c invoice.Comparison, document, what string, x invoice.Change) {
	if x.Change == invoice.Appeared || x.Change == invoice.Vanished {
		t.add(document, string(x.Change), strings.TrimSpace(what), comparedAmount(c, x.Before), comparedAmount(c, x.Now), string(x.Currency))
	}
}

func writeComparison(w io.Writer, c invoice.Comparison) {
	fmt.Fprintf(w, "%s, %s %s\n", documentNow(c.Now), grouped(c.Now.Total.Fixed(c.Now.Digits)), c.Now.Currency)
	if len(c.Before.Documents) == 0 {
		fmt.Fprintln(w, "There is nothing of the month before to compare with.")
	} else {
		fmt.Fprintf(w, "compared with %s, %s %s\n", documentNow(c.Before), grouped(c.Before.Total.Fixed(c.Before.Digits)), c.Before.Currency)
	}
	if c.ByCost {
		fmt.Fprint(w, wrap("The currency of the documents has changed: usage is compared by what it costs in the provider's currency, before anything is added.", ""))
	}
	fmt.Fprintln(w)
	parts := comparisonTable("PART")
	for _, p := range c.Parts {
		name := p.Part
		if p.Of != "" {
			name = "  " + p.Of
		}
		parts.add(append([]string{name}, changeCells(c, p.Change)...)...)
	}
	parts.write(w, "")
	writeChanges(w, "SERVICE", c, func(add func(name string, x invoice.Change)) {
		for _, s := range c.Services {
			add(s.Label(), s.Change)
		}
	})
	writeChanges(w, "ACCOUNT", c, func(add func(name string, x invoice.Change)) {
		for _, a := range c.Accounts {
			add(strings.TrimSpace(a.Account+" "+a.Name), a.Change)
			for _, s := range a.Services {
				add("  "+s.Label(), s.Change)
			}
		}
	})
}

// writeChanges writes a table of what is not the same, if there is any.
func writeChanges(w io.Writer, title string, c invoice.Comparison, each func(add func(name string, x invoice.Change))) {
	t := comparisonTable(title)
	each(func(name string, x invoice.Change) {
		if x.Change != invoice.Unchanged {
			t.add(append([]string{name}, changeCells(c, x)...)...)
		}
	})
	if len(t.rows) > 0 {
		fmt.Fprintln(w)
		t.write(w, "")
	}
}

func comparisonTable(title string) *table {
	return newTable(title, ">BEFORE", ">NOW", ">DIFFERENCE", "", ">%", "")
}

// changeCells are the cells of a change: what was, what is, the difference with
// its currency, how many percent, and whether it is new or gone.
func changeCells(c invoice.Comparison, x invoice.Change) []string {
	percent, note := "", ""
	if x.Percent != nil && x.Change != invoice.Unchanged {
		percent = grouped(x.Percent.Fixed(1))
	}
	if x.Change == invoice.Appeared || x.Change == invoice.Vanished {
		note = string(x.Change)
	}
	return []string{
		comparedAmount(c, x.Before), comparedAmount(c, x.Now), comparedAmount(c, x.Difference), string(x.Currency), percent, note,
	}
}

func comparedAmount(c invoice.Comparison, amount money.Decimal) string {
	if c.ByCost {
		return exact(amount)
	}
	return grouped(amount.Fixed(c.Digits()))
}

// documentNow names a side: its document, and what corrects it.
func documentNow(s invoice.Side) string { return strings.Join(s.Documents, " + ") }
