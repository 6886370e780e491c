package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
)

// declaration is the configuration that apply and plan are given.
type declaration struct {
	files []string
	prune bool
}

func (d *declaration) flags(cmd *cobra.Command) {
	cmd.Flags().StringArrayVarP(&d.files, "file", "f", nil, "configuration `file`, or folder with *.yaml files; may be repeated")
	cmd.Flags().BoolVar(&d.prune, "prune", false, "also remove what the files do not name")
	if err := cmd.MarkFlagFilename("file", "yaml", "yml"); err != nil {
		panic(err) // the flag is defined above
	}
}

func (d *declaration) load(cmd *cobra.Command) (billing.Config, error) {
	if len(d.files) == 0 {
		return billing.Config{}, wrong(cmd, "no configuration is given; name a file or a folder with -f")
	}
	c, err := config.Load(d.files...)
	if err != nil {
		return c, &argumentError{message: listed("the configuration is wrong", err)}
	}
	return c, nil
}

// changes compares the declaration with what is in force.
func (d *declaration) changes(ctx context.Context, a *app.App, wanted billing.Config) ([]config.Change, error) {
	changes, err := a.Plan(ctx, wanted, d.prune)
	if err != nil {
		return nil, &argumentError{message: listed("the configuration does not fit together", err)}
	}
	if changes == nil {
		changes = []config.Change{} // an empty list in JSON
	}
	return changes, nil
}

// listed puts an error of several lines below a head, one of one line beside it.
func listed(head string, err error) string {
	lines := strings.Split(err.Error(), "\n")
	if len(lines) == 1 {
		return head + ": " + lines[0]
	}
	for _, line := range lines {
		head += "\n  " + line
	}
	return head
}

func newApply(c *cli) *cobra.Command {
	var d declaration
	cmd := &cobra.Command{
		Use:     "apply -f FILE|FOLDER",
		GroupID: "setup",
		Short:   "Put a configuration in force",
		Long: `Apply reads the configuration, checks it against everything declared before, and puts it in force, all
of it or nothing. What the files do not name stays as it is, unless --prune is given.

Months that are closed do not change; the next close uses the new configuration.`,
		Example: `  sluice apply -f reseller.yaml
  sluice apply -f customers/ -f prices.yaml
  sluice apply -f everything/ --prune`,
		Args: takes(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error { return runApply(c, cmd, d) },
	}
	d.flags(cmd)
	return cmd
}

func runApply(c *cli, cmd *cobra.Command, d declaration) error {
	wanted, err := d.load(cmd)
	if err != nil {
		return err
	}
	return c.open(cmd, app.Options{Dir: c.dir}, func(ctx context.Context, a *app.App) error {
		changes, err := d.changes(ctx, a, wanted)
		if err != nil {
			return err
		}
		if err := a.Apply(ctx, changes); err != nil {
			return err
		}
		return c.changed(changes, func(w io.Writer, n string) { fmt.Fprintf(w, "%s applied\n", n) })
	})
}

// changed writes the changes, and below them what became of them.
func (c *cli) changed(changes []config.Change, last func(w io.Writer, n string)) error {
	return c.result(struct {
		Changes []config.Change `json:"changes"`
	}{changes}, func(w io.Writer) {
		config.WriteDiff(w, changes)
		if len(changes) > 0 {
			last(w, counted(int64(len(changes)), "change", "changes"))
		}
	})
}
