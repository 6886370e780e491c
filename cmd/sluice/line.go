package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
)

func newLine(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "line",
		GroupID: "month",
		Short:   "Follow a line of the provider's file",
		Long:    `Line follows a line of the provider's file to the charges it became part of.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newLineWhy(c))
	return cmd
}

func newLineWhy(c *cli) *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use:   "why ID",
		Short: "Explain a price",
		Long: `Why derives a price: the provider's cost, the base, the rule that won and those it shadowed, the price, the
place on the invoice, and the rows of the provider's file it was made of. Where commitments or volume tiers
matter, it says of each part of a line what the provider did, what became of that, and why. What is sold on by
resellers below is told with it, one sale after the other. It uses the rules the month was priced with, not
those of today.

ID is a charge, PERIOD/NUMBER, or a line of a provider's file, LOAD:FILE:ROW, as this command lists them. A
charge is explained by its lines, a line by its parts and the charge each of them is in.

With --as it tells what a billing group may see: what it pays, how the prices of what is sold on below it came
about, and no cost above it.`,
		Example: `  sluice line why 2026-10/123
  sluice line why 01JB8Q6Z7N3V5X9Y2K4M6P8R0T:0:17
  sluice line why 2026-10/123 --as north`,
		Args: takes(1, 1, "ID"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			asked := api.Explained{ID: args[0]}
			if as != "" {
				x, err := api.ExplainPriceAs.Call(ctx, at, api.ExplainedAs{Explained: asked, Group: as})
				if err != nil {
					return err
				}
				return c.result(x, func(w io.Writer) { writeTierExplanation(w, x) })
			}
			x, err := api.ExplainPrice.Call(ctx, at, asked)
			if err != nil {
				return err
			}
			return c.result(x, func(w io.Writer) { writeExplanation(w, x) })
		}),
	}
	cmd.Flags().StringVar(&as, "as", "", "billing `group` that is to see it")
	return cmd
}
