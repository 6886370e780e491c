package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/app"
)

func newReconcile(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "reconcile PERIOD",
		GroupID: "month",
		Short:   "Prove a closed month again",
		Long: `Reconcile makes the certificate of a month again, from the lake and the documents as they are now and the
provider's invoices as they are declared now. It prices nothing and drafts nothing.`,
		Example:           `  sluice reconcile 2026-10`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := period(cmd, args[0])
			if err != nil {
				return err
			}
			return c.with(cmd, func(ctx context.Context, a *app.App) error {
				certificate, err := a.Reconcile(ctx, p)
				if err != nil {
					return err
				}
				return c.certificate(certificate)
			})
		},
	}
}
