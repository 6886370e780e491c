package invoice_test

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// R24: of service, account, group and reseller the nearest has it, alone. Each
// row takes away the nearest discount of the row before; 100 of EC2 in account 1.
func TestDiscountPrecedence(t *testing.T) {
	reseller := &billing.Discount{Percent: dec("1")}
	group := &billing.Discount{Percent: dec("5")}
	onAccount := billing.ServiceDiscount{Accounts: []string{"1"}, Percent: dec("10")}
	onOthers := billing.ServiceDiscount{Services: []string{billing.OtherServices}, Percent: dec("15")}
	onService := billing.ServiceDiscount{Services: []string{"EC2"}, Percent: dec("20")}
	onBoth := billing.ServiceDiscount{Services: []string{"EC2", "RDS"}, Accounts: []string{"1"}, Percent: dec("30")}
	elsewhere := billing.ServiceDiscount{Services: []string{"S3"}, Accounts: []string{"9"}, Percent: dec("90")}
	tests := []struct {
		name     string
		reseller *billing.Discount
		group    *billing.Discount
		services []billing.ServiceDiscount
		want     string
	}{
		{"service of the account", reseller, group, []billing.ServiceDiscount{elsewhere, onAccount, onService, onOthers, onBoth}, "30"},
		{"service", reseller, group, []billing.ServiceDiscount{elsewhere, onAccount, onService, onOthers}, "20"},
		{"every other service", reseller, group, []billing.ServiceDiscount{elsewhere, onAccount, onOthers}, "15"},
		{"account", reseller, group, []billing.ServiceDiscount{elsewhere, onAccount}, "10"},
		{"group", reseller, group, []billing.ServiceDiscount{elsewhere}, "5"},
		{"reseller", reseller, nil, []billing.ServiceDiscount{elsewhere}, "1"},
		{"none", nil, nil, []billing.ServiceDiscount{elsewhere}, "0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set := settings("USD", billing.InvoiceSettings{Discount: test.group, ServiceDiscounts: test.services})
			set.Reseller.Discount = test.reseller
			inv := draft(t, owed(account("1", usage("EC2", "USD", "100"))), set)
			figure(t, "discount", inv.DiscountTotal, test.want)
			figure(t, "after discount", inv.AfterDiscount, dec("100").Sub(dec(test.want)).String())
		})
	}
}

// R24: a service that one discount names, even for other accounts alone, is none
// of the other services; marketplace and entries have no discount on usage.
func TestOtherServices(t *testing.T) {
	inv := draft(t, owed(account("1", usage("EC2", "USD", "100"), usage("S3", "USD", "10"), marketplace("S3", "USD", "7"), entry("E-1", "USD", "5"))),
		settings("USD", billing.InvoiceSettings{ServiceDiscounts: []billing.ServiceDiscount{
			{Services: []string{"EC2"}, Accounts: []string{"2"}, Percent: dec("50")},
			{Services: []string{billing.OtherServices}, Percent: dec("20")},
		}}))
	figure(t, "discount", inv.DiscountTotal, "2")
}

// A negative percent is a premium: 100 + 12%.
func TestPremium(t *testing.T) {
	inv := draft(t, owed(account("1", usage("EC2", "USD", "100"))), settings("USD", billing.InvoiceSettings{
		ServiceDiscounts: []billing.ServiceDiscount{{Services: []string{"EC2"}, Percent: dec("-12")}},
	}))
	figure(t, "discount", inv.DiscountTotal, "-12")
	figure(t, "after discount", inv.AfterDiscount, "112")
}

// R24: usage of 1,000 (400 of it EC2), marketplace of 100, support of 10% of
// usage. A discount of 5% is on usage, on usage and support, or on the subtotal
// of 1,200; EC2 has 20% of its own, or 0, and then no other.
func TestDiscountBase(t *testing.T) {
	own := func(percent string) []billing.ServiceDiscount {
		return []billing.ServiceDiscount{{Services: []string{"EC2"}, Percent: dec(percent)}}
	}
	tests := map[string]struct {
		base     string
		services []billing.ServiceDiscount
		want     string
	}{
		"usage":                         {"", nil, "50"},
		"usage and support":             {"usage+support", nil, "55"},
		"subtotal":                      {"subtotal", nil, "60"},
		"usage, EC2 has 20":             {"usage", own("20"), "110"},         // 80 + 5% of 600
		"usage and support, EC2 has 20": {"usage+support", own("20"), "115"}, // and 5% of 100
		"subtotal, EC2 has 20":          {"subtotal", own("20"), "120"},      // 80 + 5% of 800
		"subtotal, EC2 has 0":           {"subtotal", own("0"), "40"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			inv := draft(t, owed(account("1", usage("EC2", "USD", "400"), usage("S3", "USD", "600"), marketplace("M", "USD", "100"))),
				settings("USD", billing.InvoiceSettings{
					Support:  []billing.Support{{Kind: "percent", Percent: num("10")}},
					Discount: &billing.Discount{Percent: dec("5"), Base: test.base}, ServiceDiscounts: test.services,
				}))
			figure(t, "discount", inv.DiscountTotal, test.want)
		})
	}
}

// R20, R24: 3% of three lines of 10.50 is 0.315 each. Where lines are rounded,
// each leaves 10.185 → 10.19, so that 0.31 is taken off three times; else 0.945
// once.
func TestDiscountRounding(t *testing.T) {
	for point, want := range map[string]string{"service": "0.93", "account": "0.95", "invoice": "0.95"} {
		inv := draft(t, owed(account("1", usage("A", "USD", "10.5"), usage("B", "USD", "10.5"), usage("C", "USD", "10.5"))),
			settings("USD", billing.InvoiceSettings{
				Rounding: billing.RoundingSettings{Mode: money.HalfUp, Point: point}, Discount: &billing.Discount{Percent: dec("3")},
			}))
		figure(t, "discount at point "+point, inv.DiscountTotal, want)
	}
}
