package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/pipeline"
)

func newSchedule(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "schedule",
		GroupID: "month",
		Short:   "Close months at set times",
		Long: `Schedule does what the configuration declares under schedules: on a day of the month it closes the last
month, or previews one. Nothing runs by itself: let cron run "sluice schedule run" every hour or so.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newScheduleList(c), newScheduleRun(c))
	return cmd
}

func newScheduleList(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "Show the schedules and their next runs",
		Long:    `List shows when each schedule is due next, for which month, and what became of its last run. Times are UTC.`,
		Example: `  sluice schedule list`,
		Args:    takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			planned, err := api.ListSchedules.Call(ctx, at, struct{}{})
			if err != nil {
				return err
			}
			return c.write(listing[pipeline.PlannedRun]{
				whole: struct {
					Schedules []pipeline.PlannedRun `json:"schedules"`
				}{planned},
				rows:  planned,
				none:  "No schedules are declared.",
				table: scheduleTable,
			})
		}),
	}
}

var scheduleTable = grid[pipeline.PlannedRun]{
	[]string{"SCHEDULE", "WAITS FOR", "NEXT RUN (UTC)", "MONTH", "DOES", "DUE NOW", "LAST RUN (UTC)"},
	func(p pipeline.PlannedRun) []string {
		payers, due, last := "all payers", "nothing", "never"
		if p.Schedule.Provider != "" {
			payers = "payers of " + p.Schedule.Provider
		}
		if n := len(p.Pending); n > 0 {
			due = counted(int64(n), "run", "runs")
		}
		if p.Last != nil {
			last = fmt.Sprintf("%s: %s, %s", minute(p.Last.At), p.Last.Period, p.Last.Outcome)
		}
		return []string{p.Schedule.ID, payers, minute(p.Next), p.Period.String(), doing(p.Schedule), due, last}
	},
}

func minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

func doing(s billing.Schedule) string {
	switch {
	case s.DryRun:
		return "a dry run"
	case s.Preview:
		return "previews"
	default:
		return "closes"
	}
}

func newScheduleRun(c *cli) *cobra.Command {
	var at string
	var dry bool
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Do what is due",
		Long: `Run does what came due since the last run: it loads what is new of the month and closes it when the payers
that the schedule waits for are ready. A month that is not ready yet, and one that failed, are tried again by
the next run; what is done, or held by findings, is kept in the records and not run again. A schedule that has
never run begins with the time that came due last.

With --dry-run it says what it would do with the month as it is loaded, and changes nothing.`,
		Example: `  sluice schedule run
  sluice schedule run --dry-run
  sluice schedule run --dry-run --now 2026-11-05T06:00:00Z`,
		Args: takes(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			var in api.RunSchedulesInput
			in.Body.DryRun = dry
			if at != "" {
				now, err := time.Parse(time.RFC3339, at)
				if err != nil {
					return wrong(cmd, fmt.Sprintf("%q is not a time; write it as 2026-11-05T06:00:00Z", at))
				}
				if now.After(time.Now()) && !dry {
					return wrong(cmd, at+" is still to come: what would be done then can only be looked at, with --dry-run")
				}
				in.Body.Now = &now
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				done, err := api.RunSchedules.Call(ctx, at, in)
				if err != nil {
					return err
				}
				return errors.Join(c.scheduleRuns(done), failedRuns(done.Runs))
			})
		},
	}
	cmd.Flags().StringVar(&at, "now", "", "act as if it were this `time`, such as 2026-11-05T06:00:00Z")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "say what it would do, and change nothing")
	return cmd
}

// scheduleRuns writes what became of each due time, also where some failed.
func (c *cli) scheduleRuns(done api.ScheduleRuns) error {
	return c.write(listing[pipeline.ScheduleRun]{
		whole: done,
		rows:  done.Runs,
		none:  "Nothing is due.",
		table: runTable,
	})
}

// failedRuns is what the program ends with where runs failed or findings hold one.
func failedRuns(ran []pipeline.ScheduleRun) error {
	var failures []error
	for _, r := range ran {
		switch r.Outcome {
		case pipeline.RunHeld:
			failures = append(failures, &heldRun{fmt.Sprintf("schedule %s: %s", r.Schedule, r.Message), r.Period})
		case pipeline.RunFailed, pipeline.RunUnproved:
			failures = append(failures, fmt.Errorf("schedule %s: %s", r.Schedule, r.Message))
		}
	}
	return errors.Join(failures...)
}

// heldRun is a run that findings hold.
type heldRun struct {
	message string
	period  billing.Period
}

// Error says which run it is.
func (e *heldRun) Error() string { return e.message }

// Unwrap makes it what closes end with that are held.
func (e *heldRun) Unwrap() error { return &pipeline.HeldError{Period: e.period} }

var runTable = grid[pipeline.ScheduleRun]{
	[]string{"SCHEDULE", "DUE (UTC)", "MONTH", "OUTCOME", ""},
	func(r pipeline.ScheduleRun) []string {
		return []string{r.Schedule, minute(r.Due), r.Period.String(), r.Outcome, r.Message}
	},
}
