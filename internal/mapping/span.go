package mapping

import (
	"cmp"
	"math"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
)

// span is a time of days, to exclusive.
type span struct{ from, to billing.Day }

const (
	always = billing.Day(math.MinInt32) // an open beginning
	never  = billing.Day(math.MaxInt32) // an open end
)

func spanOf(from, to *billing.Day) span {
	s := span{always, never}
	if from != nil {
		s.from = *from
	}
	if to != nil {
		s.to = *to
	}
	return s
}

// ends are the span as claims have it.
func (s span) ends() (from, to *billing.Day) {
	if s.from != always {
		from = new(s.from)
	}
	if s.to != never {
		to = new(s.to)
	}
	return from, to
}

// dates are the span for people, with a blank before.
func (s span) dates() string {
	switch {
	case s.from == always && s.to == never:
		return " at all times"
	case s.from == always:
		return " until " + (s.to - 1).String()
	case s.to == never:
		return " since " + s.from.String()
	}
	return " from " + s.from.String() + " to " + (s.to - 1).String()
}

func (s span) empty() bool { return s.from >= s.to }

func (s span) overlaps(other span) bool { return max(s.from, other.from) < min(s.to, other.to) }

// without are the parts of spans that are not in another one, in their order.
func without(all []span, gone span) (left []span) {
	for _, s := range all {
		for _, part := range []span{{s.from, min(s.to, gone.from)}, {max(s.from, gone.to), s.to}} {
			if !part.empty() {
				left = append(left, part)
			}
		}
	}
	return left
}

func bySpan(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) }

func anyOverlaps(all []span, s span) bool { return slices.ContainsFunc(all, s.overlaps) }
