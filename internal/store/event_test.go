package store

import (
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
)

var november = billing.DayOf(time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC))

// eventOf is an event of a document as it is on record now.
func eventOf(t *testing.T, s *Store, id string, kind invoice.EventKind, by string) invoice.Event {
	t.Helper()
	document, err := s.Invoice(t.Context(), id)
	ok(t, err)
	return invoice.Event{Invoice: document.ID, Kind: kind, Hash: document.Hash, On: november, By: by}
}

func TestApproveADraft(t *testing.T) {
	s := withDrafts(t, "acme", "beta")
	audited := count(t, s, "audit")
	approval := eventOf(t, s, "2026-10/acme", invoice.EventApproved, "ann")
	for i, want := range []bool{true, false} {
		fresh, err := s.AppendEvent(t.Context(), approval)
		ok(t, err)
		if fresh != want {
			t.Errorf("time %d: fresh is %t, want %t", i+1, fresh, want)
		}
	}
	second := approval
	second.By = "bob"
	if fresh, err := s.AppendEvent(t.Context(), second); err != nil || !fresh {
		t.Errorf("a second person approves: fresh %t, %v", fresh, err)
	}
	events, err := s.Events(t.Context(), "2026-10/acme")
	ok(t, err)
	if len(events) != 2 || events[0].By != "ann" || events[0].Hash != approval.Hash || events[0].On != november || events[1].By != "bob" {
		t.Errorf("events %+v, want one of ann, one of bob", events)
	}
	if got := count(t, s, "audit") - audited; got != 2 {
		t.Errorf("%d entries in the audit, want 2", got)
	}
	other := approval
	other.Hash = "0"
	_, err = s.AppendEvent(t.Context(), other)
	refused(t, err, "2026-10/acme", "made again")
	other = approval
	other.Invoice = "2026-10/nobody"
	_, err = s.AppendEvent(t.Context(), other)
	notFound(t, err, "2026-10/nobody")
	_, err = s.AppendEvent(t.Context(), eventOf(t, s, "2026-10/beta", invoice.EventPublished, "ann"))
	refused(t, err, "2026-10/beta", "draft", "issue it")
}

func TestEventsOfAnIssuedDocument(t *testing.T) {
	s := withDrafts(t, "acme")
	_, err := issueNext(t.Context(), s, "2026-10/acme")
	ok(t, err)
	record := func(kind invoice.EventKind, step int) (bool, error) {
		e := eventOf(t, s, "2026-10/acme", kind, "ann")
		e.Step = step
		return s.AppendEvent(t.Context(), e)
	}
	for _, test := range []struct {
		kind  invoice.EventKind
		step  int
		fresh bool
	}{
		{invoice.EventUnpublished, 0, false}, {invoice.EventPublished, 0, true}, {invoice.EventPublished, 0, false},
		{invoice.EventUnpublished, 0, true}, {invoice.EventUnpublished, 0, false}, {invoice.EventPublished, 0, true},
		{invoice.EventSent, 0, true}, {invoice.EventSent, 0, true},
		{invoice.EventReminded, 1, true}, {invoice.EventReminded, 1, false}, {invoice.EventReminded, 2, true},
	} {
		fresh, err := record(test.kind, test.step)
		ok(t, err)
		if fresh != test.fresh {
			t.Errorf("%s %d: fresh is %t, want %t", test.kind, test.step, fresh, test.fresh)
		}
	}
	_, err = record(invoice.EventApproved, 0)
	refused(t, err, "issued already as INV-000001")
	_, err = record(invoice.EventReminded, 0)
	refused(t, err, "step")
}
