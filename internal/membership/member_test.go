package membership

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/awsstub"
)

// brief are events as account kind day, with what is said of them, the oldest first.
func (s *site) events(account string) []string {
	s.t.Helper()
	all, err := s.Events(s.t.Context(), "", account)
	ok(s.t, err)
	var out []string
	for _, e := range all {
		out = append([]string{fmt.Sprintf("%s %s %s %s", e.Account, e.Kind, e.Payer[:3], e.Day)}, out...)
	}
	return out
}

func (s *site) synced(payer string) Synced {
	s.t.Helper()
	got, err := s.Sync(s.t.Context(), payer)
	ok(s.t, err)
	return got
}

func day(n int) time.Time { return time.Date(2026, 10, n, 9, 30, 0, 0, time.UTC) }

// Accounts that are made, join, move on the 15th, are suspended, closed and leave are
// dated, once each; the list comes in pages.
func TestWhatHappensToMembers(t *testing.T) {
	s := newSite(t)
	for i := range 8 {
		s.first.Add(awsstub.Account{ID: fmt.Sprintf("40000000000%d", i), Joined: day(i + 1), Method: []string{"CREATED", "INVITED"}[i%2]})
	}
	got := s.synced(payer)
	if got.Members != 9 || len(got.Events) != 8 {
		t.Fatalf("%d members, %d events", got.Members, len(got.Events))
	}
	if again := s.synced(payer); len(again.Events) != 0 {
		t.Errorf("a second time there are %v", again.Events)
	}
	s.synced(second)

	s.clock = day(15)
	s.first.Move("400000000001", s.other)
	s.clock = day(16)
	moved := s.synced(second)
	if len(moved.Events) != 1 || moved.Events[0].Kind != Moved || moved.Events[0].Other != payer || moved.Events[0].Day.String() != "2026-10-15" {
		t.Errorf("the move is %+v", moved.Events)
	}
	if again := s.synced(payer); len(again.Events) != 0 {
		t.Errorf("what moved has left, too: %v", again.Events)
	}

	s.first.SetState("400000000002", "SUSPENDED")
	s.first.SetState("400000000003", "PENDING_CLOSURE")
	s.first.Remove("400000000004")
	s.clock = day(18)
	s.synced(payer)
	s.first.SetState("400000000002", "ACTIVE")
	s.first.SetState("400000000003", "CLOSED")
	s.clock = day(19)
	s.synced(payer)
	s.clock = day(20)
	s.first.Add(awsstub.Account{ID: "400000000004", Joined: day(20)})
	s.synced(payer)

	for account, want := range map[string]string{
		"400000000000": "created 111 2026-10-01",
		"400000000001": "invited 111 2026-10-02, moved 222 2026-10-15",
		"400000000002": "created 111 2026-10-03, suspended 111 2026-10-18, active 111 2026-10-19",
		"400000000003": "invited 111 2026-10-04, closing 111 2026-10-18, closed 111 2026-10-19",
		// It was seen on the 16th for the last time, and came back on the 20th.
		"400000000004": "created 111 2026-10-05, left 111 2026-10-16, invited 111 2026-10-20",
	} {
		got := strings.ReplaceAll(strings.Join(s.events(account), ", "), account+" ", "")
		if got != want {
			t.Errorf("of %s is told %q, want %q", account, got, want)
		}
	}
	all, err := s.Members(t.Context(), payer)
	ok(t, err)
	left := map[string]string{}
	for _, m := range all {
		if !m.LeftAt.IsZero() {
			left[m.Account] = m.LeftAt.Format(time.DateOnly)
		}
	}
	if len(left) != 1 || left["400000000001"] != "2026-10-15" {
		t.Errorf("left are %v", left)
	}
}

// One that was noticed to be gone before its new payer was read is a move all the same,
// dated by when it joined there.
func TestMoveNoticedLate(t *testing.T) {
	s := newSite(t)
	s.first.Add(awsstub.Account{ID: "300000000001", Joined: day(1)})
	s.synced(payer)
	s.clock = day(11)
	s.first.Move("300000000001", s.other)
	s.clock = day(12)
	s.synced(payer)
	s.synced(second)
	if got := strings.Join(s.events("300000000001"), ", "); got != "300000000001 invited 111 2026-10-01, 300000000001 left 111 2026-10-10, 300000000001 moved 222 2026-10-11" {
		t.Errorf("events: %s", got)
	}
	all, err := s.Members(t.Context(), "")
	ok(t, err)
	for _, m := range all {
		if m.Payer == payer && m.Account == "300000000001" && m.LeftAt.Format(time.DateOnly) != "2026-10-11" {
			t.Errorf("it left on %s", m.LeftAt)
		}
	}
}

// What follows from an event is said by what is declared now.
func TestWhatFollows(t *testing.T) {
	s := newSite(t)
	for _, id := range []string{"300000000001", "300000000009", "300000000010", "300000000011"} {
		s.first.Add(awsstub.Account{ID: id, Joined: day(2)})
	}
	s.declare(`
billing_groups:
  - {id: beta-main, customer: beta, currency: USD, claims: [], enrol: [{payer: "222222222222", from: 2026-10-13}]}
`)
	s.synced(payer)
	s.clock = day(12)
	s.first.Move("300000000009", s.other)
	s.clock = day(13)
	s.first.Move("300000000010", s.other)
	s.first.Remove("300000000001")
	s.first.SetState("300000000011", "SUSPENDED")
	s.synced(payer)
	s.synced(second)
	all, err := s.Events(t.Context(), "", "")
	ok(t, err)
	told := map[string]string{}
	for _, e := range all {
		told[e.Account+" "+e.Kind] = e.Says + "; " + e.Advice
	}
	for of, want := range map[string]string{
		"300000000001 invited":   "account 300000000001 joined the organization of payer 111111111111; ",
		"300000000009 invited":   "account 300000000009 joined the organization of payer 111111111111; it is nobody's; give it to a billing group from 2026-10-02 on, before a month with its usage is closed",
		"300000000009 moved":     "account 300000000009 moved from payer 111111111111 to payer 222222222222; each export has its own part of 2026-10; it is nobody's; give it to a billing group from 2026-10-12 on, before a month with its usage is closed",
		"300000000010 moved":     "account 300000000010 moved from payer 111111111111 to payer 222222222222; each export has its own part of 2026-10; ",
		"300000000001 left":      "account 300000000001 left the organization of payer 111111111111; it was seen there for the last time on 2026-10-10; it is still that of billing group acme-main since 2026-09-01; end the claim with 2026-10-10 (to: 2026-10-11) where the customer has gone",
		"300000000011 suspended": "AWS has suspended account 300000000011 of payer 111111111111; see in its AWS account why; usage may still be charged until it is closed",
	} {
		if told[of] != want {
			t.Errorf("of %s is said\n%q, want\n%q", of, told[of], want)
		}
	}
}
