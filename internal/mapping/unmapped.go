package mapping

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
)

// Unmapped is an account with lines in a month that are nobody's. They hold its
// close (R1).
type Unmapped struct {
	Account  string         `json:"account"`
	Name     string         `json:"name" doc:"As it is declared, else as the provider calls it"`
	Payer    string         `json:"payer"`
	Currency money.Currency `json:"currency"`
	Cost     money.Decimal  `json:"cost" doc:"What the provider bills for these lines: exact, before tax but for lines that are tax"`
	Lines    int64          `json:"lines"`
	First    billing.Day    `json:"first_day" doc:"The first day of the month with such a line"`
	Last     billing.Day    `json:"last_day" doc:"The last one"`
	Services []ServiceCost  `json:"services" doc:"What was used, the dearest first; at most ten"`
	Owner    *Owner         `json:"owner,omitempty" doc:"Who has the account at another time"`
	SharedBy []string       `json:"shared_by" doc:"Billing groups that claim lines of the account by tags: the others are nobody's"`
	Proposed string         `json:"proposed_group,omitempty" doc:"The billing group that it may belong to"`
	Because  string         `json:"because,omitempty" doc:"Why that one"`
}

// ServiceCost is what a service comes to.
type ServiceCost struct {
	Service string        `json:"service"`
	Cost    money.Decimal `json:"cost"`
}

const mostServices = 10

//go:embed unmapped.sql
var unmappedSQL string

// FindUnmapped finds the accounts of a month that nobody has, in all loads in force,
// by account, payer and currency; it does not have to be priced. There are none where
// nothing is loaded.
func FindUnmapped(ctx context.Context, home *month.Installation, c billing.Config, period billing.Period) (found []Unmapped, err error) {
	loads, _, err := home.InForce(ctx, c, period)
	if err != nil || len(loads) == 0 {
		return nil, err
	}
	m, err := home.Open(ctx, c, period)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, m.Session.Close()) }()
	work, err := home.Assigned(m)
	if err != nil {
		return nil, err
	}
	if err := assign.Open(ctx, m.Session, work); err != nil {
		return nil, err
	}
	payers := map[string]string{} // by load
	for _, l := range m.Loads {
		payers[l.ID] = l.Payer
	}
	found, err = sumUnmapped(ctx, m.Session, payers)
	if err != nil || len(found) == 0 {
		return found, err
	}
	usual, err := usualGroups(ctx, m.Session, c, period, payers)
	if err != nil {
		return nil, err
	}
	describe(found, c, usual)
	return found, nil
}

// sumUnmapped adds up the lines of nobody.
func sumUnmapped(ctx context.Context, s engine.Session, payers map[string]string) ([]Unmapped, error) {
	type row struct {
		load, service, first, last string
		Unmapped
	}
	rows, err := engine.Collect(ctx, s, func(r *row) []any {
		return []any{&r.load, &r.Account, &r.Currency, &r.service, &r.Name, &r.first, &r.last, &r.Lines, engine.Exact(&r.Cost)}
	}, unmappedSQL)
	if err != nil {
		return nil, fmt.Errorf("looking for accounts that are nobody's: %w", err)
	}
	type key struct {
		account, payer string
		currency       money.Currency
	}
	all := map[key]*Unmapped{}
	for _, r := range rows {
		if r.First, err = billing.ParseDay(r.first); err != nil {
			return nil, err
		}
		if r.Last, err = billing.ParseDay(r.last); err != nil {
			return nil, err
		}
		k := key{r.Account, payers[r.load], r.Currency}
		u := all[k]
		if u == nil {
			u = &Unmapped{Account: r.Account, Payer: k.payer, Currency: r.Currency, First: r.First, Last: r.Last, SharedBy: []string{}}
			all[k] = u
		}
		u.Name = max(u.Name, r.Name)
		u.Cost, u.Lines = u.Cost.Add(r.Cost), u.Lines+r.Lines
		u.First, u.Last = min(u.First, r.First), max(u.Last, r.Last)
		u.use(r.service, r.Cost)
	}
	found := make([]Unmapped, 0, len(all))
	for _, u := range all {
		slices.SortFunc(u.Services, func(a, b ServiceCost) int { return cmp.Or(b.Cost.Cmp(a.Cost), cmp.Compare(a.Service, b.Service)) })
		u.Services = u.Services[:min(len(u.Services), mostServices)]
		found = append(found, *u)
	}
	slices.SortFunc(found, func(a, b Unmapped) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Payer, b.Payer), cmp.Compare(a.Currency, b.Currency))
	})
	return found, nil
}

// use adds to what a service comes to; two loads of a payer may have it.
func (u *Unmapped) use(service string, cost money.Decimal) {
	i := slices.IndexFunc(u.Services, func(s ServiceCost) bool { return s.Service == service })
	if i < 0 {
		u.Services = append(u.Services, ServiceCost{service, cost})
		return
	}
	u.Services[i].Cost = u.Services[i].Cost.Add(cost)
}

// usualGroups are the payers of which all accounts of the month that are somebody's
// are one billing group's, with that group.
func usualGroups(ctx context.Context, s engine.Session, c billing.Config, period billing.Period, payers map[string]string) (map[string]string, error) {
	type pair struct{ load, account string }
	pairs, err := engine.Collect(ctx, s, func(p *pair) []any { return []any{&p.load, &p.account} }, "SELECT DISTINCT load, sub_account_id FROM line_items")
	if err != nil {
		return nil, fmt.Errorf("listing the accounts of %s: %w", period, err)
	}
	l := ledgerOf(c)
	days := span{period.FirstDay(), period.LastDay() + 1}
	owners := map[string]map[string]bool{}
	for _, p := range pairs {
		for _, h := range l.held[p.account] {
			if h.Kind != ownedByReseller && anyOverlaps(h.left, days) {
				if owners[payers[p.load]] == nil {
					owners[payers[p.load]] = map[string]bool{}
				}
				owners[payers[p.load]][h.ID] = true
			}
		}
	}
	usual := map[string]string{}
	for payer, its := range owners {
		only := slices.Collect(maps.Keys(its))
		if len(only) == 1 && slices.ContainsFunc(c.BillingGroups, func(g billing.BillingGroup) bool { return g.ID == only[0] }) {
			usual[payer] = only[0]
		}
	}
	return usual, nil
}

// describe says of accounts what the configuration knows, and whose they may be.
func describe(found []Unmapped, c billing.Config, usual map[string]string) {
	l, names, sharing := ledgerOf(c), map[string]string{}, map[string][]string{}
	for _, a := range c.Accounts {
		names[a.ID] = a.Name
	}
	for _, g := range c.BillingGroups {
		for _, claim := range g.Claims {
			for _, a := range claim.Accounts {
				if claim.Tagged() && !slices.Contains(sharing[a], g.ID) {
					sharing[a] = append(sharing[a], g.ID)
				}
			}
		}
	}
	for i := range found {
		u := &found[i]
		u.Name = cmp.Or(names[u.Account], u.Name)
		u.SharedBy = append(u.SharedBy, sharing[u.Account]...)
		if h, _ := l.last(u.Account); h != nil {
			u.Owner = new(h.Owner)
		} else {
			u.Owner = enrolling(c, u)
		}
		switch {
		case u.Owner != nil && u.Owner.By == byEnrolment && len(u.SharedBy) == 0:
			u.Proposed, u.Because = u.Owner.ID, "it enrols the accounts of payer "+u.Payer+spanOf(u.Owner.From, u.Owner.To).dates()
		case u.Owner != nil && u.Owner.Kind == ownedByGroup && u.Owner.By == "":
			u.Proposed, u.Because = u.Owner.ID, "it has the account"+spanOf(u.Owner.From, u.Owner.To).dates()
		case len(u.SharedBy) == 0 && usual[u.Payer] != "":
			u.Proposed, u.Because = usual[u.Payer], "it has all other accounts of payer "+u.Payer+" that are somebody's"
		}
	}
}

// enrolling is who enrols the accounts of an account's payer last, at another time
// than that of its lines; nil where nobody does, for an account that tags share, and
// for the payer's own account.
func enrolling(c billing.Config, u *Unmapped) (owner *Owner) {
	if u.Account == u.Payer || len(u.SharedBy) > 0 {
		return nil
	}
	for _, g := range c.BillingGroups {
		for _, e := range g.Enrol {
			if e.Payer == u.Payer && (owner == nil || *owner.From < e.From) {
				owner = &Owner{Kind: ownedByGroup, ID: g.ID, From: new(e.From), To: e.To, By: byEnrolment}
			}
		}
	}
	return owner
}
