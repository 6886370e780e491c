package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/app"
)

func newMigrate(c *cli) *cobra.Command {
	var check bool
	cmd := &cobra.Command{
		Use:     "migrate",
		GroupID: "setup",
		Short:   "Bring the records up to date",
		Long: `Migrate brings the tables of the records to the version that this program needs, and says from which to
which. Every command does so by itself when it opens the records; migrate does nothing else, for a script that
installs a new version. What it changes only adds, so that programs of the version before go on running.

With --check nothing is changed.`,
		Example: `  sluice migrate
  sluice migrate --check && echo up to date`,
		Args: takes(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error { return runMigrate(c, cmd, check) },
	}
	cmd.Flags().BoolVar(&check, "check", false, "only say what is pending")
	return cmd
}

func runMigrate(c *cli, cmd *cobra.Command, check bool) error {
	if err := c.onlyHere(cmd); err != nil {
		return err
	}
	if !c.installed() {
		return c.noInstallation(cmd)
	}
	do := app.Migrate
	if check {
		do = app.LookAtTables
	}
	t, err := do(cmd.Context(), c.installation())
	if err != nil {
		return err
	}
	err = c.result(t, func(w io.Writer) {
		switch {
		case t.Now < t.Needed:
			fmt.Fprintf(w, "The tables of %s have version %d, this program needs %d: `sluice migrate` brings them there\n", t.Database, t.Now, t.Needed)
		case t.Before < t.Now:
			fmt.Fprintf(w, "The tables of %s were brought from version %d to %d\n", t.Database, t.Before, t.Now)
		default:
			fmt.Fprintf(w, "The tables of %s are up to date: version %d\n", t.Database, t.Now)
		}
	})
	if err == nil && t.Now < t.Needed {
		err = errDifference
	}
	return err
}
