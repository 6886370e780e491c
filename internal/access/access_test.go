package access

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
)

// tiers is a tree: north and south buy from the reseller; north sells to acme, and
// acme to shop; south sells to bakery. acme has a unit of its own. mixed buys from
// north and from the reseller.
var tiers = billing.Config{
	Customers: []billing.Customer{
		{ID: "north", Name: "North"}, {ID: "south", Name: "South"}, {ID: "acme", Name: "ACME", Units: []billing.Unit{{ID: "lab", Name: "Lab"}}},
		{ID: "shop", Name: "Shop"}, {ID: "bakery", Name: "Bakery"}, {ID: "mixed", Name: "Mixed"},
	},
	BillingGroups: []billing.BillingGroup{
		{ID: "north", Customer: "north"}, {ID: "south", Customer: "south"},
		{ID: "acme", Customer: "acme", Parent: "north"}, {ID: "acme-lab", Customer: "acme", Unit: "lab", Parent: "north"},
		{ID: "shop", Customer: "shop", Parent: "acme"}, {ID: "bakery", Customer: "bakery", Parent: "south"},
		{ID: "mixed-direct", Customer: "mixed"}, {ID: "mixed-north", Customer: "mixed", Parent: "north"},
	},
}

// R5: who is above whom, and whose groups are whose.
func TestTree(t *testing.T) {
	tree := TreeOf(tiers)
	for _, test := range []struct {
		id, kind, parent string
		groups, sold     []string
	}{
		{"north", KindReseller, Root, []string{"north"}, []string{"acme", "acme-lab", "shop", "mixed-north"}},
		{"south", KindReseller, Root, []string{"south"}, []string{"bakery"}},
		{"acme", KindReseller, "north", []string{"acme", "acme-lab"}, []string{"shop"}},
		{"acme/lab", KindUnit, "acme", []string{"acme-lab"}, nil},
		{"shop", KindCustomer, "acme", []string{"shop"}, nil},
		{"bakery", KindCustomer, "south", []string{"bakery"}, nil},
		{"mixed", KindCustomer, Root, []string{"mixed-direct", "mixed-north"}, nil},
	} {
		o, ok := tree.Organization(test.id)
		if !ok || o.Kind != test.kind || o.Parent != test.parent {
			t.Errorf("R5: %s is %+v", test.id, o)
		}
		if got := tree.Groups(test.id); !slices.Equal(got, test.groups) {
			t.Errorf("R5: %s buys %v, want %v", test.id, got, test.groups)
		}
		if got := tree.Sold(test.id); !slices.Equal(got, test.sold) {
			t.Errorf("R5: %s sells to %v, want %v", test.id, got, test.sold)
		}
	}
	if got := len(tree.Sold(Root)); got != len(tiers.BillingGroups) {
		t.Errorf("R5: the reseller sells to %d groups", got)
	}
	for _, pair := range [][2]string{{"shop", "north"}, {"shop", "acme"}, {"acme/lab", "north"}, {"south", Root}, {"acme", "acme"}} {
		if !tree.Within(pair[0], pair[1]) {
			t.Errorf("R5: %s is not below %s", pair[0], pair[1])
		}
	}
	for _, pair := range [][2]string{{"north", "shop"}, {"shop", "south"}, {"acme", "acme/lab"}, {Root, "north"}, {"nobody", Root}, {"acme", "nobody"}, {"mixed", "north"}} {
		if tree.Within(pair[0], pair[1]) {
			t.Errorf("R5: %s is below %s", pair[0], pair[1])
		}
	}
}

// R5: a grant reaches its organization and what is below it, and nothing else;
// outside the reseller no role gives what is the reseller's; scopes only take away.
func TestRights(t *testing.T) {
	tree, roles := TreeOf(tiers), append(slices.Clone(Roles), Role{ID: "custom", Permissions: []Permission{ReadBills, ReadMargin}})
	rapid.Check(t, func(t *rapid.T) {
		organizations := tree.Organizations()
		pick := rapid.SampledFrom(organizations)
		var grants []Grant
		for range rapid.IntRange(0, 4).Draw(t, "grants") {
			grants = append(grants, Grant{pick.Draw(t, "organization").ID, rapid.SampledFrom(roles).Draw(t, "role").ID})
		}
		var scopes []string
		if rapid.Bool().Draw(t, "scoped") {
			scopes = rapid.SliceOf(rapid.SampledFrom(PermissionNames())).Draw(t, "scopes")
			scopes = append(make([]string, 0), scopes...)
		}
		rights := RightsOf(tree, roles, grants, scopes)
		for _, p := range PermissionNames() {
			heads := rights.Heads(Permission(p))
			for _, o := range organizations {
				want := false // by each grant, one by one
				for _, g := range grants {
					role := roles[slices.IndexFunc(roles, func(r Role) bool { return r.ID == g.Role })]
					reaches := false
					for at := o.ID; at != ""; {
						reaches = reaches || at == g.Organization
						up, _ := tree.Organization(at)
						at = up.Parent
					}
					want = want || reaches && slices.Contains(role.Permissions, Permission(p)) &&
						(g.Organization == Root || own(Permission(p))) && (scopes == nil || slices.Contains(scopes, p))
				}
				if got := rights.May(Permission(p), o.ID); got != want {
					t.Fatalf("R5: %v with scopes %v may %s in %s: %v", grants, scopes, p, o.ID, got)
				}
				if got := slices.ContainsFunc(heads, func(h string) bool { return tree.Within(o.ID, h) }); got != want {
					t.Fatalf("R5: %s is among %v: %v", o.ID, heads, got)
				}
			}
			for _, h := range heads {
				if slices.ContainsFunc(heads, func(other string) bool { return other != h && tree.Within(h, other) }) {
					t.Fatalf("one of %v is below another", heads)
				}
			}
		}
	})
}

// Nobody gives a role that allows more than they may do themselves.
func TestCovers(t *testing.T) {
	tree := TreeOf(tiers)
	role := func(id string) Role { return Roles[slices.IndexFunc(Roles, func(r Role) bool { return r.ID == id })] }
	for _, test := range []struct {
		holder Grant
		role   string
		in     string
		want   bool
	}{
		{Grant{Root, Owner}, Owner, Root, true},
		{Grant{Root, "billing-admin"}, Owner, Root, false},
		{Grant{"acme", "customer-admin"}, "customer-viewer", "acme", true},
		{Grant{"acme", "customer-admin"}, Owner, "acme", true}, // an owner of a customer may do what its admin may
		{Grant{"acme", "customer-admin"}, "customer-viewer", "shop", true},
		{Grant{"acme", "customer-admin"}, "customer-viewer", "bakery", false},
		{Grant{"acme", "customer-viewer"}, "customer-admin", "acme", false},
		{Grant{"acme", "customer-admin"}, "customer-viewer", Root, false},
	} {
		rights := RightsOf(tree, Roles, []Grant{test.holder}, nil)
		if got := rights.Covers(role(test.role), test.in); got != test.want {
			t.Errorf("R5: %v gives %s in %s: %v", test.holder, test.role, test.in, got)
		}
	}
}

// What a customer says comes before what the reseller says, and that before the
// default.
func TestFeatures(t *testing.T) {
	c := billing.Config{
		Reseller:  &billing.Reseller{Portal: map[string]bool{FeatureInvoices: true, FeatureUsage: false}},
		Customers: []billing.Customer{{ID: "acme", Portal: map[string]bool{FeatureInvoices: false}}, {ID: "bakery"}},
	}
	for organization, want := range map[string]string{"acme": "false false true", "acme/lab": "false false true", "bakery": "true false true", "nobody": "true false true"} {
		on := Features(c, organization)
		if got := fmt.Sprint(on[FeatureInvoices], on[FeatureUsage], on[FeatureDownload]); got != want {
			t.Errorf("%s has %s, want %s", organization, got, want)
		}
	}
}
