package app

import (
	"context"
	"path/filepath"

	"github.com/sluice-billing/sluice/internal/backup"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/store"
)

// Tables says which version the tables of the records have.
type Tables struct {
	Database string `json:"database"` // without a password
	Before   int64  `json:"before"`   // 0 where there were none
	Now      int64  `json:"now"`
	Needed   int64  `json:"needed"` // by this program
}

// Migrate brings the tables of an installation's records up to date, as Open does.
func Migrate(ctx context.Context, o Options) (Tables, error) {
	before, after, err := store.Migrate(ctx, o.records())
	return Tables{store.PlaceOf(o.records()), before, after, after}, err
}

// LookAtTables says what Migrate would do.
func LookAtTables(ctx context.Context, o Options) (Tables, error) {
	current, needed, err := store.Versions(ctx, o.records())
	return Tables{store.PlaceOf(o.records()), current, current, needed}, err
}

// Restore makes an installation of a copy that Backups.Make has made. The folder
// may hold the files of the lake, and no records.
func Restore(ctx context.Context, o Options, copied string) (backup.Restored, error) {
	return backup.Restore(ctx, copied, o.records(), lake.At(filepath.Join(o.Dir, "lake")))
}
