package report

import (
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Cadence is how often a report is made.
type Cadence string

// The cadences there are.
const (
	Daily   Cadence = "daily"
	Weekly  Cadence = "weekly"
	Monthly Cadence = "monthly"
)

// hour is when on its day a report is made, UTC: after the providers' nightly exports.
const hour = 6

// lastDay is a day that every month has.
const lastDay = 28

// Schedule says when a report is made. Day is that of the week, 1 for Monday to 7, or
// of the month, 1 to 28; 0 where it is made daily. Days are those of UTC.
type Schedule struct {
	Cadence Cadence
	Day     int64
}

func (s Schedule) check() error {
	switch {
	case s.Cadence == Daily && s.Day != 0:
		return &InvalidError{"day", "is not given where a report is made daily"}
	case s.Cadence == Weekly && (s.Day < 1 || s.Day > 7):
		return &InvalidError{"day", "of the week is 1 for Monday to 7 for Sunday"}
	case s.Cadence == Monthly && (s.Day < 1 || s.Day > lastDay):
		return &InvalidError{"day", "of the month is 1 to 28, which every month has"}
	case s.Cadence != Daily && s.Cadence != Weekly && s.Cadence != Monthly:
		return &InvalidError{"cadence", "is daily, weekly or monthly"}
	}
	return nil
}

// Next is when a report is made next after a time: at six in the morning, UTC.
func (s Schedule) Next(after time.Time) time.Time {
	after = after.UTC()
	at := time.Date(after.Year(), after.Month(), after.Day(), hour, 0, 0, 0, time.UTC)
	for !at.After(after) || !s.on(at) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

// on tells whether a report is made on a day.
func (s Schedule) on(day time.Time) bool {
	switch s.Cadence {
	case Weekly:
		return day.Weekday() == time.Weekday(s.Day%7)
	case Monthly:
		return int64(day.Day()) == s.Day
	}
	return true
}

// Period is the month that a report is about which is due at a time: the month before
// where it is made monthly, else that of the day before, as far as it has come.
func (s Schedule) Period(due time.Time) billing.Period {
	if s.Cadence == Monthly {
		return billing.PeriodOf(due.UTC().AddDate(0, 0, -due.UTC().Day()))
	}
	return billing.PeriodOf(due.UTC().AddDate(0, 0, -1))
}
