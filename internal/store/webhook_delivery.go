package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/oklog/ulid/v2"
)

// The states of a delivery.
const (
	DeliveryWaiting = "waiting" // to be tried when it is due
	DeliveryDone    = "done"
	DeliveryFailed  = "failed" // it is not tried any more, unless it is replayed
)

// WebhookDelivery is an event on its way to an endpoint.
type WebhookDelivery struct {
	ID        string    `json:"id"`
	Endpoint  string    `json:"endpoint"` // id
	Event     string    `json:"event"`    // id
	Kind      string    `json:"kind"`     // of the event
	Subject   string    `json:"subject"`  // of the event
	Seq       int64     `json:"seq"`      // place of the event
	State     string    `json:"state"`
	Attempts  int       `json:"attempts"`
	TriesLeft int       `json:"-"`
	Due       time.Time `json:"due"` // of one that is waiting: when it is tried next
}

// WebhookAttempt is what came of one try.
type WebhookAttempt struct {
	Attempt  int       `json:"attempt"` // counted from 1
	At       time.Time `json:"at"`
	Status   int       `json:"status"` // of HTTP; 0 where there was no answer
	Millis   int64     `json:"millis"` // how long it took
	Response string    `json:"response,omitempty"`
	Error    string    `json:"error,omitempty"` // why there was no answer, or no good one
}

const (
	deliveryColumns = `d.id, d.endpoint, d.event, e.kind, e.subject, d.seq, d.state, d.attempts, d.tries_left, d.due`
	fromDeliveries  = ` FROM webhook_delivery d JOIN outbox e ON e.id = d.event`
)

func scanDelivery(r row) (d WebhookDelivery, err error) {
	err = r.Scan(&d.ID, &d.Endpoint, &d.Event, &d.Kind, &d.Subject, &d.Seq, &d.State, &d.Attempts, &d.TriesLeft, text{&d.Due})
	return d, err
}

// QueueDeliveries turns the events after an endpoint's position, up to another
// place, into deliveries of those with the given ids, due at once and to be tried
// that often. Where somebody else has done so already it does nothing.
func (s *Store) QueueDeliveries(ctx context.Context, e WebhookEndpoint, upTo int64, events []OutboxEvent, tries int, at time.Time) error {
	return s.writeAside(ctx, "queue events for webhook "+e.ID, func(tx *sql.Tx) error {
		moved, err := tx.ExecContext(ctx, `UPDATE webhook_endpoint SET position = $3 WHERE id = $1 AND position = $2`, e.ID, e.Position, upTo)
		if err != nil {
			return err
		}
		if n, err := moved.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return queue(ctx, tx, e.ID, events, tries, at, "NOTHING")
	})
}

// QueueAgain queues events for an endpoint also where they were delivered or given
// up already, and audits it.
func (s *Store) QueueAgain(ctx context.Context, endpoint string, events []OutboxEvent, tries int, at time.Time, by string) error {
	return s.writeAside(ctx, "replay events for webhook "+endpoint, func(tx *sql.Tx) error {
		if err := require("the name of who replays them", by); err != nil {
			return err
		}
		if _, err := webhook(ctx, tx, endpoint); err != nil {
			return err
		}
		const again = `UPDATE SET state = 'waiting', tries_left = excluded.tries_left, due = excluded.due`
		return errors.Join(queue(ctx, tx, endpoint, events, tries, at, again), appendAudit(ctx, tx, AuditEntry{
			At: now(), By: by, Action: "webhook.replay", Subject: "webhook/" + endpoint, Detail: fmt.Sprintf("%d events", len(events)),
		}))
	})
}

func queue(ctx context.Context, tx *sql.Tx, endpoint string, events []OutboxEvent, tries int, at time.Time, otherwise string) error {
	for _, e := range events {
		if _, err := tx.ExecContext(ctx,
			`INSERT INTO webhook_delivery (id, endpoint, event, seq, state, attempts, tries_left, due, lease, lease_until)
			 VALUES ($1, $2, $3, $4, 'waiting', 0, $5, $6, '', '') ON CONFLICT (endpoint, event) DO `+otherwise,
			ulid.Make().String(), endpoint, e.ID, e.Seq, tries, timeText(at)); err != nil {
			return err
		}
	}
	return nil
}

// QueueTest records an event that is for one endpoint alone, with its delivery.
func (s *Store) QueueTest(ctx context.Context, endpoint, kind string, at time.Time, by string) (d WebhookDelivery, err error) {
	err = s.writeAside(ctx, "test webhook "+endpoint, func(tx *sql.Tx) error {
		e, err := webhook(ctx, tx, endpoint)
		if err != nil {
			return err
		}
		event, err := insertEvent(ctx, tx, OutboxEvent{Kind: kind, Organization: e.Organization, Subject: "webhook/" + endpoint, Payload: facts("webhook", endpoint, "by", by)})
		if err != nil {
			return err
		}
		if err := queue(ctx, tx, endpoint, []OutboxEvent{event}, 1, at, "NOTHING"); err != nil {
			return err
		}
		d, _, err = first(ctx, tx, scanDelivery, `SELECT `+deliveryColumns+fromDeliveries+` WHERE d.endpoint = $1 AND d.event = $2`, endpoint, event.ID)
		return err
	})
	return d, err
}

// ClaimDeliveries takes deliveries that are due, at most limit in all and each of
// each endpoint that is active, for as long as the lease runs: nobody else tries
// them until then.
func (s *Store) ClaimDeliveries(ctx context.Context, owner string, at, until time.Time, limit, each int) (claimed []WebhookDelivery, err error) {
	err = s.writeAside(ctx, "take events that are due", func(tx *sql.Tx) error {
		claimed, err = list(ctx, tx, scanDelivery,
			`SELECT `+deliveryColumns+` FROM (
			   SELECT w.*, ROW_NUMBER() OVER (PARTITION BY w.endpoint ORDER BY w.due, w.seq, w.id) AS place
			   FROM webhook_delivery w JOIN webhook_endpoint p ON p.id = w.endpoint
			   WHERE w.state = 'waiting' AND w.due <= $1 AND w.lease_until <= $1 AND p.active = TRUE
			 ) d JOIN outbox e ON e.id = d.event WHERE d.place <= $2 ORDER BY d.due, d.seq, d.id LIMIT $3`, timeText(at), each, limit)
		if err != nil {
			return err
		}
		for _, d := range claimed {
			if _, err := tx.ExecContext(ctx, `UPDATE webhook_delivery SET lease = $2, lease_until = $3 WHERE id = $1`, d.ID, owner, timeText(until)); err != nil {
				return err
			}
		}
		return nil
	})
	return claimed, err
}

// NextDelivery is when the next delivery is due, or can be taken from somebody who
// does not give it back; the zero time where none is waiting.
func (s *Store) NextDelivery(ctx context.Context) (next time.Time, err error) {
	due, found, err := first(ctx, s.db, scanOne[string],
		`SELECT CASE WHEN d.due > d.lease_until THEN d.due ELSE d.lease_until END AS at
		 FROM webhook_delivery d JOIN webhook_endpoint p ON p.id = d.endpoint
		 WHERE d.state = 'waiting' AND p.active = TRUE ORDER BY at LIMIT 1`)
	if err == nil && found {
		err = next.UnmarshalText([]byte(due))
	}
	if err != nil {
		return next, fmt.Errorf("read when the next event is due: %w", err)
	}
	return next, nil
}

// Outcome is what is to become of a delivery after a try.
type Outcome struct {
	State   string
	Due     time.Time // of one that is waiting
	Disable string    // why its endpoint is no longer sent anything; empty where it is
	// DisableUnless bounds Disable to an endpoint that took no delivery since then.
	DisableUnless time.Time
}

// RecordAttempt records a try and what becomes of the delivery, and gives the lease
// back. Where the lease is somebody else's by now only the try is kept.
func (s *Store) RecordAttempt(ctx context.Context, d WebhookDelivery, owner string, a WebhookAttempt, o Outcome) error {
	return s.writeAside(ctx, "record the delivery "+d.ID, func(tx *sql.Tx) error {
		attempt, found, err := first(ctx, tx, scanOne[int], `SELECT attempts + 1 FROM webhook_delivery WHERE id = $1`, d.ID)
		if err != nil || !found { // its endpoint was deleted meanwhile
			return err
		}
		if _, err := tx.ExecContext(ctx,
			`INSERT INTO webhook_attempt (delivery, attempt, at, status, millis, response, error) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			d.ID, attempt, timeText(a.At), a.Status, a.Millis, storable(a.Response), storable(a.Error)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE webhook_delivery SET attempts = $2 WHERE id = $1`, d.ID, attempt); err != nil {
			return err
		}
		due := o.Due
		if due.IsZero() {
			due = d.Due
		}
		if _, err := tx.ExecContext(ctx,
			`UPDATE webhook_delivery SET state = $3, due = $4, tries_left = tries_left - 1, lease = '', lease_until = '' WHERE id = $1 AND lease = $2`,
			d.ID, owner, o.State, timeText(due)); err != nil || o.Disable == "" {
			return err
		}
		return disable(ctx, tx, d.Endpoint, o)
	})
}

// disable ends the use of an endpoint, unless it takes something.
func disable(ctx context.Context, tx *sql.Tx, id string, o Outcome) error {
	was, err := webhook(ctx, tx, id)
	if err != nil || !was.Active {
		return err
	}
	_, takes, err := first(ctx, tx, scanOne[string],
		`SELECT a.at FROM webhook_attempt a JOIN webhook_delivery d ON d.id = a.delivery
		 WHERE d.endpoint = $1 AND a.status BETWEEN 200 AND 299 AND a.at >= $2 LIMIT 1`, id, timeText(o.DisableUnless))
	if err != nil || takes {
		return err
	}
	changed := was
	changed.Active, changed.Disabled, changed.Version = false, o.Disable, was.Version+1
	return saveWebhook(ctx, tx, was, changed, AuditEntry{By: "sluice", Action: "webhook.disable", Detail: was.URL, Reason: o.Disable})
}

// Deliveries returns the deliveries of an endpoint, those of the newest events
// first: at most limit of those of events before a place. 0 is from the newest on,
// an empty state any.
func (s *Store) Deliveries(ctx context.Context, endpoint, state string, before int64, limit int) ([]WebhookDelivery, error) {
	if neverStored([]any{endpoint, state}) {
		return nil, nil
	}
	deliveries, err := list(ctx, s.db, scanDelivery, `SELECT `+deliveryColumns+fromDeliveries+`
		WHERE d.endpoint = $1 AND (d.state = $2 OR $2 = '') AND (d.seq < $3 OR $3 = 0) ORDER BY d.seq DESC LIMIT $4`, endpoint, state, before, limit)
	if err != nil {
		return nil, fmt.Errorf("read the deliveries of webhook %s: %w", endpoint, err)
	}
	return deliveries, nil
}

// Delivery returns a delivery with what came of each try, the first first;
// ErrNotFound where there is none.
func (s *Store) Delivery(ctx context.Context, id string) (d WebhookDelivery, tries []WebhookAttempt, err error) {
	d, err = oneOf(ctx, s.db, "it", scanDelivery, `SELECT `+deliveryColumns+fromDeliveries+` WHERE d.id = $1`, id)
	if err == nil {
		tries, err = list(ctx, s.db, func(r row) (a WebhookAttempt, err error) {
			err = r.Scan(&a.Attempt, text{&a.At}, &a.Status, &a.Millis, &a.Response, &a.Error)
			return a, err
		}, `SELECT attempt, at, status, millis, response, error FROM webhook_attempt WHERE delivery = $1 ORDER BY attempt`, id)
	}
	if err != nil {
		return d, nil, fmt.Errorf("delivery %s: %w", id, err)
	}
	return d, tries, nil
}

// OutboxEvent returns an event by its id, or ErrNotFound.
func (s *Store) OutboxEvent(ctx context.Context, id string) (OutboxEvent, error) {
	e, err := oneOf(ctx, s.db, "it", scanOutboxEvent, `SELECT `+eventColumns+` FROM outbox WHERE id = $1`, id)
	if err != nil {
		return e, fmt.Errorf("event %s: %w", id, err)
	}
	return e, nil
}
