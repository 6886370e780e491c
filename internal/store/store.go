// Package store keeps the records of Sluice: declared resources, loads,
// findings, rated revisions, invoices, certificates and the audit of who did
// what. Documents are opaque JSON here, kept byte for byte.
//
// The records lie in one SQLite file, or in one PostgreSQL database. Several
// processes may open them: readers see a consistent state at any time, writers
// wait for each other, so that there is one at a time. Every method that writes
// does so in one transaction, so a crash leaves the state before or the state
// after, never one in between. Times are in UTC, to the microsecond.
package store

import (
	"context"
	"database/sql"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/sluice-billing/sluice/internal/billing"
)

// ErrNotFound is wrapped by the error of every method that is asked for one
// thing and does not have it; the error names the thing.
var ErrNotFound = errors.New("is not on record")

// Store is the records. It is safe for use by several goroutines.
type Store struct {
	db    *sql.DB
	kind  database
	place string // for people: a path, or an address without its password
}

// database is what differs between SQLite and PostgreSQL. All other SQL is one
// text for both.
type database interface {
	// check refuses a database that cannot hold the records.
	check(ctx context.Context, db *sql.DB) error
	// begin begins a transaction that writes; nobody else writes from here to its end.
	begin(ctx context.Context, db *sql.DB) (*sql.Tx, error)
	// guard keeps other processes from changing the tables until it is released.
	guard(ctx context.Context, db *sql.DB) (release func() error, err error)
	// snapshot is the isolation of a transaction that reads one state of everything.
	snapshot() sql.IsolationLevel
	// dialect is that of the migrations.
	dialect() goose.Dialect
	// catalogue has a row for each column of each table: table, column, type, and the
	// place in the primary key, from 1, or 0.
	catalogue() string
	// references has a row for each foreign key: table, and the one that it refers to.
	references() string
}

// busyTimeout is how long a writer waits for another one before it gives up.
const busyTimeout = 10 * time.Second

// Open opens the records at a place and brings their tables up to date. The
// place is a path, of a file that is made with its folder when it does not
// exist, or the address of a PostgreSQL database, such as
// postgres://sluice@db.example.com/sluice. It refuses records that a newer Sluice
// has written.
func Open(ctx context.Context, at string) (*Store, error) {
	s, err := connect(ctx, at)
	if err != nil {
		return nil, err
	}
	if _, _, err := s.migrate(ctx, newest); err != nil {
		return nil, errors.Join(fmt.Errorf("open the records %s: %w", s.place, err), s.Close())
	}
	return s, nil
}

// IsServer tells whether a place is the address of a server, and not a path.
func IsServer(at string) bool {
	return strings.HasPrefix(at, "postgres://") || strings.HasPrefix(at, "postgresql://")
}

// connect opens the records as they are.
func connect(ctx context.Context, at string) (s *Store, err error) {
	if IsServer(at) {
		s, err = openPostgres(at)
	} else {
		s, err = openSQLite(at)
	}
	if err != nil {
		return nil, fmt.Errorf("open the records: %w", err)
	}
	if err := patiently(ctx, func() error { return s.kind.check(ctx, s.db) }); err != nil {
		return nil, errors.Join(fmt.Errorf("open the records %s: %w", s.place, err), s.Close())
	}
	return s, nil
}

// Close ends the use of the records.
func (s *Store) Close() error { return s.db.Close() }

// Place names the records for people: a path, or an address without its password.
func (s *Store) Place() string { return s.place }

// Ping tells whether the records can be read now.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.db.PingContext(ctx); err != nil {
		return fmt.Errorf("reach the records %s: %w", s.place, err)
	}
	return nil
}

// write runs change in one transaction, in which nobody else writes. The error
// of anything that goes wrong begins with action, such as "issue invoice
// 2026-10/acme". Where the database broke off before the end, change is run
// again: what it sets outside the transaction it must set each time.
//
// It refuses to write in a context whose lock is lost.
func (s *Store) write(ctx context.Context, action string, change func(tx *sql.Tx) error) error {
	return s.writeAside(ctx, action, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO revision (id, number) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET number = revision.number + 1`); err != nil {
			return err
		}
		return change(tx)
	})
}

// writeAside is write for what no list or document shows: locks, leases, jobs,
// answers of requests, when somebody was seen last. The revision stays.
func (s *Store) writeAside(ctx context.Context, action string, change func(tx *sql.Tx) error) error {
	if err := patiently(ctx, func() error { return s.writeOnce(ctx, change) }); err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	return nil
}

// Revision grows with every change of the records, but for those aside: as long as
// it is the same, so is what can be read.
func (s *Store) Revision(ctx context.Context) (int64, error) {
	number, _, err := first(ctx, s.db, scanOne[int64], `SELECT number FROM revision`)
	return number, err
}

func (s *Store) writeOnce(ctx context.Context, change func(tx *sql.Tx) error) error {
	tx, err := s.kind.begin(ctx, s.db)
	if err != nil {
		if isBusy(err) {
			return fmt.Errorf("another process has been writing to %s for more than %s; wait until it is done and try again", s.place, busyTimeout)
		}
		return err
	}
	defer tx.Rollback() // does nothing after the commit
	if err := checkLocks(ctx, tx); err != nil {
		return err
	}
	if err := markRequest(ctx, tx); err != nil {
		return err
	}
	if err := change(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		if isPassing(err) && !isRefused(err) {
			return &unsureError{err}
		}
		return err
	}
	return nil
}

// unsureError is of a commit whose answer never came.
type unsureError struct{ cause error }

// Error says what to do about it.
func (e *unsureError) Error() string {
	return fmt.Sprintf("the connection broke while it was recorded, so that it may be done or not; look before you try again: %v", e.cause)
}

// The pauses between tries; all together they are less than busyTimeout.
const (
	firstPause = 50 * time.Millisecond
	lastPause  = 4 * time.Second
)

// patiently does something again while it fails for a reason that passes.
func patiently(ctx context.Context, do func() error) error {
	for pause := firstPause; ; pause *= 2 {
		err := do()
		if err == nil || !isPassing(err) || pause > lastPause {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}

// isBusy tells whether another one has been writing for busyTimeout.
func isBusy(err error) bool { return isBusySQLite(err) || isBusyPostgres(err) }

// querier is the database, or a transaction in it.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// row is one row of a result.
type row interface {
	Scan(columns ...any) error
}

// list returns every row of a query.
func list[T any](ctx context.Context, q querier, scan func(row) (T, error), query string, args ...any) (all []T, err error) {
	if _, inside := q.(*sql.Tx); inside { // which is tried again as a whole
		return listOnce(ctx, q, scan, query, args...)
	}
	err = patiently(ctx, func() (err error) {
		all, err = listOnce(ctx, q, scan, query, args...)
		return err
	})
	return all, err
}

func listOnce[T any](ctx context.Context, q querier, scan func(row) (T, error), query string, args ...any) ([]T, error) {
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
