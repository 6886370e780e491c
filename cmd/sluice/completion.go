package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/desk"
)

// offer completes an argument from what the installation holds. Where there is
// none, or it cannot be read, nothing is offered.
func (c *cli) offer(cmd *cobra.Command, list func(ctx context.Context, a *app.App) ([]string, error)) ([]string, cobra.ShellCompDirective) {
	if !c.installed() {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	quiet := &cli{stdout: io.Discard, stderr: io.Discard, dir: c.dir, memory: c.memory, quiet: true}
	var found []string
	if cmd.Context() == nil {
		cmd.SetContext(context.Background())
	}
	err := quiet.with(cmd, func(ctx context.Context, a *app.App) (err error) {
		found, err = list(ctx, a)
		return err
	})
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return found, cobra.ShellCompDirectiveNoFileComp
}

func (c *cli) completePeriod(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return c.offer(cmd, func(ctx context.Context, a *app.App) ([]string, error) {
		periods, err := a.Pipeline.Periods(ctx)
		var months []string
		for _, p := range periods {
			months = append(months, p.String())
		}
		return months, err
	})
}

// offerOf offers a month as the first word, and after it what there is in that month.
func (c *cli) offerOf(
	cmd *cobra.Command, args []string, inMonth func(context.Context, *app.App, billing.Period) ([]string, error),
) ([]string, cobra.ShellCompDirective) {
	if len(args) != 1 {
		return c.completePeriod(cmd, args, "")
	}
	return c.offer(cmd, func(ctx context.Context, a *app.App) ([]string, error) {
		p, err := billing.ParsePeriod(args[0])
		if err != nil {
			return nil, err
		}
		return inMonth(ctx, a, p)
	})
}

// completeFinding offers a month, and after it what holds that month or a draft of it.
func (c *cli) completeFinding(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	return c.offerOf(cmd, args, func(ctx context.Context, a *app.App, p billing.Period) ([]string, error) {
		s, err := a.Pipeline.Status(ctx, p)
		var ids []string
		for _, f := range s.Findings {
			if (f.Severity == billing.Hold || f.Stage == desk.StageApproval) && f.Waived == nil {
				ids = append(ids, f.ID+"\t"+f.Code+" "+f.Subject)
			}
		}
		return ids, err
	})
}

func (c *cli) completeInvoice(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return c.offer(cmd, func(ctx context.Context, a *app.App) ([]string, error) {
		invoices, err := a.Documents.Invoices(ctx, billing.Period{})
		var ids []string
		for _, inv := range invoices {
			ids = append(ids, inv.ID+"\t"+inv.Buyer.Name)
		}
		return ids, err
	})
}

func completeFormat(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return formatNames(), cobra.ShellCompDirectiveNoFileComp
}

func formatNames() []string {
	var names []string
	for _, f := range deliver.Formats() {
		names = append(names, f.Name)
	}
	return names
}
