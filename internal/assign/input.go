package assign

import (
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Inputs are what decides who owns which line of a month and on which tags that
// depends, for comparing: months of equal inputs are opened (Open) alike. What
// only prices is not in it. JSON tells two apart.
type Inputs struct {
	Period   billing.Period
	Loads    []string // ids
	Payers   []billing.Payer
	Names    []string                       // of the tags and cost categories that are asked about
	Reseller []string                       // its own accounts
	Claims   map[string][]billing.Claim     // by billing group
	Enrol    map[string][]billing.Enrolment `json:",omitempty"` // by billing group
	Pools    []billing.Pool
}

// Inputs returns the month's.
func (m Month) Inputs() Inputs {
	in := Inputs{Period: m.Period, Claims: map[string][]billing.Claim{}, Enrol: map[string][]billing.Enrolment{}, Pools: m.Config.Pools}
	for _, l := range m.Loads {
		l.Payer.Name = ""
		in.Loads, in.Payers = append(in.Loads, l.ID), append(in.Payers, l.Payer)
	}
	for _, n := range m.tagNames() {
		in.Names = append(in.Names, n.value())
	}
	if m.Config.Reseller != nil {
		in.Reseller = slices.Clone(m.Config.Reseller.Accounts)
	}
	for _, g := range m.Config.BillingGroups {
		in.Claims[g.ID] = g.Claims
		if len(g.Enrol) > 0 {
			in.Enrol[g.ID] = g.Enrol
		}
	}
	return in
}
