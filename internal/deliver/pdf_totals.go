package deliver

import (
	"cmp"
	"fmt"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/statement"
)

// The totals stand in the right part of the page.
const (
	totalsLeft  = 270.0
	totalsRow   = 15.0
	payableBand = 30.0
	reasonRow   = 11.0
)

// sumLine is a line of the totals; reason stands small below it, and a strong
// line has a rule above it.
type sumLine struct {
	label, value, reason string
	strong               bool
}

func (l sumLine) height() float64 {
	height := totalsRow
	if l.strong {
		height += 4
	}
	if l.reason != "" {
		height += reasonRow
	}
	return height
}

// totals draws the way from usage to the payable amount, on one page if it
// fits on a page at all.
func (p *printer) totals() {
	lines := p.sumLines()
	height := 16 + payableBand
	for _, line := range lines {
		height += line.height()
	}
	if height <= bottom-top {
		p.need(height)
	}
	p.y += 16
	for i, line := range lines {
		room := line.height()
		if i == len(lines)-1 {
			room += payableBand
		}
		p.need(room)
		p.sumLine(line)
	}
	p.y += 4
	p.fill(totalsLeft, p.y, right-totalsLeft, payableBand-4, accent)
	amount := style{12, true, white}
	glyphs := p.types.set(p.withCurrency(p.payable()), amount.bold)
	x := inRight - width(glyphs, amount.size)
	p.textWithin(totalsLeft+6, p.y+17, style{10, true, white}, p.payableLabel(), x-totalsLeft-16)
	p.draw(x, p.y+17.5, amount, glyphs)
	p.y += payableBand
}

// sumLines are the totals in the order of section E of the rules.
func (p *printer) sumLines() []sumLine {
	inv, l := p.inv, p.l
	lines := []sumLine{{label: l.usage, value: p.money(inv.UsageTotal)}}
	if !inv.Subtotal.Equal(inv.UsageTotal) {
		lines = append(lines, sumLine{label: l.subtotal, value: p.money(inv.Subtotal)})
	}
	if d := inv.Discount; d != nil {
		label := l.discountOnAll
		if d.Base == "usage" {
			label = l.discountOnUsage
		}
		lines = append(lines,
			sumLine{label: fmt.Sprintf(label, l.percentage(d.Percent)), value: p.money(d.Amount.Neg())},
			sumLine{label: l.afterDiscount, value: p.money(inv.AfterDiscount)})
	}
	if len(inv.AdditionalItems) > 0 {
		lines = append(lines, sumLine{label: l.items, value: p.money(additional(inv))})
	}
	lines = append(lines, sumLine{label: l.beforeTax, value: p.money(inv.BeforeTax), strong: true})
	if !inv.TaxFree.IsZero() {
		lines = append(lines, sumLine{label: l.taxFree, value: p.money(inv.TaxFree)})
	}
	for _, tax := range inv.Taxes {
		lines = append(lines, p.taxLine(tax))
	}
	if len(inv.Taxes) > 1 {
		lines = append(lines, sumLine{label: l.taxTotal, value: p.money(inv.TaxTotal)})
	}
	return append(lines, sumLine{label: l.grandTotal, value: p.money(inv.Total), strong: true})
}

func (p *printer) taxLine(tax invoice.Tax) sumLine {
	label := tax.Label
	if label == "" {
		label = p.l.tax
	}
	return sumLine{
		label:  fmt.Sprintf(p.l.taxOn, label, p.l.percentage(tax.Percent), p.money(tax.Base)),
		value:  p.money(tax.Amount),
		reason: tax.Reason,
	}
}

func (p *printer) sumLine(line sumLine) {
	st := body
	if line.strong {
		st = st.strong()
		p.rule(totalsLeft, right, p.y+1)
		p.y += 4
	}
	value := p.types.set(line.value, st.bold)
	room := inRight - totalsLeft - 6 - width(value, st.size) - 10
	p.textWithin(totalsLeft+6, p.y+11, st, line.label, room)
	p.draw(inRight-width(value, st.size), p.y+11, st, value)
	if line.reason != "" {
		p.textWithin(totalsLeft+6, p.y+11+reasonRow, small, line.reason, inRight-totalsLeft-6)
		p.y += reasonRow
	}
	p.y += totalsRow
}

// notes draws how to pay, the note, the exchange rates, the rounding and what
// is to be known about the prices.
func (p *printer) notes() {
	p.y += 12
	p.section(p.l.payment, p.inv.Payment)
	if p.inv.Note != "" {
		p.section(p.l.note, paragraphs(p.inv.Note))
	}
	p.section(p.l.rates, p.rateLines())
	p.section(p.l.rounding, p.roundingLines())
	p.section(p.l.pricing, p.pricingLines())
}

// section draws a small heading and its lines, on one page if they fit on a
// page at all; the heading stays with the first line.
func (p *printer) section(heading string, texts []string) {
	st := style{8, false, grey}
	const indent = left + 110
	var lines [][]glyph
	for _, text := range texts {
		lines = append(lines, wrap(p.types.set(text, st.bold), st.size, right-indent)...)
	}
	if len(lines) == 0 {
		return
	}
	p.y += 8
	if height := float64(len(lines)) * st.leading(); height <= bottom-top {
		p.need(height)
	}
	for i, glyphs := range lines {
		p.need(st.leading())
		if i == 0 {
			p.textWithin(left, p.y+st.size, style{8, true, ink}, heading, 100)
		}
		p.draw(indent, p.y+st.size, st, glyphs)
		p.y += st.leading()
	}
}

func (p *printer) rateLines() []string {
	var lines []string
	for _, rate := range p.inv.Rates {
		level := p.l.commonRate
		switch rate.Level {
		case "payer":
			level = fmt.Sprintf(p.l.payerRate, rate.Payer)
		case "group":
			level = p.l.groupRate
		}
		lines = append(lines, fmt.Sprintf("1 %s = %s %s (%s)", rate.From, p.l.exact(rate.Rate), rate.To, level))
	}
	return lines
}

// roundingLines say how the document was rounded (R20) and how far it is from
// the exact sum.
func (p *printer) roundingLines() []string {
	rule := p.l.perService
	switch p.inv.Rounding.Point {
	case "account":
		rule = p.l.perAccount
	case "invoice":
		rule = p.l.perInvoice
	}
	lines := []string{fmt.Sprintf(rule, p.l.modes[p.inv.Rounding.Mode])}
	if !p.inv.UsageResidue.IsZero() {
		lines = append(lines, fmt.Sprintf(p.l.residue, p.l.exact(p.inv.UsageResidue), p.inv.Currency))
	}
	return lines
}

// providerNames are what providers call themselves, in every language.
var providerNames = map[string]string{"aws": "AWS", "azure": "Microsoft Azure", "gcp": "Google Cloud", "oci": "Oracle Cloud"}

// pricingLines say the notes on prices. One that a newer version wrote is shown
// by its code.
func (p *printer) pricingLines() []string {
	var lines []string
	for _, note := range p.inv.Notes {
		line := note.Code
		switch {
		case note.Code == statement.CommitmentsAsApplied && len(note.Args) == 1:
			line = fmt.Sprintf(p.l.asApplied, cmp.Or(providerNames[note.Args[0]], note.Args[0]))
		case note.Code == statement.CommitmentsByDay:
			line = p.l.byDay
		case note.Code == statement.TiersAlone:
			line = p.l.tiersAlone
		}
		lines = append(lines, line)
	}
	return lines
}

// footers writes on every page, now that their number is known, the id of the
// document, the mark of a draft, and the page.
func (p *printer) footers() {
	word, _ := p.mark()
	const y = pageHeight - 34
	for number := 1; number <= p.pages; number++ {
		p.keep(p.pdf.SetPage(number))
		p.rule(left, right, y-13)
		p.textWithin(left, y, small, p.inv.ID, 220)
		p.textCenter(pageWidth/2, y, smallBold.in(warning), word)
		p.textRight(right, y, small, fmt.Sprintf(p.l.page, number, p.pages))
	}
}
