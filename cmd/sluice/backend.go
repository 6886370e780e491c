package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
)

func newBackend(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "backend",
		GroupID: "setup",
		Short:   "Ask programs what a vendor charges",
		Long: `Backend looks at the programs that tell what a vendor charges, over gRPC, and asks them. What they tell is
kept and loaded as any provider's export is.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newBackendList(c), newBackendVerify(c), newBackendSync(c), newServiceAccount(c), newCredentialSchemas(c))
	return cmd
}

func newBackendList(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "Show the backends and how they stand",
		Long: `List shows each backend with the sources that are read by it: when each was last read whole, and why the last
try failed. Nothing is asked.`,
		Example: `  sluice backend list`,
		Args:    takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			all, err := api.ListBackends.Call(ctx, at, struct{}{})
			if err != nil {
				return err
			}
			return c.write(listing[api.BackendRow]{
				whole: map[string]any{"backends": all}, rows: all, none: "No backends are declared.",
				show: func(w io.Writer) { writeBackends(w, all) },
			})
		}),
	}
}

func writeBackends(w io.Writer, all []api.BackendRow) {
	t := newTable("BACKEND", "PROVIDER", "PROTOCOL", "SOURCE", "LAST READ (UTC)", "MONTH", ">ROWS", "")
	for _, b := range all {
		if len(b.Sources) == 0 {
			t.add(b.Name, b.Provider, b.Protocol, "(none)", "", "", "", "")
		}
		for _, s := range b.Sources {
			t.add(b.Name, b.Provider, b.Protocol, s.Source, lastRead(s), s.GoodPeriod, count(s.GoodRows), standingWord(s))
		}
	}
	t.write(w, "")
	for _, b := range all {
		for _, s := range b.Sources {
			if s.Failing {
				fmt.Fprint(w, wrap(fmt.Sprintf("%s: %s", s.Source, s.Problem), ""))
			}
		}
	}
}

func lastRead(s api.SourceStanding) string {
	if s.GoodAt == nil {
		return "never"
	}
	return minute(*s.GoodAt)
}

func standingWord(s api.SourceStanding) string {
	if s.Failing {
		return "fails"
	}
	return ""
}

func newBackendVerify(c *cli) *cobra.Command {
	var o conformanceOptions
	cmd := &cobra.Command{
		Use:   "verify NAME",
		Short: "Ask a backend what it is, and try its credentials",
		Long: `Verify asks a backend what it is, and lets it try every declared credential at its vendor, really. Nothing is
collected. It fails where a credential does not work.

With --conformance it tries the backend against the contract instead, for who makes one: by one of its
credentials, which must work, and a month that has costs. It fails where the backend does.`,
		Example: `  sluice backend verify hyper
  sluice backend verify hyper --conformance --period 2026-10`,
		Args: takes(1, 1, "NAME"),
	}
	o.flags(cmd)
	verify := c.placed(func(ctx context.Context, at api.Place, args []string) error {
		v, err := api.VerifyBackend.Call(ctx, at, api.OneBackend{Name: args[0]})
		if err != nil {
			return err
		}
		if err := c.result(v, func(w io.Writer) { writeVerified(w, v) }); err != nil || v.OK {
			return err
		}
		return fmt.Errorf("backend %s does not accept every credential; save those that it refuses again", v.Name)
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := o.check(cmd); err != nil {
			return err
		}
		if o.wanted {
			return c.conformance(cmd, o, args[0])
		}
		return verify(cmd, args)
	}
	return cmd
}

func writeVerified(w io.Writer, v api.VerifiedBackend) {
	fmt.Fprintf(w, "Backend %s is %s %s, and speaks %s.\n", v.Name, v.Calls, v.Version, v.Protocol)
	if len(v.Rules) > 0 {
		fmt.Fprintf(w, "It brings %s of its own.\n", counted(int64(len(v.Rules)), "rule", "rules"))
	}
	if len(v.Credentials) == 0 {
		fmt.Fprintf(w, "No credential of it is declared. It takes %s.\n", strings.Join(v.Schemas, ", "))
		return
	}
	t := newTable("CREDENTIAL", "OF", "WORKS", "REACHES")
	for _, x := range v.Credentials {
		works, reaches := "no", x.Problem
		if x.OK {
			works, reaches = "yes", counted(int64(len(x.Accounts)), "account", "accounts")
		}
		t.add(x.ID, x.Organization, works, reaches)
	}
	t.write(w, "")
}

// readingOptions say which months to read.
type readingOptions struct {
	periods []string
	months  int
}

func (o *readingOptions) flags(cmd *cobra.Command) {
	cmd.Flags().StringSliceVar(&o.periods, "period", nil, "read these `months`")
	cmd.Flags().IntVar(&o.months, "months", 0, "read so `many` months, this one first (default 2)")
}

func (o readingOptions) wish(cmd *cobra.Command) (w api.ReadingWish, err error) {
	w.Months = o.months
	for _, text := range o.periods {
		p, err := period(cmd, text)
		if err != nil {
			return w, err
		}
		w.Periods = append(w.Periods, p)
	}
	if len(w.Periods) > 0 && w.Months > 0 {
		return w, wrong(cmd, "--period and --months do not go together")
	}
	return w, nil
}

func newBackendSync(c *cli) *cobra.Command {
	var o readingOptions
	cmd := &cobra.Command{
		Use:   "sync NAME",
		Short: "Collect what a backend tells",
		Long: `Sync reads all sources of a backend over some months, and loads what is new. One that fails does not stop the
others; what was loaded before stays in force.`,
		Example: `  sluice backend sync hyper
  sluice backend sync hyper --period 2026-10`,
		Args: takes(1, 1, "NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			w, err := o.wish(cmd)
			if err != nil {
				return err
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				read, err := api.SyncBackend.Call(ctx, at, api.SyncBackendInput{OneBackend: api.OneBackend{Name: args[0]}, Body: w})
				if err != nil {
					return err
				}
				return c.readings(read)
			})
		},
	}
	o.flags(cmd)
	return cmd
}

func newCollect(c *cli) *cobra.Command {
	var o readingOptions
	cmd := &cobra.Command{
		Use:     "collect [SOURCE…]",
		GroupID: "month",
		Short:   "Read sources over the last months",
		Long: `Collect reads sources of any kind, or all of them, over some months, and loads what is new, as a server does
every night. One that fails does not stop the others; what was loaded before stays in force.`,
		Example: `  sluice collect
  sluice collect hyper-shop --months 3`,
		RunE: func(cmd *cobra.Command, args []string) error {
			w, err := o.wish(cmd)
			if err != nil {
				return err
			}
			var in api.CollectSourcesInput
			in.Body.Sources, in.Body.ReadingWish = args, w
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				read, err := api.CollectSources.Call(ctx, at, in)
				if err != nil {
					return err
				}
				return c.readings(read)
			})
		},
	}
	o.flags(cmd)
	return cmd
}

// readings writes what was read, and fails where a source failed.
func (c *cli) readings(read api.ReadSources) error {
	err := c.result(read, func(w io.Writer) {
		t := newTable("SOURCE", "MONTH", ">LINES", ">BILLED BY THE PROVIDER", "")
		for _, r := range read.Readings {
			if r.Problem != "" {
				t.add(r.Source, r.Period.String(), "", "", "failed")
			} else if len(r.Loads) == 0 {
				t.add(r.Source, r.Period.String(), "", "", "has nothing")
			}
			for _, l := range r.Loads {
				state := "loaded"
				if l.UpToDate {
					state = "was loaded before"
				}
				t.add(r.Source, r.Period.String(), count(l.Rows), exactMoney(l.Billed), state)
			}
		}
		t.write(w, "")
		for _, r := range read.Readings {
			for _, l := range r.Loads {
				for _, f := range l.Findings {
					fmt.Fprint(w, wrap(fmt.Sprintf("%s: %s (%s): %s", f.Severity, f.Code, f.Subject, f.Message), ""))
				}
			}
		}
	})
	if err != nil || read.Failed == 0 {
		return err
	}
	var problems []string
	for _, r := range read.Readings {
		if r.Problem != "" {
			problems = append(problems, fmt.Sprintf("%s: %s", r.Period, r.Problem))
		}
	}
	return fmt.Errorf("%s; what was loaded before is in force", strings.Join(problems, "; "))
}

func newCredentialSchemas(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "schemas",
		Short:   "Show what credentials ask for",
		Long:    `Schemas asks each backend which fields its credentials have, and shows those of credentials that Sluice knows by itself.`,
		Example: `  sluice backend schemas`,
		Args:    takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			all, err := api.ListCredentialSchemas.Call(ctx, at, struct{}{})
			if err != nil {
				return err
			}
			return c.write(listing[api.CredentialForm]{
				whole: map[string]any{"schemas": all}, rows: all,
				table: grid[api.CredentialForm]{[]string{"SCHEMA", "FIELDS", ""}, func(f api.CredentialForm) []string {
					var fields []string
					for _, x := range f.Fields {
						name := x.Name
						if x.Secret {
							name += " (secret)"
						}
						if !x.Needed {
							name = "[" + name + "]"
						}
						fields = append(fields, name)
					}
					return []string{f.Schema, strings.Join(fields, ", "), f.Problem}
				}},
			})
		}),
	}
}

// dayOf reads an optional day of an option.
func dayOf(cmd *cobra.Command, text string) (*billing.Day, error) {
	if text == "" {
		return nil, nil
	}
	day, err := billing.ParseDay(text)
	if err != nil {
		return nil, wrong(cmd, fmt.Sprintf("%q is no day; write it as %s", text, time.DateOnly))
	}
	return &day, nil
}
