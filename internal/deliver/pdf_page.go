package deliver

import (
	"fmt"

	"github.com/sluice-billing/sluice/internal/paper"
)

// pageHead draws the mark of a draft behind the page, and from the second page
// on whose document this is.
func (p *printer) pageHead(number int) {
	if word, _ := p.mark(); word != "" {
		p.watermark(word)
	}
	first := number == 1 || number == 2 && p.layout.Cover
	if first && p.strip && !p.hides("strip") {
		p.fill(0, 0, pageWidth, 6*point, p.accent)
	}
	if first {
		return
	}
	p.textWithin(left, 40*point, p.small, p.inv.Seller.Name, 250*point)
	p.textRight(right, 40*point, p.small, p.name())
	p.rule(left, right, 47*point, p.line)
	p.y = 60 * point
}

// watermark writes a word across the page, as large as it fits.
func (p *printer) watermark(word string) {
	glyphs := p.types.set(word, true)
	size := min(120*point, 470*point*100/max(1, width(glyphs, 100)))
	const x, y = pageWidth / 2, pageHeight / 2
	p.doc.Rotated(x, y, 500, func() {
		p.draw(x-width(glyphs, size)/2, y+size/3, style{size, true, p.faint}, glyphs)
	})
}

const (
	footY     = pageHeight - 34*point // baseline of the footer
	footLines = 2                     // of the layout's own text in it
)

// footHeight is the room of the layout's own footer.
func (p *printer) footHeight() paper.Milli {
	return paper.Milli(min(footLines, len(paragraphs(p.words.Footer)))) * p.small.leading()
}

// footers writes on every page, now that their number is known, the layout's own
// text, the id of the document, the mark of a draft, and the page.
func (p *printer) footers() {
	word, _ := p.mark()
	for number := 1; number <= p.doc.Pages(); number++ {
		p.doc.SetPage(number)
		y := paper.Milli(footY)
		if at, ok := p.footAt[number]; ok {
			y = at
		}
		p.ground(func() { p.footer(number, y, word) })
	}
}

func (p *printer) footer(number int, y paper.Milli, word string) {
	p.rule(left, right, y-13*point, p.line)
	if !p.hides("document-id") {
		p.textWithin(left, y, p.small, p.inv.ID, 220*point)
	}
	p.textCenter(pageWidth/2, y, p.smallBold.in(p.warning), word)
	switch p.layout.PageNumbers {
	case "of-total":
		p.textRight(right, y, p.small, fmt.Sprintf(p.l.page, number, p.doc.Pages()))
	case "plain":
		p.textRight(right, y, p.small, fmt.Sprint(number))
	}
	lines := paragraphs(p.words.Footer)
	lines = lines[:min(footLines, len(lines))]
	y -= 13*point + paper.Milli(len(lines))*p.small.leading()
	for _, text := range lines {
		for _, glyphs := range p.types.lines(text, p.small, right-left, 1) {
			p.draw(pageWidth/2-width(glyphs, p.small.size)/2, y+p.small.baseline()-3*point, p.small, glyphs)
		}
		y += p.small.leading()
	}
}
