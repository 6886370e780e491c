package einvoice

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/tax"
)

// taxation finds how usage, what names a category, and what is free of tax are
// taxed (R25), in the codes of the profile.
func (m *making) taxation() {
	agreed := m.agreed()
	if len(agreed) == 0 {
		m.gap(Gap{
			Term: "BT-118", Field: "billing_groups[].invoice.tax", Rule: "BR-CO-18", What: "a tax, or why there is none",
			Why: "an e-invoice states how everything on it is taxed; where nothing is, declare a tax of the category out-of-scope or exempt with its reason",
		})
		return
	}
	m.named = map[string]VAT{}
	for i, t := range agreed {
		if _, again := m.named[t.Category]; again {
			m.gap(Gap{
				Term: "BT-118", Field: "billing_groups[].invoice.tax", Rule: "BR-S-08", What: "one tax on each amount",
				Why: fmt.Sprintf("two taxes of the category %s are on the same amounts, as in Canada and India; EN 16931 knows one VAT", t.Category),
			})
		}
		v := m.vat(t)
		m.named[t.Category] = v
		if i == 0 {
			m.main = &v
		}
	}
	if category := freeCategory(agreed); category != "" {
		v := m.named[category]
		m.free = &v
	}
}

// agreed are the taxes that the document was made with. Those that came to nothing
// are not in its own list, which is the best there is where the settings are not
// frozen in it.
func (m *making) agreed() []billing.Tax {
	if frozen := m.inv.Frozen.Invoice.Tax; len(frozen) > 0 {
		return frozen
	}
	var own []billing.Tax
	for _, t := range m.inv.Taxes {
		own = append(own, billing.Tax{Category: t.Category, Percent: t.Percent, Label: t.Label, Reason: t.Reason})
	}
	return own
}

// freeCategory is the category that tax-free amounts are stated under, as package
// invoice has it: exempt, or the one that is not charged and is not that of usage.
func freeCategory(taxes []billing.Tax) (category string) {
	for _, t := range taxes[1:] {
		if t.Category != "standard" && t.Category != "reduced" && t.Category != taxes[0].Category && category != "exempt" {
			category = t.Category
		}
	}
	return category
}

// vat is a tax in the codes of the profile.
func (m *making) vat(t billing.Tax) VAT {
	rate := t.Percent
	v := VAT{Category: m.category(t), Rate: &rate}
	if v.Category == "O" {
		v.Rate = nil // BR-O-05
	}
	return v
}

// byReason are the categories that a reason decides, whatever the settings call
// what is not charged (PEPPOL-EN16931-P0104 to P0107).
var byReason = map[string]string{
	"VATEX-EU-AE": "AE", "VATEX-FR-AE": "AE", "VATEX-EU-IC": "K", "VATEX-EU-G": "G", "EXPORT": "G", "IN-LUT": "G",
	"VATEX-EU-O": "O", "ABROAD": "O",
}

// category is the code of UNTDID 5305 for a tax.
func (m *making) category(t billing.Tax) string {
	switch label := strings.ToUpper(t.Label); {
	case t.Percent.Sign() > 0 && t.Category == "reduced" && m.japan:
		return "AA"
	case t.Percent.Sign() > 0 && strings.Contains(label, "IGIC"):
		return "L" // the Canary Islands
	case t.Percent.Sign() > 0 && strings.Contains(label, "IPSI"):
		return "M" // Ceuta and Melilla
	case t.Percent.Sign() > 0:
		return "S"
	}
	if code, ok := byReason[strings.ToUpper(strings.TrimSpace(t.Reason))]; ok {
		return code
	}
	switch t.Category {
	case "exempt":
		return "E"
	case "reverse-charge":
		return "AE"
	case "out-of-scope":
		return "O"
	}
	return "Z" // also a standard rate of 0, which is none (BR-S-05)
}

// reasons are the codes of what is not charged, where the settings give none.
var reasons = map[string]string{"AE": "VATEX-EU-AE", "K": "VATEX-EU-IC", "G": "VATEX-EU-G", "O": "VATEX-EU-O"}

// reason is why a row of the breakdown is not charged: BT-121 and BT-120. What is
// charged, and what is zero-rated, has none (BR-S-10, BR-Z-10).
func (m *making) reason(v VAT, given, label string) (code, text string) {
	switch v.Category {
	case "S", "AA", "Z", "L", "M":
		return "", ""
	}
	given = single(given)
	code = strings.ToUpper(given)
	if !slices.Contains(exemptions, code) || byReason[code] != "" && byReason[code] != v.Category {
		code = reasons[v.Category]
	}
	known, isCode := tax.ReasonText(strings.ToUpper(given))
	switch {
	case m.words.reasons[strings.ToUpper(given)] != "":
		text = m.words.reasons[strings.ToUpper(given)]
	case isCode:
		text = known
	case given != "" && given != code:
		text = given
	case m.words.reasons[code] != "":
		text = m.words.reasons[code]
	default:
		text, _ = tax.ReasonText(code)
	}
	if text == "" {
		text = single(label)
	}
	if m.japan { // its rules know no VATEX
		code = ""
	}
	return code, text
}

// breakdown is BG-23: a row for each category and rate, with the figures of the
// document, which computed each tax once on all of it (R25, BR-CO-17). What the
// amounts of a correction leave open, because the tax of a line changed, is moved
// from row to row by an allowance and a charge.
func (m *making) breakdown() {
	if m.main == nil {
		return
	}
	for _, t := range m.inv.Taxes {
		v := m.vat(billing.Tax{Category: t.Category, Percent: t.Percent, Label: t.Label, Reason: t.Reason})
		row := m.row(v)
		row.Base, row.Amount = row.Base.Add(m.signed(t.Base)), row.Amount.Add(m.signed(t.Amount))
		row.Code, row.Reason = m.reason(v, t.Reason, t.Label)
	}
	for _, v := range m.uses() {
		m.row(v)
	}
	m.settle()
	m.doc.Taxes = slices.DeleteFunc(m.doc.Taxes, func(t Tax) bool {
		return t.Base.IsZero() && t.Amount.IsZero() && !slices.ContainsFunc(m.uses(), t.same)
	})
	for i := range m.doc.Taxes {
		row := &m.doc.Taxes[i]
		m.checkRow(*row)
		if row.Category == "O" && m.rateOfO {
			zero := money.Zero
			row.Rate = &zero
		}
	}
}

// row finds a row of the breakdown, or adds it.
func (m *making) row(v VAT) *Tax {
	at := slices.IndexFunc(m.doc.Taxes, func(t Tax) bool { return t.same(v) })
	if at < 0 {
		at = len(m.doc.Taxes)
		row := Tax{VAT: v}
		for _, t := range m.agreed() {
			if m.vat(t).same(v) {
				row.Code, row.Reason = m.reason(v, t.Reason, t.Label)
				break
			}
		}
		m.doc.Taxes = append(m.doc.Taxes, row)
	}
	return &m.doc.Taxes[at]
}

// uses are the ways in which lines and adjustments are taxed.
func (m *making) uses() (all []VAT) {
	for _, l := range m.doc.Lines {
		all = append(all, l.VAT)
	}
	for _, a := range m.doc.Adjustments {
		all = append(all, a.VAT)
	}
	return all
}

// settle moves to each row what its lines and adjustments lack of its base.
func (m *making) settle() {
	if m.inv.Corrects == nil {
		return
	}
	for _, row := range m.doc.Taxes {
		if lacks := row.Base.Sub(m.taxed(row.VAT)); !lacks.IsZero() {
			m.adjust(lacks, "", m.words.taxedAnew, row.VAT)
		}
	}
}

// taxed is what the lines and adjustments of one way come to.
func (m *making) taxed(v VAT) money.Decimal {
	sum := money.Zero
	for _, l := range m.doc.Lines {
		if l.VAT.same(v) {
			sum = sum.Add(l.Amount)
		}
	}
	for _, a := range m.doc.Adjustments {
		switch {
		case !a.VAT.same(v):
		case a.Charge:
			sum = sum.Add(a.Amount)
		default:
			sum = sum.Sub(a.Amount)
		}
	}
	return sum
}

// checkRow says what the rules do not let through: a base that is not what the
// lines come to, a tax that is not the rate on it, what only another system of tax
// has.
func (m *making) checkRow(row Tax) {
	label := fmt.Sprintf("the tax of category %s", row.Category)
	if row.Rate != nil {
		label += fmt.Sprintf(" and %s%%", row.Rate)
	}
	if sum := m.taxed(row.VAT); !sum.Equal(row.Base) && !m.unclear() {
		m.gap(Gap{
			Term: "BT-116", Field: "billing_groups[].invoice.tax", Rule: "BR-S-08", What: "a tax for each amount",
			Why: fmt.Sprintf("%s is on %s, and what is taxed so comes to %s; name the category of what is free of tax or taxed otherwise under tax", label, row.Base, sum),
		})
	}
	if row.Rate != nil && !m.tolerates(row.Base.Percent(*row.Rate), row.Amount) {
		m.gap(Gap{
			Term: "BT-117", Field: "billing_groups[].invoice.rounding", Rule: "BR-CO-17", What: "a tax that is its rate on its base",
			Why: fmt.Sprintf("%s comes to %s on %s, and the rule allows less than 1 %s of difference", label, row.Amount, row.Base, m.inv.Currency),
		})
	}
	if (row.Category == "S" || row.Category == "AA") && !m.japan {
		if other := otherTaxes[countryOf(m.inv.Seller)]; other != "" {
			m.gap(Gap{
				Term: "BT-118", Field: "reseller.address.country", Rule: "BR-CL-18", What: "a value added tax",
				Why: fmt.Sprintf("EN 16931 knows VAT only, and a seller in %s charges %s", countryOf(m.inv.Seller), other),
			})
		}
	}
}

// unclear tells whether it is said already that the document does not say how
// everything is taxed: bases do not fit then.
func (m *making) unclear() bool {
	return slices.ContainsFunc(m.gaps, func(g Gap) bool { return g.Term == "BT-118" || g.Term == "BT-151" })
}

// tolerates tells whether a tax is near enough to the exact one: by less than a
// unit of the currency (BR-CO-17, BR-S-09), in Japan between the whole numbers
// around it (aligned-ibrp-051-jp).
func (m *making) tolerates(exact, stated money.Decimal) bool {
	if m.japan {
		low, high := exact.Round(0, money.Down), exact.Round(0, money.Up)
		if exact.Sign() < 0 {
			low, high = high, low
		}
		return stated.Cmp(low) >= 0 && stated.Cmp(high) <= 0
	}
	off := exact.Round(maxDigits, money.HalfUp).Sub(stated)
	if off.Sign() < 0 {
		off = off.Neg()
	}
	return off.Cmp(money.FromInt(1)) < 0
}

// taxCurrency states the tax in the seller's own currency, where the law asks for
// it and the document is in another one (BT-6, BT-111), by a rate of the document.
func (m *making) taxCurrency() {
	own := tax.Currency(m.doc.Seller.Address.Country)
	if own == "" || own == m.inv.Currency || m.inv.TaxTotal.IsZero() {
		return
	}
	for _, r := range m.inv.Rates {
		var inOwn money.Decimal
		switch {
		case r.Level != "common":
			continue
		case r.From == m.inv.Currency && r.To == own:
			inOwn = m.doc.Tax.Mul(r.Rate)
		case r.From == own && r.To == m.inv.Currency:
			inOwn = m.doc.Tax.Quo(r.Rate, own.Digits()+6)
		default:
			continue
		}
		inOwn = inOwn.Round(min(own.Digits(), maxDigits), money.HalfUp)
		m.doc.TaxCurrency, m.doc.TaxInTaxCurrency = own, &inOwn
		return
	}
	m.gap(Gap{
		Term: "BT-111", Field: "exchange_rates[]", Rule: "Directive 2006/112/EC, article 230",
		What: fmt.Sprintf("the common rate from %s to %s of the month", m.inv.Currency, own),
		Why:  fmt.Sprintf("the seller reports the tax in %s, so it must be stated in it, too, and the document has no rate between the two", own),
	})
}

// outOfScopeAlone says that what is not subject to tax cannot stand beside
// anything else (BR-O-11 to BR-O-14); in Japan it can.
func (m *making) outOfScopeAlone() {
	outside := slices.ContainsFunc(m.doc.Taxes, func(t Tax) bool { return t.Category == "O" })
	if outside && len(m.doc.Taxes) > 1 && !m.japan {
		m.gap(Gap{
			Term: "BT-118", Field: "billing_groups[].invoice.tax", Rule: "BR-O-11", What: "one treatment: subject to VAT, or not",
			Why: "something on the document is out of scope and something else is not; bill it in a document of its own, or state it as exempt",
		})
	}
}
