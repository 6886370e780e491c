package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
)

func newPlan(c *cli) *cobra.Command {
	var d declaration
	cmd := &cobra.Command{
		Use:     "plan -f FILE|FOLDER",
		GroupID: "setup",
		Short:   "Show what apply would change",
		Long: `Plan compares the configuration with what is in force and shows what "sluice apply" would add (+),
change (~) and, with --prune, remove (-). It changes nothing.`,
		Example: `  sluice plan -f reseller.yaml
  sluice plan -f everything/ --prune && echo nothing to do`,
		Args: takes(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error { return runPlan(c, cmd, d) },
	}
	d.flags(cmd)
	return cmd
}

func runPlan(c *cli, cmd *cobra.Command, d declaration) error {
	wanted, err := d.load(cmd)
	if err != nil {
		return err
	}
	in := api.PlanInput{}
	in.Body.Config, in.Body.Prune = api.Configuration(wanted), d.prune
	if c.remote.server == "" && !c.installed() { // compare with nothing, and leave nothing behind
		if c.dir, err = os.MkdirTemp("", "sluice-plan-"); err != nil {
			return err
		}
		defer os.RemoveAll(c.dir)
	}
	return c.freshPlace(cmd, func(ctx context.Context, at api.Place) error {
		plan, err := api.PlanConfig.Call(ctx, at, in)
		if err != nil {
			return d.located(err)
		}
		err = c.changed(plan.Changes, func(w io.Writer, n string) { fmt.Fprintf(w, "%s; `sluice apply` makes them\n", n) })
		if err == nil && len(plan.Changes) > 0 {
			err = errDifference
		}
		return err
	})
}
