package invoice

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
)

// onDay is a day of the tests.
func onDay(s string) billing.Day {
	d, err := billing.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// The dates are from a printed calendar: 2026-11-01 and 2027-02-28 are Sundays.
func TestDueDateByTerms(t *testing.T) {
	const keep, next, previous = "keep", "next-business-day", "previous-business-day"
	tests := []struct{ due, weekend, holidays, issued, want string }{
		{"", "", "", "2027-01-31", "2027-02-28"},
		{"end-of-next-month", "", "", "2026-12-05", "2027-01-31"},
		{"end-of-next-month", "", "", "2026-06-15", "2026-07-31"}, // April's invoice, made in June
		{"end-of-month", "", "", "2028-02-01", "2028-02-29"},
		{"end-of-month-after-next", "", "", "2026-12-31", "2027-02-28"},
		{"net-0", "", "", "2026-11-05", "2026-11-05"},
		{"net-45", "", "", "2026-12-31", "2027-02-14"},
		{"day-10-of-next-month", "", "", "2026-11-05", "2026-12-10"},
		{"day-31-of-next-month", "", "", "2027-01-15", "2027-02-28"},
		{"day-30-of-month-after-next", "", "", "2026-12-15", "2027-02-28"},
		{"day-30-of-month-after-next", "", "", "2027-12-15", "2028-02-29"},
		{"day-31-of-month-after-next", "", "", "2027-02-15", "2027-04-30"},
		{"day-25-of-this-month", "", "", "2026-11-05", "2026-11-25"},
		{"day-1-of-this-month", "", "", "2026-11-05", "2026-11-05"}, // it is over: due at once

		{"end-of-next-month", keep, "", "2027-01-04", "2027-02-28"},
		{"end-of-next-month", next, "", "2027-01-04", "2027-03-01"},
		{"end-of-next-month", previous, "", "2027-01-04", "2027-02-26"},
		{"end-of-next-month", next, "2027-03-01 2027-03-02", "2027-01-04", "2027-03-03"},
		{"end-of-next-month", previous, "2027-02-26", "2027-01-04", "2027-02-25"},
		{"net-2", next, "2026-11-06", "2026-11-04", "2026-11-09"},
		{"net-1", previous, "", "2026-11-06", "2026-11-06"},
		{"net-0", previous, "", "2026-11-07", "2026-11-07"}, // never before the issue date
		{"net-0", next, "", "2026-11-07", "2026-11-09"},
		{"net-3", previous, "2026-11-05 2026-11-06", "2026-11-05", "2026-11-05"},
		{"net-30", next, "", "2026-11-05", "2026-12-07"}, // 2026-12-05 is a Saturday
	}
	for _, test := range tests {
		terms := billing.Terms{Due: test.due, Weekend: test.weekend}
		for _, holiday := range strings.Fields(test.holidays) {
			terms.Holidays = append(terms.Holidays, onDay(holiday))
		}
		got, err := dueDate(terms, onDay(test.issued))
		if err != nil || got != onDay(test.want) {
			t.Errorf("%s, %s, holidays %s, issued on %s: due %s, %v; want %s", test.due, test.weekend, test.holidays, test.issued, got, err, test.want)
		}
	}
}

func TestDueDateRefusesOtherTerms(t *testing.T) {
	for _, terms := range []billing.Terms{
		{Due: "net-soon"}, {Due: "net-1000"}, {Due: "net-030"}, {Due: "day-32-of-next-month"}, {Due: "day-0-of-next-month"},
		{Due: "day-5-of-next-year"}, {Due: "end-of-next-year"}, {Due: "end-of-month", Weekend: "monday"},
	} {
		if due, err := dueDate(terms, onDay("2026-11-05")); err == nil {
			t.Errorf("terms %+v are due on %s, want an error", terms, due)
		}
	}
}

// Whatever the terms: never before the issue date, and a business day where one
// was asked for and there is one.
func TestDueDateIsNeverBeforeIssue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		issued := onDay("2026-01-01") + billing.Day(rapid.IntRange(0, 800).Draw(t, "issued"))
		terms := billing.Terms{
			Due: rapid.SampledFrom([]string{"end-of-month", "net-0", "net-9", "day-5-of-this-month", "day-31-of-next-month",
				"end-of-month-after-next"}).Draw(t, "due"),
			Weekend: rapid.SampledFrom(weekendRules).Draw(t, "weekend"),
		}
		for _, offset := range rapid.SliceOfN(rapid.IntRange(0, 100), 0, 5).Draw(t, "holidays") {
			terms.Holidays = append(terms.Holidays, issued+billing.Day(offset))
		}
		due, err := dueDate(terms, issued)
		if err != nil || due < issued {
			t.Fatalf("%+v issued on %s: due %s, %v", terms, issued, due, err)
		}
		if terms.Weekend == nextBusinessDay && due > issued && !businessDay(due, terms.Holidays) {
			t.Fatalf("%+v issued on %s: due %s is no business day", terms, issued, due)
		}
	})
}
