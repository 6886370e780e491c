package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/app"
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
	dir := c.dir
	if !c.installed() { // compare with nothing, and leave nothing behind
		if dir, err = os.MkdirTemp("", "sluice-plan-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	return c.open(cmd, app.Options{Dir: dir}, func(ctx context.Context, a *app.App) error {
		changes, err := d.changes(ctx, a, wanted)
		if err != nil {
			return err
		}
		err = c.changed(changes, func(w io.Writer, n string) { fmt.Fprintf(w, "%s; `sluice apply` makes them\n", n) })
		if err == nil && len(changes) > 0 {
			err = errDifference
		}
		return err
	})
}
