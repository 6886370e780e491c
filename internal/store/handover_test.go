package store

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func addedRoute(t *testing.T, s *Store, id string) HandoverRoute {
	t.Helper()
	x, err := s.AddHandoverRoute(t.Context(), HandoverRoute{ID: id, Owner: "reseller", Customer: "acme", Route: []byte(`{"by":"mail"}`), Enabled: true, CreatedBy: "ann"})
	ok(t, err)
	return x
}

// What events ask for is queued once, by whoever comes first.
func TestHandoversAreQueuedOnce(t *testing.T) {
	s := openNew(t)
	if _, found, err := s.HandoverPosition(t.Context()); err != nil || found {
		t.Errorf("there is a position without a route: %v", err)
	}
	ok(t, s.Announce(t.Context(), OutboxEvent{Kind: "month.closed", Subject: "x"}))
	x := addedRoute(t, s, "r1")
	ok(t, s.Announce(t.Context(), OutboxEvent{Kind: "month.closed", Subject: "x"}))
	position, found, err := s.HandoverPosition(t.Context())
	ok(t, err)
	if !found || position != 1 || x.Since != 1 {
		t.Errorf("the position is %d, the route is from %d on", position, x.Since)
	}
	at := now()
	fresh := []Handover{{Route: "r1", What: "invoice", Subject: "d1", Due: at}, {Route: "r1", What: "reminder", Subject: "d1", Part: "1", Due: at}, {Route: "gone", What: "invoice", Subject: "d1", Due: at}}
	for range 2 {
		ok(t, s.SpreadHandovers(t.Context(), 1, 2, fresh, 3))
	}
	all, err := s.Handovers(t.Context(), HandoverFilter{Customer: "acme"})
	ok(t, err)
	if position, _, _ := s.HandoverPosition(t.Context()); position != 2 || len(all) != 2 || all[0].What != "reminder" || all[1].TriesLeft != 3 || !all[1].Due.Equal(at) {
		t.Errorf("at %d there are %+v", position, all)
	}
	ok(t, s.QueueDueHandovers(t.Context(), HandoverRoute{ID: "r1", Due: at}, at.Add(time.Hour), []Handover{{Route: "r1", What: "focus", Subject: "2026-10", Due: at}}, 3))
	if n, err := s.Handovers(t.Context(), HandoverFilter{What: "focus"}); err != nil || len(n) != 0 {
		t.Errorf("a schedule that is not due is queued: %v, %v", n, err)
	}
	// Events that are not handed over yet are not cleared away.
	ok(t, s.Announce(t.Context(), OutboxEvent{Kind: "month.closed", Subject: "x"}))
	ok(t, s.Announce(t.Context(), OutboxEvent{Kind: "month.closed", Subject: "x"}))
	ok(t, s.ClearOutbox(t.Context(), now().Add(time.Hour)))
	left, err := s.OutboxEvents(t.Context(), 0, 10)
	ok(t, err)
	if len(left) != 2 || left[0].Seq != 3 {
		t.Errorf("left are %+v", left)
	}
}

// A lease keeps others off; who lost it changes nothing but that it was sent.
func TestHandoverLeases(t *testing.T) {
	s := openNew(t)
	addedRoute(t, s, "r1")
	at := now()
	ok(t, s.SpreadHandovers(t.Context(), 0, 0, nil, 3))
	h, err := s.QueueHandover(t.Context(), Handover{Route: "r1", What: "invoice", Subject: "d1", Due: at}, 3, "ann")
	ok(t, err)
	claim := func(owner string, at time.Time, want int) {
		t.Helper()
		claimed, err := s.ClaimHandovers(t.Context(), owner, at, at.Add(time.Minute), 10, 10)
		ok(t, err)
		if len(claimed) != want {
			t.Errorf("%s takes %d, want %d", owner, len(claimed), want)
		}
	}
	claim("a", at, 1)
	claim("b", at.Add(59*time.Second), 0)
	if next, err := s.NextHandover(t.Context()); err != nil || !next.Equal(at.Add(time.Minute)) {
		t.Errorf("the next is %s, %v", next, err)
	}
	claim("b", at.Add(time.Minute), 1)
	record := func(owner string, o HandoverOutcome) Handover {
		t.Helper()
		ok(t, s.RecordHandover(t.Context(), h, owner, at, time.Second, o))
		got, _, err := s.Handover(t.Context(), h.ID)
		ok(t, err)
		return got
	}
	if got := record("a", HandoverOutcome{State: HandoverWaiting, Due: at.Add(time.Hour), Problem: "late"}); got.Problem != "" || got.TriesLeft != 3 || got.Attempts != 1 {
		t.Errorf("who lost the lease changes it to %+v", got)
	}
	if got := record("a", HandoverOutcome{State: HandoverSent, Receipt: "acme", Taken: []string{"x@example.com", "y@example.com"}}); got.State != HandoverSent || len(got.Taken) != 2 || got.SentAt.IsZero() {
		t.Errorf("that it was sent is lost: %+v", got)
	}
	if got := record("a", HandoverOutcome{State: HandoverFailed, Problem: "late"}); got.State != HandoverSent || got.Attempts != 3 {
		t.Errorf("what was sent became %+v", got)
	}
	claim("c", at.Add(time.Hour), 0)
	again, err := s.HandoverAgain(t.Context(), h.ID, 3, at, "ann")
	ok(t, err)
	if again.State != HandoverWaiting || again.Round != 1 || len(again.Taken) != 0 {
		t.Errorf("again it is %+v", again)
	}
	if _, err := s.HandoverAgain(t.Context(), "none", 3, at, "ann"); !errors.Is(err, ErrNotFound) {
		t.Errorf("none again: %v", err)
	}
	ok(t, s.ClearHandovers(t.Context(), now().Add(time.Hour), []string{"invoice"}))
	ok(t, s.DeleteHandoverRoute(t.Context(), "r1", "ann"))
	ok(t, s.RecordHandover(t.Context(), h, "c", at, 0, HandoverOutcome{State: HandoverSent})) // its route is gone
	entries, err := s.Audit(t.Context(), 0)
	ok(t, err)
	var actions []string
	for _, e := range entries {
		actions = append(actions, e.Action)
	}
	if got := strings.Join(actions, " "); got != "handover.delete-route handover.again handover.ask handover.add-route" {
		t.Errorf("the audit says %s", got)
	}
}
