package job

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
)

// Work does a job of some kind. Its context has the actor who ordered it, a
// Progress for billing.Step and a Logger; it ends when the job is cancelled,
// when the server stops, and when the lease is lost. The result is JSON, or nil.
type Work func(ctx context.Context, j Job) (result json.RawMessage, err error)

// Options are how a queue works. What is left out has a value that is fit for a
// server, but for Workers.
type Options struct {
	Workers int                          // jobs at a time in this process; 0 leaves them to other processes
	Lease   time.Duration                // after which a silent process counts as dead; 0 is 30 s
	Beat    time.Duration                // how often a process gives a sign of life; 0 is 5 s
	Poll    time.Duration                // how often it looks for what others changed; 0 is 500 ms
	Grace   time.Duration                // what running jobs have to finish when the server stops; 0 is 10 s
	Pause   time.Duration                // before the second attempt, doubled each time up to 10 minutes; 0 is 10 s
	Name    string                       // of this process in the logs of jobs; empty is host and process id
	Log     *slog.Logger                 // what is for operators; nil is slog.Default
	Problem func(error) json.RawMessage  // what people are told of an error; nil is its text
	Ended   func(j Job, d time.Duration) // told of each attempt that ended here, its state and duration; may be nil
}

// Queue is the door to the jobs of an installation. It is safe for use by
// several goroutines; Register and Every come before Run.
type Queue struct {
	store *store.Store
	now   func() time.Time
	o     Options

	work   map[string]Work
	duties []duty
	bell   bell

	mu      sync.Mutex
	running map[string]context.CancelCauseFunc // by the id of the job
}

// New opens the queue of the jobs on record. now is the clock that leases and
// pauses go by.
func New(records *store.Store, now func() time.Time, o Options) *Queue {
	o.Lease = cmp.Or(o.Lease, 30*time.Second)
	o.Beat = cmp.Or(o.Beat, 5*time.Second)
	o.Poll = cmp.Or(o.Poll, 500*time.Millisecond)
	o.Grace = cmp.Or(o.Grace, 10*time.Second)
	o.Pause = cmp.Or(o.Pause, 10*time.Second)
	o.Log = cmp.Or(o.Log, slog.Default())
	if o.Name == "" {
		host, err := os.Hostname()
		if err != nil {
			host = "an unknown host"
		}
		o.Name = fmt.Sprintf("process %d on %s", os.Getpid(), host)
	}
	if o.Problem == nil {
		o.Problem = problemOf
	}
	if o.Ended == nil {
		o.Ended = func(Job, time.Duration) {}
	}
	return &Queue{store: records, now: now, o: o, work: map[string]Work{}, running: map[string]context.CancelCauseFunc{}}
}

// Register says how jobs of a kind are done. A process takes only jobs of kinds
// that it has registered.
func (q *Queue) Register(kind string, work Work) { q.work[kind] = work }

// Enqueue orders a job in the name of the context's actor. Where the
// organization has an open job of the same key, that one is returned.
func (q *Queue) Enqueue(ctx context.Context, o Order) (Job, error) {
	actor := billing.ActorOf(ctx)
	j, fresh, err := q.store.AddJob(ctx, Job{
		ID: ulid.MustNew(ulid.Timestamp(q.now()), ulid.DefaultEntropy()).String(), Created: q.now(),
		Kind: o.Kind, Organization: o.Organization, Title: o.Title, By: actor.Name, Actor: actor,
		Input: orNull(o.Input), Key: o.Key, Exclusive: o.Exclusive, Patience: cmp.Or(o.Attempts, 5),
	})
	if fresh {
		q.bell.ring()
	}
	return j, err
}

func orNull(document json.RawMessage) json.RawMessage {
	if len(document) == 0 {
		return json.RawMessage("null")
	}
	return document
}

// Cancel ends a queued job, and lets a running one be stopped wherever it runs;
// it stops when its work heeds its context. A job that is over is refused with
// ErrOver, one that is cancelled already is returned as it is.
func (q *Queue) Cancel(ctx context.Context, id string) (Job, error) {
	j, err := q.store.CancelJob(ctx, id, billing.ActorOf(ctx).Name, q.now())
	if err != nil {
		return Job{}, err
	}
	q.mu.Lock()
	cancel := q.running[id]
	q.mu.Unlock()
	if cancel != nil {
		cancel(ErrCancelled)
	}
	q.bell.ring()
	return j, nil
}

// Retry puts a job that failed or was cancelled into the queue again.
func (q *Queue) Retry(ctx context.Context, id string) (Job, error) {
	j, err := q.store.RetryJob(ctx, id, billing.ActorOf(ctx).Name)
	if err != nil {
		return Job{}, err
	}
	q.bell.ring()
	return j, nil
}

// Get returns a job, or ErrNotFound.
func (q *Queue) Get(ctx context.Context, id string) (Job, error) { return q.store.Job(ctx, id) }

// List returns the newest jobs first; Before and Limit of the filter cut pages.
func (q *Queue) List(ctx context.Context, f Filter) ([]Job, error) { return q.store.Jobs(ctx, f) }

// Counts returns how many jobs there are of each state.
func (q *Queue) Counts(ctx context.Context) (map[State]int64, error) { return q.store.JobCounts(ctx) }

// Log returns what a job said behind the line after, at most limit lines; 0 is all.
func (q *Queue) Log(ctx context.Context, id string, after int64, limit int) ([]Line, error) {
	return q.store.JobLog(ctx, id, after, limit)
}

// Prune removes jobs that have been over for longer than age, with their logs;
// what they did stays. It returns how many.
func (q *Queue) Prune(ctx context.Context, age time.Duration) (int64, error) {
	return q.store.PruneJobs(ctx, q.now().Add(-age))
}

// Watch yields the job as it is, and again each time it has changed, until it
// is over, the context ends or who ranges stops. Changes that follow each other
// quickly are seen as one; Version grows each time. It works wherever the job
// runs. An error is yielded once, as the last.
func (q *Queue) Watch(ctx context.Context, id string) iter.Seq2[Job, error] {
	return func(yield func(Job, error) bool) {
		var seen int64
		for {
			rung := q.bell.next()
			j, err := q.Get(ctx, id)
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				yield(Job{}, err)
				return
			}
			if j.Version != seen {
				seen = j.Version
				if !yield(j, nil) || j.State.Over() {
					return
				}
			}
			select {
			case <-ctx.Done():
				return
			case <-rung:
			case <-time.After(q.o.Poll):
			}
		}
	}
}

// Run does jobs and duties until the context ends. Then it takes no more, gives
// the running ones Grace to finish, and puts those that did not back into the
// queue, from where they go on at the next start. It returns when all have
// stopped, or after Grace once more, when one does not heed its context.
func (q *Queue) Run(ctx context.Context) error {
	if len(q.work) == 0 && len(q.duties) == 0 {
		return errors.New("the queue has nothing to do: register kinds of jobs first")
	}
	base, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	defer stop(nil)
	var all sync.WaitGroup
	all.Go(func() { q.doDuties(ctx) })
	if q.o.Workers > 0 {
		all.Go(func() { q.take(ctx, base, &all) })
	}
	<-ctx.Done()

	ended := make(chan struct{})
	go func() { all.Wait(); close(ended) }()
	for _, last := range []bool{false, true} {
		select {
		case <-ended:
			return nil
		case <-time.After(q.o.Grace):
			if last {
				return fmt.Errorf("jobs did not stop within %s; they are begun again when their leases end", q.o.Grace)
			}
			stop(ErrStopping)
		}
	}
	return nil
}

// take leases jobs and begins them, each in its own goroutine, until the
// context ends.
func (q *Queue) take(ctx, base context.Context, all *sync.WaitGroup) {
	kinds := slices.Sorted(maps.Keys(q.work))
	room := make(chan struct{}, q.o.Workers)
	for {
		select {
		case <-ctx.Done():
			return
		case room <- struct{}{}:
		}
		rung := q.bell.next()
		now := q.now()
		leased := time.Now()
		j, found, err := q.store.ClaimJob(ctx, store.JobClaim{
			Owner: ulid.Make().String(), Who: q.o.Name, Kinds: kinds, Now: now, Until: now.Add(q.o.Lease),
		})
		if found {
			all.Go(func() {
				defer q.bell.ring()
				defer func() { <-room }()
				q.attempt(base, j, leased)
			})
			q.bell.ring()
			continue
		}
		<-room
		if err != nil && ctx.Err() == nil {
			q.o.Log.Error("cannot look for jobs", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-rung:
		case <-time.After(q.o.Poll):
		}
	}
}

// bell wakes all who wait in this process. The zero value is ready.
type bell struct {
	mu sync.Mutex
	ch chan struct{}
}

// next returns what is closed at the next ring.
func (b *bell) next() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch == nil {
		b.ch = make(chan struct{})
	}
	return b.ch
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch != nil {
		close(b.ch)
		b.ch = nil
	}
}
