package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
)

// attempt does a leased job once and records what became of it. leased is when
// it was, by the clock of this process that nobody sets.
func (q *Queue) attempt(base context.Context, j Job, leased time.Time) {
	ctx, cancel := context.WithCancelCause(base)
	defer cancel(nil)
	q.mu.Lock()
	q.running[j.ID] = cancel
	q.mu.Unlock()
	defer func() {
		q.mu.Lock()
		delete(q.running, j.ID)
		q.mu.Unlock()
	}()

	said := &voice{now: q.now}
	kept := make(chan struct{})
	over := make(chan struct{})
	go func() {
		defer close(kept)
		q.keep(j, said, leased, over, cancel)
	}()
	ctx = billing.WithActor(ctx, j.Actor)
	ctx = billing.WithProgress(ctx, said.step)
	ctx = context.WithValue(ctx, loggerKey{}, slog.New(&lineHandler{voice: said, next: q.o.Log.With("job", j.ID, "kind", j.Kind).Handler()}))
	result, err := q.call(ctx, j)
	close(over)
	<-kept

	if errors.Is(context.Cause(ctx), ErrLost) {
		q.o.Log.Error("the lease of a job was lost; what it did is left to whoever has it now", "job", j.ID, "kind", j.Kind)
		return
	}
	end := q.judge(ctx, j, said, result, err)
	q.record(ctx, end, said)
	j.State = end.State
	q.o.Ended(j, time.Since(leased))
}

// call does the work; a panic is an error that tells people nothing and
// operators all.
func (q *Queue) call(ctx context.Context, j Job) (result json.RawMessage, err error) {
	defer func() {
		if p := recover(); p != nil {
			q.o.Log.Error("a job panicked", "job", j.ID, "kind", j.Kind, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			result, err = nil, errors.New("it met a fault of Sluice itself; the server's log has it under this job's id")
		}
	}()
	result, err = q.work[j.Kind](ctx, j)
	if err == nil && len(result) > 0 && !json.Valid(result) {
		err = fmt.Errorf("the result of a job of kind %s is not well-formed JSON", j.Kind)
	}
	return result, err
}

// judge says what became of an attempt. Work that was finished counts as done,
// whatever came meanwhile.
func (q *Queue) judge(ctx context.Context, j Job, said *voice, result json.RawMessage, err error) store.JobEnd {
	end := store.JobEnd{ID: j.ID, Owner: j.Owner, At: q.now(), State: Done, Result: result}
	var passing transientError
	switch cause := context.Cause(ctx); {
	case err == nil:
	case errors.Is(cause, ErrCancelled):
		end.State = Cancelled
		said.say(slog.LevelInfo, "cancelled")
	case errors.Is(cause, ErrStopping):
		end.State, end.GivenBack = Queued, true
		said.say(slog.LevelInfo, "the server stops; it resumes on the next start")
	case errors.As(err, &passing) && j.Attempt < j.MaxAttempts:
		pause := q.pause(j.Attempt)
		end.State, end.NotBefore, end.Error = Queued, q.now().Add(pause), q.o.Problem(err)
		said.say(slog.LevelWarn, fmt.Sprintf("%s; it is tried again in %s", told(end.Error), pause))
		q.o.Log.Warn("a job is tried again", "job", j.ID, "kind", j.Kind, "attempt", j.Attempt, "error", err)
	default:
		end.State, end.Error = Failed, q.o.Problem(err)
		said.say(slog.LevelError, told(end.Error))
		q.o.Log.Error("a job failed", "job", j.ID, "kind", j.Kind, "attempt", j.Attempt, "error", err)
	}
	return end
}

// told is what people are told of an error: the detail of its problem. The error
// itself may name files and tables, and is for operators.
func told(problem json.RawMessage) string {
	var p Problem
	if json.Unmarshal(problem, &p) != nil || p.Detail == "" {
		return "it failed; the server's log has why, under this job's id"
	}
	return p.Detail
}

// pause is how long to wait after an attempt, the first being 1.
func (q *Queue) pause(attempt int) time.Duration {
	const longest = 10 * time.Minute
	pause := q.o.Pause
	for n := 1; n < attempt && pause < longest; n++ {
		pause *= 2
	}
	return min(pause, longest)
}

// record tells the records how an attempt ended. While they cannot be reached
// it tries again for as long as a lease; after that another process begins the
// job again.
func (q *Queue) record(ctx context.Context, end store.JobEnd, said *voice) {
	ctx = context.WithoutCancel(ctx)
	end.Progress, end.Works, end.Lines = said.take()
	for until := time.Now().Add(q.o.Lease); ; {
		within, cancel := context.WithTimeout(ctx, q.o.Lease)
		err := q.store.EndJob(within, end)
		cancel()
		if err == nil {
			return
		}
		q.o.Log.Error("cannot record how a job ended", "job", end.ID, "state", string(end.State), "error", err)
		if errors.Is(err, ErrLost) || time.Now().After(until) {
			return
		}
		time.Sleep(q.o.Beat / 5)
	}
}

// keep extends the lease of a job until it is over, stores at most once a
// second what it says, and stops it when it is cancelled or the lease cannot be
// kept: by the time another process may begin it, it has been told to stop.
func (q *Queue) keep(j Job, said *voice, extended time.Time, over <-chan struct{}, cancel context.CancelCauseFunc) {
	tick := time.NewTicker(min(q.o.Beat, time.Second))
	defer tick.Stop()
	for {
		select {
		case <-over:
			return
		case <-tick.C:
		}
		began := time.Now()
		asked, err := q.beat(j, said, began.Sub(extended) >= q.o.Beat, &extended)
		switch {
		case asked:
			cancel(ErrCancelled)
		case errors.Is(err, ErrLost), errors.Is(err, store.ErrNotFound):
			cancel(ErrLost)
			return
		case err != nil:
			q.o.Log.Warn("cannot extend the lease of a job", "job", j.ID, "error", err)
			if time.Since(extended) > q.o.Lease-q.o.Beat {
				cancel(ErrLost)
				return
			}
		}
	}
}

// beat writes what is new, or extends the lease when it is due, and otherwise
// only looks whether the job is to be cancelled.
func (q *Queue) beat(j Job, said *voice, due bool, extended *time.Time) (cancelAsked bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), q.o.Lease-q.o.Beat-time.Since(*extended)+time.Millisecond)
	defer cancel()
	if !due && !said.news() {
		now, err := q.store.Job(ctx, j.ID)
		if err == nil && now.Owner != j.Owner {
			err = ErrLost
		}
		return now.CancelAsked, err
	}
	progress, works, lines := said.take()
	began := time.Now()
	asked, err := q.store.BeatJob(ctx, store.JobBeat{ID: j.ID, Owner: j.Owner, Until: q.now().Add(q.o.Lease), Progress: progress, Works: works, Lines: lines})
	if err != nil {
		said.untake(lines)
		return false, err
	}
	*extended = began
	q.bell.ring()
	return asked, nil
}
