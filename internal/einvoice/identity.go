package einvoice

import (
	"math/big"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/tax"
)

// parties are BG-4 and BG-7. Where nothing is subject to tax, no VAT number may
// stand (BR-O-02): the seller's is written as another tax number then, as the law
// of most countries asks for one on every invoice.
func (m *making) parties() {
	seller, buyer := m.party(m.inv.Seller), m.party(m.inv.Buyer)
	buyer.TaxNumber, buyer.ID = "", ""
	if m.outside() && !m.japan {
		if seller.VATID != "" {
			seller.TaxNumber, seller.VATID = seller.VATID, ""
		}
		buyer.VATID = ""
	}
	if seller.VATID == "" && seller.LegalID.Value == "" { // BR-CO-26: something the seller is known by
		seller.ID = seller.TaxNumber
	}
	if seller.Address.Country == "SE" && seller.LegalID.Value != "" {
		seller.TaxNumber = "" // SE-R-005: what stands there is another thing in Sweden
	}
	m.doc.Seller, m.doc.Buyer = seller, buyer
	if to := buyer.Address; m.delivers || m.main != nil && m.main.Category == "K" { // BR-IC-12
		m.doc.DeliverTo = &to
	}
}

// outside tells whether usage is not subject to tax.
func (m *making) outside() bool { return m.main != nil && m.main.Category == "O" }

func (m *making) party(p invoice.Party) Party {
	party := Party{
		Name: single(p.Name), LegalID: legalID(p.LegalID), Endpoint: endpoint(p.Endpoint), Contact: contactPoint(p.ContactPoint),
	}
	if p.Postal != nil {
		party.Address = billing.Address{
			City: single(p.Postal.City), PostalCode: single(p.Postal.PostalCode), Region: single(p.Postal.Region), Country: countryOf(p),
		}
		for _, line := range p.Postal.Lines {
			if line = single(line); line != "" {
				party.Address.Lines = append(party.Address.Lines, line)
			}
		}
	}
	if m.japan {
		party.VATID = compact(p.TaxRegistration)
		return party
	}
	party.VATID, party.TaxNumber = taxNumbers(party.Address.Country, p.TaxRegistration)
	return party
}

// countryOf is the country of a party by ISO 3166, Greece and the United Kingdom
// put straight.
func countryOf(p invoice.Party) string {
	if p.Postal == nil {
		return ""
	}
	switch country := strings.ToUpper(strings.TrimSpace(p.Postal.Country)); country {
	case "EL":
		return "GR"
	case "UK":
		return "GB"
	default:
		return country
	}
}

// contactPoint is nil where it says nothing.
func contactPoint(c *billing.ContactPoint) *billing.ContactPoint {
	if c == nil {
		return nil
	}
	point := billing.ContactPoint{Name: single(c.Name), Phone: single(c.Phone), Email: single(c.Email)}
	if point == (billing.ContactPoint{}) {
		return nil
	}
	return &point
}

// taxNumbers puts a tax number where it belongs: with the letters of its country
// it is a VAT number (BT-31), which gets them where the form says it is one; any
// other, such as a German Steuernummer, is BT-32.
func taxNumbers(country, registration string) (vat, other string) {
	number := compact(registration)
	prefix, known := vatPrefixes[country]
	switch {
	case number == "":
		return "", ""
	case country == "NO": // NO-R-001: NO, nine digits, MVA
		if digits := strings.TrimSuffix(strings.TrimPrefix(number, "NO"), "MVA"); tax.CheckRegistration("NO", digits) == nil {
			return "NO" + digits + "MVA", ""
		}
	case known && (strings.HasPrefix(number, prefix) || country == "GB" && strings.HasPrefix(number, "XI")):
		return number, ""
	case known && tax.CheckRegistration(country, number) == nil:
		return prefix + number, ""
	case len(number) > 4 && slices.ContainsFunc(vatPrefixList, func(p string) bool { return strings.HasPrefix(number, p) }) && tax.CheckRegistration(number[:2], number) == nil:
		return number, "" // registered in another country than that of the address
	}
	return "", single(registration)
}

// compact is a number without what people put between its parts.
func compact(number string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "\u00a0", "", ".", "", "-", "", "/", "").Replace(clean(number)))
}

// legalID reads 0204:991-12345-01; a number without a scheme of ISO 6523 is one in
// the register of its own country.
func legalID(text string) Identifier {
	text = single(text)
	scheme, value, found := strings.Cut(text, ":")
	if found && slices.Contains(legalSchemes, scheme) && strings.TrimSpace(value) != "" {
		return Identifier{Scheme: scheme, Value: strings.TrimSpace(value)}
	}
	return Identifier{Value: text}
}

// endpoint reads 0088:4035811991021 or EM:invoices@example.com; an address of
// e-mail may stand without its scheme. The scheme is empty where it is not one.
func endpoint(text string) Identifier {
	text = single(text)
	scheme, value, found := strings.Cut(text, ":")
	switch {
	case found && slices.Contains(addressSchemes, scheme) && strings.TrimSpace(value) != "":
		return Identifier{Scheme: scheme, Value: strings.TrimSpace(value)}
	case !found && strings.Contains(text, "@"):
		return Identifier{Scheme: "EM", Value: text}
	}
	return Identifier{Value: text}
}

// fitsIBAN checks the check digits of ISO 13616.
func fitsIBAN(iban string) bool {
	if len(iban) < 15 || len(iban) > 34 {
		return false
	}
	var digits strings.Builder
	for _, r := range iban[4:] + iban[:4] {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case r >= 'A' && r <= 'Z':
			digits.WriteString(big.NewInt(int64(r-'A') + 10).String())
		default:
			return false
		}
	}
	n, ok := new(big.Int).SetString(digits.String(), 10)
	return ok && n.Mod(n, big.NewInt(97)).Int64() == 1
}
