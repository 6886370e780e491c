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
	read  config.Declaration // the files, read
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
	read, err := config.Read(d.files...)
	if err != nil {
		return billing.Config{}, &argumentError{message: listed("the configuration is wrong", err)}
	}
	d.read = read
	return read.Config, nil
}

// changes compares the declaration with what is in force.
func (d *declaration) changes(ctx context.Context, a *app.App, wanted billing.Config) ([]config.Change, error) {
	changes, err := a.Plan(ctx, wanted, d.prune)
	if err != nil {
		return nil, &argumentError{message: listed("the configuration does not fit together", d.read.Locate(err))}
	}
	if changes == nil {
		changes = []config.Change{} // an empty list in JSON
	}
	return changes, nil
}

// forced is the leave to change months that are closed (R18), as it is typed.
type forced struct {
	force  bool
	reason string
}

func (f *forced) flags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.force, "force", false, "change months that are closed, too")
	cmd.Flags().StringVar(&f.reason, "reason", "", "with --force: why, in a `text` that auditors will read")
}

func (f *forced) check(cmd *cobra.Command) error {
	switch given := strings.TrimSpace(f.reason) != ""; {
	case f.force && !given:
		return wrong(cmd, "--force needs a reason; give it with --reason")
	case given && !f.force:
		return wrong(cmd, "--reason goes with --force")
	}
	return nil
}

func (f *forced) apply(ctx context.Context, a *app.App, changes []config.Change) error {
	if f.force {
		return a.ApplyBecause(ctx, changes, strings.TrimSpace(f.reason))
	}
	return a.Apply(ctx, changes)
}

// refused is an error where the changes alter closed months and may not.
func (f *forced) refused(ctx context.Context, a *app.App, d declaration, changes []config.Change) error {
	if f.force || len(changes) == 0 {
		return nil
	}
	wanted, err := a.With(ctx, changes)
	if err != nil {
		return err
	}
	reached, err := a.Trials.Reached(ctx, wanted)
	if err != nil || len(reached) == 0 {
		return err
	}
	message := "nothing was applied, because closed months would change (R18):"
	for _, r := range reached {
		message += fmt.Sprintf("\n  %s: %s", r.Period, some(r.What))
	}
	return &argumentError{message, fmt.Sprintf("`sluice rate %s --with %s` shows what moves; days after %s are free, and --force with --reason changes closed months",
		reached[0].Period, strings.Join(d.files, " --with "), reached[len(reached)-1].Period.LastDay())}
}

// some names a few things, and how many more there are.
func some(things []string) string {
	const few = 4
	if len(things) > few {
		return fmt.Sprintf("%s and %d more", strings.Join(things[:few], ", "), len(things)-few)
	}
	return strings.Join(things, ", ")
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
	var f forced
	cmd := &cobra.Command{
		Use:     "apply -f FILE|FOLDER",
		GroupID: "setup",
		Short:   "Put a configuration in force",
		Long: `Apply reads the configuration, checks it against everything declared before, and puts it in force, all
of it or nothing. What the files do not name stays as it is, unless --prune is given.

Open months use it with their next close. What would change how a closed month is priced – a rule, claim,
attachment, pool, cost basis or decision on a commitment that holds on one of its days – is refused, unless
--force and a reason are given; the reason is kept in the audit, and issued invoices stay as they are.`,
		Example: `  sluice apply -f reseller.yaml
  sluice apply -f customers/ -f prices.yaml
  sluice apply -f everything/ --prune
  sluice apply -f prices.yaml --force --reason "agreed on 2 October"`,
		Args: takes(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error { return runApply(c, cmd, d, f) },
	}
	d.flags(cmd)
	f.flags(cmd)
	return cmd
}

func runApply(c *cli, cmd *cobra.Command, d declaration, f forced) error {
	if err := f.check(cmd); err != nil {
		return err
	}
	wanted, err := d.load(cmd)
	if err != nil {
		return err
	}
	return c.open(cmd, app.Options{Dir: c.dir}, func(ctx context.Context, a *app.App) error {
		changes, err := d.changes(ctx, a, wanted)
		if err != nil {
			return err
		}
		if err := f.refused(ctx, a, d, changes); err != nil {
			return err
		}
		if err := f.apply(ctx, a, changes); err != nil {
			return err
		}
		return c.changed(changes, func(w io.Writer, n string) { fmt.Fprintf(w, "%s applied\n", n) })
	})
}

// changed writes the changes, and below them what became of them.
func (c *cli) changed(changes []config.Change, last func(w io.Writer, n string)) error {
	return c.write(listing[config.Change]{
		whole: struct {
			Changes []config.Change `json:"changes"`
		}{changes},
		rows: changes,
		show: func(w io.Writer) {
			config.WriteDiff(w, changes)
			if len(changes) > 0 {
				last(w, counted(int64(len(changes)), "change", "changes"))
			}
		},
	})
}
