package membership

import (
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/awsstub"
	"github.com/sluice-billing/sluice/internal/billing"
)

const management = "700000000001"

func transferWish() TransferWish {
	return TransferWish{Payer: payer, Target: management, Name: "ACME", Customer: "acme", Start: first(11)}
}

// first is the first day of a month of 2026.
func first(month time.Month) billing.Day {
	return billing.DayOf(time.Date(2026, month, 1, 0, 0, 0, 0, time.UTC))
}

func (s *site) transferred(w TransferWish) Invitation {
	s.t.Helper()
	sent, err := s.InviteTransfer(s.t.Context(), w)
	ok(s.t, err)
	return sent.Invitation
}

// A transfer begins with a month and ends with one; in between each month is told by
// one export, and the old one is kept until its last month is closed.
func TestTransfer(t *testing.T) {
	s := newSite(t)
	s.aws.Organization(management)
	s.declare(`
payers:
  - {id: "700000000001", name: ACME, provider: aws}
sources:
  - {name: acme-own, kind: focus, url: "file:///exports/acme", payer: "700000000001"}
  - {name: through-us, kind: focus, url: "file:///exports/ours", payer: "111111111111"}
`)
	i := s.transferred(transferWish())
	if i.State != Requested || i.Transfer == "" || i.FirstMonth.String() != "2026-11" {
		t.Fatalf("invited is %+v", i)
	}
	in := s.aws.Calls("InviteOrganizationToTransferResponsibility")[0].Input
	if in["SourceName"] != "ACME" || in["Type"] != "BILLING" {
		t.Errorf("sent was %v", in)
	}
	says(t, second2(s.EndTransfer(t.Context(), i.ID, billing.PeriodOf(day(1)))), "is REQUESTED; only one that was accepted can be ended")
	s.first.Accept(i.AWS, "")
	s.later(time.Hour)
	s.followed()
	got := s.of(i.ID)
	want := "source acme-own tells the months until 2026-10; keep it until the last of them is closed; from 2026-11 on source through-us tells them"
	if got.State != Accepted || got.Settled || got.Note != want {
		t.Errorf("accepted is %+v\n%s, want\n%s", got, got.Note, want)
	}
	december := billing.PeriodOf(first(12).Time())
	says(t, second2(s.EndTransfer(t.Context(), i.ID, billing.PeriodOf(day(1)))), "is before the first, 2026-11")
	over, err := s.EndTransfer(t.Context(), i.ID, december)
	ok(t, err)
	if over.State != Withdrawn || over.LastMonth.String() != "2026-12" || !strings.HasSuffix(over.Note, "tells them, until 2026-12") {
		t.Errorf("ended is %+v", over)
	}
	if end := s.aws.Transfers()[0].End; !end.Equal(time.Date(2026, 12, 31, 23, 59, 59, 999_000_000, time.UTC)) {
		t.Errorf("AWS was told %s", end)
	}
	all, err := s.Transfers(t.Context(), payer)
	ok(t, err)
	if len(all) != 1 || all[0].Direction != Inbound || all[0].Source != management || all[0].Invitation != i.ID || all[0].State != Withdrawn {
		t.Errorf("transfers are %+v", all)
	}
}

// Every answer is kept, by account and by e-mail; one that was sent is cancelled.
func TestStatesOfTransfer(t *testing.T) {
	for state, pull := range map[string]func(*site, string){
		Declined: func(s *site, h string) { s.first.Decline(h) },
		Expired:  func(s *site, h string) { s.first.Expire(h) },
		Canceled: func(s *site, h string) { s.first.CancelElsewhere(h) },
		Accepted: func(s *site, h string) { s.first.Accept(h, management) },
	} {
		t.Run(state, func(t *testing.T) {
			s := newSite(t)
			s.aws.Organization(management)
			w := transferWish()
			w.Target = "root@acme.example"
			i := s.transferred(w)
			pull(s, i.AWS)
			s.followed()
			if got := s.of(i.ID); got.State != state || history(got) != "SENDING REQUESTED "+state || got.Settled != (state != Accepted) {
				t.Errorf("it is %s after %s, settled %t", got.State, history(got), got.Settled)
			}
		})
	}
	s := newSite(t)
	i := s.transferred(transferWish())
	if got, err := s.Cancel(t.Context(), i.ID); err != nil || got.State != Canceled {
		t.Errorf("cancelled is %+v, %v", got, err)
	}
	says(t, second2(s.Resend(t.Context(), i.ID)), "invite anew with the month")
}

// What a transfer cannot be is said before AWS is asked; what AWS knows better, after.
func TestRefusedTransfers(t *testing.T) {
	s := newSite(t)
	for want, change := range map[string]func(*TransferWish){
		"2026-11-15 is not the first day of a month, and transfers begin with a month; write 2026-11-01 or 2026-12-01": func(w *TransferWish) { w.Start += 14 },
		"2026-10 has begun; write 2026-11-01 or later":                                                                 func(w *TransferWish) { w.Start = first(10) },
		"name is missing":       func(w *TransferWish) { w.Name = "" },
		"is the payer itself":   func(w *TransferWish) { w.Target = payer },
		"is not declared":       func(w *TransferWish) { w.Customer = "nobody" },
		"relationship is no id": func(w *TransferWish) { w.Relationship = "x" },
	} {
		w := transferWish()
		change(&w)
		says(t, second2(s.InviteTransfer(t.Context(), w)), want)
	}
	for reason, want := range map[string]string{
		"RESPONSIBILITY_TRANSFER_MAX_LEVEL_VIOLATION":         "more levels than AWS allows",
		"RESPONSIBILITY_TRANSFER_MAX_INBOUND_QUOTA_VIOLATION": "the bills of as many organizations as AWS allows",
		"UNSUPPORTED_PRICING":                                 "prices cannot be transferred",
	} {
		s.aws.FailTimes("InviteOrganizationToTransferResponsibility", 1, awsstub.Error{Type: "ConstraintViolationException", Reason: reason, Message: "no"})
		says(t, second2(s.InviteTransfer(t.Context(), transferWish())), want)
	}
	i := s.transferred(transferWish())
	s.first.Accept(i.AWS, "")
	s.followed()
	s.aws.FailTimes("TerminateResponsibilityTransfer", 1, awsstub.Error{Type: "InvalidInputException", Reason: "INVALID_END_DATE", Message: "no"})
	says(t, second2(s.EndTransfer(t.Context(), i.ID, billing.PeriodOf(first(12).Time()))), "terms of the partner agreement")
}
