package view

import (
	"context"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/insight"
	"github.com/sluice-billing/sluice/internal/invoice"
)

// namedChanges is how many reasons for a change an overview names.
const namedChanges = 8

// Overview is what the view's organizations will pay for a month, and why it is
// another sum than the month before: of what they buy. Where they buy nothing
// themselves, as the reseller does, it is of what they sell. Invoices count as far as
// they were published.
func (v *View) Overview(ctx context.Context, period billing.Period, organization string) (insight.Overview, error) {
	groups, err := v.Groups(organization)
	if err != nil {
		return insight.Overview{}, err
	}
	if bought := slices.DeleteFunc(slices.Clone(groups), func(g Group) bool { return g.Sold }); len(bought) > 0 {
		groups = bought
	} else {
		groups = v.direct(groups)
	}
	ids, documents := make([]string, len(groups)), []invoice.Invoice{}
	for i, g := range groups {
		its, _, err := v.documents(ctx, g)
		if err != nil {
			return insight.Overview{}, err
		}
		for _, inv := range its {
			if inv.Period == period || inv.Period == period.Previous() {
				documents = append(documents, inv)
			}
		}
		ids[i] = g.ID
	}
	return v.home.Insights.Overview(ctx, period, ids, documents, namedChanges)
}

// direct leaves of billing groups those that buy from none of the others: what is
// sold on below them is in what they buy.
func (v *View) direct(groups []Group) []Group {
	within, parent := map[string]bool{}, map[string]string{}
	for _, g := range groups {
		within[g.ID] = true
	}
	for _, g := range v.declared.BillingGroups {
		parent[g.ID] = g.Parent
	}
	return slices.DeleteFunc(slices.Clone(groups), func(g Group) bool { return within[parent[g.ID]] })
}
