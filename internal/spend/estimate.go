package spend

import (
	"context"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/explore"
	"github.com/sluice-billing/sluice/internal/money"
)

// Estimate is what a month will come to. Of a month that is over it is its sum.
//
// A straight line is laid through what the full days of the month came to, by least
// squares, and followed to the month's end, not below 0 on any day. The last day with
// usage is not full, since providers still write it: it counts with the line, or with
// what it has where that is more. What spans the month, fees, taxes and entries, is in
// no day of the line and counts as it is. Amounts are cut after 12 digits.
type Estimate struct {
	Amount   money.Decimal `json:"amount"`
	Partial  bool          `json:"partial,omitempty"` // as of Figure
	Spanning money.Decimal `json:"spanning"`          // of it, what the line is not laid through
	Slope    money.Decimal `json:"slope"`             // by which each day is dearer than the one before
	Days     int           `json:"days"`              // full ones; 0 of a month that is over
}

const lineDigits = 12

// metered are the classes of charges that come day by day.
var metered = []string{"usage", "managed", "marketplace"}

// days is a month day by day.
type days struct {
	period   billing.Period
	steady   map[billing.Day]Figure // what comes day by day
	spanning map[billing.Day]Figure // fees, taxes and entries
}

// daysOf sums a month up by day. What lies outside the month counts on its first or
// last day.
func (s *Spends) daysOf(ctx context.Context, k *asking, p billing.Period) (days, error) {
	d := days{p, map[billing.Day]Figure{}, map[billing.Day]Figure{}}
	rows, err := s.rows(ctx, k, explore.Question{From: p, By: []explore.Dimension{explore.Class, explore.Category}, Grain: explore.ByDay})
	for _, r := range rows {
		day, bad := within(p, r.date)
		if bad != nil {
			return d, bad
		}
		to := d.spanning
		if slices.Contains(metered, r.keys[0]) && (r.keys[1] == "Usage" || r.keys[1] == "") {
			to = d.steady
		}
		to[day] = to[day].plus(r.amount)
	}
	return d, err
}

// within is a day as it is written, brought into a month.
func within(p billing.Period, text string) (billing.Day, error) {
	day, err := billing.ParseDay(text)
	return min(max(day, p.FirstDay()), p.LastDay()), err
}

// on is what a day comes to.
func (d days) on(day billing.Day) Figure { return d.steady[day].plus(d.spanning[day]) }

// through is what the month comes to up to a day.
func (d days) through(last billing.Day) (sum Figure) {
	for day := d.period.FirstDay(); day <= last; day++ {
		sum = sum.plus(d.on(day))
	}
	return sum
}

// seen is the last day up to one that has usage; the day before the month where none
// has.
func (d days) seen(through billing.Day) billing.Day {
	seen := d.period.FirstDay() - 1
	for day := range d.steady {
		if day <= through {
			seen = max(seen, day)
		}
	}
	return seen
}

// estimate follows the line through the full days up to one to the month's end. nil
// where there is none.
func (d days) estimate(today, through billing.Day) *Estimate {
	first, last := d.period.FirstDay(), d.period.LastDay()
	seen := d.seen(through)
	whole, spanning := d.through(last), Figure{}
	for day, f := range d.spanning {
		if day <= through {
			spanning = spanning.plus(f)
		}
	}
	if seen == last && today > last+1 {
		return &Estimate{Amount: whole.Amount, Partial: whole.Partial, Spanning: spanning.Amount}
	}
	n := int64(seen - first) // full days
	if n < 1 {
		return nil
	}
	l := line{n: n}
	e := &Estimate{Amount: spanning.Amount, Partial: spanning.Partial, Spanning: spanning.Amount, Days: int(n)}
	for x := int64(1); x <= n; x++ {
		f := d.steady[first+billing.Day(x-1)]
		e.Amount, e.Partial = e.Amount.Add(f.Amount), e.Partial || f.Partial
		l.add(x, f.Amount)
	}
	for day := seen; day <= last; day++ {
		amount := l.at(int64(day-first) + 1)
		if has := d.steady[day]; day == seen && has.Amount.Cmp(amount) > 0 {
			amount = has.Amount
		}
		if amount.Sign() > 0 {
			e.Amount = e.Amount.Add(amount)
		}
	}
	e.Slope = l.slope()
	return e
}

// line is a straight line by least squares through amounts at 1, 2, … n.
type line struct {
	n          int64
	sum, xsums money.Decimal // of the amounts, and of each times its place
}

func (l *line) add(x int64, amount money.Decimal) {
	l.sum, l.xsums = l.sum.Add(amount), l.xsums.Add(amount.Mul(money.FromInt(x)))
}

// places are the sums of 1 … n and of their squares.
func (l line) places() (sum, squares int64) {
	return l.n * (l.n + 1) / 2, l.n * (l.n + 1) * (2*l.n + 1) / 6
}

// at is the line at a place: (Σy Σx² − Σx Σxy + x (n Σxy − Σx Σy)) / (n Σx² − (Σx)²).
// Through one amount it is level.
func (l line) at(x int64) money.Decimal {
	if l.n == 1 {
		return l.sum
	}
	sum, squares := l.places()
	rise := l.xsums.Mul(money.FromInt(l.n)).Sub(l.sum.Mul(money.FromInt(sum)))
	base := l.sum.Mul(money.FromInt(squares)).Sub(l.xsums.Mul(money.FromInt(sum)))
	return base.Add(rise.Mul(money.FromInt(x))).Quo(money.FromInt(l.n*squares-sum*sum), lineDigits)
}

// slope is by how much the line rises from one place to the next.
func (l line) slope() money.Decimal {
	if l.n == 1 {
		return money.Zero
	}
	sum, squares := l.places()
	return l.xsums.Mul(money.FromInt(l.n)).Sub(l.sum.Mul(money.FromInt(sum))).Quo(money.FromInt(l.n*squares-sum*sum), lineDigits)
}
