package month

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/rating"
	"github.com/sluice-billing/sluice/internal/store"
)

// Price runs the stages assign, commitment and rating, each over what the one
// before left, and opens the charges. What they write goes into the given lake.
func (home *Installation) Price(ctx context.Context, m *Work, into lake.Lake) error {
	work, err := home.Assigned(m)
	if err != nil {
		return err
	}
	if err := assign.Open(ctx, m.Session, work); err != nil {
		return err
	}
	used, err := home.commit(ctx, m, work, into)
	if err != nil {
		return err
	}
	report, err := rating.Rate(ctx, m.Session, rating.Input{Month: work, Dir: into.RatedDir(m.Period, m.Revision)})
	if err != nil {
		return err
	}
	if err := used.Kept("summing usage", report); err != nil {
		return err
	}
	files, err := into.Charges(m.Period, m.Revision, "")
	if err != nil {
		return err
	}
	if err := m.Session.View(ctx, "charges", files); err != nil {
		return err
	}
	return rating.Conserved(ctx, m.Session, report)
}

// commit decides whose commitments cover what, and opens the lines' parts and
// the usage there is to price. It returns the lines and the money of the loads,
// which is what the lake must hold.
func (home *Installation) commit(ctx context.Context, m *Work, work assign.Month, into lake.Lake) (billing.Report, error) {
	loaded := billing.Report{In: billing.Money{}}
	for _, l := range m.Loads {
		totals, err := TotalsOf(l)
		if err != nil {
			return loaded, err
		}
		for currency, sum := range totals.Money() {
			loaded.In.Add(currency, sum)
		}
		for _, i := range totals.Invoices {
			loaded.RowsIn += i.Rows
		}
	}
	in := commitment.Input{Month: work, Dir: into.AppliedDir(m.Period, m.Revision)}
	last, err := home.Store.CurrentRated(ctx, m.Period)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return loaded, err
	}
	if err == nil {
		in.Last = home.Lake.AppliedDir(m.Period, last.Revision)
	}
	done, err := commitment.Apply(ctx, m.Session, in)
	if err != nil {
		return loaded, err
	}
	m.Found, m.Commitments, m.lake, m.changes = done.Findings, done.Commitments, done.Lake, done.Changes
	held := assign.ReportOf(done.Lake)
	if diff := loaded.In.Minus(held.In); len(diff) > 0 || loaded.RowsIn != held.RowsIn {
		return loaded, fmt.Errorf("the lake does not hold what was ingested: it has %d lines of %d, and differs by %v; the files under %s were changed or lost. Ingest the month again",
			held.RowsIn, loaded.RowsIn, diff, filepath.Dir(work.Loads[0].Files[0]))
	}
	return loaded, nil
}
