package einvoice

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// one is a unit that has no name (UN/ECE Rec. 20).
const one = "C62"

// lines are BG-25, BG-20 and BG-21. What is supplied is a line: each service of an
// account, fees, billing services, shortfalls, items. A fee is not a charge of the
// document, as those are for what comes with a supply (freight), have no name and
// no quantity, and many who read invoices show nothing but their sum. Discounts
// and coupons are allowances of the document; a discount that raises the total is
// a charge. The rules of the invoice (R24, R25) take them off what is taxed as
// usage, whatever they are on, so none spans two categories.
func (m *making) lines() {
	if m.main == nil {
		return
	}
	usage := money.Zero
	for _, account := range m.inv.Accounts {
		for _, line := range account.Lines {
			usage = usage.Add(line.Amount)
			m.usage(account, line)
		}
	}
	for c := range m.inv.Charges() {
		switch of := c.Of.(type) {
		case invoice.Discount:
			m.adjust(m.signed(c.Amount), "95", m.words.discountOf(of), *m.main)
		case invoice.Coupon:
			m.adjust(m.signed(c.Amount), "95", m.words.coupon+" "+single(cmp.Or(of.Label, of.Code)), *m.main)
		case invoice.Item:
			m.item(of)
		default:
			m.charge(c)
		}
	}
	// Where lines are not what is rounded (R20), they do not add up to the total.
	if residue := m.inv.UsageTotal.Sub(usage); !residue.IsZero() {
		m.adjust(m.signed(residue), "", m.words.rounding, *m.main)
	}
	if len(m.doc.Lines) == 0 { // BR-16
		m.line(Line{Name: m.words.usage}, money.Zero, *m.main)
	}
}

// usage is a service of an account, or an applied entry.
func (m *making) usage(account invoice.Account, line invoice.Line) {
	l := Line{Name: single(cmp.Or(line.Service, string(line.Kind))), Object: single(account.Account)}
	for _, a := range []Attribute{{m.words.account, single(account.Name)}, {m.words.provider, single(m.inv.ProviderName(account.Provider))}} {
		if a.Value != "" {
			l.Attributes = append(l.Attributes, a)
		}
	}
	v := m.main
	if line.TaxFree {
		v = m.untaxed()
	}
	m.line(l, line.Amount, *v)
}

// charge is what is billed beside usage.
func (m *making) charge(c invoice.Charge) {
	l := Line{Name: m.words.chargeOf(c), Object: single(c.Account)}
	if s, ok := c.Of.(invoice.Service); ok {
		l.ItemID = single(s.ID)
	}
	if c.First != nil && c.Last != nil {
		l.Description = c.First.String() + " – " + c.Last.String() // not BG-26, which must lie in the month (PEPPOL-EN16931-R110)
	}
	m.line(l, c.Amount, *m.vatOf(c.Tax, c.TaxFree))
}

// item is an additional item. It has its own quantity and price where they come to
// its amount; the rules allow two hundredths of difference (PEPPOL-EN16931-R120).
func (m *making) item(i invoice.Item) {
	l, v := Line{Name: single(cmp.Or(i.Label, m.words.item))}, *m.vatOf(i.Tax, i.TaxFree)
	off := i.UnitPrice.Mul(i.Quantity).Sub(i.Amount)
	if off.Sign() < 0 {
		off = off.Neg()
	}
	if off.Cmp(money.MustParse("0.02")) > 0 {
		l.Note = i.Quantity.String() + " × " + i.UnitPrice.String()
		m.line(l, i.Amount, v)
		return
	}
	l.Quantity, l.Price = m.signed(i.Quantity), i.UnitPrice
	if l.Price.Sign() < 0 {
		l.Quantity, l.Price = l.Quantity.Neg(), l.Price.Neg()
	}
	m.add(l, m.signed(i.Amount), v)
}

// line adds one of something. What lowers the total is −1 of it, as a price cannot
// be negative (BR-27).
func (m *making) line(l Line, amount money.Decimal, v VAT) {
	amount = m.signed(amount)
	l.Quantity, l.Price = money.FromInt(1), amount
	if amount.Sign() < 0 {
		l.Quantity, l.Price = money.FromInt(-1), amount.Neg()
	}
	m.add(l, amount, v)
}

func (m *making) add(l Line, amount money.Decimal, v VAT) {
	l.ID, l.Unit, l.Amount, l.VAT = fmt.Sprint(len(m.doc.Lines)+1), one, amount, v
	m.doc.Lines = append(m.doc.Lines, l)
}

// adjust adds an allowance of the document where the amount is negative, else a
// charge; nothing where it is 0. The code is for allowances.
func (m *making) adjust(amount money.Decimal, code, reason string, v VAT) {
	switch a := (Adjustment{Charge: true, Amount: amount, Reason: strings.TrimSpace(reason), VAT: v}); amount.Sign() {
	case 1:
		m.doc.Adjustments = append(m.doc.Adjustments, a)
	case -1:
		a.Charge, a.Amount, a.Code = false, amount.Neg(), code
		m.doc.Adjustments = append(m.doc.Adjustments, a)
	}
}

// vatOf is how something is taxed that may name a category.
func (m *making) vatOf(category string, free bool) *VAT {
	if free {
		return m.untaxed()
	}
	if v, ok := m.named[category]; ok {
		return &v
	}
	return m.main
}

// untaxed is how tax-free amounts are stated. The document says it by a tax that
// is not charged.
func (m *making) untaxed() *VAT {
	if m.free != nil {
		return m.free
	}
	m.gap(Gap{
		Term: "BT-151", Field: "billing_groups[].invoice.tax", Rule: "BR-CO-04", What: "why tax-free amounts are free of tax",
		Why: "a line or item is free of tax, and no tax says under which category; declare one of the category exempt with its reason",
	})
	return m.main
}

// totals are BT-106 to BT-115, with the figures of the document. What is prepaid is
// paid by the balance (BT-113); of a credit note it is what goes to the balance.
func (m *making) totals() {
	d, inv := &m.doc, m.inv
	for _, l := range d.Lines {
		d.LineTotal = d.LineTotal.Add(l.Amount)
	}
	for _, a := range d.Adjustments {
		if a.Charge {
			d.Charges = d.Charges.Add(a.Amount)
		} else {
			d.Allowances = d.Allowances.Add(a.Amount)
		}
	}
	d.WithoutTax, d.Tax, d.WithTax = m.signed(inv.BeforeTax), m.signed(inv.TaxTotal), m.signed(inv.Total)
	d.Prepaid, d.Payable = m.signed(inv.PrepaidUsed.Sub(inv.Carried)), m.signed(inv.Payable)
	d.Rounding = d.Payable.Sub(d.WithTax.Sub(d.Prepaid))
	if sum := d.LineTotal.Sub(d.Allowances).Add(d.Charges); m.main != nil && !sum.Equal(d.WithoutTax) {
		m.gap(Gap{
			Term: "BT-109", Field: "billing_groups[].invoice", Rule: "BR-CO-13", What: "lines that come to the total",
			Why: fmt.Sprintf("lines, allowances and charges come to %s, and the document says %s", sum, d.WithoutTax),
		})
	}
	m.outOfScopeAlone()
	m.digits()
}

// digits says that amounts have more digits than e-invoices take.
func (m *making) digits() {
	d, most := m.doc, int32(maxDigits)
	if m.japan {
		most = min(most, d.Currency.Digits())
	}
	amounts := []money.Decimal{d.LineTotal, d.Allowances, d.Charges, d.WithoutTax, d.Tax, d.WithTax, d.Prepaid, d.Payable}
	for _, l := range d.Lines {
		amounts = append(amounts, l.Amount)
	}
	for _, a := range d.Adjustments {
		amounts = append(amounts, a.Amount)
	}
	for _, t := range d.Taxes {
		amounts = append(amounts, t.Base, t.Amount)
	}
	for _, n := range amounts {
		if n.Scale() > most {
			m.gap(Gap{
				Term: "BT-131", Field: "billing_groups[].invoice.rounding.digits", Rule: "BR-DEC-23",
				What: fmt.Sprintf("amounts of %d digits after the point at most", most),
				Why:  fmt.Sprintf("the document has amounts such as %s; round to %d digits", n, most),
			})
			return
		}
	}
}
