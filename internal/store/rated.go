package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Rated is one rating of a period: what its charges in the lake were made
// from. It never changes; rating again makes another.
type Rated struct {
	Period   billing.Period
	Revision string          // ULID, also the folder in the lake
	Loads    []string        // ids of the loads it read
	Config   string          // hash of the configuration it used
	Detail   json.RawMessage // opaque; nil when there is none
	At       time.Time       // set by the store
}

// SwapRated records a rating and puts it in force for its period. The one that
// was in force stays on record. ErrNotFound when a load is not on record.
func (s *Store) SwapRated(ctx context.Context, rated Rated) error {
	return s.write(ctx, "record rated revision "+rated.Revision, func(tx *sql.Tx) error {
		if err := insertRated(ctx, tx, rated); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx,
			`INSERT INTO current_rated (period, revision) VALUES ($1, $2)
			 ON CONFLICT (period) DO UPDATE SET revision = excluded.revision`,
			periodText(rated.Period), rated.Revision)
		return err
	})
}

func insertRated(ctx context.Context, tx *sql.Tx, rated Rated) error {
	if err := require("the period", periodText(rated.Period), "the revision", rated.Revision); err != nil {
		return err
	}
	if rated.Detail != nil {
		if err := requireJSON("its detail", rated.Detail); err != nil {
			return err
		}
	}
	_, exists, err := first(ctx, tx, scanOne[string], `SELECT revision FROM rated WHERE revision = $1`, rated.Revision)
	if err != nil {
		return err
	}
	if exists {
		return fmt.Errorf("it is on record already and never changes; give the new rating its own revision")
	}
	if _, err := tx.ExecContext(ctx,
		`INSERT INTO rated (revision, period, config, detail, rated_at) VALUES ($1, $2, $3, $4, $5)`,
		rated.Revision, periodText(rated.Period), rated.Config, string(rated.Detail), timeText(now())); err != nil {
		return err
	}
	for i, load := range rated.Loads {
		_, found, err := first(ctx, tx, scanOne[string], `SELECT id FROM load WHERE id = $1`, load)
		if err != nil {
			return err
		}
		if !found {
			return fmt.Errorf("load %s %w", load, ErrNotFound)
		}
		if _, err := tx.ExecContext(ctx,
			`INSERT INTO rated_load (revision, position, load_id) VALUES ($1, $2, $3)`, rated.Revision, i, load); err != nil {
			return fmt.Errorf("load %s: %w", load, err)
		}
	}
	return nil
}

// CurrentRated returns the rating that is in force for a period, or
// ErrNotFound when it has not been rated.
func (s *Store) CurrentRated(ctx context.Context, period billing.Period) (Rated, error) {
	rated, found, err := first(ctx, s.db, scanRated,
		`SELECT r.period, r.revision, r.config, r.detail, r.rated_at
		 FROM current_rated c JOIN rated r ON r.revision = c.revision WHERE c.period = $1`, period.String())
	if err != nil {
		return Rated{}, fmt.Errorf("read the rating of %s: %w", period, err)
	}
	if !found {
		return Rated{}, fmt.Errorf("a rating of %s %w; close or preview the month first", period, ErrNotFound)
	}
	rated.Loads, err = list(ctx, s.db, scanOne[string],
		`SELECT load_id FROM rated_load WHERE revision = $1 ORDER BY position`, rated.Revision)
	if err != nil {
		return Rated{}, fmt.Errorf("read the loads of rated revision %s: %w", rated.Revision, err)
	}
	return rated, nil
}

func scanRated(r row) (x Rated, err error) {
	err = r.Scan(text{&x.Period}, &x.Revision, &x.Config, (*[]byte)(&x.Detail), text{&x.At})
	if len(x.Detail) == 0 {
		x.Detail = nil
	}
	return x, err
}

// ratedPeriod returns the period of a revision, or ErrNotFound.
func ratedPeriod(ctx context.Context, tx *sql.Tx, revision string) (billing.Period, error) {
	period, found, err := first(ctx, tx, scanPeriod, `SELECT period FROM rated WHERE revision = $1`, revision)
	if err == nil && !found {
		err = fmt.Errorf("rated revision %s %w; record the rating first", revision, ErrNotFound)
	}
	return period, err
}
