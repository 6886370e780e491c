package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// JobState says where a job stands.
type JobState string

// The states of a job. Queued and running ones are open, the others are over.
const (
	JobQueued    JobState = "queued"    // waits for a worker, for its time, or for another job to make room
	JobRunning   JobState = "running"   // somebody has its lease
	JobDone      JobState = "done"      // has its result
	JobFailed    JobState = "failed"    // has its problem
	JobCancelled JobState = "cancelled" // by a person
)

// Over tells whether nothing more happens unless somebody retries it.
func (s JobState) Over() bool { return s == JobDone || s == JobFailed || s == JobCancelled }

// Job is long work on record. Times are in UTC; one that has not come is zero.
type Job struct {
	ID           string          `json:"id"`           // a ULID: later jobs have greater ids
	Kind         string          `json:"kind"`         // such as "close"; it names who can do it
	Organization string          `json:"organization"` // whose work it is
	Title        string          `json:"title"`        // for people
	By           string          `json:"by"`           // who ordered it
	Actor        billing.Actor   `json:"actor"`        // the same, as the audit has it
	Input        json.RawMessage `json:"input"`
	Key          string          `json:"key,omitempty"`       // one job of an organization and key is open at a time
	Exclusive    string          `json:"exclusive,omitempty"` // one job of a name runs at a time
	State        JobState        `json:"state"`
	Attempt      int             `json:"attempt"`      // how often it was begun
	MaxAttempts  int             `json:"max_attempts"` // after as many it is not begun again by itself
	Patience     int             `json:"patience"`     // the attempts an order, and each retry by hand, has
	NotBefore    time.Time       `json:"not_before"`
	Created      time.Time       `json:"created"`
	Started      time.Time       `json:"started,omitzero"`  // the last attempt
	Finished     time.Time       `json:"finished,omitzero"` // when it was over
	Owner        string          `json:"-"`                 // who has the lease; empty unless it runs
	LeaseUntil   time.Time       `json:"-"`
	CancelAsked  bool            `json:"cancel_asked"`
	Progress     JobProgress     `json:"progress"`
	Works        []JobProgress   `json:"works,omitempty"` // all so far, each as far as it came, the one at hand last
	Result       json.RawMessage `json:"result,omitempty"`
	Error        json.RawMessage `json:"error,omitempty"` // why it failed, or waits to be tried again
	Version      int64           `json:"version"`         // grows with each change
}

// JobProgress is how far the work at hand is; Total 0 is not known.
type JobProgress struct {
	Work  string `json:"work"`
	Done  int64  `json:"done"`
	Total int64  `json:"total"`
}

// JobProblem says to people and programs what went wrong.
type JobProblem struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

const jobColumns = `id, kind, organization, title, ordered_by, actor, input, order_key, exclusive, state,
	attempt, max_attempts, patience, not_before, created, started, finished, lease_owner, lease_until, cancel_asked,
	work, work_done, work_total, works, result, problem, version`

func scanJob(r row) (j Job, err error) {
	var actor, works []byte
	err = r.Scan(&j.ID, &j.Kind, &j.Organization, &j.Title, &j.By, &actor, (*[]byte)(&j.Input), &j.Key, &j.Exclusive, &j.State,
		&j.Attempt, &j.MaxAttempts, &j.Patience, maybe{&j.NotBefore}, text{&j.Created}, maybe{&j.Started}, maybe{&j.Finished},
		&j.Owner, maybe{&j.LeaseUntil}, &j.CancelAsked,
		&j.Progress.Work, &j.Progress.Done, &j.Progress.Total, &works, (*[]byte)(&j.Result), (*[]byte)(&j.Error), &j.Version)
	if err != nil {
		return Job{}, err
	}
	return j, errors.Join(json.Unmarshal(actor, &j.Actor), json.Unmarshal(works, &j.Works))
}

// worksText writes the works of a job; none is an empty list.
func worksText(works []JobProgress) (string, error) {
	if works == nil {
		works = []JobProgress{}
	}
	text, err := json.Marshal(works)
	return storable(string(text)), err
}

// AddJob puts a new job into the queue and audits it. Where the organization has
// an open job of the same key, that one is returned, and fresh is false.
func (s *Store) AddJob(ctx context.Context, wanted Job) (j Job, fresh bool, err error) {
	err = s.writeAside(ctx, fmt.Sprintf("order the job %q", wanted.Title), func(tx *sql.Tx) error {
		fresh = true
		if wanted.Key != "" {
			open, found, err := first(ctx, tx, scanJob, `SELECT `+jobColumns+` FROM job
				WHERE organization = $1 AND order_key = $2 AND state IN ('queued', 'running')`, wanted.Organization, wanted.Key)
			if err != nil || found {
				j, fresh = open, false
				return err
			}
		}
		if err := insertJob(ctx, tx, wanted); err != nil {
			return err
		}
		j, err = findJob(ctx, tx, wanted.ID)
		return err
	})
	if err != nil {
		return Job{}, false, err
	}
	return j, fresh, nil
}

func insertJob(ctx context.Context, tx *sql.Tx, j Job) error {
	if err := require("the id", j.ID, "the kind", j.Kind, "the organization", j.Organization, "the name of who orders it", j.By); err != nil {
		return err
	}
	if err := requireJSON("the input", j.Input); err != nil {
		return err
	}
	actor, err := json.Marshal(j.Actor)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO job (`+jobColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'queued', 0, $10, $10, $11, $12, '', '', '', '', FALSE, '', 0, 0, '[]', '', '', 1)`,
		j.ID, j.Kind, j.Organization, storable(j.Title), j.By, string(actor), storable(string(j.Input)), j.Key, j.Exclusive,
		j.Patience, maybeText(j.NotBefore), timeText(j.Created)); err != nil {
		return err
	}
	return auditJob(ctx, tx, j, "job.order", j.By)
}

func auditJob(ctx context.Context, tx *sql.Tx, j Job, action, by string) error {
	return appendAudit(ctx, tx, AuditEntry{At: now(), By: by, Action: action, Subject: "job/" + j.ID, Detail: j.Kind + ": " + j.Title})
}

// Job returns one job, or ErrNotFound.
func (s *Store) Job(ctx context.Context, id string) (Job, error) {
	j, err := findJob(ctx, s.db, id)
	if err != nil {
		return Job{}, fmt.Errorf("read job %s: %w", id, err)
	}
	return j, nil
}

func findJob(ctx context.Context, q querier, id string) (Job, error) {
	j, found, err := first(ctx, q, scanJob, `SELECT `+jobColumns+` FROM job WHERE id = $1`, id)
	if err == nil && !found {
		err = fmt.Errorf("it %w", ErrNotFound)
	}
	return j, err
}

// JobFilter chooses jobs. What is empty chooses all.
type JobFilter struct {
	Organizations []string
	Kinds         []string
	States        []JobState
	By            string
	Before        string // the id behind which a page begins
	Limit         int    // 0 is all
}

// Jobs returns the newest jobs first.
func (s *Store) Jobs(ctx context.Context, f JobFilter) ([]Job, error) {
	where, args := "TRUE", []any{}
	also := func(column string, values []string) {
		if len(values) > 0 {
			where += " AND " + column + " IN (" + places(len(args)+1, len(values)) + ")"
			for _, v := range values {
				args = append(args, v)
			}
		}
	}
	also("organization", f.Organizations)
	also("kind", f.Kinds)
	var states []string
	for _, state := range f.States {
		states = append(states, string(state))
	}
	also("state", states)
	if f.By != "" {
		also("ordered_by", []string{f.By})
	}
	if f.Before != "" {
		args = append(args, f.Before)
		where += fmt.Sprintf(" AND id < $%d", len(args))
	}
	if f.Limit <= 0 {
		f.Limit = math.MaxInt32
	}
	args = append(args, f.Limit)
	jobs, err := list(ctx, s.db, scanJob, fmt.Sprintf(`SELECT %s FROM job WHERE %s ORDER BY id DESC LIMIT $%d`, jobColumns, where, len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("read the jobs: %w", err)
	}
	return jobs, nil
}

// places writes n numbered arguments from the first on: $3, $4, $5.
func places(first, n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("$%d", first+i)
	}
	return strings.Join(all, ", ")
}

// JobCounts returns how many jobs there are of each state that has any.
func (s *Store) JobCounts(ctx context.Context) (map[JobState]int64, error) {
	type count struct {
		state JobState
		n     int64
	}
	counts, err := list(ctx, s.db, func(r row) (c count, err error) {
		err = r.Scan(&c.state, &c.n)
		return c, err
	}, `SELECT state, COUNT(*) FROM job GROUP BY state`)
	if err != nil {
		return nil, fmt.Errorf("count the jobs: %w", err)
	}
	byState := map[JobState]int64{}
	for _, c := range counts {
		byState[c.state] = c.n
	}
	return byState, nil
}

// ErrJobOver says that a job can no longer be cancelled; ErrJobOpen that it
// cannot be retried, since it is not over, or was done.
var (
	ErrJobOver = errors.New("it is over already")
	ErrJobOpen = errors.New("only a job that failed or was cancelled is retried")
)

// CancelJob ends a queued job, and asks whoever runs a running one to stop. It
// is refused with ErrJobOver when the job is done or failed; to cancel twice is
// the same as once.
func (s *Store) CancelJob(ctx context.Context, id, by string, at time.Time) (j Job, err error) {
	err = s.writeAside(ctx, "cancel job "+id, func(tx *sql.Tx) error {
		if j, err = findJob(ctx, tx, id); err != nil {
			return err
		}
		finished := j.Finished
		switch {
		case j.State == JobCancelled, j.State == JobRunning && j.CancelAsked:
			return nil
		case j.State == JobQueued:
			j.State, finished = JobCancelled, at
		case j.State.Over():
			return fmt.Errorf("%w: it is %s", ErrJobOver, j.State)
		}
		if _, err := tx.ExecContext(ctx, `UPDATE job SET state = $2, finished = $3, cancel_asked = TRUE, version = version + 1 WHERE id = $1`,
			id, string(j.State), maybeText(finished)); err != nil {
			return err
		}
		if err := auditJob(ctx, tx, j, "job.cancel", by); err != nil {
			return err
		}
		if err := announceJob(ctx, tx, j, j.State); err != nil {
			return err
		}
		j, err = findJob(ctx, tx, id)
		return err
	})
	return j, err
}

// announceJob makes the end of a job an event: job.done, job.failed or
// job.cancelled. Other states are none.
func announceJob(ctx context.Context, tx *sql.Tx, j Job, state JobState) error {
	if !state.Over() {
		return nil
	}
	return announce(ctx, tx, OutboxEvent{
		Kind: "job." + string(state), Organization: j.Organization, Subject: "job/" + j.ID,
		Payload: facts("kind", j.Kind, "title", j.Title, "by", j.By),
	})
}

// RetryJob puts a failed or cancelled job into the queue again, with as many
// attempts as it had at first. It is refused with ErrJobOpen in other states,
// and where its organization has an open job of its key.
func (s *Store) RetryJob(ctx context.Context, id, by string) (j Job, err error) {
	err = s.writeAside(ctx, "retry job "+id, func(tx *sql.Tx) error {
		if j, err = findJob(ctx, tx, id); err != nil {
			return err
		}
		if j.State != JobFailed && j.State != JobCancelled {
			return fmt.Errorf("%w: it is %s", ErrJobOpen, j.State)
		}
		other, found, err := first(ctx, tx, scanOne[string], `SELECT id FROM job
			WHERE organization = $1 AND order_key = $2 AND order_key <> '' AND state IN ('queued', 'running')`, j.Organization, j.Key)
		if err != nil {
			return err
		}
		if found {
			return fmt.Errorf("%w: job %s does the same already", ErrJobOpen, other)
		}
		if _, err := tx.ExecContext(ctx, `UPDATE job SET state = 'queued', max_attempts = attempt + patience, not_before = '',
			finished = '', cancel_asked = FALSE, problem = '', version = version + 1 WHERE id = $1`, id); err != nil {
			return err
		}
		if err := auditJob(ctx, tx, j, "job.retry", by); err != nil {
			return err
		}
		j, err = findJob(ctx, tx, id)
		return err
	})
	return j, err
}
