package einvoice_test

import "github.com/sluice-billing/sluice/internal/billing"

// taxScenarios are about what is taxed, and as what.
var taxScenarios = []scenario{
	{"standard rate", func(*given) {}},
	{"two rates", func(g *given) {
		g.taxes(vat("19"), reduced("7"))
		g.item("Gedrucktes Handbuch", "20", "2", "reduced")
	}},
	{"four categories", func(g *given) {
		g.taxes(vat("19"), reduced("7"), untaxed("zero", ""), untaxed("exempt", "VATEX-EU-132"))
		g.item("Gedrucktes Handbuch", "20", "2", "reduced")
		g.item("Photovoltaik", "99.95", "1", "zero")
		g.item("Schulung", "450", "1", "exempt")
	}},
	{"zero rate", func(g *given) { g.taxes(untaxed("zero", "")) }},
	{"exempt", func(g *given) { g.taxes(untaxed("exempt", "VATEX-EU-132")) }},
	{"exempt outlays", func(g *given) {
		g.taxes(vat("19"), untaxed("exempt", "VATEX-EU-79-C"))
		g.account("888800001111", "Domains", entry("E-9", "Domain mueller.example", "12.5", true), usage("AWS Lambda", "3.005"))
	}},
	{"small business", func(g *given) {
		g.between(lyon(), paris())
		g.taxes(untaxed("exempt", "VATEX-FR-FRANCHISE"))
	}},
	{"reverse charge", func(g *given) { g.between(hamburg(), paris()) }},
	{"reverse charge to Greece", func(g *given) { g.between(hamburg(), athens()) }},
	{"reverse charge with a discount", func(g *given) {
		g.between(hamburg(), paris())
		g.Group.Invoice.Discount = &billing.Discount{Percent: dec("7.5")}
	}},
	{"supply within the Union", func(g *given) {
		g.between(hamburg(), paris())
		g.taxes(untaxed("exempt", "VATEX-EU-IC"))
	}},
	{"export", func(g *given) {
		g.between(hamburg(), zurich())
		g.taxes(untaxed("zero", "VATEX-EU-G"))
	}},
	{"not subject to VAT", func(g *given) { g.between(hamburg(), boston()) }},
	{"not subject with a discount", func(g *given) {
		g.between(hamburg(), boston())
		g.Group.Invoice.Discount = &billing.Discount{Percent: dec("3")}
		g.item("Workshop", "150.25", "2", "")
	}},
	{"not subject beside taxed", func(g *given) { // EN 16931 lets no other category stand beside O
		g.taxes(vat("19"), untaxed("out-of-scope", "VATEX-EU-O"))
		g.account("888800001111", "Ausland", entry("E-9", "Durchlaufender Posten", "12.5", true))
	}},
	{"Canary Islands", func(g *given) {
		g.between(lasPalmas(), utrecht())
		g.taxes(billing.Tax{Category: "standard", Percent: dec("7"), Label: "IGIC"})
	}},
	{"Ceuta", func(g *given) {
		g.between(lasPalmas(), utrecht())
		g.taxes(billing.Tax{Category: "standard", Percent: dec("4"), Label: "IPSI"})
		g.Group.Invoice.Discount = &billing.Discount{Percent: dec("5")}
	}},
	{"consumer abroad", func(g *given) {
		buyer := paris()
		buyer.TaxRegistration, buyer.LegalID = "", ""
		g.between(hamburg(), buyer)
	}},
	{"tax rounded down", func(g *given) { // 19% of 100.07 is 19.0133; of 0.99 more, 19.2014
		g.Group.Invoice.Rounding.Mode = "down"
		g.only(usage("Amazon EC2", "100.079"), usage("Amazon S3", "0.999"))
	}},
	{"tax rounded to even", func(g *given) { // 19% of 0.5 is 0.095
		g.Group.Invoice.Rounding.Mode = "half-even"
		g.only(usage("Amazon EC2", "0.5"))
	}},
	{"tax rounded up", func(g *given) {
		g.Group.Invoice.Rounding.Mode = "up"
		g.only(usage("Amazon EC2", "100.001"), usage("Amazon S3", "0.001"))
	}},
	{"rounded per account", func(g *given) {
		g.Group.Invoice.Rounding.Point = "account"
		g.only(usage("A", "0.004"), usage("B", "0.004"), usage("C", "0.004"), usage("D", "10"))
	}},
	{"rounded per invoice", func(g *given) {
		g.Group.Invoice.Rounding.Point = "invoice"
		g.only(usage("A", "0.335"), usage("B", "0.335"))
		g.account("888800001111", "Test", usage("A", "0.335"), usage("B", "0.335"))
	}},
	{"whole euros", func(g *given) {
		digits := int32(0)
		g.Group.Invoice.Rounding.Digits = &digits
	}},
	{"four digits", func(g *given) { // EN 16931 knows two
		digits := int32(4)
		g.Group.Invoice.Rounding.Digits = &digits
		g.only(usage("Amazon EC2", "1.23456"))
	}},
	{"tax inclusive", func(g *given) { g.Group.Invoice.TaxInclusive = true }},
	{"rate with decimals", func(g *given) {
		g.between(zug(), zurich())
		g.taxes(vat("8.1"), reduced("2.6"))
		g.item("Buch", "33.35", "3", "reduced")
	}},
	{"dollars, tax in euro", func(g *given) {
		g.Group.Currency = "USD"
		g.only(in("USD", usage("Amazon EC2", "100.10")), in("EUR", usage("Azure Storage", "10")))
		g.rates("EUR", "1.0869")
	}},
	{"dollars into euro", func(g *given) {
		g.only(in("USD", usage("Amazon EC2", "12345.67")), in("USD", usage("Amazon S3", "50.005")))
		g.rates("USD", "0.92")
	}},
	{"three digits of a dinar", func(g *given) { g.Group.Currency = "KWD"; g.only(usage("Amazon EC2", "1.2345")) }},
	{"no tax at all", func(g *given) { g.between(seattle(), boston()) }},
	{"sales tax of two places", func(g *given) { // no VAT: EN 16931 cannot say it
		g.between(seattle(), boston())
		g.taxes(billing.Tax{Category: "standard", Percent: dec("6.25"), Label: "State sales tax"}, billing.Tax{Category: "standard", Percent: dec("2"), Label: "City sales tax"})
	}},
	{"GST of two kinds", func(g *given) { g.between(bengaluru(), mysuru()) }},
}
