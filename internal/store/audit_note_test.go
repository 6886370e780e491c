package store

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
)

// What was done elsewhere is in the chain of the audit as anything else is.
func TestNote(t *testing.T) {
	s := openNew(t)
	ctx := billing.WithActor(t.Context(), billing.Actor{Name: "ann", Via: "web", Address: "192.0.2.7"})
	ok(t, s.Note(ctx, AuditEntry{By: "ann", Action: "export.make", Subject: "export/hourly", Detail: "of payer 111122223333", After: []byte(`{"arn": "a"}`)}))
	if err := s.Note(ctx, AuditEntry{By: "ann", Action: "export.make"}); err == nil {
		t.Error("an entry on nothing was taken")
	}
	all, err := s.Audit(t.Context(), 10)
	ok(t, err)
	if len(all) != 1 {
		t.Fatalf("the audit is %+v", all)
	}
	e := all[0]
	if e.Seq != 1 || e.Via != "web" || e.Address != "192.0.2.7" || string(e.After) != `{"arn":"a"}` || e.At.IsZero() || e.Hash != e.Digest() {
		t.Errorf("the entry is %+v", e)
	}
}

// The newest month of each source is told, of one payer alone.
func TestLoadedMonths(t *testing.T) {
	s := openNew(t)
	for i, x := range []struct{ payer, source, report, month string }{
		{"p", "a", "one", "2026-08"}, {"p", "a", "two", "2026-10"}, {"p", "b", "one", "2026-09"}, {"other", "c", "one", "2026-12"},
	} {
		month, err := billing.ParsePeriod(x.month)
		ok(t, err)
		l := loadOf(string(rune('A'+i)), month)
		l.Payer, l.Source, l.Report = x.payer, x.source, x.report
		ok(t, s.SwapLoad(t.Context(), l, nil))
	}
	got, err := s.LoadedMonths(t.Context(), "p")
	ok(t, err)
	if len(got) != 2 || got["a"].String() != "2026-10" || got["b"].String() != "2026-09" {
		t.Errorf("loaded are %v", got)
	}
}
