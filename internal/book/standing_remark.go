package book

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/rating"
)

// shadowed remarks on what a rule loses to earlier ones.
func (l *linter) shadowed(i int, s standing) {
	if l.explained[i] || len(s.lost) == 0 {
		return
	}
	r := l.rules[i]
	winners := slices.SortedFunc(maps.Keys(s.lost), func(a, b int) int {
		return cmp.Or(cmp.Compare(s.lost[b].keys, s.lost[a].keys), cmp.Compare(a, b))
	})
	sum := func(of []int) (names []string, keys int, lost billing.Money) {
		lost = billing.Money{}
		for _, w := range of {
			names, keys = append(names, fmt.Sprintf("%q", l.rules[w].Name)), keys+s.lost[w].keys
			for currency, amount := range s.lost[w].Money {
				lost.Add(currency, amount)
			}
		}
		return names, keys, lost
	}
	if s.won == 0 {
		names, _, lost := sum(winners)
		l.say(Shadowed, Warning, r.Name, fmt.Sprintf("wins nothing in %s: all %s that it matches go to %s before it", l.Month.Period, counted(s.matched, "product", "products"), few(names)),
			"put it before them, or remove it").Money = lost
		return
	}
	// A rule for what is left loses to those for a part of it; that is meant.
	others := slices.DeleteFunc(winners, func(w int) bool { return covers(r.Match, l.rules[w].Match) })
	if len(others) == 0 {
		return
	}
	names, keys, lost := sum(others)
	l.say(PartShadowed, Note, r.Name, fmt.Sprintf("loses %s of %d that it matches in %s to %s before it", counted(keys, "product", "products"), s.matched, l.Month.Period, few(names)),
		"leave it so if that is meant; else put it before them").Money = lost
}

// changed remarks on products that two rules price on different days.
func (l *linter) changed(i int, s standing) {
	for _, other := range slices.Sorted(maps.Keys(s.changes)) {
		c := s.changes[other]
		l.say(Changes, Note, l.rules[i].Name, fmt.Sprintf("wins for %s in %s that %q wins for on other days of the month", counted(c.keys, "product", "products"), l.Month.Period, l.rules[other].Name),
			"leave it so if the price is to change inside the month").Money = c.Money
	}
}

// tiers remarks on bands that no group reaches.
func (l *linter) tiers(i int, s standing) {
	r := l.rules[i]
	if len(r.Tiers) < 2 || s.won == 0 {
		return
	}
	most := money.Zero
	for _, a := range s.sums {
		if q := (rating.Decision{Rule: r, UnitPrice: r.UnitPrice}).Quote(a); q.Measure != nil && q.Measure.Cmp(most) > 0 {
			most = *q.Measure
		}
	}
	for n, t := range r.Tiers[:len(r.Tiers)-1] {
		if most.Cmp(*t.UpTo) <= 0 {
			l.say(FarTier, Note, r.Name, fmt.Sprintf("nobody reaches tier %d of %d in %s: the most of a group is %s, and the tier begins above %s", n+2, len(r.Tiers), l.Month.Period, most, t.UpTo),
				"see that the bounds are in the unit that the bills count in")
			return
		}
	}
}

// units remarks on a price per unit for units of several kinds.
func (l *linter) units(i int, s standing) {
	r := l.rules[i]
	if len(s.units) < 2 || r.UnitPrice == nil && !byQuantity(r) {
		return
	}
	units := slices.Sorted(maps.Keys(s.units))
	for n, u := range units {
		units[n] = cmp.Or(u, "no unit")
	}
	message, suggestion := fmt.Sprintf("one price per unit is for units of several kinds: %s", few(units)), "give each unit a rule of its own"
	if byQuantity(r) {
		message += "; each fills the tiers by itself"
	}
	l.say(MixedUnits, Warning, r.Name, message, suggestion)
}

// margin remarks on rules whose price is too near to what the reseller pays.
func (l *linter) margin(i int, s standing) {
	r := l.rules[i]
	if l.MarginFloor == nil || r.Exclude || s.won == 0 {
		return
	}
	for k, a := range s.final {
		rule := r
		if k.covered {
			rule.Fee, rule.Floor, rule.Cap = nil, nil, nil
		}
		s.earn(rule, a, k.currency)
	}
	for _, currency := range slices.Sorted(maps.Keys(s.price)) {
		price, net := s.price[currency], s.netPay[currency]
		margin := price.Sub(net)
		if net.Sign() <= 0 && price.Sign() <= 0 || margin.Cmp(price.Percent(*l.MarginFloor)) >= 0 {
			continue
		}
		percent := "no margin"
		if price.Sign() > 0 {
			percent = "a margin of " + margin.Mul(money.FromInt(100)).Quo(price, 2).String() + " percent"
		}
		l.say(LowMargin, Warning, r.Name, fmt.Sprintf("has %s in %s: %s %s for what costs %s net; the floor is %s percent", percent, l.Month.Period, price.Fixed(currency.Digits()), currency,
			net.Fixed(currency.Digits()), l.MarginFloor), "raise it, or bound it with not_below").Money = billing.Money{currency: net}
	}
}

// few lists the first of many.
func few(names []string) string {
	const most = 5
	if len(names) > most {
		return strings.Join(names[:most], ", ") + " and " + counted(len(names)-most, "other", "others")
	}
	return strings.Join(names, ", ")
}
