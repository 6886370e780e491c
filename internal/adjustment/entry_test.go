package adjustment

import (
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/entry"
)

// An entry is for who has its account on its day, or whom that buys from.
func TestEntryGroups(t *testing.T) {
	april, err := billing.ParsePeriod("2024-04")
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Parse("reseller.yaml", []byte(`
reseller: {name: Reseller, currency: USD, accounts: ["100"]}
payers: [{id: "100", provider: aws}]
customers: [{id: acme, name: ACME}]
billing_groups:
  - {id: acme, customer: acme, currency: USD, cost_basis: unblended, claims: [{accounts: ["1"]}]}
  - {id: shop, customer: acme, parent: acme, currency: USD, cost_basis: unblended, claims: [{accounts: ["2"]}]}
  - {id: beta, customer: acme, currency: USD, cost_basis: unblended, claims: [{accounts: ["4"], to: 2024-04-16}, {accounts: ["5"]}], enrol: [{payer: "100", from: 2024-04-20}]}
pools: [{id: shared, accounts: ["3"], remainder: acme}]
`))
	if err != nil {
		t.Fatal(err)
	}
	owners := newEntryOwners(c)
	tests := []struct {
		account string
		day     billing.Day
		named   string
		group   string
		refused string
	}{
		{"1", 2, "", "acme", ""},
		{"2", 2, "", "acme", ""},
		{"2", 2, "beta", "beta", ""},
		{"4", 14, "", "beta", ""},
		{"4", 15, "", "", "account 4 belongs to nobody on 2024-04-16"},
		{"9", 19, "", "beta", ""}, // by enrolment, from the 20th on
		{"1", 19, "", "acme", ""},
		{"100", 19, "", "", "account 100 is the reseller's own"},
		{"4", -40, "", "beta", ""}, // of another month: the nearest day counts
		{"3", 2, "", "", "account 3 is shared in pool shared"},
		{"100", 2, "", "", "account 100 is the reseller's own"},
		{"9", 2, "", "", "account 9 belongs to nobody"},
		{"9", 2, "acme", "acme", ""},
		{"9", 2, "shop", "", "billing group shop buys from acme"},
		{"9", 2, "gone", "", `billing group "gone" is not declared`},
	}
	for _, test := range tests {
		e := entry.Entry{ID: "E-1", Month: april, Payer: "100", Account: test.account, Start: april.FirstDay() + test.day}
		got, err := owners.groupFor(e, test.named)
		switch {
		case test.refused != "" && (err == nil || !strings.Contains(err.Error(), test.refused)):
			t.Errorf("account %s: %v, want %q", test.account, err, test.refused)
		case test.refused == "" && (err != nil || got != test.group):
			t.Errorf("account %s on day %d, named %q: %s, %v; want %s", test.account, test.day, test.named, got, err, test.group)
		}
	}
}
