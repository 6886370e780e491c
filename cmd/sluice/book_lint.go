package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/book"
	"github.com/sluice-billing/sluice/internal/money"
)

// lintedBook is what there is to say of a book.
type lintedBook struct {
	Book    string         `json:"book"`
	Remarks []placedRemark `json:"remarks"`
}

// placedRemark is a remark with its place.
type placedRemark struct {
	At string `json:"at"` // file:line:column, or the id of a stored book
	book.Remark
}

func newBookLint(c *cli) *cobra.Command {
	var month, floor string
	cmd := &cobra.Command{
		Use:   "lint [BOOK|FILE|FOLDER...]",
		Short: "Find what is wrong with a price book, or odd about it",
		Long: `Lint looks at price books, those in force or those of files that are not applied yet: for rules that can
never match or never win, days that two rules leave out between them or both have, and more.

With --month it also looks at a month that is loaded: which rules match nothing in it, what earlier rules take
from later ones, which usage no rule prices, names that no bill has, tiers that nobody reaches, units that do
not go together; and with --margin-floor which rules leave less than so many percent of the price. A book that
is attached is looked at with the lines of those who pay by it, any other with all lines. What groups pay alone
is not known before the month is closed; there a line costs what the provider bills.

It fails where it finds an error, not for warnings and notes.`,
		Example: `  sluice book lint
  sluice book lint retail --month 2026-08 --margin-floor 5
  sluice book lint prices.yaml --json`,
		Args:              takes(0, -1, ""),
		ValidArgsFunction: c.completeBook,
		RunE: func(cmd *cobra.Command, args []string) error {
			o := book.Options{Today: billing.DayOf(time.Now().UTC())}
			if floor != "" {
				percent, err := money.Parse(floor)
				if err != nil || percent.Cmp(money.FromInt(100)) > 0 {
					return wrong(cmd, fmt.Sprintf("%q is not a margin; use a percentage of the price", floor))
				}
				if month == "" {
					return wrong(cmd, "--margin-floor needs a month; give it with --month")
				}
				o.MarginFloor = &percent
			}
			of, err := c.booksOf(cmd, args)
			if err != nil {
				return err
			}
			linted, err := c.lint(cmd, of, month, o)
			if err != nil {
				return err
			}
			show := func(w io.Writer) { writeRemarks(w, linted) }
			if err := c.write(listing[lintedBook]{whole: linted, rows: linted, show: show}); err != nil {
				return err
			}
			if n := severities(linted)[book.Error]; n > 0 {
				return fmt.Errorf("the linter finds %s", counted(n, "error", "errors"))
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&month, "month", "", "look at the lines of a `month` that is loaded, too")
	cmd.Flags().StringVar(&floor, "margin-floor", "", "with --month: the least margin, in `percent` of the price")
	registerCompletion(cmd, "month", func(cmd *cobra.Command, _ []string, toComplete string) ([]string, cobra.ShellCompDirective) {
		return c.completePeriod(cmd, nil, toComplete)
	})
	return cmd
}

// lint looks at the books, with a month's lines where one is named.
func (c *cli) lint(cmd *cobra.Command, of books, month string, o book.Options) (linted []lintedBook, err error) {
	if month == "" {
		for _, b := range of.list {
			linted = append(linted, lintedBook{b.ID, of.placed(b, book.Lint(b, o))})
		}
		return linted, nil
	}
	p, err := period(cmd, month)
	if err != nil {
		return nil, err
	}
	in := api.LintBooksInput{}
	in.Body.Month, in.Body.MarginFloor = &p, o.MarginFloor
	if of.files {
		in.Body.Config = (*api.Configuration)(&of.config)
	}
	for _, b := range of.list {
		in.Body.Books = append(in.Body.Books, b.ID)
	}
	err = c.place(cmd, func(ctx context.Context, at api.Place) error {
		done, err := api.LintBooks.Call(ctx, at, in)
		if err != nil {
			return (&declaration{read: of.read}).located(err)
		}
		for i, b := range done.Books {
			linted = append(linted, lintedBook{b.Book, of.placed(of.list[i], b.Remarks)})
		}
		return nil
	})
	return linted, err
}

// placed gives remarks their places.
func (b books) placed(of billing.PriceBook, remarks []book.Remark) []placedRemark {
	rules := map[string]int{}
	for i, r := range of.Rules {
		rules[r.Name] = i
	}
	placed := []placedRemark{}
	for _, r := range remarks {
		inner := ""
		if r.Rule != "" {
			inner = fmt.Sprintf(".rules[%d]", rules[r.Rule])
		}
		placed = append(placed, placedRemark{b.place(of.ID, inner), r})
	}
	return placed
}

func writeRemarks(w io.Writer, linted []lintedBook) {
	for _, b := range linted {
		for _, r := range b.Remarks {
			about := ""
			if r.Rule != "" {
				about = fmt.Sprintf("%q ", r.Rule)
			}
			sum := ""
			if len(r.Money) > 0 {
				sum = " (" + exactMoney(r.Money) + ")"
			}
			fmt.Fprintf(w, "%s: %s: %s%s%s [%s]\n", r.At, r.Severity, about, r.Message, sum, r.Code)
			if r.Suggestion != "" {
				fmt.Fprintf(w, "    %s\n", r.Suggestion)
			}
		}
	}
	found := severities(linted)
	var parts []string
	for _, s := range book.Severities {
		if found[s] > 0 {
			parts = append(parts, counted(found[s], string(s), string(s)+"s"))
		}
	}
	if parts == nil {
		parts = []string{"nothing to remark"}
	}
	fmt.Fprintf(w, "%s: %s\n", counted(int64(len(linted)), "price book", "price books"), strings.Join(parts, ", "))
}

func severities(linted []lintedBook) map[book.Severity]int64 {
	found := map[book.Severity]int64{}
	for _, b := range linted {
		for _, r := range b.Remarks {
			found[r.Severity]++
		}
	}
	return found
}
