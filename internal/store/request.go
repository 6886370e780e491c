package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"
)

// Request is a request with an Idempotency-Key: who sent it, and what was answered.
type Request struct {
	Caller, Key string
	Hash        string // of what was asked
	Status      int    // of the answer; 0 as long as there is none
	Header      json.RawMessage
	Body        []byte
}

// What may be wrong with a request that comes again.
var (
	ErrKeyReused      = errors.New("the key was used for another request")
	ErrRequestRunning = errors.New("the request is being answered")
	ErrRequestDone    = errors.New("the request was done, and its answer is lost")
)

// abandoned is after how long a request without an answer, of which nothing is on
// record, counts as one whose server died.
const abandoned = 5 * time.Minute

type requestKey struct{}

// WithRequest returns a context whose first change of the records marks the request
// as done, in the same transaction.
func WithRequest(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// markRequest notes in a transaction that the context's request is being done.
func markRequest(ctx context.Context, tx *sql.Tx) error {
	r, ok := ctx.Value(requestKey{}).(Request)
	if !ok {
		return nil
	}
	_, err := tx.ExecContext(ctx, `UPDATE request SET done = TRUE WHERE caller = $1 AND request_key = $2 AND done = FALSE`, r.Caller, r.Key)
	return err
}

// BeginRequest notes that a request is being answered. One that was answered before
// comes back with its answer; ErrKeyReused, ErrRequestRunning or ErrRequestDone say
// why it cannot be done.
func (s *Store) BeginRequest(ctx context.Context, r Request) (before *Request, err error) {
	err = s.writeAside(ctx, "note the request", func(tx *sql.Tx) error {
		before = nil
		var done bool
		var begun time.Time
		known, found, err := first(ctx, tx, func(row row) (known Request, err error) {
			err = row.Scan(&known.Hash, &done, &known.Status, (*[]byte)(&known.Header), &known.Body, text{&begun})
			return known, err
		}, `SELECT hash, done, status, header, body, begun_at FROM request WHERE caller = $1 AND request_key = $2`, r.Caller, r.Key)
		switch {
		case err != nil:
			return err
		case found && known.Hash != r.Hash:
			return ErrKeyReused
		case found && known.Status != 0:
			before = &known
			return nil
		case found && done:
			return ErrRequestDone
		case found && now().Sub(begun) < abandoned:
			return ErrRequestRunning
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM request WHERE caller = $1 AND request_key = $2`, r.Caller, r.Key); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO request (caller, request_key, hash, done, status, header, body, begun_at) VALUES ($1, $2, $3, FALSE, 0, '', '', $4)`,
			r.Caller, r.Key, r.Hash, timeText(now()))
		return err
	})
	return before, err
}

// EndRequest keeps the answer of a request. One that failed inside, with nothing on
// record, is forgotten, so that it can be tried again.
func (s *Store) EndRequest(ctx context.Context, r Request) error {
	const failed = 500
	return s.writeAside(ctx, "keep the answer", func(tx *sql.Tx) error {
		if r.Status >= failed {
			_, err := tx.ExecContext(ctx, `DELETE FROM request WHERE caller = $1 AND request_key = $2 AND done = FALSE`, r.Caller, r.Key)
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE request SET status = $3, header = $4, body = $5 WHERE caller = $1 AND request_key = $2`,
			r.Caller, r.Key, r.Status, string(r.Header), string(r.Body))
		return err
	})
}

// ForgetRequests drops answers that are older than a time.
func (s *Store) ForgetRequests(ctx context.Context, before time.Time) error {
	return s.writeAside(ctx, "forget old requests", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM request WHERE begun_at < $1`, timeText(before))
		return err
	})
}
