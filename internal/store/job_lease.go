package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// ErrLeaseLost says that somebody else has the lease of a job, or nobody: what
// its former owner still does on it counts for nothing.
var ErrLeaseLost = errors.New("the lease of the job was lost")

// JobClaim is a worker that looks for a job. Owner names the claim, not the
// worker: each claim has a name that was never used before, so that a worker
// that slept through its lease cannot end what another one began.
type JobClaim struct {
	Owner string
	Who   string   // the process, for the log
	Kinds []string // it can do
	Now   time.Time
	Until time.Time // when the lease ends unless it is extended
}

// claimable is the next job for a claim ($1 is now, kinds begin at $2): queued
// and due, or running with a lease that ended, whose exclusive name no other
// running job has. Organizations with fewer running jobs come first, so that
// one that orders a thousand does not keep the others waiting; then the oldest.
func claimable(kinds []string) string {
	return `SELECT ` + jobColumns + ` FROM job
		WHERE (state = 'queued' AND not_before <= $1 OR state = 'running' AND lease_until < $1)
		  AND kind IN (` + places(2, len(kinds)) + `)
		  AND NOT EXISTS (SELECT 1 FROM job o WHERE o.state = 'running' AND o.exclusive = job.exclusive AND o.exclusive <> '' AND o.id <> job.id)
		ORDER BY (SELECT COUNT(*) FROM job o WHERE o.state = 'running' AND o.organization = job.organization AND o.id <> job.id), id
		LIMIT 1`
}

// ClaimJob leases the next job to the claim, or finds none. It takes over jobs
// whose lease ended; those that were to be cancelled, or were begun as often as
// they may, are ended instead.
func (s *Store) ClaimJob(ctx context.Context, c JobClaim) (j Job, found bool, err error) {
	if len(c.Kinds) == 0 {
		return Job{}, false, nil
	}
	args := []any{timeText(c.Now)}
	for _, kind := range c.Kinds {
		args = append(args, kind)
	}
	query := claimable(c.Kinds)
	if _, found, err = first(ctx, s.db, scanJob, query, args...); err != nil || !found {
		if err != nil {
			err = fmt.Errorf("look for a job: %w", err)
		}
		return Job{}, false, err
	}
	err = s.writeAside(ctx, "take a job", func(tx *sql.Tx) error {
		for {
			if j, found, err = first(ctx, tx, scanJob, query, args...); err != nil || !found {
				return err
			}
			ended, err := endAbandoned(ctx, tx, j, c)
			if err != nil {
				return err
			}
			if !ended {
				return lease(ctx, tx, &j, c)
			}
		}
	})
	if err != nil {
		return Job{}, false, err
	}
	return j, found, nil
}

// jobAbandoned is the code of a job that takes its process with it.
const jobAbandoned = "job-abandoned"

// endAbandoned ends a job whose lease ended and that is not to be begun again.
func endAbandoned(ctx context.Context, tx *sql.Tx, j Job, c JobClaim) (ended bool, err error) {
	if j.State != JobRunning {
		return false, nil
	}
	state, problem := JobCancelled, ""
	switch {
	case j.CancelAsked:
	case j.Attempt >= j.MaxAttempts:
		text, err := json.Marshal(JobProblem{Code: jobAbandoned, Detail: fmt.Sprintf(
			"the process that ran it ended without a word, %d times; see the server's log for why, then retry it", j.Attempt)})
		if err != nil {
			return false, err
		}
		state, problem = JobFailed, string(text)
	default:
		return false, nil
	}
	if _, err := tx.ExecContext(ctx, `UPDATE job SET state = $2, finished = $3, problem = $4, lease_owner = '', lease_until = '',
		version = version + 1 WHERE id = $1`, j.ID, string(state), timeText(c.Now), problem); err != nil {
		return false, err
	}
	line := JobLine{At: c.Now, Level: "warn", Text: fmt.Sprintf("the process that ran it has gone; it is %s", state)}
	if err := appendJobLines(ctx, tx, j.ID, []JobLine{line}); err != nil {
		return false, err
	}
	return true, announceJob(ctx, tx, j, state)
}

func lease(ctx context.Context, tx *sql.Tx, j *Job, c JobClaim) error {
	line := JobLine{At: c.Now, Level: "info", Text: fmt.Sprintf("attempt %d, by %s", j.Attempt+1, c.Who)}
	if j.State == JobRunning {
		line.Level, line.Text = "warn", fmt.Sprintf("the process that ran it has gone; attempt %d, by %s, goes on with it", j.Attempt+1, c.Who)
	}
	if _, err := tx.ExecContext(ctx, `UPDATE job SET state = 'running', attempt = attempt + 1, started = $2, lease_owner = $3, lease_until = $4,
		work = '', work_done = 0, work_total = 0, problem = '', version = version + 1 WHERE id = $1`,
		j.ID, timeText(c.Now), c.Owner, timeText(c.Until)); err != nil {
		return err
	}
	if err := appendJobLines(ctx, tx, j.ID, []JobLine{line}); err != nil {
		return err
	}
	var err error
	*j, err = findJob(ctx, tx, j.ID)
	return err
}

// JobBeat is a sign of life of a running job.
type JobBeat struct {
	ID, Owner string
	Until     time.Time // the new end of the lease
	Progress  JobProgress
	Works     []JobProgress
	Lines     []JobLine // what it said since the last one
}

// BeatJob extends a lease and stores how far the job is. It tells whether the
// job is to be cancelled, and returns ErrLeaseLost to who does not have it.
func (s *Store) BeatJob(ctx context.Context, b JobBeat) (cancelAsked bool, err error) {
	err = s.writeAside(ctx, "report on job "+b.ID, func(tx *sql.Tx) error {
		j, err := leased(ctx, tx, b.ID, b.Owner)
		if err != nil {
			return err
		}
		cancelAsked = j.CancelAsked
		works, err := worksText(b.Works)
		if err != nil {
			return err
		}
		changed := 0 // a mere extension is no change for those who watch
		if j.Progress != b.Progress || len(b.Lines) > 0 {
			changed = 1
		}
		if _, err := tx.ExecContext(ctx, `UPDATE job SET lease_until = $2, work = $3, work_done = $4, work_total = $5, works = $6, version = version + $7 WHERE id = $1`,
			b.ID, timeText(b.Until), storable(b.Progress.Work), b.Progress.Done, b.Progress.Total, works, changed); err != nil {
			return err
		}
		return appendJobLines(ctx, tx, b.ID, b.Lines)
	})
	return cancelAsked, err
}

func leased(ctx context.Context, tx *sql.Tx, id, owner string) (Job, error) {
	j, err := findJob(ctx, tx, id)
	if err == nil && (j.State != JobRunning || j.Owner != owner) {
		err = ErrLeaseLost
	}
	return j, err
}

// JobEnd is how an attempt ended.
type JobEnd struct {
	ID, Owner string
	At        time.Time
	State     JobState        // JobQueued: it is to be begun again, from NotBefore on
	NotBefore time.Time       // zero unless it is queued and has to wait
	GivenBack bool            // the attempt does not count: its process stops in good order
	Result    json.RawMessage // of a done one; may be nil
	Error     json.RawMessage // of one that failed or is tried again
	Progress  JobProgress
	Works     []JobProgress
	Lines     []JobLine
}

// EndJob gives up the lease and says what became of the job. A job that is to
// be begun again although it is to be cancelled is cancelled. ErrLeaseLost is
// returned to who does not have it.
func (s *Store) EndJob(ctx context.Context, e JobEnd) error {
	return s.writeAside(ctx, "end job "+e.ID, func(tx *sql.Tx) error {
		j, err := leased(ctx, tx, e.ID, e.Owner)
		if err != nil {
			return err
		}
		if j.CancelAsked && e.State == JobQueued {
			e.State, e.NotBefore, e.Error = JobCancelled, time.Time{}, nil
		}
		var finished time.Time
		if e.State.Over() {
			finished = e.At
		}
		works, err := worksText(e.Works)
		if err != nil {
			return err
		}
		returned := 0
		if e.GivenBack {
			returned = 1
		}
		if _, err := tx.ExecContext(ctx, `UPDATE job SET state = $2, finished = $3, not_before = $4, result = $5, problem = $6,
			work = $7, work_done = $8, work_total = $9, works = $10, max_attempts = max_attempts + $11,
			lease_owner = '', lease_until = '', version = version + 1 WHERE id = $1`,
			e.ID, string(e.State), maybeText(finished), maybeText(e.NotBefore), storable(string(e.Result)), storable(string(e.Error)),
			storable(e.Progress.Work), e.Progress.Done, e.Progress.Total, works, returned); err != nil {
			return err
		}
		if err := appendJobLines(ctx, tx, e.ID, e.Lines); err != nil {
			return err
		}
		return announceJob(ctx, tx, j, e.State)
	})
}
