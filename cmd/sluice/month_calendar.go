package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/pipeline"
)

func newMonthCalendar(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "calendar [PERIOD]",
		Short: "Show when a month usually is final, and where it stands",
		Long: `Calendar shows on which day each provider usually is done with the parts of a month, and where they stand
as far as the month is loaded: due until that day has passed, late after it, done when the lines say so. Days
are in UTC. Without a month it is the last one.`,
		Example: `  sluice month calendar
  sluice month calendar 2026-10`,
		Args:              takes(0, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: func(cmd *cobra.Command, args []string) error {
			p := billing.PeriodOf(time.Now()).Previous()
			if len(args) > 0 {
				var err error
				if p, err = period(cmd, args[0]); err != nil {
					return err
				}
			}
			return c.with(cmd, func(ctx context.Context, a *app.App) error {
				entries, err := a.Calendar(ctx, p)
				if err != nil {
					return err
				}
				return c.result(struct {
					Period   billing.Period           `json:"period"`
					Calendar []pipeline.CalendarEntry `json:"calendar"`
				}{p, entries}, func(w io.Writer) { writeCalendar(w, p, entries) })
			})
		},
	}
}

func writeCalendar(w io.Writer, p billing.Period, entries []pipeline.CalendarEntry) {
	if len(entries) == 0 {
		fmt.Fprintln(w, "No payers are declared.")
		return
	}
	fmt.Fprintf(w, "%s\n\n", p)
	t := newTable("PAYER", "PROVIDER", "PART", "USUALLY FINAL", "STANDS", "WHY")
	for _, e := range entries {
		t.add(e.Payer, e.Provider, e.Part, e.Day.String(), string(e.Standing), e.Why)
	}
	t.write(w, "")
}
