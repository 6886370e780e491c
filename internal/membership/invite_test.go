package membership

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/awsstub"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
)

// Whoever cannot be invited is refused before AWS is asked, with who has the account
// (R2).
func TestRefusedWishes(t *testing.T) {
	s := newSite(t)
	s.first.Add(awsstub.Account{ID: "300000000009", Name: "lab", Joined: day(3), Email: "lab@acme.example"})
	s.synced(payer)
	s.invited(acme(guest))
	s.aws.ForgetCalls()
	from := billing.DayOf(day(20))
	for name, c := range map[string]struct {
		wish Wish
		want []string
	}{
		"no account":      {acme("12345"), []string{"target", "12 digits"}},
		"no address":      {acme("root at acme"), []string{"target", "neither an account of 12 digits nor an e-mail address"}},
		"payer":           {acme(payer), []string{"is the payer itself"}},
		"unknown payer":   {Wish{Payer: "x", Target: guest}, []string{"payer", "not declared"}},
		"customer":        {Wish{Payer: payer, Target: guest, Customer: "nobody"}, []string{"customer", "not declared"}},
		"group":           {Wish{Payer: payer, Target: "600000000002", Group: "nobody"}, []string{"there is no billing group"}},
		"other customer":  {Wish{Payer: payer, Target: "600000000002", Group: "beta-main", Customer: "acme"}, []string{"is of customer beta, not of acme"}},
		"another's":       {Wish{Payer: payer, Target: "300000000001", Group: "beta-main"}, []string{"account 300000000001 is that of billing group acme-main since 2026-09-01"}},
		"the reseller's":  {Wish{Payer: payer, Target: "500000000001", Group: "beta-main", From: &from}, []string{"is that of the reseller itself"}},
		"member":          {acme("300000000009"), []string{"account 300000000009 (lab) is in the organization of payer 111111111111 since 2026-10-03 already", "nobody's yet"}},
		"member by mail":  {acme("LAB@acme.example"), []string{"is in the organization of payer 111111111111"}},
		"open invitation": {acme(guest), []string{"600000000001 has an open invitation already", "REQUESTED"}},
		"language":        {Wish{Payer: payer, Target: guest, Language: "x!"}, []string{"language"}},
		"notes":           {Wish{Payer: payer, Target: guest, Notes: strings.Repeat("x", 1025)}, []string{"notes", "1024"}},
		"name":            {Wish{Payer: payer, Target: guest, Name: strings.Repeat("x", 51)}, []string{"name", "50"}},
		"relationship":    {Wish{Payer: payer, Target: guest, Partner: Partner{Relationship: "rs-1"}}, []string{"relationship", "Partner Central"}},
		"program":         {Wish{Payer: payer, Target: guest, Partner: Partner{ProgramAccount: "rs-0a1b2c3d4e5f6"}}, []string{"program_account", "pma-"}},
	} {
		_, err := s.Invite(t.Context(), c.wish)
		t.Run(name, func(t *testing.T) { says(t, err, c.want...) })
	}
	if calls := s.aws.Calls("InviteAccountToOrganization"); len(calls) != 0 {
		t.Errorf("AWS was asked: %v", calls)
	}
	i := s.invited(Wish{Payer: payer, Target: "300000000002", Group: "acme-main", Notes: "Welcome", Partner: Partner{Relationship: "rs-0a1b2c3d4e5f6", ProgramAccount: "pma-0a1b2c3d4e5f6"}})
	if i.Relationship != "rs-0a1b2c3d4e5f6" || i.ProgramAccount != "pma-0a1b2c3d4e5f6" {
		t.Errorf("the ids of Partner Central are %+v", i.Partner)
	}
	// Another group had it until the end of September, so that it is free.
	if in := s.aws.Calls("InviteAccountToOrganization")[0].Input; in["Notes"] != "Welcome" || in["Target"].(map[string]any)["Type"] != "ACCOUNT" {
		t.Errorf("sent was %v", in)
	}
}

// What AWS refuses is kept, and is gone on with when the same account is invited again,
// or the invitation is sent again: there is one invitation, with all its tries.
func TestRefusedByAWS(t *testing.T) {
	s := newSite(t)
	s.aws.FailTimes("InviteAccountToOrganization", 1, awsstub.Error{Type: "HandshakeConstraintViolationException", Reason: "PAYMENT_INSTRUMENT_REQUIRED", Message: "no card"})
	_, err := s.Invite(t.Context(), acme(guest))
	says(t, err, "no payment method", "try again")
	var refused *RefusalError
	var unsent *NotSentError
	if !errors.As(err, &refused) || refused.Reason != "PAYMENT_INSTRUMENT_REQUIRED" || !errors.As(err, &unsent) {
		t.Fatalf("the error is %#v", err)
	}
	all, err := s.Invitations(t.Context(), Filter{})
	ok(t, err)
	if len(all) != 1 || all[0].ID != unsent.ID || all[0].State != Refused || !all[0].Settled || !strings.Contains(all[0].Problem, "no payment method") {
		t.Fatalf("on record is %+v", all)
	}
	first := all[0]
	refuse := func(again func() (Sent, error)) {
		t.Helper()
		s.later(time.Hour)
		s.aws.FailTimes("InviteAccountToOrganization", 1, awsstub.Error{Type: "HandshakeConstraintViolationException", Reason: "HANDSHAKE_RATE_LIMIT_EXCEEDED", Message: "too many"})
		_, err := again()
		says(t, err, "as many invitations today as AWS allows")
		if !errors.As(err, &unsent) || unsent.ID != first.ID {
			t.Errorf("the error is of invitation %+v, want %s", unsent, first.ID)
		}
	}
	refuse(func() (Sent, error) {
		w := acme(guest)
		w.Name, w.Notes = "ACME shop", "Welcome"
		return s.Invite(t.Context(), w)
	})
	refuse(func() (Sent, error) { return s.Resend(t.Context(), first.ID) })
	// What is under way is not taken for broken off, though the invitation is old.
	kept, err := s.home.Store.ChangeMemberInvitation(t.Context(), first.ID, "ann", "test", func(k *store.MemberInvitation) (*store.MemberInvitationState, error) {
		k.State, k.Settled = Sending, false
		return nil, nil
	})
	ok(t, err)
	s.followed()
	if got := s.of(first.ID); got.State != Sending {
		t.Errorf("what is under way is %s", got.State)
	}
	_, err = s.home.Store.ChangeMemberInvitation(t.Context(), first.ID, "ann", "test", func(k *store.MemberInvitation) (*store.MemberInvitationState, error) {
		k.State, k.Settled = Refused, true
		return nil, nil
	})
	ok(t, err)
	again, err := s.Resend(t.Context(), first.ID)
	ok(t, err)
	got := again.Invitation
	if got.ID != first.ID || got.State != Requested || got.Settled || got.Replaces+got.ReplacedBy+got.Problem != "" || got.Name != "ACME shop" || got.Notes != "Welcome" ||
		!got.CreatedAt.Equal(first.CreatedAt) || !got.AskedAt.Equal(s.clock) || !got.PageUntil.Equal(got.Expires.Add(pageAfter)) {
		t.Errorf("sent again is %+v", got)
	}
	if want := "SENDING REFUSED SENDING REFUSED SENDING REFUSED SENDING REQUESTED"; history(got) != want || !strings.Contains(got.History[1].Detail, "no payment method") || !strings.Contains(got.History[3].Detail, "as AWS allows") {
		t.Errorf("its history is %s: %+v; want %s", history(got), got.History, want)
	}
	if _, err := s.Page(t.Context(), again.Token.Reveal()); err != nil || kept.TokenHash == "" {
		t.Errorf("the page: %v", err)
	}
	if all, err := s.Invitations(t.Context(), Filter{}); err != nil || len(all) != 1 {
		t.Errorf("on record is %+v, %v", all, err)
	}
	var open *store.OpenInvitationError
	if _, err := s.Invite(t.Context(), acme(guest)); !errors.As(err, &open) || open.ID != first.ID {
		t.Errorf("inviting again: %v", err)
	}
	// One that has replaced another is gone on with in its place.
	s.aws.FailTimes("InviteAccountToOrganization", 1, awsstub.Error{Type: "HandshakeConstraintViolationException", Reason: "HANDSHAKE_RATE_LIMIT_EXCEEDED", Message: "too many"})
	_, err = s.Resend(t.Context(), first.ID)
	says(t, err, "as AWS allows")
	errors.As(err, &unsent)
	if next := s.invited(acme(guest)); next.ID != unsent.ID || next.ID == first.ID || next.Replaces != first.ID || s.of(first.ID).ReplacedBy != next.ID {
		t.Errorf("in the place of %s is %+v", first.ID, next)
	}
	says(t, second2(s.Resend(t.Context(), first.ID)), "was sent again already")
}

// A refused transfer of bills is one invitation, too, with the month of the last wish;
// one of an account is another.
func TestRefusedTransferIsTriedAgain(t *testing.T) {
	s := newSite(t)
	wish := TransferWish{Payer: payer, Target: "700000000001", Name: "Other", Customer: "acme", Start: billing.DayOf(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))}
	s.aws.FailTimes("InviteOrganizationToTransferResponsibility", 1, awsstub.Error{Type: "HandshakeConstraintViolationException", Reason: "UNUSED_PREPAYMENT_BALANCE", Message: "prepaid"})
	_, err := s.InviteTransfer(t.Context(), wish)
	var unsent *NotSentError
	if !errors.As(err, &unsent) {
		t.Fatalf("the error is %v", err)
	}
	account := s.invited(acme(wish.Target))
	wish.Start = billing.DayOf(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
	sent, err := s.InviteTransfer(t.Context(), wish)
	ok(t, err)
	if got := sent.Invitation; got.ID != unsent.ID || got.ID == account.ID || got.FirstMonth.String() != "2027-01" || history(got) != "SENDING REFUSED SENDING REQUESTED" {
		t.Errorf("sent is %+v, of %s", got, unsent.ID)
	}
}

// The first day that was wished can be taken away again: the account is the group's from
// the day on which it joins.
func TestFirstDayIsTakenAway(t *testing.T) {
	s := newSite(t)
	from := billing.DayOf(day(20))
	w := acme(guest)
	w.From = &from
	i := s.invited(w)
	name := "web"
	changed, err := s.Correct(t.Context(), i.ID, Correction{Name: &name})
	if err != nil || changed.From == nil || *changed.From != from {
		t.Fatalf("the day goes with another change: %v, %v", changed.From, err)
	}
	changed, err = s.Correct(t.Context(), i.ID, Correction{NoFrom: true})
	if err != nil || changed.From != nil || changed.Name != "web" {
		t.Fatalf("it is %+v, %v", changed, err)
	}
	s.clock = day(14)
	s.first.Accept(i.AWS, "")
	s.followed()
	if got := s.claims(guest); got != "acme-main 2026-10-14–" {
		t.Errorf("the account is that of %s", got)
	}
	_, err = s.Correct(t.Context(), i.ID, Correction{NoFrom: true})
	says(t, err, "move it by mapping accounts")
}

// Resend cancels what waits, and invites anew; cancel takes it back. What was answered
// meanwhile stays as it is.
func TestResendAndCancel(t *testing.T) {
	s := newSite(t)
	one := s.invited(acme(guest))
	s.later(5 * 24 * time.Hour)
	sent, err := s.Resend(t.Context(), one.ID)
	ok(t, err)
	two := sent.Invitation
	if got := s.of(one.ID); got.State != Canceled || got.ReplacedBy != two.ID || two.Replaces != one.ID || two.AWS == one.AWS || !two.Expires.After(one.Expires) {
		t.Errorf("%+v was replaced by %+v", got, two)
	}
	gone, err := s.Cancel(t.Context(), two.ID)
	ok(t, err)
	if gone.State != Canceled || !gone.Settled || gone.History[2].Detail != "by ann" {
		t.Errorf("cancelled is %+v", gone)
	}
	says(t, second2(s.Cancel(t.Context(), two.ID)), "is CANCELED already")

	three := s.invited(acme(guest))
	s.first.Accept(three.AWS, "")
	says(t, second2(s.Cancel(t.Context(), three.ID)), "is ACCEPTED already, and was not cancelled")
	if got := s.of(three.ID); got.Registered == nil {
		t.Errorf("who accepted meanwhile is not registered: %+v", got)
	}
	says(t, second2(s.Resend(t.Context(), three.ID)), "was accepted; nothing is left to be sent")

	four := s.invited(acme("600000000002"))
	s.first.CancelElsewhere(four.AWS)
	if got, err := s.Cancel(t.Context(), four.ID); err != nil || got.State != Canceled {
		t.Errorf("what was cancelled elsewhere: %+v, %v", got, err)
	}
	if _, err := s.Invitation(t.Context(), "none"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("none: %v", err)
	}
}

// An invitation whose sending broke off is found again, or said to be not sent; a
// duplicate of somebody else's is not taken for ours.
func TestBrokenOff(t *testing.T) {
	s := newSite(t)
	pending := func(target string) Invitation {
		i := Invitation{Kind: store.InvitedAccount, Payer: payer, Target: target, Customer: "acme", Details: Details{TargetKind: "ACCOUNT", Account: target, Group: "acme-main"}}
		_, err := s.send(t.Context(), i, func(*Invitation) error { return nil })
		ok(t, err)
		all, err := s.Invitations(t.Context(), Filter{})
		ok(t, err)
		_, err = s.home.Store.ChangeMemberInvitation(t.Context(), all[0].ID, "ann", "test", func(k *store.MemberInvitation) (*store.MemberInvitationState, error) {
			k.State = Sending
			return nil, nil
		})
		ok(t, err)
		return all[0]
	}
	sent, never := pending(guest), pending("600000000002")
	o, err := s.open(t.Context(), payer)
	ok(t, err)
	_, err = o.invite(t.Context(), guest, "", s.clock)
	ok(t, err)
	s.later(time.Minute)
	s.followed()
	if got := s.of(sent.ID); got.State != Requested || got.AWS == "" {
		t.Errorf("what was sent is %+v", got)
	}
	if got := s.of(never.ID); got.State != Sending {
		t.Errorf("what may be under way is %s", got.State)
	}
	s.later(10 * time.Minute)
	s.followed()
	if got := s.of(never.ID); got.State != Refused || !strings.Contains(got.Problem, "broken off") {
		t.Errorf("what was never sent is %+v", got)
	}
	// A try whose answer was lost leaves a duplicate, which is ours.
	if h, err := o.invite(t.Context(), guest, "", s.clock.Add(-11*time.Minute)); err != nil || text(h.Id) != s.of(sent.ID).AWS {
		t.Errorf("the duplicate is %v, %v", h, err)
	}
	s.later(time.Hour)
	_, err = o.invite(t.Context(), guest, "", s.clock)
	says(t, err, "has an open invitation to payer 111111111111 already", "not sent by Sluice")
}

// The page of an invitation shows what the customer needs, until it ends or is taken
// back; only the hash of its token is kept.
func TestPage(t *testing.T) {
	s := newSite(t)
	sent, err := s.Invite(t.Context(), acme(guest))
	ok(t, err)
	token := sent.Token.Reveal()
	p, err := s.Page(t.Context(), token)
	ok(t, err)
	if p.Payer != payer || p.Target != guest || p.State != Requested || p.Language != "ja" || p.Customer != "acme" || p.Joined != nil {
		t.Errorf("the page is %+v", p)
	}
	s.clock = day(14)
	s.first.Accept(sent.Invitation.AWS, "")
	s.followed()
	if p, err = s.Page(t.Context(), token); err != nil || p.State != Accepted || p.Joined.String() != "2026-10-14" {
		t.Errorf("the page is %+v, %v", p, err)
	}
	kept, _, err := s.home.Store.MemberInvitation(t.Context(), sent.Invitation.ID)
	ok(t, err)
	if strings.Contains(string(kept.Details)+kept.TokenHash, token) || kept.TokenHash == "" {
		t.Error("the token is on record")
	}
	fresh, err := s.NewPage(t.Context(), sent.Invitation.ID)
	ok(t, err)
	gone := func(token string) {
		t.Helper()
		if _, err := s.Page(t.Context(), token); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a page that is over: %v", err)
		}
	}
	gone(token)
	gone("guess")
	gone(strings.Repeat("A", 43))
	if _, err := s.Page(t.Context(), fresh.Token.Reveal()); err != nil {
		t.Errorf("the new page: %v", err)
	}
	s.clock = sent.Invitation.Expires.Add(30*24*time.Hour - time.Second)
	if _, err := s.Page(t.Context(), fresh.Token.Reveal()); err != nil {
		t.Errorf("the page before its end: %v", err)
	}
	s.later(time.Second)
	gone(fresh.Token.Reveal())
	s.clock = day(15)
	_, err = s.RevokePage(t.Context(), sent.Invitation.ID)
	ok(t, err)
	gone(fresh.Token.Reveal())
}
