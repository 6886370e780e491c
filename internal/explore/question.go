package explore

import (
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Grains of time that sums are divided by.
const (
	ByDay   = "day"   // the day the lines begin on, UTC
	ByMonth = "month" // the month they are billed in
)

// Question is what to sum up. The zero Question but for From asks for the sums of
// that month.
type Question struct {
	From, To billing.Period // the first and last month; To may be zero for From
	By       []Dimension    // at most 4
	Grain    string         // ByDay, ByMonth, or empty: the months are one sum
	Where    []Condition    // all of them hold
	// Top leaves the values of the first dimension with the highest price, as many as
	// it says for each currency; the rest becomes one row, which is marked. By
	// MarginSource the highest margin counts. 0 leaves all.
	Top int
}

// Bounds of a question, and of its answer.
const (
	mostMonths     = 36
	mostDimensions = 4
	mostConditions = 20
	mostTop        = 1000
	mostRows       = 50_000
)

// checked is the question with its last month, or an *InvalidError.
func (q Question) checked(known []Dimension) (Question, error) {
	if q.From.IsZero() {
		return q, wrong("no month is given")
	}
	if q.To.IsZero() {
		q.To = q.From
	}
	if err := checkMonths(q.From, q.To); err != nil {
		return q, err
	}
	if len(q.By) > mostDimensions || len(q.Where) > mostConditions || q.Top < 0 || q.Top > mostTop {
		return q, wrong("a question has at most %d dimensions, %d conditions and the top %d", mostDimensions, mostConditions, mostTop)
	}
	if q.Grain != "" && q.Grain != ByDay && q.Grain != ByMonth {
		return q, wrong("sums are divided by %s or %s, not by %q", ByDay, ByMonth, q.Grain)
	}
	if q.Top > 0 && len(q.By) == 0 {
		return q, wrong("top is of a dimension; say what to sum by")
	}
	for i, d := range q.By {
		if err := d.check(known); err != nil {
			return q, err
		}
		if slices.Contains(q.By[:i], d) {
			return q, wrong("%q is asked for twice", string(d))
		}
	}
	for _, c := range q.Where {
		if err := c.Dimension.check(known); err != nil {
			return q, err
		}
		if len(c.Values) == 0 || len(c.Values) > mostValues {
			return q, wrong("a condition on %s has %d values; it needs one, and at most %d", c.Dimension, len(c.Values), mostValues)
		}
	}
	return q, nil
}

func checkMonths(from, to billing.Period) error {
	if to.Before(from) {
		return wrong("%s, the last month, is before %s", to, from)
	}
	months := 1
	for p := from; p.Before(to) && months <= mostMonths; p = p.Next() {
		months++
	}
	if months > mostMonths {
		return wrong("%s to %s are more than %d months", from, to, mostMonths)
	}
	return nil
}

// asks tells whether a dimension is in the question.
func (q Question) asks(d Dimension) bool {
	return slices.Contains(q.By, d) || slices.ContainsFunc(q.Where, func(c Condition) bool { return c.Dimension == d })
}
