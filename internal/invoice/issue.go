package invoice

import (
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
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
