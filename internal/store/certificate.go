package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
)

// PutCertificate records the certificate of a period: the proof of one rated
// revision of it (R32). A second one of the same revision takes the place of
// the first. ErrNotFound when the revision is not on record.
func (s *Store) PutCertificate(ctx context.Context, period billing.Period, rated string, document json.RawMessage) error {
	return s.write(ctx, fmt.Sprintf("record the certificate of %s", period), func(tx *sql.Tx) error {
		if err := requireJSON("it", document); err != nil {
			return err
		}
		of, err := ratedPeriod(ctx, tx, rated)
		if err != nil {
			return err
		}
		if of != period {
			return fmt.Errorf("rated revision %s is one of %s", rated, of)
		}
		_, err = tx.ExecContext(ctx,
			`INSERT INTO certificate (rated, document, made_at) VALUES ($1, $2, $3)
			 ON CONFLICT (rated) DO UPDATE SET document = excluded.document, made_at = excluded.made_at`,
			rated, string(document), timeText(now()))
		return err
	})
}

// Certificate returns the certificate of the rated revision that is in force
// for the period, byte for byte as it was put. ErrNotFound when there is none:
// the certificate of an older revision proves nothing about the present one.
func (s *Store) Certificate(ctx context.Context, period billing.Period) (json.RawMessage, error) {
	document, found, err := first(ctx, s.db, scanOne[[]byte],
		`SELECT c.document FROM current_rated r JOIN certificate c ON c.rated = r.revision WHERE r.period = $1`, period.String())
	if err != nil {
		return nil, fmt.Errorf("read the certificate of %s: %w", period, err)
	}
	if !found {
		return nil, fmt.Errorf("a certificate of the present rating of %s %w; close the month to make it", period, ErrNotFound)
	}
	return document, nil
}
