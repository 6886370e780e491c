package book

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
)

// shortHole is how many days two rules may leave out between them by mistake.
const shortHole = 7

// sameMatch remarks on rules that match the same on days that overlap, or leave
// days out between them.
func (l *linter) sameMatch() {
	byMatch := map[string][]int{}
	for i, r := range l.rules {
		match, err := json.Marshal(r.Match)
		if err != nil {
			panic(err) // a match can always be written
		}
		byMatch[string(match)] = append(byMatch[string(match)], i)
	}
	for _, same := range byMatch {
		l.sequence(same)
	}
}

// sequence looks at the days of rules that match the same.
func (l *linter) sequence(same []int) {
	slices.SortStableFunc(same, func(a, b int) int { return cmp.Compare(first(l.rules[a]), first(l.rules[b])) })
	longest := same[0] // of those before, what holds until the last day
	for _, n := range same[1:] {
		prior, next := l.rules[longest], l.rules[n]
		switch hole := int(first(next)) - int(last(prior)) - 1; {
		case hole > 0:
			severity := Note
			if hole <= shortHole {
				severity = Warning
			}
			l.say(DaysBetween, severity, next.Name, fmt.Sprintf("matches the same as %q, and neither holds %s; from and to are both inclusive", prior.Name, span(last(prior)+1, first(next)-1)),
				fmt.Sprintf("let %q end on %s, or this one begin on %s", prior.Name, first(next)-1, last(prior)+1))
		case hole < 0 && last(next) > last(prior) && first(next) > first(prior):
			wins := prior.Name
			if n < longest {
				wins = next.Name
			}
			l.say(SameDays, Warning, next.Name, fmt.Sprintf("matches the same as %q, and both hold %s; %q wins", prior.Name, span(first(next), last(prior)), wins),
				"let one of the two end before the other begins")
		}
		if last(next) > last(prior) {
			longest = n
		}
	}
}

// first and last bound the days of a rule.
func first(r billing.PriceRule) billing.Day {
	if r.From == nil {
		return math.MinInt32
	}
	return *r.From
}

func last(r billing.PriceRule) billing.Day {
	if r.To == nil {
		return math.MaxInt32
	}
	return *r.To
}

// span writes days, of which there is one at least.
func span(from, to billing.Day) string {
	if from == to {
		return "on " + from.String()
	}
	return "from " + from.String() + " to " + to.String()
}

func counted(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}
