package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
)

var jobNoon = time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)

// modelJob is what a job must be, worked out beside the store.
type modelJob struct {
	id, key, exclusive string
	state              JobState
	attempt, most      int
	owner              string
	until, notBefore   time.Time
	cancel             bool
	logged             int // lines that must be in its log at least
}

// queueModel has the rules of jobs written out plainly, and the clock.
type queueModel struct {
	s      *Store
	now    time.Time
	jobs   []*modelJob
	owners int
}

const (
	modelPatience = 3
	modelLease    = 30 * time.Second
)

// claimable is the job that the next claim must get. Before that, abandoned
// ones end.
func (m *queueModel) claimable() *modelJob {
	for {
		j := m.next()
		switch {
		case j == nil:
			return nil
		case j.state == JobRunning && j.cancel:
			j.state, j.owner = JobCancelled, ""
		case j.state == JobRunning && j.attempt >= j.most:
			j.state, j.owner = JobFailed, ""
		default:
			return j
		}
	}
}

// next is the oldest that is due and not excluded; one that runs itself does
// not count against its organization, so it comes before the queued ones.
func (m *queueModel) next() (best *modelJob) {
	for _, j := range m.jobs {
		due := j.state == JobQueued && !j.notBefore.After(m.now) || j.state == JobRunning && j.until.Before(m.now)
		excluded := slices.ContainsFunc(m.jobs, func(o *modelJob) bool {
			return o != j && o.state == JobRunning && o.exclusive != "" && o.exclusive == j.exclusive
		})
		if due && !excluded && (best == nil || best.state == JobQueued && j.state == JobRunning) {
			best = j
		}
	}
	return best
}

func (m *queueModel) open(key string) *modelJob {
	for _, j := range m.jobs {
		if key != "" && j.key == key && !j.state.Over() {
			return j
		}
	}
	return nil
}

func (m *queueModel) draw(t *rapid.T) *modelJob {
	if len(m.jobs) == 0 {
		t.Skip("no jobs yet")
	}
	return rapid.SampledFrom(m.jobs).Draw(t, "job")
}

func (m *queueModel) enqueue(t *rapid.T) {
	key := rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "key")
	wanted := Job{ID: fmt.Sprintf("%026d", len(m.jobs)+1), Kind: "close", Organization: "reseller", Title: "Close", By: "ann",
		Input: []byte(`{}`), Key: key, Exclusive: rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "exclusive"), Patience: modelPatience, Created: m.now}
	got, fresh, err := m.s.AddJob(t.Context(), wanted)
	if err != nil {
		t.Fatal(err)
	}
	if before := m.open(key); before != nil {
		if fresh || got.ID != before.id {
			t.Fatalf("got job %s, fresh %t; %s of the same key is open", got.ID, fresh, before.id)
		}
		return
	}
	if !fresh || got.ID != wanted.ID {
		t.Fatalf("got job %s, fresh %t; wanted a new one", got.ID, fresh)
	}
	m.jobs = append(m.jobs, &modelJob{id: wanted.ID, key: key, exclusive: wanted.Exclusive, state: JobQueued, most: modelPatience})
}

func (m *queueModel) claim(t *rapid.T) {
	m.owners++
	owner := fmt.Sprint("claim ", m.owners)
	got, found, err := m.s.ClaimJob(t.Context(), JobClaim{Owner: owner, Who: "test", Kinds: []string{"close", "ingest"}, Now: m.now, Until: m.now.Add(modelLease)})
	if err != nil {
		t.Fatal(err)
	}
	want := m.claimable()
	if found != (want != nil) || found && want.id != got.ID {
		t.Fatalf("claimed %q, found %t; wanted %+v", got.ID, found, want)
	}
	if want != nil {
		want.state, want.owner, want.until = JobRunning, owner, m.now.Add(modelLease)
		want.attempt++
		want.logged++
	}
}

func (m *queueModel) beat(t *rapid.T) {
	j := m.draw(t)
	owner := rapid.SampledFrom([]string{j.owner, "an old claim"}).Draw(t, "owner")
	asked, err := m.s.BeatJob(t.Context(), JobBeat{ID: j.id, Owner: owner, Until: m.now.Add(modelLease), Lines: []JobLine{{At: m.now, Level: "info", Text: "beat"}}})
	if j.state != JobRunning || owner != j.owner {
		if !errors.Is(err, ErrLeaseLost) {
			t.Fatalf("a beat without the lease: %v", err)
		}
		return
	}
	if err != nil || asked != j.cancel {
		t.Fatalf("cancel asked %t, error %v; wanted %t", asked, err, j.cancel)
	}
	j.until = m.now.Add(modelLease)
	j.logged++
}

func (m *queueModel) end(t *rapid.T) {
	j := m.draw(t)
	e := JobEnd{ID: j.id, Owner: rapid.SampledFrom([]string{j.owner, "an old claim"}).Draw(t, "owner"), At: m.now,
		State: rapid.SampledFrom([]JobState{JobDone, JobFailed, JobCancelled, JobQueued}).Draw(t, "state")}
	if e.State == JobQueued {
		e.GivenBack = rapid.Bool().Draw(t, "given back")
		e.NotBefore = m.now.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "pause")) * time.Second)
	}
	err := m.s.EndJob(t.Context(), e)
	if j.state != JobRunning || e.Owner != j.owner {
		if !errors.Is(err, ErrLeaseLost) {
			t.Fatalf("an end without the lease: %v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	j.state, j.owner, j.notBefore = e.State, "", e.NotBefore
	if e.State == JobQueued && j.cancel {
		j.state = JobCancelled
	}
	if e.GivenBack {
		j.most++
	}
}

func (m *queueModel) cancel(t *rapid.T) {
	j := m.draw(t)
	_, err := m.s.CancelJob(t.Context(), j.id, "ann", m.now)
	switch j.state {
	case JobDone, JobFailed:
		if !errors.Is(err, ErrJobOver) {
			t.Fatalf("cancelling a job that is %s: %v", j.state, err)
		}
		return
	case JobQueued:
		j.state, j.cancel = JobCancelled, true
	case JobRunning:
		j.cancel = true
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (m *queueModel) retry(t *rapid.T) {
	j := m.draw(t)
	_, err := m.s.RetryJob(t.Context(), j.id, "ann")
	if j.state != JobFailed && j.state != JobCancelled || m.open(j.key) != nil {
		if !errors.Is(err, ErrJobOpen) {
			t.Fatalf("retrying a job that is %s: %v", j.state, err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	j.state, j.cancel, j.notBefore, j.most = JobQueued, false, time.Time{}, j.attempt+modelPatience
}

// check holds the records against the model.
func (m *queueModel) check(t *rapid.T) {
	jobs, err := m.s.Jobs(t.Context(), JobFilter{})
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(jobs)
	exclusive := map[string]string{}
	for i, got := range jobs {
		want := m.jobs[i]
		if got.ID != want.id || got.State != want.state || got.Attempt != want.attempt || got.MaxAttempts != want.most ||
			got.Owner != want.owner || got.CancelAsked != want.cancel || got.State.Over() == got.Finished.IsZero() {
			t.Fatalf("on record is\n%+v\nwanted\n%+v", got, *want)
		}
		if got.State == JobRunning && got.Exclusive != "" {
			if other := exclusive[got.Exclusive]; other != "" {
				t.Fatalf("jobs %s and %s run at once, and both are %s", other, got.ID, got.Exclusive)
			}
			exclusive[got.Exclusive] = got.ID
		}
	}
}

// Whatever workers, people and crashes do to jobs, the records are what the
// rules say: one lease a job, one running job of an exclusive name, no end
// without the lease, and nothing happens to what is over.
func TestJobsByModel(t *testing.T) {
	s := openNew(t)
	rapid.Check(t, func(r *rapid.T) {
		for _, table := range []string{"job_log", "job"} {
			_, err := s.db.ExecContext(t.Context(), `DELETE FROM `+table)
			ok(t, err)
		}
		m := &queueModel{s: s, now: jobNoon}
		r.Repeat(map[string]func(*rapid.T){
			"enqueue": m.enqueue, "claim": m.claim, "claim again": m.claim, "beat": m.beat, "end": m.end, "cancel": m.cancel, "retry": m.retry,
			"wait": func(t *rapid.T) {
				m.now = m.now.Add(time.Duration(rapid.IntRange(1, 45).Draw(t, "seconds")) * time.Second)
			},
			"": m.check,
		})
		for _, j := range m.jobs {
			lines, err := m.s.JobLog(t.Context(), j.id, 0, 0)
			if err != nil || len(lines) < j.logged {
				r.Fatalf("job %s has %d lines, error %v; it said %d", j.id, len(lines), err, j.logged)
			}
			for i, line := range lines {
				if line.Seq != int64(i+1) {
					r.Fatalf("line %d of job %s is numbered %d", i+1, j.id, line.Seq)
				}
			}
		}
	})
}

func addJob(t *testing.T, s *Store, j Job) Job {
	t.Helper()
	j.Kind, j.By, j.Input, j.Patience, j.Created = "close", "ann", []byte(`{"period":"2026-10"}`), 1, jobNoon
	j, _, err := s.AddJob(t.Context(), j)
	ok(t, err)
	return j
}

func claim(t *testing.T, s *Store, owner string, kinds ...string) (Job, bool) {
	t.Helper()
	j, found, err := s.ClaimJob(t.Context(), JobClaim{Owner: owner, Who: "test", Kinds: kinds, Now: jobNoon, Until: jobNoon.Add(time.Minute)})
	ok(t, err)
	return j, found
}

// An organization that ordered many jobs does not keep another one waiting.
func TestClaimIsFair(t *testing.T) {
	s := openNew(t)
	for i := range 4 {
		addJob(t, s, Job{ID: fmt.Sprint("1", i), Organization: "many"})
	}
	addJob(t, s, Job{ID: "20", Organization: "few"})
	var got []string
	for i := range 4 {
		j, _ := claim(t, s, fmt.Sprint(i), "close")
		got = append(got, j.ID)
	}
	if want := []string{"10", "20", "11", "12"}; !slices.Equal(got, want) {
		t.Errorf("claimed %v, wanted %v", got, want)
	}
	if _, found := claim(t, s, "x", "ingest"); found {
		t.Error("a process got a job of a kind it cannot do")
	}
	if _, found := claim(t, s, "y"); found {
		t.Error("a process that can do nothing got a job")
	}
}

func TestJobKeepsAll(t *testing.T) {
	s := openNew(t)
	actor := billing.Actor{Name: "ann@example.com", Via: "token", Address: "192.0.2.1", Token: "T1"}
	added := addJob(t, s, Job{ID: "1", Organization: "acme", Title: "Close “2026-10”", Actor: actor, Exclusive: "month/2026-10"})
	_, found := claim(t, s, "me", "close")
	if !found || added.State != JobQueued || added.Version != 1 {
		t.Fatalf("added %+v", added)
	}
	progress := JobProgress{Work: "rate", Done: 1 << 40, Total: 1 << 41}
	_, err := s.BeatJob(t.Context(), JobBeat{ID: "1", Owner: "me", Until: jobNoon.Add(time.Hour), Progress: progress})
	ok(t, err)
	ok(t, s.EndJob(t.Context(), JobEnd{ID: "1", Owner: "me", At: jobNoon.Add(time.Minute), State: JobDone, Result: []byte(`{"a": "0.10"}`), Progress: progress}))
	got, err := s.Job(t.Context(), "1")
	ok(t, err)
	want := Job{ID: "1", Kind: "close", Organization: "acme", Title: "Close “2026-10”", By: "ann", Actor: actor, Input: []byte(`{"period":"2026-10"}`),
		Exclusive: "month/2026-10", State: JobDone, Attempt: 1, MaxAttempts: 1, Patience: 1, Created: jobNoon, Started: jobNoon, Finished: jobNoon.Add(time.Minute),
		Progress: progress, Result: []byte(`{"a": "0.10"}`), Version: 4}
	if a, b := asJSON(t, got), asJSON(t, want); a != b {
		t.Errorf("on record is\n%s\nwanted\n%s", a, b)
	}
	_, err = s.Job(t.Context(), "2")
	notFound(t, err, "2")
	_, err = s.CancelJob(t.Context(), "2", "ann", jobNoon)
	notFound(t, err, "2")
	entries, err := s.Audit(t.Context(), 0)
	ok(t, err)
	if len(entries) != 1 || entries[0].Action != "job.order" || entries[0].Subject != "job/1" {
		t.Errorf("the audit has %+v", entries)
	}
	event, found, err := first(t.Context(), s.db, scanOne[string], `SELECT kind || ' ' || organization || ' ' || subject FROM outbox`)
	ok(t, err)
	if !found || event != "job.done acme job/1" {
		t.Errorf("announced was %q", event)
	}
}

// What is no text to a database is stored without it, in both.
func TestJobWithStrangeBytes(t *testing.T) {
	s := openNew(t)
	j := addJob(t, s, Job{ID: "1", Organization: "acme", Title: "a\x00b\xff"})
	claim(t, s, "me", "close")
	ok(t, s.EndJob(t.Context(), JobEnd{ID: "1", Owner: "me", At: jobNoon, State: JobDone, Result: []byte("\"\xff\""), Lines: []JobLine{{At: jobNoon, Level: "info", Text: "\x00"}}}))
	if j.Title == "" {
		t.Error("the title is gone")
	}
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.MarshalIndent(value, "", " ")
	ok(t, err)
	return string(text)
}

func TestJobsByFilterAndPage(t *testing.T) {
	s := openNew(t)
	for i, organization := range []string{"acme", "beta", "acme", "acme", "beta"} {
		addJob(t, s, Job{ID: fmt.Sprint(i), Organization: organization})
	}
	claim(t, s, "me", "close") // 0
	ids := func(f JobFilter) (ids string) {
		jobs, err := s.Jobs(t.Context(), f)
		ok(t, err)
		for _, j := range jobs {
			ids += j.ID
		}
		return ids
	}
	for _, test := range []struct {
		filter JobFilter
		want   string
	}{
		{JobFilter{}, "43210"},
		{JobFilter{Organizations: []string{"acme"}}, "320"},
		{JobFilter{Organizations: []string{"acme", "beta"}, Limit: 2, Before: "3"}, "21"},
		{JobFilter{States: []JobState{JobQueued, JobDone}, Organizations: []string{"acme"}}, "32"},
		{JobFilter{States: []JobState{JobRunning}}, "0"},
		{JobFilter{Kinds: []string{"ingest"}}, ""},
		{JobFilter{By: "bob"}, ""},
		{JobFilter{By: "ann", Limit: 1}, "4"},
	} {
		if got := ids(test.filter); got != test.want {
			t.Errorf("%+v: %s, wanted %s", test.filter, got, test.want)
		}
	}
	counts, err := s.JobCounts(t.Context())
	ok(t, err)
	if counts[JobQueued] != 4 || counts[JobRunning] != 1 || len(counts) != 2 {
		t.Errorf("counts are %v", counts)
	}
}

func TestJobLogIsBounded(t *testing.T) {
	s := openNew(t)
	addJob(t, s, Job{ID: "1", Organization: "acme"})
	claim(t, s, "me", "close")
	for range 6 {
		_, err := s.BeatJob(t.Context(), JobBeat{ID: "1", Owner: "me", Until: jobNoon, Lines: slices.Repeat([]JobLine{{At: jobNoon, Level: "info", Text: "again"}}, 1000)})
		ok(t, err)
	}
	lines, err := s.JobLog(t.Context(), "1", mostJobLines-2, 0)
	ok(t, err)
	if len(lines) != 2 || lines[0].Text != "again" || lines[1].Level != "warn" {
		t.Errorf("the log ends with %+v", lines)
	}
	page, err := s.JobLog(t.Context(), "1", 10, 3)
	ok(t, err)
	if len(page) != 3 || page[0].Seq != 11 {
		t.Errorf("a page is %+v", page)
	}
}

func TestPruneJobs(t *testing.T) {
	s := openNew(t)
	for _, id := range []string{"1", "2"} {
		addJob(t, s, Job{ID: id, Organization: "acme"})
	}
	claim(t, s, "me", "close")
	ok(t, s.EndJob(t.Context(), JobEnd{ID: "1", Owner: "me", At: jobNoon, State: JobFailed, Error: []byte(`{}`), Lines: []JobLine{{At: jobNoon, Level: "error", Text: "no"}}}))
	for _, test := range []struct {
		before time.Time
		want   int64
	}{{jobNoon, 0}, {jobNoon.Add(time.Second), 1}, {jobNoon.Add(time.Hour), 0}} {
		n, err := s.PruneJobs(t.Context(), test.before)
		ok(t, err)
		if n != test.want {
			t.Errorf("before %s: %d removed, wanted %d", test.before, n, test.want)
		}
	}
	if n := count(t, s, "job_log"); n != 0 {
		t.Errorf("%d lines are left", n)
	}
}

func TestDutyIsHeldByOne(t *testing.T) {
	s := openNew(t)
	hold := func(owner string, now time.Time) (Duty, bool) {
		t.Helper()
		d, held, err := s.HoldDuty(t.Context(), "schedules", owner, now, now.Add(30*time.Second))
		ok(t, err)
		return d, held
	}
	at := jobNoon
	if _, held := hold("a", at); !held {
		t.Fatal("the first one did not get it")
	}
	if _, held := hold("b", at.Add(29*time.Second)); held {
		t.Error("the second one got it before the lease ended")
	}
	if _, held := hold("a", at.Add(29*time.Second)); !held {
		t.Error("the first one could not extend its lease")
	}
	ok(t, s.RanDuty(t.Context(), "schedules", "a", at, "no disk"))
	ok(t, s.RanDuty(t.Context(), "schedules", "b", at.Add(time.Hour), ""))
	if d, held := hold("b", at.Add(60*time.Second)); !held || !d.Ran.Equal(at) || d.Problem != "no disk" {
		t.Errorf("after the lease the second one has %+v, %t", d, held)
	}
	ok(t, s.LeaveDuties(t.Context(), "b"))
	if _, held := hold("a", at.Add(61*time.Second)); !held {
		t.Error("what was given up is not to be had")
	}
	duties, err := s.Duties(t.Context())
	ok(t, err)
	if len(duties) != 1 || duties[0].Owner != "a" {
		t.Errorf("on record are %+v", duties)
	}
}
