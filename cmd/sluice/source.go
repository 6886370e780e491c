package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/probe"
)

func newSource(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "source",
		GroupID: "setup",
		Short:   "Find, check and load what providers deliver",
		Long: `Source looks into the places where providers put their exports: which exports are there, whether one can be read and
bills be made of it, and how it stands with those that are declared. It loads a source with its past, and writes what
opens a payer's bills to Sluice.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newSourceList(c), newSourceDiscover(c), newSourceCheck(c), newSourceLoad(c), newSourceTemplate(c), newSourceExport(c))
	return cmd
}

func newSourceList(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "Show how it stands with the sources",
		Long: `List shows every declared source: when it was last read whole, of which month, and why the last try failed where it
did. What was read before stays in force then. A source is late when its data is older than expected: an export that
brought nothing new for 48 hours, a backend that was not read for as long, or pushed bills that lack a month that is
over for ten days.`,
		Example: `  sluice source list`,
		Args:    takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			all, err := api.ListSourceStates.Call(ctx, at, struct{}{})
			if err != nil {
				return err
			}
			return c.write(listing[api.SourceState]{
				whole: map[string]any{"sources": all}, rows: all, none: "No source is declared.",
				table: grid[api.SourceState]{[]string{"SOURCE", "KIND", "PAYER", "LAST READ (UTC)", "MONTH", ">ROWS", "SAYS"}, sourceCells},
			})
		}),
	}
}

func sourceCells(s api.SourceState) []string {
	read, rows := "never", ""
	if s.GoodAt != nil {
		read, rows = moment(*s.GoodAt), count(s.GoodRows)
	}
	says := ""
	switch {
	case s.Failing && s.FailedAt != nil:
		says = "failed at " + moment(*s.FailedAt) + ": " + s.Problem
	case s.Late && s.DataAt == nil:
		says = "late: nothing came yet"
	case s.Late:
		says = "late: nothing newer than " + s.DataPeriod + ", which came last at " + moment(*s.DataAt)
	}
	return []string{s.Source, s.Kind, s.Payer, read, s.GoodPeriod, rows, says}
}

// placeFlags are the options that name a place that is not declared.
func placeFlags(cmd *cobra.Command, w *api.PlaceWish) {
	cmd.Flags().StringVar(&w.URL, "url", "", "`address` of a place that is not declared: a folder, s3://…, gs://… or azblob://…")
	cmd.Flags().StringVar(&w.Credential, "credential", "", "`id` of the credential that opens it (default what the environment has)")
}

// named takes the source that an argument names.
func named(cmd *cobra.Command, w *api.PlaceWish, args []string) error {
	switch {
	case len(args) == 1 && w.URL != "":
		return wrong(cmd, "a source and --url are given; give one of the two")
	case len(args) == 0 && w.URL == "":
		return wrong(cmd, "give the name of a source, or --url")
	case len(args) == 1:
		w.Source = args[0]
	}
	return nil
}

func newSourceDiscover(c *cli) *cobra.Command {
	var in api.DiscoverSourceInput
	cmd := &cobra.Command{
		Use:   "discover [NAME]",
		Short: "Find the exports in a bucket or folder",
		Long: `Discover looks through a place for exports of every kind: their months, files and size, when they were delivered last,
and whether they have resource ids. It warns where several have the same money. Nothing is loaded or declared.`,
		Example: `  sluice source discover --url "s3://acme-billing?region=eu-central-1" --credential payer-a
  sluice source discover exports`,
		Args: takes(0, 1, "NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := named(cmd, &in.Body, args); err != nil {
				return err
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				found, err := api.DiscoverSource.Call(ctx, at, in)
				if err != nil {
					return err
				}
				return c.result(found, func(w io.Writer) { writeFound(w, found) })
			})
		},
	}
	placeFlags(cmd, &in.Body)
	return cmd
}

func writeFound(w io.Writer, found api.Discovered) {
	if len(found.Reports) == 0 {
		fmt.Fprintf(w, "There is no export among the %s in %s.\n", counted(int64(found.Objects), "object", "objects"), found.Place)
	} else {
		t := newTable("KIND", "REPORT", "FOLDER", "ACCOUNT", "MONTHS", ">FILES", ">MB", "DELIVERED (UTC)", "RESOURCE IDS")
		for _, r := range found.Reports {
			months := r.Months[0].Period.String()
			if last := len(r.Months) - 1; last > 0 {
				months = fmt.Sprintf("%s to %s (%d)", r.Months[last].Period, months, len(r.Months))
			}
			t.add(r.Kind, r.Name, r.Folder, r.Account, months, count(int64(r.Files)), megabytes(r.Bytes), moment(r.Delivered), r.ResourceIDs)
		}
		t.write(w, "")
		for _, r := range found.Reports {
			for _, m := range r.Months {
				if m.Problem != "" {
					fmt.Fprintf(w, "%s of %s: %s\n", m.Period, r.Name, m.Problem)
				}
			}
		}
	}
	for _, warning := range found.Warnings {
		fmt.Fprintf(w, "Warning: %s\n", warning)
	}
}

func megabytes(n int64) string { return fmt.Sprintf("%s.%d", count(n/1_000_000), n%1_000_000/100_000) }

func newSourceCheck(c *cli) *cobra.Command {
	var in api.CheckSourceInput
	cmd := &cobra.Command{
		Use:   "check [NAME]",
		Short: "Try a source step by step, and say how to mend it",
		Long: `Check tries a source from the credential to the rows: credential, role, bucket, region, prefix, manifest, freshness,
format, hours, resource ids, payer, and what AWS says of the export. Each step says what is so and, where something
is wrong, what to do. Nothing is loaded. It fails where a step fails.`,
		Example: `  sluice source check exports
  sluice source check --url "s3://acme-billing/exports?region=eu-central-1" --kind aws-cur2 --payer 111122223333 --credential payer-a`,
		Args: takes(0, 1, "NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := named(cmd, &in.Body.PlaceWish, args); err != nil {
				return err
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				r, err := api.CheckSource.Call(ctx, at, in)
				if err != nil {
					return err
				}
				if err := c.result(r, func(w io.Writer) { writeChecked(w, r) }); err != nil || r.State != probe.Failed {
					return err
				}
				return fmt.Errorf("%s cannot be billed from as it is; mend what failed, and check it again", r.Source)
			})
		},
	}
	placeFlags(cmd, &in.Body.PlaceWish)
	cmd.Flags().StringVar(&in.Body.Kind, "kind", "", "with --url: `kind` of the exports, such as aws-cur2")
	cmd.Flags().StringVar(&in.Body.Payer, "payer", "", "with --url: `id` of the declared payer whose months these are")
	return cmd
}

func writeChecked(w io.Writer, r probe.Report) {
	t := newTable("STEP", "STATE", "SAYS")
	for _, s := range r.Steps {
		t.add(s.Name, s.State, s.Says)
	}
	t.write(w, "")
	for _, s := range r.Steps {
		if s.Advice != "" {
			fmt.Fprintf(w, "%s: %s.\n", s.Name, strings.TrimSuffix(s.Advice, "."))
		}
	}
}

func newSourceLoad(c *cli) *cobra.Command {
	var in api.LoadHistoryInput
	var from, to string
	cmd := &cobra.Command{
		Use:   "load NAME",
		Short: "Load a source with its past, the newest month first",
		Long: `Load loads all months that a source has, or those from one month to another, the newest first. It can be broken off
and begun again: what is loaded is passed over. Months that are closed are not touched, unless --closed is given;
what changed in them is proposed then, as by "sluice ingest".`,
		Example: `  sluice source load exports
  sluice source load exports --from 2025-01 --to 2025-12`,
		Args: takes(1, 1, "NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			in.Name = args[0]
			if from != "" {
				p, err := period(cmd, from)
				if err != nil {
					return err
				}
				in.Body.From = &p
			}
			if to != "" {
				p, err := period(cmd, to)
				if err != nil {
					return err
				}
				in.Body.To = &p
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error { return c.loadHistory(ctx, at, in) })
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&from, "from", "", "first `month` (default the first that lies there)")
	flags.StringVar(&to, "to", "", "last `month` (default the newest that lies there)")
	flags.BoolVar(&in.Body.Closed, "closed", false, "read closed months, too")
	return cmd
}

// loadHistory shows what was loaded also where some months could not be.
func (c *cli) loadHistory(ctx context.Context, at api.Place, in api.LoadHistoryInput) error {
	began := time.Now()
	h, err := api.LoadHistory.Call(ctx, at, in)
	if err != nil {
		return err
	}
	err = c.result(h, func(w io.Writer) {
		t := newTable("MONTH", "STATE", ">ROWS", ">MB", "SAYS")
		for _, m := range h.Months {
			t.add(m.Period.String(), m.State, count(m.Rows), megabytes(m.Bytes), m.Says)
		}
		t.write(w, "")
		fmt.Fprintf(w, "%s MB of source %s were loaded in %s.\n", megabytes(h.Bytes), h.Source, time.Since(began).Round(time.Second))
	})
	if err == nil && h.Failed > 0 {
		err = errors.New(h.Problem)
	}
	return err
}
