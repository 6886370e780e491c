package rating

import (
	"context"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
)

// Conserved checks over the view "charges" that every line became part of
// exactly one charge, and all of its cost with it (R32 c).
func Conserved(ctx context.Context, s engine.Session, report billing.Report) error {
	out, err := engine.Sum(ctx, s, "SELECT billing_currency, SUM(x_lines), SUM(x_cost) FROM charges GROUP BY billing_currency")
	if err != nil {
		return err
	}
	return report.Kept("rating", out)
}
