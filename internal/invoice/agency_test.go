package invoice_test

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
)

// R22: every kind on usage of 1,000, marketplace and entries not counted.
func TestAgencyKinds(t *testing.T) {
	tiers := []billing.ChargeTier{{Min: dec("0"), Max: num("1000"), Value: dec("2")}, {Min: dec("1000"), Max: num("2000"), Value: dec("3")}, {Min: dec("2000"), Value: dec("4")}}
	tests := map[string]struct {
		fee  billing.AgencyFee
		want string
	}{
		"percent":              {billing.AgencyFee{Kind: "percent", Percent: num("2.5")}, "25"},
		"fixed":                {billing.AgencyFee{Kind: "fixed", Fixed: num("40")}, "40"},
		"greater, the fixed":   {billing.AgencyFee{Kind: "greater", Percent: num("2.5"), Fixed: num("40")}, "40"},
		"greater, the percent": {billing.AgencyFee{Kind: "greater", Percent: num("10"), Fixed: num("30")}, "100"},
		"tiered price":         {billing.AgencyFee{Kind: "tiered-price", Tiers: tiers}, "3"},
		"tiered percent":       {billing.AgencyFee{Kind: "tiered-percent", Tiers: tiers}, "30"},
		"not yet":              {billing.AgencyFee{Kind: "fixed", Fixed: num("40"), From: day("2026-11")}, "0"},
		"not any more":         {billing.AgencyFee{Kind: "fixed", Fixed: num("40"), To: day("2026-10")}, "0"},
		"other provider":       {billing.AgencyFee{Kind: "percent", Percent: num("10"), Provider: "gcp"}, "0"},
		"fixed each account":   {billing.AgencyFee{Kind: "fixed", Fixed: num("40"), Scope: "account"}, "80"},
		"tiers each account":   {billing.AgencyFee{Kind: "tiered-price", Tiers: tiers, Scope: "account"}, "4"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := owed(account("1", usage("A", "USD", "600"), marketplace("B", "USD", "900")), account("2", usage("A", "USD", "400"), entry("E-1", "USD", "900")))
			inv := draft(t, s, settings("USD", billing.InvoiceSettings{Agency: []billing.AgencyFee{test.fee}}))
			figure(t, "agency fee", inv.AgencyTotal, test.want)
			figure(t, "subtotal", inv.Subtotal, dec("2800").Add(dec(test.want)).String())
		})
	}
}

// R22: 5% of usage of 1,000, and of support of 100 where that is part of the
// base; after a discount of 10% on both, of 900 and 90.
func TestAgencyBase(t *testing.T) {
	tests := []struct{ base, discount, on, want string }{
		{"usage", "before", "usage+support", "50"},
		{"usage+support", "before", "usage+support", "55"},
		{"usage", "after", "usage+support", "45"},
		{"usage+support", "after", "usage+support", "49.5"},
		{"usage+support", "after", "usage", "50"}, // the support has no discount: 900 + 100
		{"usage", "after", "subtotal", "45"},
	}
	for _, test := range tests {
		inv := draft(t, owed(account("1", usage("A", "USD", "1000"))), settings("USD", billing.InvoiceSettings{
			Discount: &billing.Discount{Percent: dec("10"), Base: test.on},
			Support:  []billing.Support{{Kind: "percent", Percent: num("10")}},
			Agency:   []billing.AgencyFee{{Kind: "percent", Percent: num("5"), Base: test.base, BaseDiscount: test.discount}},
		}))
		figure(t, "agency fee on "+test.base+", "+test.discount+" a discount on "+test.on, inv.AgencyTotal, test.want)
	}
}

// R19, R22: the fee of an account is at the account's rate, that of the group at
// the common one. 10% of 10 × 150 and of 20 × 160; of 30 × 155.
func TestAgencyRates(t *testing.T) {
	s := owed(account("1", usage("A", "USD", "10")), account("2", usage("A", "USD", "20")))
	rates := []billing.ExchangeRate{
		rate("2026-10", "USD", "JPY", "150", "payer", "p1"), rate("2026-10", "USD", "JPY", "160", "payer", "p2"),
		rate("2026-10", "USD", "JPY", "155", "common", ""),
	}
	set := settings("JPY", billing.InvoiceSettings{Agency: []billing.AgencyFee{{Kind: "percent", Percent: num("10"), Scope: "account"}}})
	set.Rates = rates
	inv := draft(t, s, set)
	figure(t, "account 1", inv.Agency[0].Amount, "150")
	figure(t, "account 2", inv.Agency[1].Amount, "320")

	set.Group.Invoice.Agency[0].Scope = "group"
	figure(t, "group", draft(t, s, set).AgencyTotal, "465")
	set.Rates = rates[:2]
	refuse(t, s, set, "agency fee", "R19", "USD", "JPY", "2026-10")

	set.Group.Invoice.Agency[0] = billing.AgencyFee{Kind: "fixed", Fixed: num("40")}
	figure(t, "fixed, without a common rate", draft(t, s, set).AgencyTotal, "40")
}

// R21, R22: a document for one provider has no fee on another's usage, neither a
// fixed one nor the least of a plan. By hand, for 1,000 of AWS: Business 10% = 100,
// 7 fixed, 3 for each account, and 30 of "1% or 30"; for the other provider only
// the 5% that are on all usage.
func TestFeesOfAnotherProvider(t *testing.T) {
	agreed := billing.InvoiceSettings{
		PerProvider: true,
		Support:     []billing.Support{{Kind: "plan", Plan: "aws-business", Provider: "aws"}, {Kind: "fixed", Amount: num("60"), Provider: "azure"}},
		Agency: []billing.AgencyFee{
			{Kind: "fixed", Fixed: num("7"), Provider: "aws"}, {Kind: "fixed", Fixed: num("3"), Scope: "account", Provider: "aws"},
			{Kind: "greater", Percent: num("1"), Fixed: num("30"), Provider: "aws"}, {Kind: "percent", Percent: num("5")},
		},
	}
	for _, test := range []struct{ provider, support, agency string }{{"aws", "100", "90"}, {"gcp", "0", "50"}, {"", "160", "90"}} {
		section := account("1", usage("A", "USD", "1000"))
		if test.provider != "" {
			section.Provider = test.provider
		}
		set := settings("USD", agreed)
		set.Provider = test.provider
		inv := draft(t, owed(section), set)
		figure(t, "support of "+test.provider, inv.SupportTotal, test.support)
		figure(t, "agency fees of "+test.provider, inv.AgencyTotal, test.agency)
	}
}
