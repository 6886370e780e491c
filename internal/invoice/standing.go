package invoice

import (
	"slices"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// EventKind says what happened to a document after it was drafted.
type EventKind string

const (
	EventApproved    EventKind = "approved"    // a draft, of exactly this hash
	EventPublished   EventKind = "published"   // the customer sees it in the portal
	EventUnpublished EventKind = "unpublished" // and does not any more
	EventSent        EventKind = "sent"        // to the customer; Detail says how and to whom
	EventReminded    EventKind = "reminded"    // a reminder was written; Step says which
)

// Event is one thing that happened to a document. Events are only ever added;
// the document itself does not change (R30).
type Event struct {
	Invoice string      `json:"invoice"` // id of the document
	Kind    EventKind   `json:"kind"`
	Hash    string      `json:"hash"` // SHA-256 of the document it happened to
	On      billing.Day `json:"on"`   // when it happened, UTC
	Step    int         `json:"step,omitempty"`
	Detail  string      `json:"detail,omitempty"` // how and to whom it was sent, or why it was done
	At      time.Time   `json:"at"`               // when it was recorded
	By      string      `json:"by"`
}

// Position says where a document stands between its draft and its money.
type Position string

const (
	StandsDraft      Position = "draft"       // it has no number yet
	StandsApproved   Position = "approved"    // a draft that has been looked at
	StandsIssued     Position = "issued"      // it has its number, and is neither published nor sent
	StandsPublished  Position = "published"   // the customer sees it in the portal
	StandsSent       Position = "sent"        // the customer has it
	StandsPartPaid   Position = "part-paid"   // something is paid, and the rest is not overdue
	StandsPaid       Position = "paid"        // nothing is left to be paid
	StandsOverdue    Position = "overdue"     // something is left to be paid after the due date
	StandsWrittenOff Position = "written-off" // what was left is not expected any more
	StandsVoided     Position = "voided"      // a later note took it back
)

// Standing is where a document stands on a day.
type Standing struct {
	Position    Position      `json:"position"`
	Open        money.Decimal `json:"open"`                   // still to be paid, with tax; negative: to be given to the customer
	DaysOverdue int           `json:"days_overdue,omitempty"` // since the due date, where something is left to be paid
	Published   bool          `json:"published,omitempty"`
	Sent        *billing.Day  `json:"sent,omitempty"`      // last
	Reminders   int           `json:"reminders,omitempty"` // the last step that was written
}

// Standing tells where the document stands on a day, from what is on record of
// it: its hash, its events in the order they were recorded, the settlements into
// it and, for a credit note, out of it, and whether an issued note of its chain
// voids it. What comes after the day counts as well where it is on record, but for
// the days overdue.
func (inv Invoice) Standing(hash string, events []Event, settlements []Settlement, voided bool, today billing.Day) Standing {
	if inv.State == Draft {
		return draftStanding(hash, events)
	}
	s := Standing{Position: StandsIssued}
	for _, e := range events {
		switch e.Kind {
		case EventPublished, EventUnpublished:
			s.Published = e.Kind == EventPublished
		case EventSent:
			s.Sent = &e.On
		case EventReminded:
			s.Reminders = max(s.Reminders, e.Step)
		case EventApproved: // of the draft it was
		}
	}
	settled, writtenOff := Settled(inv.ID, settlements), writtenOff(inv.ID, settlements)
	s.Open = inv.Payable.Sub(settled)
	if !voided && s.Open.Sign() > 0 && inv.DueDate != nil && today > *inv.DueDate {
		s.DaysOverdue = int(today - *inv.DueDate)
	}
	switch {
	case voided:
		s.Position = StandsVoided
	case s.Open.IsZero() && !writtenOff.IsZero():
		s.Position = StandsWrittenOff
	case s.Open.IsZero():
		s.Position = StandsPaid
	case s.DaysOverdue > 0:
		s.Position = StandsOverdue
	case !settled.IsZero():
		s.Position = StandsPartPaid
	case s.Sent != nil:
		s.Position = StandsSent
	case s.Published:
		s.Position = StandsPublished
	}
	return s
}

// draftStanding is approved when exactly this draft was: one that was made again
// from other data or rules has another hash.
func draftStanding(hash string, events []Event) Standing {
	if len(Approvers(hash, events)) > 0 {
		return Standing{Position: StandsApproved}
	}
	return Standing{Position: StandsDraft}
}

// Approvers are those who approved the draft with that hash, each once.
func Approvers(hash string, events []Event) (names []string) {
	for _, e := range events {
		if e.Kind == EventApproved && e.Hash == hash && !slices.Contains(names, e.By) {
			names = append(names, e.By)
		}
	}
	return names
}
