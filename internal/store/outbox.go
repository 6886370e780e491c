package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/oklog/ulid/v2"
)

// OutboxEvent says to programs outside that something happened. It is recorded in
// the transaction of what it tells of: neither is there without the other. It
// holds ids and states, no cost, no margin and no secret; who wants to know more
// asks for the thing, and is told what they may know.
type OutboxEvent struct {
	Seq          int64     `json:"seq"` // set by the store: the order in which events were committed, with gaps where old ones are cleared away
	ID           string    `json:"id"`  // set by the store: a ULID
	At           time.Time `json:"at"`  // set by the store
	Kind         string    `json:"kind"`
	Organization string    `json:"organization"` // which it concerns
	// Above says that it is for those above the organization, such as its seller, and
	// not for itself: a document before it is published.
	Above   bool            `json:"above,omitempty"`
	Subject string          `json:"subject"` // such as "customers/acme", as the audit names it
	Payload json.RawMessage `json:"payload"` // an object
}

// RootOrganization is the organization that is at the top: the reseller whose
// installation it is.
const RootOrganization = "reseller"

// Announce records an event that has no change of its own to go with, such as that
// a month is held.
func (s *Store) Announce(ctx context.Context, e OutboxEvent) error {
	return s.write(ctx, "announce "+e.Kind, func(tx *sql.Tx) error { return announce(ctx, tx, e) })
}

// announce records an event in the transaction of what it tells of. The root
// organization is the one where none is said, and an empty object the payload.
func announce(ctx context.Context, tx *sql.Tx, e OutboxEvent) error {
	if e.Organization == "" {
		e.Organization = RootOrganization
	}
	if e.Payload == nil {
		e.Payload = json.RawMessage(`{}`)
	}
	if err := require("the kind of the event", e.Kind, "what it is about", e.Subject); err != nil {
		return err
	}
	if err := requireJSON("the payload of the event", e.Payload); err != nil {
		return err
	}
	_, err := insertEvent(ctx, tx, e)
	return err
}

// insertEvent gives the event its place, its id and its time.
func insertEvent(ctx context.Context, tx *sql.Tx, e OutboxEvent) (OutboxEvent, error) {
	var err error
	if e.Seq, err = lastEvent(ctx, tx); err != nil {
		return e, err
	}
	e.Seq++
	e.ID, e.At = ulid.Make().String(), now()
	_, err = tx.ExecContext(ctx,
		`INSERT INTO outbox (`+eventColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		e.Seq, e.ID, timeText(e.At), e.Kind, e.Organization, e.Above, storable(e.Subject), storable(string(e.Payload)))
	return e, err
}

const eventColumns = `seq, id, at, kind, organization, above, subject, payload`

func scanOutboxEvent(r row) (e OutboxEvent, err error) {
	var payload string
	err = r.Scan(&e.Seq, &e.ID, text{&e.At}, &e.Kind, &e.Organization, &e.Above, &e.Subject, &payload)
	e.Payload = json.RawMessage(payload)
	return e, err
}

// lastEvent is the place of the newest event, 0 where there is none.
func lastEvent(ctx context.Context, q querier) (int64, error) {
	seq, _, err := first(ctx, q, scanOne[int64], `SELECT COALESCE(MAX(seq), 0) FROM outbox`)
	return seq, err
}

// OutboxEvents returns the events after a place, oldest first, at most limit.
func (s *Store) OutboxEvents(ctx context.Context, after int64, limit int) ([]OutboxEvent, error) {
	events, err := list(ctx, s.db, scanOutboxEvent, `SELECT `+eventColumns+` FROM outbox WHERE seq > $1 ORDER BY seq LIMIT $2`, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read the events: %w", err)
	}
	return events, nil
}

// OutboxBefore returns the place of the last event before a time, 0 where all are
// later.
func (s *Store) OutboxBefore(ctx context.Context, at time.Time) (int64, error) {
	seq, _, err := first(ctx, s.db, scanOne[int64], `SELECT COALESCE(MAX(seq), 0) FROM outbox WHERE at < $1`, timeText(at))
	if err != nil {
		return 0, fmt.Errorf("read the events: %w", err)
	}
	return seq, nil
}

// ClearOutbox forgets events and deliveries of before a time, but for those that
// are still to be sent, and for the newest event, whose place the next one follows.
func (s *Store) ClearOutbox(ctx context.Context, before time.Time) error {
	return s.write(ctx, "clear old events", func(tx *sql.Tx) error {
		// Attempts go with their deliveries.
		if _, err := tx.ExecContext(ctx,
			`DELETE FROM webhook_delivery WHERE state <> 'waiting' AND event IN (SELECT id FROM outbox WHERE at < $1)`, timeText(before)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx,
			`DELETE FROM outbox WHERE at < $1 AND seq < (SELECT MAX(seq) FROM outbox)
			   AND id NOT IN (SELECT event FROM webhook_delivery)
			   AND seq <= (SELECT COALESCE(MIN(position), seq) FROM webhook_endpoint WHERE active = TRUE)
			   AND seq <= (SELECT COALESCE(MIN(position), seq) FROM handover_position)`, timeText(before))
		return err
	})
}

// concerns returns the organization that a billing group's events concern: its
// customer, as declared now; the root where the group is not.
func concerns(ctx context.Context, q querier, group string) (string, error) {
	spec, found, err := first(ctx, q, scanOne[string],
		`SELECT spec FROM resource WHERE kind = 'billing_groups' AND id = $1 ORDER BY version DESC LIMIT 1`, group)
	if err != nil || !found {
		return RootOrganization, err
	}
	var declared struct {
		Customer string `json:"customer"`
	}
	if err := json.Unmarshal([]byte(spec), &declared); err != nil {
		return "", fmt.Errorf("the spec of billing group %s: %w", group, err)
	}
	if declared.Customer == "" {
		return RootOrganization, nil
	}
	return declared.Customer, nil
}
