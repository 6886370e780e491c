package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/invoice"
)

const selectEvents = `SELECT invoice, kind, hash, day, step, detail, done_at, done_by FROM document_event`

func scanEvent(r row) (e invoice.Event, err error) {
	err = r.Scan(&e.Invoice, &e.Kind, &e.Hash, text{&e.On}, &e.Step, &e.Detail, text{&e.At}, &e.By)
	return e, err
}

// Events returns what happened to a document, or to all of them when id is
// empty, in the order in which it was recorded.
func (s *Store) Events(ctx context.Context, id string) ([]invoice.Event, error) {
	events, err := events(ctx, s.db, id)
	if err != nil {
		return nil, fmt.Errorf("read what happened to the documents: %w", err)
	}
	return events, nil
}

func events(ctx context.Context, q querier, id string) ([]invoice.Event, error) {
	if id == "" {
		return list(ctx, q, scanEvent, selectEvents+` ORDER BY seq`)
	}
	return list(ctx, q, scanEvent, selectEvents+` WHERE invoice = $1 ORDER BY seq`, id)
}

// AppendEvent records what happened to a document and audits it. fresh is false
// where it changes nothing, and nothing is recorded: a document that is
// published already is published, a reminder of that step is written, the same
// person approved the same draft.
//
// It is refused when the document is not on record with the event's hash, and
// when a draft is to be anything but approved or an issued document is to be
// approved.
func (s *Store) AppendEvent(ctx context.Context, e invoice.Event) (fresh bool, err error) {
	err = s.write(ctx, fmt.Sprintf("record that %s is %s", e.Invoice, e.Kind), func(tx *sql.Tx) (err error) {
		fresh, err = appendEvent(ctx, tx, e)
		return err
	})
	return fresh, err
}

func appendEvent(ctx context.Context, tx *sql.Tx, e invoice.Event) (fresh bool, err error) {
	if err := require("the document", e.Invoice, "what happened", string(e.Kind), "the name of who did it", e.By); err != nil {
		return false, err
	}
	document, found, err := first(ctx, tx, scanInvoice, selectInvoices+` WHERE id = $1`, e.Invoice)
	if err != nil {
		return false, err
	}
	if !found {
		return false, fmt.Errorf("it %w", ErrNotFound)
	}
	before, err := events(ctx, tx, e.Invoice)
	if err != nil {
		return false, err
	}
	if err := happens(document, e); err != nil || repeats(before, e) {
		return false, err
	}
	if _, err := tx.ExecContext(ctx,
		`INSERT INTO document_event (seq, invoice, kind, hash, day, step, detail, done_at, done_by)
		 SELECT COALESCE(MAX(seq), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8 FROM document_event`,
		e.Invoice, string(e.Kind), e.Hash, e.On.String(), e.Step, e.Detail, timeText(now()), e.By); err != nil {
		return false, err
	}
	detail := e.Detail
	if e.Step > 0 {
		detail = fmt.Sprintf("reminder %d %s", e.Step, detail)
	}
	if err := appendAudit(ctx, tx, AuditEntry{
		At: now(), By: e.By, Action: "invoice." + string(e.Kind), Subject: e.Invoice,
		Detail: fmt.Sprintf("on %s, sha256 %s %s", e.On, e.Hash, detail),
		Before: facts("state", document.State, "published", saysPublished(before)),
		After:  facts("state", document.State, "published", saysPublished(append(before, e)), "hash", e.Hash, "day", e.On.String()),
	}); err != nil {
		return false, err
	}
	return true, announceDocument(ctx, tx, document, "invoice."+string(e.Kind))
}

// saysPublished says whether a document to which that happened is published.
func saysPublished(events []invoice.Event) string {
	if published(events) {
		return "yes"
	}
	return "no"
}

// published tells whether a document to which that happened is published: its
// customer sees it.
func published(events []invoice.Event) (is bool) {
	for _, e := range events {
		if e.Kind == invoice.EventPublished || e.Kind == invoice.EventUnpublished {
			is = e.Kind == invoice.EventPublished
		}
	}
	return is
}

// announceDocument records what happened to a document as an event: for its
// customer where the customer has seen it or has it, else for who is above.
func announceDocument(ctx context.Context, tx *sql.Tx, document Invoice, kind string) error {
	organization, err := concerns(ctx, tx, document.Group)
	if err != nil {
		return err
	}
	events, err := events(ctx, tx, document.ID)
	if err != nil {
		return err
	}
	known := slices.ContainsFunc(events, func(e invoice.Event) bool { return e.Kind == invoice.EventPublished || e.Kind == invoice.EventSent })
	return announce(ctx, tx, OutboxEvent{
		Kind: kind, Organization: organization, Above: !known, Subject: document.ID,
		Payload: facts("invoice", document.ID, "number", document.Number, "group", document.Group, "period", document.Period.String(),
			"state", document.State, "sha256", document.Hash),
	})
}

// happens refuses what cannot happen to the document as it is.
func happens(document Invoice, e invoice.Event) error {
	switch {
	case document.Hash != e.Hash:
		return fmt.Errorf("it was made again meanwhile; look at it again")
	case e.Kind == invoice.EventApproved && document.State != InvoiceDraft:
		return fmt.Errorf("it is issued already as %s; only drafts are approved", document.Number)
	case e.Kind != invoice.EventApproved && document.State == InvoiceDraft:
		return fmt.Errorf("it is a draft; issue it first")
	case e.Kind == invoice.EventReminded && e.Step <= 0:
		return fmt.Errorf("a reminder has a step of 1 or more")
	}
	return nil
}

// repeats tells whether the event changes nothing.
func repeats(before []invoice.Event, e invoice.Event) bool {
	for _, b := range before {
		switch {
		case b.Kind == invoice.EventApproved && e.Kind == b.Kind && e.Hash == b.Hash && e.By == b.By,
			b.Kind == invoice.EventReminded && e.Kind == b.Kind && e.Step == b.Step:
			return true
		}
	}
	return e.Kind == invoice.EventPublished && published(before) || e.Kind == invoice.EventUnpublished && !published(before)
}
