package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
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
		RunE: c.placedMonth(func(ctx context.Context, at api.Place, p billing.Period) error {
			certificate, err := api.ReconcileMonth.Call(ctx, at, api.InMonth{Period: p})
			if err != nil {
				return err
			}
			return c.certificate(certificate)
		}),
	}
}
