package commitment

import (
	"cmp"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// share is a part of a commitment that helps one account and its group: all of
// it, unless units were given away (R8).
type share struct {
	number     int // in the order of the commitments' ids; from 1
	commitment *Commitment
	account    string // the owner, or who was given it; empty when a group was
	group      string // the group that was given it
	policy     billing.Policy
	price      *money.Decimal // with policy fixed-price
	// The share's part [from, to) of the commitment's units: reserved
	// instances, or money an hour.
	from, to money.Decimal
	// open says that a plan's share takes all above from, whatever the hour's
	// commitment is.
	open bool
	// decision is the entry of the configuration that made it, if one did.
	decision *billing.Commitment
}

// given tells whether the share is somebody else's than the owner's.
func (s share) given() bool { return s.group != "" || s.account != s.commitment.Owner }

// size of a commitment in the units of R8; one where the export does not say.
func (c *Commitment) size() money.Decimal {
	size := c.Count
	if c.Kind.Plan() {
		size = c.Hourly
	}
	if size.Sign() <= 0 {
		return money.FromInt(1)
	}
	return size
}

// applicable tells whether the export says enough of a commitment to apply it
// again: what it covers, and how much.
func (c *Commitment) applicable() bool {
	if c.Fee.IsZero() && c.Upfront.IsZero() {
		return false // its fee is not in the month's lines, and with it what it has
	}
	return c.Kind.Reservation() && c.Count.Sign() > 0 || c.Kind.Plan() && c.Hourly.Sign() > 0
}

// sharesOf divides the commitments as the reseller decided for the month. What
// is given away comes first, in the order of the configuration, as long as
// there are units; the rest is the owner's. What is not applicable stays whole.
func sharesOf(all []Commitment, decisions []billing.Commitment, period billing.Period) []share {
	inForce := map[string][]billing.Commitment{}
	for _, d := range decisions {
		if (d.From == nil || !period.Before(*d.From)) && (d.To == nil || period.Before(*d.To)) {
			inForce[d.ID] = append(inForce[d.ID], d)
		}
	}
	var shares []share
	add := func(s share) {
		s.number = len(shares) + 1
		if s.policy == "" {
			s.policy = billing.PolicyGroup
		}
		shares = append(shares, s)
	}
	order := make([]*Commitment, len(all))
	for i := range all {
		order[i] = &all[i]
	}
	slices.SortFunc(order, func(a, b *Commitment) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Payer, b.Payer))
	})
	for _, c := range order {
		rest := share{commitment: c, account: c.Owner, to: c.size(), open: true}
		var remainder *billing.Commitment // given away without saying how many units
		for _, d := range inForce[c.ID] {
			switch {
			case d.GiveTo == nil:
				rest.policy, rest.price, rest.decision = d.Policy, d.Price, &d
			case d.Units == nil:
				remainder = &d
			case !c.applicable(): // as what cannot be applied cannot be divided
			case rest.from.Cmp(rest.to) < 0:
				to := rest.from.Add(*d.Units)
				if to.Cmp(rest.to) > 0 {
					to = rest.to
				}
				add(share{commitment: c, account: d.GiveTo.Account, group: d.GiveTo.Group, policy: d.Policy, price: d.Price, from: rest.from, to: to, decision: &d})
				rest.from = to
			}
		}
		if remainder != nil {
			rest.account, rest.group = remainder.GiveTo.Account, remainder.GiveTo.Group
			rest.policy, rest.price, rest.decision = remainder.Policy, remainder.Price, remainder
		}
		if rest.from.Cmp(rest.to) < 0 || rest.from.IsZero() {
			add(rest)
		}
	}
	return shares
}
