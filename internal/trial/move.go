package trial

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/store"
)

//go:embed sql/move.sql
var moveSQL string

// Move is what a change of the configuration does to a group's month. Amounts
// are exact, tax out, in the provider's currency, and as on the statement:
// before exchange, discount and rounding.
type Move struct {
	Period   billing.Period `json:"period"`
	Group    string         `json:"group"`             // a billing group, reseller or unassigned
	Invoice  string         `json:"invoice,omitempty"` // number, or id of the draft; empty where there is none
	State    invoice.State  `json:"state,omitempty"`
	Preview  bool           `json:"preview,omitempty"` // the draft is one of a preview
	Currency money.Currency `json:"currency"`

	// What the group pays for usage and marketplace. The reseller and what is
	// unassigned pay nothing.
	Before     money.Decimal `json:"before"`
	After      money.Decimal `json:"after"`
	Difference money.Decimal `json:"difference"`

	// What the provider bills for the group's usage, commitments' recurring fees
	// and marketplace, unblended. It moves where lines change their owner, as
	// fees do; over all groups, the reseller and what is unassigned, a month's
	// differences add up to 0. Adjusting entries and tax are not in it.
	CostBefore     money.Decimal `json:"cost_before"`
	CostAfter      money.Decimal `json:"cost_after"`
	CostDifference money.Decimal `json:"cost_difference"`

	// Stale says that data or configuration changed after the month was rated:
	// the difference has what that moves in it too.
	Stale bool `json:"stale,omitempty"`
}

// Effect tells what the wanted configuration would move: it prices every rated
// month from the given one on again, from the loads it was rated from, and
// compares that with the rating in force. Nothing in force changes, and other
// runs may work on the same months; what is written lies in a temporary folder
// that is gone in the end. The moves are sorted by month and group; groups for
// which nothing changes are left out. Exchange rates, taxes, discounts and
// additional items come after the statement and move nothing here.
func (ts *Trials) Effect(ctx context.Context, wanted billing.Config, from billing.Period) ([]Move, error) {
	now, err := ts.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	periods, err := ts.home.Store.Periods(ctx)
	if err != nil {
		return nil, err
	}
	var all []Move
	for _, period := range periods {
		if period.Before(from) {
			continue
		}
		moves, err := ts.monthEffect(ctx, now, wanted, period)
		if err != nil {
			return nil, fmt.Errorf("what it would move in %s: %w", period, err)
		}
		all = append(all, moves...)
	}
	return all, nil
}

// monthEffect is Effect for one month; none where it is not rated.
func (ts *Trials) monthEffect(ctx context.Context, now, wanted billing.Config, period billing.Period) ([]Move, error) {
	r, _, err := ts.home.CurrentRating(ctx, period)
	if errors.Is(err, store.ErrNotFound) || err == nil && r.Config == month.Ruling(wanted) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	loads, _, err := ts.home.InForce(ctx, now, period)
	if err != nil {
		return nil, err
	}
	before, after, err := ts.priceBoth(ctx, wanted, period)
	if err != nil {
		return nil, err
	}
	documents, err := ts.home.Documents(ctx, period)
	if err != nil {
		return nil, err
	}
	moves := differences(before, after)
	for i := range moves {
		moves[i].Period, moves[i].Stale = period, month.Stale(r, now, loads)
		moves[i].name(documents)
	}
	return moves, nil
}

// owned is an owner's part of a month in one currency.
type owned struct {
	group    string
	currency money.Currency
}

// sums are what it pays, and what its lines cost.
type sums struct{ price, cost money.Decimal }

// priceBoth returns the sums of the rating in force, and those that the wanted
// configuration makes of the same loads.
func (ts *Trials) priceBoth(ctx context.Context, wanted billing.Config, period billing.Period) (before, after map[owned]sums, err error) {
	m, err := ts.home.OpenRated(ctx, period)
	if err != nil {
		return nil, nil, err
	}
	defer m.Session.Close()
	if before, err = sumsOf(ctx, m.Session); err != nil {
		return nil, nil, err
	}
	m.Config = wanted
	err = ts.priceAside(ctx, m, func([]string) error {
		after, err = sumsOf(ctx, m.Session)
		return err
	})
	return before, after, err
}

func sumsOf(ctx context.Context, s engine.Session) (map[owned]sums, error) {
	type total struct {
		owned
		sums
	}
	totals, err := engine.Collect(ctx, s, func(t *total) []any {
		return []any{&t.group, &t.currency, engine.Exact(&t.price), engine.Exact(&t.cost)}
	}, moveSQL)
	if err != nil {
		return nil, err
	}
	all := map[owned]sums{}
	for _, t := range totals {
		all[t.owned] = t.sums
	}
	return all, nil
}

// differences are the moves between two pricings of a month.
func differences(before, after map[owned]sums) []Move {
	owners := maps.Clone(before)
	maps.Copy(owners, after)
	var moves []Move
	for _, o := range slices.SortedFunc(maps.Keys(owners), func(a, b owned) int {
		return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.currency, b.currency))
	}) {
		b, a := before[o], after[o]
		if a.price.Equal(b.price) && a.cost.Equal(b.cost) {
			continue
		}
		moves = append(moves, Move{
			Group: o.group, Currency: o.currency,
			Before: b.price, After: a.price, Difference: a.price.Sub(b.price),
			CostBefore: b.cost, CostAfter: a.cost, CostDifference: a.cost.Sub(b.cost),
		})
	}
	return moves
}

// name adds the group's document, if it has one.
func (m *Move) name(documents []invoice.Invoice) {
	for _, d := range documents {
		if d.Group == m.Group {
			m.Invoice, m.State, m.Preview = cmp.Or(d.Number, d.ID), d.State, d.Preview
		}
	}
}
