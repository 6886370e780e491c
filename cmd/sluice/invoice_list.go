package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
)

func newInvoiceList(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "list [PERIOD]",
		Short: "List the invoices of a month, or of all",
		Long:  `List shows the documents of a month, or of all months, with their state and their total with tax.`,
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
	all := []listedInvoice{}
	for _, inv := range invoices {
		all = append(all, listInvoice(inv))
	}
	return c.result(struct {
		Invoices []listedInvoice `json:"invoices"`
	}{all}, func(w io.Writer) {
		if len(all) == 0 {
			fmt.Fprintln(w, "There are no invoices; `sluice close PERIOD` drafts them.")
			return
		}
		t := newTable("ID", "NUMBER", "STATE", ">TOTAL WITH TAX", "", "CUSTOMER")
		for _, l := range all {
			t.add(l.ID, l.Number, l.state(), grouped(l.Total.Fixed(l.digits)), string(l.Currency), l.Buyer)
		}
		t.write(w, "")
	})
}
