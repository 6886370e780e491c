package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
)

func newPaymentAllocate(c *cli) *cobra.Command {
	var on string
	cmd := &cobra.Command{
		Use:   "allocate SOURCE [DOCUMENT…]",
		Short: "Give what is left of a payment or a credit note to invoices",
		Long: `Allocate gives what is unallocated of a payment, or open of a credit note, to invoices of the same customer
and currency: those that are named, each with =AMOUNT where it gets only so much, else the oldest first.`,
		Example: `  sluice payment allocate P-000007
  sluice payment allocate CN-2026-000003 INV-2026-000017
  sluice payment allocate P-000007 INV-2026-000017=250`,
		Args: takes(1, -1, "SOURCE"),
		RunE: c.placedDay(&on, func(ctx context.Context, at api.Place, day billing.Day, args []string) error {
			in := api.AllocateInput{BySource: api.BySource{ID: args[0]}}
			in.Body.Documents, in.Body.On = args[1:], &day
			out, err := api.AllocatePayment.Call(ctx, at, in)
			if err != nil {
				return err
			}
			return c.result(out, func(w io.Writer) {
				if len(out.Settles) == 0 {
					fmt.Fprintln(w, "There is no invoice that it could go to.")
				}
				for _, s := range out.Settles {
					fmt.Fprintf(w, "%s of %s for %s\n", exact(s.Amount), args[0], s.Number)
				}
			})
		}),
	}
	cmd.Flags().StringVar(&on, "on", "", "`day` it counts from (default today, UTC)")
	return cmd
}

func newPaymentReverse(c *cli) *cobra.Command {
	var on, reason string
	cmd := &cobra.Command{
		Use:   "reverse SOURCE --reason TEXT",
		Short: "Take a payment or write-off back",
		Long: `Reverse adds an entry that takes a payment or a write-off back: what it settled is open again. Both stay on
record. Of a credit note, it takes back what was given to invoices, so that it can go to others.`,
		Example: `  sluice payment reverse P-000007 --reason "booked to the wrong customer"
  sluice payment reverse CN-2026-000003 --reason "the customer wants it paid out"`,
		Args: takes(1, 1, "SOURCE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if strings.TrimSpace(reason) == "" {
				return wrong(cmd, "a reversal needs a reason; give it with --reason")
			}
			day, err := dayOrToday(cmd, on)
			if err != nil {
				return err
			}
			in := api.ReverseInput{BySource: api.BySource{ID: args[0]}}
			in.Body.Reason, in.Body.On = reason, &day
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				out, err := api.ReversePayment.Call(ctx, at, in)
				if err != nil {
					return err
				}
				return c.result(out, func(w io.Writer) {
					fmt.Fprintf(w, "%s is taken back; `sluice payment list` shows it.\n", args[0])
				})
			})
		},
	}
	cmd.Flags().StringVar(&on, "on", "", "`day` it counts from (default today, UTC)")
	cmd.Flags().StringVar(&reason, "reason", "", "why, in a `text` that auditors will read")
	return cmd
}
