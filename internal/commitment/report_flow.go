package commitment

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

//go:embed sql/report_flow.sql
var reportFlowSQL string

// Flow is benefit that went from the commitments of one group to another, or to
// itself, by the provider's books, whatever was billed; or what nobody used.
// Other than a Crossing it has the owner's own group, and all that a group had of
// units that it was given.
type Flow struct {
	Payer         string `json:"payer"`
	Commitment    string `json:"commitment,omitempty"`     // empty in sums of all
	OwnerGroup    string `json:"owner_group"`              // or reseller, or unassigned
	OwnerCustomer string `json:"owner_customer,omitempty"` // of the group
	// Group is who had it; empty of what nobody used.
	Group     string         `json:"group,omitempty"`
	Customer  string         `json:"customer,omitempty"`
	Inside    bool           `json:"inside"` // the group is the owner's at the time
	Unused    bool           `json:"unused"` // nobody had it: Effective is what it cost
	Lines     int64          `json:"lines"`
	Currency  money.Currency `json:"currency"`
	OnDemand  money.Decimal  `json:"on_demand"` // what it would have cost without
	Effective money.Decimal  `json:"effective"` // what it cost the owner, amortized
	Saved     money.Decimal  `json:"saved"`     // OnDemand − Effective; less than 0 of what nobody used
	// Stands is the on-demand value of what the beneficiary keeps on its bill, as
	// its cost basis or the commitment's policy says; the rest was taken back.
	Stands money.Decimal `json:"stands"`
}

// Flows returns who helped whom: summed for each payer and pair of groups, or of
// each commitment by itself. What nobody used comes last; it stands with the group
// that the owner is in at the end of the month.
func (r *Reports) Flows(ctx context.Context, each bool) ([]Flow, error) {
	commitment := "''"
	if each {
		commitment = "l.x_provider_commitment"
	}
	type row struct {
		Flow
		home string
	}
	rows, err := engine.Collect(ctx, r.session, func(f *row) []any {
		return []any{&f.home, &f.Commitment, &f.Currency, &f.OwnerGroup, &f.Group, &f.Inside, &f.Lines, engine.Exact(&f.OnDemand), engine.Exact(&f.Effective), engine.Exact(&f.Stands)}
	}, r.sql(reportFlowSQL, "amortized", "{commitment}", commitment, "{inside}", insideSQL))
	if err != nil {
		return nil, fmt.Errorf("reading whom the commitments of %s helped: %w", r.m.Period, err)
	}
	all := []Flow{}
	for _, row := range rows {
		f := row.Flow
		f.Payer = r.m.payerOf(row.home)
		all = append(all, f)
	}
	all = append(all, r.unusedFlows(each)...)
	customers := customersOf(r.m.Config)
	for i, f := range all {
		all[i].OwnerCustomer, all[i].Customer, all[i].Saved = customers[f.OwnerGroup], customers[f.Group], f.OnDemand.Sub(f.Effective)
	}
	return all, nil
}

// unusedFlows are what nobody used, in the order of the commitments.
func (r *Reports) unusedFlows(each bool) (all []Flow) {
	type name struct {
		payer, commitment, group string
		currency                 money.Currency
	}
	at := map[name]int{}
	for _, c := range r.m.commitments {
		cost := c.Unused.Recurring.Add(c.Unused.Upfront)
		if cost.IsZero() {
			continue
		}
		n := name{payer: c.Payer, group: r.m.lastOwnerGroup(c), currency: c.Currency}
		if each {
			n.commitment = c.ID
		}
		i, known := at[n]
		if !known {
			i, at[n] = len(all), len(all)
			all = append(all, Flow{Payer: n.payer, Commitment: n.commitment, OwnerGroup: n.group, Unused: true, Currency: n.currency})
		}
		all[i].Effective = all[i].Effective.Add(cost)
		all[i].Lines += c.Unused.Lines
	}
	return all
}

// lastOwnerGroup is the group that owns a commitment at the end of the month.
func (m *month) lastOwnerGroup(c Commitment) string {
	last, group := m.Period.FirstDay(), assign.Unassigned
	for _, o := range m.ownersOf(c, m.mode(c)) {
		if o.to >= last {
			last, group = o.to, o.group
		}
	}
	return group
}
