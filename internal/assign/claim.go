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

// ownership says that an account is a group's from a day to another, inclusive.
type ownership struct {
	account  string
	group    string
	from, to billing.Day
}

// ownerships returns who owns each account on which days of the period (R1,
// R2), sorted by account and day. With wholeMonth an account that changes its
// group inside the month is the new group's from the first day on. Days that
// nobody claims stay nobody's.
func ownerships(c billing.Config, period billing.Period, wholeMonth bool) []ownership {
	first, last := period.FirstDay(), period.LastDay()
	var all []ownership
	claim := func(group, account string, from, to *billing.Day) {
		o := ownership{account, group, first, last}
		if from != nil {
			o.from = max(o.from, *from)
		}
		if to != nil {
			o.to = min(o.to, *to-1)
		}
		if o.from <= o.to {
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
		return all[i].account < all[j].account || all[i].account == all[j].account && all[i].from < all[j].from
	})
	if !wholeMonth {
		return all
	}
	var whole []ownership
	moved := false
	for i, o := range all {
		if i+1 < len(all) && all[i+1].account == o.account {
			moved = true // a later one takes over
			continue
		}
		if moved {
			o.from = first
		}
		whole = append(whole, o)
		moved = false
	}
	return whole
}
