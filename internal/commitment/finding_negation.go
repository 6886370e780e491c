package commitment

import (
	"context"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// unnegated compares, for each savings plan, the usage it covers with
// the negations that take it back (R10): they must cancel, but for the
// provider's rounding of 10^-8 a line.
func (m *month) unnegated(ctx context.Context, s engine.Session) ([]billing.Finding, error) {
	type row struct {
		payer, id, currency string
		left                money.Decimal
		lines               int64
	}
	rows, err := engine.Collect(ctx, s, func(r *row) []any { return []any{&r.payer, &r.id, &r.currency, &r.lines, engine.Exact(&r.left)} }, `
		SELECT billing_account_id, commitment_discount_id, billing_currency, COUNT(*), CAST(SUM(billed_cost) AS VARCHAR)
		FROM line_items
		WHERE x_line_item_type IN ('SavingsPlanCoveredUsage', 'SavingsPlanNegation') AND commitment_discount_id IS NOT NULL
			AND (x_fence IS NULL OR x_fence <> 'split-cost')
		GROUP BY billing_account_id, commitment_discount_id, billing_currency
		ORDER BY billing_account_id, commitment_discount_id, billing_currency`)
	if err != nil {
		return nil, fmt.Errorf("comparing the negations of %s: %w", m.Period, err)
	}
	var findings []billing.Finding
	for _, r := range rows {
		if negated(r.left, r.lines) {
			continue
		}
		findings = append(findings, billing.Finding{
			Code: "negation-mismatch", Severity: billing.Warn, Subject: r.id, Count: r.lines, Amount: r.left, Currency: r.currency,
			Message: fmt.Sprintf("the negations of this savings plan of payer %s do not cancel the usage it covers; the amount is what is left. Lines may be missing from the export, or come in another month: load the export again", r.payer),
		})
	}
	return findings, nil
}

// negated tells whether what covered usage and its negations leave can come
// from rounding each line at the eighth digit.
func negated(left money.Decimal, lines int64) bool {
	bound := money.MustParse("1e-8").Mul(money.FromInt(lines))
	return left.Cmp(bound) <= 0 && left.Neg().Cmp(bound) <= 0
}
