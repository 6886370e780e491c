package store

import (
	"slices"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
)

// The last good collection stays on record when a later one fails, with its time.
func TestSourceStates(t *testing.T) {
	s := openNew(t)
	never, err := s.SourceState(t.Context(), "never")
	ok(t, err)
	if never.Failing() || never.Source != "" || !never.GoodAt.IsZero() {
		t.Errorf("a source that was never read is %+v", never)
	}
	ok(t, s.FailedSource(t.Context(), "new", october, "access is denied; ask for it"))
	ok(t, s.CollectedSource(t.Context(), "cur", september, "v1", 12))
	ok(t, s.CollectedSource(t.Context(), "cur", october, "v2 v3", 40))
	good, err := s.SourceState(t.Context(), "cur")
	ok(t, err)
	if good.Failing() || good.GoodPeriod != october || good.GoodVersion != "v2 v3" || good.GoodRows != 40 || !good.FailedAt.IsZero() || good.Problem != "" {
		t.Errorf("after two collections it is %+v", good)
	}
	ok(t, s.FailedSource(t.Context(), "cur", september, "the bucket is gone"))
	all, err := s.SourceStates(t.Context())
	ok(t, err)
	if len(all) != 2 || all[1].Source != "new" || !all[1].Failing() || all[1].FailedPeriod != october || !all[1].GoodPeriod.IsZero() {
		t.Fatalf("the states are %+v", all)
	}
	cur := all[0]
	if !cur.Failing() || cur.Problem != "the bucket is gone" || cur.FailedPeriod != september || cur.GoodPeriod != october || cur.GoodRows != 40 || !cur.GoodAt.Equal(good.GoodAt) {
		t.Errorf("after a failure it is %+v", cur)
	}
	ok(t, s.CollectedSource(t.Context(), "cur", october, "v4", 41))
	if cur, err = s.SourceState(t.Context(), "cur"); err != nil || cur.Failing() || cur.Problem == "" {
		t.Errorf("after it works again it is %+v, %v", cur, err)
	}
	ok(t, s.FailedSource(t.Context(), "cur", october, "the manifest cannot be read"))
	ok(t, s.CollectedSource(t.Context(), "cur", september, "v5", 12)) // as every night, after the newest month
	if cur, err = s.SourceState(t.Context(), "cur"); err != nil || !cur.Failing() || cur.GoodPeriod != september {
		t.Errorf("after its newest month failed and an older one was read it is %+v, %v", cur, err)
	}
	ok(t, s.CollectedSource(t.Context(), "cur", october, "v6", 42))
	ok(t, s.CollectedSource(t.Context(), "cur", september, "v5", 12))
	if cur, err = s.SourceState(t.Context(), "cur"); err != nil || cur.Failing() || cur.Problem != "the manifest cannot be read" || !cur.FailedPeriod.IsZero() {
		t.Errorf("after both are read it is %+v, %v", cur, err)
	}
	refused(t, s.FailedSource(t.Context(), "cur", october, ""), "the problem")
	refused(t, s.CollectedSource(t.Context(), "", october, "v", 1), "its name")
}

// The data of a source is as old as what came last of its newest month; what is loaded
// of its past later makes it no newer.
func TestNewestData(t *testing.T) {
	s := openNew(t)
	none, err := s.NewestData(t.Context())
	ok(t, err)
	if len(none) != 0 {
		t.Errorf("without loads there is %+v", none)
	}
	load := func(id, source, report string, period billing.Period) Load {
		l := Load{ID: id, Payer: "111122223333", Source: source, Report: report, Period: period}
		ok(t, s.SwapLoad(t.Context(), l, nil))
		l, err := s.Load(t.Context(), id)
		ok(t, err)
		return l
	}
	load("1", "cur", "a", october)
	load("2", "cur", "b", october)
	newest := load("3", "cur", "a", october) // takes the place of the first
	other := load("4", "focus", "x", september)
	load("5", "cur", "a", september)
	all, err := s.NewestData(t.Context())
	ok(t, err)
	want := []SourceData{{"cur", october, newest.LoadedAt}, {"focus", september, other.LoadedAt}}
	if !slices.Equal(all, want) {
		t.Errorf("the newest data is %+v, want %+v", all, want)
	}
}
