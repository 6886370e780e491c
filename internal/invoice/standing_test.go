package invoice

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

func amount(s string) money.Decimal { return money.MustParse(s) }

// issuedOf is an issued document, due on 2026-12-31.
func issuedOf(payable string) Invoice {
	issued, due := onDay("2026-11-05"), onDay("2026-12-31")
	return Invoice{ID: "2026-10/acme", State: Issued, IssueDate: &issued, DueDate: &due, Currency: "USD", Digits: 2, Payable: amount(payable)}
}

func paid(parts ...string) (all []Settlement) {
	for _, part := range parts {
		all = append(all, Settlement{Source: "P-000001", Kind: PaidIn, Invoice: "2026-10/acme", Amount: amount(part)})
	}
	return all
}

func happened(kinds ...EventKind) (all []Event) {
	for i, kind := range kinds {
		all = append(all, Event{Invoice: "2026-10/acme", Kind: kind, Hash: "b", By: "ann", On: onDay("2026-11-06") + billing.Day(i), Step: 1})
	}
	return all
}

func TestStanding(t *testing.T) {
	given := Settlement{Source: "2026-10/acme", Kind: FromCreditNote, Invoice: "2026-09/acme", Amount: amount("40")}
	writeOff := Settlement{Source: "P-000002", Kind: WrittenOff, Invoice: "2026-10/acme", Amount: amount("60")}
	tests := []struct {
		name        string
		payable     string
		events      []Event
		settlements []Settlement
		voided      bool
		today       string
		want        Position
		open        string
		days        int
	}{
		{"nothing happened", "100", nil, nil, false, "2026-11-05", StandsIssued, "100", 0},
		{"published", "100", happened(EventPublished), nil, false, "2026-11-06", StandsPublished, "100", 0},
		{"unpublished", "100", happened(EventPublished, EventUnpublished), nil, false, "2026-11-06", StandsIssued, "100", 0},
		{"sent", "100", happened(EventPublished, EventSent), nil, false, "2026-11-06", StandsSent, "100", 0},
		{"part paid", "100", happened(EventSent), paid("40"), false, "2026-12-31", StandsPartPaid, "60", 0},
		{"due today", "100", nil, nil, false, "2026-12-31", StandsIssued, "100", 0},
		{"overdue", "100", happened(EventSent), nil, false, "2027-01-01", StandsOverdue, "100", 1},
		{"part paid and overdue", "100", nil, paid("40"), false, "2027-01-31", StandsOverdue, "60", 31},
		{"reminded", "100", happened(EventReminded), nil, false, "2027-01-31", StandsOverdue, "100", 31},
		{"paid in two parts", "100", nil, paid("40", "60"), false, "2027-01-31", StandsPaid, "0", 0},
		{"paid and reversed", "100", nil, paid("100", "-100"), false, "2026-12-01", StandsIssued, "100", 0},
		{"written off", "100", nil, append(paid("40"), writeOff), false, "2027-03-01", StandsWrittenOff, "0", 0},
		{"voided", "100", happened(EventSent), []Settlement{{Source: "2026-10/acme/2", Kind: FromCreditNote, Invoice: "2026-10/acme", Amount: amount("100")}},
			true, "2027-03-01", StandsVoided, "0", 0},
		{"voided, its note not given to it", "100", happened(EventSent), nil, true, "2027-03-01", StandsVoided, "100", 0},
		{"nothing to pay", "0", nil, nil, false, "2027-03-01", StandsPaid, "0", 0},
		{"credit note", "-100", nil, nil, false, "2027-03-01", StandsIssued, "-100", 0},
		{"credit note, part of it given", "-100", nil, []Settlement{given}, false, "2027-03-01", StandsPartPaid, "-60", 0},
		{"credit note, rest paid out", "-100", nil, append(paid("-60"), given), false, "2027-03-01", StandsPaid, "0", 0},
	}
	for _, test := range tests {
		got := issuedOf(test.payable).Standing("b", test.events, test.settlements, test.voided, onDay(test.today))
		if got.Position != test.want || !got.Open.Equal(amount(test.open)) || got.DaysOverdue != test.days {
			t.Errorf("%s: stands %s with %s open, %d days overdue; want %s, %s, %d",
				test.name, got.Position, got.Open, got.DaysOverdue, test.want, test.open, test.days)
		}
	}
}

// An approval is of exactly the draft that was looked at.
func TestStandingOfDrafts(t *testing.T) {
	draft := Invoice{ID: "2026-10/acme", State: Draft, Payable: amount("100")}
	approved := happened(EventApproved)
	for hash, want := range map[string]Position{"b": StandsApproved, "c": StandsDraft} {
		if got := draft.Standing(hash, approved, nil, false, onDay("2026-11-05")); got.Position != want {
			t.Errorf("a draft of hash %s, where b was approved, stands %s; want %s", hash, got.Position, want)
		}
	}
	if names := Approvers("b", append(approved, approved...)); len(names) != 1 || names[0] != "ann" {
		t.Errorf("approved by %q, want ann once", names)
	}
}
