package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Reasons for which a source is read.
const (
	ByNight = "night"
	Asked   = "asked"
)

// CountCollection counts that a source is read on a day (UTC) for a reason, at most
// so many times, and tells whether that was one of them; last is when it was counted
// last before, zero where it was not.
func (s *Store) CountCollection(ctx context.Context, source string, day billing.Day, reason string, most int, at time.Time) (counted bool, last time.Time, err error) {
	err = s.writeAside(ctx, "count that source "+source+" is read", func(tx *sql.Tx) error {
		counted = false
		if err := require("its name", source); err != nil {
			return err
		}
		last = time.Time{}
		if _, err := tx.ExecContext(ctx, `INSERT INTO collection_run (source, day, reason, runs, last) VALUES ($1, $2, $3, 0, '')
			ON CONFLICT (source, day, reason) DO NOTHING`, source, day.String(), reason); err != nil {
			return err
		}
		if last, _, err = first(ctx, tx, scanLast,
			`SELECT last FROM collection_run WHERE source = $1 AND day = $2 AND reason = $3`, source, day.String(), reason); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, `UPDATE collection_run SET runs = runs + 1, last = $5 WHERE source = $1 AND day = $2 AND reason = $3 AND runs < $4`,
			source, day.String(), reason, most, timeText(at))
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		counted = n == 1
		return err
	})
	return counted, last, err
}

// ForgetCollections forgets how often sources were read before a day.
func (s *Store) ForgetCollections(ctx context.Context, before billing.Day) error {
	return s.writeAside(ctx, "forget how often sources were read", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM collection_run WHERE day < $1`, before.String())
		return err
	})
}

// LoadVersions returns the versions that were ever loaded of a source's month, current
// or not.
func (s *Store) LoadVersions(ctx context.Context, source string, period billing.Period) (map[string]bool, error) {
	all, err := list(ctx, s.db, scanOne[string], `SELECT DISTINCT version FROM load WHERE source = $1 AND period = $2`, source, period.String())
	if err != nil {
		return nil, fmt.Errorf("read the versions that were loaded of source %s for %s: %w", source, period, err)
	}
	versions := map[string]bool{}
	for _, v := range all {
		versions[v] = true
	}
	return versions, nil
}

func scanLast(r row) (t time.Time, err error) {
	err = r.Scan(maybe{&t})
	return t, err
}
