package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

// postgresServer is records in a database of PostgreSQL.
type postgresServer struct{}

// Names of advisory locks, each a number that nothing else in the database uses:
// the bytes of "sluice", and which it is.
const (
	writersLock    = 0x736c756963650001 // held by the transaction that writes
	migrationsLock = 0x736c756963650002 // held while the tables are changed
)

const (
	// mostConnections bounds those of one process, since a server has about a
	// hundred for all.
	mostConnections = 16
	// longestPause is how long a transaction may do nothing. A process that is
	// stopped in the middle of one would keep all others from writing.
	longestPause = time.Minute
)

func openPostgres(address string) (*Store, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("the address of the database is wrong: %w", err) // says nothing of the password
	}
	for name, value := range map[string]string{
		"application_name":                    "sluice",
		"timezone":                            "UTC",
		"lock_timeout":                        fmt.Sprint(busyTimeout.Milliseconds()),
		"idle_in_transaction_session_timeout": fmt.Sprint(longestPause.Milliseconds()),
	} {
		if config.RuntimeParams[name] == "" {
			config.RuntimeParams[name] = value
		}
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(mostConnections)
	db.SetMaxIdleConns(mostConnections)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return &Store{db: db, kind: postgresServer{}, place: placeOf(config)}, nil
}

// placeOf is the address without its password.
func placeOf(c *pgx.ConnConfig) string {
	place := url.URL{Scheme: "postgres", User: url.User(c.User), Host: fmt.Sprintf("%s:%d", c.Host, c.Port), Path: "/" + c.Database}
	if strings.HasPrefix(c.Host, "/") {
		place.Host, place.RawQuery = "", "host="+c.Host
	}
	return place.String()
}

// PlaceOf names a place for people: without the password, where it is an address.
func PlaceOf(at string) string {
	if !IsServer(at) {
		return at
	}
	config, err := pgx.ParseConfig(at)
	if err != nil {
		return "an address that cannot be read"
	}
	return placeOf(config)
}

// check refuses a database that would order texts in another way than SQLite and
// Go do, by their bytes: the same listing would come in another order, and pages
// of it would begin elsewhere.
func (postgresServer) check(ctx context.Context, db *sql.DB) error {
	var name, encoding, collation string
	err := db.QueryRowContext(ctx,
		`SELECT datname, pg_encoding_to_char(encoding), CASE WHEN datlocprovider = 'c' THEN datcollate ELSE datlocprovider::text END
		 FROM pg_database WHERE datname = current_database()`).Scan(&name, &encoding, &collation)
	if err != nil {
		return err
	}
	byBytes := map[string]bool{"C": true, "POSIX": true, "C.UTF-8": true, "C.utf8": true, "b": true} // b: PostgreSQL's own
	if encoding != "UTF8" || !byBytes[collation] {
		return fmt.Errorf(
			"the database keeps text as %s and orders it by %s; Sluice needs UTF8 in the order of bytes. Make it with: CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'",
			encoding, collation, name)
	}
	return nil
}

// begin queues behind whoever writes; the isolation is that of each statement,
// so that what the one before has committed is seen.
func (postgresServer) begin(ctx context.Context, db *sql.DB) (*sql.Tx, error) {
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(writersLock)); err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return tx, nil
}

// guard is a lock of a connection of its own, which ends with it, also in a crash.
func (postgresServer) guard(ctx context.Context, db *sql.DB) (release func() error, err error) {
	connection, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	for taken := false; ; {
		err := connection.QueryRowContext(ctx, `SELECT pg_try_advisory_lock($1)`, int64(migrationsLock)).Scan(&taken)
		if err != nil {
			return nil, errors.Join(err, connection.Close())
		}
		if taken {
			return func() error {
				_, err := connection.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, int64(migrationsLock))
				return errors.Join(err, connection.Close())
			}, nil
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), connection.Close())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (postgresServer) snapshot() sql.IsolationLevel { return sql.LevelRepeatableRead }

func (postgresServer) dialect() goose.Dialect { return goose.DialectPostgres }

func (postgresServer) catalogue() string {
	return `SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), COALESCE(array_position(i.indkey::smallint[], a.attnum) + 1, 0)
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
		WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname, a.attnum`
}

func (postgresServer) references() string {
	return `SELECT DISTINCT f.relname::text, t.relname::text FROM pg_constraint k JOIN pg_class f ON f.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
		WHERE k.contype = 'f' AND f.relnamespace = current_schema()::regnamespace`
}

// codeOf is the code of an error of the server, five characters, or empty.
func codeOf(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func isBusyPostgres(err error) bool { return codeOf(err) == "55P03" } // lock_not_available

// isRefused tells whether the server itself said that it did not do it.
func isRefused(err error) bool { return codeOf(err) != "" }

// isPassing tells whether something failed for a reason that may be over when it
// is tried again: a connection that broke, a server that begins or ends, a
// conflict with others. Errors of SQLite never are: it waits by itself.
func isPassing(err error) bool {
	var unsure *unsureError
	if errors.As(err, &unsure) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	if code := codeOf(err); code != "" {
		switch code {
		case "40001", "40P01", // serialization_failure, deadlock_detected
			"53300",                            // too_many_connections
			"57P01", "57P02", "57P03", "25P03": // shut down, crashed, starting up, idle for too long
			return true
		}
		return strings.HasPrefix(code, "08") // connection_exception
	}
	var connecting *pgconn.ConnectError
	var network *net.OpError
	return errors.As(err, &connecting) || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}
