package assign

import (
	"cmp"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
)

// claims are who claims an account in a month, each sorted by day.
type claims struct {
	tagged   []tagClaim  // of some of its lines
	whole    []Ownership // of the account
	pools    []Ownership // for what nobody else claims
	enrolled []Ownership // on days that none of these has
}

// tagClaim is a claim of the lines of an account with some tags.
type tagClaim struct {
	billing.Claim
	Ownership
}

// takes tells whether lines with a tag set are claimed: they have one of the
// values of every name (R3).
func (c tagClaim) takes(t TagSet) bool {
	for name, values := range c.Tags {
		if !slices.Contains(values, t.Tag(name)) {
			return false
		}
	}
	for name, values := range c.CostCategories {
		if !slices.Contains(values, t.CostCategory(name)) {
			return false
		}
	}
	return true
}

// claims returns who claims which account. With wholeMonth an account that
// changes its group inside the month is the new group's from the first day on
// (R2); what is claimed by tags, or left to a pool, keeps its days.
func (m Month) claims(wholeMonth bool) map[string]*claims {
	all := map[string]*claims{}
	claim := func(owner string, accounts []string, from, to *billing.Day, add func(*claims, Ownership)) {
		first, last, ok := m.during(from, to)
		if !ok {
			return
		}
		for _, a := range accounts {
			if all[a] == nil {
				all[a] = &claims{}
			}
			add(all[a], Ownership{Account: a, Group: owner, From: first, To: last})
		}
	}
	whole := func(c *claims, o Ownership) { c.whole = append(c.whole, o) }
	for _, g := range m.Config.BillingGroups {
		for _, cl := range g.Claims {
			if cl.Tagged() {
				claim(g.ID, cl.Accounts, cl.From, cl.To, func(c *claims, o Ownership) { c.tagged = append(c.tagged, tagClaim{cl, o}) })
			} else {
				claim(g.ID, cl.Accounts, cl.From, cl.To, whole)
			}
		}
	}
	if m.Config.Reseller != nil {
		claim(Reseller, m.Config.Reseller.Accounts, nil, nil, whole)
	}
	for _, p := range m.Config.Pools {
		claim(p.ID, p.Accounts, p.From, p.To, func(c *claims, o Ownership) { c.pools = append(c.pools, o) })
	}
	for _, c := range all {
		slices.SortFunc(c.tagged, func(a, b tagClaim) int { return byDay(a.Ownership, b.Ownership) })
		slices.SortFunc(c.whole, byDay)
		slices.SortFunc(c.pools, byDay)
		if wholeMonth && len(c.whole) > 1 {
			newest := c.whole[len(c.whole)-1]
			newest.From = m.Period.FirstDay()
			c.whole = []Ownership{newest}
		}
	}
	return all
}

func byDay(a, b Ownership) int {
	return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Group, b.Group))
}

// during returns the first and the last day of the month from a day on, to
// another exclusive; false where there are none.
func (m Month) during(from, to *billing.Day) (first, last billing.Day, ok bool) {
	first, last = m.Period.FirstDay(), m.Period.LastDay()
	if from != nil {
		first = max(first, *from)
	}
	if to != nil {
		last = min(last, *to-1)
	}
	return first, last, first <= last
}

// owners returns who owns the account's lines with a tag set on which days:
// whose tag claim takes them, else whose the account is (R3), else the pool
// (R4), else who enrols the accounts of its payer.
func (m Month) owners(c *claims, t TagSet) []Ownership {
	var tagged []Ownership
	for _, claim := range c.tagged {
		if claim.takes(t) {
			tagged = append(tagged, claim.Ownership)
		}
	}
	all := m.layered(tagged, c.whole, c.pools, c.enrolled)
	for i := range all {
		all[i].Set = t.Set
	}
	return all
}

// layered gives each day to the first layer that has it. Days that follow each
// other and have the same owner are one.
func (m Month) layered(layers ...[]Ownership) (all []Ownership) {
	first := m.Period.FirstDay()
	days := make([]*Ownership, m.Period.LastDay()-first+1)
	for _, layer := range layers {
		for i := range layer {
			for d := layer[i].From; d <= layer[i].To; d++ {
				if days[d-first] == nil {
					days[d-first] = &layer[i]
				}
			}
		}
	}
	for i, o := range days {
		day := first + billing.Day(i)
		switch n := len(all); {
		case o == nil:
		case n > 0 && all[n-1].Group == o.Group && all[n-1].To == day-1:
			all[n-1].To = day
		default:
			all = append(all, Ownership{Account: o.Account, Group: o.Group, From: day, To: day})
		}
	}
	return all
}

// Ownerships returns who owns the accounts of a load on which days of the
// month, sorted by account and day (R1, R2), what tags claim left aside. Days
// that nobody claims are not in it, whoever enrols the account (Enrolled).
func (m Month) Ownerships(l Load) (all []Ownership) {
	claimed := m.claims(l.wholeMonth())
	for _, a := range slices.Sorted(maps.Keys(claimed)) {
		all = append(all, m.layered(claimed[a].whole, claimed[a].pools)...)
	}
	return all
}

// wholeMonth tells whether an account that moves is the new group's for the
// whole month.
func (l Load) wholeMonth() bool { return l.Payer.OnAccountMove == "whole-month-to-new" }
