package invoice_test

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// served is settings of a group that uses one billing service.
func served(s billing.BillingService, accounts ...string) invoice.Settings {
	s.ID, s.Name = "managed", "Managed cloud"
	if s.Currency == "" {
		s.Currency = "USD"
	}
	set := settings("USD", billing.InvoiceSettings{BillingServices: []billing.ServiceUse{{Service: "managed", Accounts: accounts}}})
	set.Services = []billing.BillingService{s}
	return set
}

// R23: every kind, on each side of the borders of its brackets and limits.
func TestBillingServiceKinds(t *testing.T) {
	tiers := []billing.ChargeTier{{Min: dec("0"), Max: num("1000"), Value: dec("5")}, {Min: dec("1000"), Max: num("5000"), Value: dec("4")}, {Min: dec("5000"), Value: dec("3")}}
	greater := billing.BillingService{Kind: "greater", Percent: num("10"), Fixed: num("30"), UpperLimit: num("200")}
	tests := []struct {
		name        string
		service     billing.BillingService
		usage, want string
	}{
		{"fixed", billing.BillingService{Kind: "fixed", Fixed: num("75")}, "0", "75"},
		{"percent", billing.BillingService{Kind: "percent", Percent: num("7.5")}, "1000", "75"},
		{"percent of a credit", billing.BillingService{Kind: "percent", Percent: num("7.5")}, "-1000", "-75"},
		{"greater, the fixed", greater, "299.99", "30"},
		{"greater, both", greater, "300", "30"},
		{"greater, the percent", greater, "300.10", "30.01"},
		{"greater, below the limit", greater, "1999.90", "199.99"},
		{"greater, at the limit", greater, "2000", "200"},
		{"greater, over the limit", greater, "9000", "200"},
		{"tiered price, first", billing.BillingService{Kind: "tiered-price", Tiers: tiers}, "0", "5"},
		{"tiered price, up to", billing.BillingService{Kind: "tiered-price", Tiers: tiers}, "999.99", "5"},
		{"tiered price, from", billing.BillingService{Kind: "tiered-price", Tiers: tiers}, "1000", "4"},
		{"tiered price, last", billing.BillingService{Kind: "tiered-price", Tiers: tiers}, "5000", "3"},
		{"tiered price of a credit", billing.BillingService{Kind: "tiered-price", Tiers: tiers}, "-1", "0"},
		{"tiered percent, up to", billing.BillingService{Kind: "tiered-percent", Tiers: tiers}, "999.99", "50"}, // 49.9995
		{"tiered percent, from", billing.BillingService{Kind: "tiered-percent", Tiers: tiers}, "1000", "40"},
		{"tiered percent, last", billing.BillingService{Kind: "tiered-percent", Tiers: tiers}, "5000", "150"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inv := draft(t, owed(account("1", usage("A", "USD", test.usage))), served(test.service))
			figure(t, "billing service", inv.BillingServices[0].Amount, test.want)
			figure(t, "before tax", inv.BeforeTax, dec(test.usage).Add(dec(test.want)).String())
		})
	}
}

// R23: on an account, a service is on all that the account comes to; one that is
// not on the invoice is not served. 10% of 100 + 20 + 5 and of 300.
func TestBillingServiceOfAccounts(t *testing.T) {
	s := owed(account("1", usage("A", "USD", "100"), marketplace("B", "USD", "20"), entry("E-1", "USD", "5")), account("2", usage("A", "USD", "300")))
	inv := draft(t, s, served(billing.BillingService{Kind: "percent", Percent: num("10")}, "1", "2", "3"))
	if len(inv.BillingServices) != 2 || inv.BillingServices[0].Account != "1" || inv.BillingServices[1].Account != "2" {
		t.Fatalf("billing services %+v, want one of account 1 and one of 2", inv.BillingServices)
	}
	figure(t, "account 1", inv.BillingServices[0].Amount, "12.5")
	figure(t, "account 2", inv.BillingServices[1].Amount, "30")
}

// R23: unless it is before discount, the base is less what the discounts on
// usage take off: 10% of 400 EC2, and 5% of 600 else; of 1,000 + 100 marketplace.
func TestBillingServiceBase(t *testing.T) {
	tests := []struct{ base, discount, want string }{
		{"", "usage", "1030"},
		{"after-discount", "usage", "1030"},
		{"before-discount", "usage", "1100"},
		{"", "usage+support", "1060"}, // EC2's alone: the group's is not on usage alone
		{"", "subtotal", "1060"},
	}
	for _, test := range tests {
		set := served(billing.BillingService{Kind: "percent", Percent: num("10"), Base: test.base})
		set.Group.Invoice.Discount = &billing.Discount{Percent: dec("5"), Base: test.discount}
		set.Group.Invoice.ServiceDiscounts = []billing.ServiceDiscount{{Services: []string{"EC2"}, Percent: dec("10")}}
		inv := draft(t, owed(account("1", usage("EC2", "USD", "400"), usage("S3", "USD", "600"), marketplace("M", "USD", "100"))), set)
		figure(t, "base "+test.base+" with a discount on "+test.discount, inv.BillingServices[0].Base, test.want)
	}
}

// Where discounts are rounded one by one, the base is the usage total less them
// as printed: 0.4 and 0.4 are 0 each, of 8 and 8 in whole yen.
func TestBillingServiceBaseAsPrinted(t *testing.T) {
	set := served(billing.BillingService{Kind: "percent", Percent: num("100"), Currency: "JPY"})
	set.Group.Currency = "JPY"
	set.Group.Invoice.Rounding = billing.RoundingSettings{Mode: money.HalfUp, Point: "invoice"}
	set.Group.Invoice.ServiceDiscounts = []billing.ServiceDiscount{{Services: []string{"A"}, Percent: dec("5")}, {Services: []string{"B"}, Percent: dec("5")}}
	inv := draft(t, owed(account("1", usage("A", "JPY", "8"), usage("B", "JPY", "8"))), set)
	figure(t, "discount", inv.DiscountTotal, "0")
	figure(t, "base", inv.BillingServices[0].Base, "16")
}

func TestBillingServiceDates(t *testing.T) {
	s := owed(account("1", usage("A", "USD", "1")))
	for _, test := range []struct {
		from, to *billing.Day
		want     int
	}{
		{day("2026-10"), day("2026-11"), 1}, {day("2026-11"), nil, 0}, {nil, day("2026-10"), 0},
	} {
		set := served(billing.BillingService{Kind: "fixed", Fixed: num("5")})
		set.Group.Invoice.BillingServices[0].From, set.Group.Invoice.BillingServices[0].To = test.from, test.to
		if got := len(draft(t, s, set).BillingServices); got != test.want {
			t.Errorf("from %v to %v there are %d, want %d", test.from, test.to, got, test.want)
		}
	}
}

func TestBillingServiceRefuses(t *testing.T) {
	s := owed(account("1", usage("A", "USD", "1")))
	set := served(billing.BillingService{Kind: "fixed", Fixed: num("5"), Currency: "EUR"})
	refuse(t, s, set, "R23", "managed", "EUR", "USD")
	set.Services = nil
	refuse(t, s, set, "R23", "managed", "billing_services")
	refuse(t, s, served(billing.BillingService{Kind: "greater", Fixed: num("5")}), "managed", "greater", "lacks")
	refuse(t, s, served(billing.BillingService{Kind: "hourly"}), "managed", "hourly", "tiered-price")
}
