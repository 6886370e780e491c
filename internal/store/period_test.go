package store

import (
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

func TestPeriodState(t *testing.T) {
	s := openNew(t)
	set := func(payer string, period billing.Period, state, reason string) {
		t.Helper()
		ok(t, s.SetPeriodState(t.Context(), payer, period, state, reason))
	}
	set("2", october, PeriodCollecting, "7 usage lines are open")
	set("1", october, PeriodOpen, "")
	set("1", september, PeriodClosed, "proved")
	set("2", october, PeriodReady, "all there")
	got := statesOf(t, s)
	if len(got) != 2 || got[0].Payer != "1" || got[0].State != "open" || got[1].Payer != "2" || got[1].State != "ready" || got[1].Reason != "all there" {
		t.Fatalf("states are %+v", got)
	}
	set("2", october, PeriodReady, "still all there")
	again := statesOf(t, s)[1]
	if again.Reason != "still all there" || !again.At.Equal(got[1].At) {
		t.Errorf("setting the same state again made %+v of %+v", again, got[1])
	}
	set("2", october, PeriodRated, "")
	if next := statesOf(t, s)[1]; next.State != "rated" || !next.At.After(got[1].At) || next.Reason != "" {
		t.Errorf("state is %+v after %+v", next, got[1])
	}
}

func statesOf(t *testing.T, s *Store) []PeriodState {
	t.Helper()
	got, err := s.PeriodStates(t.Context(), october)
	ok(t, err)
	return got
}

func TestPeriodStateRefuses(t *testing.T) {
	s := openNew(t)
	refused(t, s.SetPeriodState(t.Context(), "1", october, "done", ""), "payer 1", "done", "open, collecting, ready, rated, closed, restated")
	refused(t, s.SetPeriodState(t.Context(), "", october, PeriodOpen, ""), "payer is missing")
	refused(t, s.SetPeriodState(t.Context(), "1", billing.Period{}, PeriodOpen, ""), "period is missing")
	refused(t, s.SettlePeriod(t.Context(), october, []Settled{{Payer: "1", State: "over"}}), "over")
}

// R29: restated counts changes of the data that were settled after documents
// were issued, not closes, and outlives the states in between.
func TestRestatedIsCounted(t *testing.T) {
	s := openNew(t)
	for i, step := range []struct {
		state, basis string
		want         int
	}{
		{PeriodClosed, "A", 0},
		{PeriodClosed, "B", 0},
		{PeriodRestated, "C", 1},
		{PeriodRestated, "C", 1},
		{PeriodRestated, "D", 2},
		{PeriodClosed, "B", 2},
		{PeriodRestated, "C", 3},
	} {
		ok(t, s.SetPeriodState(t.Context(), "1", october, PeriodRated, "on the way"))
		ok(t, s.SettlePeriod(t.Context(), october, []Settled{{Payer: "1", State: step.state, Reason: "because", Basis: step.basis}}))
		if got := statesOf(t, s)[0]; got.State != step.state || got.Restated != step.want || got.Reason != "because" {
			t.Errorf("step %d: %+v, want %s restated %d times", i, got, step.state, step.want)
		}
	}
	ok(t, s.SettlePeriod(t.Context(), october, []Settled{{Payer: "2", State: PeriodRestated, Basis: "X"}}))
	if got := statesOf(t, s)[1]; got.Restated != 1 {
		t.Errorf("the first state of a payer is %+v, want it counted", got)
	}
}

func TestReopenPeriod(t *testing.T) {
	s := openNew(t)
	ok(t, s.SettlePeriod(t.Context(), october, []Settled{{Payer: "1", State: PeriodClosed}, {Payer: "2", State: PeriodRestated, Basis: "A"}}))
	ok(t, s.SetPeriodState(t.Context(), "3", october, PeriodCollecting, "late"))
	ok(t, s.SettlePeriod(t.Context(), september, []Settled{{Payer: "1", State: PeriodClosed}}))
	refused(t, s.ReopenPeriod(t.Context(), october, "sato", " "), "reason is missing")
	ok(t, s.ReopenPeriod(t.Context(), october, "sato", "wrong book"))
	got := statesOf(t, s)
	for i, want := range []string{"rated", "rated", "collecting"} {
		if got[i].State != want {
			t.Errorf("%+v, want it %s", got[i], want)
		}
	}
	if got[0].Reason != "opened again by sato: wrong book" || got[1].Restated != 1 || got[2].Reason != "late" {
		t.Errorf("states %+v", got)
	}
	refused(t, s.ReopenPeriod(t.Context(), october, "kim", "again"), "sato", "wrong book")
	o, err := s.Reopened(t.Context(), october)
	ok(t, err)
	if o == nil || o.By != "sato" || o.Reason != "wrong book" || o.At.IsZero() {
		t.Errorf("opened again: %+v", o)
	}
	if o, err := s.Reopened(t.Context(), september); err != nil || o != nil {
		t.Errorf("another month was opened again: %+v, %v", o, err)
	}
	audit, err := s.Audit(t.Context(), 1)
	ok(t, err)
	if a := audit[0]; a.Action != "period.reopen" || a.Subject != "2026-10" || a.By != "sato" || a.Detail != "wrong book" {
		t.Errorf("the audit says %+v", a)
	}
	ok(t, s.SettlePeriod(t.Context(), october, []Settled{{Payer: "1", State: PeriodClosed}}))
	if o, err := s.Reopened(t.Context(), october); err != nil || o != nil {
		t.Errorf("still open after the close: %+v, %v", o, err)
	}
}

// Records of before reasons were kept stay readable.
func TestPeriodStateWithoutReason(t *testing.T) {
	s := openNew(t)
	_, err := s.db.ExecContext(t.Context(), `INSERT INTO period_state (period, payer, state, since) VALUES ('2026-10', '1', 'restated', '2026-11-05T00:00:00.000000Z')`)
	ok(t, err)
	if got := statesOf(t, s)[0]; got.Reason != "" || got.Restated != 0 {
		t.Errorf("%+v", got)
	}
}

func TestScheduleRun(t *testing.T) {
	s := openNew(t)
	due := time.Date(2026, 11, 5, 6, 0, 0, 0, time.UTC)
	run := ScheduleRun{Schedule: "monthly", Due: due.AddDate(0, 1, 0), Period: october.Next(), Outcome: "not-ready", Message: "wait", At: due, By: "cron"}
	ok(t, s.PutScheduleRun(t.Context(), run))
	first := ScheduleRun{Schedule: "monthly", Due: due, Period: october, Outcome: "closed", Finished: true, At: due, By: "cron"}
	ok(t, s.PutScheduleRun(t.Context(), first))
	run.Outcome, run.Finished, run.Message = "closed", true, "done"
	ok(t, s.PutScheduleRun(t.Context(), run))
	refused(t, s.PutScheduleRun(t.Context(), run), "monthly", "2026-12-05", "runs once")
	refused(t, s.PutScheduleRun(t.Context(), ScheduleRun{Schedule: "monthly", Due: due, Period: october, By: "cron"}), "outcome is missing")
	runs, err := s.ScheduleRuns(t.Context(), "monthly")
	ok(t, err)
	if len(runs) != 2 || runs[0] != first || runs[1] != run {
		t.Errorf("runs are %+v", runs)
	}
	if other, err := s.ScheduleRuns(t.Context(), "month"); err != nil || len(other) != 0 {
		t.Errorf("another schedule ran: %+v, %v", other, err)
	}
}
