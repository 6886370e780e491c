package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteFile is records in a file of SQLite.
type sqliteFile struct{ path string }

func openSQLite(path string) (*Store, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(absolute), 0o750); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", dataSource(absolute))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", absolute, err)
	}
	return &Store{db: db, kind: sqliteFile{absolute}, place: absolute}, nil
}

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

// check is left to the migrations, which read the file.
func (f sqliteFile) check(context.Context, *sql.DB) error { return nil }

func (f sqliteFile) begin(ctx context.Context, db *sql.DB) (*sql.Tx, error) {
	return db.BeginTx(ctx, nil)
}

// guard is a lock file beside the records. SQLite alone cannot keep a second
// process from running the same migration at the same time: goose reads what is
// pending before it begins to write.
func (f sqliteFile) guard(ctx context.Context, _ *sql.DB) (release func() error, err error) {
	lock := flock.New(f.path + ".migration-lock")
	if _, err := lock.TryLockContext(ctx, 20*time.Millisecond); err != nil {
		return nil, err
	}
	return lock.Close, nil
}

// snapshot is what each transaction is there.
func (f sqliteFile) snapshot() sql.IsolationLevel { return sql.LevelDefault }

func (f sqliteFile) dialect() goose.Dialect { return goose.DialectSQLite3 }

func (f sqliteFile) catalogue() string {
	return `SELECT m.name, c.name, c.type, c.pk FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, c.cid`
}

func (f sqliteFile) references() string {
	return `SELECT DISTINCT m.name, k."table" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) k WHERE m.type = 'table'`
}

func isBusySQLite(err error) bool {
	const primary = 0xff // the low byte is the code, the rest says more about it
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&primary == sqlite3.SQLITE_BUSY
}
