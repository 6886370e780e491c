package deliver

import (
	"github.com/sluice-billing/sluice/internal/paper"
)

// classicHead draws the title in the middle, the buyer on the left and the seller
// with its seal on the right.
func (p *printer) classicHead() {
	y := p.logo(top, "left")
	y = max(y, p.logo(top, "right"), p.logo(top, "centre"))
	title := p.style(19*point, p.ink).strong()
	p.within(paper.H1, func() { p.textCenter(pageWidth/2, y+title.size, title, spaced(p.kind())) })
	y += title.size * 145 / 100
	half := max(70*point, p.types.widthOf(spaced(p.kind()), title)/2+24*point)
	p.ground(func() {
		p.doc.Line(pageWidth/2-half, y, pageWidth/2+half, y, 1200, p.accent, false)
		p.doc.Line(pageWidth/2-half, y+2400, pageWidth/2+half, y+2400, 500, p.accent, false)
	})
	y += 8 * point
	if qualified := p.qualified(); qualified != "" {
		p.within(paper.P, func() { p.textCenter(pageWidth/2, y+10*point, p.style(9500, p.ink), qualified) })
		y += 14 * point
	}
	y = p.tag(y, right)
	y += 12 * point

	const sellerX, buyerRoom = 340 * point, 250 * point
	factsLower := p.facts(sellerX, y)
	lower := p.buyerBlock(y, buyerRoom)
	upper := factsLower + 12*point
	name := p.style(11*point, p.ink).strong()
	stamp := min(p.stamp(upper, right), 90*point)
	var sellerLower paper.Milli
	p.within(paper.P, func() { sellerLower = p.block(sellerX, upper, name, p.inv.Seller.Name, right-sellerX, 2) + 3*point })
	sellerLower = p.address(sellerX, sellerLower, p.inv.Seller, right-sellerX-stamp, p.hides("seller-contact"))
	p.y = max(lower, sellerLower) + 18*point
}

// buyerBlock draws the buyer's name over a rule, and its address.
func (p *printer) buyerBlock(y, room paper.Milli) paper.Milli {
	name := p.style(13*point, p.ink).strong()
	p.within(paper.P, func() { y = p.block(left, y, name, p.buyerName(), room, 3) + 2*point })
	p.rule(left, left+room, y, p.ink)
	return p.address(left, y+6*point, p.inv.Buyer, room, p.hides("buyer-contact"))
}

// spaced writes a short East Asian title with room between its characters.
func spaced(title string) string {
	runes := []rune(title)
	if len(runes) > 4 {
		return title
	}
	for _, r := range runes {
		if !isEastAsian(r) {
			return title
		}
	}
	text := ""
	for i, r := range runes {
		if i > 0 {
			text += "\u3000"
		}
		text += string(r)
	}
	return text
}
