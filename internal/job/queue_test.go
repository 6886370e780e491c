package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
	"github.com/sluice-billing/sluice/internal/store/postgrestest"
)

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// onBoth runs a test with the records in SQLite, and in PostgreSQL where it is
// installed.
func onBoth(t *testing.T, test func(t *testing.T, at string)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel() // most of it is waiting
		test(t, filepath.Join(t.TempDir(), "records.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, postgrestest.URL(t))
	})
}

// open opens the records as a process of its own would.
func open(t testing.TB, at string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), at)
	ok(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

// quick are options with which a test need not wait for long.
func quick() Options {
	return Options{Workers: 2, Lease: 3 * time.Second, Beat: 100 * time.Millisecond, Poll: 20 * time.Millisecond,
		Grace: 300 * time.Millisecond, Pause: 10 * time.Millisecond, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
}

// run lets a queue work; stop ends it and waits until it has.
func run(t testing.TB, q *Queue) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- q.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}

func asAnn(t testing.TB) context.Context {
	return billing.WithActor(t.Context(), billing.Actor{Name: "ann", Via: "web", Address: "192.0.2.1"})
}

func order(t testing.TB, q *Queue, o Order) Job {
	t.Helper()
	if o.Organization == "" {
		o.Organization = "reseller"
	}
	j, err := q.Enqueue(asAnn(t), o)
	ok(t, err)
	return j
}

// until waits until a job is in one of the states.
func until(t testing.TB, q *Queue, id string, states ...State) Job {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		j, err := q.Get(ctx, id)
		ok(t, err)
		if slices.Contains(states, j.State) {
			return j
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func logOf(t testing.TB, q *Queue, id string) string {
	t.Helper()
	lines, err := q.Log(t.Context(), id, 0, 0)
	ok(t, err)
	var all strings.Builder
	for _, line := range lines {
		fmt.Fprintln(&all, line.Level+":", line.Text)
	}
	return all.String()
}

// Several processes share the jobs: each is done once, and never two of one
// exclusive name at a time.
func TestSharedByProcesses(t *testing.T) {
	onBoth(t, func(t *testing.T, at string) {
		const jobs, processes = 60, 3
		var mu sync.Mutex
		begun := map[string]int{}
		inside := map[string]int{}
		work := func(_ context.Context, j Job) (json.RawMessage, error) {
			mu.Lock()
			begun[j.ID]++
			inside[j.Exclusive]++
			if j.Exclusive != "" && inside[j.Exclusive] > 1 {
				t.Errorf("two jobs of %s at a time", j.Exclusive)
			}
			mu.Unlock()
			time.Sleep(time.Millisecond)
			mu.Lock()
			inside[j.Exclusive]--
			mu.Unlock()
			return j.Input, nil
		}
		var queues []*Queue
		o := quick()
		o.Lease = 30 * time.Second // longer than a slow machine takes to write
		for range processes {
			q := New(open(t, at), time.Now, o)
			q.Register("count", work)
			queues = append(queues, q)
		}
		var ids []string
		for i := range jobs {
			exclusive := []string{"", "month/2026-09", "month/2026-10"}[i%3]
			ids = append(ids, order(t, queues[i%processes], Order{Kind: "count", Title: "Count", Input: fmt.Appendf(nil, `{"n":%d}`, i), Exclusive: exclusive}).ID)
		}
		for _, q := range queues {
			run(t, q)
		}
		for i, id := range ids {
			j := until(t, queues[0], id, Done, Failed)
			mu.Lock()
			if j.State != Done || string(j.Result) != fmt.Sprintf(`{"n":%d}`, i) || begun[id] != 1 || j.Attempt != 1 {
				t.Errorf("job %d is %s with %s; it was begun %d times", i, j.State, j.Result, begun[id])
			}
			mu.Unlock()
		}
	})
}

// One worker does jobs in the order in which they were ordered.
func TestInOrder(t *testing.T) {
	o := quick()
	o.Workers = 1
	q := New(open(t, filepath.Join(t.TempDir(), "r.db")), time.Now, o)
	var did []string
	q.Register("say", func(_ context.Context, j Job) (json.RawMessage, error) {
		did = append(did, string(j.Input))
		return nil, nil
	})
	var want []string
	var last Job
	for i := range 8 {
		want = append(want, fmt.Sprint(i))
		last = order(t, q, Order{Kind: "say", Input: fmt.Append(nil, i)})
	}
	stop := run(t, q)
	until(t, q, last.ID, Done)
	stop()
	if !slices.Equal(did, want) {
		t.Errorf("done were %v, wanted %v", did, want)
	}
}

func TestSameKeyIsOneJob(t *testing.T) {
	q := New(open(t, filepath.Join(t.TempDir(), "r.db")), time.Now, quick())
	q.Register("close", func(context.Context, Job) (json.RawMessage, error) { return nil, nil })
	o := Order{Kind: "close", Organization: "reseller", Key: "close/2026-10"}
	a, b := order(t, q, o), order(t, q, o)
	o.Organization = "acme"
	other := order(t, q, o)
	if a.ID != b.ID || a.ID == other.ID {
		t.Errorf("jobs are %s, %s and that of another organization %s", a.ID, b.ID, other.ID)
	}
	run(t, q)
	until(t, q, a.ID, Done)
	o.Organization = "reseller"
	if c := order(t, q, o); c.ID == a.ID {
		t.Error("a job that is over was returned for a new order")
	}
}

// A job's context knows who ordered it; its steps and lines are on record, and
// secrets that hide themselves stay hidden.
func TestWhatAJobSays(t *testing.T) {
	q := New(open(t, filepath.Join(t.TempDir(), "r.db")), time.Now, quick())
	said := make(chan struct{})
	q.Register("close", func(ctx context.Context, j Job) (json.RawMessage, error) {
		billing.Step(ctx, "ingest", 3, 10)
		billing.Step(ctx, "ingest", 4, 10)
		Logger(ctx).With("month", "2026-10").WithGroup("s3").Warn("slow", "bucket", "exports", "key", hidden("hunter2"))
		Logger(ctx).Debug("not for people")
		<-said
		return json.Marshal(billing.ActorOf(ctx))
	})
	run(t, q)
	id := order(t, q, Order{Kind: "close", Title: "Close 2026-10"}).ID
	for j, err := range q.Watch(t.Context(), id) {
		ok(t, err)
		if j.Progress == (Progress{Work: "ingest", Done: 4, Total: 10}) {
			close(said)
			break
		}
	}
	j := until(t, q, id, Done)
	if want := `{"Name":"ann","Via":"web","Address":"192.0.2.1","Token":""}`; string(j.Result) != want {
		t.Errorf("the actor was %s, wanted %s", j.Result, want)
	}
	if got := logOf(t, q, id); !strings.HasSuffix(got, "info: ingest\nwarn: slow month=2026-10 s3.bucket=exports s3.key=•••\n") {
		t.Errorf("its log is\n%s", got)
	}
}

type hidden string

func (hidden) LogValue() slog.Value { return slog.StringValue("•••") }

// Watch ends with the job, wherever it runs, and versions only grow.
func TestWatchFromAnotherProcess(t *testing.T) {
	onBoth(t, func(t *testing.T, at string) {
		here, there := New(open(t, at), time.Now, quick()), New(open(t, at), time.Now, quick())
		there.Register("close", func(ctx context.Context, j Job) (json.RawMessage, error) {
			for i := range int64(5) {
				billing.Step(ctx, "rate", i, 5)
				time.Sleep(100 * time.Millisecond)
			}
			return nil, nil
		})
		run(t, there)
		var states []State
		var last, changes int64
		for j, err := range here.Watch(t.Context(), order(t, here, Order{Kind: "close"}).ID) {
			ok(t, err)
			if j.Version <= last {
				t.Errorf("version %d after %d", j.Version, last)
			}
			last = j.Version
			changes++
			states = append(states, j.State)
		}
		if states = slices.Compact(states); states[len(states)-1] != Done || !slices.Contains(states, Running) || changes < 4 {
			t.Errorf("seen were %v in %d changes", states, changes)
		}
		for _, err := range here.Watch(t.Context(), "unknown") {
			if !errors.Is(err, ErrNotFound) {
				t.Errorf("watching nothing: %v", err)
			}
		}
	})
}

// Cancel reaches a job that runs in another process, and one that waits.
func TestCancel(t *testing.T) {
	onBoth(t, func(t *testing.T, at string) {
		here, there := New(open(t, at), time.Now, quick()), New(open(t, at), time.Now, quick())
		var begun atomic.Int64
		there.Register("close", func(ctx context.Context, j Job) (json.RawMessage, error) {
			begun.Add(1)
			<-ctx.Done()
			return nil, fmt.Errorf("interrupted: %w", context.Cause(ctx))
		})
		run(t, there)
		running := order(t, here, Order{Kind: "close", Exclusive: "month/2026-10"})
		waiting := order(t, here, Order{Kind: "close", Exclusive: "month/2026-10"})
		until(t, here, running.ID, Running)
		_, err := here.Cancel(asAnn(t), waiting.ID)
		ok(t, err)
		_, err = here.Cancel(asAnn(t), running.ID)
		ok(t, err)
		j := until(t, here, running.ID, Cancelled)
		if w := until(t, here, waiting.ID, Cancelled); w.Attempt != 0 || j.Attempt != 1 || begun.Load() != 1 {
			t.Errorf("begun %d times; attempts %d and %d", begun.Load(), j.Attempt, w.Attempt)
		}
		if _, err := here.Cancel(asAnn(t), running.ID); err != nil {
			t.Errorf("cancelled twice: %v", err)
		}
		if _, err := here.Retry(asAnn(t), running.ID); err != nil {
			t.Fatal(err)
		}
		until(t, here, running.ID, Running)
		if _, err := here.Retry(asAnn(t), running.ID); !errors.Is(err, ErrOpen) {
			t.Errorf("retried while it runs: %v", err)
		}
	})
}

// Work that finished before it noticed is done, and cannot be cancelled later.
func TestCancelTooLate(t *testing.T) {
	q := New(open(t, filepath.Join(t.TempDir(), "r.db")), time.Now, quick())
	asked := make(chan struct{})
	q.Register("close", func(context.Context, Job) (json.RawMessage, error) { <-asked; return nil, nil })
	run(t, q)
	j := order(t, q, Order{Kind: "close"})
	until(t, q, j.ID, Running)
	_, err := q.Cancel(asAnn(t), j.ID)
	ok(t, err)
	close(asked)
	until(t, q, j.ID, Done)
	if _, err := q.Cancel(asAnn(t), j.ID); !errors.Is(err, ErrOver) {
		t.Errorf("cancelled after it was done: %v", err)
	}
}

func TestFailures(t *testing.T) {
	q := New(open(t, filepath.Join(t.TempDir(), "r.db")), time.Now, quick())
	var tries atomic.Int64
	q.Register("flaky", func(context.Context, Job) (json.RawMessage, error) {
		if tries.Add(1) < 3 {
			return nil, fmt.Errorf("read the bucket: %w", Transient(errors.New("connection reset")))
		}
		return nil, nil
	})
	q.Register("lost", func(context.Context, Job) (json.RawMessage, error) { return nil, Transient(errors.New("no route")) })
	q.Register("wrong", func(context.Context, Job) (json.RawMessage, error) { return nil, errors.New("2026-10 has no lines") })
	q.Register("panic", func(context.Context, Job) (json.RawMessage, error) { panic("password is hunter2") })
	q.Register("garbled", func(context.Context, Job) (json.RawMessage, error) { return []byte(`{`), nil })
	run(t, q)
	for _, test := range []struct {
		kind    string
		state   State
		attempt int
		says    string
	}{
		{"flaky", Done, 3, ""},
		{"lost", Failed, 2, `{"code":"job-failed","detail":"no route"}`},
		{"wrong", Failed, 1, `{"code":"job-failed","detail":"2026-10 has no lines"}`},
		{"panic", Failed, 1, `{"code":"job-failed","detail":"it met a fault of Sluice itself; the server's log has it under this job's id"}`},
		{"garbled", Failed, 1, `{"code":"job-failed","detail":"the result of a job of kind garbled is not well-formed JSON"}`},
	} {
		attempts := 2
		if test.kind == "flaky" {
			attempts = 0
		}
		j := until(t, q, order(t, q, Order{Kind: test.kind, Attempts: attempts}).ID, Done, Failed)
		if j.State != test.state || j.Attempt != test.attempt || string(j.Error) != test.says {
			t.Errorf("%s: %s after %d attempts with %s", test.kind, j.State, j.Attempt, j.Error)
		}
		if strings.Contains(logOf(t, q, j.ID), "hunter2") {
			t.Errorf("%s: its log tells of a panic's insides", test.kind)
		}
	}
	if got := told([]byte(`{"title":"Internal Server Error"}`)); !strings.HasPrefix(got, "it failed") {
		t.Errorf("of a problem without a detail people are told %q", got)
	}
	if Transient(nil) != nil {
		t.Error("no error is transient")
	}
}

func TestPauses(t *testing.T) {
	q := New(nil, time.Now, Options{})
	for attempt, want := range map[int]time.Duration{1: 10 * time.Second, 2: 20 * time.Second, 4: 80 * time.Second, 7: 10 * time.Minute, 1 << 30: 10 * time.Minute} {
		if got := q.pause(attempt); got != want {
			t.Errorf("after attempt %d: %s, wanted %s", attempt, got, want)
		}
	}
}

func TestDuties(t *testing.T) {
	onBoth(t, func(t *testing.T, at string) {
		var inside, runs [3]atomic.Int64
		var total atomic.Int64
		var stops []func()
		var queues []*Queue
		for i := range 3 {
			q := New(open(t, at), time.Now, quick())
			q.Every("deliver", 20*time.Millisecond, func(context.Context) error {
				if total.Add(1) > 1 {
					t.Error("two processes do one duty at a time")
				}
				defer total.Add(-1)
				inside[i].Add(1)
				defer inside[i].Add(-1)
				time.Sleep(time.Millisecond)
				runs[i].Add(1)
				if runs[i].Load()%2 == 0 {
					panic("now and then")
				}
				return errors.New("no network")
			})
			queues = append(queues, q)
			stops = append(stops, run(t, q))
		}
		holder := func() int {
			for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
				for i := range runs {
					if runs[i].Load() >= 3 {
						return i
					}
				}
			}
			t.Fatal("nobody does the duty")
			return 0
		}
		first := holder()
		duties, err := queues[first].Duties(t.Context())
		ok(t, err)
		if len(duties) != 1 || duties[0].Ran.IsZero() || duties[0].Problem == "" {
			t.Errorf("on record is %+v", duties)
		}
		stops[first]()
		for i := range runs {
			runs[i].Store(0)
		}
		if second := holder(); second == first {
			t.Error("a process that stopped still does the duty")
		}
	})
}
