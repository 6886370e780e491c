package access

import (
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Root is the id of the reseller whose installation this is: the organization
// above all others.
const Root = "reseller"

// Kinds of organization.
const (
	KindReseller = "reseller" // the root, and each customer that sells on
	KindCustomer = "customer"
	KindUnit     = "unit"
)

// Organization is a node of the tree.
type Organization struct {
	ID     string `json:"id"` // reseller, a customer's id, or customer/unit
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Parent string `json:"parent,omitempty"` // id of the one above; empty at the root
}

// Tree knows the organizations, who is above whom, and which billing groups are
// whose (R5).
type Tree struct {
	byID   map[string]Organization
	ids    []string            // the root first, then in the order of the configuration
	units  map[string][]string // ids of units by customer
	groups map[string][]string // billing groups by the organization they are for
	sold   map[string][]string // billing groups that an organization sells to, those sold on below included
}

// TreeOf reads the tree from a configuration. A customer stands below the
// reseller that sells to all its billing groups; one that buys from several
// stands below the root, and each of its sellers sees the groups it sells to.
func TreeOf(c billing.Config) Tree {
	t := Tree{byID: map[string]Organization{}, units: map[string][]string{}, groups: map[string][]string{}, sold: map[string][]string{}}
	root := Organization{ID: Root, Name: "Reseller", Kind: KindReseller}
	if c.Reseller != nil {
		root.Name = c.Reseller.Name
	}
	t.add(root)
	customerOf, parentOf, sells := map[string]string{}, map[string]string{}, map[string]bool{}
	for _, g := range c.BillingGroups {
		customerOf[g.ID], parentOf[g.ID] = g.Customer, g.Parent
	}
	for _, g := range c.BillingGroups {
		if g.Parent != "" {
			sells[customerOf[g.Parent]] = true
		}
	}
	for _, x := range c.Customers {
		kind := KindCustomer
		if sells[x.ID] {
			kind = KindReseller
		}
		t.add(Organization{ID: x.ID, Name: x.Name, Kind: kind, Parent: sellerOf(c, x.ID, customerOf)})
		for _, u := range x.Units {
			parent := x.ID
			if u.Parent != "" {
				parent += "/" + u.Parent
			}
			t.add(Organization{ID: x.ID + "/" + u.ID, Name: u.Name, Kind: KindUnit, Parent: parent})
		}
	}
	for _, g := range c.BillingGroups {
		owner := g.Customer
		if g.Unit != "" {
			owner += "/" + g.Unit
		}
		t.groups[owner] = append(t.groups[owner], g.ID)
		seen := map[string]bool{g.ID: true}
		for above := g.Parent; above != "" && !seen[above]; above = parentOf[above] {
			seen[above] = true
			if seller := customerOf[above]; !slices.Contains(t.sold[seller], g.ID) && seller != g.Customer {
				t.sold[seller] = append(t.sold[seller], g.ID)
			}
		}
	}
	return t
}

func (t *Tree) add(o Organization) {
	if _, there := t.byID[o.ID]; !there {
		t.ids = append(t.ids, o.ID)
		if o.Kind == KindUnit {
			t.units[CustomerOf(o.ID)] = append(t.units[CustomerOf(o.ID)], o.ID)
		}
	}
	t.byID[o.ID] = o
}

// sellerOf is who sells to all billing groups of a customer.
func sellerOf(c billing.Config, customer string, customerOf map[string]string) string {
	seller, first := Root, true
	for _, g := range c.BillingGroups {
		if g.Customer != customer {
			continue
		}
		its := Root
		if g.Parent != "" {
			its = customerOf[g.Parent]
		}
		if its == customer || its == "" {
			its = Root
		}
		if !first && its != seller {
			return Root
		}
		seller, first = its, false
	}
	return seller
}

// Organizations are all of the tree, the root first.
func (t Tree) Organizations() []Organization {
	all := make([]Organization, len(t.ids))
	for i, id := range t.ids {
		all[i] = t.byID[id]
	}
	return all
}

// Organization returns one by its id.
func (t Tree) Organization(id string) (Organization, bool) {
	o, ok := t.byID[id]
	return o, ok
}

// Within tells whether an organization is another one or stands below it.
func (t Tree) Within(id, above string) bool {
	if _, ok := t.byID[above]; !ok {
		return false
	}
	for range len(t.byID) + 1 {
		o, ok := t.byID[id]
		switch {
		case !ok:
			return false
		case id == above:
			return true
		case o.Parent == "":
			return false
		}
		id = o.Parent
	}
	return false // a circle, which config refuses
}

// Below are the organizations of a subtree, its head included.
func (t Tree) Below(head string) []Organization {
	var below []Organization
	for _, id := range t.ids {
		if t.Within(id, head) {
			below = append(below, t.byID[id])
		}
	}
	return below
}

// Groups are the billing groups that an organization buys for itself and the units
// below it.
func (t Tree) Groups(id string) []string {
	groups := slices.Clone(t.groups[id])
	for _, other := range t.units[CustomerOf(id)] {
		if other != id && t.Within(other, id) {
			groups = append(groups, t.groups[other]...)
		}
	}
	return groups
}

// CustomerOf is the customer that an organization is, or is a unit of.
func CustomerOf(id string) string {
	customer, _, _ := strings.Cut(id, "/")
	return customer
}

// Sold are the billing groups that an organization sells to, through others that
// sell on, too; of the root, all there are.
func (t Tree) Sold(id string) []string {
	if id != Root {
		return slices.Clone(t.sold[id])
	}
	var all []string
	for _, id := range t.ids {
		all = append(all, t.groups[id]...)
	}
	return all
}

// Features tells what of the portal is switched on for an organization: the
// default of each feature, then what the reseller says, then the customer.
func Features(c billing.Config, organization string) map[string]bool {
	on := map[string]bool{}
	for _, f := range FeatureList {
		on[f.Name] = f.Default
	}
	if c.Reseller != nil {
		for name, yes := range c.Reseller.Portal {
			on[name] = yes
		}
	}
	customer := CustomerOf(organization)
	for _, x := range c.Customers {
		if x.ID == customer {
			for name, yes := range x.Portal {
				on[name] = yes
			}
		}
	}
	return on
}
