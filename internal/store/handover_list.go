package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// HandoverFilter says which hand-overs are asked for; what is empty is any.
type HandoverFilter struct {
	Route    string
	Customer string
	State    string
	What     string
	Subject  string
	Before   string // id: those that were queued before it
	Limit    int    // 100 where it is 0
}

// Handovers returns hand-overs, the newest first.
func (s *Store) Handovers(ctx context.Context, f HandoverFilter) ([]Handover, error) {
	if neverStored([]any{f.Route, f.Customer, f.State, f.What, f.Subject, f.Before}) {
		return nil, nil
	}
	if f.Limit <= 0 {
		f.Limit = 100
	}
	all, err := list(ctx, s.db, scanHandover, `SELECT `+handoverColumns+fromHandovers+`
		WHERE (h.route = $1 OR $1 = '') AND (p.customer = $2 OR $2 = '') AND (h.state = $3 OR $3 = '') AND (h.what = $4 OR $4 = '')
		  AND (h.subject = $5 OR $5 = '') AND (h.id < $6 OR $6 = '') ORDER BY h.id DESC LIMIT $7`,
		f.Route, f.Customer, f.State, f.What, f.Subject, f.Before, f.Limit)
	if err != nil {
		return nil, fmt.Errorf("read the hand-overs: %w", err)
	}
	return all, nil
}

// Handover returns a hand-over with what came of each try, the first first;
// ErrNotFound where there is none.
func (s *Store) Handover(ctx context.Context, id string) (h Handover, tries []HandoverAttempt, err error) {
	h, err = handoverOf(ctx, s.db, id)
	if err == nil {
		tries, err = list(ctx, s.db, func(r row) (a HandoverAttempt, err error) {
			err = r.Scan(&a.Attempt, text{&a.At}, &a.Millis, &a.Outcome, &a.Detail)
			return a, err
		}, `SELECT attempt, at, millis, outcome, detail FROM handover_attempt WHERE handover = $1 ORDER BY attempt`, id)
	}
	if err != nil {
		return h, nil, fmt.Errorf("hand-over %s: %w", id, err)
	}
	return h, tries, nil
}

func handoverOf(ctx context.Context, q querier, id string) (Handover, error) {
	return oneOf(ctx, q, "it", scanHandover, `SELECT `+handoverColumns+fromHandovers+` WHERE h.id = $1`, id)
}

// ClearHandovers forgets links that ended before a time, and data sets and tests that
// were handed over before it. What came of documents is kept.
func (s *Store) ClearHandovers(ctx context.Context, before time.Time, keep []string) error {
	return s.writeAside(ctx, "clear old hand-overs", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM handover_link WHERE expires < $1`, timeText(before)); err != nil {
			return err
		}
		old, err := list(ctx, tx, scanHandover, `SELECT `+handoverColumns+fromHandovers+` WHERE h.state <> 'waiting' AND h.queued_at < $1`, timeText(before))
		if err != nil {
			return err
		}
		kept := map[string]bool{}
		for _, what := range keep {
			kept[what] = true
		}
		for _, h := range old {
			if kept[h.What] {
				continue
			}
			if _, err := tx.ExecContext(ctx, `DELETE FROM handover WHERE id = $1`, h.ID); err != nil {
				return err
			}
		}
		return nil
	})
}
