package einvoice

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// Of a document that has everything nothing is missing; of one that lacks a thing,
// that thing alone, by the rule that asks for it.
func TestMissing(t *testing.T) {
	for _, c := range []struct {
		name, format string
		change       func(*statement.Statement, *invoice.Settings)
		rules        string
	}{
		{"everything", "ubl", func(*statement.Statement, *invoice.Settings) {}, ""},
		{"everything", "cii", func(*statement.Statement, *invoice.Settings) {}, ""},
		{"everything", "xrechnung", func(*statement.Statement, *invoice.Settings) {}, ""},
		{"everything", "xrechnung-ubl", func(*statement.Statement, *invoice.Settings) {}, ""},
		{"everything", "peppol", func(*statement.Statement, *invoice.Settings) {}, ""},
		{"everything", "facturx-en16931", func(*statement.Statement, *invoice.Settings) {}, ""},
		{"no Leitweg-ID", "xrechnung", func(_ *statement.Statement, set *invoice.Settings) { set.Group.Invoice.References.Buyer = " " }, "BR-DE-15"},
		{"no references", "peppol", func(_ *statement.Statement, set *invoice.Settings) {
			set.Group.Invoice.References = nil
			set.Reseller.Address.Country, set.Reseller.TaxRegistration = "AT", "ATU12345675"
		}, "PEPPOL-EN16931-R003"},
		{"no references", "ubl", func(_ *statement.Statement, set *invoice.Settings) { set.Group.Invoice.References = nil }, ""},
		{"no contact", "xrechnung", func(_ *statement.Statement, set *invoice.Settings) { set.Reseller.ContactPoint = nil }, "BR-DE-5 BR-DE-6 BR-DE-7"},
		{"a number sign", "xrechnung", func(_ *statement.Statement, set *invoice.Settings) { set.Reseller.Payment = []string{"Bitte:", " #1"} }, "BR-DE-18"},
		{"no address", "cii", func(_ *statement.Statement, set *invoice.Settings) { set.Customer.Address = nil }, "BR-11"},
		{"no country", "cii", func(_ *statement.Statement, set *invoice.Settings) { set.Reseller.Address.Country = "XX" }, "BR-09"},
		{"no tax number", "ubl", func(_ *statement.Statement, set *invoice.Settings) { set.Reseller.TaxRegistration = "" }, "BR-S-02"},
		{"nothing to be known by", "ubl", func(_ *statement.Statement, set *invoice.Settings) {
			set.Reseller.TaxRegistration, set.Reseller.LegalID = "", ""
		}, "BR-S-02 BR-CO-26"},
		{"no tax", "ubl", func(_ *statement.Statement, set *invoice.Settings) { set.Group.Invoice.Tax = nil }, "BR-CO-18"},
		{"tax-free without a reason", "ubl", func(_ *statement.Statement, set *invoice.Settings) {
			set.Items = []billing.AdditionalItem{{Label: "stamp", UnitPrice: money.FromInt(1), Quantity: money.FromInt(1), TaxFree: true}}
		}, "BR-CO-04"},
		{"two taxes on one amount", "ubl", func(_ *statement.Statement, set *invoice.Settings) {
			set.Group.Invoice.Tax = append(set.Group.Invoice.Tax, billing.Tax{Category: "standard", Percent: money.FromInt(5)})
		}, "BR-S-08"},
		{"sales tax", "cii", func(_ *statement.Statement, set *invoice.Settings) {
			set.Reseller.Address.Country, set.Reseller.TaxRegistration = "US", "12-3456789"
		}, "BR-CL-18"},
		{"three digits", "cii", func(_ *statement.Statement, set *invoice.Settings) {
			three := int32(3)
			set.Group.Invoice.Rounding.Digits = &three
		}, "BR-DEC-23"},
		{"another currency", "cii", func(s *statement.Statement, set *invoice.Settings) {
			set.Group.Currency = "USD"
			s.Accounts[0].Lines = s.Accounts[0].Lines[:1]
			s.Accounts[0].Lines[0].Currency = "USD"
		}, "Directive 2006/112/EC, article 230"},
		{"a slip in the IBAN", "cii", func(_ *statement.Statement, set *invoice.Settings) { set.Reseller.Bank.IBAN = "DE88370400440532013000" }, "BR-DE-19"},
		{"mail is no address in Peppol", "peppol", func(_ *statement.Statement, set *invoice.Settings) { set.Customer.Endpoint = "EM:a@example.de" }, "BR-CL-25"},
		{"no address in Peppol", "peppol", func(_ *statement.Statement, set *invoice.Settings) { set.Customer.Endpoint = "" }, "PEPPOL-EN16931-R010"},
		{"reverse charge to nobody", "ubl", func(_ *statement.Statement, set *invoice.Settings) {
			set.Group.Invoice.Tax, set.Customer.TaxRegistration = []billing.Tax{{Category: "reverse-charge"}}, ""
		}, "BR-AE-02"},
		{"intra-community to nobody", "ubl", func(_ *statement.Statement, set *invoice.Settings) {
			set.Group.Invoice.Tax, set.Customer.TaxRegistration = []billing.Tax{{Category: "reverse-charge", Reason: "VATEX-EU-IC"}}, ""
		}, "BR-IC-02"},
		{"exempt without a reason", "ubl", func(_ *statement.Statement, set *invoice.Settings) {
			set.Group.Invoice.Tax = []billing.Tax{{Category: "exempt"}}
		}, "BR-E-10"},
		{"out of scope beside taxed", "ubl", func(_ *statement.Statement, set *invoice.Settings) {
			set.Group.Invoice.Tax = append(set.Group.Invoice.Tax, billing.Tax{Category: "out-of-scope"})
			set.Items = []billing.AdditionalItem{{Label: "abroad", UnitPrice: money.FromInt(1), Quantity: money.FromInt(1), Tax: "out-of-scope"}}
		}, "BR-O-11"},
		{"no number of qualified invoices", "pint-jp", func(_ *statement.Statement, _ *invoice.Settings) {}, "aligned-ibr-jp-01"},
		{"no such format", "edifact", func(*statement.Statement, *invoice.Settings) {}, "BR-01"},
	} {
		s, set := between()
		c.change(&s, &set)
		draft, err := invoice.New(s, set, invoice.Inputs{}, false)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		for _, inv := range []invoice.Invoice{draft, draft.Issue("R-1", *dayOf("2026-11-05"))} {
			var rules []string
			for _, g := range Missing(inv, c.format) {
				rules = append(rules, g.Rule)
				if g.Term == "" || g.Field == "" || g.What == "" || g.Why == "" {
					t.Errorf("%s: the gap %+v does not say all", c.name, g)
				}
			}
			if got := strings.Join(rules, " "); got != c.rules {
				t.Errorf("%s, %s as %s: %q, wanted %q", c.name, inv.State, c.format, got, c.rules)
			}
			format, err := ByName(c.format)
			if err != nil {
				continue
			}
			if err := format.Write(io.Discard, inv); (err == nil) != (c.rules == "" && inv.State == invoice.Issued) {
				t.Errorf("%s, %s: writing says %v", c.name, inv.State, err)
			}
		}
	}
}

// National rules of Peppol ask for what they ask for.
func TestMissingByCountry(t *testing.T) {
	for _, c := range []struct {
		name, seller, number, buyer, rules string
		change                             func(*invoice.Settings)
	}{
		{"Denmark", "DK", "DK13585628", "DK", "DK-R-002", nil},
		{"Italy", "IT", "IT00743110157", "IT", "IT-R-002", func(set *invoice.Settings) { set.Reseller.Address.Lines = nil }},
		{"the Netherlands", "NL", "NL004495445B01", "NL", "NL-R-003 NL-R-008", func(set *invoice.Settings) { set.Reseller.Bank = nil }},
		{"Sweden", "SE", "SE556188840401", "SE", "SE-R-004 SE-R-006", func(set *invoice.Settings) { set.Reseller.LegalID = "0007:123" }},
		{"Iceland", "IS", "IS12345", "IS", "IS-R-002 IS-R-004", nil},
		{"Greece", "GR", "EL094259216", "DE", "GR-R-001-1", nil},
		{"Germany to Germany", "DE", "DE123456788", "DE", "BR-DE-6", func(set *invoice.Settings) { set.Reseller.ContactPoint.Phone = "-" }},
		{"Germany to Austria", "DE", "DE123456788", "AT", "", func(set *invoice.Settings) { set.Reseller.ContactPoint.Phone = "-" }},
	} {
		s, set := between()
		set.Reseller.Address.Country, set.Reseller.TaxRegistration, set.Customer.Address.Country = c.seller, c.number, c.buyer
		if c.change != nil {
			c.change(&set)
		}
		set.Group.Currency = "EUR"
		inv := issued(t, s, set)
		var rules []string
		for _, g := range Missing(inv, "peppol") {
			if g.Term != "BT-111" { // the tax in crowns is not what this is about
				rules = append(rules, g.Rule)
			}
		}
		slices.Sort(rules)
		if got := strings.Join(rules, " "); got != c.rules {
			t.Errorf("%s: %q, wanted %q", c.name, got, c.rules)
		}
	}
}
