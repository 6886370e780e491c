package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/invoice"
)

func newInvoiceShow(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "Show an invoice",
		Long: `Show writes an invoice as text: its lines, discount, items, tax and total, with the exact sum behind the
rounded usage. With --json it writes the document of record.`,
		Example: `  sluice invoice show 2026-10/acme-main
  sluice invoice show INV-2026-000017 --json`,
		Args:              takes(1, 1, "ID"),
		ValidArgsFunction: c.completeInvoice,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.with(cmd, func(ctx context.Context, a *app.App) error {
				inv, err := a.Invoice(ctx, args[0])
				if err != nil {
					return err
				}
				return c.result(inv, func(w io.Writer) { writeInvoice(w, inv) })
			})
		},
	}
}

func writeInvoice(w io.Writer, inv invoice.Invoice) {
	l := listInvoice(inv)
	name := inv.ID
	if inv.Number != "" {
		name = inv.Number + " (" + inv.ID + ")"
	}
	fmt.Fprintf(w, "%s %s, %s\n", inv.Document, name, l.state())
	fmt.Fprintf(w, "from %s\nto   %s\n", inv.Seller.Name, inv.Buyer.Name)
	if inv.IssueDate != nil && inv.DueDate != nil {
		fmt.Fprintf(w, "issued %s, due %s\n", inv.IssueDate, inv.DueDate)
	}
	for _, r := range inv.Rates {
		fmt.Fprintf(w, "1 %s is %s %s (%s rate)\n", r.From, exact(r.Rate), r.To, r.Level)
	}
	for _, account := range inv.Accounts {
		fmt.Fprintf(w, "\nAccount %s  %s\n", account.Account, account.Name)
		t := newTable("SERVICE", ">EXACT COST", "", ">"+string(inv.Currency))
		for _, line := range account.Lines {
			t.add(line.Service, exact(line.Cost), string(line.CostCurrency), grouped(line.Amount.Fixed(inv.Digits)))
		}
		t.add("", "", "", grouped(account.Total.Fixed(inv.Digits)))
		t.write(w, "  ")
	}
	fmt.Fprintln(w)
	invoiceTotals(inv).write(w, "  ")
	fmt.Fprintf(w, "\nRounding of the usage is %s %s of its billed sum.\n", exact(inv.UsageResidue), inv.Currency)
}

// invoiceTotals follows the order of the document.
func invoiceTotals(inv invoice.Invoice) *table {
	t := newTable("", ">", "")
	add := func(name, number, note string) { t.add(name, number, note) }
	add("Usage", grouped(inv.UsageTotal.Fixed(inv.Digits)), "")
	if d := inv.Discount; d != nil {
		add(fmt.Sprintf("Discount %s %% of %s", d.Percent, d.Base), grouped(d.Amount.Neg().Fixed(inv.Digits)), "")
	}
	for _, item := range inv.AdditionalItems {
		add(fmt.Sprintf("%s, %s × %s", item.Label, exact(item.Quantity), exact(item.UnitPrice)), grouped(item.Amount.Fixed(inv.Digits)), "")
	}
	add("Before tax", grouped(inv.BeforeTax.Fixed(inv.Digits)), "")
	for _, tax := range inv.Taxes {
		label := tax.Label
		if label == "" {
			label = "Tax, " + tax.Category
		}
		add(fmt.Sprintf("%s %s %% of %s", label, tax.Percent, grouped(tax.Base.Fixed(inv.Digits))), grouped(tax.Amount.Fixed(inv.Digits)), "")
	}
	add("Total", grouped(inv.Total.Fixed(inv.Digits)), string(inv.Currency))
	if !inv.Payable.Equal(inv.Total) {
		add("Payable", grouped(inv.Payable.Fixed(inv.Digits)), string(inv.Currency))
	}
	return t
}
