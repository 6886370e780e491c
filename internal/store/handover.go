package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/invoice"
)

// The states of a hand-over.
const (
	HandoverWaiting   = "waiting" // to be tried when it is due
	HandoverSent      = "sent"
	HandoverFailed    = "failed"    // it was refused for good: trying again as it is is of no use
	HandoverGaveUp    = "gave-up"   // it was tried for days
	HandoverBounced   = "bounced"   // it was sent, and came back
	HandoverCancelled = "cancelled" // by hand, before it was sent
)

// Handover is one thing on its way by one route.
type Handover struct {
	ID        string    `json:"id"` // a ULID
	Route     string    `json:"route"`
	Customer  string    `json:"customer"`       // of the route
	What      string    `json:"what"`           // such as invoice or focus
	Subject   string    `json:"subject"`        // id of a document, or the month of a data set
	Part      string    `json:"part,omitempty"` // tells apart what has the same subject
	State     string    `json:"state"`
	Round     int       `json:"round"` // how often it was asked for by hand
	Attempts  int       `json:"attempts"`
	TriesLeft int       `json:"-"`
	Due       time.Time `json:"due"` // of one that is waiting: when it is tried next
	Problem   string    `json:"problem,omitempty"`
	Receipt   string    `json:"receipt,omitempty"` // whom or which place has it
	MessageID string    `json:"message_id,omitempty"`
	Taken     []string  `json:"taken,omitempty"` // addresses that have it already
	QueuedAt  time.Time `json:"queued_at"`
	SentAt    time.Time `json:"sent_at,omitzero"`
}

// HandoverAttempt is what came of one try, or that it came back.
type HandoverAttempt struct {
	Attempt int       `json:"attempt"` // counted from 1
	At      time.Time `json:"at"`
	Millis  int64     `json:"millis"`
	Outcome string    `json:"outcome"` // sent, failed or bounced
	Detail  string    `json:"detail"`  // the receipt, or the problem
}

const (
	handoverColumns = `h.id, h.route, p.customer, h.what, h.subject, h.part, h.state, h.round, h.attempts, h.tries_left, h.due, h.problem, h.receipt, h.message_id, h.taken, h.queued_at, h.sent_at`
	fromHandovers   = ` FROM handover h JOIN handover_route p ON p.id = h.route`
)

func scanHandover(r row) (h Handover, err error) {
	var taken string
	err = r.Scan(&h.ID, &h.Route, &h.Customer, &h.What, &h.Subject, &h.Part, &h.State, &h.Round, &h.Attempts, &h.TriesLeft, text{&h.Due}, &h.Problem,
		&h.Receipt, &h.MessageID, &taken, text{&h.QueuedAt}, maybe{&h.SentAt})
	h.Taken = strings.Fields(taken)
	return h, err
}

// HandoverPosition is the last event that was turned into hand-overs; found is false
// where there never was a route.
func (s *Store) HandoverPosition(ctx context.Context) (position int64, found bool, err error) {
	position, found, err = first(ctx, s.db, scanOne[int64], `SELECT position FROM handover_position WHERE id = 1`)
	if err != nil {
		return 0, false, fmt.Errorf("read which events were handed over: %w", err)
	}
	return position, found, nil
}

// SpreadHandovers moves the position from one event to a later one, and queues what
// the events between ask for, due when each says and to be tried that often. Where
// somebody else has done so already it does nothing.
func (s *Store) SpreadHandovers(ctx context.Context, from, upTo int64, fresh []Handover, tries int) error {
	return s.writeAside(ctx, "queue hand-overs", func(tx *sql.Tx) error {
		moved, err := tx.ExecContext(ctx, `UPDATE handover_position SET position = $2 WHERE id = 1 AND position = $1`, from, upTo)
		if err != nil {
			return err
		}
		if n, err := moved.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return queueHandovers(ctx, tx, fresh, tries)
	})
}

// QueueDueHandovers queues what a route's schedule asks for at the time that it was
// due, and sets when it is due next. Where somebody else has done so already it does
// nothing.
func (s *Store) QueueDueHandovers(ctx context.Context, route HandoverRoute, next time.Time, fresh []Handover, tries int) error {
	return s.writeAside(ctx, "queue what the route "+route.ID+" is due for", func(tx *sql.Tx) error {
		moved, err := tx.ExecContext(ctx, `UPDATE handover_route SET due = $3 WHERE id = $1 AND due = $2`, route.ID, maybeText(route.Due), maybeText(next))
		if err != nil {
			return err
		}
		if n, err := moved.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return queueHandovers(ctx, tx, fresh, tries)
	})
}

// QueueHandover queues one thing by hand, and audits it.
func (s *Store) QueueHandover(ctx context.Context, h Handover, tries int, by string) (queued Handover, err error) {
	err = s.write(ctx, "queue the hand-over of "+h.Subject, func(tx *sql.Tx) error {
		if err := require("the name of who asks for it", by); err != nil {
			return err
		}
		if _, err := handoverRoute(ctx, tx, h.Route); err != nil {
			return err
		}
		if err := queueHandovers(ctx, tx, []Handover{h}, tries); err != nil {
			return err
		}
		queued, err = oneOf(ctx, tx, "it", scanHandover, `SELECT `+handoverColumns+fromHandovers+`
			WHERE h.route = $1 AND h.what = $2 AND h.subject = $3 AND h.part = $4`, h.Route, h.What, h.Subject, h.Part)
		return errors.Join(err, appendAudit(ctx, tx, AuditEntry{At: now(), By: by, Action: "handover.ask", Subject: "handover/" + queued.ID, Detail: h.What + " " + h.Subject}))
	})
	return queued, err
}

// queueHandovers adds what is not there yet. What was refused or given up is tried
// again; what is waiting, was sent or came back stays as it is. A route that was
// removed meanwhile gets nothing.
func queueHandovers(ctx context.Context, tx *sql.Tx, fresh []Handover, tries int) error {
	at := now()
	for _, h := range fresh {
		if _, err := tx.ExecContext(ctx,
			`INSERT INTO handover (id, route, what, subject, part, state, round, attempts, tries_left, due, lease, lease_until, problem, receipt, message_id, taken, queued_at, sent_at)
			 SELECT $1, id, $3, $4, $5, 'waiting', 0, 0, $6, $7, '', '', '', '', '', '', $8, '' FROM handover_route WHERE id = $2
			 ON CONFLICT (route, what, subject, part) DO UPDATE SET state = 'waiting', tries_left = excluded.tries_left, due = excluded.due
			 WHERE handover.state IN ('failed', 'gave-up')`,
			ulid.Make().String(), h.Route, h.What, h.Subject, h.Part, tries, timeText(h.Due), timeText(at)); err != nil {
			return err
		}
	}
	return nil
}

// HandoverAgain queues a hand-over again, whatever came of it, as a new round, and
// audits it. Who has it already gets it again only where it was sent to all. ErrNotFound
// where there is none.
func (s *Store) HandoverAgain(ctx context.Context, id string, tries int, at time.Time, by string) (h Handover, err error) {
	err = s.write(ctx, "hand over again "+id, func(tx *sql.Tx) error {
		if err := require("the name of who asks for it", by); err != nil {
			return err
		}
		if _, err := handoverOf(ctx, tx, id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx,
			`UPDATE handover SET taken = CASE WHEN state = 'sent' THEN '' ELSE taken END,
			   state = 'waiting', round = round + 1, tries_left = $2, due = $3, queued_at = $3, problem = '' WHERE id = $1`, id, tries, timeText(at)); err != nil {
			return err
		}
		if h, err = handoverOf(ctx, tx, id); err != nil {
			return err
		}
		return appendAudit(ctx, tx, AuditEntry{At: now(), By: by, Action: "handover.again", Subject: "handover/" + id, Detail: h.What + " " + h.Subject})
	})
	return h, err
}

// CancelHandover takes a hand-over that is waiting out of the queue, and audits it. Who
// is trying it just now may still send it; it counts as sent then. It is an error where
// it is not waiting, and ErrNotFound where there is none.
func (s *Store) CancelHandover(ctx context.Context, id, by string) (h Handover, err error) {
	err = s.write(ctx, "cancel the hand-over "+id, func(tx *sql.Tx) error {
		if err := require("the name of who cancels it", by); err != nil {
			return err
		}
		if h, err = handoverOf(ctx, tx, id); err != nil {
			return err
		}
		if h.State != HandoverWaiting {
			return fmt.Errorf("it is %s, and not waiting to be sent any more", h.State)
		}
		if _, err := tx.ExecContext(ctx, `UPDATE handover SET state = 'cancelled', lease = '', lease_until = '' WHERE id = $1`, id); err != nil {
			return err
		}
		if h, err = handoverOf(ctx, tx, id); err != nil {
			return err
		}
		return appendAudit(ctx, tx, AuditEntry{At: now(), By: by, Action: "handover.cancel", Subject: "handover/" + id, Detail: h.What + " " + h.Subject})
	})
	return h, err
}

// ClaimHandovers takes hand-overs that are due, at most limit in all and each of each
// route that is enabled, for as long as the lease runs: nobody else tries them until
// then.
func (s *Store) ClaimHandovers(ctx context.Context, owner string, at, until time.Time, limit, each int) (claimed []Handover, err error) {
	err = s.writeAside(ctx, "take hand-overs that are due", func(tx *sql.Tx) error {
		claimed, err = list(ctx, tx, scanHandover,
			`SELECT `+handoverColumns+` FROM (
			   SELECT w.*, ROW_NUMBER() OVER (PARTITION BY w.route ORDER BY w.due, w.id) AS place
			   FROM handover w JOIN handover_route q ON q.id = w.route
			   WHERE w.state = 'waiting' AND w.due <= $1 AND w.lease_until <= $1 AND q.enabled = TRUE
			 ) h JOIN handover_route p ON p.id = h.route WHERE h.place <= $2 ORDER BY h.due, h.id LIMIT $3`, timeText(at), each, limit)
		if err != nil {
			return err
		}
		for _, h := range claimed {
			if _, err := tx.ExecContext(ctx, `UPDATE handover SET lease = $2, lease_until = $3 WHERE id = $1`, h.ID, owner, timeText(until)); err != nil {
				return err
			}
		}
		return nil
	})
	return claimed, err
}

// NextHandover is when the next hand-over is due, or can be taken from somebody who
// does not give it back; the zero time where none is waiting.
func (s *Store) NextHandover(ctx context.Context) (next time.Time, err error) {
	due, found, err := first(ctx, s.db, scanOne[string],
		`SELECT CASE WHEN h.due > h.lease_until THEN h.due ELSE h.lease_until END AS at
		 FROM handover h JOIN handover_route p ON p.id = h.route
		 WHERE h.state = 'waiting' AND p.enabled = TRUE ORDER BY at LIMIT 1`)
	if err == nil && found {
		err = next.UnmarshalText([]byte(due))
	}
	if err != nil {
		return next, fmt.Errorf("read when the next hand-over is due: %w", err)
	}
	return next, nil
}

// HandoverOutcome is what is to become of a hand-over after a try.
type HandoverOutcome struct {
	State     string
	Due       time.Time // of one that is waiting
	Problem   string
	Receipt   string
	MessageID string
	Taken     []string       // addresses that have it by now
	Sent      *invoice.Event // that its document was sent, recorded with it or not at all
}

// RecordHandover records a try and what becomes of the hand-over, and gives the lease
// back. Where the lease is somebody else's by now, only the try is kept, and that it
// was sent.
func (s *Store) RecordHandover(ctx context.Context, h Handover, owner string, at time.Time, took time.Duration, o HandoverOutcome) error {
	record := s.writeAside
	if o.Sent != nil {
		record = s.write
	}
	return record(ctx, "record the hand-over "+h.ID, func(tx *sql.Tx) error {
		if o.Sent != nil {
			if _, err := appendEvent(ctx, tx, *o.Sent); err != nil {
				return err
			}
		}
		outcome, detail := HandoverSent, o.Receipt
		if o.State != HandoverSent {
			outcome, detail = HandoverFailed, o.Problem
		}
		found, err := appendHandoverAttempt(ctx, tx, h.ID, HandoverAttempt{At: at, Millis: took.Milliseconds(), Outcome: outcome, Detail: detail})
		if err != nil || !found { // its route was deleted meanwhile
			return err
		}
		due, sentAt := h.Due, ""
		if !o.Due.IsZero() {
			due = o.Due
		}
		if o.State == HandoverSent {
			sentAt = timeText(at)
		}
		_, err = tx.ExecContext(ctx,
			`UPDATE handover SET state = $3, due = $4, tries_left = tries_left - 1, lease = '', lease_until = '', problem = $5, receipt = $6, message_id = $7, sent_at = $8, taken = $9
			 WHERE id = $1 AND (lease = $2 OR $3 = 'sent' AND state IN ('waiting', 'cancelled') AND round = $10)`,
			h.ID, owner, o.State, timeText(due), storable(o.Problem), storable(o.Receipt), storable(o.MessageID), sentAt, strings.Join(o.Taken, "\n"), h.Round)
		return err
	})
}

func appendHandoverAttempt(ctx context.Context, tx *sql.Tx, id string, a HandoverAttempt) (found bool, err error) {
	attempt, found, err := first(ctx, tx, scanOne[int], `SELECT attempts + 1 FROM handover WHERE id = $1`, id)
	if err != nil || !found {
		return false, err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO handover_attempt (handover, attempt, at, millis, outcome, detail) VALUES ($1, $2, $3, $4, $5, $6)`,
		id, attempt, timeText(a.At), a.Millis, a.Outcome, storable(a.Detail)); err != nil {
		return false, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE handover SET attempts = $2 WHERE id = $1`, id, attempt)
	return true, err
}

// BounceHandover records that a message came back from a recipient, who does not have
// it then. It returns the hand-over; ErrNotFound where no message of that id was sent
// to that recipient: anybody can say that one came back.
func (s *Store) BounceHandover(ctx context.Context, messageID, recipient string, at time.Time, problem string) (h Handover, err error) {
	err = s.write(ctx, "record that a message came back", func(tx *sql.Tx) error {
		if err := require("the id of the message", messageID); err != nil {
			return err
		}
		h, err = oneOf(ctx, tx, "the message "+messageID, scanHandover, `SELECT `+handoverColumns+fromHandovers+` WHERE h.message_id = $1`, messageID)
		if err != nil {
			return err
		}
		is := func(address string) bool { return strings.EqualFold(address, recipient) }
		if !slices.ContainsFunc(h.Taken, is) {
			return fmt.Errorf("that it was sent to %s %w", recipient, ErrNotFound)
		}
		left := slices.DeleteFunc(h.Taken, is)
		if _, err := appendHandoverAttempt(ctx, tx, h.ID, HandoverAttempt{At: at, Outcome: HandoverBounced, Detail: problem}); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx,
			`UPDATE handover SET taken = $2, problem = $3, state = CASE WHEN state = 'sent' THEN 'bounced' ELSE state END WHERE id = $1`,
			h.ID, strings.Join(left, "\n"), storable(problem)); err != nil {
			return err
		}
		h, err = handoverOf(ctx, tx, h.ID)
		return err
	})
	return h, err
}
