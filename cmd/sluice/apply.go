package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/trial"
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

// located gives what is wrong with the configuration the lines of the files.
func (d *declaration) located(err error) error {
	if err == nil || !errors.As(err, new(config.Problems)) {
		return err
	}
	return &argumentError{message: listed("the configuration does not fit together", d.read.Locate(err))}
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

// forcing is the leave as operations take it.
func (f *forced) forcing() api.Forcing { return api.Forcing{Force: f.force, Reason: f.reason} }

// refused says what may help where closed months would change.
func (d *declaration) refused(err error) error {
	var reached *trial.ReachedError
	if !errors.As(err, &reached) {
		return d.located(err)
	}
	first, last := reached.Months[0], reached.Months[len(reached.Months)-1]
	return &argumentError{reached.Error(), fmt.Sprintf("`sluice rate %s --with %s` shows what moves; days after %s are free, and --force with --reason changes closed months",
		first.Period, strings.Join(d.files, " --with "), last.Period.LastDay())}
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
	in := api.ApplyInput{}
	in.Body.Config, in.Body.Prune, in.Body.Forcing = api.Configuration(wanted), d.prune, f.forcing()
	return c.freshPlace(cmd, func(ctx context.Context, at api.Place) error {
		done, err := api.ApplyConfig.Call(ctx, at, in)
		if err != nil {
			return d.refused(err)
		}
		return c.changed(done.Changes, func(w io.Writer, n string) { fmt.Fprintf(w, "%s applied\n", n) })
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
