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

func newMonthReopen(c *cli) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "reopen PERIOD --reason TEXT",
		Short: "Open a closed month again",
		Long: `Reopen makes a closed month one that is only rated: configuration may change its prices again, without
--force, until the next close. Who opened it, when and why is kept. Issued invoices stay as they are; what
changes for them needs a credit or debit note.`,
		Example:           `  sluice month reopen 2026-10 --reason "ACME's new book was agreed from October on"`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: forMonth(func(cmd *cobra.Command, p billing.Period) error {
			if strings.TrimSpace(reason) == "" {
				return wrong(cmd, "opening a month again needs a reason; give it with --reason")
			}
			in := api.ReopenInput{InMonth: api.InMonth{Period: p}}
			in.Body.Reason = reason
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				r, err := api.ReopenMonth.Call(ctx, at, in)
				if err != nil {
					return err
				}
				return c.result(r, func(w io.Writer) {
					fmt.Fprintf(w, "%s is open again.\n", p)
					if r.Issued > 0 {
						fmt.Fprintf(w, "%s as issued.\n", counted(int64(r.Issued), "invoice stays", "invoices stay"))
					}
					fmt.Fprintf(w, "Change what has to be changed, then `sluice close %s`.\n", p)
				})
			})
		}),
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why it is opened again, in a `text` that auditors will read")
	return cmd
}
