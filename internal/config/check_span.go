package config

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
)

// span is a time in which somebody has something, [from, to).
type span struct {
	from, to billing.Day
	dates    string // for people
	owner    string // for people: billing group acme-main
	path     string // where it is declared
}

const (
	always = billing.Day(math.MinInt32) // an open beginning
	never  = billing.Day(math.MaxInt32) // an open end
)

// days is the span between two days, each of which may be open.
func days(from, to *billing.Day) span {
	s := span{from: always, to: never}
	var first, end string
	if from != nil {
		s.from, first = *from, from.String()
	}
	if to != nil {
		s.to, end = *to, to.String()
	}
	s.dates = dates(first, end)
	return s
}

// months is the span between the starts of two months, each of which may be open.
func months(from, to *billing.Period) span {
	s := span{from: always, to: never}
	var first, end string
	if from != nil {
		s.from, first = from.FirstDay(), from.String()
	}
	if to != nil {
		s.to, end = to.FirstDay(), to.String()
	}
	s.dates = dates(first, end)
	return s
}

func dates(from, to string) string {
	switch {
	case from == "" && to == "":
		return "at all times"
	case from == "":
		return fmt.Sprintf("until %s (exclusive)", to)
	case to == "":
		return fmt.Sprintf("from %s on", from)
	}
	return fmt.Sprintf("from %s until %s (exclusive)", from, to)
}

// spans are the times of many things, which are kept in the order of the file.
type spans struct {
	things []string
	of     map[string][]span
}

// add leaves out a span without a day; that its ends are wrong is said elsewhere.
func (all *spans) add(thing string, s span) {
	if s.from >= s.to {
		return
	}
	if all.of == nil {
		all.of = map[string][]span{}
	}
	if _, ok := all.of[thing]; !ok {
		all.things = append(all.things, thing)
	}
	all.of[thing] = append(all.of[thing], s)
}

// overlaps compares each span with the one before it that lasts longest. The
// present owner is the one whose span begins first; of two that begin on the
// same day, the one declared first.
func (all *spans) overlaps(report func(thing string, present, later span)) {
	for _, thing := range all.things {
		sorted := slices.Clone(all.of[thing])
		slices.SortStableFunc(sorted, func(a, b span) int { return cmp.Compare(a.from, b.from) })
		present := sorted[0]
		for _, s := range sorted[1:] {
			if s.from < present.to {
				report(thing, present, s)
			}
			if s.to > present.to {
				present = s
			}
		}
	}
}
