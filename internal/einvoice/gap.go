package einvoice

import (
	"slices"
	"strings"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"

	"github.com/sluice-billing/sluice/internal/invoice"
)

// Gap is something that a format needs and a document has not.
type Gap struct {
	Term  string // business term of EN 16931, such as BT-10
	Field string // where to fill it in: billing_groups[].invoice.references.buyer
	What  string // what is missing, for people
	Why   string // why it is asked for, or what to do
	Rule  string // of the format, such as BR-DE-15
}

// String is the gap in one sentence.
func (g Gap) String() string {
	return g.Term + ": " + g.What + " is needed (" + g.Rule + "): " + g.Why + "; see " + g.Field
}

// Missing lists what a format needs and the document has not, so that it can be
// filled in before the document is issued. It is empty where the format can be
// written, or could be once a draft is issued: the number and the dates are not
// missed before. A format that is not known is a gap, too.
func Missing(inv invoice.Invoice, format string) []Gap {
	at := slices.IndexFunc(profiles, func(p profile) bool { return p.name == format })
	if at < 0 {
		_, err := ByName(format)
		return []Gap{{Term: "BT-24", Field: "format", What: "a format that is known", Why: err.Error(), Rule: "BR-01"}}
	}
	_, gaps := profiles[at].document(inv)
	return gaps
}

// need is something that must be there. A new one is a line in a list.
type need struct {
	Gap
	lacks func(Document) bool
}

// lacks are the needs of EN 16931 and of the profile that are not met.
func (p profile) lacks(d Document, draft bool) (gaps []Gap) {
	schemes := addressSchemes
	if p.endpoints != "" {
		schemes = strings.Fields(p.endpoints)
	}
	for _, n := range slices.Concat(basicNeeds, addressNeeds(schemes), p.needs) {
		if !n.lacks(d) || draft && n.Term == "BT-9" {
			continue
		}
		if !slices.ContainsFunc(gaps, func(g Gap) bool { return g.Term == n.Term }) {
			gaps = append(gaps, n.Gap)
		}
	}
	return gaps
}

// basicNeeds are those of EN 16931 that an invoice can leave open.
var basicNeeds = []need{
	{
		Gap{"BT-5", "billing_groups[].currency", "a currency of ISO 4217", "the document is in one that is not on the list", "BR-CL-04"},
		func(d Document) bool { _, err := currency.ParseISO(string(d.Currency)); return err != nil },
	},
	{
		Gap{"BT-9", "billing_groups[].invoice.terms", "a due date, or terms of payment", "the buyer must see when to pay", "BR-CO-25"},
		func(d Document) bool { return d.Payable.Sign() > 0 && d.Due == nil && d.Terms == "" },
	},
	{
		Gap{"BT-27", "reseller.name", "the seller's name", "every invoice names who it is from", "BR-06"},
		func(d Document) bool { return d.Seller.Name == "" },
	},
	{
		Gap{"BT-44", "customers[].name", "the buyer's name", "every invoice names who it is for", "BR-07"},
		func(d Document) bool { return d.Buyer.Name == "" },
	},
	{
		Gap{"BT-40", "reseller.address.country", "the seller's country, as a code of ISO 3166", "the address has a country at least", "BR-09"},
		func(d Document) bool { return !isCountry(d.Seller.Address.Country) },
	},
	{
		Gap{"BT-55", "customers[].address.country", "the buyer's country, as a code of ISO 3166", "the address has a country at least", "BR-11"},
		func(d Document) bool { return !isCountry(d.Buyer.Address.Country) },
	},
	{
		Gap{"BT-31", "reseller.tax_registration", "the seller's VAT number", "an invoice without tax for this reason names it, with the letters of its country", "BR-G-02"},
		func(d Document) bool { return d.Seller.VATID == "" && d.taxedAs("G", "K") },
	},
	{
		Gap{"BT-31", "reseller.tax_registration", "the seller's tax number", "who charges tax, or says why not, is registered for it", "BR-S-02"},
		func(d Document) bool {
			return d.Seller.VATID == "" && d.Seller.TaxNumber == "" && d.taxedAs("S", "AA", "Z", "E", "AE", "L", "M")
		},
	},
	{
		Gap{"BT-30", "reseller.legal_id", "a number that the seller is known by", "the register's number, or a VAT number where it may stand", "BR-CO-26"},
		func(d Document) bool {
			return d.Seller.VATID == "" && d.Seller.LegalID.Value == "" && d.Seller.ID == ""
		},
	},
	{
		Gap{"BT-48", "customers[].tax_registration", "the buyer's VAT number", "a supply within the Union is to a business that is registered for VAT", "BR-IC-02"},
		func(d Document) bool { return d.Buyer.VATID == "" && d.taxedAs("K") },
	},
	{
		Gap{"BT-48", "customers[].tax_registration", "the buyer's VAT number, or its legal_id", "the buyer owes the tax and must be known by a number", "BR-AE-02"},
		func(d Document) bool { return d.Buyer.VATID == "" && d.Buyer.LegalID.Value == "" && d.taxedAs("AE") },
	},
	{
		Gap{"BT-120", "billing_groups[].invoice.tax[].reason", "why the exempt amounts are exempt", "an exemption names its reason, as a VATEX code or in words", "BR-E-10"},
		func(d Document) bool {
			return slices.ContainsFunc(d.Taxes, func(t Tax) bool { return t.Category == "E" && t.Code == "" && t.Reason == "" })
		},
	},
}

// addressNeeds are that electronic addresses, where they are given, are in a
// scheme that the format knows.
func addressNeeds(schemes []string) []need {
	const why = "write scheme and address, such as 0088:4035811991021, with a scheme that the format knows"
	wrong := func(p Party) bool { return p.Endpoint.Value != "" && !slices.Contains(schemes, p.Endpoint.Scheme) }
	return []need{
		{Gap{"BT-34", "reseller.endpoint", "the seller's electronic address in a scheme that is known", why, "BR-CL-25"}, func(d Document) bool { return wrong(d.Seller) }},
		{Gap{"BT-49", "customers[].endpoint", "the buyer's electronic address in a scheme that is known", why, "BR-CL-25"}, func(d Document) bool { return wrong(d.Buyer) }},
	}
}

// taxedAs tells whether something is of one of the categories.
func (d Document) taxedAs(categories ...string) bool {
	return slices.ContainsFunc(d.Taxes, func(t Tax) bool { return slices.Contains(categories, t.Category) })
}

// isCountry tells whether a code is one of ISO 3166, or XI of Northern Ireland.
func isCountry(code string) bool {
	region, err := language.ParseRegion(code)
	return code == "XI" || len(code) == 2 && err == nil && region.IsCountry() && region.String() == code
}
