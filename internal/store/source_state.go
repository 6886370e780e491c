package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// SourceState is how it stands with a source: what was last collected of it whole,
// and what went wrong last. Times are UTC; zero where it never was.
type SourceState struct {
	Source      string
	GoodAt      time.Time
	GoodPeriod  billing.Period // the month that was collected then
	GoodVersion string         // of the export; several with spaces between
	GoodRows    int64          // of all its reports of that month

	FailedAt     time.Time
	FailedPeriod billing.Period // zero where that month was collected whole since
	Problem      string         // for people
}

// Failing tells whether the last try failed, or that of a month which is newer than
// what was collected since: that an older month could be read mends nothing of it.
func (x SourceState) Failing() bool {
	return x.FailedAt.After(x.GoodAt) || !x.FailedPeriod.IsZero() && x.GoodPeriod.Before(x.FailedPeriod)
}

const sourceStateColumns = `source, good_at, good_period, good_version, good_rows, failed_at, failed_period, problem`

func scanSourceState(r row) (x SourceState, err error) {
	var good, failed string
	if err := r.Scan(&x.Source, maybe{&x.GoodAt}, &good, &x.GoodVersion, &x.GoodRows, maybe{&x.FailedAt}, &failed, &x.Problem); err != nil {
		return x, err
	}
	if good != "" {
		x.GoodPeriod, err = billing.ParsePeriod(good)
	}
	if failed != "" && err == nil {
		x.FailedPeriod, err = billing.ParsePeriod(failed)
	}
	return x, err
}

// SourceStates returns the states of all sources that were ever read, by name; also of
// sources that are not declared any more.
func (s *Store) SourceStates(ctx context.Context) ([]SourceState, error) {
	all, err := list(ctx, s.db, scanSourceState, `SELECT `+sourceStateColumns+` FROM source_state ORDER BY source`)
	if err != nil {
		return nil, fmt.Errorf("read how it stands with the sources: %w", err)
	}
	return all, nil
}

// SourceState returns the state of a source; the zero one where it was never read.
func (s *Store) SourceState(ctx context.Context, source string) (SourceState, error) {
	x, _, err := first(ctx, s.db, scanSourceState, `SELECT `+sourceStateColumns+` FROM source_state WHERE source = $1`, source)
	if err != nil {
		return x, fmt.Errorf("read how it stands with source %s: %w", source, err)
	}
	return x, nil
}

// CollectedSource records that a month of a source was collected whole, at this moment.
// A failure of another month is not mended by it.
func (s *Store) CollectedSource(ctx context.Context, source string, period billing.Period, version string, rows int64) error {
	return s.write(ctx, "record the collection of source "+source, func(tx *sql.Tx) error {
		if err := require("its name", source, "the month", periodText(period)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO source_state (`+sourceStateColumns+`) VALUES ($1, $2, $3, $4, $5, '', '', '')
			ON CONFLICT (source) DO UPDATE SET good_at = excluded.good_at, good_period = excluded.good_period,
			  good_version = excluded.good_version, good_rows = excluded.good_rows,
			  failed_period = CASE WHEN source_state.failed_period = excluded.good_period THEN '' ELSE source_state.failed_period END`,
			source, timeText(now()), periodText(period), storable(version), rows)
		return err
	})
}

// FailedSource records that collecting a month of a source failed, at this moment, and
// why. What was collected before stays on record.
func (s *Store) FailedSource(ctx context.Context, source string, period billing.Period, problem string) error {
	return s.write(ctx, "record the failure of source "+source, func(tx *sql.Tx) error {
		if err := require("its name", source, "the month", periodText(period), "the problem", problem); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO source_state (`+sourceStateColumns+`) VALUES ($1, '', '', '', 0, $2, $3, $4)
			ON CONFLICT (source) DO UPDATE SET failed_at = excluded.failed_at, failed_period = excluded.failed_period, problem = excluded.problem`,
			source, timeText(now()), periodText(period), storable(problem))
		return err
	})
}

// SourceData is the newest month that there is data of from a source.
type SourceData struct {
	Source string
	Period billing.Period
	At     time.Time // when it brought something new last, UTC
}

// NewestData returns the newest month with data of every source that ever had any, by
// name; also of sources that are not declared any more.
func (s *Store) NewestData(ctx context.Context) ([]SourceData, error) {
	months, err := list(ctx, s.db, func(r row) (x SourceData, err error) {
		err = r.Scan(&x.Source, text{&x.Period}, text{&x.At})
		return x, err
	}, `SELECT c.source, c.period, MAX(l.loaded_at) FROM current_load c JOIN load l ON l.id = c.load_id
		WHERE c.period = (SELECT MAX(n.period) FROM current_load n WHERE n.source = c.source)
		GROUP BY c.source, c.period ORDER BY c.source`)
	if err != nil {
		return nil, fmt.Errorf("read how old the data of the sources is: %w", err)
	}
	return months, nil
}
