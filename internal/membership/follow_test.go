package membership

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/awsstub"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
)

const guest = "600000000001"

func acme(target string) Wish {
	return Wish{Payer: payer, Target: target, Customer: "acme", Name: "ACME web"}
}

// Every state that AWS has is kept with its day, and an account that accepts is its
// billing group's from the day on which it joined.
func TestStatesOfInvitation(t *testing.T) {
	for state, c := range map[string]struct {
		pull    func(s *site, h string)
		history string
		settled bool
		claims  string
	}{
		Requested: {func(*site, string) {}, "SENDING REQUESTED", false, ""},
		Open:      {func(s *site, h string) { s.first.Open(h) }, "SENDING REQUESTED OPEN", false, ""},
		Accepted:  {func(s *site, h string) { s.first.Accept(h, "") }, "SENDING REQUESTED ACCEPTED", true, "acme-main 2026-10-13–"},
		Declined:  {func(s *site, h string) { s.first.Decline(h) }, "SENDING REQUESTED DECLINED", true, ""},
		Canceled:  {func(s *site, h string) { s.first.CancelElsewhere(h) }, "SENDING REQUESTED CANCELED", true, ""},
		Expired:   {func(s *site, h string) { s.first.Expire(h) }, "SENDING REQUESTED EXPIRED", true, ""},
	} {
		t.Run(state, func(t *testing.T) {
			s := newSite(t)
			i := s.invited(acme(guest))
			if i.State != Requested || i.AWS == "" || i.Language != "ja" || i.Expires.Sub(i.RequestedAt) != 15*24*time.Hour || i.PageUntil.Sub(i.Expires) != 30*24*time.Hour {
				t.Fatalf("invited is %+v", i)
			}
			s.clock = day(13)
			c.pull(s, i.AWS)
			s.later(3 * time.Hour)
			s.followed()
			s.followed() // changes nothing
			got := s.of(i.ID)
			if got.State != state || history(got) != c.history || got.Settled != c.settled || s.claims(guest) != c.claims || got.Problem != "" {
				t.Errorf("it is %s after %s, settled %t, claims %q, problem %q", got.State, history(got), got.Settled, s.claims(guest), got.Problem)
			}
			if state == Accepted {
				if got.Registered == nil || got.Registered.State != "new" || got.JoinedAt.Format(time.DateOnly) != "2026-10-13" || s.config().AccountNames()[guest] != "ACME web" {
					t.Errorf("registered is %+v", got.Registered)
				}
				if all, err := s.Events(t.Context(), payer, guest); err != nil || len(all) != 1 || all[0].Kind != Invited {
					t.Errorf("events %v, %v", all, err)
				}
			}
		})
	}
}

// Who is invited by e-mail is known when the account has joined: by what AWS says, else
// by the address of its root user. Where nobody can tell, it is asked.
func TestInvitationByEmail(t *testing.T) {
	s := newSite(t)
	one := s.invited(acme("Root@ACME.example"))
	if one.TargetKind != "EMAIL" || one.Target != "root@acme.example" || one.Account != "" {
		t.Fatalf("invited is %+v", one)
	}
	says(t, second2(s.Invite(t.Context(), acme("root@acme.example"))), "root@acme.example has an open invitation already", one.ID)
	s.clock = day(14)
	s.first.Accept(one.AWS, guest)
	s.followed()
	if got := s.of(one.ID); got.Account != guest || got.Registered == nil || s.claims(guest) != "acme-main 2026-10-14–" {
		t.Errorf("it is %+v, claims %s", got, s.claims(guest))
	}

	// AWS says nothing of the account, and its address is another one by now.
	two := s.invited(acme("cloud@acme.example"))
	s.aws.On("ListHandshakesForOrganization", func(map[string]any) (any, error) {
		return map[string]any{"Handshakes": []any{map[string]any{"Id": two.AWS, "State": "ACCEPTED", "Action": "INVITE", "RequestedTimestamp": two.RequestedAt, "ExpirationTimestamp": two.Expires,
			"Parties": []any{map[string]any{"Id": "cloud@acme.example", "Type": "EMAIL"}}}}}, nil
	})
	s.clock = day(17)
	s.first.Add(awsstub.Account{ID: "600000000002", Email: "new@acme.example"})
	s.later(time.Hour)
	if f := s.followed(); len(f.Problems) != 1 || !strings.Contains(f.Problems[0], "say in the invitation which account it is") {
		t.Errorf("problems: %v", f.Problems)
	}
	account := "600000000002"
	_, err := s.Correct(t.Context(), two.ID, Correction{Account: &account})
	ok(t, err)
	s.followed()
	if got := s.of(two.ID); !got.Settled || got.Problem != "" || s.claims(account) != "acme-main 2026-10-17–" {
		t.Errorf("it is %+v, claims %s", got, s.claims(account))
	}
}

// second2 is the error of two results.
func second2(_ any, err error) error { return err }

// AWS forgets invitations 30 days after their end: what is on record stays, and what
// was not seen in time is found out.
func TestForgottenInvitations(t *testing.T) {
	s := newSite(t)
	joined, missed, declined := s.invited(acme(guest)), s.invited(acme("600000000002")), s.invited(acme("600000000003"))
	s.clock = day(12)
	s.first.Accept(joined.AWS, "")
	s.first.Decline(declined.AWS)
	s.clock = day(13)
	if f := s.followed(); f.Asked != 3 || f.Changed != 2 || f.Waiting != 1 {
		t.Errorf("followed %+v", f)
	}
	early := s.invited(acme("600000000004"))
	late := s.invited(acme("600000000005"))
	s.first.Forget(early.AWS)
	if f := s.followed(); len(f.Problems) != 1 || !strings.Contains(f.Problems[0], "though it has not expired") {
		t.Errorf("problems: %v", f.Problems)
	}
	s.first.Accept(late.AWS, "")
	s.later(60 * 24 * time.Hour)
	s.followed()
	for id, want := range map[string]string{
		joined.ID: "SENDING REQUESTED ACCEPTED", missed.ID: "SENDING REQUESTED EXPIRED", declined.ID: "SENDING REQUESTED DECLINED",
		early.ID: "SENDING REQUESTED EXPIRED", late.ID: "SENDING REQUESTED ACCEPTED",
	} {
		if got := s.of(id); history(got) != want || !got.Settled || got.Problem != "" {
			t.Errorf("%s was %s, want %s; settled %t, problem %q", got.Target, history(got), want, got.Settled, got.Problem)
		}
	}
	if got := s.of(missed.ID).History[2].At; !got.Equal(missed.Expires) {
		t.Errorf("it expired on %s, want %s", got, missed.Expires)
	}
	if s.claims("600000000005") != "acme-main 2026-10-13–" {
		t.Errorf("claims of who joined unseen: %s", s.claims("600000000005"))
	}
}

// An account that moves between payers in the middle of a month, from one customer to
// another, is each one's on its own days (R2).
func TestMoveToAnotherCustomer(t *testing.T) {
	s := newSite(t)
	s.first.Add(awsstub.Account{ID: "300000000001", Joined: day(1)})
	s.synced(payer)
	from, err := billing.ParseDay("2026-10-15")
	ok(t, err)
	w := Wish{Payer: second, Target: "300000000001", Group: "beta-main", From: &from}
	i := s.invited(w)
	s.clock = day(15)
	s.other.Accept(i.AWS, "")
	s.followed()
	got := s.of(i.ID)
	if s.claims("300000000001") != "acme-main 2026-09-01–2026-10-15, beta-main 2026-10-15–" {
		t.Errorf("claims: %s", s.claims("300000000001"))
	}
	if got.Registered == nil || got.Registered.State != "moved" || !strings.Contains(got.Registered.Had, "acme-main") {
		t.Errorf("registered is %+v", got.Registered)
	}
	if got := strings.Join(s.events("300000000001"), ", "); got != "300000000001 invited 111 2026-10-01, 300000000001 moved 222 2026-10-15" {
		t.Errorf("events: %s", got)
	}
}

// What keeps an account from its billing group is a problem of the invitation, and it
// goes on when that is mended.
func TestGroupCannotHaveAccount(t *testing.T) {
	s := newSite(t)
	i := s.invited(acme(guest))
	// Somebody else is given the account meanwhile.
	s.declare(`
billing_groups:
  - {id: beta-main, customer: beta, currency: USD, claims: [{accounts: ["600000000001"], from: 2026-10-01}]}
`)
	s.clock = day(13)
	s.first.Accept(i.AWS, "")
	s.followed()
	got := s.of(i.ID)
	if got.State != Accepted || got.Settled || got.Problem != "account 600000000001 is that of billing group beta-main since 2026-10-01; where it is that of billing group acme-main from 2026-10-13 on, say that day in the invitation (from)" {
		t.Errorf("it is %+v", got)
	}
	before := audited(s)
	s.followed()
	if after := audited(s); after != before {
		t.Errorf("the same problem is recorded again: %d entries, %d before", after, before)
	}
	from := billing.DayOf(day(13))
	_, err := s.Correct(t.Context(), i.ID, Correction{From: &from})
	ok(t, err)
	s.shut = []billing.Period{billing.PeriodOf(day(1))}
	s.followed()
	if got := s.of(i.ID); !strings.Contains(got.Problem, "since 2026-10 is closed (R18)") {
		t.Errorf("the problem is %q", got.Problem)
	}
	s.shut = nil
	s.followed()
	if got := s.of(i.ID); !got.Settled || got.Problem != "" || s.claims(guest) != "acme-main 2026-10-13–, beta-main 2026-10-01–2026-10-13" {
		t.Errorf("it is %+v, claims %s", got, s.claims(guest))
	}
	_, err = s.Correct(t.Context(), i.ID, Correction{From: &from})
	says(t, err, "is that of billing group acme-main since 2026-10-13 already")

	nobody := s.invited(Wish{Payer: payer, Target: "600000000007"})
	s.first.Accept(nobody.AWS, "")
	if f := s.followed(); len(f.Problems) != 1 || !strings.Contains(f.Problems[0], "names no billing group") {
		t.Errorf("problems: %v", f.Problems)
	}
	group := "beta-main"
	_, err = s.Correct(t.Context(), nobody.ID, Correction{Group: &group})
	ok(t, err)
	s.followed()
	if got := s.of(nobody.ID); !got.Settled || got.Customer != "beta" {
		t.Errorf("it is %+v", got)
	}
}

func audited(s *site) int {
	s.t.Helper()
	all, err := s.home.Store.Audit(s.t.Context(), 0)
	ok(s.t, err)
	return len(all)
}

// One payer that is not reached does not keep the others from being followed, and the
// list comes in pages.
func TestFollowManyPayers(t *testing.T) {
	s := newSite(t)
	var all []Invitation
	for i := range 7 {
		all = append(all, s.invited(Wish{Payer: second, Target: fmt.Sprintf("60000000001%d", i), Group: "beta-main"}))
	}
	s.invited(acme(guest))
	s.later(time.Hour)
	for _, i := range all {
		s.other.Accept(i.AWS, "")
	}
	c := s.config()
	c.Credentials[0].Account = "999999999999"
	changes, err := s.home.Plan(t.Context(), c, false)
	ok(t, err)
	ok(t, s.home.Apply(t.Context(), changes))
	f, err := s.Follow(t.Context())
	says(t, err, "there is no credential by which the organization of payer 111111111111 is reached")
	if f.Changed != 7 || len(f.Problems) != 1 {
		t.Errorf("followed %+v", f)
	}
	if n := len(s.aws.Calls("ListAccounts")); n > 4 {
		t.Errorf("members are listed in %d calls", n)
	}
	list, err := s.Invitations(t.Context(), Filter{Kind: store.InvitedAccount, Payer: second})
	ok(t, err)
	if len(list) != 7 || list[0].Registered == nil {
		t.Errorf("the list is %+v", list)
	}
}
