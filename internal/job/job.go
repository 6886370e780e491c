// Package job does long work in the background: it queues, runs, watches,
// cancels and retries it. Jobs are records, so that an order outlives the
// process that took it, and several processes with the same records share the
// work.
//
// A running job is leased. Its process extends the lease while it lives; when
// it dies, the lease ends, and another process begins the job again. So a job
// is done at least once and never by two at a time, as long as the clocks of
// the hosts differ by much less than a lease. Work must therefore go on where
// an earlier attempt left off, or change nothing the second time.
package job

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"

	"github.com/sluice-billing/sluice/internal/store"
)

// What a job is, where it stands and what it says is on record as it is used here.
type (
	Job      = store.Job         // long work on record
	State    = store.JobState    // where it stands
	Progress = store.JobProgress // how far the work at hand is
	Line     = store.JobLine     // what it said
	Problem  = store.JobProblem  // what went wrong with it
	Filter   = store.JobFilter   // chooses jobs
)

// The states of a job.
const (
	Queued    = store.JobQueued
	Running   = store.JobRunning
	Done      = store.JobDone
	Failed    = store.JobFailed
	Cancelled = store.JobCancelled
)

// ErrOver is wrapped when a job that is done or failed is to be cancelled,
// ErrOpen when one is to be retried that is open or done, and ErrNotFound when
// there is no such job.
var (
	ErrOver     = store.ErrJobOver
	ErrOpen     = store.ErrJobOpen
	ErrNotFound = store.ErrNotFound
)

// Causes of the end of a job's context, besides those of who waits for it.
var (
	// ErrCancelled says that a person cancelled the job.
	ErrCancelled = errors.New("it was cancelled")
	// ErrStopping says that the server stops; the job goes on at the next start.
	ErrStopping = errors.New("the server stops")
	// ErrLost says that this process could not keep the job's lease, and another
	// one may have begun it again.
	ErrLost = store.ErrLeaseLost
)

// Order asks for a job.
type Order struct {
	Kind         string          // one that some process has registered
	Organization string          // whose work it is
	Title        string          // for people: "Close 2026-10"
	Input        json.RawMessage // what Kind wants to know; nil is null. Never a secret: people can read it
	Key          string          // while a job of the organization and key is open, the same order returns that one; may be empty
	Exclusive    string          // jobs of one such name run one after the other: "month/2026-10"; may be empty
	Attempts     int             // how often it is begun at most; 0 is 5
}

// Transient marks an error that may not come again, such as a lost connection:
// the job is begun again after a pause, as often as it may. Other errors end it
// at once. Transient(nil) is nil.
func Transient(err error) error {
	if err == nil {
		return nil
	}
	return transientError{err}
}

type transientError struct{ error }

// Unwrap returns what went wrong.
func (e transientError) Unwrap() error { return e.error }

type loggerKey struct{}

// Logger returns the logger of the job that the context belongs to: what it is
// told from level Info on is in the job's log, where those who may see the job
// can read it. Outside a job it is the default logger.
func Logger(ctx context.Context) *slog.Logger {
	if l, ok := ctx.Value(loggerKey{}).(*slog.Logger); ok {
		return l
	}
	return slog.Default()
}

// failed is the code of an error that has no other.
const failed = "job-failed"

// problemOf is what Options.Problem is where nothing else is set.
func problemOf(err error) json.RawMessage {
	text, err := json.Marshal(Problem{Code: failed, Detail: err.Error()})
	if err != nil {
		return nil // texts can be written
	}
	return text
}
