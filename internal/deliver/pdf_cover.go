package deliver

import (
	"strconv"

	"github.com/sluice-billing/sluice/internal/paper"
)

// entryOfContents is a part of the document and the page it begins on.
type entryOfContents struct {
	title string
	page  int
}

const mostContents = 22 // lines of contents on a cover

// cover draws the first page, now that it is known where everything is: what the
// document is, for whom, what it comes to, and its parts.
func (p *printer) cover() {
	p.doc.SetPage(1)
	const field = 270 * point
	p.fill(0, 0, pageWidth, field, p.accent)
	logoLower := paper.Milli(64 * point)
	kind, name := p.style(34*point, p.white).strong(), p.style(12*point, p.white)
	p.within(paper.H1, func() { p.text(left, 150*point, kind, p.kind()) })
	p.within(paper.P, func() {
		p.textWithin(left, logoLower, p.style(13*point, p.white).strong(), p.inv.Seller.Name, right-left)
	})
	y := paper.Milli(176 * point)
	for _, text := range filled(p.inv.Title, p.inv.Number, p.l.days(p.inv.Period)) {
		p.within(paper.P, func() { p.textWithin(left, y, name, text, right-left) })
		y += name.leading() + 2*point
	}
	if word, _ := p.mark(); word != "" {
		p.tag(130*point, right)
	}

	p.y = field + 34*point
	lower := p.buyer(left, p.y, 250*point)
	amount := p.style(18*point, p.accent).strong()
	p.within(paper.P, func() {
		p.text(324*point, p.y+p.small.size, p.smallBold, p.payableLabel())
		p.text(324*point, p.y+30*point, amount, p.withCurrency(p.payable()))
		if p.isDue() {
			p.text(324*point, p.y+46*point, p.second, p.l.due+" "+p.l.day(*p.inv.DueDate))
		}
	})
	p.y = max(lower, p.y+56*point) + 34*point
	p.tableOfContents()
}

func (p *printer) tableOfContents() {
	heading := p.style(11*point, p.ink).strong()
	p.within(paper.H2, func() { p.text(left, p.y+heading.size, heading, p.l.contents) })
	p.y += heading.leading() + 6*point
	p.rule(left, right, p.y, p.line)
	p.y += 6 * point
	step := p.body.leading() + 4*point
	for _, e := range p.listed(int((p.floor - p.y) / step)) {
		p.within(paper.P, func() {
			page := strconv.Itoa(e.page)
			p.textWithin(left, p.y+p.body.baseline(), p.body, e.title, right-left-60*point)
			p.textRight(right, p.y+p.body.baseline(), p.body.in(p.grey), page)
		})
		p.y += step
	}
}

// listed are the contents that fit: where there are too many, one in so many of
// them, so that each page is found near one.
func (p *printer) listed(most int) []entryOfContents {
	most = min(most, mostContents)
	if len(p.contents) <= most || most <= 0 {
		return p.contents[:min(len(p.contents), max(most, 0))]
	}
	step := (len(p.contents) + most - 1) / most
	var listed []entryOfContents
	for i := 0; i < len(p.contents); i += step {
		listed = append(listed, p.contents[i])
	}
	return listed
}
