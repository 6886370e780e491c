package assign

import (
	"sort"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Owners that are no billing group (R1).
const (
	Reseller   = "reseller"   // the reseller's own use
	Unassigned = "unassigned" // nobody's yet; holds the close
)

// Ownership says that an account is a group's from a day to another, inclusive.
type Ownership struct {
	Account  string
	Group    string
	From, To billing.Day
}

// Ownerships returns who owns the accounts of a load on which days of the
// month, sorted by account and day (R1, R2). Days that nobody claims are not
// in it.
func (m Month) Ownerships(l Load) []Ownership {
	return ownerships(m.Config, m.Period, l.Payer.OnAccountMove == "whole-month-to-new")
}

// ownerships returns who owns each account on which days of the period (R1,
// R2), sorted by account and day. With wholeMonth an account that changes its
// group inside the month is the new group's from the first day on. Days that
// nobody claims stay nobody's.
func ownerships(c billing.Config, period billing.Period, wholeMonth bool) []Ownership {
	first, last := period.FirstDay(), period.LastDay()
	var all []Ownership
	claim := func(group, account string, from, to *billing.Day) {
		o := Ownership{account, group, first, last}
		if from != nil {
			o.From = max(o.From, *from)
		}
		if to != nil {
			o.To = min(o.To, *to-1)
		}
		if o.From <= o.To {
			all = append(all, o)
		}
	}
	for _, g := range c.BillingGroups {
		for _, cl := range g.Claims {
			for _, a := range cl.Accounts {
				claim(g.ID, a, cl.From, cl.To)
			}
		}
	}
	if c.Reseller != nil {
		for _, a := range c.Reseller.Accounts {
			claim(Reseller, a, nil, nil)
		}
	}
	sort.Slice(all, func(i, j int) bool {
		return all[i].Account < all[j].Account || all[i].Account == all[j].Account && all[i].From < all[j].From
	})
	if !wholeMonth {
		return all
	}
	var whole []Ownership
	moved := false
	for i, o := range all {
		if i+1 < len(all) && all[i+1].Account == o.Account {
			moved = true // a later one takes over
			continue
		}
		if moved {
			o.From = first
		}
		whole = append(whole, o)
		moved = false
	}
	return whole
}
