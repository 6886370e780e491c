package handover

import (
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// What a route waits for.
const (
	OnPublish = "publish" // a document is shown to the customer
	OnIssue   = "issue"   // a document is issued
	Daily     = "daily"   // the next day's hour; documents that are published wait for it
	Monthly   = "monthly" // the same, on one day of the month
	OnRequest = "request" // nothing by itself: what is asked for by hand
)

// lastDay is a day that every month has.
const lastDay = 28

// When says when a route hands over.
type When struct {
	On   string `json:"on"`
	Day  int    `json:"day,omitempty"`  // of the month, 1 to 28, where it is monthly
	Hour int    `json:"hour,omitempty"` // 0 to 23, where it is daily or monthly
	Zone string `json:"zone,omitempty"` // such as Asia/Tokyo; UTC where it is empty
}

// scheduled tells whether it goes by the clock.
func (w When) scheduled() bool { return w.On == Daily || w.On == Monthly }

func (w When) refuse() (why string) {
	_, errZone := time.LoadLocation(w.Zone)
	switch {
	case w.On != OnPublish && w.On != OnIssue && w.On != OnRequest && !w.scheduled():
		return "is publish, issue, daily, monthly or request"
	case !w.scheduled() && (w.Day != 0 || w.Hour != 0):
		return "has a day or hour, which are for daily and monthly"
	case w.On == Daily && w.Day != 0:
		return "has a day, which is for monthly"
	case w.On == Monthly && (w.Day < 1 || w.Day > lastDay):
		return "needs a day of 1 to 28, which every month has"
	case w.Hour < 0 || w.Hour > 23:
		return "needs an hour of 0 to 23"
	case errZone != nil:
		return "has a time zone that is not known; write one such as Asia/Tokyo"
	}
	return ""
}

func (w When) zone() *time.Location {
	zone, err := time.LoadLocation(w.Zone)
	if err != nil {
		return time.UTC // it was checked when it was set
	}
	return zone
}

// Next is when a schedule is due next after a time, UTC; the zero time where it goes
// by what happens. An hour that a day does not have, since clocks are put forward,
// is the one after.
func (w When) Next(after time.Time) time.Time {
	if !w.scheduled() {
		return time.Time{}
	}
	local := after.In(w.zone())
	for day := 0; ; day++ {
		at := time.Date(local.Year(), local.Month(), local.Day()+day, w.Hour, 0, 0, 0, w.zone())
		if at.After(after) && (w.On == Daily || at.Day() == w.Day) {
			return at.UTC()
		}
	}
}

// Period is the month of a data set that is due at a time: the month before where it
// is monthly, else that of the day before, as far as it has come.
func (w When) Period(due time.Time) billing.Period {
	local := due.In(w.zone())
	back := -1
	if w.On == Monthly {
		back = -local.Day()
	}
	return billing.PeriodOf(time.Date(local.Year(), local.Month(), local.Day()+back, 12, 0, 0, 0, time.UTC))
}
