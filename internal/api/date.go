package api

import (
	"cmp"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Date is a day as a parameter in a path or query; the zero Date is none. A
// billing.Day by itself would be read as a number there.
type Date struct{ billing.Day }

// On is a day as such a parameter.
func On(day billing.Day) Date { return Date{day} }

// dayOr is the day that a body names, or another where it names none.
func dayOr(named *billing.Day, otherwise billing.Day) billing.Day {
	if named == nil {
		return otherwise
	}
	return *named
}

// or is the day, or another where it is none.
func (d Date) or(otherwise billing.Day) billing.Day { return cmp.Or(d.Day, otherwise) }
