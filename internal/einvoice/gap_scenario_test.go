package einvoice_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/einvoice"
	"github.com/sluice-billing/sluice/internal/proofreader"
)

// What Missing names is needed, and is all that is needed: without it in the
// settings it is named with its rule, and with it cut out of a valid document the
// checkers find that rule.
func TestGapsAreNeeded(t *testing.T) {
	italian := func(g *given) { g.between(milan(), rome()) }
	dutch := func(g *given) { g.between(amsterdam(), utrecht()) }
	danish := func(g *given) { g.between(copenhagen(), aarhus()) }
	french := func(g *given) { g.between(hamburg(), paris()) }
	tests := []struct {
		format, term string
		with         func(*given) // nothing where the ordinary invoice will do
		without      func(*given)
		cut, by      string // of the written document: what is in the place of what
	}{
		{"xrechnung-ubl", "BT-10", nil, noReference, `<cbc:BuyerReference>.*?</cbc:BuyerReference>`, ""},
		{"xrechnung", "BT-10", nil, noReference, `<ram:BuyerReference>.*?</ram:BuyerReference>`, ""},
		{"xrechnung-ubl", "BT-34", nil, func(g *given) { g.Reseller.Endpoint = "" }, `<cbc:EndpointID schemeID="9930">.*?</cbc:EndpointID>`, ""},
		{"xrechnung", "BT-49", nil, func(g *given) { g.Customer.Endpoint = "" }, `<ram:URIUniversalCommunication>\s*<ram:URIID schemeID="0204">.*?</ram:URIUniversalCommunication>`, ""},
		{"xrechnung-ubl", "BT-37", nil, func(g *given) { g.Reseller.Address.City = "" }, `<cbc:CityName>Hamburg</cbc:CityName>`, ""},
		{"xrechnung", "BT-38", nil, func(g *given) { g.Reseller.Address.PostalCode = "" }, `<ram:PostcodeCode>20354</ram:PostcodeCode>`, ""},
		{"xrechnung-ubl", "BT-41", nil, func(g *given) { g.Reseller.ContactPoint.Name = "" }, `<cbc:Name>Petra Lang</cbc:Name>`, ""},
		{"xrechnung-ubl", "BT-42", nil, func(g *given) { g.Reseller.ContactPoint.Phone = "" }, `<cbc:Telephone>.*?</cbc:Telephone>`, ""},
		{"xrechnung-ubl", "BT-43", nil, func(g *given) { g.Reseller.ContactPoint = nil }, `<cbc:ElectronicMail>.*?</cbc:ElectronicMail>`, ""},
		{"xrechnung-ubl", "BT-52", nil, func(g *given) { g.Customer.Address.City = "" }, `<cbc:CityName>Würzburg</cbc:CityName>`, ""},
		{"xrechnung", "BT-53", nil, func(g *given) { g.Customer.Address.PostalCode = "" }, `<ram:PostcodeCode>97070</ram:PostcodeCode>`, ""},
		{"ubl", "BT-40", nil, func(g *given) { g.Reseller.Address.Country = "" }, `<cac:Country>.*?</cac:Country>`, ""},
		{"cii", "BT-40", nil, func(g *given) { g.Reseller.Address.Country = "" }, `<ram:CountryID>DE</ram:CountryID>`, ""},
		{"ubl", "BT-31", nil, func(g *given) { g.Reseller.TaxRegistration = "" }, `<cac:PartyTaxScheme>.*?</cac:PartyTaxScheme>`, ""},
		{"cii", "BT-31", nil, func(g *given) { g.Reseller.TaxRegistration = "" }, `<ram:SpecifiedTaxRegistration>.*?</ram:SpecifiedTaxRegistration>`, ""},
		{"ubl", "BT-48", func(g *given) { french(g); g.taxes(untaxed("exempt", "VATEX-EU-IC")) }, func(g *given) { g.Customer.TaxRegistration = "" }, `<cac:PartyTaxScheme>\s*<cbc:CompanyID>FR.*?</cac:PartyTaxScheme>`, ""},
		{"ubl", "BT-120", func(g *given) { g.taxes(untaxed("exempt", "VATEX-EU-132")) }, func(g *given) { g.Group.Invoice.Tax[0].Reason, g.Group.Invoice.Tax[0].Label = "", "" }, `<cbc:TaxExemptionReason.*</cbc:TaxExemptionReason>`, ""},
		{"cii", "BT-131", nil, func(g *given) { digits := int32(3); g.Group.Invoice.Rounding.Digits = &digits }, `<ram:LineTotalAmount>11358.02<`, `<ram:LineTotalAmount>11358.016<`},
		{"peppol", "BT-10", nil, noReference, `<cbc:BuyerReference>.*?</cbc:BuyerReference>|<cac:OrderReference>.*?</cac:OrderReference>`, ""},
		{"peppol", "BT-34", nil, func(g *given) { g.Reseller.Endpoint = "" }, `<cbc:EndpointID schemeID="9930">.*?</cbc:EndpointID>`, ""},
		{"peppol", "BT-49", nil, func(g *given) { g.Customer.Endpoint = "" }, `<cbc:EndpointID schemeID="0204">.*?</cbc:EndpointID>`, ""},
		{"peppol", "BT-37", nil, func(g *given) { g.Reseller.Address.City = "" }, `<cbc:CityName>Hamburg</cbc:CityName>`, ""},
		{"peppol", "BT-38", nil, func(g *given) { g.Reseller.Address.PostalCode = "" }, `<cbc:PostalZone>20354</cbc:PostalZone>`, ""},
		{"peppol", "BT-41", nil, func(g *given) { g.Reseller.ContactPoint.Name = "" }, `<cbc:Name>Petra Lang</cbc:Name>`, ""},
		{"peppol", "BT-42", nil, func(g *given) { g.Reseller.ContactPoint.Phone = "" }, `<cbc:Telephone>.*?</cbc:Telephone>`, ""},
		{"peppol", "BT-43", nil, func(g *given) { g.Reseller.ContactPoint = nil }, `<cbc:ElectronicMail>.*?</cbc:ElectronicMail>`, ""},
		{"peppol", "BT-52", nil, func(g *given) { g.Customer.Address.City = "" }, `<cbc:CityName>Würzburg</cbc:CityName>`, ""},
		{"peppol", "BT-53", nil, func(g *given) { g.Customer.Address.PostalCode = "" }, `<cbc:PostalZone>97070</cbc:PostalZone>`, ""},
		{"peppol", "BT-35", italian, func(g *given) { g.Reseller.Address.Lines = nil }, `<cbc:StreetName>Via Dante 7</cbc:StreetName>`, ""},
		{"peppol", "BT-30", dutch, func(g *given) { g.Reseller.LegalID = "0088:4035811991021" }, `schemeID="0106">12345678</cbc:CompanyID>`, `schemeID="0088">4035811991021</cbc:CompanyID>`},
		{"peppol", "BT-84", dutch, func(g *given) { g.Reseller.Bank = nil }, `<cbc:PaymentMeansCode>58</cbc:PaymentMeansCode>`, `<cbc:PaymentMeansCode>1</cbc:PaymentMeansCode>`},
		{"peppol", "BT-30", danish, func(g *given) { g.Reseller.LegalID = "" }, `<cbc:CompanyID schemeID="0184">13585628</cbc:CompanyID>`, ""},
		{"peppol", "BT-119", func(g *given) { g.between(stockholm(), malmo()) }, func(g *given) { g.taxes(vat("24")) }, `<cbc:Percent>25</cbc:Percent>`, `<cbc:Percent>24</cbc:Percent>`},
		{"pint-jp", "BT-31", japanese, func(g *given) { g.Reseller.TaxRegistration = "7000012050002" }, `<cbc:CompanyID>T7000012050002</cbc:CompanyID>`, `<cbc:CompanyID>7000012050002</cbc:CompanyID>`},
		{"pint-jp", "BT-34", japanese, func(g *given) { g.Reseller.Endpoint = "" }, `<cbc:EndpointID schemeID="0188">7000012050002</cbc:EndpointID>`, ""},
		{"pint-jp", "BT-49", japanese, func(g *given) { g.Customer.Endpoint = "" }, `<cbc:EndpointID schemeID="0188">1180301018771</cbc:EndpointID>`, ""},
	}
	checker := proofreader.Start(t)
	for _, test := range tests {
		t.Run(test.format+" "+test.term, func(t *testing.T) {
			complete := func() *given {
				g := ordinary()
				if test.with != nil {
					test.with(g)
				}
				return g
			}
			format, err := einvoice.ByName(test.format)
			if err != nil {
				t.Fatal(err)
			}
			var document bytes.Buffer
			if err := format.Write(&document, complete().issued(t)); err != nil {
				t.Fatal(err)
			}
			g := complete()
			test.without(g)
			gaps := einvoice.Missing(g.issued(t), test.format)
			at := slices.IndexFunc(gaps, func(gap einvoice.Gap) bool { return gap.Term == test.term })
			if at < 0 {
				t.Fatalf("the gaps are %v, and none is %s", gaps, test.term)
			}
			if gaps[at].Field == "" || gaps[at].What == "" || gaps[at].Why == "" {
				t.Errorf("the gap does not say what to do: %+v", gaps[at])
			}
			pattern := regexp.MustCompile("(?s)" + test.cut)
			if !pattern.Match(document.Bytes()) {
				t.Fatalf("the document has no %s", test.cut)
			}
			cut := replaceOnce(pattern, document.Bytes(), test.by)
			found := proofreader.Errors(checker.CheckBytes(t, heldAgainst[test.format][0], cut))
			if !slices.ContainsFunc(found, func(f proofreader.Finding) bool { return sameRule(f.Rule, gaps[at].Rule) }) {
				t.Errorf("the gap names %s, and the checker finds %v", gaps[at].Rule, found)
			}
		})
	}
}

func noReference(g *given) { g.Group.Invoice.References = &billing.References{Contract: "V-1"} }

// replaceOnce replaces the first place of each alternative of a pattern.
func replaceOnce(pattern *regexp.Regexp, document []byte, by string) []byte {
	for part := range strings.SplitSeq(strings.TrimPrefix(pattern.String(), "(?s)"), "|") {
		if at := regexp.MustCompile("(?s)" + part).FindIndex(document); at != nil {
			document = slices.Concat(document[:at[0]], []byte(by), document[at[1]:])
		}
	}
	return document
}

// sameRule tells whether a checker means the rule that a gap names. Peppol has the
// rules of XRechnung under numbers of its own: DE-R-005 is BR-DE-5.
func sameRule(found, named string) bool {
	number, german := strings.CutPrefix(named, "BR-DE-")
	return strings.Contains(found, named) || german && found == "DE-R-"+strings.Repeat("0", max(0, 3-len(number)))+number
}
