package commitment

import (
	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
)

// ownerDays says in which scope a commitment's owner is from a day to another.
type ownerDays struct {
	from, to billing.Day
	scope    int
	account  any // number of the one account that is helped; nil where it is the whole scope
	group    string
}

// ownersOf returns who owns a commitment on which days. One that cannot be
// applied again is whose it was given to (R8): the provider's application of
// it stands there alone. The paying account, when nobody claims it, then is the
// reseller's.
func (m *month) ownersOf(c Commitment, mode string) (all []ownerDays) {
	owner := c.Owner
	var helpsOne bool
	if mode == modeOther {
		for _, s := range m.shares { // of which it has one
			if s.commitment.ID != c.ID || s.commitment.Payer != c.Payer {
				continue
			}
			if s.group != "" {
				return []ownerDays{{from: m.Period.FirstDay(), to: m.Period.LastDay(), group: s.group, scope: m.scope(scope{payer: c.Payer, group: s.group})}}
			}
			owner, helpsOne = s.account, s.policy == billing.PolicyAccount
		}
	}
	for _, a := range m.accounts {
		if a.account != owner || a.set != 0 || a.load != m.homeOf(c.Payer) {
			continue
		}
		o := ownerDays{from: a.from, to: a.to, scope: a.scope, group: a.group}
		if helpsOne {
			o.account = a.number
		}
		if mode == modeOther && a.group == assign.Unassigned && owner == c.Payer {
			o.group, o.scope = assign.Reseller, m.scope(scope{payer: c.Payer, group: assign.Reseller})
		}
		all = append(all, o)
	}
	return all
}
