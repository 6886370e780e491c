package main

import (
	"context"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/desk"
)

// patience is how long a shell waits at most for what a server offers.
const patience = 5 * time.Second

// offerAt completes an argument from what the installation holds, here or at a
// server. Where there is none, or it cannot be read, nothing is offered.
func (c *cli) offerAt(cmd *cobra.Command, list func(ctx context.Context, at api.Place) ([]string, error)) ([]string, cobra.ShellCompDirective) {
	if c.settle(cmd) != nil || c.remote.server == "" && !c.installed() {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	ctx := cmd.Context()
	if ctx == nil {
		ctx = context.Background()
	}
	if c.remote.server != "" {
		bounded, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		ctx = bounded
	}
	cmd.SetContext(ctx)
	quiet := &cli{stdout: io.Discard, stderr: io.Discard, dir: c.dir, at: c.at, memory: c.memory, remote: c.remote, quiet: true}
	var found []string
	err := quiet.place(cmd, func(ctx context.Context, at api.Place) (err error) {
		found, err = list(ctx, at)
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
	return c.offerAt(cmd, func(ctx context.Context, at api.Place) ([]string, error) {
		found, err := api.ListMonths.Call(ctx, at, struct{}{})
		var months []string
		for _, m := range found {
			months = append(months, m.Period.String())
		}
		return months, err
	})
}

// offerOfMonth offers a month as the first word, and after it what there is in that month.
func (c *cli) offerOfMonth(
	cmd *cobra.Command, args []string, inMonth func(context.Context, api.Place, billing.Period) ([]string, error),
) ([]string, cobra.ShellCompDirective) {
	if len(args) != 1 {
		return c.completePeriod(cmd, args, "")
	}
	return c.offerAt(cmd, func(ctx context.Context, at api.Place) ([]string, error) {
		p, err := billing.ParsePeriod(args[0])
		if err != nil {
			return nil, err
		}
		return inMonth(ctx, at, p)
	})
}

// completeFinding offers a month, and after it what holds that month or a draft of it.
func (c *cli) completeFinding(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	return c.offerOfMonth(cmd, args, func(ctx context.Context, at api.Place, p billing.Period) ([]string, error) {
		s, err := api.ShowMonth.Call(ctx, at, api.InMonth{Period: p})
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
	return c.offerAt(cmd, func(ctx context.Context, at api.Place) ([]string, error) {
		invoices, err := api.ListInvoices.Call(ctx, at, api.InvoicesQuery{})
		var ids []string
		for _, inv := range invoices {
			ids = append(ids, inv.ID+"\t"+inv.Buyer)
		}
		return ids, err
	})
}

func completeFormat(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return formatNames(), cobra.ShellCompDirectiveNoFileComp
}

func formatNames() []string {
	var names []string
	for _, f := range api.Formats() {
		names = append(names, f.Name)
	}
	return names
}
