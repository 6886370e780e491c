package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
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
		RunE: c.placedMonth(func(ctx context.Context, at api.Place, p billing.Period) error {
			if p.IsZero() {
				p = billing.PeriodOf(time.Now()).Previous()
			}
			entries, err := api.ListCalendar.Call(ctx, at, api.InMonth{Period: p})
			if err != nil {
				return err
			}
			return c.write(listing[pipeline.CalendarEntry]{
				whole: struct {
					Period   billing.Period           `json:"period"`
					Calendar []pipeline.CalendarEntry `json:"calendar"`
				}{p, entries},
				rows: entries,
				none: "No payers are declared.",
				show: func(w io.Writer) {
					fmt.Fprintf(w, "%s\n\n", p)
					calendarTable.tabled(entries).write(w, "")
				},
			})
		}),
	}
}

var calendarTable = grid[pipeline.CalendarEntry]{
	[]string{"PAYER", "PROVIDER", "PART", "USUALLY FINAL", "STANDS", "WHY"},
	func(e pipeline.CalendarEntry) []string {
		return []string{e.Payer, e.Provider, e.Part, e.Day.String(), string(e.Standing), e.Why}
	},
}
