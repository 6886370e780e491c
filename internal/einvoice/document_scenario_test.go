package einvoice_test

import (
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// documentScenarios are about what a document is.
var documentScenarios = []scenario{
	{"credit note of a negative month", func(g *given) {
		g.only(entry("E-1", "Gutschrift des Anbieters", "-150.5", false), usage("Amazon EC2", "30.25"))
	}},
	{"credit note of a correction", func(g *given) {
		g.restated = []func(*given){func(g *given) { g.accounts[0].Lines[0].Amount = dec("11258.016") }}
	}},
	{"credit note with lines both ways", func(g *given) {
		g.restated = []func(*given){func(g *given) {
			g.accounts[0].Lines[0].Amount, g.accounts[0].Lines[1].Amount = dec("11000"), dec("50")
		}}
	}},
	{"credit note that takes a discount back", func(g *given) {
		g.Group.Invoice.Discount = &billing.Discount{Percent: dec("5")}
		g.restated = []func(*given){func(g *given) { g.accounts[0].Lines[0].Amount = dec("11258") }}
	}},
	{"credit note in reverse charge", func(g *given) {
		g.between(hamburg(), paris())
		g.restated = []func(*given){func(g *given) { g.accounts[0].Lines = g.accounts[0].Lines[:1] }}
	}},
	{"credit note not subject to VAT", func(g *given) {
		g.between(hamburg(), boston())
		g.restated = []func(*given){func(g *given) { g.accounts[0].Lines = g.accounts[0].Lines[:1] }}
	}},
	{"credit note of a whole invoice", func(g *given) {
		g.item("Workshop", "150.25", "2", "")
		g.restated = []func(*given){func(g *given) { g.accounts, g.Items = nil, nil }}
	}},
	{"debit note", func(g *given) {
		g.restated = []func(*given){func(g *given) { g.accounts[0].Lines[0].Amount = dec("11400") }}
	}},
	{"debit note with a line that falls", func(g *given) {
		g.restated = []func(*given){func(g *given) {
			g.accounts[0].Lines[0].Amount, g.accounts[0].Lines[1].Amount = dec("12000"), dec("40")
		}}
	}},
	{"second correction", func(g *given) {
		g.restated = []func(*given){
			func(g *given) { g.accounts[0].Lines[0].Amount = dec("11400") },
			func(g *given) { g.accounts[0].Lines[0].Amount = dec("11300") },
		}
	}},
	{"correction of the rate of tax", func(g *given) {
		g.restated = []func(*given){func(g *given) { g.taxes(vat("16")) }}
	}},
	{"nothing used", func(g *given) { g.accounts = nil }},
	{"nothing to pay", func(g *given) { g.only(usage("AWS Lambda", "0.004"), usage("Amazon S3", "0")) }},
	{"comes to nought", func(g *given) { g.only(usage("Amazon EC2", "50"), entry("E-1", "Gutschrift", "-50", false)) }},
	{"five hundred lines", func(g *given) {
		g.accounts = nil
		for a := range 10 {
			g.account(fmt.Sprintf("77778888%04d", a), "Werk", manyLines(50)...)
		}
	}},
	{"one provider", func(g *given) { g.Provider, g.Group.Invoice.PerProvider = "aws", true }},
	{"two providers", func(g *given) {
		g.account("5f1c-staging", "staging", usage("Virtual Machines", "900"), marketplace("Datadog Pro", "90"))
		g.accounts[1].Provider = "azure"
	}},
	{"prepaid in part", func(g *given) { g.Group.Invoice.Prepaid, g.Balance = true, dec("5000") }},
	{"prepaid wholly", func(g *given) { g.Group.Invoice.Prepaid, g.Balance = true, dec("50000") }},
	{"credit that is carried", func(g *given) {
		g.Group.Invoice.CarryCredit = true
		g.only(entry("E-1", "Gutschrift", "-150.5", false))
	}},
	{"to pay rounded up to five cents", func(g *given) { // 13570.79 + 0.01, as in countries without small coins
		g.after = func(inv *invoice.Invoice) { inv.Payable = inv.Payable.Add(dec("0.01")) }
	}},
	{"to pay rounded down", func(g *given) {
		g.Group.Invoice.Prepaid, g.Balance = true, dec("5000")
		g.after = func(inv *invoice.Invoice) { inv.Payable = inv.Payable.Sub(dec("0.04")) }
	}},
	{"due at once", func(g *given) { g.Group.Invoice.Terms.Due = "net-0" }},
	{"with a note and references", func(g *given) {
		g.Group.Invoice.Note = "Vielen Dank.\nRückfragen bitte an rechnung@wolkenhandel.example."
		g.Group.Invoice.Subject = "Cloud im Oktober"
		g.Group.Invoice.References = &billing.References{Buyer: "04011000-12345-03", Order: "B-4711", Contract: "V-1", Project: "P-9", Accounting: "4711/08"}
	}},
	{"odd characters", func(g *given) {
		g.Reseller.Name, g.Group.Name = `A&B <Cloud> "Resale" 'GmbH'`, "Ünï©ødé 株式会社 🦆 ]]> & Co."
		g.Group.Invoice.Note = "Zeile 1\r\nZeile 2\tmit Tab\x00\x0b\x1f und \ufffe Ende"
		g.only(usage("<script>&amp;\x01", "1"), usage(" Leerraum  innen ", "2"), usage("🧾 Rechnung", "3"))
		g.Group.Invoice.References.Order = "B&<1>"
	}},
	{"long names", func(g *given) {
		name := ""
		for range 60 {
			name += "Donaudampfschifffahrtsgesellschaft "
		}
		g.Reseller.Name, g.Group.Name, g.Group.Invoice.Note = name, name, name+name
		g.only(usage(name, "1"))
	}},
	{"no names of services", func(g *given) { g.only(usage("", "5"), entry("E-1", "", "1", false)) }},
}

func manyLines(n int) (lines []statement.Line) {
	for i := range n {
		lines = append(lines, usage(fmt.Sprintf("Service %02d", i), dec("1.005").Add(dec("0.37").Mul(money.FromInt(int64(i)))).String()))
	}
	return lines
}
