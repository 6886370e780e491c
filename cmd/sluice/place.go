package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/client"
	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
)

// remote is the server that commands ask instead of doing it here.
type remote struct {
	server string // its address; empty to do it here
	token  string
}

func (r *remote) options(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.StringVar(&r.server, "server", os.Getenv("SLUICE_SERVER"), "`address` of a Sluice server to ask, instead of a folder; SLUICE_SERVER sets a default")
	flags.Lookup("server").DefValue = ""
	r.token = os.Getenv("SLUICE_TOKEN") // not an option: the command line can be seen by others
}

// settle chooses between a folder and a server where both are named: the command
// line comes before the environment.
func (c *cli) settle(cmd *cobra.Command) error {
	flags := cmd.Flags()
	folder := "dir"
	if !flags.Changed(folder) {
		folder = "database"
	}
	switch {
	case !flags.Changed(folder) || c.remote.server == "":
		return nil
	case flags.Changed("server"):
		return wrong(cmd, fmt.Sprintf("--server and --%s do not go together: the one asks a server, the other works here", folder))
	}
	c.remote.server = ""
	return nil
}

// place does the work of a command in the installation, which must be there, or at
// the server that was named. The context carries the progress.
func (c *cli) place(cmd *cobra.Command, work func(ctx context.Context, at api.Place) error) error {
	if c.remote.server == "" {
		return c.with(cmd, func(ctx context.Context, a *app.App) error { return here(ctx, a, work) })
	}
	return c.remotely(cmd, work)
}

// freshPlace is place for an installation that may be new.
func (c *cli) freshPlace(cmd *cobra.Command, work func(ctx context.Context, at api.Place) error) error {
	if c.remote.server == "" {
		return c.open(cmd, c.installation(), func(ctx context.Context, a *app.App) error { return here(ctx, a, work) })
	}
	return c.remotely(cmd, work)
}

func here(ctx context.Context, a *app.App, work func(ctx context.Context, at api.Place) error) error {
	declared, err := a.Config(ctx)
	if err != nil {
		return err
	}
	return work(ctx, api.Place{Session: api.Local(a, declared)})
}

func (c *cli) remotely(cmd *cobra.Command, work func(ctx context.Context, at api.Place) error) error {
	if c.remote.token == "" {
		err := wrong(cmd, "there is no token for the server "+c.remote.server)
		err.hint = "make one in the server's console, and put it into the environment as SLUICE_TOKEN"
		return err
	}
	server, err := client.At(c.remote.server, c.remote.token)
	if err != nil {
		return wrong(cmd, err.Error())
	}
	at := api.Place{Remote: server}
	ctx := c.progress(cmd.Context())
	defer c.finish()
	at.Watch = func(work string, done, total int64) { billing.Step(ctx, work, done, total) }
	return work(ctx, at)
}

// onlyHere refuses a command that works on the folder itself where a server is named.
func (c *cli) onlyHere(cmd *cobra.Command) error {
	if c.remote.server == "" {
		return nil
	}
	return wrong(cmd, fmt.Sprintf("%s works in the installation's own folder; run it there, without --server and SLUICE_SERVER", cmd.CommandPath()))
}

// placed is place for a command's work with its arguments.
func (c *cli) placed(work func(ctx context.Context, at api.Place, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		return c.place(cmd, func(ctx context.Context, at api.Place) error { return work(ctx, at, args) })
	}
}

// placedMonth is placed for a command whose only argument is a month. Where it may
// be left out, none is the zero Period.
func (c *cli) placedMonth(work func(ctx context.Context, at api.Place, p billing.Period) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) (err error) {
		var p billing.Period
		if len(args) > 0 {
			if p, err = period(cmd, args[0]); err != nil {
				return err
			}
		}
		return c.place(cmd, func(ctx context.Context, at api.Place) error { return work(ctx, at, p) })
	}
}

// placedDay is placed for a command with a day among its options, which is today
// where it is not given.
func (c *cli) placedDay(day *string, work func(ctx context.Context, at api.Place, on billing.Day, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		on, err := dayOrToday(cmd, *day)
		if err != nil {
			return err
		}
		return c.place(cmd, func(ctx context.Context, at api.Place) error { return work(ctx, at, on, args) })
	}
}
