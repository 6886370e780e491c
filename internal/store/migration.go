package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

// Migrations only add: tables, columns with a default, indexes. So a program
// that is one version older goes on running beside the new one.
//
//go:embed migration/*.sql
var migrations embed.FS

// newest asks for all migrations.
const newest = int64(-1)

// Migrate brings the tables of the records at a place up to date, as Open does,
// and returns their version before and after; 0 for records that were not there.
func Migrate(ctx context.Context, at string) (before, after int64, err error) {
	s, err := connect(ctx, at)
	if err != nil {
		return 0, 0, err
	}
	before, after, err = s.migrate(ctx, newest)
	if err != nil {
		err = fmt.Errorf("bring the records %s up to date: %w", s.place, err)
	}
	return before, after, errors.Join(err, s.Close())
}

// Versions returns the version that the tables of the records at a place have,
// and the one that this program needs. It changes no table of the records.
func Versions(ctx context.Context, at string) (current, needed int64, err error) {
	s, err := connect(ctx, at)
	if err != nil {
		return 0, 0, err
	}
	err = s.guarded(ctx, func(p *goose.Provider) (err error) {
		current, needed, err = p.GetVersions(ctx)
		return err
	})
	if err != nil {
		err = fmt.Errorf("read the version of the records %s: %w", s.place, err)
	}
	return current, needed, errors.Join(err, s.Close())
}

// migrate brings the tables to a version, and refuses those of a newer program.
func (s *Store) migrate(ctx context.Context, version int64) (before, after int64, err error) {
	err = s.guarded(ctx, func(p *goose.Provider) error {
		current, target, err := p.GetVersions(ctx)
		if err != nil {
			return fmt.Errorf("read the version of the tables: %w", err)
		}
		if version == newest {
			version = target
		}
		before, after = current, version
		switch {
		case current > target:
			return fmt.Errorf("a newer Sluice has written them: their tables have version %d, this program knows %d; use the newer program", current, target)
		case current >= version:
			return nil
		}
		if _, err := p.UpTo(ctx, version); err != nil {
			return fmt.Errorf("bring the tables from version %d to %d: %w", current, version, err)
		}
		return nil
	})
	return before, after, err
}

// knows tells whether this program has a migration to the version.
func (s *Store) knows(ctx context.Context, version int64) (known bool, err error) {
	err = s.guarded(ctx, func(p *goose.Provider) error {
		_, target, err := p.GetVersions(ctx)
		known = version > 0 && version <= target
		return err
	})
	return known, err
}

// guarded works on the migrations while no other process does.
func (s *Store) guarded(ctx context.Context, work func(*goose.Provider) error) (err error) {
	release, err := s.kind.guard(ctx, s.db)
	if err != nil {
		return fmt.Errorf("wait for another process that is changing the tables: %w", err)
	}
	defer func() { err = errors.Join(err, release()) }()
	folder, err := fs.Sub(migrations, "migration")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(s.kind.dialect(), s.db, folder)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	return work(provider)
}
