package answer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/store"
)

// Timeline returns every commitment that the loaded months from one to another
// tell of, and where it stands on a day: by payer and id. Zero months bound
// nothing.
func (as *Answers) Timeline(ctx context.Context, from, to billing.Period, on billing.Day) ([]commitment.Course, error) {
	periods, err := as.home.Store.Periods(ctx)
	if err != nil {
		return nil, err
	}
	c, err := as.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	type name struct{ payer, id string }
	courses := map[name]*commitment.Course{}
	for _, period := range periods {
		if !from.IsZero() && period.Before(from) || !to.IsZero() && to.Before(period) {
			continue
		}
		standings, priced, err := as.standings(ctx, c, period)
		if err != nil {
			return nil, fmt.Errorf("the commitments of %s: %w", period, err)
		}
		for _, p := range standings {
			n := name{p.Payer, p.ID}
			if courses[n] == nil {
				courses[n] = &commitment.Course{OwnerGroups: []string{}}
			}
			courses[n].GoOn(p, period, priced)
		}
	}
	all := []commitment.Course{}
	for _, n := range slices.SortedFunc(maps.Keys(courses), func(a, b name) int {
		return cmp.Or(cmp.Compare(a.payer, b.payer), cmp.Compare(a.id, b.id))
	}) {
		courses[n].Stand(on)
		all = append(all, *courses[n])
	}
	return all, nil
}

// standings are a month's commitments: as it was priced, or else as its loads in
// force tell of them.
func (as *Answers) standings(ctx context.Context, c billing.Config, period billing.Period) (all []commitment.Position, priced bool, err error) {
	_, err = as.home.Store.CurrentRated(ctx, period)
	switch {
	case err == nil:
		err = as.Commitments(ctx, period, func(r *commitment.Reports) (err error) {
			all, err = r.Standings(ctx)
			return err
		})
		return all, true, err
	case !errors.Is(err, store.ErrNotFound):
		return nil, false, err
	}
	told, err := as.commitmentsOf(ctx, c, period)
	for _, t := range told {
		all = append(all, commitment.PositionOf(t))
	}
	return all, false, err
}
