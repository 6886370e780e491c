// Package explore answers where the money went: what rated months cost and what is
// billed for them, summed by any of the dimensions. It only reads. What it sums are
// not the charges themselves, a file or more for each billing group, but sums of
// them that it makes once for each revision of a month (Explorer.Prepare).
package explore

import (
	"context"
	"sync"

	"golang.org/x/sync/singleflight"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/month"
)

// Explorer answers questions about the rated months of an installation. It is safe
// for use by several goroutines.
type Explorer struct {
	home   *month.Installation
	making singleflight.Group // of sums, by their folder
	one    sync.Mutex         // two months at a time would not fit into the engine's memory
}

// New returns the explorer of an installation.
func New(home *month.Installation) *Explorer { return &Explorer{home: home} }

// Prepare makes the sums of a month as it was rated last, where they are not there
// yet, so that the first question need not wait for them. A month that is not rated
// is left as it is.
func (x *Explorer) Prepare(ctx context.Context, period billing.Period) error {
	_, _, err := x.summed(ctx, period)
	return err
}
