package deliver

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/paper"
)

// modernHead draws the seller on the left and the kind of document on the right,
// below them the buyer and what identifies the document.
func (p *printer) modernHead() {
	const room = 270 * point
	leftY, rightY := p.logo(top, "left"), p.logo(top, "right")
	if y := p.logo(max(leftY, rightY), "centre"); y > max(leftY, rightY) {
		leftY, rightY = y, y
	}
	upper := leftY
	titleLower := p.title(rightY)
	stamp := p.stamp(upper, left+room)
	y := p.sellerName(left, leftY, room)
	y = p.address(left, y, p.inv.Seller, room-stamp, p.hides("seller-contact"))
	p.y = max(y, titleLower) + 22*point

	p.rule(left, right, p.y-11*point, p.line)
	lower := p.buyer(left, p.y, 250*point)
	p.y = max(lower, p.facts(324*point, p.y)) + 14*point
}

// title draws the kind of document on the right and returns the lower edge.
func (p *printer) title(y paper.Milli) paper.Milli {
	title := p.style(24*point, p.accent).strong()
	p.within(paper.H1, func() { p.textRight(right, y+title.size*3/4, title, p.kind()) })
	y += title.size * 115 / 100
	if qualified := p.qualified(); qualified != "" {
		p.within(paper.P, func() { p.textRight(right, y+9*point, p.style(10*point, p.accent).strong(), qualified) })
		y += 16 * point
	}
	return p.tag(y, right)
}

// tag draws the mark of a draft as a small field that ends at x.
func (p *printer) tag(y, x paper.Milli) paper.Milli {
	word, _ := p.mark()
	if word == "" {
		return y
	}
	st := p.style(9*point, p.white).strong()
	w := p.types.widthOf(word, st) + 14*point
	p.fill(x-w, y+2*point, w, 16*point, p.warning)
	p.within(paper.P, func() { p.textRight(x-7*point, y+13300, st, word) })
	return y + 20*point
}

func (p *printer) sellerStyle() style { return p.style(13*point, p.ink).strong() }

func (p *printer) sellerName(x, y, room paper.Milli) paper.Milli {
	p.within(paper.P, func() { y = p.block(x, y, p.sellerStyle(), p.inv.Seller.Name, room, 2) + 3*point })
	return y
}

// address draws what a party has below its name and returns the lower edge.
func (p *printer) address(x, y paper.Milli, party invoice.Party, limit paper.Milli, withoutContact bool) paper.Milli {
	p.within(paper.P, func() {
		for _, text := range p.addressLines(party, withoutContact) {
			y = p.block(x, y, p.second, text, limit, 2)
		}
	})
	return y
}

func (p *printer) addressLines(party invoice.Party, withoutContact bool) []string {
	lines := append([]string{}, party.Address...)
	if party.TaxRegistration != "" {
		lines = append(lines, p.l.registration+" "+party.TaxRegistration)
	}
	if withoutContact {
		return lines
	}
	if party.Contact != "" {
		lines = append(lines, party.Contact)
	}
	if point := party.ContactPoint; point != nil {
		text := strings.Join(filled(point.Name, point.Phone, point.Email), " · ")
		if text != "" && text != party.Contact {
			lines = append(lines, text)
		}
	}
	return lines
}

// filled are the texts that are not empty.
func filled(texts ...string) (all []string) {
	for _, text := range texts {
		if text != "" {
			all = append(all, text)
		}
	}
	return all
}

// buyerName is the name with the honorific of the language.
func (p *printer) buyerName() string {
	buyer := p.inv.Buyer.Name
	if p.l.honorific != "" && !p.hides("honorific") && !strings.HasSuffix(buyer, p.l.honorific) {
		buyer += " " + p.l.honorific
	}
	return buyer
}

// buyer draws whom the document is for and returns the lower edge.
func (p *printer) buyer(x, y, room paper.Milli) paper.Milli {
	p.within(paper.P, func() {
		p.text(x, y+p.small.size, p.smallBold, p.l.billTo)
		y = p.block(x, y+13*point, p.style(11*point, p.ink).strong(), p.buyerName(), room, 3) + 2*point
	})
	return p.address(x, y, p.inv.Buyer, room, p.hides("buyer-contact"))
}

// fact is what identifies the document: a label and a value; one without a value
// is not printed. A new one is a line in facts.
type fact struct {
	name  string
	value func(p *printer) (label, value string)
}

func facts() []fact {
	reference := func(label func(l *labels) string, value func(r billing.References) string) func(*printer) (string, string) {
		return func(p *printer) (string, string) {
			if p.inv.References == nil {
				return "", ""
			}
			return label(p.l), value(*p.inv.References)
		}
	}
	return []fact{
		{"number", func(p *printer) (string, string) { return p.l.number, p.inv.Number }},
		{"period", func(p *printer) (string, string) { return p.l.period, p.l.days(p.inv.Period) }},
		{"provider", func(p *printer) (string, string) { return p.l.provider, p.inv.ProviderName(p.inv.Provider) }},
		{"issued", func(p *printer) (string, string) { return p.l.issued, p.dayOf(p.inv.IssueDate) }},
		{"due", func(p *printer) (string, string) {
			if !p.isDue() {
				return "", ""
			}
			return p.l.due, p.dayOf(p.inv.DueDate)
		}},
		{"group", func(p *printer) (string, string) { return p.l.billingGroup, p.inv.Group }},
		{"customer", func(p *printer) (string, string) { return p.l.customerNumber, p.inv.Customer }},
		{"registration", func(p *printer) (string, string) { return p.l.registration, p.inv.Seller.TaxRegistration }},
		{"buyer-reference", reference(func(l *labels) string { return l.buyerReference }, func(r billing.References) string { return r.Buyer })},
		{"order", reference(func(l *labels) string { return l.order }, func(r billing.References) string { return r.Order })},
		{"contract", reference(func(l *labels) string { return l.contract }, func(r billing.References) string { return r.Contract })},
		{"project", reference(func(l *labels) string { return l.project }, func(r billing.References) string { return r.Project })},
		{"accounting", reference(func(l *labels) string { return l.accounting }, func(r billing.References) string { return r.Accounting })},
	}
}

// Facts lists what Facts of a layout takes.
func Facts() []string { return namesOf(facts(), func(f fact) string { return f.name }) }

func (p *printer) dayOf(day *billing.Day) string {
	if day == nil {
		return ""
	}
	return p.l.day(*day)
}

// factLines are the labels and values that the layout asks for.
func (p *printer) factLines() (lines [][2]string) {
	all := facts()
	for _, name := range p.layout.Facts {
		for _, f := range all {
			if f.name != name {
				continue
			}
			if label, value := f.value(p); value != "" {
				lines = append(lines, [2]string{label, value})
			}
		}
	}
	return lines
}

// facts draws what identifies the document, the values below each other, and
// returns the lower edge.
func (p *printer) facts(x, y paper.Milli) paper.Milli {
	lines, labels := p.factLines(), paper.Milli(0)
	for _, line := range lines {
		labels = max(labels, p.types.widthOf(line[0], p.second))
	}
	labels = min(labels+point, 110*point) // a line as wide as its room may be broken
	for _, line := range lines {
		p.within(paper.P, func() {
			p.textWithin(x, y+p.second.baseline(), p.second, line[0], labels)
			lower := p.block(x+labels+14*point, y, p.second.in(p.ink), line[1], right-x-labels-14*point, 2)
			y = max(y+p.second.leading(), lower) + 2300
		})
	}
	return y
}

// opening draws what the document is about, what it corrects, and the layout's
// words above the amount.
func (p *printer) opening() {
	heading := p.style(10500, p.ink).strong()
	if p.inv.Title != "" {
		p.within(paper.P, func() { p.y = p.block(left, p.y, heading, p.inv.Title, right-left, 2) + 8*point })
	}
	p.correction(heading)
	if lines := paragraphs(p.words.Opening); len(lines) > 0 {
		for _, text := range lines[:min(len(lines), 6)] {
			p.within(paper.P, func() { p.y = p.block(left, p.y, p.body, text, right-left, 3) })
		}
		p.y += 8 * point
	}
}

// correction says which invoice the document corrects and why.
func (p *printer) correction(heading style) {
	original := p.inv.Corrects
	if original == nil {
		return
	}
	p.within(paper.P, func() {
		text := fmt.Sprintf(p.l.corrects, original.Number, p.l.day(original.IssueDate))
		p.y = p.block(left, p.y, heading, text, right-left, 2) + 2*point
		if original.Reason != "" {
			p.y = p.block(left, p.y, p.body, fmt.Sprintf(p.l.reason, cmp.Or(p.l.why[original.Reason], original.Reason)), right-left, 4) + point
		}
		p.y = p.block(left, p.y, p.second, p.l.differences, right-left, 2) + 8*point
	})
}

// amountDue draws the band that says what is to be paid and until when.
func (p *printer) amountDue() {
	const height = 48 * point
	p.need(height + 24*point)
	p.fill(left, p.y, right-left, height, p.band)
	p.fill(left, p.y, 3*point, height, p.accent)
	amount := p.style(20*point, p.accent).strong()
	p.within(paper.P, func() {
		p.text(left+16*point, p.y+17*point, p.second, p.payableLabel())
		p.text(left+16*point, p.y+38*point, amount, p.withCurrency(p.payable()))
	})
	if p.isDue() {
		p.within(paper.P, func() {
			p.textRight(right-14*point, p.y+17*point, p.second, p.l.due)
			p.textRight(right-14*point, p.y+36500, p.style(12*point, p.ink).strong(), p.l.day(*p.inv.DueDate))
		})
	}
	p.y += height
	if _, meaning := p.mark(); meaning != "" {
		p.within(paper.P, func() { p.y = p.block(left, p.y+6*point, p.style(8*point, p.warning), meaning, right-left, 2) })
	}
}
