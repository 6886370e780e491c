package store

import (
	"context"
	"fmt"
	"time"
)

// Attempt counts wrong proofs of one account or from one address.
type Attempt struct {
	Subject   string
	Failures  int64
	LastAt    time.Time
	NotBefore time.Time // when the next try is allowed
}

func scanAttempt(r row) (a Attempt, err error) {
	err = r.Scan(&a.Subject, &a.Failures, text{&a.LastAt}, text{&a.NotBefore})
	return a, err
}

// Attempt returns what is counted of a subject; the zero count where nothing is.
func (i Identities) Attempt(ctx context.Context, subject string) (Attempt, error) {
	a, found, err := first(ctx, i.q, scanAttempt, `SELECT subject, failures, last_at, not_before FROM signin_attempt WHERE subject = $1`, subject)
	if err != nil {
		return a, fmt.Errorf("read the tries of %s: %w", subject, err)
	}
	if !found {
		a.Subject = subject
	}
	return a, nil
}

// SaveAttempt replaces what is counted of a subject; a count of none is removed.
func (c IdentityChange) SaveAttempt(ctx context.Context, a Attempt) error {
	if a.Failures <= 0 {
		_, err := c.run(ctx, `DELETE FROM signin_attempt WHERE subject = $1`, a.Subject)
		return err
	}
	_, err := c.run(ctx,
		`INSERT INTO signin_attempt (subject, failures, last_at, not_before) VALUES ($1, $2, $3, $4)
		 ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at, not_before = excluded.not_before`,
		a.Subject, a.Failures, timeText(a.LastAt), timeText(a.NotBefore))
	return err
}
