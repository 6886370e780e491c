package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
)

func newInvoiceWriteOff(c *cli) *cobra.Command {
	var reason, on string
	cmd := &cobra.Command{
		Use:   "write-off ID --reason TEXT",
		Short: "Give up what is still open of an invoice",
		Long: `Write-off settles what is still open of an issued invoice without money. The invoice itself does not
change, and its tax is not corrected: for that it needs a credit note. The entry stands among the payments;
reversing it undoes the write-off.`,
		Example:           `  sluice invoice write-off INV-2026-000017 --reason "insolvent, no assets"`,
		Args:              takes(1, 1, "ID"),
		ValidArgsFunction: c.completeInvoice,
		RunE: func(cmd *cobra.Command, args []string) error {
			if strings.TrimSpace(reason) == "" {
				return wrong(cmd, "a write-off needs a reason; give it with --reason")
			}
			day, err := dayOrToday(cmd, on)
			if err != nil {
				return err
			}
			in := api.SettleInput{ByDocument: api.ByDocument{ID: args[0]}}
			in.Body.Reason, in.Body.On = reason, &day
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				entry, err := api.WriteOffInvoice.Call(ctx, at, in)
				if err != nil {
					return err
				}
				return c.result(entry, func(w io.Writer) {
					fmt.Fprintf(w, "%s %s of %s are written off as %s.\n", grouped(entry.Amount.Fixed(entry.Currency.Digits())), entry.Currency, args[0], entry.ID)
				})
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, in a `text` that auditors will read")
	cmd.Flags().StringVar(&on, "on", "", "`day` it counts from (default today, UTC)")
	return cmd
}
