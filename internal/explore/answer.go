package explore

import (
	"cmp"
	"context"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// Answer is what a question comes to, as the reseller sees it.
type Answer struct {
	Months []billing.Period `json:"months"` // those asked for that are rated
	By     []Dimension      `json:"by"`
	Grain  string           `json:"grain,omitempty"`
	Rows   []Row            `json:"rows"`   // by date, then from the top down, or by their keys
	Totals []Row            `json:"totals"` // of all rows, one for each currency; without keys
}

// Row is one sum. Amounts are exact, in the provider's currency, before exchange,
// rounding and customers' tax.
//
// By MarginSource, and with a condition on it, a row has margin alone: cost and price
// of a charge cannot be divided by where its margin comes from.
type Row struct {
	Keys     []string       `json:"keys"` // one for each dimension of By; empty text where there is none
	Date     string         `json:"date,omitempty"`
	Other    bool           `json:"other,omitempty"` // the rest beside the top
	Currency money.Currency `json:"currency"`
	ListCost money.Decimal  `json:"list_cost"` // public on-demand cost of the lines
	Cost     money.Decimal  `json:"cost"`      // what the provider charges the reseller, with its tax, after discounts
	Price    money.Decimal  `json:"price"`     // what the reseller charges its buyers
	Margin   money.Decimal  `json:"margin"`    // price less cost
	Quantity *money.Decimal `json:"quantity,omitempty"`
	Unit     string         `json:"unit,omitempty"` // of the quantity: both only where usage types are asked about
	Lines    int64          `json:"lines"`          // of the provider's export
}

// PriceRow is one sum as a customer sees it: there is nothing in it of what was paid
// above (R5).
type PriceRow struct {
	Keys     []string
	Date     string
	Other    bool
	Currency money.Currency
	Price    money.Decimal
	Quantity *money.Decimal
	Unit     string
	Lines    int64
}

// Sum answers a question about all that the reseller sells: its own sales, and not
// those of groups that sell on. Without conditions its totals are the month's
// charges. It is an *InvalidError where the question cannot be answered. Months that
// are not rated count for nothing.
func (x *Explorer) Sum(ctx context.Context, q Question) (Answer, error) {
	q, err := q.checked(dimensions)
	if err != nil {
		return Answer{}, err
	}
	b, measures, by := &query{from: "sums s"}, ofMoney, "price"
	if q.asks(MarginSource) {
		b.from, measures, by = steps, ofSteps, "margin"
		b.where = append(b.where, stepMargin+" <> 0")
	}
	b.among("s.seller", false, []string{""})
	answer := Answer{By: slices.Concat([]Dimension{}, q.By), Grain: q.Grain, Rows: []Row{}, Totals: []Row{}}
	months, rows, err := ask(ctx, x, q, b.sum(q, measures, by), b.args, func(r *Row, quantity *money.Decimal) places {
		return places{&r.Keys, &r.Date, &r.Other, &r.Currency, &r.Unit, quantity, &r.Lines,
			[]any{engine.Exact(&r.Price), engine.Exact(&r.ListCost), engine.Exact(&r.Cost), engine.Exact(&r.Margin)}}
	}, func(r *Row, quantity money.Decimal) {
		if r.Unit != "" {
			r.Quantity = &quantity
		}
	})
	if err != nil {
		return Answer{}, err
	}
	answer.Months = slices.Concat([]billing.Period{}, months)
	answer.Rows = append(answer.Rows, rows...)
	answer.Totals = append(answer.Totals, totals(rows)...)
	return answer, nil
}

// Prices answers a question about what billing groups are charged for usage and
// marketplace, and reads nothing else. Conditions and dimensions are bound to
// ShownDimensions and tags. Without groups there is nothing.
func (x *Explorer) Prices(ctx context.Context, q Question, groups []string) ([]PriceRow, error) {
	return x.prices(ctx, q, groups, shown)
}

func (x *Explorer) prices(ctx context.Context, q Question, groups []string, known []Dimension) ([]PriceRow, error) {
	q, err := q.checked(known)
	if err != nil || len(groups) == 0 {
		return []PriceRow{}, err
	}
	b := &query{from: "sums s"}
	b.bind(groups)
	_, rows, err := ask(ctx, x, q, b.sum(q, ofPrices, "price"), b.args, func(r *PriceRow, quantity *money.Decimal) places {
		return places{&r.Keys, &r.Date, &r.Other, &r.Currency, &r.Unit, quantity, &r.Lines, []any{engine.Exact(&r.Price)}}
	}, func(r *PriceRow, quantity money.Decimal) {
		if r.Unit != "" {
			r.Quantity = &quantity
		}
	})
	return append([]PriceRow{}, rows...), err
}

// bind leaves what is billed to some groups.
func (b *query) bind(groups []string) {
	b.among(`s."group"`, false, groups)
	b.among("s.place", false, []string{"usage", "marketplace"})
}

// places are where the columns of a row go that all rows have, and its amounts.
type places struct {
	keys     *[]string
	date     *string
	other    *bool
	currency *money.Currency
	unit     *string
	quantity *money.Decimal
	lines    *int64
	amounts  []any
}

// ask runs a question and reads its rows; done is called for each when it is read.
func ask[R any](ctx context.Context, x *Explorer, q Question, sql string, args []any, to func(*R, *money.Decimal) places, done func(*R, money.Decimal)) (months []billing.Period, rows []R, err error) {
	type read struct {
		row      R
		quantity money.Decimal
	}
	err = x.reading(ctx, q.From, q.To, func(s engine.Session, opened []billing.Period) error {
		if months = opened; len(opened) == 0 {
			return nil
		}
		if err := x.nameAccounts(ctx, s, q); err != nil {
			return err
		}
		all, err := engine.Collect(ctx, s, func(r *read) []any {
			p := to(&r.row, &r.quantity)
			*p.keys = make([]string, len(q.By))
			columns := []any{p.date, p.currency, p.unit}
			for i := range q.By {
				columns = append(columns, &(*p.keys)[i])
			}
			return append(append(columns, p.other, engine.Exact(p.quantity), p.lines), p.amounts...)
		}, sql, args...)
		if err != nil {
			return err
		}
		if len(all) > mostRows {
			return wrong("the answer has more than %d rows; ask with top, with conditions, or by less", mostRows)
		}
		rows = make([]R, len(all))
		for i := range all {
			done(&all[i].row, all[i].quantity)
			rows[i] = all[i].row
		}
		return nil
	})
	return months, rows, err
}

// totals adds rows up, by currency.
func totals(rows []Row) []Row {
	var all []Row
	for _, r := range rows {
		i, known := slices.BinarySearchFunc(all, r.Currency, func(t Row, c money.Currency) int { return cmp.Compare(t.Currency, c) })
		if !known {
			all = slices.Insert(all, i, Row{Keys: []string{}, Currency: r.Currency})
		}
		t := &all[i]
		t.ListCost, t.Cost, t.Price, t.Margin = t.ListCost.Add(r.ListCost), t.Cost.Add(r.Cost), t.Price.Add(r.Price), t.Margin.Add(r.Margin)
		t.Lines += r.Lines
	}
	return all
}
