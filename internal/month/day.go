package month

import (
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
)

// HasCome refuses a day that is still to come: what is recorded has happened.
func (home *Installation) HasCome(day billing.Day) error {
	if day > home.Today() {
		return fmt.Errorf("%s is still to come; record it when it has happened", day)
	}
	return nil
}

// Today is the day it is, UTC.
func (home *Installation) Today() billing.Day { return billing.DayOf(home.Now()) }
