package deliver

import (
	"fmt"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/statement"
)

// notes draws how to pay, where something is to be paid at all, the note, the
// exchange rates, the rounding and what is to be known about the prices.
func (p *printer) notes() {
	p.y += 12
	if p.inv.Document != invoice.DocumentCreditNote {
		p.section(p.l.payment, p.inv.Payment)
	}
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

// pricingLines say the notes on prices. One that a newer version wrote is shown
// by its code.
func (p *printer) pricingLines() []string {
	var lines []string
	for _, note := range p.inv.Notes {
		line := note.Code
		switch {
		case note.Code == statement.CommitmentsAsApplied && len(note.Args) == 1:
			line = fmt.Sprintf(p.l.asApplied, providerName(note.Args[0]))
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
