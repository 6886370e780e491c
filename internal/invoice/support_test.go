package invoice_test

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// supported is settings with one agreement on support.
func supported(currency string, support ...billing.Support) invoice.Settings {
	return settings(currency, billing.InvoiceSettings{Support: support})
}

// R21: the fees that AWS publishes as examples (2,000 on Developer, 85,000 on
// Business, 1,200,000 on Enterprise), and those that the published tables make.
func TestSupportPlans(t *testing.T) {
	tests := []struct{ plan, month, usage, want string }{
		{"aws-developer", "2026-10", "2000", "60"},
		{"aws-business", "2026-10", "85000", "6150"},
		{"aws-enterprise", "2026-10", "1200000", "70500"},
		{"aws-enterprise", "2026-10", "2000000", "94500"},
		{"aws-business", "2026-10", "0", "100"},
		{"aws-business", "2026-10", "-500", "100"},
		{"aws-business", "2026-10", "10000", "1000"},
		{"aws-business", "2026-10", "10100", "1007"},
		{"aws-enterprise-on-ramp", "2026-10", "10000", "5500"},
		{"aws-enterprise-on-ramp", "2026-10", "100000", "10000"},
		{"aws-business-plus", "2026-10", "85000", "6050"}, // 9% of the first 10,000: 100 less than Business
		{"aws-business-plus", "2027-01", "100", "29"},
		{"aws-enterprise-2026", "2027-01", "1200000", "70500"},
		{"aws-enterprise-2026", "2026-01", "1000", "5000"},
		{"aws-unified-operations", "2026-10", "1000", "50000"},
		{"aws-partner-led", "2026-10", "1000", "7500"},
		{"gcp-standard", "2026-10", "2000", "60"},
		{"gcp-enhanced", "2026-10", "85000", "6150"},
		{"gcp-premium", "2026-10", "2000000", "94500"},
		{"azure-developer", "2026-10", "1000000", "29"},
		{"azure-standard", "2026-10", "1000000", "100"},
		{"azure-pro-direct", "2026-10", "0", "1000"},
	}
	for _, test := range tests {
		s := owed(account("1", usage("A", "USD", test.usage)))
		s.Period = month(test.month)
		inv := draft(t, s, supported("USD", billing.Support{Kind: "plan", Plan: test.plan}))
		figure(t, test.plan+" on "+test.usage, inv.SupportTotal, test.want)
	}
}

func TestSupportPlanIsSold(t *testing.T) {
	tests := []struct {
		plan, month string
		words       []string
	}{
		{"aws-business", "2027-01", []string{"R21", "aws-business", "2027-01", "not sold any more", "kind bands"}},
		{"aws-business-plus", "2025-12", []string{"R21", "aws-business-plus", "2026-01", "2025-12", "kind bands"}},
		{"gcp-premium", "2024-10", []string{"R21", "gcp-premium", "2024-11"}},
		{"platinum", "2026-10", []string{"R21", "platinum", "aws-business", "kind bands"}},
	}
	for _, test := range tests {
		s := owed(account("1", usage("A", "USD", "1")))
		s.Period = month(test.month)
		refuse(t, s, supported("USD", billing.Support{Kind: "plan", Plan: test.plan}), test.words...)
	}
	s := owed(account("1", usage("A", "USD", "1")))
	s.Period = month("2026-12")
	figure(t, "in the last month", draft(t, s, supported("USD", billing.Support{Kind: "plan", Plan: "aws-business"})).SupportTotal, "100")
}

// R21: Developer is for each account by itself, at its own rate; Business once
// on the sum of those that have it, at the common rate. In yen:
//
//	B  2,000 on Developer: 60 × 110 (its payer's) = 6,600
//	C  500 on Developer: 3% is 15, at least 29; × 100 = 2,900
//	A, E  85,000 + 15,000 on Business: 1,000 + 4,900 + 20,000 × 5% = 6,900; × 100 = 690,000
//	D  none
func TestSupportByAccount(t *testing.T) {
	s := owed(
		account("A", usage("EC2", "USD", "80000"), usage("S3", "USD", "5000"), marketplace("Datadog", "USD", "1000")),
		account("B", usage("EC2", "USD", "2000")),
		account("C", usage("EC2", "USD", "500")),
		account("D", usage("EC2", "USD", "700")),
		account("E", usage("EC2", "USD", "15000"), entry("E-1", "USD", "1000")),
	)
	set := supported("JPY", billing.Support{
		Kind: "plan", Plan: "aws-business", Scope: "account",
		Accounts: map[string]string{"B": "aws-developer", "C": "aws-developer", "D": "none"},
	})
	set.Rates = []billing.ExchangeRate{
		rate("2026-10", "USD", "JPY", "100", "common", ""), rate("2026-10", "USD", "JPY", "110", "payer", "pB"),
	}
	inv := draft(t, s, set)
	if len(inv.Support) != 3 || inv.Support[0].Account != "B" || inv.Support[1].Account != "C" || inv.Support[2].Plan != "aws-business" {
		t.Fatalf("R21: fees %+v; want one of B, one of C, and Business", inv.Support)
	}
	figure(t, "B", inv.Support[0].Amount, "6600")
	figure(t, "C", inv.Support[1].Amount, "2900")
	figure(t, "Business", inv.Support[2].Amount, "690000")
	figure(t, "base of Business", inv.Support[2].Base, "100000")
	figure(t, "support", inv.SupportTotal, "699500")

	set.Group.Invoice.Support[0].Plan = "" // who has no plan has no support
	inv = draft(t, s, set)
	figure(t, "support of B and C", inv.SupportTotal, "9500")
}

// An account without usage has its plan's minimum at the rate of its payer, even
// where there is no common one: 29 × 110.
func TestSupportOfIdleAccount(t *testing.T) {
	set := supported("JPY", billing.Support{Kind: "plan", Scope: "account", Accounts: map[string]string{"B": "aws-developer"}})
	set.Rates = []billing.ExchangeRate{rate("2026-10", "USD", "JPY", "110", "payer", "pB")}
	inv := draft(t, owed(account("B", marketplace("Datadog", "USD", "1"))), set)
	figure(t, "support", inv.SupportTotal, "3190")
}

// An account that two payers have in the month has one fee, on both: 3% of
// 2,000, at the rate of the first.
func TestSupportOfMovedAccount(t *testing.T) {
	s := owed(
		statement.Account{ID: "A", Payer: "p2", Lines: []statement.Line{usage("EC2", "USD", "1500")}},
		statement.Account{ID: "A", Payer: "p1", Lines: []statement.Line{usage("EC2", "USD", "500")}},
	)
	set := supported("JPY", billing.Support{Kind: "plan", Plan: "aws-developer", Scope: "account"})
	set.Rates = []billing.ExchangeRate{
		rate("2026-10", "USD", "JPY", "100", "common", ""), rate("2026-10", "USD", "JPY", "110", "payer", "p1"),
		rate("2026-10", "USD", "JPY", "120", "payer", "p2"),
	}
	inv := draft(t, s, set)
	if len(inv.Support) != 1 {
		t.Fatalf("R21: fees %+v, want one", inv.Support)
	}
	figure(t, "support", inv.SupportTotal, "6600")
}

// Kinds that need no published table, on usage of 1,500.
func TestSupportKinds(t *testing.T) {
	bands := []billing.SupportBand{{UpTo: num("1000"), Percent: dec("5")}, {Percent: dec("2")}}
	tests := map[string]struct {
		support billing.Support
		want    string
	}{
		"none":                    {billing.Support{Kind: "none"}, "0"},
		"percent":                 {billing.Support{Kind: "percent", Percent: num("10")}, "150"},
		"percent, raised":         {billing.Support{Kind: "percent", Percent: num("10"), Adjust: num("20")}, "180"},
		"fixed":                   {billing.Support{Kind: "fixed", Amount: num("500")}, "500"},
		"fixed, lowered":          {billing.Support{Kind: "fixed", Amount: num("500"), Adjust: num("-10")}, "450"},
		"bands":                   {billing.Support{Kind: "bands", Bands: bands}, "60"}, // 50 + 10
		"bands, lowered":          {billing.Support{Kind: "bands", Bands: bands, Adjust: num("-10")}, "54"},
		"bands, below minimum":    {billing.Support{Kind: "bands", Bands: bands, Minimum: num("70")}, "70"},
		"bands, at the minimum":   {billing.Support{Kind: "bands", Bands: bands, Minimum: num("60")}, "60"},
		"minimum, lowered":        {billing.Support{Kind: "bands", Bands: bands, Minimum: num("70"), Adjust: num("-50")}, "35"},
		"plan, another minimum":   {billing.Support{Kind: "plan", Plan: "aws-business", Minimum: num("400")}, "400"},
		"plan, smaller minimum":   {billing.Support{Kind: "plan", Plan: "aws-business", Minimum: num("1")}, "150"},
		"first month":             {billing.Support{Kind: "percent", Percent: num("10"), From: day("2026-10-31")}, "150"},
		"not yet":                 {billing.Support{Kind: "percent", Percent: num("10"), From: day("2026-11-01")}, "0"},
		"last month":              {billing.Support{Kind: "percent", Percent: num("10"), To: day("2026-11-01")}, "150"},
		"not any more":            {billing.Support{Kind: "percent", Percent: num("10"), To: day("2026-10-31")}, "0"},
		"other provider":          {billing.Support{Kind: "percent", Percent: num("10"), Provider: "azure"}, "0"},
		"percent of each account": {billing.Support{Kind: "percent", Percent: num("10"), Scope: "account"}, "150"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := owed(account("1", usage("A", "USD", "900"), marketplace("B", "USD", "50")), account("2", usage("A", "USD", "600"), entry("E-1", "USD", "70")))
			inv := draft(t, s, supported("USD", test.support))
			figure(t, "support", inv.SupportTotal, test.want)
			figure(t, "subtotal", inv.Subtotal, dec("1620").Add(dec(test.want)).String())
		})
	}
}

// Each provider has its own support: 10% of 100 on AWS, a price a month on Azure.
func TestSupportByProvider(t *testing.T) {
	azure := account("2", usage("Virtual Machines", "USD", "5000"))
	azure.Provider = "azure"
	inv := draft(t, owed(account("1", usage("EC2", "USD", "100")), azure), supported("USD",
		billing.Support{Kind: "percent", Percent: num("10"), Provider: "aws"},
		billing.Support{Kind: "plan", Plan: "azure-pro-direct", Provider: "azure"},
	))
	figure(t, "AWS", inv.Support[0].Amount, "10")
	figure(t, "base on AWS", inv.Support[0].Base, "100")
	figure(t, "Azure", inv.Support[1].Amount, "1000")
	figure(t, "base on Azure", inv.Support[1].Base, "5000")
}

// Usage of 1,000 euros, invoiced in yen: a percent is of euros, 100 × 160; a
// table is of dollars at the common rate, 1,100 × 10% × 150.
func TestSupportInOtherCurrency(t *testing.T) {
	s := owed(account("1", usage("A", "EUR", "1000")))
	rates := []billing.ExchangeRate{
		rate("2026-10", "EUR", "JPY", "160", "common", ""), rate("2026-10", "EUR", "USD", "1.1", "common", ""), rate("2026-10", "USD", "JPY", "150", "common", ""),
	}
	set := supported("JPY", billing.Support{Kind: "percent", Percent: num("10")})
	set.Rates = rates
	inv := draft(t, s, set)
	figure(t, "percent", inv.SupportTotal, "16000")
	if inv.Support[0].BaseCurrency != money.Currency("EUR") {
		t.Errorf("the base is in %s, want EUR", inv.Support[0].BaseCurrency)
	}
	set = supported("JPY", billing.Support{Kind: "plan", Plan: "aws-business"})
	set.Rates = rates
	inv = draft(t, s, set)
	figure(t, "table", inv.SupportTotal, "16500")
	figure(t, "base of the table", inv.Support[0].Base, "1100")
	set.Rates = rates[:1]
	refuse(t, s, set, "support", "R19", "EUR", "USD", "2026-10", "exchange_rates")
}

// A percent of no usage needs no rate.
func TestSupportWithoutUsage(t *testing.T) {
	set := supported("JPY", billing.Support{Kind: "percent", Percent: num("10")})
	figure(t, "support", draft(t, owed(), set).SupportTotal, "0")
}

// R21, after discount: 85,000 less 10% is 76,500, and Business on it 1,000 +
// 66,500 × 7% = 5,655; the same with a discount on the subtotal.
func TestSupportAfterDiscount(t *testing.T) {
	for _, base := range []string{"usage", "usage+support", "subtotal"} {
		set := supported("USD", billing.Support{Kind: "plan", Plan: "aws-business", Base: "after-discount"})
		set.Group.Invoice.Discount = &billing.Discount{Percent: dec("10"), Base: base}
		inv := draft(t, owed(account("1", usage("A", "USD", "85000"))), set)
		figure(t, "support with a discount on "+base, inv.SupportTotal, "5655")
	}
}
