package commitment

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// findings says what a person should know of the month's commitments.
func (m *month) findings(ctx context.Context, s engine.Session) ([]billing.Finding, error) {
	findings := m.undecided()
	for _, look := range []func(context.Context, engine.Session) ([]billing.Finding, error){unpriced, m.unratedUsage, m.crossed, m.unnegated} {
		more, err := look(ctx, s)
		if err != nil {
			return nil, err
		}
		findings = append(findings, more...)
	}
	return findings, nil
}

// undecided lists decisions of the configuration that meet no commitment, or
// give away more than there is.
func (m *month) undecided() []billing.Finding {
	sizes, whole := map[string]money.Decimal{}, map[string]bool{}
	for _, c := range m.commitments {
		sizes[c.ID], whole[c.ID] = c.size(), !c.applicable()
	}
	given := map[string]money.Decimal{}
	var findings []billing.Finding
	for _, d := range m.Config.Commitments {
		if d.From != nil && m.Period.Before(*d.From) || d.To != nil && !m.Period.Before(*d.To) {
			continue
		}
		if _, ok := sizes[d.ID]; !ok {
			findings = append(findings, billing.Finding{
				Code: "commitment-missing", Severity: billing.Warn, Subject: d.ID,
				Message: fmt.Sprintf("the configuration decides on this commitment, but no line of %s names it; it may have ended, or its payer's export is not loaded", m.Period),
			})
			continue
		}
		switch {
		case whole[d.ID] && d.Units != nil:
			findings = append(findings, billing.Finding{
				Code: "commitment-not-divisible", Severity: billing.Warn, Subject: d.ID,
				Message: fmt.Sprintf("%s of its units are to be given to %s, but the export does not tell its units, so that it stays whole with its owner; leave out units to give all of it away", d.Units, cmp.Or(d.GiveTo.Account, d.GiveTo.Group)),
			})
		case whole[d.ID] && d.Policy == billing.PolicyFixedPrice:
			findings = append(findings, billing.Finding{
				Code: "commitment-without-hours", Severity: billing.Hold, Subject: d.ID,
				Message: "the policy is fixed-price, a price for every hour used, but the export does not tell this commitment's hours, so that its usage is on demand; choose another policy, and bill the price as an additional item",
			})
		case d.Units != nil:
			given[d.ID] = given[d.ID].Add(*d.Units)
		}
	}
	for _, c := range m.commitments {
		if given[c.ID].Cmp(sizes[c.ID]) > 0 {
			findings = append(findings, billing.Finding{
				Code: "commitment-overgiven", Severity: billing.Hold, Subject: c.ID,
				Message: fmt.Sprintf("%s of its units are given away, but it has %s; the last ones get what is left. Correct give_to of this commitment", given[c.ID], sizes[c.ID]),
			})
		}
	}
	for _, l := range m.loads {
		if l.hours > 1 && l.ID == l.home && m.splitsAny(l) && m.appliesAny(l.Payer.ID) {
			findings = append(findings, billing.Finding{
				Code: "commitments-by-day", Severity: billing.Info, Subject: l.Payer.ID,
				Message: "this payer's export tells usage by the day, so that commitments are applied by the day too: what was free in one hour helps another of the same day. Export by the hour to have it exact",
			})
		}
	}
	return findings
}

// splitsAny tells whether a group with an account in the load is billed as if
// it were alone.
func (m *month) splitsAny(l load) bool {
	return slices.ContainsFunc(m.accounts, func(a accountDays) bool { return a.load == l.ID && m.alone[a.group] })
}

// appliesAny tells whether a commitment of the payer is applied again.
func (m *month) appliesAny(payer string) bool {
	return slices.ContainsFunc(m.commitments, func(c Commitment) bool { return c.Payer == payer && m.mode(c) == modeAgain })
}

// unpriced lists covered usage that needs a price on demand and has none (R7).
func unpriced(ctx context.Context, s engine.Session) ([]billing.Finding, error) {
	type gap struct {
		group, currency, usage string
		lines                  int64
		sum                    money.Decimal
	}
	gaps, err := engine.Collect(ctx, s, func(g *gap) []any { return []any{&g.group, &g.currency, &g.usage, &g.lines, engine.Exact(&g.sum)} }, statement(`
		SELECT a."group", l.billing_currency, COALESCE(l.x_usage_type, l.service_name, ''), COUNT(*), CAST(SUM(COALESCE(l.effective_cost, 0)) AS VARCHAR)
		FROM tagged_lines l
		JOIN keys k ON k.load = l.load AND k.pricing_key = l.x_pricing_key
		CROSS JOIN month
		JOIN accounts a ON a.load = l.load AND a.account_id = l.sub_account_id AND a.tag_set = l.x_tag_set AND {day} BETWEEN a.from_day AND a.to_day
		LEFT JOIN commitments c
			ON c.load = l.load AND c.commitment = l.commitment_discount_id AND {day} BETWEEN c.from_day AND c.to_day
		WHERE a.splits AND k.role = 'usage' AND k.on_demand IS NULL AND l.commitment_discount_id IS NOT NULL AND {taken}
			AND COALESCE(l.x_line_item_type, '') <> 'SavingsPlanCoveredUsage' AND COALESCE(l.commitment_discount_status, '') <> 'Unused'
			AND COALESCE(l.list_cost, 0) = 0 AND COALESCE(l.list_unit_price, 0) = 0 AND COALESCE(l.contracted_cost, 0) = 0
			AND l.billed_cost <= 0 AND l.pricing_quantity > 0
		GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`))
	if err != nil {
		return nil, err
	}
	var findings []billing.Finding
	for _, g := range gaps {
		findings = append(findings, billing.Finding{
			Code: "no-on-demand-price", Severity: billing.Hold, Subject: strings.TrimSpace(g.group + " " + g.usage), Count: g.lines, Amount: g.sum, Currency: g.currency,
			Message: "usage covered by a commitment has no on-demand price in the export, neither its own nor that of the same usage elsewhere in the month, so that without the commitment it would be free (the amount is its amortized cost); give it a unit price in the book, or let the commitment be as-applied",
		})
	}
	return findings, nil
}

// unratedUsage lists usage that an unused plan might have covered, had its
// rate been known.
func (m *month) unratedUsage(ctx context.Context, s engine.Session) ([]billing.Finding, error) {
	if len(m.schedule.unrated) == 0 {
		return nil, nil
	}
	type gap struct {
		group, currency, usage, operation, region string
		class                                     int
		lines                                     int64
		sum                                       money.Decimal
	}
	gaps, err := engine.Collect(ctx, s, func(g *gap) []any {
		return []any{&g.class, &g.group, &g.currency, &g.usage, &g.operation, &g.region, &g.lines, engine.Exact(&g.sum)}
	}, statement(`
		WITH idle AS (SELECT DISTINCT class, pool, scope FROM capacity WHERE used < units)
		SELECT u.class, a."group", l.billing_currency, COALESCE(l.x_usage_type, ''), COALESCE(l.x_operation, ''), COALESCE(l.region_id, ''),
			COUNT(*), CAST(SUM(l.billed_cost) AS VARCHAR)
		FROM tagged_lines l
		JOIN unrated u ON u.load = l.load AND u.pricing_key = l.x_pricing_key
		CROSS JOIN month
		JOIN accounts a ON a.load = l.load AND a.account_id = l.sub_account_id AND a.tag_set = l.x_tag_set AND {day} BETWEEN a.from_day AND a.to_day
		JOIN idle ON idle.class = u.class AND idle.pool = u.pool AND idle.scope = a.scope
		JOIN loads ON loads.load = l.load
		LEFT JOIN usage covered ON covered.ref = {ref} AND covered.done = covered.hours
		WHERE a.splits AND l.x_fence IS NULL AND l.billed_cost > 0 AND covered.ref IS NULL
		GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 2, 4, 5, 6, 1`))
	if err != nil {
		return nil, err
	}
	offers := map[int]offer{}
	for _, sup := range m.schedule.suppliers {
		offers[sup.class] = offerOf(sup.commitment)
	}
	var findings []billing.Finding
	for _, g := range gaps {
		o := offers[g.class]
		findings = append(findings, billing.Finding{
			Code: "no-plan-rate", Severity: billing.Warn, Subject: strings.Join(strings.Fields(g.group+" "+g.usage+" "+g.operation), " "), Count: g.lines, Amount: g.sum, Currency: g.currency,
			Message: fmt.Sprintf("a savings plan of the group (%s %s %s) was not used up, but no line of the month tells its rate for this usage in %s, which is left on demand; give the rate under savings_plan_rates", o.kind, o.term, o.payment, g.region),
		})
	}
	return findings, nil
}

// crossed sums up what commitments of one customer covered for another (R9),
// by payer.
func (m *month) crossed(ctx context.Context, s engine.Session) ([]billing.Finding, error) {
	r, err := reportsOn(ctx, s, m)
	if err != nil {
		return nil, err
	}
	crossings, err := r.Crossings(ctx, false)
	if err != nil {
		return nil, err
	}
	type sum struct {
		lines            int64
		onDemand, stands money.Decimal
	}
	sums := map[[2]string]sum{}
	for _, c := range crossings {
		if c.Within {
			continue
		}
		of := [2]string{c.Payer, string(c.Currency)}
		before := sums[of]
		sums[of] = sum{before.lines + c.Lines, before.onDemand.Add(c.OnDemand), before.stands.Add(c.Stands)}
	}
	var findings []billing.Finding
	for _, of := range slices.SortedFunc(maps.Keys(sums), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		all := sums[of]
		stands := "all of it was taken back before billing"
		switch {
		case all.stands.Equal(all.onDemand):
			stands = "all of it stands on the bills of groups that are not billed alone, or by the policy as-applied"
		case !all.stands.IsZero():
			stands = fmt.Sprintf("of it %s %s stands on the bills of groups that are not billed alone, or by the policy as-applied; the rest was taken back", all.stands, of[1])
		}
		findings = append(findings, billing.Finding{
			Code: "benefit-crossed", Severity: billing.Info, Subject: of[0], Count: all.lines, Amount: all.onDemand, Currency: of[1],
			Message: fmt.Sprintf("the provider let commitments of one customer cover usage of another, which would have cost this on demand; %s. `sluice commitment crossings %s` lists it; agreements with the provider may not allow it", stands, m.Period),
		})
	}
	return findings, nil
}
