package store

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
)

func TestPeriodState(t *testing.T) {
	s := openNew(t)
	set := func(payer string, period billing.Period, state string) {
		t.Helper()
		ok(t, s.SetPeriodState(t.Context(), payer, period, state))
	}
	states := func() []PeriodState {
		t.Helper()
		got, err := s.PeriodStates(t.Context(), october)
		ok(t, err)
		return got
	}
	set("2", october, PeriodCollecting)
	set("1", october, PeriodOpen)
	set("1", september, PeriodClosed)
	set("2", october, PeriodReady)
	got := states()
	if len(got) != 2 || got[0].Payer != "1" || got[0].State != "open" || got[1].Payer != "2" || got[1].State != "ready" {
		t.Fatalf("states are %+v", got)
	}
	set("2", october, PeriodReady)
	if again := states()[1]; again != got[1] {
		t.Errorf("setting the same state again made %+v of %+v", again, got[1])
	}
	set("2", october, PeriodRated)
	if next := states()[1]; next.State != "rated" || !next.At.After(got[1].At) {
		t.Errorf("state is %+v after %+v", next, got[1])
	}
}

func TestPeriodStateRefuses(t *testing.T) {
	s := openNew(t)
	refused(t, s.SetPeriodState(t.Context(), "1", october, "done"), "payer 1", "done", "open, collecting, ready, rated, closed, restated")
	refused(t, s.SetPeriodState(t.Context(), "", october, PeriodOpen), "payer is missing")
	refused(t, s.SetPeriodState(t.Context(), "1", billing.Period{}, PeriodOpen), "period is missing")
}
