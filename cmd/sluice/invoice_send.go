package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
)

func newInvoiceSent(c *cli) *cobra.Command {
	var to, by, on string
	cmd := &cobra.Command{
		Use:   "sent ID… --to ADDRESS",
		Short: "Record that documents were sent",
		Long: `Sent records that issued documents went to the customer: how, to whom and when. It sends nothing. A
document can be sent several times; each is kept.`,
		Example: `  sluice invoice sent INV-2026-000017 --to billing@acme.example
  sluice invoice sent INV-2026-000017 --by post --to "Acme Inc., Main Street 1" --on 2026-11-06`,
		Args:              takes(1, -1, "ID"),
		ValidArgsFunction: c.completeInvoice,
		RunE: func(cmd *cobra.Command, args []string) error {
			if strings.TrimSpace(to) == "" {
				return wrong(cmd, "say with --to whom it went to")
			}
			day, err := dayOrToday(cmd, on)
			if err != nil {
				return err
			}
			var in api.SentInput
			in.Body.IDs, in.Body.To, in.Body.By, in.Body.On = args, to, by, &day
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				out, err := api.MarkInvoicesSent.Call(ctx, at, in)
				return c.happened("sent", out, err)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&to, "to", "", "whom it went to, such as an `address` of mail")
	flags.StringVar(&by, "by", "mail", "how it went, such as post")
	flags.StringVar(&on, "on", "", "`day` it went (default today, UTC)")
	return cmd
}
