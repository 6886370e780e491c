package commitment

import (
	"context"
	"slices"

	"github.com/sluice-billing/sluice/internal/money"
)

// Own is what a billing group has of a commitment: a share that helps it (R8), and
// what it used of that by itself. What the reseller keeps or sells at a fixed price
// is the reseller's own and nobody's here.
type Own struct {
	Commitment Commitment `json:"commitment"`
	Group      string     `json:"group"`
	Given      bool       `json:"given"` // by the reseller, out of somebody else's commitment
	// Alone says that the group is billed as if it were alone.
	Alone bool          `json:"alone"`
	Units money.Decimal `json:"units"` // reserved instances, or money an hour
	// What the group could use of them in the month and what it did, as
	// Commitment.Reserved; nil where the export does not tell it of the group alone.
	Available *money.Decimal `json:"available,omitempty"`
	Used      *money.Decimal `json:"used,omitempty"`
	// Used of Available, from 0 to 1, to four digits; nil of nothing.
	Utilization *money.Decimal `json:"utilization,omitempty"`
}

// Own returns what the given billing groups have of the month's commitments, in
// the order of the commitments' ids.
func (r *Reports) Own(ctx context.Context, groups []string) ([]Own, error) {
	hours, err := r.alone(ctx)
	if err != nil {
		return nil, err
	}
	all := []Own{}
	for _, s := range r.m.shares {
		c := *s.commitment
		if s.resellerPays() {
			continue
		}
		for _, group := range r.m.helpedBy(s) {
			if !slices.Contains(groups, group) {
				continue
			}
			own := Own{Commitment: c, Group: group, Given: s.given(), Alone: r.m.alone[group], Units: s.to.Sub(s.from)}
			if r.m.mode(c) == modeAgain {
				own.take(hours, s.number, r.m.homeOf(c.Payer))
			} else if err := r.takeInside(ctx, &own); err != nil {
				return nil, err
			}
			all = append(all, own)
		}
	}
	return all, nil
}

// helpedBy are the groups that a share helps in the month.
func (m *month) helpedBy(s share) []string {
	if s.group != "" {
		return []string{s.group}
	}
	groups := m.groupsOf(s.commitment.Payer, s.account)
	slices.Sort(groups)
	return groups
}

// take sums the hours of a share in which it helped the group.
func (o *Own) take(hours []aloneRow, share int, home string) {
	var available, used money.Decimal
	for _, h := range hours {
		if h.share == share && h.home == home && h.group == o.Group {
			available, used = available.Add(h.units), used.Add(h.used)
		}
	}
	o.Available, o.Used, o.Utilization = &available, &used, ratio(used, available)
}

// takeInside sums what the provider applied inside the owner's group, of what is
// not applied again and nobody was given: where the owner was in one group all
// month, that is the group's own use.
func (r *Reports) takeInside(ctx context.Context, own *Own) error {
	c := own.Commitment
	if own.Given || len(r.m.ownerGroups(c)) != 1 {
		return nil
	}
	lent, err := r.lent(ctx, &held{r.m.homeOf(c.Payer), c.ID})
	if err != nil {
		return err
	}
	var inside money.Decimal
	for _, l := range lent {
		inside = inside.Add(r.inUnits(c, l.inside))
	}
	own.Available, own.Used, own.Utilization = &c.Reserved, &inside, ratio(inside, c.Reserved)
	return nil
}

// Plus adds another share that the group has of the same commitment. What is told
// of one of the two alone is told of neither.
func (o Own) Plus(other Own) Own {
	o.Units, o.Given = o.Units.Add(other.Units), o.Given && other.Given
	if o.Available == nil || other.Available == nil {
		o.Available, o.Used, o.Utilization = nil, nil, nil
		return o
	}
	available, used := o.Available.Add(*other.Available), o.Used.Add(*other.Used)
	o.Available, o.Used, o.Utilization = &available, &used, ratio(used, available)
	return o
}
