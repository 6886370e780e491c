package spend

import (
	"context"
	"slices"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/explore"
)

// Part is whom a part of an organization's spend is for: one that stands directly below
// it, with all below that, or the organization itself. Of the reseller that is its own
// use and, by cost, what is nobody's.
type Part struct {
	Organization string `json:"organization"`
	Name         string `json:"name"`
	Kind         string `json:"kind"`
	Month        Figure `json:"month"` // all that the month has
	LastMonth    Figure `json:"last_month"`
}

// parts divide the spend of this month and the last one; they add up to it. Below are
// the units that stand further below, each with all that is nested in it: they are in
// the parts already.
func (s *Spends) parts(ctx context.Context, k *asking) (parts, below []Part, err error) {
	rows, err := s.rows(ctx, k, explore.Question{From: k.head.Period.Previous(), To: k.head.Period, By: []explore.Dimension{explore.Group}, Grain: explore.ByMonth})
	if err != nil {
		return nil, nil, err
	}
	return k.divided(rows), k.below(rows), nil
}

// divided are the rows by those that stand directly below, and by the organization itself.
func (k *asking) divided(rows []row) []Part {
	own := Part{Organization: k.organization.ID, Name: k.organization.Name, Kind: k.organization.Kind}
	all, of := []Part{}, map[string]int{} // places of parts, by group
	for _, o := range k.tree.Organizations() {
		if o.Parent != k.organization.ID || !k.isReseller() && o.Kind != access.KindUnit {
			continue // who buys from an organization is no part of what it spends
		}
		for _, g := range k.tree.Groups(o.ID) {
			of[g] = len(all)
		}
		all = append(all, Part{Organization: o.ID, Name: o.Name, Kind: o.Kind})
	}
	for _, r := range rows {
		to := &own
		if i, ok := of[r.keys[0]]; ok {
			to = &all[i]
		}
		to.add(r, k)
	}
	if own.Month != (Figure{}) || own.LastMonth != (Figure{}) {
		all = append(all, own)
	}
	return largestFirst(all)
}

// below are the rows by the units that do not stand directly below.
func (k *asking) below(rows []row) []Part {
	all, of := []Part{}, map[string][]int{} // places of parts, by group
	for _, o := range k.tree.Organizations() {
		if o.Kind != access.KindUnit || o.Parent == k.organization.ID || o.ID == k.organization.ID || !k.tree.Within(o.ID, k.organization.ID) {
			continue
		}
		if !k.isReseller() && access.CustomerOf(o.ID) != access.CustomerOf(k.organization.ID) {
			continue // of who buys from it
		}
		for _, g := range k.tree.Groups(o.ID) {
			of[g] = append(of[g], len(all))
		}
		all = append(all, Part{Organization: o.ID, Name: o.Name, Kind: o.Kind})
	}
	for _, r := range rows {
		for _, i := range of[r.keys[0]] {
			all[i].add(r, k)
		}
	}
	return largestFirst(all)
}

// add adds what a month comes to, this one or the last.
func (p *Part) add(r row, k *asking) {
	if r.date == k.head.Period.String() {
		p.Month = p.Month.plus(r.amount)
	} else {
		p.LastMonth = p.LastMonth.plus(r.amount)
	}
}

// largestFirst leaves out those that have nothing.
func largestFirst(all []Part) []Part {
	all = slices.DeleteFunc(all, func(p Part) bool { return p.isNothing() })
	slices.SortStableFunc(all, func(a, b Part) int { return b.Month.Amount.Cmp(a.Month.Amount) })
	return all
}

func (p Part) isNothing() bool {
	return p.Month.Amount.IsZero() && p.LastMonth.Amount.IsZero() && !p.Month.Partial && !p.LastMonth.Partial
}

// unassigned is the cost in the month of what is nobody's.
func (s *Spends) unassigned(ctx context.Context, k *asking) (*Figure, error) {
	answer, err := s.explorer.Sum(ctx, explore.Question{From: k.head.Period, Where: []explore.Condition{{Dimension: explore.Group, Values: []string{assign.Unassigned}}}})
	sum := Figure{}
	for _, r := range answer.Totals {
		sum = sum.plus(k.rates.convert(k.head.Period, r.Currency, r.Cost))
	}
	return &sum, err
}
