package insight

import (
	"cmp"
	"context"
	_ "embed"
	"maps"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

//go:embed sql/buyer.sql
var buyerSQL string

// CustomerSum is what a customer is charged for usage and marketplace in a month,
// before entries and what invoices add. Now, Before and Change are of the days that
// are compared; they are nil where there is nothing to compare with.
type CustomerSum struct {
	Customer string         `json:"customer"`
	Name     string         `json:"name"`
	Price    money.Decimal  `json:"price"`
	Cost     money.Decimal  `json:"cost"`
	Margin   money.Decimal  `json:"margin"`
	Now      *money.Decimal `json:"now,omitempty"`
	Before   *money.Decimal `json:"before,omitempty"`
	Change   *money.Decimal `json:"change,omitempty"`
}

// ranked is how many customers are named in each order.
const ranked = 10

type customerKey struct {
	currency money.Currency
	customer string
}

// buyer is a billing group that buys from the reseller.
type buyer struct {
	currency              money.Currency
	group                 string
	price, cost, compared money.Decimal
}

// buyers sums a month up by billing group. days is how many first days are compared;
// 0 means all.
func (c *charges) buyers(ctx context.Context, days int) ([]buyer, error) {
	all, err := read(ctx, c, strings.ReplaceAll(buyerSQL, "{compared}", c.compared(days)), func(b *buyer) []any {
		return []any{&b.currency, &b.group, engine.Exact(&b.price), engine.Exact(&b.cost), engine.Exact(&b.compared)}
	})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(b buyer) bool { return b.group == assign.Reseller || b.group == assign.Unassigned }), nil
}

// customers sums both months up by customer and currency, in the order of their ids.
func (in *Insights) customers(ctx context.Context, t *twoMonths) ([]customerIn, error) {
	c, err := in.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	days, comparable := t.comparedDays()
	is, err := t.now.buyers(ctx, days)
	if err != nil {
		return nil, err
	}
	var was []buyer
	if comparable {
		if was, err = t.before.buyers(ctx, days); err != nil {
			return nil, err
		}
	}
	return byCustomer(c, is, was, comparable), nil
}

// customerIn is a customer in one currency.
type customerIn struct {
	customerKey
	CustomerSum
}

func byCustomer(c billing.Config, is, was []buyer, comparable bool) []customerIn {
	customerOf, names := map[string]string{}, map[string]string{}
	for _, g := range c.BillingGroups {
		customerOf[g.ID] = g.Customer
	}
	for _, x := range c.Customers {
		names[x.ID] = x.Name
	}
	sums := map[customerKey]*CustomerSum{}
	at := func(b buyer) *CustomerSum {
		id := cmp.Or(customerOf[b.group], b.group) // a group that is not declared any more is itself
		key := customerKey{b.currency, id}
		if sums[key] == nil {
			sums[key] = &CustomerSum{Customer: id, Name: cmp.Or(names[id], id)}
			if comparable {
				sums[key].Now, sums[key].Before = new(money.Decimal), new(money.Decimal)
			}
		}
		return sums[key]
	}
	for _, b := range is {
		s := at(b)
		s.Price, s.Cost = s.Price.Add(b.price), s.Cost.Add(b.cost)
		if comparable {
			*s.Now = s.Now.Add(b.compared)
		}
	}
	for _, b := range was {
		s := at(b)
		*s.Before = s.Before.Add(b.compared)
	}
	var all []customerIn
	for _, key := range slices.SortedFunc(maps.Keys(sums), func(a, b customerKey) int {
		return cmp.Or(cmp.Compare(a.currency, b.currency), cmp.Compare(a.customer, b.customer))
	}) {
		s := *sums[key]
		s.Margin = s.Price.Sub(s.Cost)
		if comparable {
			change := s.Now.Sub(*s.Before)
			s.Change = &change
		}
		all = append(all, customerIn{key, s})
	}
	return all
}

// rank puts the customers of the currency into their orders.
func (m *DashboardMoney) rank(customers []customerIn) {
	m.ByPrice = first(customers, m.Currency, func(s CustomerSum) money.Decimal { return s.Price })
	m.ByMargin = first(customers, m.Currency, func(s CustomerSum) money.Decimal { return s.Margin })
	m.ByChange = first(customers, m.Currency, func(s CustomerSum) money.Decimal {
		if s.Change == nil {
			return money.Zero
		}
		return size(*s.Change)
	})
}

// first are the customers of a currency with the largest amounts; none with 0.
func first(customers []customerIn, currency money.Currency, by func(CustomerSum) money.Decimal) []CustomerSum {
	all := []CustomerSum{}
	for _, c := range customers {
		if c.currency == currency && !by(c.CustomerSum).IsZero() {
			all = append(all, c.CustomerSum)
		}
	}
	slices.SortStableFunc(all, func(a, b CustomerSum) int { return by(b).Cmp(by(a)) })
	return all[:min(len(all), ranked)]
}
