package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/month"
)

func newWaive(c *cli) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:     "waive PERIOD FINDING --reason TEXT",
		GroupID: "month",
		Short:   "Accept a finding as it is",
		Long: `Waive lets a finding no longer hold the close, or no longer keep a draft from being issued. Who waived it, when and
why is kept. The waiver holds for exactly what was seen: when count or amount of the finding change, it is in the way
again.`,
		Example: `  sluice waive 2026-10 F-0123456789ab --reason "test account, to be closed; agreed with Ms Sato"`,
		Args:    takes(2, 2, "PERIOD and FINDING"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := period(cmd, args[0])
			if err != nil {
				return err
			}
			if strings.TrimSpace(reason) == "" {
				return wrong(cmd, "a waiver needs a reason; give it with --reason")
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error { return runWaive(ctx, c, at, p, args[1], reason) })
		},
		ValidArgsFunction: c.completeFinding,
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why it is accepted, in a `text` that auditors will read")
	return cmd
}

func runWaive(ctx context.Context, c *cli, at api.Place, p billing.Period, finding, reason string) error {
	in := api.WaiveInput{InMonth: api.InMonth{Period: p}, ID: finding}
	in.Body.Reason = reason
	waived, err := api.WaiveFinding.Call(ctx, at, in)
	if err != nil {
		return err
	}
	s, err := api.ShowMonth.Call(ctx, at, in.InMonth)
	if err != nil {
		return err
	}
	return c.result(waived, func(w io.Writer) {
		fmt.Fprintf(w, "%s of %s is waived.\n", finding, p)
		switch _, unexpected := findingsOf(s); {
		case slices.ContainsFunc(unexpected, func(f month.Finding) bool { return f.ID == finding }):
			if left := toAccept(unexpected); left > 0 {
				fmt.Fprintf(w, "To accept before issue: %s; `sluice status %s` lists them.\n", counted(int64(left), "finding", "findings"), p)
			}
		case s.Held == 0:
			fmt.Fprintf(w, "Nothing holds %s any more; go on with `sluice close %s`.\n", p, p)
		default:
			fmt.Fprintf(w, "Still holding: %s; `sluice status %s` lists them.\n", counted(int64(s.Held), "finding", "findings"), p)
		}
	})
}
