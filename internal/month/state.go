package month

import (
	"context"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
)

// ClosedMonths returns the months from the given one on that are closed, or
// have an issued document, and were not opened again since: those that are
// changed by corrections only (R18).
func (home *Installation) ClosedMonths(ctx context.Context, from billing.Period) ([]billing.Period, error) {
	periods, err := home.Store.Periods(ctx)
	if err != nil {
		return nil, err
	}
	var closed []billing.Period
	for _, period := range periods {
		if period.Before(from) {
			continue
		}
		is, err := home.IsClosedMonth(ctx, period)
		if err != nil {
			return nil, err
		}
		if is {
			closed = append(closed, period)
		}
	}
	return closed, nil
}

// IsClosedMonth tells whether a month is one of the ClosedMonths.
func (home *Installation) IsClosedMonth(ctx context.Context, period billing.Period) (bool, error) {
	states, err := home.Store.PeriodStates(ctx, period)
	if err != nil {
		return false, err
	}
	documents, err := home.Store.InvoiceFacts(ctx, period)
	if err != nil {
		return false, err
	}
	reopened, err := home.Store.Reopened(ctx, period)
	return reopened == nil && (slices.ContainsFunc(states, IsClosed) || slices.ContainsFunc(documents, IsIssued)), err
}

// IsClosed tells whether a payer's month is closed.
func IsClosed(s store.PeriodState) bool {
	return ClosedState(s.State)
}

// IsIssued tells whether a document is issued.
func IsIssued(i store.Invoice) bool { return i.State == store.InvoiceIssued }

// ClosedState tells whether a state of a month is that after a close.
func ClosedState(state string) bool {
	return state == store.PeriodClosed || state == store.PeriodRestated
}
