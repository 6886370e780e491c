package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

func newInvoiceShow(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "Show an invoice",
		Long: `Show writes a document as text: its lines, fees, discounts, services, items, tax and total, with the exact sum
behind the rounded usage. With --json it writes the document of record.`,
		Example: `  sluice invoice show 2026-10/acme-main
  sluice invoice show INV-2026-000017 --json`,
		Args:              takes(1, 1, "ID"),
		ValidArgsFunction: c.completeInvoice,
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			inv, err := api.ShowInvoice.Call(ctx, at, api.ByDocument{ID: args[0]})
			if err != nil {
				return err
			}
			return c.result(inv, func(w io.Writer) { writeInvoice(w, inv) })
		}),
	}
}

func writeInvoice(w io.Writer, inv invoice.Invoice) {
	name := inv.ID
	if inv.Number != "" {
		name = inv.Number + " (" + inv.ID + ")"
	}
	fmt.Fprintf(w, "%s %s, %s\n", inv.Document, name, documentState(inv.State, inv.Preview))
	if r := inv.Corrects; r != nil {
		fmt.Fprintf(w, "%s %s of %s: %s\n", map[bool]string{true: "voids", false: "corrects"}[r.Voids], r.Number, r.IssueDate, r.Reason)
	}
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

// invoiceTotals follows the order of section E, with what each part is made of.
func invoiceTotals(inv invoice.Invoice) *table {
	t := newTable("", ">", "")
	amount := func(d money.Decimal) string { return grouped(d.Fixed(inv.Digits)) }
	add := func(name string, d money.Decimal) { t.add(name, amount(d), "") }
	add("Usage, marketplace and entries", inv.UsageTotal)
	fees := 0
	for c := range inv.Charges() {
		if _, fee := c.Of.(invoice.Fee); fee {
			add(chargeName(c, amount), c.Amount)
			fees++
		}
	}
	if fees > 0 {
		add("Subtotal", inv.Subtotal)
	}
	for c := range inv.Charges() {
		if _, fee := c.Of.(invoice.Fee); !fee {
			add(chargeName(c, amount), c.Amount)
		}
	}
	add("Before tax", inv.BeforeTax)
	for _, tax := range inv.Taxes {
		label := cmp.Or(tax.Label, "Tax, "+tax.Category)
		add(strings.TrimSpace(fmt.Sprintf("%s %s %% of %s %s", label, tax.Percent, amount(tax.Base), tax.Reason)), tax.Amount)
	}
	t.add("Total", amount(inv.Total), string(inv.Currency))
	if !inv.PrepaidUsed.IsZero() {
		add("Prepaid", inv.PrepaidUsed.Neg())
	}
	if !inv.Carried.IsZero() {
		add("Carried to the balance", inv.Carried)
	}
	if !inv.Payable.Equal(inv.Total) {
		t.add("Payable", amount(inv.Payable), string(inv.Currency))
	}
	return t
}

// chargeName tells what a line is, and what it comes from.
func chargeName(c invoice.Charge, amount func(money.Decimal) string) string {
	switch of := c.Of.(type) {
	case invoice.Fee:
		return feeName(map[string]string{invoice.PartSupport: "Support", invoice.PartAgency: "Agency fee"}[c.Part], of)
	case invoice.Discount:
		name := fmt.Sprintf("Discount %s %% of %s", of.Percent, of.Base)
		for _, on := range slices.Concat(of.Services, of.Accounts) {
			name += ", " + on
		}
		return name
	case invoice.Shortfall:
		return fmt.Sprintf("%s: %s of %s", cmp.Or(of.Label, "Short of the "+of.Kind), amount(of.Counted), amount(of.Promised))
	case invoice.Item:
		return fmt.Sprintf("%s, %s × %s", of.Label, exact(of.Quantity), exact(of.UnitPrice))
	case invoice.Coupon:
		return cmp.Or(of.Label, "Coupon "+of.Code)
	}
	name := strings.TrimSpace(c.Name() + " " + c.Account)
	if c.First != nil && c.Last != nil {
		name += fmt.Sprintf(", %s to %s", c.First, c.Last)
	}
	return name
}

// feeName tells whose fee it is, and on what.
func feeName(kind string, f invoice.Fee) string {
	name := kind + ", " + cmp.Or(f.Plan, f.Kind)
	if f.Percent != nil {
		name += fmt.Sprintf(" %s %%", f.Percent)
	}
	if !f.Base.IsZero() {
		name += fmt.Sprintf(" of %s %s", exact(f.Base), f.BaseCurrency)
	}
	return strings.TrimSpace(name + " " + f.Account + " " + f.Provider)
}
