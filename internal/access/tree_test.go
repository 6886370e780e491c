package access

import (
	"slices"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
)

// nested is a customer with units in units, one that is called as a customer is, and
// another customer beside it with a unit of the same name. Shop buys from acme.
var nested = billing.Config{
	Customers: []billing.Customer{
		{ID: "acme", Name: "ACME", Units: []billing.Unit{
			{ID: "web", Name: "Web"}, {ID: "shop", Name: "Web shop", Parent: "web"}, {ID: "cart", Name: "Cart", Parent: "shop"}, {ID: "lab", Name: "Lab"},
		}},
		{ID: "bakery", Name: "Bakery", Units: []billing.Unit{{ID: "web", Name: "Web"}}},
		{ID: "shop", Name: "Shop"},
	},
	BillingGroups: []billing.BillingGroup{
		{ID: "acme", Customer: "acme"}, {ID: "acme-web", Customer: "acme", Unit: "web"}, {ID: "acme-shop", Customer: "acme", Unit: "shop"},
		{ID: "acme-cart", Customer: "acme", Unit: "cart"}, {ID: "acme-lab", Customer: "acme", Unit: "lab"},
		{ID: "bakery-web", Customer: "bakery", Unit: "web"}, {ID: "shop", Customer: "shop", Parent: "acme"},
	},
}

// R5: a unit has the groups of all that is nested in it, and no others.
func TestNestedUnits(t *testing.T) {
	tree := TreeOf(nested)
	for id, want := range map[string][]string{
		"acme":      {"acme", "acme-web", "acme-shop", "acme-cart", "acme-lab"},
		"acme/web":  {"acme-web", "acme-shop", "acme-cart"},
		"acme/shop": {"acme-shop", "acme-cart"},
		"acme/cart": {"acme-cart"},
		"acme/lab":  {"acme-lab"},
		"bakery":    {"bakery-web"},
		"shop":      {"shop"}, // buys from acme and is no part of it
		Root:        nil,
	} {
		if got := tree.Groups(id); !slices.Equal(got, want) {
			t.Errorf("R5: %s has the groups %v, want %v", id, got, want)
		}
	}
	for id, parent := range map[string]string{"acme/web": "acme", "acme/shop": "acme/web", "acme/cart": "acme/shop", "bakery/web": "bakery", "shop": "acme"} {
		if o, ok := tree.Organization(id); !ok || o.Parent != parent {
			t.Errorf("R5: %s is below %q, want %s", id, o.Parent, parent)
		}
	}
	for id, customer := range map[string]string{"acme/cart": "acme", "acme": "acme", Root: Root} {
		if got := CustomerOf(id); got != customer {
			t.Errorf("%s is of customer %q, want %s", id, got, customer)
		}
	}
}

// R5: who has a role in a unit may do what it allows there and in the units below it:
// not beside, not above, and not at the same name of another customer.
func TestRightsInUnits(t *testing.T) {
	tree := TreeOf(nested)
	rights := RightsOf(tree, Roles, []Grant{{"acme/web", "customer-viewer"}}, nil)
	for _, o := range tree.Organizations() {
		want := slices.Contains([]string{"acme/web", "acme/shop", "acme/cart"}, o.ID)
		if got := rights.May(ReadUsage, o.ID); got != want {
			t.Errorf("R5: somebody of acme/web may see the usage of %s: %v", o.ID, got)
		}
	}
	if heads := rights.Heads(ReadUsage); !slices.Equal(heads, []string{"acme/web"}) {
		t.Errorf("R5: they belong to %v", heads)
	}
}

// Units that name each other, which config refuses, end no search in a circle.
func TestUnitsInACircle(t *testing.T) {
	tree := TreeOf(billing.Config{
		Customers:     []billing.Customer{{ID: "acme", Units: []billing.Unit{{ID: "a", Parent: "b"}, {ID: "b", Parent: "a"}}}},
		BillingGroups: []billing.BillingGroup{{ID: "g", Customer: "acme", Unit: "a"}},
	})
	if got := tree.Groups("acme"); len(got) != 0 {
		t.Errorf("acme has %v, though nothing of it is below acme", got)
	}
	if tree.Within("acme/a", "acme") {
		t.Error("acme/a is within acme, though it is above itself")
	}
}
