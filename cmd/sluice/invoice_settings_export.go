package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
)

func newSettingsExport(c *cli) *cobra.Command {
	var in api.GroupSettingsQuery
	var out string
	cmd := &cobra.Command{
		Use:   "export PERIOD",
		Short: "Write the settings of a month as a Ripple group-settings file",
		Long: `Export writes what discounts, fees and taxes the invoices of a month are made with as CSV in the columns of a
Ripple group-settings file: a row for each billing group, and for each provider that its invoices bill.`,
		Example: `  sluice invoice settings export 2026-10 > groups.csv
  sluice invoice settings export 2026-10 --group acme-main --out groups.csv`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: forMonth(func(cmd *cobra.Command, p billing.Period) error {
			in.Period = p
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				file, err := api.DownloadGroupSettings.Call(ctx, at, in)
				return c.exportTo(cmd, out, file, err)
			})
		}),
	}
	cmd.Flags().StringArrayVar(&in.Groups, "group", nil, "a billing group, by its `id`; may be repeated")
	cmd.Flags().StringSliceVar(&in.Columns, "columns", nil, "the `columns` in this order, divided by commas (default all)")
	cmd.Flags().StringVar(&out, "out", "", "`file` or folder to write to; standard output when not given")
	registerCompletion(cmd, "group", c.completeGroup)
	return cmd
}
