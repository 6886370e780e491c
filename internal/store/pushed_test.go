package store

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// The same id with the same content is one version; another content is the next one,
// and what is taken back is a version of its own. All of it stays on record.
func TestPushedVersions(t *testing.T) {
	s := openNew(t)
	may, err := billing.ParsePeriod("2026-05")
	ok(t, err)
	third := may.FirstDay() + 2
	push := func(id, digest string, most int) (PushedBill, bool, error) {
		return s.PushBill(t.Context(), PushedBill{
			Source: "cloud", Period: may, ID: id, Kind: PushedKindRegister, Account: "a-1", Day: &third,
			Digest: digest, Content: []byte(`{"is":"` + digest + `"}`), Lines: 3, PushedBy: "ann",
			Sums: billing.Money{"EUR": money.MustParse("1.000000000000000001")},
		}, most)
	}
	for i, c := range []struct {
		digest  string
		version int64
		fresh   bool
	}{{"one", 1, true}, {"one", 1, false}, {"two", 2, true}} {
		b, fresh, err := push("r-1", c.digest, 2)
		ok(t, err)
		if b.Version != c.version || fresh != c.fresh || b.Day == nil || *b.Day != third || b.PushedAt.IsZero() {
			t.Errorf("push %d gives %+v, fresh %t", i, b, fresh)
		}
	}
	_, _, err = push("r-2", "other", 2)
	ok(t, err)
	if _, _, err := push("r-3", "other", 2); !errors.Is(err, ErrTooMany) {
		t.Errorf("a third one is taken: %v", err)
	}
	gone, err := s.RemovePushed(t.Context(), "cloud", may, "r-1", "bob")
	ok(t, err)
	if _, err := s.RemovePushed(t.Context(), "cloud", may, "r-1", "bob"); !errors.Is(err, ErrNotFound) || gone.Version != 3 {
		t.Errorf("it is removed twice, at version %d: %v", gone.Version, err)
	}
	now, err := s.PushedBills(t.Context(), "cloud", may)
	ok(t, err)
	if len(now) != 2 || !now[0].Removed || now[0].Version != 3 || now[1].Removed {
		t.Errorf("in force are %+v", now)
	}
	if back, fresh, err := push("r-1", "two", 2); err != nil || !fresh || back.Version != 4 {
		t.Errorf("what was taken back and sent again is %+v, fresh %t: %v", back, fresh, err)
	}
	all, err := s.PushedVersions(t.Context(), "cloud", may, "r-1")
	ok(t, err)
	content, err := s.PushedContent(t.Context(), "cloud", may, "r-1", 3)
	ok(t, err)
	if string(content) != `{"is":"two"}` || all[2].Lines != 3 || all[2].Sums["EUR"].String() != "1.000000000000000001" {
		t.Errorf("what was taken back says %s, with %+v", content, all[2])
	}
	if len(all) != 4 || all[1].Digest != "two" || all[2].PushedBy != "bob" {
		t.Errorf("the versions are %+v", all)
	}
	var actions []string
	for e, err := range s.AuditFrom(t.Context(), 0) {
		ok(t, err)
		actions = append(actions, e.Action)
	}
	if want := []string{"bill.push", "bill.push", "bill.push", "bill.remove", "bill.push"}; !slices.Equal(actions, want) {
		t.Errorf("the audit has %v", actions)
	}
}

// A source is read so often a day for each reason, and no more.
func TestCountCollection(t *testing.T) {
	s := openNew(t)
	at := time.Date(2026, 5, 3, 8, 0, 0, 0, time.UTC)
	day := billing.DayOf(at)
	for i, c := range []struct {
		reason  string
		day     billing.Day
		counted bool
		last    time.Time
	}{
		{Asked, day, true, time.Time{}}, {Asked, day, true, at}, {Asked, day, false, at.Add(time.Hour)},
		{ByNight, day, true, time.Time{}}, {Asked, day + 1, true, time.Time{}},
	} {
		counted, last, err := s.CountCollection(t.Context(), "cloud", c.day, c.reason, 2, at.Add(time.Duration(i)*time.Hour))
		ok(t, err)
		if counted != c.counted || !last.Equal(c.last) {
			t.Errorf("run %d: counted %t, last %s", i, counted, last)
		}
	}
	ok(t, s.ForgetCollections(t.Context(), day+1))
	if counted, last, err := s.CountCollection(t.Context(), "cloud", day, Asked, 1, at); err != nil || !counted || !last.IsZero() {
		t.Errorf("what is forgotten counts: %t, %s, %v", counted, last, err)
	}
}
