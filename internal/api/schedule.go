package api

import (
	"context"
	"net/http"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/pipeline"
)

// ListSchedules lists the schedules with their next runs.
var ListSchedules = Listing[*Desk, struct{}, pipeline.PlannedRun]{
	ID: "list-schedules", Path: "/schedules", Tag: "Months", Title: "List schedules", Needs: access.ReadMonths,
	About: "When each declared schedule is due next, for which month, and what became of its last run. Times are UTC.",
	Key:   func(p pipeline.PlannedRun) string { return p.Schedule.ID },
	Do: func(ctx context.Context, d *Desk, _ struct{}) ([]pipeline.PlannedRun, error) {
		return d.Pipeline.Schedules(ctx)
	},
}

// RunSchedulesInput says how to do what is due.
type RunSchedulesInput struct {
	Body struct {
		DryRun bool       `json:"dry_run,omitempty" doc:"Say what it would do with the months as they are loaded, and change nothing"`
		Now    *time.Time `json:"now,omitempty" doc:"Act as if it were this time; one that is still to come can only be looked at, with dry_run"`
	}
}

// ScheduleRuns is what became of each time that was due.
type ScheduleRuns struct {
	Runs []pipeline.ScheduleRun `json:"runs" doc:"The oldest first; outcome and message say what became of each"`
}

// RunSchedules does what is due.
var RunSchedules = Operation[*Desk, RunSchedulesInput, ScheduleRuns]{
	ID: "run-schedules", Method: http.MethodPost, Path: "/schedules/run", Tag: "Months", Title: "Do what the schedules say is due", Needs: access.RunMonths,
	About: "Does what came due since the last run: loads what is new of the month and closes it when the payers that the schedule waits for are ready. " +
		"A month that is not ready yet, and one that failed, are tried again by the next run; what is done, or held by findings, is kept in the records and not run again. " +
		"That a run failed or is held is in its outcome, and no error of the operation.",
	Long: true, Exclusive: func(RunSchedulesInput) string { return "schedules" },
	Do: func(ctx context.Context, d *Desk, in RunSchedulesInput) (ScheduleRuns, error) {
		if now := in.Body.Now; now != nil {
			if now.After(time.Now()) && !in.Body.DryRun {
				return ScheduleRuns{}, invalid("body.now", "is still to come: what would be done then can only be looked at, with dry_run")
			}
			d.Now = func() time.Time { return *now } // of this session alone
		}
		ran, err := d.Pipeline.RunSchedules(ctx, in.Body.DryRun)
		if _, ofRuns := err.(interface{ Unwrap() []error }); ofRuns && ctx.Err() == nil {
			err = nil // of the runs, which say so
		}
		return ScheduleRuns{append([]pipeline.ScheduleRun{}, ran...)}, err
	},
}
