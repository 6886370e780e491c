package assign

import (
	"context"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/lake"
)

// enrolments are who enrols the accounts of a payer on which days of the month,
// sorted by day; their Account is empty.
func (m Month) enrolments(payer string) (all []Ownership) {
	for _, g := range m.Config.BillingGroups {
		for _, e := range g.Enrol {
			if e.Payer != payer {
				continue
			}
			if first, last, ok := m.during(&e.From, e.To); ok {
				all = append(all, Ownership{Group: g.ID, From: first, To: last})
			}
		}
	}
	slices.SortFunc(all, byDay)
	return all
}

// enrol adds to the claims of a load who enrols its accounts, on the days on which
// nobody claims anything of them, by tags or whole, and no pool has them. An account
// that is claimed inside the month keeps the other days, also where it moves for the
// whole month (R2). The payer's own account is nobody's to enrol.
func (m Month) enrol(claimed map[string]*claims, l Load, accounts []string) {
	by := m.enrolments(l.Payer.ID)
	if len(by) == 0 {
		return
	}
	for _, a := range accounts {
		if a == l.Payer.ID {
			continue
		}
		c := claimed[a]
		if c == nil {
			c = &claims{}
			claimed[a] = c
		}
		c.enrolled = m.besides(by, c, a)
	}
}

// besides are the days of enrolments that no claim of an account has.
func (m Month) besides(by []Ownership, c *claims, account string) (left []Ownership) {
	taken := slices.Concat(c.whole, c.pools)
	for _, t := range c.tagged {
		taken = append(taken, t.Ownership)
	}
	const nobody = "" // of days that are taken
	for i := range taken {
		taken[i].Group = nobody
	}
	for _, o := range m.layered(taken, by) {
		if o.Group != nobody {
			left = append(left, Ownership{Account: account, Group: o.Group, From: o.From, To: o.To})
		}
	}
	return left
}

// Enrolled returns who has an account of a load's payer by enrolment on which days
// of the month, sorted: none where somebody claims it, and none for the payer's own.
// It takes the word of the caller that the account is that payer's.
func (m Month) Enrolled(l Load, account string) []Ownership {
	if len(m.enrolments(l.Payer.ID)) == 0 {
		return nil
	}
	claimed := m.claims(l.wholeMonth())
	m.enrol(claimed, l, []string{account})
	if c := claimed[account]; c != nil {
		return c.enrolled
	}
	return nil
}

// readEnrollable reads the accounts that have lines under the payers of which
// somebody enrols accounts, by payer. Where nobody does, the lines are not looked at.
func (m Month) readEnrollable(ctx context.Context, s engine.Session) (map[string][]string, error) {
	payers := map[string]string{} // by load
	for _, l := range m.Loads {
		if len(m.enrolments(l.Payer.ID)) > 0 {
			payers[l.ID] = l.Payer.ID
		}
	}
	if len(payers) == 0 {
		return nil, nil
	}
	type row struct{ load, account string }
	rows, err := engine.Collect(ctx, s, func(r *row) []any { return []any{&r.load, &r.account} },
		"SELECT DISTINCT load, "+lake.Texts[lake.SubAccountID].Name+" FROM line_items ORDER BY 1, 2")
	if err != nil {
		return nil, fmt.Errorf("listing the accounts of %s: %w", m.Period, err)
	}
	seen := map[string][]string{}
	for _, r := range rows {
		if payer, ok := payers[r.load]; ok && !slices.Contains(seen[payer], r.account) {
			seen[payer] = append(seen[payer], r.account)
		}
	}
	return seen, nil
}
