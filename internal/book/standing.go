package book

import (
	"slices"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/rating"
)

// standing is how a rule does in a month.
type standing struct {
	matched, won  int            // keys
	last          int            // the key that was counted last, + 1
	lastWon       int            // the same of won
	lost          map[int]*loss  // to whom, by place of the rule
	changes       map[int]*loss  // keys that a later rule wins on other days of the month
	units         map[string]int // keys that it wins by pricing unit
	sums          map[sumKey]rating.Amounts
	final         map[sumKey]rating.Amounts // of uses that are Final
	price, netPay map[money.Currency]money.Decimal
}

// loss is what a rule loses to another.
type loss struct {
	keys int
	last int // the key that was counted last, + 1
	billing.Money
}

// sumKey tells apart what a rule prices together (R15).
type sumKey struct {
	group    string
	currency money.Currency
	unit     string // of rules with tiers of quantity
	covered  bool
}

func (s *standing) match(key int) {
	if s.last != key+1 {
		s.matched, s.last = s.matched+1, key+1
	}
}

func (s *standing) lose(winner int, u Use, currency money.Currency) {
	s.lost = lossTo(s.lost, winner, u, currency)
}

func (s *standing) change(other int, u Use, currency money.Currency) {
	s.changes = lossTo(s.changes, other, u, currency)
}

func lossTo(all map[int]*loss, to int, u Use, currency money.Currency) map[int]*loss {
	if all == nil {
		all = map[int]*loss{}
	}
	if all[to] == nil {
		all[to] = &loss{Money: billing.Money{}}
	}
	all[to].add(u, currency)
	return all
}

func (l *loss) add(u Use, currency money.Currency) {
	if l.last != u.Key+1 {
		l.keys, l.last = l.keys+1, u.Key+1
	}
	l.Add(currency, u.Cost)
}

func (s *standing) win(r billing.PriceRule, u Use, key assign.Key, currency money.Currency) {
	if s.units == nil {
		s.units = map[string]int{}
		s.sums, s.final = map[sumKey]rating.Amounts{}, map[sumKey]rating.Amounts{}
		s.price, s.netPay = map[money.Currency]money.Decimal{}, map[money.Currency]money.Decimal{}
	}
	if s.lastWon != u.Key+1 {
		s.won, s.lastWon = s.won+1, u.Key+1
		if !u.Covered && u.Quantity.Sign() != 0 {
			s.units[key.Text(lake.PricingUnit)]++
		}
	}
	if !byMonth(r) {
		if u.Final {
			s.earn(r, u.Amounts, currency)
		}
		return
	}
	k := sumKey{group: u.Group, currency: currency}
	if byQuantity(r) {
		k.unit = key.Text(lake.PricingUnit)
	}
	k.covered = u.Covered && (r.UnitPrice != nil || byQuantity(r))
	s.sums[k] = plus(s.sums[k], u.Amounts)
	if u.Final {
		s.final[k] = plus(s.final[k], u.Amounts)
	}
}

// earn adds what amounts are charged and what the reseller pays for them.
func (s *standing) earn(r billing.PriceRule, a rating.Amounts, currency money.Currency) {
	q := rating.Decision{Rule: r, UnitPrice: r.UnitPrice}.Quote(a)
	s.price[currency] = money.Sum(s.price[currency], q.Price, q.Managed)
	s.netPay[currency] = s.netPay[currency].Add(a.Net)
}

func plus(a, b rating.Amounts) rating.Amounts {
	return rating.Amounts{
		Quantity: a.Quantity.Add(b.Quantity), Cost: a.Cost.Add(b.Cost), Net: a.Net.Add(b.Net), List: a.List.Add(b.List), Covered: b.Covered,
	}
}

// byMonth tells whether a rule prices all of a group's month together (R15).
func byMonth(r billing.PriceRule) bool {
	return len(r.Tiers) > 0 || r.Fee != nil || r.Floor != nil || r.Cap != nil
}

func byQuantity(r billing.PriceRule) bool { return len(r.Tiers) > 0 && r.Tiers[0].UnitPrice != nil }

// ByMonth tells whether a rule of the book prices all of a group's month
// together, so that Use needs its Group.
func ByMonth(b billing.PriceBook) bool { return slices.ContainsFunc(b.Rules, byMonth) }
