package month

import (
	"context"
	"errors"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/store"
)

// OpenChargesOf is OpenCharges with the charges of one billing group alone in view,
// and those of whom it buys from, by which the notes on its documents go. In a month
// of many customers it reads the folder of one. Close its session. It is an error
// where the month is not rated.
func (home *Installation) OpenChargesOf(ctx context.Context, c billing.Config, period billing.Period, group string) (*Work, error) {
	r, detail, err := home.CurrentRating(ctx, period)
	if errors.Is(err, store.ErrNotFound) {
		return nil, fmt.Errorf("%s is not rated yet; run `sluice close %s` first", period, period)
	}
	if err != nil {
		return nil, err
	}
	files, err := home.chargesUpTo(c, period, r.Revision, group)
	if err != nil {
		return nil, err
	}
	m, err := home.ratedMonth(ctx, r, detail)
	if err != nil {
		return nil, err
	}
	m.Config = c
	view := func() error {
		if err := m.Session.View(ctx, "charges", files); err != nil {
			return err
		}
		if err := commitment.Open(ctx, m.Session, home.Lake.AppliedDir(period, r.Revision)); err != nil {
			return err
		}
		return checkRated(ctx, m.Session, period)
	}
	if err := view(); err != nil {
		return nil, errors.Join(err, m.Session.Close())
	}
	return m, nil
}

// chargesUpTo are the files of a group's charges and of those that sell to it. A
// group that used nothing has none: those of all stand in for them then, in which
// nothing is the group's.
func (home *Installation) chargesUpTo(c billing.Config, period billing.Period, revision, group string) (files []string, err error) {
	parents := map[string]string{}
	for _, g := range c.BillingGroups {
		parents[g.ID] = g.Parent
	}
	for at := group; at != ""; {
		more, err := home.Lake.Charges(period, revision, at)
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
		next := parents[at]
		delete(parents, at) // a circle of parents, which nobody has checked yet, ends
		at = next
	}
	if len(files) == 0 {
		return home.Lake.Charges(period, revision, "")
	}
	return files, nil
}
