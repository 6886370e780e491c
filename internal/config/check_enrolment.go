package config

import (
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
)

// enrolment checks one enrolment of a billing group.
func (k *checker) enrolment(path string, e billing.Enrolment) {
	k.required(path+".payer", e.Payer)
	if e.To != nil && e.From >= *e.To {
		k.fail(path+".to", "%s is not after from, %s; to is the first day on which none is enrolled any more", *e.To, e.From)
	}
}

// enrolments refuses a payer whose accounts are enrolled twice on the same day.
func (k *checker) enrolments(c billing.Config) {
	var enrolled spans
	for i, g := range c.BillingGroups {
		for j, e := range g.Enrol {
			if e.Payer == "" {
				continue
			}
			s := days(&e.From, e.To)
			s.owner, s.path = g.ID, fmt.Sprintf("billing_groups[%d].enrol[%d]", i, j)
			enrolled.add(e.Payer, s)
		}
	}
	enrolled.overlaps(func(payer string, present, later span) {
		k.conflict(later.path, []string{present.path}, "accounts of payer %s that nobody claims are already enrolled in billing group %s %s; enrolled here in %s %s. End one of the two before the other begins",
			payer, present.owner, present.dates, later.owner, later.dates)
	})
}

// enrolsBelow tells of an account whether a group that buys from another may have
// it by enrolment. Which payer it is of is not declared, so any that is not somebody's
// for all time may be.
func enrolsBelow(c billing.Config) func(account string) bool {
	if !slices.ContainsFunc(c.BillingGroups, func(g billing.BillingGroup) bool { return g.Parent != "" && len(g.Enrol) > 0 }) {
		return func(string) bool { return false }
	}
	kept := map[string]bool{}
	keep := func(accounts []string, from, to *billing.Day) {
		for _, a := range accounts {
			kept[a] = kept[a] || from == nil && to == nil
		}
	}
	if c.Reseller != nil {
		keep(c.Reseller.Accounts, nil, nil)
	}
	for _, g := range c.BillingGroups {
		for _, claim := range g.Claims {
			keep(claim.Accounts, claim.From, claim.To)
		}
	}
	for _, p := range c.Pools {
		keep(p.Accounts, p.From, p.To)
	}
	return func(account string) bool { return !kept[account] }
}
