package book

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/rating"
)

// Month is what a book is for in a month.
type Month struct {
	Period billing.Period
	Keys   []assign.Key // of all bills, whoever's
	// Uses are of the lines that the book prices, or of all lines where it is
	// attached nowhere; those of a key follow each other.
	Uses []Use
}

// Use is what lines of a key come to over some days.
type Use struct {
	Key            int         // in Month.Keys
	Group          string      // that uses it; may be empty where no rule prices by the month
	Day            billing.Day // any of the days: on all of them the same rules hold (see Borders)
	rating.Amounts             // in the key's currency, tax out; costs on the group's basis
	// Final says that the book alone makes the price that the reseller charges:
	// no other book before or after it.
	Final bool
}

// Borders are the first days, within the period, of spans in which the same
// rules of a book hold: the period's first day, and days on which a rule begins
// or has ended.
func Borders(b billing.PriceBook, period billing.Period) []billing.Day {
	days := []billing.Day{period.FirstDay()}
	for _, r := range b.Rules {
		if r.From != nil && period.Contains(*r.From) {
			days = append(days, *r.From)
		}
		if r.To != nil && period.Contains(*r.To+1) {
			days = append(days, *r.To+1)
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// month remarks on how the book does in the month.
func (l *linter) month() {
	h := &hearing{linter: l, standings: make([]standing, len(l.rules)), gaps: map[string]*loss{}, key: -1}
	for _, u := range l.Month.Uses {
		if l.Month.Keys[u.Key].Text(lake.Class) == lake.ClassTax { // no book's business (R25)
			continue
		}
		if u.Key != h.key {
			h.endKey()
			h.beginKey(u.Key)
		}
		h.use(u)
	}
	h.endKey()
	l.unknownNames()
	l.unmatched(h.standings)
	for i, r := range h.standings {
		l.shadowed(i, r)
		l.changed(i, r)
		l.tiers(i, r)
		l.units(i, r)
		l.margin(i, r)
	}
	l.unpriced(h.gaps)
}

// hearing goes through the uses of a month, those of a key after each other, and
// hears which rules want each and which gets it.
type hearing struct {
	*linter
	standings []standing       // of the book's rules
	gaps      map[string]*loss // what no rule prices, by service

	// Of the key that is heard:
	key      int // in Month.Keys; -1 before the first
	currency money.Currency
	fitting  []int         // rules that match it
	winners  []int         // those of them that win it on some of its days
	cost     money.Decimal // of what they win
}

func (h *hearing) beginKey(key int) {
	h.key, h.currency = key, money.Currency(h.Month.Keys[key].Text(lake.BillingCurrency))
	h.fitting, h.winners, h.cost = h.fitting[:0], h.winners[:0], money.Zero
	for i := range h.matcher.Matching(h.Month.Keys[key]) {
		h.fitting = append(h.fitting, i)
	}
}

// endKey notes a key that changes hands within the month with the first of its
// winners.
func (h *hearing) endKey() {
	if len(h.winners) < 2 {
		return
	}
	slices.Sort(h.winners)
	for _, w := range h.winners[1:] {
		h.standings[h.winners[0]].change(w, Use{Key: h.key, Amounts: rating.Amounts{Cost: h.cost}}, h.currency)
	}
}

func (h *hearing) use(u Use) {
	key, winner := h.Month.Keys[u.Key], h.winner(u)
	switch {
	case winner >= 0:
		h.standings[winner].win(h.rules[winner], u, key, h.currency)
		h.cost = h.cost.Add(u.Cost)
		if !slices.Contains(h.winners, winner) {
			h.winners = append(h.winners, winner)
		}
	case key.Text(lake.Class) == lake.ClassUsage && !u.Cost.IsZero():
		service := cmp.Or(key.Text(lake.ServiceCode), key.Text(lake.ServiceName))
		if h.gaps[service] == nil {
			h.gaps[service] = &loss{Money: billing.Money{}}
		}
		h.gaps[service].add(u, h.currency)
	}
}

// winner is the rule that prices a use, -1 where none does. The others that
// would lose it to that one.
func (h *hearing) winner(u Use) int {
	winner := -1
	for _, i := range h.fitting {
		if !holds(h.rules[i], u.Day) {
			continue
		}
		h.standings[i].match(u.Key)
		switch {
		case h.explained[i]:
		case winner < 0:
			winner = i
		default:
			h.standings[i].lose(winner, u, h.currency)
		}
	}
	return winner
}

// unpriced remarks on services with usage that no rule prices, the costliest first.
func (l *linter) unpriced(gaps map[string]*loss) {
	if l.book.Then == billing.ThenParent {
		return // what this book leaves is the next one's
	}
	largest := func(service string) money.Decimal {
		most := money.Zero
		for _, amount := range gaps[service].Money {
			if amount.Cmp(most) > 0 {
				most = amount
			}
		}
		return most
	}
	for _, service := range slices.SortedFunc(maps.Keys(gaps), func(a, b string) int {
		return cmp.Or(largest(b).Cmp(largest(a)), cmp.Compare(a, b))
	}) {
		g := gaps[service]
		l.say(Gap, Warning, "", fmt.Sprintf("no rule prices usage of %s: %s at cost", cmp.Or(service, "a service without a name"), counted(g.keys, "product", "products")),
			"add a rule for it, or one for all other services").Money = g.Money
	}
}

// inForce tells whether a rule holds on some day of the month.
func (l *linter) inForce(r billing.PriceRule) bool {
	return first(r) <= l.Month.Period.LastDay() && last(r) >= l.Month.Period.FirstDay()
}

// unmatched remarks on rules that match nothing of the month. Of those without
// a class it says which they should have, where one would help.
func (l *linter) unmatched(rules []standing) {
	var idle []int
	widened := l.book
	widened.Order, widened.Rules = "", nil
	for i, r := range l.rules {
		if rules[i].matched > 0 || l.explained[i] || !l.inForce(r) {
			continue
		}
		idle = append(idle, i)
		if r.Match.Class.IsZero() {
			r.Match.Class = billing.Pattern{Equal: []string{lake.ClassCommitmentFee, lake.ClassMarketplace, lake.ClassEntry}}
		}
		widened.Rules = append(widened.Rules, r)
	}
	if len(idle) == 0 {
		return
	}
	m := rating.NewMatcher(widened)
	classes := make([]map[string]billing.Money, len(idle))
	for _, u := range l.Month.Uses {
		key := l.Month.Keys[u.Key]
		for n := range m.Matching(key) {
			if !holds(widened.Rules[n], u.Day) {
				continue
			}
			class := key.Text(lake.Class)
			if classes[n] == nil {
				classes[n] = map[string]billing.Money{}
			}
			if classes[n][class] == nil {
				classes[n][class] = billing.Money{}
			}
			classes[n][class].Add(money.Currency(key.Text(lake.BillingCurrency)), u.Cost)
		}
	}
	for n, i := range idle {
		r := l.rules[i]
		if classes[n] == nil {
			l.say(NeverMatches, Warning, r.Name, fmt.Sprintf("matches nothing that the book prices in %s", l.Month.Period), "see what the bills say, or remove the rule")
			continue
		}
		all, sum := slices.Sorted(maps.Keys(classes[n])), billing.Money{}
		for _, c := range all {
			for currency, amount := range classes[n][c] {
				sum.Add(currency, amount)
			}
		}
		l.say(ClassLeftOut, Error, r.Name, fmt.Sprintf("matches nothing in %s: what it names is of class %s, and a rule without a class is for usage only (R14)",
			l.Month.Period, strings.Join(all, ", ")), "add class: ["+strings.Join(all, ", ")+"] to its match").Money = sum
	}
}
