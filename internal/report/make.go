package report

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
)

// Answer asks what a report asks about a month, in its user's name and with the
// user's rights of now: CSV, and how many rows it has. Its error is for the user.
type Answer func(ctx context.Context, r Report, period billing.Period) (csv []byte, rows int64, err error)

// MakeDue makes the reports that are due. One that could not be made says why, and is
// due again when its schedule says; those that were due several times, such as while no
// server ran, are made once.
func (rs *Reports) MakeDue(ctx context.Context, ask Answer) error {
	now := rs.now().UTC().Truncate(time.Microsecond)
	due, err := rs.store.DueReports(ctx, now)
	if err != nil {
		return err
	}
	var failed error
	for _, x := range due {
		if err := rs.make(ctx, reportOf(x), now, ask); err != nil {
			failed = errors.Join(failed, err)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return failed
}

func (rs *Reports) make(ctx context.Context, r Report, now time.Time, ask Answer) error {
	period, next := r.When.Period(r.Due), r.When.Next(now)
	data, rows, err := ask(ctx, r, period)
	if ctx.Err() != nil {
		return ctx.Err() // the server stops; it stays due
	}
	if err != nil {
		_, err := rs.store.MadeReport(ctx, r.stored(), next, nil, err.Error())
		return err
	}
	f := File{ID: ulid.Make().String(), Report: r.ID, Period: period, Made: now, Rows: rows, Bytes: int64(len(data))}
	if err := os.MkdirAll(rs.dir, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(rs.file(f.ID), data, 0o600); err != nil {
		return err
	}
	made, err := rs.store.MadeReport(ctx, r.stored(), next, new(store.ReportFile(f)), "")
	if err != nil || !made { // the user has changed or removed it
		return errors.Join(err, os.Remove(rs.file(f.ID)))
	}
	return nil
}

// Clean removes the files that are older than 90 days, and those that a crash or a
// user who is gone has left behind.
func (rs *Reports) Clean(ctx context.Context) error {
	before := rs.now().Add(-keep)
	if err := rs.store.ForgetReportFiles(ctx, before); err != nil {
		return err
	}
	found, err := os.ReadDir(rs.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, f := range found {
		info, old := f.Info()
		if old == nil && strings.HasSuffix(f.Name(), ".csv") && info.ModTime().Before(before) {
			err = errors.Join(err, os.Remove(filepath.Join(rs.dir, f.Name())))
		}
	}
	return err
}
