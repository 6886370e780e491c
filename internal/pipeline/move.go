package pipeline

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
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
func (p *Pipeline) Effect(ctx context.Context, wanted billing.Config, from billing.Period) ([]Move, error) {
	now, err := p.Config(ctx)
	if err != nil {
		return nil, err
	}
	periods, err := p.Store.Periods(ctx)
	if err != nil {
		return nil, err
	}
	var all []Move
	for _, period := range periods {
		if period.Before(from) {
			continue
		}
		moves, err := p.monthEffect(ctx, now, wanted, period)
		if err != nil {
			return nil, fmt.Errorf("what it would move in %s: %w", period, err)
		}
		all = append(all, moves...)
	}
	return all, nil
}

// monthEffect is Effect for one month; none where it is not rated.
func (p *Pipeline) monthEffect(ctx context.Context, now, wanted billing.Config, period billing.Period) ([]Move, error) {
	r, _, err := p.currentRating(ctx, period)
	if errors.Is(err, store.ErrNotFound) || err == nil && r.Config == ruling(wanted) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	loads, _, err := p.inForce(ctx, now, period)
	if err != nil {
		return nil, err
	}
	before, after, err := p.priceBoth(ctx, wanted, period)
	if err != nil {
		return nil, err
	}
	documents, err := p.documents(ctx, period)
	if err != nil {
		return nil, err
	}
	moves := differences(before, after)
	for i := range moves {
		moves[i].Period, moves[i].Stale = period, stale(r, now, loads)
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
func (p *Pipeline) priceBoth(ctx context.Context, wanted billing.Config, period billing.Period) (before, after map[owned]sums, err error) {
	m, err := p.openRated(ctx, period)
	if err != nil {
		return nil, nil, err
	}
	defer m.session.Close()
	if before, err = sumsOf(ctx, m.session); err != nil {
		return nil, nil, err
	}
	m.config = wanted
	err = p.priceAside(ctx, m, func([]string) error {
		after, err = sumsOf(ctx, m.session)
		return err
	})
	return before, after, err
}

func sumsOf(ctx context.Context, s engine.Session) (map[owned]sums, error) {
	type total struct {
		owned
		price, cost string
	}
	totals, err := engine.Collect(ctx, s, func(t *total) []any { return []any{&t.group, &t.currency, &t.price, &t.cost} }, moveSQL)
	if err != nil {
		return nil, err
	}
	all := map[owned]sums{}
	for _, t := range totals {
		numbers, err := parseSums([]string{t.price, t.cost})
		if err != nil {
			return nil, err
		}
		all[t.owned] = sums{numbers[0], numbers[1]}
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

// ClosedMonths returns the months from the given one on that are closed, or
// have an issued document, and were not opened again since: those that are
// changed by corrections only (R18).
func (p *Pipeline) ClosedMonths(ctx context.Context, from billing.Period) ([]billing.Period, error) {
	periods, err := p.Store.Periods(ctx)
	if err != nil {
		return nil, err
	}
	var closed []billing.Period
	for _, period := range periods {
		if period.Before(from) {
			continue
		}
		states, err := p.Store.PeriodStates(ctx, period)
		if err != nil {
			return nil, err
		}
		documents, err := p.Store.Invoices(ctx, period)
		if err != nil {
			return nil, err
		}
		reopened, err := p.Store.Reopened(ctx, period)
		if err != nil {
			return nil, err
		}
		if reopened == nil && (slices.ContainsFunc(states, isClosed) || slices.ContainsFunc(documents, isIssued)) {
			closed = append(closed, period)
		}
	}
	return closed, nil
}

func isClosed(s store.PeriodState) bool {
	return closedState(s.State)
}

func isIssued(i store.Invoice) bool { return i.State == store.InvoiceIssued }

// FindCommitment returns the commitment whose id is the given one, or ends
// with it as no other does, as the newest loaded month that has one tells of
// it. It is an error when no month does, or when several ids end so.
func (p *Pipeline) FindCommitment(ctx context.Context, ending string) (commitment.Commitment, error) {
	unknown := fmt.Errorf("no line of a loaded month names a commitment %q; give its id, or the end of it", ending)
	if ending == "" {
		return commitment.Commitment{}, unknown
	}
	periods, err := p.Store.Periods(ctx)
	if err != nil {
		return commitment.Commitment{}, err
	}
	c, err := p.Config(ctx)
	if err != nil {
		return commitment.Commitment{}, err
	}
	for _, period := range slices.Backward(periods) {
		all, err := p.commitmentsOf(ctx, c, period)
		if err != nil {
			return commitment.Commitment{}, fmt.Errorf("the commitments of %s: %w", period, err)
		}
		found := commitment.EndingWith(all, ending)
		slices.SortFunc(found, func(a, b commitment.Commitment) int { return cmp.Compare(a.ID, b.ID) })
		// Of two payers that have lines of one, either tells its id.
		found = slices.CompactFunc(found, func(a, b commitment.Commitment) bool { return a.ID == b.ID })
		if len(found) > 1 {
			ids := make([]string, len(found))
			for i := range found {
				ids[i] = found[i].ID
			}
			return found[0], fmt.Errorf("%q names %d commitments; write more of one's id:\n%s", ending, len(ids), strings.Join(ids, "\n"))
		}
		if len(found) == 1 {
			return found[0], nil
		}
	}
	return commitment.Commitment{}, unknown
}

// commitmentsOf reads what the loads in force of a month, rated or not, tell of
// commitments.
func (p *Pipeline) commitmentsOf(ctx context.Context, c billing.Config, period billing.Period) ([]commitment.Commitment, error) {
	loads, _, err := p.inForce(ctx, c, period)
	if err != nil || len(loads) == 0 {
		return nil, err
	}
	m, err := p.openMonth(ctx, c, period)
	if err != nil {
		return nil, err
	}
	defer m.session.Close()
	work, err := p.assigned(m)
	if err != nil {
		return nil, err
	}
	if err := assign.Open(ctx, m.session, work); err != nil {
		return nil, err
	}
	return commitment.Read(ctx, m.session, work)
}
