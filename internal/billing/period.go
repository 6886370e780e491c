// Package billing holds the nouns that the stages share: periods, accounts,
// billing groups, price books, findings. They are plain data with the checks
// that belong to them; what is done with them is in the stages.
package billing

import (
	"fmt"
	"time"
)

// Period is a calendar month in UTC, written 2026-10.
type Period struct {
	year  int
	month time.Month
}

// ParsePeriod reads "2026-10".
func ParsePeriod(s string) (Period, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil {
		return Period{}, fmt.Errorf("%q is not a month; write it as 2026-10", s)
	}
	return Period{t.Year(), t.Month()}, nil
}

// PeriodOf returns the month in UTC that t falls in.
func PeriodOf(t time.Time) Period {
	t = t.UTC()
	return Period{t.Year(), t.Month()}
}

// String writes the period as 2026-10.
func (p Period) String() string { return fmt.Sprintf("%04d-%02d", p.year, p.month) }

// IsZero tells whether p is no period at all.
func (p Period) IsZero() bool { return p == Period{} }

// Year is the year of the period, such as 2026.
func (p Period) Year() int { return p.year }

// Month is the month of the year.
func (p Period) Month() time.Month { return p.month }

// Start is the first instant of the period.
func (p Period) Start() time.Time { return time.Date(p.year, p.month, 1, 0, 0, 0, 0, time.UTC) }

// End is the first instant after the period.
func (p Period) End() time.Time { return p.Start().AddDate(0, 1, 0) }

// Next is the period after p.
func (p Period) Next() Period { return PeriodOf(p.End()) }

// Previous is the period before p.
func (p Period) Previous() Period { return PeriodOf(p.Start().AddDate(0, 0, -1)) }

// FirstDay is the first day of the period.
func (p Period) FirstDay() Day { return DayOf(p.Start()) }

// LastDay is the last day of the period.
func (p Period) LastDay() Day { return DayOf(p.End()) - 1 }

// Contains tells whether the day is in the period.
func (p Period) Contains(d Day) bool { return d >= p.FirstDay() && d <= p.LastDay() }

// MarshalText writes the form 2026-10.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what ParsePeriod reads.
func (p *Period) UnmarshalText(text []byte) (err error) {
	*p, err = ParsePeriod(string(text))
	return err
}

// Day is a calendar day in UTC, counted from 1970-01-01: what Parquet and SQL
// call a DATE. Days compare and subtract like numbers.
type Day int32

// DayOf returns the day in UTC that t falls in.
func DayOf(t time.Time) Day {
	const daySeconds = 24 * 60 * 60
	s := t.Unix()
	d := s / daySeconds
	if s < 0 && s%daySeconds != 0 {
		d--
	}
	return Day(d)
}

// ParseDay reads "2026-10-15", or "2026-10" as the first of that month.
func ParseDay(s string) (Day, error) {
	layout := time.DateOnly
	if len(s) == len("2006-01") {
		layout = "2006-01"
	}
	t, err := time.Parse(layout, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a date; write it as 2026-10-15, or 2026-10 for the first of the month", s)
	}
	return DayOf(t), nil
}

// Time is the first instant of the day, in UTC.
func (d Day) Time() time.Time { return time.Unix(int64(d)*24*60*60, 0).UTC() }

// String writes the day as 2026-10-15.
func (d Day) String() string { return d.Time().Format(time.DateOnly) }

// MarshalText writes the form 2026-10-15.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what ParseDay reads.
func (d *Day) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDay(string(text))
	return err
}

// Before tells whether p is earlier than q.
func (p Period) Before(q Period) bool { return p.Start().Before(q.Start()) }
