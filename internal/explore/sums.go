package explore

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/store"
)

var (
	//go:embed sql/tag_sets.sql
	tagSetsSQL string
	//go:embed sql/charge_tags.sql
	chargeTagsSQL string
	//go:embed sql/sums.sql
	sumsSQL string
	//go:embed sql/tags.sql
	tagsSQL string
)

// layout is raised when the sums get other columns: those of an older program are
// then made anew.
const layout = "1"

// folder is where the sums of a revision lie. They follow from the revision's
// charges and the lines of its loads alone; who removes them loses nothing.
func (x *Explorer) folder(period billing.Period, revision string) string {
	return filepath.Join(x.home.Lake.Root(), "explore", "layout="+layout, "period="+period.String(), "rev="+revision)
}

// summed returns the folder with the sums of a month as it was rated last; they are
// made where they are not there. priced is false where the month is not rated.
func (x *Explorer) summed(ctx context.Context, period billing.Period) (dir string, priced bool, err error) {
	for try := 1; ; try++ {
		rated, err := x.home.Store.CurrentRated(ctx, period)
		if errors.Is(err, store.ErrNotFound) {
			return "", false, nil
		}
		if err != nil {
			return "", false, err
		}
		dir = x.folder(period, rated.Revision)
		if _, err := os.Stat(dir); err == nil {
			return dir, true, nil
		}
		err = x.make(ctx, period, rated.Revision)
		if err == nil {
			return dir, true, nil
		}
		now, again := x.home.Store.CurrentRated(ctx, period)
		if again != nil || now.Revision == rated.Revision || try == tries {
			return "", false, fmt.Errorf("summing %s up for questions: %w", period, err)
		}
		// A close has taken the charges away meanwhile, and left newer ones.
	}
}

// tries bounds how often a question begins again because a month is closed anew.
const tries = 3

// make writes the sums of a revision, once for all who wait for them. Who stops
// waiting does not stop it: the next one who asks needs them, too.
func (x *Explorer) make(ctx context.Context, period billing.Period, revision string) error {
	made := x.making.DoChan(x.folder(period, revision), func() (any, error) {
		x.one.Lock()
		defer x.one.Unlock()
		return nil, x.write(context.WithoutCancel(ctx), period, revision)
	})
	select {
	case <-ctx.Done():
		return ctx.Err()
	case result := <-made:
		return result.Err
	}
}

// write writes the sums beside their place and then moves them there, whole. What a
// crash leaves of that is removed with the sums of older revisions.
func (x *Explorer) write(ctx context.Context, period billing.Period, revision string) (err error) {
	dir := x.folder(period, revision)
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	unfinished, err := os.MkdirTemp(filepath.Dir(dir), unfinishedMark)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(unfinished)) }()
	m, err := x.home.OpenRated(ctx, period)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Session.Close()) }()
	if m.Revision != revision {
		return fmt.Errorf("%s was closed again in this moment", period)
	}
	if err := writeSums(ctx, m, unfinished); err != nil {
		return err
	}
	if err := os.Chmod(unfinished, 0o755); err != nil {
		return err
	}
	if err := os.Rename(unfinished, dir); err != nil {
		if _, there := os.Stat(dir); there == nil {
			return nil // another process was as fast
		}
		return err
	}
	return x.sweep(period, revision)
}

const unfinishedMark = "unfinished-"

// writeSums writes the sums of an open month and its tags below a folder.
func writeSums(ctx context.Context, m *month.Work, dir string) (err error) {
	s := m.Session
	defer func() { // a session is used again, and its tables with it
		for _, name := range []string{"line_tag_sets", "charge_tags"} {
			err = errors.Join(err, s.Exec(context.WithoutCancel(ctx), "DROP TABLE IF EXISTS "+name))
		}
	}()
	for _, made := range []struct{ name, sql string }{{"line_tag_sets", tagSetsSQL}, {"charge_tags", chargeTagsSQL}} {
		if err := s.Exec(ctx, "CREATE OR REPLACE TEMP TABLE "+made.name+" AS "+made.sql); err != nil {
			return fmt.Errorf("reading tags: %w", err)
		}
	}
	owners, err := customers(ctx, m)
	if err != nil {
		return err
	}
	sums := strings.ReplaceAll(sumsSQL, "{customers}", owners)
	if _, err := s.Write(ctx, sums, filepath.Join(dir, "sums"), "provider", 1); err != nil {
		return err
	}
	_, err = s.Write(ctx, tagsSQL, filepath.Join(dir, "tags"), "tagged", 1)
	return err
}

// customers makes the table of whose the billing groups were when the month was
// rated, and returns its name.
func customers(ctx context.Context, m *month.Work) (string, error) {
	const name = "explored_customers"
	rows := make([][]any, len(m.Config.BillingGroups))
	for i, g := range m.Config.BillingGroups {
		rows[i] = []any{g.ID, g.Customer}
	}
	return name, m.Session.Table(ctx, name, []engine.TableColumn{{Name: "group", Type: "VARCHAR"}, {Name: "customer", Type: "VARCHAR"}}, rows)
}

// sweep removes what is left of older revisions of a month, and of processes that
// have been ended; nothing that somebody may be writing.
func (x *Explorer) sweep(period billing.Period, revision string) error {
	keep := x.folder(period, revision)
	entries, err := os.ReadDir(filepath.Dir(keep))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == filepath.Base(keep) {
			continue
		}
		if strings.HasPrefix(e.Name(), unfinishedMark) {
			info, err := e.Info()
			if err != nil || time.Since(info.ModTime()) < 24*time.Hour {
				continue
			}
		}
		if err := os.RemoveAll(filepath.Join(filepath.Dir(keep), e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// errMoved says that sums were there and are not any more.
var errMoved = errors.New("the sums were removed in this moment; ask again")

// reading runs a reader on the sums of the months from one to another, as far as they
// are rated: on a session with the views sums and tags, and on these months. Without
// any there are no views. Where it fails because a month was closed anew meanwhile,
// and its sums are gone, it begins again.
func (x *Explorer) reading(ctx context.Context, from, to billing.Period, read func(engine.Session, []billing.Period) error) error {
	for try := 1; ; try++ {
		dirs, err := x.readOnce(ctx, from, to, read)
		if err == nil || ctx.Err() != nil || try == tries {
			return err
		}
		gone := slices.ContainsFunc(dirs, func(dir string) bool {
			_, err := os.Stat(dir)
			return errors.Is(err, fs.ErrNotExist)
		})
		if !gone && !errors.Is(err, errMoved) {
			return err
		}
	}
}

// readOnce returns the folders that were read, too.
func (x *Explorer) readOnce(ctx context.Context, from, to billing.Period, read func(engine.Session, []billing.Period) error) (dirs []string, err error) {
	var months []billing.Period
	files := map[string][]string{}
	for p := from; !to.Before(p); p = p.Next() {
		dir, priced, err := x.summed(ctx, p)
		if err != nil {
			return dirs, err
		}
		if !priced {
			continue
		}
		dirs, months = append(dirs, dir), append(months, p)
		for _, name := range []string{"sums", "tags"} {
			found, err := filepath.Glob(filepath.Join(dir, name, "*", "*.parquet"))
			if err != nil {
				return dirs, err
			}
			if len(found) == 0 {
				return dirs, errMoved
			}
			files[name] = append(files[name], found...)
		}
	}
	s, err := x.home.Engine.Session(ctx)
	if err != nil {
		return dirs, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	for name, found := range files {
		if err := s.View(ctx, name, found); err != nil {
			return dirs, err
		}
	}
	return dirs, read(s, months)
}

// Newest is the last month that is rated; the zero Period where none is.
func (x *Explorer) Newest(ctx context.Context) (billing.Period, error) {
	periods, err := x.home.Store.Periods(ctx)
	if err != nil {
		return billing.Period{}, err
	}
	for _, p := range slices.Backward(periods) {
		if _, err := x.home.Store.CurrentRated(ctx, p); !errors.Is(err, store.ErrNotFound) {
			return p, err
		}
	}
	return billing.Period{}, nil
}
