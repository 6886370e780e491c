package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// ScheduleRun is what became of a time at which a schedule was due.
type ScheduleRun struct {
	Schedule string         `json:"schedule"`
	Due      time.Time      `json:"due"`     // UTC
	Period   billing.Period `json:"period"`  // the month it was to close
	Outcome  string         `json:"outcome"` // one word, the pipeline's
	Finished bool           `json:"finished"`
	Message  string         `json:"message"` // for people
	At       time.Time      `json:"at"`      // when it was tried last
	By       string         `json:"by"`
}

// PutScheduleRun records a try. A later try of the same time takes its place, a
// finished one stays: it is refused to run it again.
func (s *Store) PutScheduleRun(ctx context.Context, run ScheduleRun) error {
	return s.write(ctx, fmt.Sprintf("record that schedule %s ran for %s", run.Schedule, timeText(run.Due)), func(tx *sql.Tx) error {
		if err := require("the schedule", run.Schedule, "the period", periodText(run.Period), "the outcome", run.Outcome, "the name of who ran it", run.By); err != nil {
			return err
		}
		done, err := tx.ExecContext(ctx,
			`INSERT INTO schedule_run (schedule, due, period, outcome, finished, message, ran_at, ran_by)
			 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			 ON CONFLICT (schedule, due) DO UPDATE SET
			   outcome = excluded.outcome, finished = excluded.finished, message = excluded.message,
			   ran_at = excluded.ran_at, ran_by = excluded.ran_by
			 WHERE schedule_run.finished = FALSE`,
			run.Schedule, timeText(run.Due), periodText(run.Period), run.Outcome, run.Finished, run.Message, timeText(run.At), run.By)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			if err == nil {
				err = fmt.Errorf("it has run already; a due time runs once")
			}
			return err
		}
		return nil
	})
}

// ScheduleRuns returns what a schedule was due for so far, the oldest first.
func (s *Store) ScheduleRuns(ctx context.Context, schedule string) ([]ScheduleRun, error) {
	runs, err := list(ctx, s.db, func(r row) (x ScheduleRun, err error) {
		err = r.Scan(&x.Schedule, text{&x.Due}, text{&x.Period}, &x.Outcome, &x.Finished, &x.Message, text{&x.At}, &x.By)
		return x, err
	}, `SELECT schedule, due, period, outcome, finished, message, ran_at, ran_by FROM schedule_run WHERE schedule = $1 ORDER BY due`, schedule)
	if err != nil {
		return nil, fmt.Errorf("read the runs of schedule %s: %w", schedule, err)
	}
	return runs, nil
}
