package job

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/store"
)

// Duty is periodic work as it stands on record.
type Duty = store.Duty

// duty is periodic work that one process does for all.
type duty struct {
	name     string
	interval time.Duration
	do       func(context.Context) error
}

// Every lets the named work be done at each interval, by one of the processes
// that share the records. The process that has a duty keeps it as long as it
// lives; when it dies another one has it within a lease. The interval goes from
// begin to begin, work is never begun while it is being done, and an error is
// logged and recorded; the duty goes on. The context of do ends when the server
// stops or the duty is another's.
func (q *Queue) Every(name string, interval time.Duration, do func(context.Context) error) {
	q.duties = append(q.duties, duty{name, interval, do})
}

// Duties returns the periodic duties on record, when each was done last and
// what went wrong.
func (q *Queue) Duties(ctx context.Context) ([]Duty, error) { return q.store.Duties(ctx) }

// doDuties does all duties that this process can have until the context ends.
func (q *Queue) doDuties(ctx context.Context) {
	owner := ulid.Make().String()
	var all sync.WaitGroup
	for _, d := range q.duties {
		all.Go(func() { q.serve(ctx, d, owner) })
	}
	all.Wait()
	if len(q.duties) == 0 {
		return
	}
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), q.o.Beat)
	defer cancel()
	if err := q.store.LeaveDuties(within, owner); err != nil {
		q.o.Log.Warn("cannot give up the duties; another process has them when their leases end", "error", err)
	}
}

// serve waits until the duty is this process's, does it as long as it is, and
// waits again.
func (q *Queue) serve(ctx context.Context, d duty, owner string) {
	for ctx.Err() == nil {
		began := time.Now()
		last, held, err := q.hold(ctx, d, owner)
		if err != nil && ctx.Err() == nil {
			q.o.Log.Error("cannot take a duty", "duty", d.name, "error", err)
		}
		if held {
			q.practise(ctx, d, owner, last.Ran, began)
		}
		select {
		case <-ctx.Done():
		case <-time.After(q.o.Beat):
		}
	}
}

func (q *Queue) hold(ctx context.Context, d duty, owner string) (Duty, bool, error) {
	now := q.now()
	return q.store.HoldDuty(ctx, d.name, owner, now, now.Add(q.o.Lease))
}

// practise does a duty at its times until the context ends or the lease is lost.
func (q *Queue) practise(ctx context.Context, d duty, owner string, ran time.Time, extended time.Time) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var kept sync.WaitGroup
	defer kept.Wait()
	defer cancel(nil)
	kept.Go(func() { q.keepDuty(ctx, d, owner, extended, cancel) })
	const often = time.Minute // to write that a duty of every second went well would keep other writers waiting
	var recorded time.Time
	for problem := ""; ; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(max(0, ran.Add(d.interval).Sub(q.now()))):
		}
		ran = q.now()
		before := problem
		problem = q.perform(ctx, d)
		if ctx.Err() != nil || problem == before && ran.Sub(recorded) < often {
			continue
		}
		recorded = ran
		if err := q.store.RanDuty(ctx, d.name, owner, ran, problem); err != nil {
			q.o.Log.Warn("cannot record a duty", "duty", d.name, "error", err)
		}
	}
}

// keepDuty extends the lease until the context ends, and ends it when another
// process may have the duty.
func (q *Queue) keepDuty(ctx context.Context, d duty, owner string, extended time.Time, cancel context.CancelCauseFunc) {
	tick := time.NewTicker(q.o.Beat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		began := time.Now()
		within, stop := context.WithTimeout(ctx, q.o.Lease-q.o.Beat-time.Since(extended)+time.Millisecond)
		_, held, err := q.hold(within, d, owner)
		stop()
		switch {
		case err == nil && held:
			extended = began
		case err == nil, time.Since(extended) > q.o.Lease-q.o.Beat:
			cancel(ErrLost)
			return
		case ctx.Err() == nil:
			q.o.Log.Warn("cannot keep a duty", "duty", d.name, "error", err)
		}
	}
}

// perform does a duty once, and returns what went wrong.
func (q *Queue) perform(ctx context.Context, d duty) (problem string) {
	err := q.try(ctx, d)
	if err == nil || ctx.Err() != nil {
		return ""
	}
	q.o.Log.Error("a duty failed", "duty", d.name, "error", err)
	return shortened(err.Error())
}

func (q *Queue) try(ctx context.Context, d duty) (err error) {
	defer func() {
		if p := recover(); p != nil {
			q.o.Log.Error("a duty panicked", "duty", d.name, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = errors.New("it met a fault of Sluice itself; the server's log has it")
		}
	}()
	return d.do(ctx)
}
