package month

import (
	"context"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
)

// Finding is a finding on record, with its waiver if it has one.
type Finding = store.Finding

// Waive lets a finding no longer hold the close, with a reason that is kept.
func (home *Installation) Waive(ctx context.Context, period billing.Period, id, reason string) error {
	return home.Store.Waive(ctx, period, id, home.User, reason)
}
