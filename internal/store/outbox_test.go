package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// told are the events on record: kind, organization, whether they are for those
// above it, and subject.
func told(t *testing.T, s *Store, after int64) (all []string) {
	t.Helper()
	events, err := s.OutboxEvents(t.Context(), after, 1000)
	ok(t, err)
	for _, e := range events {
		above := ""
		if e.Above {
			above = "above "
		}
		all = append(all, fmt.Sprintf("%s %s%s %s", e.Kind, above, e.Organization, e.Subject))
	}
	return all
}

// What happens is told with the change, to whom it concerns.
func TestEventsOfChanges(t *testing.T) {
	s := openNew(t)
	const id = "2026-10/acme-main"
	ok(t, s.Apply(t.Context(), "ann", []Resource{{Kind: "billing_groups", ID: "acme-main", Spec: []byte(`{"customer":"acme"}`)}}, nil))
	ok(t, s.SwapRated(t.Context(), Rated{Revision: "r1", Period: october, Config: "c"}))
	_, err := s.ReplaceDrafts(t.Context(), october, nil, []Invoice{{ID: id, Group: "acme-main", Period: october, Document: []byte(`{"total":"12.34"}`), Rated: "r1"}})
	ok(t, err)
	issued, err := s.IssueInvoice(t.Context(), Issue{Invoice: id, Series: "INV", By: "ann", At: now()}, func(Invoice, int64) (string, json.RawMessage, error) {
		return "INV-1", []byte(`{"total":"12.34"}`), nil
	})
	ok(t, err)
	for _, kind := range []invoice.EventKind{invoice.EventPublished, invoice.EventUnpublished, invoice.EventSent} {
		_, err = s.AppendEvent(t.Context(), invoice.Event{Invoice: id, Kind: kind, Hash: issued.Hash, On: billing.DayOf(now()), By: "ann"})
		ok(t, err)
	}
	none := func(money.Decimal, func(string) money.Decimal) ([]invoice.Part, error) { return nil, nil }
	paid, _, err := s.RecordPayment(t.Context(), invoice.Payment{Key: "k", Kind: invoice.PaidIn, Customer: "acme", On: billing.DayOf(now()), Amount: money.MustParse("77.01"), Currency: "EUR", By: "ann"}, none)
	ok(t, err)
	_, err = s.ReversePayment(t.Context(), paid.ID, invoice.Payment{On: billing.DayOf(now()), Reference: "bounced", By: "ann"})
	ok(t, err)
	for range 2 { // the same once more is no news
		ok(t, s.SettlePeriod(t.Context(), october, []Settled{{Payer: "1", State: PeriodClosed, Basis: "b"}}))
	}
	ok(t, s.ReopenPeriod(t.Context(), october, "ann", "a late credit"))
	ok(t, s.SettlePeriod(t.Context(), october, []Settled{{Payer: "1", State: PeriodRestated, Basis: "b"}, {Payer: "2", State: PeriodRated, Basis: "c"}}))
	ok(t, s.ChangeEntries(t.Context(), EntryChange{
		Put: []Entry{{ID: "e1", Period: october, Document: []byte(`{"amount":"5.55"}`)}}, Audit: []AuditEntry{{By: "ann", Action: "entry.apply", Subject: "e1"}},
	}))
	want := []string{
		"resource.changed reseller billing_groups/acme-main",
		"invoice.issued above acme " + id, "invoice.published acme " + id, "invoice.unpublished acme " + id, "invoice.sent acme " + id,
		"payment.recorded acme P-000001", "payment.reversed acme P-000002",
		"month.closed reseller 2026-10", "month.reopened reseller 2026-10", "month.held reseller 2026-10",
		"entry.applied reseller e1",
	}
	if got := told(t, s, 0); !slices.Equal(got, want) {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	events, err := s.OutboxEvents(t.Context(), 0, 100)
	ok(t, err)
	for _, e := range events {
		for _, amount := range []string{"12.34", "77.01", "5.55"} {
			if strings.Contains(string(e.Payload), amount) {
				t.Errorf("event %s tells an amount: %s", e.Kind, e.Payload)
			}
		}
	}

	// The audit has what the entry was and became, and the payment's facts.
	entries, err := s.AuditPage(t.Context(), AuditFilter{Action: "entry.apply"}, 0, 1)
	ok(t, err)
	if string(entries[0].After) != `{"amount":"5.55"}` || entries[0].Before != nil {
		t.Errorf("the audit of an entry is %+v", entries[0])
	}
}

// What fails is not told.
func TestNoEventWithoutItsChange(t *testing.T) {
	s := openNew(t)
	stop := errors.New("stop")
	err := s.write(t.Context(), "test", func(tx *sql.Tx) error {
		ok(t, announce(t.Context(), tx, OutboxEvent{Kind: "month.closed", Subject: "x"}))
		return stop
	})
	if !errors.Is(err, stop) || len(told(t, s, 0)) != 0 {
		t.Errorf("told %v, error %v", told(t, s, 0), err)
	}
	for _, e := range []OutboxEvent{{Kind: "", Subject: "x"}, {Kind: "month.closed"}, {Kind: "month.closed", Subject: "x", Payload: []byte(`{`)}} {
		if err := s.Announce(t.Context(), e); err == nil {
			t.Errorf("told %+v", e)
		}
	}
}

// Places are never given twice, whatever is cleared away.
func TestClearOutbox(t *testing.T) {
	s := openNew(t)
	for range 3 {
		ok(t, s.Announce(t.Context(), OutboxEvent{Kind: "month.closed", Subject: "x"}))
	}
	ok(t, s.ClearOutbox(t.Context(), now().Add(time.Hour)))
	ok(t, s.Announce(t.Context(), OutboxEvent{Kind: "month.closed", Subject: "x"}))
	events, err := s.OutboxEvents(t.Context(), 0, 10)
	ok(t, err)
	if len(events) != 2 || events[0].Seq != 3 || events[1].Seq != 4 {
		t.Errorf("after clearing there is %+v", events)
	}
}
