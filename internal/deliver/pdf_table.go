package deliver

import (
	"strings"

	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/paper"
)

// table is a titled list with a text column and number columns; it may run over
// any number of pages and repeats its title and heads on each.
type table struct {
	title, aside string // aside stands grey beside the title
	head         string // of the text column
	heads        []string
	rows         []row
	total        string // label of the last line; no last line when empty
	totalAmount  string
	carry        bool // the last numbers are carried over page breaks
	unlisted     bool // it is a part of something that the contents have
}

// row is a line of a table; the aside is small and grey behind the text.
type row struct {
	text, aside string
	numbers     []string // as many as there are heads
	amount      money.Decimal
	position    string // before the text, where not empty
}

// grid is where the number columns of a table are: their right edges, and how wide
// what stands behind the decimal sign is, so that the signs stand below each other.
type grid struct {
	heads    []string
	edges    []paper.Milli
	decimals []paper.Milli
	text     paper.Milli // where the text begins
	room     paper.Milli // of the text
	numbers  style       // smaller than body where they would leave too little room
}

const (
	columnGap = 16 * point
	textRoom  = 150 * point // that numbers leave to the text
	asideRoom = 90 * point  // of the text of a row, however long its aside is
	rowLines  = 2           // of a name, before it is clipped
)

func (p *printer) titleHeight() paper.Milli { return p.style(17*point, p.ink).size }
func (p *printer) headHeight() paper.Milli  { return p.style(17*point, p.ink).size }
func (p *printer) totalHeight() paper.Milli { return p.style(19*point, p.ink).size }
func (p *printer) carryHeight() paper.Milli { return p.style(15*point, p.ink).size }

// gridOf measures the columns that tables share.
func (p *printer) gridOf(tables ...table) *grid {
	g := &grid{heads: tables[0].heads, numbers: p.body}
	for {
		room := p.measure(g, tables)
		if room >= textRoom || g.numbers.size <= p.body.size*6/10 {
			return g
		}
		g.numbers.size = g.numbers.size * 9 / 10
	}
}

// measure sets the edges for the size of the numbers and returns the room left.
func (p *printer) measure(g *grid, tables []table) paper.Milli {
	n := len(g.heads)
	whole, decimals := make([]paper.Milli, n), make([]paper.Milli, n)
	position := paper.Milli(0)
	count := func(i int, number string) {
		before, after := p.atSign(number, g.numbers)
		whole[i], decimals[i] = max(whole[i], before), max(decimals[i], after)
	}
	for _, t := range tables {
		for _, r := range t.rows {
			for i, number := range r.numbers {
				count(i, number)
			}
			if r.position != "" {
				position = max(position, p.types.widthOf(r.position, p.small)+7*point)
			}
		}
		if t.totalAmount != "" {
			count(n-1, t.totalAmount)
		}
	}
	g.edges, g.decimals = make([]paper.Milli, n), decimals
	x := paper.Milli(inRight)
	for i := n - 1; i >= 0; i-- {
		g.edges[i] = x
		x -= max(whole[i]+decimals[i], p.types.widthOf(g.heads[i], p.small)) + columnGap
	}
	g.text = inLeft + position
	g.room = max(x-g.text, asideRoom)
	return x - g.text
}

// atSign measures a number before and from its decimal sign on.
func (p *printer) atSign(number string, st style) (before, after paper.Milli) {
	all := p.types.widthOf(number, st)
	if i := strings.LastIndex(number, p.l.point); i >= 0 {
		after = p.types.widthOf(number[i:], st)
	}
	return all - after, after
}

// number draws a number with its decimal sign in column i, or a word at its end.
func (p *printer) number(g *grid, i int, y paper.Milli, st style, number string) {
	st.size = g.numbers.size
	_, after := p.atSign(number, st)
	x := g.edges[i] - g.decimals[i] + after
	if !strings.ContainsAny(number, "0123456789") {
		x = g.edges[i]
	}
	p.textRight(x, y, st, number)
}

func (p *printer) rowText(g *grid, r row) [][]glyph {
	limit := g.room
	if r.aside != "" {
		limit = max(asideRoom, limit-6*point-p.types.widthOf(r.aside, p.small))
	}
	return p.types.lines(r.text, p.body, limit, rowLines)
}

func (p *printer) rowHeight(lines int) paper.Milli {
	return paper.Milli(max(1, lines))*p.body.leading() + 2*p.padding
}

// drawTable draws the table at the sheet's y. A title never stands without a
// row below it, nor the total without one above it.
func (p *printer) drawTable(t table, g *grid) {
	start := p.gap + p.titleHeight() + p.headHeight()
	if len(t.rows) > 0 {
		start += p.heightOf(t, g, 0)
	}
	p.need(start)
	if p.y > top+p.gap {
		p.y += p.gap
	}
	p.tableTitle(t)
	p.within(paper.Table, func() { p.tableBody(t, g) }, paper.Summary(strings.TrimSpace(t.title+" "+t.aside)))
}

func (p *printer) tableBody(t table, g *grid) {
	p.within(paper.TR, func() { p.tableHead(t, g) })
	sum := money.Zero
	for i, r := range t.rows {
		if !p.fits(p.heightOf(t, g, i)) {
			p.carried(t, g, p.l.carriedForward, sum)
			p.newPage()
			p.ground(func() {
				p.continuedTitle(t)
				p.tableHead(t, g)
			})
			p.carried(t, g, p.l.broughtForward, sum)
		}
		sum = sum.Add(r.amount)
		p.within(paper.TR, func() { p.tableRow(t, g, r) })
	}
	if t.total == "" {
		return
	}
	p.y += point
	p.within(paper.TR, func() {
		baseline := p.y + p.style(13*point, p.ink).size
		p.within(paper.TH, func() { p.text(inLeft, baseline, p.body.strong(), t.total) }, paper.ScopeRow, paper.ColSpan(max(1, len(g.heads))))
		p.within(paper.TD, func() { p.number(g, len(g.heads)-1, baseline, p.body.strong(), t.totalAmount) })
	})
	p.y += p.totalHeight()
}

// carried says at a page break what the rows so far come to.
func (p *printer) carried(t table, g *grid, label string, sum money.Decimal) {
	if !t.carry {
		return
	}
	p.ground(func() {
		baseline := p.y + p.carryHeight()*68/100
		p.text(g.text, baseline, p.body.in(p.grey), label)
		p.number(g, len(g.heads)-1, baseline, p.body.in(p.grey), p.money(sum))
	})
	p.y += p.carryHeight()
}

// heightOf is the room row i needs: the last one brings the total along, the others
// what is carried forward below them.
func (p *printer) heightOf(t table, g *grid, i int) paper.Milli {
	height := p.rowHeight(len(p.rowText(g, t.rows[i])))
	switch {
	case i < len(t.rows)-1 && t.carry:
		height += p.carryHeight()
		if i == 0 {
			height += p.carryHeight()
		}
	case i == len(t.rows)-1 && t.total != "":
		height += p.totalHeight() + point
	}
	return height
}

// tableTitle draws the heading of a table.
func (p *printer) tableTitle(t table) {
	if t.title == "" {
		return
	}
	if !t.unlisted {
		p.contents = append(p.contents, entryOfContents{t.title, p.doc.Pages()})
	}
	p.within(paper.H2, func() { p.titleLine(t, "") })
	p.y += p.titleHeight()
}

func (p *printer) continuedTitle(t table) {
	if t.title == "" {
		return
	}
	p.titleLine(t, "("+p.l.continued+")")
	p.y += p.titleHeight()
}

func (p *printer) titleLine(t table, continued string) {
	title := p.style(10*point, p.ink).strong()
	y, gap := p.y+title.size, paper.Milli(8*point)
	limit := paper.Milli(right-left) - 60*point
	if t.aside != "" {
		limit -= p.types.widthOf(t.aside, p.second) + gap
	}
	for _, glyphs := range p.types.lines(t.title, title, max(limit, 100*point), 1) {
		p.draw(left, y, title, glyphs)
		x := left + width(glyphs, title.size) + gap
		if t.aside != "" {
			for _, aside := range p.types.lines(t.aside, p.second, right-x-60*point, 1) {
				p.draw(x, y, p.second, aside)
				x += width(aside, p.second.size) + gap
			}
		}
		if continued != "" {
			p.text(x, y, p.small, continued)
		}
	}
}

func (p *printer) tableHead(t table, g *grid) {
	height := p.headHeight()
	p.fill(left, p.y, right-left, height-3*point, p.band)
	baseline := p.y + (height-3*point)/2 + p.small.size*36/100
	p.within(paper.TH, func() { p.text(g.text, baseline, p.small, t.head) }, paper.ScopeColumn)
	for i, head := range t.heads {
		p.within(paper.TH, func() { p.textRight(g.edges[i], baseline, p.small, head) }, paper.ScopeColumn)
	}
	p.y += height - point
}

func (p *printer) tableRow(t table, g *grid, r row) {
	lines := p.rowText(g, r)
	first := p.y + p.padding + p.body.leading()*82/100
	p.within(paper.TD, func() {
		if r.position != "" {
			p.textRight(g.text-7*point, first, p.small, r.position)
		}
		end := g.text - 2*point
		for i, glyphs := range lines {
			p.draw(g.text, first+paper.Milli(i)*p.body.leading(), p.body, glyphs)
			end = g.text - 2*point + width(glyphs, p.body.size)
		}
		if r.aside != "" {
			p.textWithin(end+8*point, first+paper.Milli(max(0, len(lines)-1))*p.body.leading(), p.small, r.aside, max(60*point, g.text+g.room-end-8*point))
		}
	})
	for i, number := range r.numbers {
		st := p.body
		if i < len(r.numbers)-1 {
			st = st.in(p.grey)
		}
		p.within(paper.TD, func() { p.number(g, i, first, st, number) })
	}
	p.y += p.rowHeight(len(lines))
	p.rule(left, right, p.y-600, p.line)
}
