package einvoice_test

import "github.com/sluice-billing/sluice/internal/billing"

// countryScenarios are about sellers and buyers, and the rules of their countries.
var countryScenarios = []scenario{
	{"France", func(g *given) { g.between(lyon(), paris()) }},
	{"Switzerland", func(g *given) { g.between(zug(), zurich()) }},
	{"United Kingdom", func(g *given) { g.between(london(), bristol()) }},
	{"Norway", func(g *given) { g.between(oslo(), bergen()) }},
	{"Sweden", func(g *given) { g.between(stockholm(), malmo()) }},
	{"Denmark", func(g *given) { g.between(copenhagen(), aarhus()) }},
	{"Denmark, credit note", func(g *given) {
		g.between(copenhagen(), aarhus())
		g.restated = []func(*given){func(g *given) { g.accounts[0].Lines = g.accounts[0].Lines[:1] }}
	}},
	{"Netherlands", func(g *given) { g.between(amsterdam(), utrecht()) }},
	{"Netherlands, credit note", func(g *given) {
		g.between(amsterdam(), utrecht())
		g.restated = []func(*given){func(g *given) { g.accounts[0].Lines = g.accounts[0].Lines[:1] }}
	}},
	{"Netherlands to Germany", func(g *given) { g.between(amsterdam(), wuerzburg()) }},
	{"Italy", func(g *given) { g.between(milan(), rome()) }},
	{"Norway to Germany", func(g *given) { g.between(oslo(), wuerzburg()) }},
	{"Switzerland to Germany", func(g *given) { g.between(zug(), wuerzburg()) }},
	{"United Kingdom to Germany", func(g *given) { g.between(london(), wuerzburg()) }},
	{"Japan", japanese},
	{"Japan, two rates and something abroad", func(g *given) {
		japanese(g)
		g.taxes(consumption("standard", "10"), consumption("reduced", "8"), billing.Tax{Category: "out-of-scope", Label: "不課税", Reason: "ABROAD"})
		g.item("新聞購読料", "1000", "1", "reduced")
		g.account("777700001111", "国外", entry("E-9", "ドメイン登録料", "5000", true))
	}},
	{"Japan, discount and prepaid", func(g *given) {
		japanese(g)
		g.Group.Invoice.Discount = &billing.Discount{Percent: dec("5")}
		g.Group.Invoice.Prepaid, g.Balance = true, dec("10000")
		g.item("運用サポート", "25000", "2", "")
	}},
	{"Japan, credit note", func(g *given) {
		japanese(g)
		g.restated = []func(*given){func(g *given) { g.accounts[0].Lines[0].Amount = dec("100000") }}
	}},
	{"Japan, debit note", func(g *given) {
		japanese(g)
		g.restated = []func(*given){func(g *given) { g.accounts[0].Lines[0].Amount = dec("200000") }}
	}},
	{"Japan, exempt", func(g *given) {
		japanese(g)
		g.taxes(consumption("standard", "10"), billing.Tax{Category: "exempt", Label: "非課税", Reason: "EXEMPT"})
		g.Items = append(g.Items, billing.AdditionalItem{Label: "収入印紙", UnitPrice: dec("200"), Quantity: dec("1"), TaxFree: true})
	}},
	{"Japan, in dollars", func(g *given) {
		japanese(g)
		g.Group.Currency = "USD"
		g.only(in("JPY", usage("Amazon Elastic Compute Cloud", "184567")))
		g.rates("JPY", "0.0067")
	}},
	{"Japan, nothing used", func(g *given) { japanese(g); g.accounts = nil }},
	{"bare parties", func(g *given) { // nothing but names and countries
		g.Reseller = billing.Reseller{Name: "Wolkenhandel GmbH", Currency: "EUR", TaxRegistration: "DE123456788", Address: &billing.Address{Country: "DE"}}
		g.Customer = billing.Customer{ID: "mueller", Name: "Müller", Address: &billing.Address{Country: "DE"}}
		g.Group.Invoice.References = nil
	}},
	{"no address", func(g *given) { g.Reseller.Address, g.Customer.Address = nil, nil }},
	{"tax number instead of a VAT number", func(g *given) { g.Reseller.TaxRegistration = "22/815/08155" }},
	{"buyer by e-mail", func(g *given) { g.Customer.Endpoint = "EM:rechnung@mueller.example" }},
}

func japanese(g *given) {
	g.between(tokyo(), osaka())
	g.Group.Language = "ja"
	g.Group.Invoice.Rounding.Mode = "down"
	g.taxes(consumption("standard", "10"))
	g.only(usage("Amazon Elastic Compute Cloud", "184567.8997"), usage("Amazon Simple Storage Service", "8488.61"), marketplace("Datadog Pro", "14950"))
}

func consumption(category, percent string) billing.Tax {
	return billing.Tax{Category: category, Percent: dec(percent), Label: "Consumption tax"}
}
