package insight

import (
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// Forecast is what a month will come to. Of a month that is over it is the total,
// and low and high are the same.
//
// What the month has so far stands. Each day after the last one with usage adds the
// mean of the last 7 full days; the last day, which providers are still writing,
// adds what it lacks of that. Where the month has fewer full days, the last days of
// the month before fill up. What is there once in a month is in no mean: what has
// charges on one day alone, and is no usage or lies on the first day. Low and high
// are the same with a day lower or higher by the mean distance of those days from
// their mean, but no lower than the least of them and no higher than the most.
// Means are cut after 12 digits.
type Forecast struct {
	Amount money.Decimal `json:"amount"`
	Low    money.Decimal `json:"low"`
	High   money.Decimal `json:"high"`
	Days   int           `json:"days"` // full ones that it is worked out from; 0 of a month that is over
}

// span is a month of one kind of amount in one currency, day by day.
type span struct {
	first, last billing.Day // of the month
	through     billing.Day // the last one that has usage; before first where none has
	over        bool        // nothing is to come
	daily, once map[billing.Day]money.Decimal
}

// meanDays is how many days a mean is of, and meanDigits what is kept of it.
const (
	meanDays   = 7
	meanDigits = 12
)

// sum is all that the month has.
func (s span) sum() (sum money.Decimal) {
	for _, days := range []map[billing.Day]money.Decimal{s.daily, s.once} {
		for _, amount := range days {
			sum = sum.Add(amount)
		}
	}
	return sum
}

// full is the last day that nothing is added to any more.
func (s span) full() billing.Day {
	if s.over {
		return s.last
	}
	return s.through - 1
}

// forecast works out what a month will come to; nil where there is no full day to
// learn from. before is the month before it, nil where there is none.
func (s span) forecast(before *span) *Forecast {
	so := s.sum()
	if s.over {
		return &Forecast{Amount: so, Low: so, High: so}
	}
	days := s.fullDays(meanDays)
	if before != nil && len(days) < meanDays {
		days = append(days, before.fullDays(meanDays-len(days))...)
	}
	if len(days) == 0 {
		return nil
	}
	n := money.FromInt(int64(len(days)))
	mean := money.Sum(days...).Quo(n, meanDigits)
	apart := money.Zero
	for _, d := range days {
		apart = apart.Add(size(d.Sub(mean)))
	}
	apart = apart.Quo(n, meanDigits)
	least, most := slices.MinFunc(days, money.Decimal.Cmp), slices.MaxFunc(days, money.Decimal.Cmp)
	return &Forecast{
		Amount: so.Add(s.toCome(mean)),
		Low:    so.Add(s.toCome(larger(mean.Sub(apart), smaller(least, mean)))),
		High:   so.Add(s.toCome(smaller(mean.Add(apart), larger(most, mean)))),
		Days:   len(days),
	}
}

// fullDays are what the last full days come to, at most so many, the newest first.
func (s span) fullDays(most int) (days []money.Decimal) {
	for day := s.full(); day >= s.first && len(days) < most; day-- {
		days = append(days, s.daily[day])
	}
	return days
}

// toCome is what the rest of the month adds where each day comes to so much.
func (s span) toCome(aDay money.Decimal) money.Decimal {
	through := max(s.through, s.first-1)
	rest := aDay.Mul(money.FromInt(int64(s.last - through)))
	if through < s.first {
		return rest
	}
	return rest.Add(larger(aDay.Sub(s.daily[through]), money.Zero))
}

func size(d money.Decimal) money.Decimal {
	if d.Sign() < 0 {
		return d.Neg()
	}
	return d
}

func larger(a, b money.Decimal) money.Decimal {
	if a.Cmp(b) < 0 {
		return b
	}
	return a
}

func smaller(a, b money.Decimal) money.Decimal {
	if a.Cmp(b) > 0 {
		return b
	}
	return a
}
