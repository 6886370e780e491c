package month

import (
	"context"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/store"
)

// CheckLayout refuses a load whose lines another version of Sluice wrote, with
// other columns. A source's exports are then loaded anew by themselves.
func CheckLayout(l store.Load) error {
	totals, err := TotalsOf(l)
	if err != nil || totals.Layout == lake.Layout {
		return err
	}
	return fmt.Errorf("the lines of %s %s of %s were written by another version of Sluice and lack columns of this one; load their files again with `sluice ingest`", l.Payer, l.Report, l.Period)
}

// checkRated refuses charges in the views of a session that an older version of
// Sluice wrote, which lack columns of this one.
func checkRated(ctx context.Context, s engine.Session, period billing.Period) error {
	for _, query := range []string{
		"SELECT x_tag_set, x_owner, x_seller, x_pool, x_book FROM charges LIMIT 0",
		"SELECT x_tag_set FROM parts LIMIT 0",
	} {
		rows, err := s.Query(ctx, query)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("the charges of %[1]s were written by another version of Sluice and lack columns of this one; `sluice close %[1]s` prices the month again, and leaves issued documents as they are", period)
		}
		if err := rows.Close(); err != nil {
			return err
		}
	}
	return nil
}
