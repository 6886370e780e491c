package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/gofrs/flock"
	"github.com/pressly/goose/v3"
)

//go:embed migration/*.sql
var migrations embed.FS

// migrate brings the tables up to date. A lock file beside the records keeps a
// second process from running the same migration at the same time, which
// SQLite alone cannot prevent: goose reads what is pending before it begins to
// write.
func migrate(ctx context.Context, db *sql.DB, path string) (err error) {
	lock := flock.New(path + ".migration-lock")
	if _, err := lock.TryLockContext(ctx, 20*time.Millisecond); err != nil {
		return fmt.Errorf("wait for another process that is changing the tables: %w", err)
	}
	defer func() { err = errors.Join(err, lock.Close()) }()

	folder, err := fs.Sub(migrations, "migration")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, folder)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the version of the tables: %w", err)
	}
	if current > target {
		return fmt.Errorf("a newer Sluice has written them: their tables have version %d, this program knows %d; use the newer program", current, target)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bring the tables from version %d to %d: %w", current, target, err)
	}
	return nil
}
