package store

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// Members are recorded as somebody decides who is given all of them; an event is
// recorded once.
func TestMembers(t *testing.T) {
	s := openNew(t)
	at := now()
	there := Member{Payer: "p1", Account: "a1", Name: "one", State: "ACTIVE", JoinedAt: at.Add(-time.Hour), FirstSeen: at, LastSeen: at}
	record := func(payer string, at time.Time, seen Seen) []MemberEvent {
		t.Helper()
		events, err := s.RecordMembers(t.Context(), payer, at, "ann", func([]Member) (Seen, int) { return seen, 1 })
		ok(t, err)
		return events
	}
	joined := MemberEvent{Payer: "p1", Account: "a1", Kind: "invited", At: there.JoinedAt, State: "ACTIVE"}
	for want := 1; want >= 0; want-- {
		if events := record("p1", at, Seen{[]Member{there}, []MemberEvent{joined}}); len(events) != want {
			t.Errorf("recorded are %+v, want %d", events, want)
		}
	}
	gone := there
	gone.LeftAt, gone.MissedAt, gone.FirstSeen = at, at.Add(time.Hour), at.Add(time.Hour)
	record("p2", at, Seen{[]Member{gone}, []MemberEvent{{Payer: "p2", Account: "a1", Kind: "moved", At: at, Other: "p1"}}})
	all, err := s.Members(t.Context(), "p1")
	ok(t, err)
	if len(all) != 1 || !all[0].LeftAt.Equal(at) || !all[0].MissedAt.Equal(gone.MissedAt) || !all[0].FirstSeen.Equal(at) || !all[0].JoinedAt.Equal(there.JoinedAt) {
		t.Errorf("members are %+v", all)
	}
	for _, c := range []struct {
		payer, account string
		want           int
	}{{"", "", 2}, {"p1", "", 2}, {"p2", "", 1}, {"p3", "", 0}, {"", "a1", 2}, {"", "a2", 0}, {"\x00", "", 0}} {
		events, err := s.MemberEvents(t.Context(), c.payer, c.account)
		ok(t, err)
		if len(events) != c.want {
			t.Errorf("of %q %q there are %d events, want %d", c.payer, c.account, len(events), c.want)
		}
	}
	ok(t, s.RecordSyncProblem(t.Context(), "p1", at.Add(time.Minute), "denied"))
	ok(t, s.RecordSyncProblem(t.Context(), "p3", at, "denied"))
	read, err := s.MemberSyncs(t.Context())
	ok(t, err)
	if len(read) != 3 || !read[0].At.Equal(at) || read[0].Problem != "denied" || read[0].Members != 1 || read[1].Problem != "" || !read[2].At.IsZero() {
		t.Errorf("readings are %+v", read)
	}
	if n := count(t, s, "audit"); n != 2 {
		t.Errorf("there are %d entries of the audit, want one for each reading with events", n)
	}
	refused(t, errOf(s.RecordMembers(t.Context(), "", at, "ann", func([]Member) (Seen, int) { return Seen{}, 0 })), "the payer is missing")
}

func errOf(_ any, err error) error { return err }

// An invitation is open once for each target; its states are kept, and what changes
// nothing leaves nothing.
func TestMemberInvitations(t *testing.T) {
	s := openNew(t)
	at := now()
	ended := []string{"EXPIRED"}
	made := MemberInvitation{
		ID: "i1", Kind: InvitedAccount, Payer: "p1", Target: "a1", State: "REQUESTED", Details: []byte(`{"name":"x"}`), TokenHash: "h1", TokenExpires: at.Add(time.Hour), CreatedAt: at, CreatedBy: "ann",
	}
	state := MemberInvitationState{State: "REQUESTED", At: at, NoticedAt: at}
	add := func(change func(*MemberInvitation)) error {
		i := made
		change(&i)
		return errOf(s.AddMemberInvitation(t.Context(), i, state, ended))
	}
	ok(t, add(func(*MemberInvitation) {}))
	var open *OpenInvitationError
	if err := add(func(i *MemberInvitation) { i.ID = "i2" }); !errors.As(err, &open) || open.ID != "i1" {
		t.Errorf("a second one: %v", err)
	}
	ok(t, add(func(i *MemberInvitation) { i.ID, i.Kind, i.TokenHash = "i2", InvitedTransfer, "h2" }))
	ok(t, add(func(i *MemberInvitation) { i.ID, i.Payer, i.TokenHash, i.Customer = "i3", "p2", "", "acme" }))
	for target, want := range map[[3]string]string{{made.Kind, made.Payer, made.Target}: "i1", {InvitedTransfer, made.Payer, made.Target}: "i2", {made.Kind, "p2", made.Target}: "i3"} {
		if last, err := s.LastMemberInvitation(t.Context(), target[0], target[1], target[2]); err != nil || last.ID != want {
			t.Errorf("the last one of %v is %s, %v; want %s", target, last.ID, err, want)
		}
	}
	for _, none := range []string{"nobody", "\x00"} {
		if _, err := s.LastMemberInvitation(t.Context(), made.Kind, made.Payer, none); !errors.Is(err, ErrNotFound) {
			t.Errorf("the last one of %q: %v", none, err)
		}
	}
	refused(t, add(func(i *MemberInvitation) { i.ID, i.Target = "i4", "" }), "who is invited is missing")
	refused(t, add(func(i *MemberInvitation) { i.ID, i.Target, i.Details = "i4", "a2", []byte("{") }), "not well-formed JSON")

	change := func(do func(*MemberInvitation) (*MemberInvitationState, error)) MemberInvitation {
		t.Helper()
		changed, err := s.ChangeMemberInvitation(t.Context(), "i1", "bob", "membership.follow", do)
		ok(t, err)
		return changed
	}
	if got := change(func(*MemberInvitation) (*MemberInvitationState, error) { return nil, nil }); got.Version != 1 {
		t.Errorf("what changes nothing makes version %d", got.Version)
	}
	got := change(func(i *MemberInvitation) (*MemberInvitationState, error) {
		i.State, i.Settled, i.Handshake, i.Expires = "EXPIRED", true, "h-1", at
		return &MemberInvitationState{State: "EXPIRED", At: at, NoticedAt: at.Add(time.Second), Detail: "late"}, nil
	})
	kept, states, err := s.MemberInvitation(t.Context(), "i1")
	ok(t, err)
	if got.Version != 2 || kept.State != "EXPIRED" || !kept.Settled || !kept.Expires.Equal(at) || len(states) != 2 || states[1].Detail != "late" || !states[1].NoticedAt.Equal(at.Add(time.Second)) {
		t.Errorf("it is %+v after %+v", kept, states)
	}
	ok(t, add(func(i *MemberInvitation) { i.ID, i.TokenHash = "i5", "h5" }))

	for _, c := range []struct {
		f    MemberInvitationFilter
		want string
	}{
		{MemberInvitationFilter{}, "i5 i3 i2 i1"}, {MemberInvitationFilter{Open: true}, "i5 i3 i2"}, {MemberInvitationFilter{Kind: InvitedTransfer}, "i2"},
		{MemberInvitationFilter{Payer: "p2"}, "i3"}, {MemberInvitationFilter{Customer: "acme"}, "i3"}, {MemberInvitationFilter{Customer: "\x00"}, ""},
	} {
		all, err := s.MemberInvitations(t.Context(), c.f)
		ok(t, err)
		var ids []string
		for _, i := range all {
			ids = append(ids, i.ID)
		}
		if got := strings.Join(ids, " "); got != c.want {
			t.Errorf("%+v finds %q, want %q", c.f, got, c.want)
		}
	}
	if got, err := s.MemberInvitationOf(t.Context(), "h1"); err != nil || got.ID != "i1" {
		t.Errorf("of its token is %+v, %v", got, err)
	}
	notFound(t, errOf(s.MemberInvitationOf(t.Context(), "")), "the page")
	notFound(t, errOf(s.MemberInvitationOf(t.Context(), "none")), "the page")
	_, _, err = s.MemberInvitation(t.Context(), "none")
	notFound(t, err, "none")
	notFound(t, errOf(s.ChangeMemberInvitation(t.Context(), "none", "bob", "x", nil)), "none")
	entries, err := s.Audit(t.Context(), 0)
	ok(t, err)
	if len(entries) != 5 || entries[1].Action != "membership.follow" || entries[1].By != "bob" || !strings.Contains(entries[1].Detail, "EXPIRED") {
		t.Errorf("the audit has %d entries: %+v", len(entries), entries)
	}
}
