package api

import (
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
)

// holding says which billing group has something from a day on, to another exclusive;
// UTC. An end that is nil is open.
type holding struct {
	group    string
	from, to *billing.Day
}

// handedOver gives what groups hold to one of them from a day on, for good. Where it has
// it for good already, the day on which that begins is moved: who had it until then has
// it until the new day, earlier or later. Without a day nothing is moved, and who does
// not have it yet has it from the usual day on.
func handedOver(all []holding, group string, day *billing.Day, usual billing.Day) []holding {
	start := usual
	if day != nil {
		start = *day
	}
	var moved *holding
	if i := slices.IndexFunc(all, func(h holding) bool { return h.group == group && h.to == nil }); i >= 0 {
		if day == nil {
			return all
		}
		moved = &all[i]
	}
	follows := func(h holding) bool { // what is moved began where it ended
		return moved != nil && moved.from != nil && h.to != nil && *h.to == *moved.from
	}
	is := holding{group: group, from: &start}
	var left []holding
	for i, h := range all {
		if moved == &all[i] || h.from != nil && *h.from >= start {
			continue
		}
		if h.to == nil || *h.to > start || follows(h) {
			h.to = &start
		}
		if h.group == group && *h.to == start { // one after the other is one
			is.from = h.from
			continue
		}
		left = append(left, h)
	}
	return append(left, is)
}

// until ends what groups hold on a day; what would begin on it or later is gone.
func until(all []holding, day billing.Day) []holding {
	var left []holding
	for _, h := range all {
		if h.from != nil && *h.from >= day {
			continue
		}
		if h.to == nil || *h.to > day {
			h.to = &day
		}
		left = append(left, h)
	}
	return left
}

func sameHoldings(a, b []holding) bool {
	same := func(x, y *billing.Day) bool { return (x == nil) == (y == nil) && (x == nil || *x == *y) }
	return slices.EqualFunc(a, b, func(x, y holding) bool { return x.group == y.group && same(x.from, y.from) && same(x.to, y.to) })
}

// enrolled are the groups that have a payer's accounts which nobody claims.
func enrolled(groups []billing.BillingGroup, payer string) (all []holding) {
	for _, g := range groups {
		for _, e := range g.Enrol {
			if e.Payer == payer {
				all = append(all, holding{g.ID, &e.From, e.To})
			}
		}
	}
	return all
}

// enrol puts holdings of a payer's accounts in the place of those there are; groups that
// nothing changes for stay as they are.
func enrol(groups []billing.BillingGroup, payer string, all []holding) []billing.BillingGroup {
	made := slices.Clone(groups)
	for i, g := range made {
		is := slices.DeleteFunc(slices.Clone(all), func(h holding) bool { return h.group != g.ID })
		if sameHoldings(enrolled(groups[i:i+1], payer), is) {
			continue
		}
		enrolments := slices.DeleteFunc(slices.Clone(g.Enrol), func(e billing.Enrolment) bool { return e.Payer == payer })
		for _, h := range is {
			enrolments = append(enrolments, billing.Enrolment{Payer: payer, From: *h.from, To: h.to})
		}
		made[i].Enrol = enrolments
	}
	return made
}

// claimed are the groups that claim an account whole.
func claimed(groups []billing.BillingGroup, account string) (all []holding) {
	for _, g := range groups {
		for _, c := range g.Claims {
			if !c.Tagged() && slices.Contains(c.Accounts, account) {
				all = append(all, holding{g.ID, c.From, c.To})
			}
		}
	}
	return all
}

// claim puts holdings of a whole account in the place of those there are; groups that
// nothing changes for, and other accounts of the same claims, stay as they are.
func claim(groups []billing.BillingGroup, account string, all []holding) []billing.BillingGroup {
	made := slices.Clone(groups)
	for i, g := range made {
		is := slices.DeleteFunc(slices.Clone(all), func(h holding) bool { return h.group != g.ID })
		if sameHoldings(claimed(groups[i:i+1], account), is) {
			continue
		}
		claims := []billing.Claim{}
		for _, c := range g.Claims {
			if !c.Tagged() && slices.Contains(c.Accounts, account) {
				c.Accounts = slices.DeleteFunc(slices.Clone(c.Accounts), func(a string) bool { return a == account })
				if len(c.Accounts) == 0 {
					continue
				}
			}
			claims = append(claims, c)
		}
		for _, h := range is {
			claims = append(claims, billing.Claim{Accounts: []string{account}, From: h.from, To: h.to})
		}
		made[i].Claims = claims
	}
	return made
}

// enrol gives what a payer's accounts use to the billing group of a unit, as handedOver
// does. Where own is set the payer is an account that uses something itself, which no
// enrolment has and the group claims for the same days, unless people gave it to another.
func (w *wish) enrol(payer string, own bool, asked SaveServiceAccountInputBody, usual billing.Day) error {
	group, err := w.groupOf(asked.Organization, asked.Group)
	if err != nil {
		return err
	}
	was := slices.Clone(w.now.BillingGroups)
	if !slices.ContainsFunc(was, func(g billing.BillingGroup) bool { return g.ID == group.ID }) {
		was = append(was, group)
	}
	is := enrol(was, payer, handedOver(enrolled(was, payer), group.ID, asked.From, usual))
	byPeople := slices.ContainsFunc(claimed(is, payer), func(h holding) bool {
		return !slices.ContainsFunc(append(enrolled(was, payer), holding{group: group.ID}), func(e holding) bool { return e.group == h.group })
	})
	if own && !byPeople {
		at := slices.IndexFunc(enrolled(is, payer), func(h holding) bool { return h.group == group.ID && h.to == nil })
		since := enrolled(is, payer)[at].from // both begin on one day
		is = claim(is, payer, handedOver(claimed(is, payer), group.ID, asked.From, *since))
	}
	if len(claimed(is, asked.Organization)) == 0 { // rules may give rows to it
		is = claim(is, asked.Organization, []holding{{group: group.ID}})
	}
	for i, g := range is {
		if i == len(w.now.BillingGroups) || !sameGroup(w.now.BillingGroups[i], g, payer, asked.Organization) {
			if err := w.put("billing_groups", g); err != nil {
				return err
			}
		}
	}
	return nil
}

// sameGroup tells whether a group holds the same of a payer's accounts, of the payer's
// own and of another one as before.
func sameGroup(was, is billing.BillingGroup, payer, account string) bool {
	a, b := []billing.BillingGroup{was}, []billing.BillingGroup{is}
	return sameHoldings(enrolled(a, payer), enrolled(b, payer)) && sameHoldings(claimed(a, payer), claimed(b, payer)) && sameHoldings(claimed(a, account), claimed(b, account))
}
