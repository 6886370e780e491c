package insight

import (
	"context"
	"errors"
	"slices"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/money"
)

// Dashboard is what the reseller's people look at first: what a month earns beside
// the one before, by what and by whom, what it will come to, and what is open. Each
// currency is by itself.
type Dashboard struct {
	Comparison
	Currencies []DashboardMoney `json:"currencies"` // of the provider, before exchange
	// Documents are what the reseller's documents add to the margin of their lines, in
	// their own currencies.
	Documents   []DocumentMoney   `json:"documents"`
	Commitments []CommitmentMoney `json:"commitments"`
	// Receivables are what all customers owe today, with tax; nil for whom they are
	// not.
	Receivables *[]OwedMoney `json:"receivables,omitempty"`
}

// DashboardMoney is a month in one currency of the provider. Amounts are exact and
// without tax; cost is after discounts in columns.
type DashboardMoney struct {
	Currency   money.Currency    `json:"currency"`
	Now        MonthSum          `json:"now"`
	Before     *MonthSum         `json:"before,omitempty"`   // nil where the month before is not rated
	Sources    []SourceSum       `json:"sources"`            // what margin comes from; they add up to it
	Unassigned money.Decimal     `json:"unassigned"`         // cost of what is nobody's
	Forecast   DashboardForecast `json:"forecast"`           // of usage and marketplace, before entries
	Days       []DashboardDay    `json:"days"`               // through the last day with usage
	LastDays   []DashboardDay    `json:"last_days"`          // of the month before
	ByPrice    []CustomerSum     `json:"customers_by_price"` // the first ten
	ByMargin   []CustomerSum     `json:"customers_by_margin"`
	ByChange   []CustomerSum     `json:"customers_by_change"` // of the days that are compared, up or down
}

// MonthSum is what a month earns so far.
type MonthSum struct {
	Billed  money.Decimal  `json:"billed"` // what the reseller charges for lines
	Cost    money.Decimal  `json:"cost"`   // what the provider charges for them
	Margin  money.Decimal  `json:"margin"`
	Percent *money.Decimal `json:"margin_percent,omitempty"` // of billed, cut after two digits; nil where that is 0
}

// SourceSum is what a source of margin brings in both months.
type SourceSum struct {
	Source earnings.Source `json:"source"`
	Amount money.Decimal   `json:"amount"`
	Before money.Decimal   `json:"before"`
}

// DashboardForecast is what a month will come to.
type DashboardForecast struct {
	Price *Forecast `json:"price,omitempty"` // nil before the first day is full
	Cost  *Forecast `json:"cost,omitempty"`
}

// DashboardDay is one day of a month.
type DashboardDay struct {
	Day   billing.Day   `json:"day"`
	Price money.Decimal `json:"price"`
	Cost  money.Decimal `json:"cost"`
}

// Dashboard tells of a month. withReceivables says that whoever asks may see what
// customers owe. Of a month that is not rated nothing but that is told.
func (in *Insights) Dashboard(ctx context.Context, period billing.Period, withReceivables bool) (d Dashboard, err error) {
	against := period.Previous()
	d = Dashboard{Comparison: Comparison{Period: period, Against: against}, Currencies: []DashboardMoney{}, Documents: []DocumentMoney{}, Commitments: []CommitmentMoney{}}
	if withReceivables {
		if d.Receivables, err = in.owed(ctx); err != nil {
			return d, err
		}
	}
	t, err := in.twoMonths(ctx, period, against, nil, costSQL)
	if err != nil || t == nil {
		return d, err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	d.Comparison = t.comparison(period, against)
	is, err := in.earnings.Margin(ctx, period, "")
	if err != nil {
		return d, err
	}
	var was *earnings.Margin
	if t.before != nil {
		before, err := in.earnings.Margin(ctx, against, "")
		if err != nil {
			return d, err
		}
		was = &before
	}
	customers, err := in.customers(ctx, t)
	if err != nil {
		return d, err
	}
	for _, total := range is.Totals {
		m := t.money(total.Currency)
		m.margin(is, was)
		m.rank(customers)
		d.Currencies = append(d.Currencies, m)
	}
	d.Documents = documentMoney(is, was)
	d.Commitments, err = in.commitments(ctx, period)
	return d, err
}

// money is a currency with its days.
func (t *twoMonths) money(currency money.Currency) DashboardMoney {
	price, priceBefore := t.price(currency)
	cost, costBefore := t.days(currency, t.is.cost, t.was.cost)
	m := DashboardMoney{
		Currency: currency, Forecast: DashboardForecast{price.forecast(priceBefore), cost.forecast(costBefore)},
		Days: bothAmounts(price, cost), LastDays: []DashboardDay{},
	}
	if priceBefore != nil {
		m.LastDays = bothAmounts(*priceBefore, *costBefore)
	}
	return m
}

// bothAmounts puts price and cost of the days side by side.
func bothAmounts(price, cost span) []DashboardDay {
	prices, costs := price.amounts(), cost.amounts()
	all := make([]DashboardDay, max(len(prices), len(costs)))
	for i := range all {
		all[i].Day = price.first + billing.Day(i)
		if i < len(prices) {
			all[i].Price = prices[i].Amount
		}
		if i < len(costs) {
			all[i].Cost = costs[i].Amount
		}
	}
	return all
}

// margin fills in what the months earn, and by what. The provider's tax is
// reclaimed, and no cost.
func (m *DashboardMoney) margin(is earnings.Margin, was *earnings.Margin) {
	total := sumIn(is.Totals, m.Currency)
	m.Now = monthSum(total)
	before := earnings.MarginSum{}
	if was != nil {
		before = sumIn(was.Totals, m.Currency)
		sum := monthSum(before)
		m.Before = &sum
	}
	m.Sources = []SourceSum{}
	for i, s := range total.Sources {
		if s.Source == earnings.FromTax {
			continue
		}
		sum := SourceSum{Source: s.Source, Amount: s.Amount}
		if i < len(before.Sources) {
			sum.Before = before.Sources[i].Amount // all sources, in one order
		}
		m.Sources = append(m.Sources, sum)
	}
	for _, g := range is.Groups {
		if g.Group == assign.Unassigned && g.Currency == m.Currency {
			m.Unassigned = costOf(g.MarginSum)
		}
	}
}

// costOf is the cost of a margin without the provider's tax.
func costOf(s earnings.MarginSum) money.Decimal { return s.Sell.Sub(s.BeforeTax) }

func monthSum(s earnings.MarginSum) MonthSum {
	sum := MonthSum{Billed: s.Sell, Cost: costOf(s), Margin: s.BeforeTax}
	sum.Percent = percentOf(sum.Margin, sum.Billed)
	return sum
}

// percentOf is a part of a whole, cut after two digits; nil where the whole is 0.
func percentOf(part, whole money.Decimal) *money.Decimal {
	if whole.IsZero() {
		return nil
	}
	percent := part.Mul(money.FromInt(100)).Quo(whole, 2)
	return &percent
}

func sumIn(sums []earnings.MarginSum, currency money.Currency) earnings.MarginSum {
	if i := slices.IndexFunc(sums, func(s earnings.MarginSum) bool { return s.Currency == currency }); i >= 0 {
		return sums[i]
	}
	return earnings.MarginSum{Currency: currency}
}
