package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/pipeline"
)

type ingestOptions struct {
	source string
	files  []string
	payer  string
	period string
}

func newIngest(c *cli) *cobra.Command {
	var o ingestOptions
	cmd := &cobra.Command{
		Use:     "ingest [PERIOD]",
		GroupID: "month",
		Short:   "Load a month's exports",
		Long: `Ingest loads what is new of a month from all declared sources, or from the one that --source names. A
version that was loaded before is not loaded again. What was loaded stays in force until its successor is
whole. "sluice close" does this too.

With --file it loads files that no manifest describes, for the payer and the month that are given. All
files of one call are one report; loading others later replaces them.`,
		Example: `  sluice ingest 2026-10
  sluice ingest 2026-10 --source exports-east
  sluice ingest --file october.parquet --payer 111111111111 --period 2026-10`,
		Args:              takes(0, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE:              func(cmd *cobra.Command, args []string) error { return runIngest(c, cmd, o, args) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.source, "source", "", "load from the source of this `name` only")
	flags.StringArrayVar(&o.files, "file", nil, "load this `file` (.csv, .csv.gz, .csv.zip, .parquet); may be repeated")
	flags.StringVar(&o.payer, "payer", "", "`id` of the payer whose files these are, with --file")
	flags.StringVar(&o.period, "period", "", "`month` of the files, with --file")
	return cmd
}

func runIngest(c *cli, cmd *cobra.Command, o ingestOptions, args []string) error {
	month := o.period
	switch {
	case len(args) == 1 && month != "" && args[0] != month:
		return wrong(cmd, fmt.Sprintf("two months are given, %s and %s", args[0], month))
	case len(args) == 1:
		month = args[0]
	}
	switch {
	case month == "":
		return wrong(cmd, "no month is given; name one such as 2026-10")
	case len(o.files) > 0 && o.source != "":
		return wrong(cmd, "--source and --file do not go together")
	case len(o.files) > 0 && o.payer == "":
		return wrong(cmd, "--payer is missing: it says whose files these are")
	case len(o.files) == 0 && o.payer != "":
		return wrong(cmd, "--payer goes with --file; sources know their payer")
	}
	p, err := period(cmd, month)
	if err != nil {
		return err
	}
	return c.place(cmd, func(ctx context.Context, at api.Place) error {
		done, err := o.run(ctx, at, p)
		if err != nil {
			return err
		}
		return c.write(listing[pipeline.Loaded]{
			whole: done,
			rows:  done.Loads,
			none:  fmt.Sprintf("No source has anything for %s.", p),
			show:  func(w io.Writer) { writeLoads(w, done.Loads) },
		})
	})
}

func (o ingestOptions) run(ctx context.Context, at api.Place, p billing.Period) (api.Ingested, error) {
	if len(o.files) == 0 {
		in := api.IngestInput{InMonth: api.InMonth{Period: p}}
		in.Body.Source = o.source
		return api.IngestMonth.Call(ctx, at, in)
	}
	in := api.IngestFilesInput{InMonth: api.InMonth{Period: p}}
	in.Body.Payer = o.payer
	for _, path := range o.files {
		sent, err := api.SendFile(ctx, at, path)
		if err != nil {
			return api.Ingested{}, err
		}
		in.Body.Files = append(in.Body.Files, sent)
	}
	return api.IngestFiles.Call(ctx, at, in)
}

func writeLoads(w io.Writer, loads []pipeline.Loaded) {
	t := newTable("PAYER", "REPORT", "FORMAT", ">FILES", ">LINES", ">BILLED BY THE PROVIDER", "")
	for _, l := range loads {
		state := "loaded"
		if l.UpToDate {
			state = "was loaded before"
		}
		t.add(l.Payer, l.Report, l.Format, count(int64(l.Files)), count(l.Rows), exactMoney(l.Billed), state)
	}
	t.write(w, "")
	for _, l := range loads {
		for _, f := range l.Findings {
			fmt.Fprint(w, wrap(fmt.Sprintf("%s: %s (%s): %s", f.Severity, f.Code, f.Subject, f.Message), ""))
		}
	}
}
