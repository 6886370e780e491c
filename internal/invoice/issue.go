package invoice

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Terms of payment that are no number of days.
const (
	endOfNextMonth = "end-of-next-month"
	endOfMonth     = "end-of-month"
)

// Issue returns the document as issued on that day (UTC) under that number,
// which Series makes (R30). The due date follows from the terms in the
// document. No amount changes. It panics on terms that New does not let in.
func (inv Invoice) Issue(number string, day billing.Day) Invoice {
	due, err := dueDate(inv.DueTerms, day)
	if err != nil {
		panic(fmt.Sprintf("invoice %s: %v", inv.ID, err))
	}
	inv.Number, inv.State = number, Issued
	inv.IssueDate, inv.DueDate = &day, &due
	return inv
}

// dueDate counts from the issue date: the last day of its month or of the next,
// or net-N, that many days later.
func dueDate(terms string, issued billing.Day) (billing.Day, error) {
	month := billing.PeriodOf(issued.Time())
	switch terms {
	case endOfNextMonth:
		return month.Next().LastDay(), nil
	case endOfMonth:
		return month.LastDay(), nil
	}
	if days, ok := strings.CutPrefix(terms, "net-"); ok {
		if n, err := strconv.ParseUint(days, 10, 15); err == nil {
			return issued + billing.Day(n), nil
		}
	}
	return 0, fmt.Errorf("%q are no terms of payment; use %s, %s, or net- and a number of days such as net-30",
		terms, endOfNextMonth, endOfMonth)
}
