package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/store"
)

// TestMain is also the process that is killed in TestKilledProcess.
func TestMain(m *testing.M) {
	if at := os.Getenv("SLUICE_TEST_VICTIM"); at != "" {
		victim(at)
		return
	}
	os.Exit(m.Run())
}

// victim begins a job, says so on standard output, and never finishes.
func victim(at string) {
	s, err := store.Open(context.Background(), at)
	if err != nil {
		panic(err)
	}
	q := New(s, time.Now, quick())
	q.Register("close", func(ctx context.Context, j Job) (json.RawMessage, error) {
		fmt.Println("begun", j.ID)
		select {}
	})
	panic(q.Run(context.Background()))
}

// A job whose process was killed goes on elsewhere once its lease has ended,
// and not before.
func TestKilledProcess(t *testing.T) {
	onBoth(t, func(t *testing.T, at string) {
		q := New(open(t, at), time.Now, quick())
		var begun atomic.Int64
		q.Register("close", func(context.Context, Job) (json.RawMessage, error) {
			begun.Add(1)
			return []byte(`"here"`), nil
		})
		id := order(t, q, Order{Kind: "close", Exclusive: "month/2026-10"}).ID
		behind := order(t, q, Order{Kind: "close", Exclusive: "month/2026-10"}).ID

		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), "SLUICE_TEST_VICTIM="+at)
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		ok(t, err)
		ok(t, child.Start())
		said := make([]byte, len("begun ")+len(id))
		_, err = io.ReadFull(out, said)
		if err != nil || string(said) != "begun "+id {
			t.Fatalf("the child said %q, %v", said, err)
		}
		run(t, q)
		time.Sleep(quick().Lease + 500*time.Millisecond) // it lives, so its lease goes on
		if begun.Load() != 0 {
			t.Fatal("a job was begun while its process lived")
		}
		ok(t, child.Process.Kill())
		_ = child.Wait()
		j := until(t, q, id, Done, Failed)
		if j.State != Done || j.Attempt != 2 || string(j.Result) != `"here"` {
			t.Errorf("it is %s, attempt %d, %s", j.State, j.Attempt, j.Result)
		}
		if log := logOf(t, q, id); !strings.Contains(log, "warn: the process that ran it has gone; attempt 2") {
			t.Errorf("its log is\n%s", log)
		}
		if until(t, q, behind, Done); begun.Load() != 2 {
			t.Errorf("%d jobs were begun here, wanted 2", begun.Load())
		}
	})
}

// A job that takes its process with it each time is not begun for ever.
func TestAbandoned(t *testing.T) {
	at := filepath.Join(t.TempDir(), "r.db")
	s := open(t, at)
	clock := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	q := New(s, func() time.Time { return clock }, quick())
	id := order(t, q, Order{Kind: "close", Attempts: 2}).ID
	for i := range 3 {
		_, found, err := s.ClaimJob(t.Context(), store.JobClaim{Owner: fmt.Sprint(i), Who: "test", Kinds: []string{"close"}, Now: clock, Until: clock.Add(time.Second)})
		ok(t, err)
		if found != (i < 2) {
			t.Errorf("attempt %d: found %t", i+1, found)
		}
		clock = clock.Add(time.Minute)
	}
	j, err := q.Get(t.Context(), id)
	ok(t, err)
	if j.State != Failed || !strings.Contains(string(j.Error), `"code":"job-abandoned"`) {
		t.Errorf("it is %s: %s", j.State, j.Error)
	}
}

// Who lost the lease is told to stop, and what it did does not count.
func TestLostLease(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "r.db"))
	q := New(s, time.Now, quick())
	cause := make(chan error, 1)
	q.Register("close", func(ctx context.Context, j Job) (json.RawMessage, error) {
		<-ctx.Done()
		cause <- context.Cause(ctx)
		return []byte(`"late"`), nil
	})
	stop := run(t, q)
	id := order(t, q, Order{Kind: "close"}).ID
	until(t, q, id, Running)
	// Another process, whose clock is far ahead, takes it.
	hour := time.Now().Add(time.Hour)
	taken, found, err := s.ClaimJob(t.Context(), store.JobClaim{Owner: "other", Who: "test", Kinds: []string{"close"}, Now: hour, Until: hour.Add(time.Hour)})
	ok(t, err)
	if !found || taken.Attempt != 2 {
		t.Fatalf("taken over: %t, attempt %d", found, taken.Attempt)
	}
	if err := <-cause; !errors.Is(err, ErrLost) {
		t.Errorf("it was stopped because %v", err)
	}
	stop()
	if j, err := q.Get(t.Context(), id); err != nil || j.Owner != "other" || len(j.Result) > 0 {
		t.Errorf("on record is %+v, %v", j, err)
	}
}

// A server that stops gives running jobs some time, and puts what did not end
// back into the queue; that attempt does not count.
func TestStop(t *testing.T) {
	onBoth(t, func(t *testing.T, at string) {
		q := New(open(t, at), time.Now, quick())
		q.Register("short", func(context.Context, Job) (json.RawMessage, error) {
			time.Sleep(100 * time.Millisecond)
			return nil, nil
		})
		q.Register("long", func(ctx context.Context, j Job) (json.RawMessage, error) {
			if j.Attempt > 1 {
				return nil, nil
			}
			<-ctx.Done()
			if err := context.Cause(ctx); !errors.Is(err, ErrStopping) {
				t.Errorf("it was stopped because %v", err)
			}
			return nil, ctx.Err()
		})
		short, long := order(t, q, Order{Kind: "short"}).ID, order(t, q, Order{Kind: "long", Attempts: 1}).ID
		stop := run(t, q)
		until(t, q, short, Running)
		until(t, q, long, Running)
		stop()
		if j := until(t, q, short, Done, Queued, Failed); j.State != Done {
			t.Errorf("the short one is %s", j.State)
		}
		j, err := q.Get(t.Context(), long)
		ok(t, err)
		if j.State != Queued || j.Attempt != 1 || j.MaxAttempts != 2 || !strings.Contains(logOf(t, q, long), "it resumes on the next start") {
			t.Errorf("the long one is %s, attempt %d of %d", j.State, j.Attempt, j.MaxAttempts)
		}
		next := New(open(t, at), time.Now, quick())
		next.Register("long", q.work["long"])
		run(t, next)
		until(t, next, long, Done)
	})
}
