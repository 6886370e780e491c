package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
)

func newInvoiceList(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "list [PERIOD]",
		Short: "List the invoices of a month, or of all",
		Long: `List shows the documents of a month, or of all months: where they stand, their total with tax, and what of it is
still open. A document is draft, approved, issued, published, sent, part-paid, paid, overdue, written-off or
voided; a preview cannot be issued.`,
		Example: `  sluice invoice list
  sluice invoice list 2026-10`,
		Args:              takes(0, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: func(cmd *cobra.Command, args []string) error {
			var p billing.Period // all
			if len(args) == 1 {
				var err error
				if p, err = period(cmd, args[0]); err != nil {
					return err
				}
			}
			return c.with(cmd, func(ctx context.Context, a *app.App) error { return runInvoiceList(ctx, c, a, p) })
		},
	}
}

func runInvoiceList(ctx context.Context, c *cli, a *app.App, p billing.Period) error {
	invoices, err := a.Invoices(ctx, p)
	if err != nil {
		return err
	}
	standings, err := a.Standings(ctx, p)
	if err != nil {
		return err
	}
	all := []listedStanding{}
	for _, inv := range invoices {
		all = append(all, listedStanding{listInvoice(inv), standings[inv.ID]})
	}
	return c.result(struct {
		Invoices []listedStanding `json:"invoices"`
	}{all}, func(w io.Writer) {
		if len(all) == 0 {
			fmt.Fprintln(w, "There are no invoices; `sluice close PERIOD` drafts them.")
			return
		}
		writeStandings(w, all)
	})
}

// writeStandings says what is open and due where anything is issued.
func writeStandings(w io.Writer, all []listedStanding) {
	issued := slices.ContainsFunc(all, func(l listedStanding) bool { return l.State == invoice.Issued })
	titles := []string{"ID", "NUMBER", "STATE", ">TOTAL WITH TAX", "", "CUSTOMER"}
	if issued {
		titles = slices.Insert(titles, 5, ">OPEN", "DUE")
	}
	t := newTable(titles...)
	for _, l := range all {
		cells := []string{l.ID, l.Number, l.stands(), grouped(l.Total.Fixed(l.digits)), string(l.Currency), l.Buyer}
		if issued {
			cells = slices.Insert(cells, 5, l.open(), l.due())
		}
		t.add(cells...)
	}
	t.write(w, "")
}

// listedStanding is a document with where it stands.
type listedStanding struct {
	listedInvoice
	Standing invoice.Standing `json:"standing"`
}

// stands is where it stands for a person.
func (l listedStanding) stands() string {
	if l.Preview {
		return l.state()
	}
	return string(l.Standing.Position)
}

// open is what is left to be paid, or nothing.
func (l listedStanding) open() string {
	if l.Standing.Open.IsZero() {
		return ""
	}
	return grouped(l.Standing.Open.Fixed(l.digits))
}

func (l listedStanding) due() string {
	if l.Due == nil {
		return ""
	}
	return l.Due.String()
}
