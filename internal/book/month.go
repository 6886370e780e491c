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
	rules := make([]standing, len(l.rules))
	gaps := map[string]*loss{} // by service
	var fitting, winners []int // of the key, the latter on some of its days
	cost, known := money.Zero, -1
	end := func() { // of a key
		if len(winners) > 1 {
			currency := money.Currency(l.Month.Keys[known].Text(lake.BillingCurrency))
			slices.Sort(winners)
			for _, w := range winners[1:] {
				rules[winners[0]].change(w, Use{Key: known, Amounts: rating.Amounts{Cost: cost}}, currency)
			}
		}
		fitting, winners, cost = fitting[:0], winners[:0], money.Zero
	}
	for _, u := range l.Month.Uses {
		key := l.Month.Keys[u.Key]
		if key.Text(lake.Class) == lake.ClassTax { // no book's business (R25)
			continue
		}
		if u.Key != known {
			end()
			known = u.Key
			for i := range l.matcher.Matching(key) {
				fitting = append(fitting, i)
			}
		}
		currency := money.Currency(key.Text(lake.BillingCurrency))
		winner := -1
		for _, i := range fitting {
			if !holds(l.rules[i], u.Day) {
				continue
			}
			rules[i].match(u.Key)
			if l.explained[i] {
				continue
			}
			if winner < 0 {
				winner = i
				continue
			}
			rules[i].lose(winner, u, currency)
		}
		if winner < 0 {
			if key.Text(lake.Class) == lake.ClassUsage && !u.Cost.IsZero() {
				service := cmp.Or(key.Text(lake.ServiceCode), key.Text(lake.ServiceName))
				if gaps[service] == nil {
					gaps[service] = &loss{Money: billing.Money{}}
				}
				gaps[service].add(u, currency)
			}
			continue
		}
		rules[winner].win(l.rules[winner], u, key, currency)
		cost = cost.Add(u.Cost)
		if !slices.Contains(winners, winner) {
			winners = append(winners, winner)
		}
	}
	end()
	l.unknownNames()
	l.unmatched(rules)
	for i := range rules {
		l.shadowed(i, rules[i])
		l.changed(i, rules[i])
		l.tiers(i, rules[i])
		l.units(i, rules[i])
		l.margin(i, rules[i])
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
		if l.book.Then == billing.ThenParent {
			break // what this book leaves is the next one's
		}
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
