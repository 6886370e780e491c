package deliver

import (
	"fmt"

	"github.com/sluice-billing/sluice/internal/paper"
	"github.com/sluice-billing/sluice/internal/statement"
)

// remarks draws the layout's own words below the totals.
func (p *printer) remarks() { p.section("", paragraphs(p.words.Remarks)) }

// note draws the note of the settings.
func (p *printer) note() { p.section(p.l.note, paragraphs(p.inv.Note)) }

// rates draws the exchange rates that were used (R19).
func (p *printer) rates() { p.section(p.l.rates, p.rateLines()) }

// rounding draws how the document was rounded (R20).
func (p *printer) rounding() { p.section(p.l.rounding, p.roundingLines()) }

// pricing draws what is to be known about the prices.
func (p *printer) pricing() { p.section(p.l.pricing, p.pricingLines()) }

// section draws a small heading and its lines, on one page if they fit on a
// page at all; the heading stays with the first line.
func (p *printer) section(heading string, texts []string) {
	st := p.style(8*point, p.grey)
	indent := paper.Milli(left + 110*point)
	if heading == "" {
		indent, st = left, p.second
	}
	var lines [][]glyph
	for _, text := range texts {
		set := wrap(p.types.set(text, st.bold), st.size, right-indent)
		if len(set) == 0 {
			set = [][]glyph{nil} // an empty line between paragraphs
		}
		lines = append(lines, set...)
	}
	if len(lines) == 0 {
		return
	}
	p.y += 9 * point
	if height := paper.Milli(len(lines)) * st.leading(); height <= p.floor-top-10*point {
		p.need(height)
	}
	if heading != "" {
		p.need(st.leading())
		p.within(paper.H2, func() {
			p.textWithin(left, p.y+st.baseline(), st.strong().in(p.ink), heading, 100*point)
		})
	}
	p.within(paper.P, func() {
		for _, glyphs := range lines {
			p.need(st.leading())
			p.draw(indent, p.y+st.baseline(), st, glyphs)
			p.y += st.leading()
		}
	})
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
			line = fmt.Sprintf(p.l.asApplied, p.inv.ProviderName(note.Args[0]))
		case note.Code == statement.CommitmentsByDay:
			line = p.l.byDay
		case note.Code == statement.TiersAlone:
			line = p.l.tiersAlone
		}
		lines = append(lines, line)
	}
	return lines
}
