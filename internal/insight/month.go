package insight

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// monthDays is a month day by day, in each currency.
type monthDays struct {
	period      billing.Period
	through     billing.Day // the last day that has usage; before the month where none has
	over        bool        // nothing is to come
	price, cost map[money.Currency]span
}

// days reads a month day by day. A month is over when it was closed, and not only
// looked ahead at, or when its last day has usage and is two days past: providers
// write a day until the day after.
func (in *Insights) days(ctx context.Context, c *charges) (monthDays, error) {
	flows, err := c.flows(ctx)
	if err != nil {
		return monthDays{}, err
	}
	last, today := c.period.LastDay(), in.home.Today()
	m := monthDays{
		period: c.period, through: c.through, over: today > last && c.final || c.through == last && today > last+1,
		price: map[money.Currency]span{}, cost: map[money.Currency]span{},
	}
	for _, f := range flows {
		m.add(m.price, f, f.price)
		m.add(m.cost, f, f.cost)
	}
	return m, nil
}

func (m monthDays) add(to map[money.Currency]span, f flow, amount money.Decimal) {
	s, there := to[f.currency]
	if !there {
		s = span{m.period.FirstDay(), m.period.LastDay(), m.through, m.over, map[billing.Day]money.Decimal{}, map[billing.Day]money.Decimal{}}
		to[f.currency] = s
	}
	days := s.daily
	if f.once {
		days = s.once
	}
	days[f.day] = days[f.day].Add(amount)
}

// throughDay is the last day with usage, for whom there may be none.
func (m monthDays) throughDay() *billing.Day {
	if m.through < m.period.FirstDay() {
		return nil
	}
	return &m.through
}

// fullDays is how many first days of the month are full: of one that is not over,
// those alone can be compared with the same days of another month.
func (m monthDays) fullDays() int {
	last := m.through - 1
	if m.over {
		last = m.period.LastDay()
	}
	return max(int(last-m.period.FirstDay())+1, 0)
}

// twoMonths are a month and the one that it is compared with. before is nil, and
// was without days, where that one is not rated.
type twoMonths struct {
	now, before *charges
	is, was     monthDays
}

// twoMonths opens two months, as charges does; nil where the first one is not rated. Close it.
func (in *Insights) twoMonths(ctx context.Context, period, against billing.Period, groups []string, cost string) (_ *twoMonths, err error) {
	t := &twoMonths{}
	defer func() {
		if err != nil {
			err = errors.Join(err, t.Close())
		}
	}()
	if t.now, err = in.charges(ctx, period, groups, cost); err != nil || t.now == nil {
		return nil, err
	}
	if t.is, err = in.days(ctx, t.now); err != nil {
		return nil, err
	}
	if t.before, err = in.charges(ctx, against, groups, cost); err != nil {
		return nil, err
	}
	if t.before != nil {
		t.was, err = in.days(ctx, t.before)
	}
	return t, err
}

// Close ends the sessions.
func (t *twoMonths) Close() (err error) {
	for _, c := range []*charges{t.now, t.before} {
		if c != nil {
			err = errors.Join(err, c.Close())
		}
	}
	return err
}

// currencies of both months, sorted.
func (t *twoMonths) currencies() []money.Currency {
	all := slices.AppendSeq(slices.Collect(maps.Keys(t.is.price)), maps.Keys(t.was.price))
	slices.Sort(all)
	return slices.Compact(all)
}

// comparedDays is how many first days of both months are compared: 0 means whole
// months. ok is false where there is nothing to compare.
func (t *twoMonths) comparedDays() (days int, ok bool) {
	if t.before == nil {
		return 0, false
	}
	if t.is.over {
		return 0, true
	}
	days = t.is.fullDays()
	return days, days > 0
}

// changes tells why the months differ, by currency.
func (t *twoMonths) changes(ctx context.Context, top int) (map[money.Currency]ChangeSet, error) {
	days, ok := t.comparedDays()
	if !ok {
		return nil, nil
	}
	before, err := t.before.items(ctx, days)
	if err != nil {
		return nil, err
	}
	after, err := t.now.items(ctx, days)
	if err != nil {
		return nil, err
	}
	return explain(before, after, top), nil
}
