package store

import (
	"reflect"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
)

// rate records a load and a rating of it for the period.
func rate(t *testing.T, s *Store, revision string, period billing.Period) {
	t.Helper()
	load := "load-of-" + revision
	ok(t, s.SwapLoad(t.Context(), loadOf(load, period), nil))
	ok(t, s.SwapRated(t.Context(), Rated{Period: period, Revision: revision, Loads: []string{load}, Config: "c1"}))
}

func TestSwapRated(t *testing.T) {
	s := openNew(t)
	rate(t, s, "01A", october)
	rate(t, s, "01S", september)
	want := Rated{
		Period: october, Revision: "01B", Loads: []string{"load-of-01S", "load-of-01A"}, Config: "c2", Detail: []byte(`{"lines": 3}`),
	}
	ok(t, s.SwapRated(t.Context(), want))
	got, err := s.CurrentRated(t.Context(), october)
	ok(t, err)
	if got.At.IsZero() {
		t.Error("the rating has no time")
	}
	want.At = got.At
	if !reflect.DeepEqual(got, want) {
		t.Errorf("current rating is\n%+v, want\n%+v", got, want)
	}
	if n := count(t, s, "rated"); n != 3 {
		t.Errorf("%d ratings on record, want all 3", n)
	}
}

func TestSwapRatedRefuses(t *testing.T) {
	s := openNew(t)
	rate(t, s, "01A", october)
	swap := func(r Rated) error { return s.SwapRated(t.Context(), r) }
	refused(t, swap(Rated{Period: october, Revision: "01A"}), "01A", "already")
	refused(t, swap(Rated{Period: october}), "revision")
	refused(t, swap(Rated{Revision: "01B"}), "period")
	refused(t, swap(Rated{Period: october, Revision: "01B", Detail: []byte(`{`)}), "detail")
	notFound(t, swap(Rated{Period: october, Revision: "01B", Loads: []string{"01X"}}), "load 01X")

	got, err := s.CurrentRated(t.Context(), october)
	ok(t, err)
	if got.Revision != "01A" || count(t, s, "rated") != 1 {
		t.Errorf("refused ratings left %s in force", got.Revision)
	}
	_, err = s.CurrentRated(t.Context(), september)
	notFound(t, err, "2026-09")
}
