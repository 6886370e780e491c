package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
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
		RunE:              c.placedMonth(func(ctx context.Context, at api.Place, p billing.Period) error { return runInvoiceList(ctx, c, at, p) }),
	}
}

func runInvoiceList(ctx context.Context, c *cli, at api.Place, p billing.Period) error {
	invoices, err := api.ListInvoices.Call(ctx, at, api.InvoicesQuery{Period: p})
	if err != nil {
		return err
	}
	all := []listedStanding{}
	for _, inv := range invoices {
		all = append(all, listedStanding{listInvoice(inv.DocumentSummary), inv.Standing})
	}
	return c.write(listing[listedStanding]{
		whole: struct {
			Invoices []listedStanding `json:"invoices"`
		}{all},
		rows:  all,
		none:  "There are no invoices; `sluice close PERIOD` drafts them.",
		table: standingTable(all),
	})
}

// standingTable says what is open and due where anything is issued.
func standingTable(all []listedStanding) grid[listedStanding] {
	issued := slices.ContainsFunc(all, func(l listedStanding) bool { return l.State == invoice.Issued })
	titles := []string{"ID", "NUMBER", "STATE", ">TOTAL WITH TAX", "", "CUSTOMER"}
	if issued {
		titles = slices.Insert(titles, 5, ">OPEN", "DUE")
	}
	return grid[listedStanding]{titles, func(l listedStanding) []string {
		cells := []string{l.ID, l.Number, l.stands(), grouped(l.Total.Fixed(l.digits)), string(l.Currency), l.Buyer}
		if issued {
			cells = slices.Insert(cells, 5, l.open(), dayOrNone(l.Due))
		}
		return cells
	}}
}

// listedStanding is a document with where it stands.
type listedStanding struct {
	listedInvoice
	Standing invoice.Standing `json:"standing"`
}

// stands is where it stands for a person.
func (l listedStanding) stands() string {
	if l.Preview {
		return documentState(l.State, l.Preview)
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
