package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"
)

// JobLine is what a job said.
type JobLine struct {
	Seq   int64     `json:"seq"` // from 1 in each job
	At    time.Time `json:"at"`  // UTC
	Level string    `json:"level"`
	Text  string    `json:"text"`
}

// mostJobLines bounds the log of a job: what a loop says without end does not
// fill the records. The last of them says that there were more.
const mostJobLines = 5000

func appendJobLines(ctx context.Context, tx *sql.Tx, id string, lines []JobLine) error {
	if len(lines) == 0 {
		return nil
	}
	seq, _, err := first(ctx, tx, scanOne[int64], `SELECT COALESCE(MAX(seq), 0) FROM job_log WHERE job = $1`, id)
	if err != nil {
		return err
	}
	for _, line := range lines {
		if seq++; seq > mostJobLines {
			return nil
		}
		if seq == mostJobLines {
			line.Level, line.Text = "warn", "it says more than is kept; the rest is left out"
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO job_log (job, seq, said, level, line) VALUES ($1, $2, $3, $4, $5)`,
			id, seq, timeText(line.At), line.Level, storable(line.Text)); err != nil {
			return err
		}
	}
	return nil
}

// JobLog returns what a job said behind the line after, in order, at most limit
// lines; 0 is all. A job that is not on record has said nothing.
func (s *Store) JobLog(ctx context.Context, id string, after int64, limit int) ([]JobLine, error) {
	if limit <= 0 {
		limit = math.MaxInt32
	}
	lines, err := list(ctx, s.db, func(r row) (l JobLine, err error) {
		err = r.Scan(&l.Seq, text{&l.At}, &l.Level, &l.Text)
		return l, err
	}, `SELECT seq, said, level, line FROM job_log WHERE job = $1 AND seq > $2 ORDER BY seq LIMIT $3`, id, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read the log of job %s: %w", id, err)
	}
	return lines, nil
}

// PruneJobs removes jobs that were over before a time, with their logs; what
// they did stays. It returns how many.
func (s *Store) PruneJobs(ctx context.Context, before time.Time) (pruned int64, err error) {
	const old = `state IN ('done', 'failed', 'cancelled') AND finished < $1`
	_, found, err := first(ctx, s.db, scanOne[string], `SELECT id FROM job WHERE `+old+` LIMIT 1`, timeText(before))
	if err != nil {
		return 0, fmt.Errorf("look for old jobs: %w", err)
	}
	if !found {
		return 0, nil
	}
	err = s.writeAside(ctx, "remove old jobs", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM job_log WHERE job IN (SELECT id FROM job WHERE `+old+`)`, timeText(before)); err != nil {
			return err
		}
		done, err := tx.ExecContext(ctx, `DELETE FROM job WHERE `+old, timeText(before))
		if err != nil {
			return err
		}
		pruned, err = done.RowsAffected()
		return err
	})
	return pruned, err
}
