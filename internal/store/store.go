// Package store keeps the records of Sluice: declared resources, loads,
// findings, rated revisions, invoices, certificates and the audit of who did
// what. Documents are opaque JSON here, kept byte for byte.
//
// The records lie in one SQLite file. Several processes may open it: readers
// see a consistent state at any time, writers wait for each other. Every
// method that writes does so in one transaction, so a crash leaves the state
// before or the state after, never one in between. Times are in UTC, to the
// microsecond.
package store

import (
	"context"
	"database/sql"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/sluice-billing/sluice/internal/billing"
)

// ErrNotFound is wrapped by the error of every method that is asked for one
// thing and does not have it; the error names the thing.
var ErrNotFound = errors.New("is not on record")

// Store is the records. It is safe for use by several goroutines.
type Store struct {
	db   *sql.DB
	path string
}

// busyTimeout is how long a writer waits for another one before it gives up.
const busyTimeout = 10 * time.Second

// Open opens the records at path, a file that is made with its folder when it
// does not exist, and brings its tables up to date. It refuses records that a
// newer Sluice has written.
func Open(ctx context.Context, path string) (*Store, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open the records: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(absolute), 0o750); err != nil {
		return nil, fmt.Errorf("open the records: %w", err)
	}
	db, err := sql.Open("sqlite", dataSource(absolute))
	if err != nil {
		return nil, fmt.Errorf("open the records %s: %w", absolute, err)
	}
	if err := migrate(ctx, db, absolute); err != nil {
		return nil, errors.Join(fmt.Errorf("open the records %s: %w", absolute, err), db.Close())
	}
	return &Store{db: db, path: absolute}, nil
}

// Close ends the use of the records.
func (s *Store) Close() error { return s.db.Close() }

// dataSource names an absolute path for the driver. The path is escaped,
// since it may hold a question mark. Transactions that write take the write
// lock at once: one that reads first and writes later could not wait for it.
func dataSource(absolute string) string {
	options := url.Values{
		"_busy_timeout": {fmt.Sprint(busyTimeout.Milliseconds())},
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"},
		"_foreign_keys": {"on"},
		"_txlock":       {"immediate"},
		"_dqs":          {"false"},
	}
	file := url.URL{Scheme: "file", Path: filepath.ToSlash(absolute), RawQuery: options.Encode()}
	return file.String()
}

// write runs change in one transaction. The error of anything that goes wrong
// begins with action, such as "issue invoice 2026-10/acme".
func (s *Store) write(ctx context.Context, action string, change func(tx *sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		if isBusy(err) {
			return fmt.Errorf("%s: another process has been writing to %s for more than %s; wait until it is done and try again",
				action, s.path, busyTimeout)
		}
		return fmt.Errorf("%s: %w", action, err)
	}
	defer tx.Rollback() // does nothing after the commit
	if err := change(tx); err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	return nil
}

func isBusy(err error) bool {
	const primary = 0xff // the low byte is the code, the rest says more about it
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&primary == sqlite3.SQLITE_BUSY
}

// querier is the database, or a transaction in it.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// row is one row of a result.
type row interface {
	Scan(columns ...any) error
}

// list returns every row of a query.
func list[T any](ctx context.Context, q querier, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, item)
	}
	return all, rows.Err()
}

// first returns the first row of a query; found is false when it has none.
func first[T any](ctx context.Context, q querier, scan func(row) (T, error), query string, args ...any) (item T, found bool, err error) {
	all, err := list(ctx, q, scan, query, args...)
	if err != nil || len(all) == 0 {
		return item, false, err
	}
	return all[0], true, nil
}

// scanOne reads rows of a single column.
func scanOne[T any](r row) (value T, err error) {
	err = r.Scan(&value)
	return value, err
}

// text reads a column into anything that is written as text: a time, a
// period, a decimal.
type text struct{ into encoding.TextUnmarshaler }

// Scan implements sql.Scanner.
func (t text) Scan(column any) error {
	s, ok := column.(string)
	if !ok {
		return fmt.Errorf("column holds %T instead of text", column)
	}
	return t.into.UnmarshalText([]byte(s))
}

// now is the time as the records keep it.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// timeText writes a time for a column; the fixed number of digits makes text
// order time order.
func timeText(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// periodText writes a period for a column; the zero period is empty, which
// require refuses.
func periodText(p billing.Period) string {
	if p.IsZero() {
		return ""
	}
	return p.String()
}

// require returns an error that names the first empty value. It takes names
// and values in turn.
func require(pairs ...string) error {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			return fmt.Errorf("%s is missing", pairs[i])
		}
	}
	return nil
}

// requireJSON returns an error unless the document is well-formed JSON.
func requireJSON(name string, document json.RawMessage) error {
	if !json.Valid(document) {
		return fmt.Errorf("%s is not well-formed JSON", name)
	}
	return nil
}
