package einvoice_test

import "github.com/sluice-billing/sluice/internal/billing"

// chargeScenarios are about what a document has beside its usage.
var chargeScenarios = []scenario{
	{"negative line", func(g *given) {
		g.only(usage("Amazon EC2", "500"), entry("E-1", "Gutschrift des Anbieters", "-120.504", false))
	}},
	{"discount", func(g *given) { g.Group.Invoice.Discount = &billing.Discount{Percent: dec("5")} }},
	{"discount on all before tax", func(g *given) {
		g.Group.Invoice.Discount = &billing.Discount{Percent: dec("12.5"), Base: "subtotal"}
		g.Group.Invoice.Support = []billing.Support{{Kind: "percent", Percent: number("3")}}
	}},
	{"discounts and a premium", func(g *given) {
		g.Group.Invoice.Discount = &billing.Discount{Percent: dec("5")}
		g.Group.Invoice.ServiceDiscounts = []billing.ServiceDiscount{
			{Services: []string{"Amazon Simple Storage Service"}, Percent: dec("20")}, {Services: []string{"AWS Lambda"}, Percent: dec("-10")},
		}
		g.account("888800001111", "Test", usage("AWS Lambda", "30"), marketplace("Datadog Pro", "90"))
	}},
	{"discount beside exempt outlays", func(g *given) {
		g.taxes(vat("19"), untaxed("exempt", "VATEX-EU-79-C"))
		g.Group.Invoice.Discount = &billing.Discount{Percent: dec("5"), Base: "subtotal"}
		g.account("888800001111", "Domains", entry("E-9", "Domain", "1000", true))
	}},
	{"coupons", func(g *given) {
		g.Coupons = []billing.Coupon{
			{Code: "WELCOME", Percent: number("5")}, {Code: "SPRING26", Label: "Frühling", Amount: number("90.28"), Currency: "EUR"},
		}
		g.Group.Invoice.Coupons = []string{"WELCOME", "SPRING26"}
	}},
	{"coupon over two categories", func(g *given) {
		g.taxes(vat("19"), untaxed("exempt", "VATEX-EU-79-C"))
		g.account("888800001111", "Domains", entry("E-9", "Domain", "999.99", true))
		g.Coupons = []billing.Coupon{{Code: "WELCOME", Percent: number("33.333")}}
		g.Group.Invoice.Coupons = []string{"WELCOME"}
	}},
	{"coupon for all there is", func(g *given) {
		g.Coupons = []billing.Coupon{{Code: "FREE", Amount: number("99999"), Currency: "EUR"}}
		g.Group.Invoice.Coupons = []string{"FREE"}
	}},
	{"support by percent", func(g *given) { g.Group.Invoice.Support = []billing.Support{{Kind: "percent", Percent: number("3.5")}} }},
	{"support by plan", func(g *given) {
		g.rates("USD", "0.92")
		g.rates("EUR", "1")
		g.Group.Invoice.Support = []billing.Support{{Kind: "plan", Plan: "aws-business"}}
		g.only(in("USD", usage("Amazon EC2", "25000")))
	}},
	{"support that is lowered", func(g *given) {
		g.Group.Invoice.Support = []billing.Support{{Kind: "percent", Percent: number("10"), Adjust: number("-100")}}
	}},
	{"agency fee", func(g *given) {
		g.Group.Invoice.Agency = []billing.AgencyFee{{Kind: "greater", Percent: number("1"), Fixed: number("500")}}
	}},
	{"agency fee by tiers", func(g *given) {
		g.Group.Invoice.Agency = []billing.AgencyFee{{Kind: "tiered-percent", Tiers: []billing.ChargeTier{{Min: dec("0"), Max: number("1000"), Value: dec("5")}, {Min: dec("1000"), Value: dec("2.5")}}}}
	}},
	{"billing services", func(g *given) {
		g.taxes(vat("19"), reduced("7"))
		g.Services = []billing.BillingService{
			{ID: "ops", Name: "Betrieb", Currency: "EUR", Kind: "fixed", Fixed: number("2000")},
			{ID: "print", Name: "Gedruckte Berichte", Currency: "EUR", Kind: "percent", Percent: number("0.35"), Tax: "reduced"},
		}
		g.Group.Invoice.BillingServices = []billing.ServiceUse{{Service: "ops", Accounts: []string{"777788889999"}}, {Service: "print"}}
	}},
	{"minimum", func(g *given) {
		g.Group.Invoice.Minimum = &billing.Minimum{Amount: dec("28000"), Label: "Mindestumsatz"}
	}},
	{"commitment to spend", func(g *given) {
		g.Group.Invoice.SpendCommitment = &billing.SpendCommitment{Amount: dec("300000"), Every: 1, From: october}
		g.Spent = dec("0")
	}},
	{"yearly fee", func(g *given) {
		g.Group.Invoice.YearlyFees = []billing.YearlyFee{{Name: "Grundgebühr", Amount: dec("1200"), From: october}}
	}},
	{"yearly fee at another rate", func(g *given) {
		g.taxes(vat("19"), reduced("7"))
		g.Group.Invoice.YearlyFees = []billing.YearlyFee{{Amount: dec("99.99"), From: october, Tax: "reduced"}}
	}},
	{"items with quantities", func(g *given) {
		g.item("Workshop", "150.25", "2", "")
		g.item("Beratung", "99.99", "2.5", "")         // 249.975
		g.item("Speicher je GB", "0.0231", "1234", "") // 28.5054
		g.item("Drittel", "33.335", "3", "")           // 100.005
	}},
	{"items that lower the total", func(g *given) {
		g.item("Kulanz", "-52.5", "1", "")
		g.item("Rücknahme", "17.35", "-3", "")
	}},
	{"item of a very small price", func(g *given) { g.item("Anfragen", "0.00000021", "123456789", "") }},
	{"item of nothing", func(g *given) { g.item("Zugabe", "0", "5", ""); g.item("Leer", "10", "0", "") }},
	{"item free of tax", func(g *given) {
		g.taxes(vat("19"), untaxed("exempt", "VATEX-EU-79-C"))
		g.Items = append(g.Items, billing.AdditionalItem{Label: "Auslage", UnitPrice: dec("12.5"), Quantity: dec("2"), TaxFree: true})
	}},
	{"marketplace and entries", func(g *given) {
		g.account("888800001111", "", marketplace("Datadog Pro", "90.005"), entry("E-1", "Reserved Instance 3/12", "950", false), entry("E-2", "Credit", "-1.25", false))
	}},
	{"everything at once", func(g *given) {
		g.taxes(vat("19"), reduced("7"), untaxed("exempt", "VATEX-EU-79-C"))
		g.Group.Invoice.Prepaid, g.Balance = true, dec("15000")
		g.account("888800001111", "Test", usage("AWS Lambda", "930"), marketplace("Datadog Pro", "90"), entry("E-9", "Domain", "9", true), entry("E-1", "Gutschrift", "-33.335", false))
		g.Group.Invoice.Discount = &billing.Discount{Percent: dec("5"), Base: "usage+support"}
		g.Group.Invoice.ServiceDiscounts = []billing.ServiceDiscount{{Services: []string{"AWS Lambda"}, Percent: dec("-10")}}
		g.Group.Invoice.Support = []billing.Support{{Kind: "percent", Percent: number("3")}}
		g.Group.Invoice.Agency = []billing.AgencyFee{{Kind: "fixed", Fixed: number("500")}}
		g.Services = []billing.BillingService{{ID: "print", Name: "Berichte", Currency: "EUR", Kind: "fixed", Fixed: number("40"), Tax: "reduced"}}
		g.Group.Invoice.BillingServices = []billing.ServiceUse{{Service: "print"}}
		g.Group.Invoice.Minimum = &billing.Minimum{Amount: dec("28000")}
		g.Group.Invoice.YearlyFees = []billing.YearlyFee{{Amount: dec("100"), From: october}}
		g.item("Workshop", "150.25", "2", "")
		g.item("Kulanz", "-52.5", "1", "")
		g.Items = append(g.Items, billing.AdditionalItem{Label: "Auslage", UnitPrice: dec("2"), Quantity: dec("1"), TaxFree: true})
		g.Coupons = []billing.Coupon{{Code: "WELCOME", Percent: number("5")}}
		g.Group.Invoice.Coupons = []string{"WELCOME"}
	}},
}
