package invoice

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// endOfNextMonth are the terms of a group that names none.
const endOfNextMonth = "end-of-next-month"

// What becomes of a due date that is no business day.
const (
	keepDay             = "keep"
	nextBusinessDay     = "next-business-day"
	previousBusinessDay = "previous-business-day"
)

// dueForm is what billing.Terms.Due can say; nothing means end-of-next-month.
var dueForm = regexp.MustCompile(`^(end-of-(month|next-month|month-after-next)|net-(0|[1-9][0-9]{0,2})` +
	`|day-([1-9]|[12][0-9]|3[01])-of-(this-month|next-month|month-after-next))$`)

// weekendRules are what billing.Terms.Weekend can say; nothing means keep.
var weekendRules = []string{keepDay, nextBusinessDay, previousBusinessDay}

// dueDate counts from the issue date, and moves what falls on a Saturday, a
// Sunday or one of the holidays as the terms say. It is never before the issue
// date: where the day of this month is over, or the business day before is, it
// is the issue date itself.
func dueDate(terms billing.Terms, issued billing.Day) (billing.Day, error) {
	due, err := plainDueDate(terms.Due, issued)
	if err != nil {
		return 0, err
	}
	step := billing.Day(0)
	switch terms.Weekend {
	case "", keepDay:
	case nextBusinessDay:
		step = 1
	case previousBusinessDay:
		step = -1
	default:
		return 0, fmt.Errorf("%q does not say what becomes of a due date on a weekend; use one of %q", terms.Weekend, weekendRules)
	}
	for step != 0 && due >= issued && !businessDay(due, terms.Holidays) {
		due += step
	}
	return max(due, issued), nil
}

// plainDueDate is the due date before weekends and holidays are looked at.
func plainDueDate(due string, issued billing.Day) (billing.Day, error) {
	if due == "" {
		due = endOfNextMonth
	}
	if !dueForm.MatchString(due) {
		return 0, fmt.Errorf("%q are no terms of payment; use %s, end-of-month, end-of-month-after-next, net- and a number of days such as net-30, or a day such as day-25-of-next-month",
			due, endOfNextMonth)
	}
	if days, ok := strings.CutPrefix(due, "net-"); ok {
		n, err := strconv.ParseUint(days, 10, 15)
		return issued + billing.Day(n), err
	}
	month := billing.PeriodOf(issued.Time())
	switch {
	case strings.HasSuffix(due, "month-after-next"):
		month = month.Next().Next()
	case strings.HasSuffix(due, "next-month"):
		month = month.Next()
	}
	rest, ok := strings.CutPrefix(due, "day-")
	if !ok {
		return month.LastDay(), nil
	}
	number, _, _ := strings.Cut(rest, "-")
	n, err := strconv.ParseUint(number, 10, 15)
	return min(month.FirstDay()+billing.Day(n)-1, month.LastDay()), err
}

func businessDay(day billing.Day, holidays []billing.Day) bool {
	weekday := day.Time().Weekday()
	return weekday != time.Saturday && weekday != time.Sunday && !slices.Contains(holidays, day)
}
