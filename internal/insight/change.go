package insight

import (
	"cmp"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/money"
)

// Kind says what became of something that is paid for.
type Kind string

// The kinds. One effect makes a change where the other is at most a tenth of both.
const (
	IsNew     Kind = "new"        // it was not there before
	IsGone    Kind = "gone"       // it is not there any more
	MoreUsage Kind = "more_usage" // more of it was used
	LessUsage Kind = "less_usage"
	Dearer    Kind = "dearer" // a unit of it costs more, or what is not counted by units
	Cheaper   Kind = "cheaper"
	Mixed     Kind = "mixed" // usage and price both changed what it comes to
)

// Change is one reason why a month is another sum than the one it is compared with.
// Before and After are prices that the buyer pays; Change is what is between them,
// and UsageEffect and PriceEffect add up to it to the last digit.
//
// Used more or less at the old price is the usage effect, cut after 12 digits; the
// rest, another price of what is used now, is the price effect. What is new or gone
// is usage alone; what is not counted by units is price alone.
type Change struct {
	Kind Kind `json:"kind"`
	// What it is: a usage type of a service in an account. A whole service that is
	// new or gone has no usage type, a whole account no service either.
	Account     string `json:"account"`
	AccountName string `json:"account_name,omitempty"`
	Service     string `json:"service,omitempty"`
	UsageType   string `json:"usage_type,omitempty"`

	Before      money.Decimal `json:"before"`
	After       money.Decimal `json:"after"`
	Change      money.Decimal `json:"change"`
	UsageEffect money.Decimal `json:"usage_effect"`
	PriceEffect money.Decimal `json:"price_effect"`

	// How much was used, of Unit; nil where that is not counted, or is of several.
	QuantityBefore *money.Decimal `json:"quantity_before,omitempty"`
	QuantityAfter  *money.Decimal `json:"quantity_after,omitempty"`
	Unit           string         `json:"unit,omitempty"`
	// Share is the change in percent of the whole change, cut after two digits; less
	// than 0 where it goes the other way; nil where the whole change is 0.
	Share *money.Decimal `json:"share_percent,omitempty"`
}

// ChangeSet are the reasons for a change in one currency, the largest first.
type ChangeSet struct {
	Before money.Decimal `json:"before"`
	After  money.Decimal `json:"after"`
	Change money.Decimal `json:"change"`
	Top    []Change      `json:"top"`
	// Rest is everything else: Top and Rest add up to the whole.
	Rest ChangeRest `json:"rest"`
}

// ChangeRest sums up the changes that are not named.
type ChangeRest struct {
	Changes int           `json:"changes"` // how many
	Before  money.Decimal `json:"before"`
	After   money.Decimal `json:"after"`
	Change  money.Decimal `json:"change"`
}

// pair is an item of two months, or several together.
type pair struct {
	itemKey
	name                          string
	before, after                 money.Decimal
	quantityBefore, quantityAfter money.Decimal
	was, is                       bool // it has charges in that month
}

// explain tells why what is charged for the items after is not what is charged for
// those before, by currency.
func explain(before, after []item, top int) map[money.Currency]ChangeSet {
	byCurrency := map[money.Currency][]Change{}
	for _, p := range rolledUp(paired(before, after)) {
		byCurrency[p.currency] = append(byCurrency[p.currency], p.change())
	}
	sets := map[money.Currency]ChangeSet{}
	for currency, changes := range byCurrency {
		sets[currency] = largest(changes, top)
	}
	return sets
}

// paired puts what is charged for the same thing side by side.
func paired(before, after []item) []pair {
	byKey := map[itemKey]*pair{}
	at := func(i item) *pair {
		p := byKey[i.itemKey]
		if p == nil {
			p = &pair{itemKey: i.itemKey}
			byKey[i.itemKey] = p
		}
		p.name = cmp.Or(i.name, p.name)
		return p
	}
	for _, i := range before {
		p := at(i)
		p.was, p.before, p.quantityBefore = true, p.before.Add(i.amount), p.quantityBefore.Add(i.quantity)
	}
	for _, i := range after {
		p := at(i)
		p.is, p.after, p.quantityAfter = true, p.after.Add(i.amount), p.quantityAfter.Add(i.quantity)
	}
	pairs := make([]pair, 0, len(byKey))
	for _, p := range byKey {
		pairs = append(pairs, *p)
	}
	return pairs
}

// rolledUp makes one of a whole account, or a whole service of an account, that is
// new or gone. The pairs come in the order of their keys.
func rolledUp(pairs []pair) []pair {
	type seen struct{ was, is bool }
	there := map[itemKey]seen{}
	for _, p := range pairs {
		for _, k := range []itemKey{p.ofAccount(), p.ofService()} {
			s := there[k]
			there[k] = seen{s.was || p.was, s.is || p.is}
		}
	}
	byKey := map[itemKey]*pair{}
	for _, p := range pairs {
		if s := there[p.ofService()]; s.was != s.is {
			p.itemKey = p.ofService()
		}
		if s := there[p.ofAccount()]; s.was != s.is {
			p.itemKey = p.ofAccount()
		}
		sum := byKey[p.itemKey]
		if sum == nil {
			byKey[p.itemKey] = &p
			continue
		}
		sum.name, sum.was, sum.is = max(p.name, sum.name), sum.was || p.was, sum.is || p.is
		sum.before, sum.after = sum.before.Add(p.before), sum.after.Add(p.after)
	}
	var all []pair
	for _, key := range slices.SortedFunc(maps.Keys(byKey), compareKeys) {
		all = append(all, *byKey[key])
	}
	return all
}

// ofAccount and ofService are keys of what an item is a part of. No item has such a
// key, whose unit is one that no provider has.
func (k itemKey) ofAccount() itemKey {
	return itemKey{currency: k.currency, account: k.account, unit: allUnits}
}

func (k itemKey) ofService() itemKey {
	return itemKey{currency: k.currency, account: k.account, service: k.service, unit: allUnits + allUnits}
}

const allUnits = "\x00"

func compareKeys(a, b itemKey) int {
	return cmp.Or(cmp.Compare(a.currency, b.currency), cmp.Compare(a.account, b.account), cmp.Compare(a.service, b.service),
		cmp.Compare(a.usageType, b.usageType), cmp.Compare(a.unit, b.unit))
}

// whole tells whether it is several items together.
func (p pair) whole() bool { return p.unit == allUnits || p.unit == allUnits+allUnits }

// change says what became of a pair.
func (p pair) change() Change {
	c := Change{
		Account: p.account, AccountName: p.name, Service: p.service, UsageType: p.usageType,
		Before: p.before, After: p.after, Change: p.after.Sub(p.before),
	}
	if !p.whole() && (!p.quantityBefore.IsZero() || !p.quantityAfter.IsZero()) {
		c.QuantityBefore, c.QuantityAfter, c.Unit = &p.quantityBefore, &p.quantityAfter, p.unit
	}
	c.UsageEffect = p.usageEffect()
	c.PriceEffect = c.Change.Sub(c.UsageEffect)
	c.Kind = p.kind(c.UsageEffect, c.PriceEffect)
	return c
}

// usageEffect is what used more or less would have changed at the price before.
func (p pair) usageEffect() money.Decimal {
	used := p.quantityAfter.Sub(p.quantityBefore)
	switch {
	case p.was != p.is:
		return p.after.Sub(p.before)
	case used.IsZero():
		return money.Zero
	case p.quantityBefore.IsZero(): // there is no price of a unit before
		return p.after.Sub(p.before)
	}
	return p.before.Mul(used).Quo(p.quantityBefore, meanDigits)
}

func (p pair) kind(usage, price money.Decimal) Kind {
	usageSize, priceSize := size(usage), size(price)
	both, ten := usageSize.Add(priceSize), money.FromInt(10)
	switch {
	case !p.was:
		return IsNew
	case !p.is:
		return IsGone
	case priceSize.Mul(ten).Cmp(both) <= 0 && !usage.IsZero():
		if p.quantityAfter.Cmp(p.quantityBefore) < 0 {
			return LessUsage
		}
		return MoreUsage
	case usageSize.Mul(ten).Cmp(both) > 0:
		return Mixed
	case price.Sign() < 0:
		return Cheaper
	}
	return Dearer
}

// largest names the changes that move most, and sums the others up. Changes come in
// an order of their own, which decides between those of one size.
func largest(changes []Change, top int) ChangeSet {
	set := ChangeSet{Top: []Change{}}
	for _, c := range changes {
		set.Before, set.After = set.Before.Add(c.Before), set.After.Add(c.After)
	}
	set.Change = set.After.Sub(set.Before)
	slices.SortStableFunc(changes, func(a, b Change) int { return size(b.Change).Cmp(size(a.Change)) })
	for i, c := range changes {
		switch {
		case i < top && !c.Change.IsZero():
			if !set.Change.IsZero() {
				share := c.Change.Mul(money.FromInt(100)).Quo(set.Change, 2)
				c.Share = &share
			}
			set.Top = append(set.Top, c)
		default:
			if !c.Change.IsZero() {
				set.Rest.Changes++
			}
			set.Rest.Before, set.Rest.After = set.Rest.Before.Add(c.Before), set.Rest.After.Add(c.After)
			set.Rest.Change = set.Rest.Change.Add(c.Change)
		}
	}
	return set
}
