package rating

import (
	"context"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// Conserved checks over the view "charges" that every line became part of
// exactly one charge, and all of its cost with it (R32 c).
func Conserved(ctx context.Context, s engine.Session, report billing.Report) error {
	out, err := sumOf(ctx, s, "SELECT billing_currency, CAST(SUM(x_lines) AS BIGINT), CAST(SUM(x_cost) AS VARCHAR) FROM charges GROUP BY billing_currency")
	if err != nil {
		return err
	}
	if diff := out.In.Minus(report.In); len(diff) > 0 || out.RowsIn != report.RowsIn {
		return fmt.Errorf("rating did not conserve money: %d lines went in and %d came out, with a difference of %v; no charges were put in force. This is a fault of Sluice, please report it", report.RowsIn, out.RowsIn, diff)
	}
	return nil
}

// Findings returns what the charges in the view "charges" say that a person
// should know: accounts that nobody owns (R1), and covered usage without a
// list price in groups that are billed at list.
func Findings(ctx context.Context, s engine.Session) ([]billing.Finding, error) {
	query := `
		SELECT sub_account_id, COALESCE(MAX(sub_account_name), ''), billing_account_id, billing_currency,
		       CAST(SUM(x_lines) AS BIGINT), CAST(SUM(x_cost) AS VARCHAR)
		FROM charges WHERE "group" = 'unassigned'
		GROUP BY sub_account_id, billing_account_id, billing_currency ORDER BY 1, 3, 4`
	type orphan struct {
		account, name, payer, currency, sum string
		lines                               int64
	}
	orphans, err := engine.Collect(ctx, s, func(o *orphan) []any {
		return []any{&o.account, &o.name, &o.payer, &o.currency, &o.lines, &o.sum}
	}, query)
	if err != nil {
		return nil, err
	}
	var findings []billing.Finding
	for _, o := range orphans {
		amount, err := money.Parse(o.sum)
		if err != nil {
			return nil, err
		}
		subject := o.account
		if o.name != "" {
			subject += " (" + o.name + ")"
		}
		findings = append(findings, billing.Finding{
			Code: "unassigned", Severity: billing.Hold, Subject: subject, Count: o.lines, Amount: amount, Currency: o.currency,
			Message: fmt.Sprintf("no billing group claims this account of payer %s on these lines; claim it in a group, or list it under reseller.accounts", o.payer),
		})
	}
	unlisted, err := unlistedFindings(ctx, s)
	return append(findings, unlisted...), err
}

func unlistedFindings(ctx context.Context, s engine.Session) ([]billing.Finding, error) {
	query := `
		SELECT "group", billing_currency, CAST(SUM(x_lines) AS BIGINT), CAST(SUM(x_amortized_cost) AS VARCHAR)
		FROM charges
		WHERE x_base = 'list' AND x_line_item_type = 'DiscountedUsage' AND x_base_cost = 0 AND x_amortized_cost <> 0
		GROUP BY "group", billing_currency ORDER BY 1, 2`
	type gap struct {
		group, currency, sum string
		lines                int64
	}
	gaps, err := engine.Collect(ctx, s, func(g *gap) []any { return []any{&g.group, &g.currency, &g.lines, &g.sum} }, query)
	if err != nil {
		return nil, err
	}
	var findings []billing.Finding
	for _, g := range gaps {
		amount, err := money.Parse(g.sum)
		if err != nil {
			return nil, err
		}
		findings = append(findings, billing.Finding{
			Code: "no-list-price", Severity: billing.Hold, Subject: g.group, Count: g.lines, Amount: amount, Currency: g.currency,
			Message: "usage covered by reservations has no public on-demand cost in the export, so that at list prices it would be free (the amount is its amortized cost); give it a unit price in the book, or bill the group on another basis",
		})
	}
	return findings, nil
}
