package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
)

// cli is one run of the program: where it writes, and the options that every
// command takes.
type cli struct {
	stdout, stderr io.Writer

	dir    string // the installation
	at     string // the database of its records; empty for a file in dir
	memory string // bound of the SQL engine
	quiet  bool
	asked  asked // for the form of the result
	remote remote

	shown *progress // what is on the screen now; nil when nothing is
}

const defaultDir = "./sluice-data"

func newRoot(c *cli) *cobra.Command {
	root := &cobra.Command{
		Use:   "sluice",
		Short: "Bill cloud customers from the provider's own exports",
		Long: `Sluice turns the billing data of cloud providers into bills a reseller can put its name to.

It reads the providers' cost and usage exports, prices every line for the customer who used it, drafts
the invoices, and proves them against the provider's own invoice: no cent is lost, none is invented.

A month goes through these commands: apply the configuration, close the month (which loads what is new),
waive or resolve what holds it, issue the invoices, export them. "sluice demo" shows it all on invented data.`,
		Example: `  sluice demo
  sluice apply -f reseller.yaml
  sluice close 2026-10
  sluice invoice issue --all 2026-10
  sluice invoice export --all 2026-10 --format pdf --out invoices/`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	onlyCommands(root)
	root.SetFlagErrorFunc(misread)
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return cmp.Or(c.settle(cmd), c.writable(cmd)) }

	flags := root.PersistentFlags()
	dir := defaultDir
	if set := os.Getenv("SLUICE_DIR"); set != "" {
		dir = set
	}
	flags.StringVar(&c.dir, "dir", dir, "folder of the installation; SLUICE_DIR sets another default")
	flags.Lookup("dir").DefValue = defaultDir // in the help it does not depend on where the help is read
	flags.StringVar(&c.at, "database", "", "`address` of the records in PostgreSQL, such as postgres://sluice@db/sluice; SLUICE_DATABASE_URL sets another default (default sluice.db in --dir)")
	c.asked.options(root)
	c.remote.options(root)
	flags.StringVar(&c.memory, "memory", "", "memory the SQL engine may take, such as 4GB (default 1200MB)")
	flags.BoolVar(&c.quiet, "quiet", false, "show no progress")
	if err := root.MarkPersistentFlagDirname("dir"); err != nil {
		panic(err) // the flag is defined above
	}

	root.AddGroup(&cobra.Group{ID: "month", Title: "A month:"}, &cobra.Group{ID: "setup", Title: "Setting up:"}, &cobra.Group{ID: "try", Title: "Trying out:"})
	root.SetHelpCommand(newHelp())
	root.SetCompletionCommandGroupID("setup")
	root.AddCommand(
		newApply(c), newPlan(c), newBook(c), newSchema(c), newAudit(c), newSecret(c), newUser(c), newSource(c), newCredential(c), newBackend(c), newBill(c), newCollect(c), newUnit(c), newImport(c), newArtwork(c), newMail(c), newLetter(c), newLayout(c), newMigrate(c), newBackup(c), newRestore(c), newExport(c), newVersion(c),
		newIngest(c), newClose(c), newStatus(c), newMonth(c), newSchedule(c), newWaive(c), newItem(c), newExchange(c), newInvoice(c), newPayment(c), newPrepaid(c), newReminder(c), newHandover(c), newAgeing(c), newAccountStatement(c), newReconcile(c), newDrift(c), newLine(c), newCommitment(c), newEntry(c), newMargin(c), newProfit(c), newOriginalCost(c), newFocus(c), newAccounting(c), newRate(c),
		newAccount(c),
		newServe(c), newDemo(c), newGenerate(c),
		newFormats(), newExitCodes(),
	)
	describeExits(root)
	return root
}

// onlyCommands makes a command that only holds others: by itself it shows its
// help, and an unknown command is a wrong argument.
func onlyCommands(cmd *cobra.Command) {
	cmd.Args = cobra.ArbitraryArgs
	cmd.SuggestionsMinimumDistance = 2
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		err := wrong(cmd, fmt.Sprintf("%q is not a command of %s", args[0], cmd.CommandPath()))
		if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
			err.hint = fmt.Sprintf("did you mean `%s %s`?", cmd.CommandPath(), near[0])
		}
		return err
	}
}

// takes bounds the number of arguments; names are those of the help.
func takes(least, most int, names string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return wrong(cmd, "an argument is missing: give "+names)
		case most >= 0 && len(args) > most:
			return wrong(cmd, fmt.Sprintf("%q is one argument too many", args[most]))
		}
		return nil
	}
}

// period reads a month that was given as an argument.
func period(cmd *cobra.Command, text string) (billing.Period, error) {
	p, err := billing.ParsePeriod(text)
	if err != nil {
		return p, wrong(cmd, err.Error())
	}
	return p, nil
}

// forMonth is the work of a command whose only argument is a month, before it
// opens the installation.
func forMonth(work func(cmd *cobra.Command, p billing.Period) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		p, err := period(cmd, args[0])
		if err != nil {
			return err
		}
		return work(cmd, p)
	}
}

// with opens the installation, which must be there, and does the work in its own
// folder. The context carries the progress, and who acts.
func (c *cli) with(cmd *cobra.Command, work func(ctx context.Context, a *app.App) error) error {
	if err := c.onlyHere(cmd); err != nil {
		return err
	}
	if !c.installed() {
		return c.noInstallation(cmd)
	}
	return c.open(cmd, c.installation(), work)
}

func (c *cli) noInstallation(cmd *cobra.Command) error {
	err := wrong(cmd, fmt.Sprintf("there is no installation in %s", c.dir))
	err.hint = "`sluice apply -f FILE` begins one; --dir names another folder"
	return err
}

// installation is the one that the options name.
func (c *cli) installation() app.Options {
	return app.Options{
		Dir: c.dir, Database: c.database(),
		// Who may run it here may reach whatever this machine reaches.
		Mail: app.MailOptions{Origin: os.Getenv("SLUICE_ORIGIN"), Access: os.Getenv(accessVariable), Private: true},
	}
}

// database is where the records are; empty for sluice.db in the folder. The
// variable is read when it is needed, since the help must not show what is in it.
func (c *cli) database() string { return cmp.Or(c.at, os.Getenv("SLUICE_DATABASE_URL")) }

// installed tells whether there is an installation to work in. A database of its
// own has been made by somebody, so it is one, and says so itself where it is not.
func (c *cli) installed() bool {
	if c.database() != "" {
		return true
	}
	_, err := os.Stat(filepath.Join(c.dir, "sluice.db"))
	return err == nil
}

// open is with for an installation that may be new.
func (c *cli) open(cmd *cobra.Command, o app.Options, work func(ctx context.Context, a *app.App) error) (err error) {
	o.Memory = c.memory
	a, err := app.Open(cmd.Context(), o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	defer c.finish()
	ctx := billing.WithActor(cmd.Context(), billing.Actor{Name: a.User, Via: "cli"})
	return work(c.progress(ctx), a)
}

// progress adds the display of progress to a context; finish ends it.
func (c *cli) progress(ctx context.Context) context.Context {
	if c.quiet || c.output().program {
		return ctx
	}
	c.shown = newProgress(c.stderr, time.Now)
	return billing.WithProgress(ctx, c.shown.step)
}

func (c *cli) finish() {
	if c.shown != nil {
		c.shown.finish()
	}
}
