package deliver

import (
	"fmt"
	"strings"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/paper"
	"github.com/sluice-billing/sluice/internal/tax"
)

// The totals stand in the right part of the page.
const (
	totalsLeft  = 250 * point
	detailLines = 3 // of a detail, before it is clipped
	labelLines  = 2 // of a label
)

func (p *printer) totalsRow() paper.Milli   { return p.style(15*point, p.ink).size }
func (p *printer) payableBand() paper.Milli { return p.style(32*point, p.ink).size }
func (p *printer) detailRow() paper.Milli   { return p.small.leading() }

// sumLine is a line of the totals. Its details stand small below it. A strong
// line is a sum with a rule above it; one within is grey, because the sum above
// it, or those around it, count it already.
type sumLine struct {
	label, value   string
	details        []string
	strong, within bool
}

// setLine is a sum line in glyphs, broken to the room it has.
type setLine struct {
	label, details [][]glyph
	value          []glyph
	style          style
	strong         bool
}

func (p *printer) setLine(line sumLine) setLine {
	set := setLine{style: p.body, strong: line.strong}
	switch {
	case line.strong:
		set.style = p.body.strong()
	case line.within:
		set.style = p.body.in(p.grey)
	}
	set.value = p.types.set(line.value, set.style.bold)
	room := inRight - totalsLeft - 16*point - width(set.value, set.style.size)
	set.label = p.types.lines(line.label, set.style, max(room, 60*point), labelLines)
	for _, detail := range line.details {
		set.details = append(set.details, p.types.lines(detail, p.small, max(room, 60*point)-8*point, detailLines)...)
	}
	return set
}

func (p *printer) lineHeight(l setLine) paper.Milli {
	height := p.totalsRow() + paper.Milli(max(0, len(l.label)-1))*p.body.leading() + paper.Milli(len(l.details))*p.detailRow()
	if l.strong {
		height += 4 * point
	}
	if len(l.details) > 0 {
		height += 1500
	}
	return height
}

// totals draws the way from usage to the payable amount, on one page if it
// fits on a page at all.
func (p *printer) totals() {
	gap := p.gap // below what stands above, but not at the top of a page
	var lines []setLine
	height := gap + p.payableBand()
	for _, line := range p.sumLines() {
		lines = append(lines, p.setLine(line))
		height += p.lineHeight(lines[len(lines)-1])
	}
	page := p.doc.Pages()
	if height <= p.floor-top-10*point {
		p.need(height)
	}
	if p.doc.Pages() == page {
		p.y += gap
	}
	page, upper := p.doc.Pages(), p.y
	p.contents = append(p.contents, entryOfContents{p.l.totals, p.doc.Pages()})
	p.within(paper.Table, func() {
		for i, line := range lines {
			room := p.lineHeight(line)
			if i == len(lines)-1 {
				room += p.payableBand()
			}
			p.need(room)
			p.within(paper.TR, func() { p.drawLine(line) })
		}
		p.y += 4 * point
		p.within(paper.TR, p.drawPayable)
	}, paper.Summary(p.l.totals))
	p.y += p.payableBand()
	if p.doc.Pages() == page {
		p.beside = field{page, upper, p.y - 4*point}
	}
}

// field is the part of a page beside the totals.
type field struct {
	page         int
	upper, lower paper.Milli
}

// drawPayable draws the last line of the totals, in a band.
func (p *printer) drawPayable() {
	band := p.payableBand() - 4*point
	p.fill(totalsLeft, p.y, right-totalsLeft, band, p.accent)
	amount, label := p.style(12*point, p.white).strong(), p.style(10*point, p.white).strong()
	glyphs := p.types.set(p.withCurrency(p.payable()), amount.bold)
	x := inRight - 2*point - width(glyphs, amount.size)
	p.within(paper.TH, func() {
		p.textWithin(totalsLeft+8*point, p.y+band/2+label.size*36/100, label, p.payableLabel(), x-totalsLeft-18*point)
	}, paper.ScopeRow)
	p.within(paper.TD, func() { p.draw(x, p.y+band/2+amount.size*36/100, amount, glyphs) })
}

func (p *printer) drawLine(line setLine) {
	lower := p.y + p.lineHeight(line)
	if line.strong {
		p.rule(totalsLeft, right, p.y+point, p.line)
		p.y += 4 * point
	}
	first := p.y + p.style(11*point, p.ink).size
	p.within(paper.TH, func() {
		baseline := first
		for i, glyphs := range line.label {
			if i > 0 {
				baseline += p.body.leading()
			}
			p.draw(totalsLeft+8*point, baseline, line.style, glyphs)
		}
		for _, glyphs := range line.details {
			baseline += p.detailRow()
			p.draw(totalsLeft+16*point, baseline, p.small, glyphs)
		}
	}, paper.ScopeRow)
	p.within(paper.TD, func() { p.draw(inRight-2*point-width(line.value, line.style.size), first, line.style, line.value) })
	p.y = lower
}

// sumLines are the totals in the order of section E of the rules. What is 0 is
// left out; the rest adds up from line to line.
func (p *printer) sumLines() []sumLine {
	lines := []sumLine{{label: p.l.usage, value: p.money(p.inv.UsageTotal)}}
	lines = append(lines, p.feeLines()...)
	if !p.inv.Subtotal.Equal(p.inv.UsageTotal) && !p.hides("subtotal") {
		lines = append(lines, sumLine{label: p.l.subtotal, value: p.money(p.inv.Subtotal), strong: true})
	}
	if discounts := p.discountLines(); len(discounts) > 0 {
		lines = append(lines, discounts...)
		if !p.hides("after-discount") {
			lines = append(lines, sumLine{label: p.l.afterDiscount, value: p.money(p.inv.AfterDiscount), strong: true})
		}
	}
	lines = append(lines, p.chargeLines()...)
	lines = append(lines, sumLine{label: p.l.beforeTax, value: p.money(p.inv.BeforeTax), strong: true})
	if !p.inv.TaxFree.IsZero() {
		lines = append(lines, sumLine{label: p.ofWhich(p.taxFreeMark()), value: p.money(p.inv.TaxFree), within: true})
	}
	if p.inv.TaxInclusive {
		lines = append(lines, sumLine{label: p.l.totalWithTax, value: p.money(p.inv.Total), strong: true})
		lines = append(lines, p.taxLines()...)
	} else {
		lines = append(lines, p.taxLines()...)
		lines = append(lines, sumLine{label: p.l.grandTotal, value: p.money(p.inv.Total), strong: true})
	}
	return append(lines, p.prepaidLines()...)
}

// ofWhich says of something that the sum above has it within.
func (p *printer) ofWhich(label string) string { return sentence(fmt.Sprintf(p.l.within, label)) }

// discountLines are the discounts, and the surcharges, which are negative ones
// (R24).
func (p *printer) discountLines() (lines []sumLine) {
	for _, d := range p.inv.Discounts {
		if d.Amount.IsZero() && !p.layout.ZeroDiscount {
			continue
		}
		line := sumLine{label: p.discountLabel(d), value: p.money(d.Amount.Neg())}
		if p.hides("discount-details") {
			lines = append(lines, line)
			continue
		}
		if len(d.Services) > 0 {
			line.details = append(line.details, p.serviceNames(d.Services))
		}
		if len(d.Accounts) > 0 {
			names := make([]string, len(d.Accounts))
			for i, id := range d.Accounts {
				names[i] = p.accountName(id)
			}
			line.details = append(line.details, strings.Join(names, ", "))
		}
		lines = append(lines, line)
	}
	return lines
}

func (p *printer) discountLabel(d invoice.Discount) string {
	discount, surcharge := p.l.discountOnUsage, p.l.surchargeOnUsage
	switch d.Base {
	case "usage+support":
		discount, surcharge = p.l.discountOnUsageAndSupport, p.l.surchargeOnUsageAndSupport
	case "subtotal":
		discount, surcharge = p.l.discountOnSubtotal, p.l.surchargeOnSubtotal
	}
	if d.Percent.Sign() < 0 {
		return fmt.Sprintf(surcharge, p.l.percentage(d.Percent.Neg()))
	}
	return fmt.Sprintf(discount, p.l.percentage(d.Percent))
}

// chargeLines are the charges after the discount, a line for each; one for all
// additional items, which have a table of their own.
func (p *printer) chargeLines() (lines []sumLine) {
	itemised := false
	for c := range p.inv.Charges() {
		switch of := c.Of.(type) {
		case invoice.Fee, invoice.Discount: // stand above
			continue
		case invoice.Item:
			if !itemised {
				lines = append(lines, sumLine{label: p.l.items, value: p.money(additional(p.inv))})
			}
			itemised = true
			continue
		case invoice.Shortfall:
			line := p.chargeLine(c)
			line.details = []string{fmt.Sprintf(p.l.promised, p.money(of.Promised), p.money(of.Counted))}
			lines = appendUnlessZero(lines, c, line)
		case invoice.Coupon:
			lines = appendUnlessZero(lines, c, p.couponLine(of))
		default:
			lines = appendUnlessZero(lines, c, p.chargeLine(c))
		}
	}
	return lines
}

func appendUnlessZero(lines []sumLine, c invoice.Charge, line sumLine) []sumLine {
	if c.Amount.IsZero() {
		return lines
	}
	return append(lines, line)
}

// chargeLine is a charge with the account and the months it is for, and how it is
// taxed.
func (p *printer) chargeLine(c invoice.Charge) sumLine {
	line := sumLine{label: p.chargeName(c), value: p.money(c.Amount)}
	if c.First != nil && c.Last != nil {
		line.details = append(line.details, p.l.day(c.First.FirstDay())+" – "+p.l.day(c.Last.LastDay()))
	}
	if c.Account != "" {
		line.details = append(line.details, p.accountName(c.Account))
	}
	switch {
	case c.TaxFree:
		line.details = append(line.details, p.taxFreeMark())
	case c.Tax != "":
		line.details = append(line.details, p.categoryMark(c.Tax))
	}
	return line
}

// chargeName is the label of a charge, else what it is called in the document's
// language, else in English.
func (p *printer) chargeName(c invoice.Charge) string {
	if c.Label == "" && p.l.charges[c.Kind] != "" {
		return p.l.charges[c.Kind]
	}
	return c.Name()
}

func (p *printer) couponLine(c invoice.Coupon) sumLine {
	name := fmt.Sprintf(p.l.coupon, c.Code)
	if c.Percent != nil {
		name += ", " + p.l.percentage(*c.Percent)
	}
	if c.Label == "" {
		return sumLine{label: name, value: p.money(c.Amount)}
	}
	return sumLine{label: c.Label, value: p.money(c.Amount), details: []string{name}}
}

// taxLines are the taxes with what they are on, and why one is not charged
// (R25); where the total is printed tax in, they are parts of it.
func (p *printer) taxLines() (lines []sumLine) {
	of := func(label string) string {
		if p.inv.TaxInclusive {
			label = p.ofWhich(label)
		}
		return label
	}
	for _, tax := range p.inv.Taxes {
		if tax.Base.IsZero() && tax.Amount.IsZero() {
			continue
		}
		line := sumLine{label: of(p.taxLabel(tax)), value: p.money(tax.Amount), within: p.inv.TaxInclusive}
		if tax.Reason != "" {
			line.details = []string{p.reason(tax.Reason)}
		}
		lines = append(lines, line)
	}
	if len(lines) > 1 {
		lines = append(lines, sumLine{label: of(p.l.taxTotal), value: p.money(p.inv.TaxTotal), within: true})
	}
	return lines
}

// taxLabel names a tax, its rate and what it is on. One that is not charged has
// no rate.
func (p *printer) taxLabel(tax invoice.Tax) string {
	name, base := tax.Label, p.money(tax.Base)
	if own, known := p.l.taxes[name]; known {
		name = own
	}
	switch tax.Category {
	case "exempt", "reverse-charge", "out-of-scope":
		if name == "" || !p.l.isEnglish() && isRegimeLabel(name) {
			name = sentence(p.l.categories[tax.Category])
		}
		return fmt.Sprintf(p.l.taxOnNothing, name, base)
	}
	if name == "" {
		name = p.l.tax
	}
	return fmt.Sprintf(p.l.taxOn, name, p.l.percentage(tax.Percent), base)
}

// isRegimeLabel tells whether a label is one of those that come with Sluice for
// taxes that are not charged. They are in English.
func isRegimeLabel(label string) bool {
	return label == "Reverse charge" || strings.HasPrefix(label, "Outside the scope of ")
}

// reason says why a tax is not charged: in the reader's language with the code,
// in English for codes that are seldom used, else as the settings have it.
func (p *printer) reason(code string) string {
	text, known := p.l.reasons[code]
	if !known {
		text, known = tax.ReasonText(code)
	}
	if known {
		return text + " (" + code + ")"
	}
	return code
}

// prepaidLines are what the group's balance pays, and what goes to it (E.11).
func (p *printer) prepaidLines() (lines []sumLine) {
	inv := p.inv
	add := func(label, value string) {
		line := sumLine{label: label, value: value}
		if inv.PrepaidBalance != nil {
			after := inv.PrepaidBalance.Sub(inv.PrepaidUsed).Add(inv.Carried)
			line.details = []string{sentence(fmt.Sprintf(p.l.balance, p.money(*inv.PrepaidBalance), p.money(after)))}
		}
		lines = append(lines, line)
	}
	if !inv.PrepaidUsed.IsZero() {
		add(p.l.prepaid, p.money(inv.PrepaidUsed.Neg()))
	}
	if !inv.Carried.IsZero() {
		add(p.l.carried, p.money(inv.Carried))
	}
	return lines
}
