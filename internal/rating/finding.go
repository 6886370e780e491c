package rating

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// Findings returns what a person should know of a month that was rated with a
// configuration, in the session of Rate with its view "charges": lines that
// nobody owns (R1), covered usage without a list price in groups that are billed
// at list, pools that hold less than their fixed shares (R4), usage in the free
// tier that a rule bills and nobody knows the rate of, and what savings plans
// take back in accounts that are shared by tags.
func Findings(ctx context.Context, s engine.Session, c billing.Config) ([]billing.Finding, error) {
	var findings []billing.Finding
	for _, find := range []func(context.Context, engine.Session, billing.Config) ([]billing.Finding, error){
		unassignedFindings, unlistedFindings, poolFindings, freeTierFindings, negationFindings,
	} {
		found, err := find(ctx, s, c)
		if err != nil {
			return nil, err
		}
		findings = append(findings, found...)
	}
	return findings, nil
}

func unassignedFindings(ctx context.Context, s engine.Session, c billing.Config) ([]billing.Finding, error) {
	type orphan struct {
		account, name, payer, currency string
		lines                          int64
		sum                            money.Decimal
	}
	orphans, err := engine.Collect(ctx, s, func(o *orphan) []any {
		return []any{&o.account, &o.name, &o.payer, &o.currency, &o.lines, engine.Exact(&o.sum)}
	}, `
		SELECT sub_account_id, COALESCE(MAX(sub_account_name), ''), billing_account_id, billing_currency,
		       CAST(SUM(x_lines) AS BIGINT), CAST(SUM(x_cost) AS VARCHAR)
		FROM charges WHERE "group" = 'unassigned'
		GROUP BY sub_account_id, billing_account_id, billing_currency ORDER BY 1, 3, 4`)
	if err != nil {
		return nil, err
	}
	sharing := sharedByTags(c)
	var findings []billing.Finding
	for _, o := range orphans {
		subject := o.account
		if o.name != "" {
			subject += " (" + o.name + ")"
		}
		message := fmt.Sprintf("no billing group claims this account of payer %s on these lines; claim it in a group, or list it under reseller.accounts", o.payer)
		if groups := sharing[o.account]; len(groups) > 0 {
			message = fmt.Sprintf("%s in this account of payer %s what has certain tags; these lines do not, and neither a group nor a pool has the rest of the account on these days. Widen a claim, claim the account in a group, or list it in a pool",
				claiming(groups), o.payer)
		}
		findings = append(findings, billing.Finding{
			Code: "unassigned", Severity: billing.Hold, Subject: subject, Count: o.lines, Amount: o.sum, Currency: o.currency, Message: message,
		})
	}
	return findings, nil
}

// sharedByTags returns the groups that claim lines of an account by tags.
func sharedByTags(c billing.Config) map[string][]string {
	sharing := map[string][]string{}
	for _, g := range c.BillingGroups {
		for _, claim := range g.Claims {
			for _, account := range claim.Accounts {
				if claim.Tagged() && !slices.Contains(sharing[account], g.ID) {
					sharing[account] = append(sharing[account], g.ID)
				}
			}
		}
	}
	return sharing
}

// claiming names groups that claim something, the first few of many.
func claiming(groups []string) string {
	const shown = 3
	switch {
	case len(groups) == 1:
		return "billing group " + groups[0] + " claims"
	case len(groups) > shown:
		return fmt.Sprintf("billing groups %s and %d more claim", strings.Join(groups[:shown], ", "), len(groups)-shown)
	}
	return "billing groups " + strings.Join(groups, ", ") + " claim"
}

func unlistedFindings(ctx context.Context, s engine.Session, _ billing.Config) ([]billing.Finding, error) {
	query := `
		SELECT "group", billing_currency, CAST(SUM(x_lines) AS BIGINT), CAST(SUM(x_amortized_cost) AS VARCHAR)
		FROM charges
		WHERE x_base = 'list' AND x_line_item_type = 'DiscountedUsage' AND x_base_cost = 0 AND x_amortized_cost <> 0
		GROUP BY "group", billing_currency ORDER BY 1, 2`
	type gap struct {
		group, currency string
		lines           int64
		sum             money.Decimal
	}
	gaps, err := engine.Collect(ctx, s, func(g *gap) []any { return []any{&g.group, &g.currency, &g.lines, engine.Exact(&g.sum)} }, query)
	if err != nil {
		return nil, err
	}
	var findings []billing.Finding
	for _, g := range gaps {
		findings = append(findings, billing.Finding{
			Code: "no-list-price", Severity: billing.Hold, Subject: g.group, Count: g.lines, Amount: g.sum, Currency: g.currency,
			Message: "usage covered by reservations has no public on-demand cost in the export, so that at list prices it would be free (the amount is its amortized cost); give it a unit price in the book, or bill the group on another basis",
		})
	}
	return findings, nil
}

// poolFindings compares what pools hold, as Rate divided them, with their fixed
// shares.
func poolFindings(ctx context.Context, s engine.Session, c billing.Config) ([]billing.Finding, error) {
	if len(c.Pools) == 0 {
		return nil, nil // there is no table of who bears them
	}
	type pool struct {
		id, currency string
		total        money.Decimal
	}
	pools, err := engine.Collect(ctx, s, func(p *pool) []any { return []any{&p.id, &p.currency, engine.Exact(&p.total)} },
		`SELECT pool, currency, CAST(SUM(wanted) AS VARCHAR) FROM bearers GROUP BY pool, currency ORDER BY pool, currency`)
	if err != nil {
		return nil, err
	}
	fixed := map[string]money.Decimal{}
	for _, p := range c.Pools {
		for _, f := range p.Fixed {
			fixed[p.ID] = fixed[p.ID].Add(f.Amount)
		}
	}
	var findings []billing.Finding
	for _, p := range pools {
		if missing := fixed[p.id].Sub(p.total); fixed[p.id].Sign() > 0 && missing.Sign() > 0 {
			findings = append(findings, billing.Finding{
				Code: "pool-below-fixed", Severity: billing.Info, Subject: p.id, Amount: missing, Currency: p.currency,
				Message: fmt.Sprintf("the fixed shares of this pool are %s %s, and it holds %s (the amount is what is missing): they were served in their order as far as it goes, and percents and usage had nothing left to divide", fixed[p.id], p.currency, p.total),
			})
		}
	}
	return findings, nil
}

// freeTierFindings are about usage that costs nothing at the provider, where the
// rule that won bills the free tier and nobody paid for the same product in the
// month, so that its rate is not known. It is free then.
func freeTierFindings(ctx context.Context, s engine.Session, c billing.Config) ([]billing.Finding, error) {
	var findings []billing.Finding
	for _, b := range c.PriceBooks {
		for _, r := range b.Rules {
			if !r.BillFreeTier {
				continue
			}
			type usage struct {
				products, lines int64
				first           string
			}
			// The decision names book and rule of a charge, whichever sale it is of.
			all, err := engine.Collect(ctx, s, func(u *usage) []any { return []any{&u.products, &u.lines, &u.first} }, `
				SELECT COUNT(*), CAST(SUM(lines) AS BIGINT), MIN(product) FROM (
					SELECT COALESCE(MIN(c.service_name), MIN(c.x_service_code), '') || ' ' || COALESCE(MIN(c.x_usage_type), '') AS product, SUM(c.x_lines) AS lines
					FROM charges c
					JOIN decisions d ON d.decision = c.x_decision
					WHERE d.book = $1 AND d.rule = $2 AND d.unit_price IS NULL AND c.x_class = 'usage' AND c.commitment_discount_id IS NULL
					GROUP BY c.x_load, c.x_pricing_key
					HAVING SUM(c.pricing_quantity) > 0 AND MAX(ABS(c.x_cost)) = 0 AND MAX(ABS(c.list_cost)) = 0
				) free HAVING COUNT(*) > 0`, b.ID, r.Name)
			if err != nil {
				return nil, err
			}
			for _, u := range all {
				findings = append(findings, billing.Finding{
					Code: "free-tier-no-rate", Severity: billing.Warn, Subject: "book " + b.ID + ", rule " + r.Name, Count: u.lines,
					Message: fmt.Sprintf("this rule bills the provider's free tier, but nobody paid for the same in this month, so that no rate is known and the usage is free: %s, such as %s. Give it a unit_price in the book, unless it is free for everybody",
						products(u.products), strings.TrimSpace(u.first)),
				})
			}
		}
	}
	return findings, nil
}

// negationFindings are about what savings plans take back of usage in accounts
// that are shared by tags. The provider writes it on lines without tags: where
// the cover stands, usage is billed on demand to whose tags it has, and the
// credit goes to who has the rest of the account.
func negationFindings(ctx context.Context, s engine.Session, c billing.Config) ([]billing.Finding, error) {
	sharing := sharedByTags(c)
	if len(sharing) == 0 {
		return nil, nil
	}
	type negation struct {
		account, owner, currency string
		lines                    int64
		sum                      money.Decimal
	}
	all, err := engine.Collect(ctx, s, func(n *negation) []any {
		return []any{&n.account, &n.owner, &n.currency, engine.Exact(&n.sum), &n.lines}
	}, `
		SELECT sub_account_id, COALESCE(x_pool, x_owner), billing_currency, CAST(SUM(x_cost) AS VARCHAR), CAST(SUM(x_lines) AS BIGINT)
		FROM charges
		WHERE x_line_item_type = 'SavingsPlanNegation' AND x_tag_set = 0
			AND (x_base <> 'true-unblended' OR COALESCE(x_treatment, '') <> 'taken-back')
		GROUP BY 1, 2, 3 HAVING SUM(x_cost) <> 0 ORDER BY 1, 2, 3`)
	if err != nil {
		return nil, err
	}
	var findings []billing.Finding
	for _, n := range all {
		groups, shared := sharing[n.account]
		if !shared {
			continue
		}
		findings = append(findings, billing.Finding{
			Code: "negation-untagged", Severity: billing.Warn, Subject: n.account, Count: n.lines, Amount: n.sum, Currency: n.currency,
			Message: fmt.Sprintf("%s in this account what has certain tags, but what savings plans take back of covered usage has no tags and goes to %s: the usage is on demand for whose tags it has. Bill the groups on true-unblended, where plans are applied anew to each",
				claiming(groups), n.owner),
		})
	}
	return findings, nil
}

func products(n int64) string {
	if n == 1 {
		return "1 product"
	}
	return fmt.Sprintf("%d products", n)
}
