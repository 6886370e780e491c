package config

import (
	"strings"
	"testing"
)

// R5: what is declared of roles, features and units.
func TestAccessIsChecked(t *testing.T) {
	const base = `
reseller: {name: R, currency: USD}
customers: [{id: acme, name: ACME, units: [{id: lab, name: Lab}]}]
billing_groups: [{id: acme, customer: acme, currency: USD, claims: [{accounts: ["200000000001"]}]}]
`
	for name, test := range map[string]struct{ old, new, want string }{
		"all is well":               {"", "", ""},
		"a role":                    {"customers:", "roles: [{id: clerk, permissions: [invoices.read]}]\ncustomers:", ""},
		"a role that is built in":   {"customers:", "roles: [{id: owner, permissions: [invoices.read]}]\ncustomers:", "built in"},
		"a role that allows naught": {"customers:", "roles: [{id: clerk, permissions: []}]\ncustomers:", "name what the role allows"},
		"an unknown permission":     {"customers:", "roles: [{id: clerk, permissions: [invoice.read]}]\ncustomers:", `"invoice.read" is not known; did you mean "invoices.read"?`},
		"a feature":                 {"currency: USD}\ncustomers", "currency: USD, portal: {invoices: true}}\ncustomers", ""},
		"an unknown feature":        {"name: ACME,", "name: ACME, portal: {invoice: true},", `"invoice" is not known`},
		"a unit":                    {"customer: acme,", "customer: acme, unit: lab,", ""},
		"an unknown unit":           {"customer: acme,", "customer: acme, unit: office,", "is not a unit of customer acme"},
		"the reseller as customer":  {"[{id: acme, name", "[{id: reseller, name: X}, {id: acme, name", "the organization of the reseller itself"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Parse("reseller.yaml", []byte(strings.Replace(base, test.old, test.new, 1)))
			said := Check(c).Error()
			if err != nil {
				said = err.Error()
			}
			if test.want == "" && said != "" || !strings.Contains(said, test.want) {
				t.Errorf("problems are %q, want %q", said, test.want)
			}
		})
	}
}
