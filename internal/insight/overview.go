package insight

import (
	"context"
	"errors"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// Overview is what billing groups will pay for a month, and why it is another sum
// than the month before. Amounts are the groups' own prices for usage and
// marketplace: exact, without tax and what invoices add, in the provider's currency.
type Overview struct {
	Comparison
	Currencies []OverviewMoney `json:"currencies"`
	Invoices   []PartChange    `json:"invoices"` // what invoices charge beside usage, where both months have one
}

// OverviewMoney is a month in one currency.
type OverviewMoney struct {
	Currency   money.Currency `json:"currency"`
	ToDate     money.Decimal  `json:"to_date"`              // all that the month has so far
	Forecast   *Forecast      `json:"forecast,omitempty"`   // nil before the first day is full
	LastMonth  *money.Decimal `json:"last_month,omitempty"` // all of it; nil where it is not rated
	Difference *money.Decimal `json:"difference,omitempty"` // forecast less last month
	Changes    *ChangeSet     `json:"changes,omitempty"`    // of the days that are compared
	Days       []DayAmount    `json:"days"`                 // through the last day with usage
	LastDays   []DayAmount    `json:"last_days"`            // of the month before
}

// DayAmount is what one day comes to.
type DayAmount struct {
	Day    billing.Day   `json:"day"`
	Amount money.Decimal `json:"amount"`
}

// Overview tells of the billing groups what their month comes to. The documents are
// those that whoever asks may see, of all months; top is how many changes are named.
func (in *Insights) Overview(ctx context.Context, period billing.Period, groups []string, documents []invoice.Invoice, top int) (o Overview, err error) {
	against := period.Previous()
	o = Overview{Comparison: Comparison{Period: period, Against: against}, Currencies: []OverviewMoney{}, Invoices: partsBetween(documents, period, against)}
	if len(groups) == 0 {
		return o, nil
	}
	t, err := in.twoMonths(ctx, period, against, groups, noCostSQL)
	if err != nil || t == nil {
		return o, err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	changes, err := t.changes(ctx, top)
	if err != nil {
		return o, err
	}
	o.Comparison = t.comparison(period, against)
	for _, currency := range t.currencies() {
		is, was := t.price(currency)
		m := OverviewMoney{Currency: currency, ToDate: is.sum(), Forecast: is.forecast(was), Days: is.amounts(), LastDays: []DayAmount{}}
		if was != nil {
			sum := was.sum()
			m.LastMonth, m.LastDays = &sum, was.amounts()
		}
		if m.Forecast != nil && m.LastMonth != nil {
			difference := m.Forecast.Amount.Sub(*m.LastMonth)
			m.Difference = &difference
		}
		if set, ok := changes[currency]; ok {
			m.Changes = &set
		}
		o.Currencies = append(o.Currencies, m)
	}
	return o, nil
}

// price are the days of both months in a currency; was is nil where the month before
// is not rated.
func (t *twoMonths) price(currency money.Currency) (is span, was *span) {
	return t.days(currency, t.is.price, t.was.price)
}

func (t *twoMonths) days(currency money.Currency, now, before map[money.Currency]span) (is span, was *span) {
	is = t.is.spanOf(now, currency)
	if t.before == nil {
		return is, nil
	}
	before0 := t.was.spanOf(before, currency)
	return is, &before0
}

// spanOf is a month in a currency; one without amounts where it has none.
func (m monthDays) spanOf(all map[money.Currency]span, currency money.Currency) span {
	if s, ok := all[currency]; ok {
		return s
	}
	return span{first: m.period.FirstDay(), last: m.period.LastDay(), through: m.through, over: m.over}
}

// amounts are all days through the last one that has something, with 0 where there
// is nothing.
func (s span) amounts() []DayAmount {
	last := s.through
	for _, days := range []map[billing.Day]money.Decimal{s.daily, s.once} {
		for day := range days {
			last = max(last, day)
		}
	}
	all := []DayAmount{}
	for day := s.first; day <= last; day++ {
		all = append(all, DayAmount{day, s.daily[day].Add(s.once[day])})
	}
	return all
}
