// Package view is what an organization may see: its bills, its usage at its own
// prices, its balances, and those of the organizations it sells to. A View is
// bound to its caller's organizations when it is made. Its methods take no
// organization to look into that is not among them, and return types that have no
// field for what was paid above (R5): no cost, no margin, no provider's discount.
package view

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
)

// ErrSwitchedOff says that the reseller has not switched a part of the portal on.
var ErrSwitchedOff = errors.New("is not switched on for your organization; ask your reseller")

// View is what one caller sees.
type View struct {
	home     *app.App
	declared billing.Config
	tree     access.Tree
	rights   access.Rights
	heads    []string // the caller's organizations, each with all below it
}

// Of is the view of whoever has these rights, of what a permission and a feature of
// the portal let them see. It is an error where that is nothing. The reseller's own
// people have every feature.
func Of(home *app.App, declared billing.Config, rights access.Rights, needs access.Permission, feature string) (*View, error) {
	heads := rights.Heads(needs)
	if len(heads) == 0 {
		return nil, fmt.Errorf("this needs the permission %s; ask who manages your users for a role that has it", needs)
	}
	if feature != "" {
		heads = slices.DeleteFunc(heads, func(id string) bool {
			return id != access.Root && !access.Features(declared, id)[feature]
		})
	}
	if len(heads) == 0 {
		return nil, fmt.Errorf("%s %w", feature, ErrSwitchedOff)
	}
	return &View{home, declared, rights.Tree(), rights, heads}, nil
}

// Organizations are those that the caller belongs to, and all below them.
func (v *View) Organizations() []access.Organization {
	var all []access.Organization
	for _, head := range v.heads {
		all = append(all, v.tree.Below(head)...)
	}
	return all
}

// Features are the parts of the portal that are on for an organization of the view.
func (v *View) Features(organization string) (map[string]bool, error) {
	if err := v.sees(organization); err != nil {
		return nil, err
	}
	return access.Features(v.declared, organization), nil
}

// sees refuses an organization outside the view as one that is not there: whether
// it is, is nobody's business.
func (v *View) sees(organization string) error {
	if slices.ContainsFunc(v.heads, func(head string) bool { return v.tree.Within(organization, head) }) {
		return nil
	}
	return fmt.Errorf("organization %s %w", organization, store.ErrNotFound)
}

// Group is a billing group in a view.
type Group struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Customer string `json:"customer"`
	Currency string `json:"currency"`
	// Sold says that the caller's organization sells to it; the others it buys itself.
	Sold bool `json:"sold,omitempty"`
}

// Groups are the billing groups of the view, in the order of the configuration; of
// one organization where that is named.
func (v *View) Groups(organization string) ([]Group, error) {
	heads := v.heads
	if organization != "" {
		if err := v.sees(organization); err != nil {
			return nil, err
		}
		heads = []string{organization}
	}
	sold := map[string]bool{}
	for _, head := range heads {
		for _, id := range v.tree.Groups(head) {
			sold[id] = sold[id] || head == access.Root
		}
		for _, id := range v.tree.Sold(head) {
			if v.seesGroup(id) {
				sold[id] = true
			}
		}
	}
	names := map[string]string{}
	for _, c := range v.declared.Customers {
		names[c.ID] = c.Name
	}
	groups := []Group{}
	for _, g := range v.declared.BillingGroups {
		if s, ours := sold[g.ID]; ours {
			name := g.Name
			if name == "" {
				name = names[g.Customer]
			}
			groups = append(groups, Group{g.ID, name, g.Customer, g.Currency, s})
		}
	}
	return groups, nil
}

// seesGroup tells whether the caller's own organizations buy or sell to a group.
// An organization inside the view may sell to others through somebody else.
func (v *View) seesGroup(id string) bool {
	return slices.ContainsFunc(v.heads, func(head string) bool {
		return slices.Contains(v.tree.Groups(head), id) || slices.Contains(v.tree.Sold(head), id)
	})
}

// group is one billing group of the view, or an error that says that there is none.
func (v *View) group(id string) (Group, error) {
	groups, err := v.Groups("")
	if err != nil {
		return Group{}, err
	}
	for _, g := range groups {
		if g.ID == id {
			return g, nil
		}
	}
	return Group{}, fmt.Errorf("billing group %s %w", id, store.ErrNotFound)
}

// Periods are the months that were priced, oldest first.
func (v *View) Periods(ctx context.Context) ([]billing.Period, error) {
	all, err := v.home.Store.Periods(ctx)
	if err != nil {
		return nil, err
	}
	priced := []billing.Period{}
	for _, p := range all {
		switch _, err := v.home.Store.CurrentRated(ctx, p); {
		case err == nil:
			priced = append(priced, p)
		case !errors.Is(err, store.ErrNotFound):
			return nil, err
		}
	}
	return priced, nil
}
