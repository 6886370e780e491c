package deliver

import (
	"cmp"
	"fmt"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/paper"
)

// changes says what became of the amounts of the month before: the whole, a chart
// of the biggest differences, and tables.
func (p *printer) changes() {
	c := *p.whole.Annex.Changes
	for _, whole := range c.Whole() {
		p.within(paper.P, func() { p.wholeChange(whole) })
	}
	p.changeChart(c.Services)
	before, now := c.Before.Period.String(), c.Now.Period.String()
	if len(c.Before.Documents) == 0 {
		before = p.l.before
	}
	heads := []string{before, now, p.l.difference, p.l.change}
	const most = 30 // rows of a table; what is smaller is not told
	services := table{title: p.l.service, head: p.l.service, heads: heads, unlisted: true}
	for _, s := range c.Services[:min(most, len(c.Services))] {
		services.rows = append(services.rows, p.changeRow(s.Service, p.kindMark(s), s.Change, c.ByCost))
	}
	accounts := table{title: p.l.accountsSummary, head: p.l.accountHead, heads: heads, unlisted: true}
	for _, a := range c.Accounts[:min(most, len(c.Accounts))] {
		aside := a.Account
		if a.Name == "" {
			aside = ""
		}
		accounts.rows = append(accounts.rows, p.changeRow(cmp.Or(a.Name, a.Account), aside, a.Change, c.ByCost))
	}
	g := p.gridOf(services, accounts)
	for _, t := range []table{services, accounts} {
		if len(t.rows) > 0 {
			p.drawTable(t, g)
		}
	}
}

func (p *printer) kindMark(s invoice.ServiceChange) string {
	return p.lineMarks(invoice.Line{Kind: s.Kind})
}

// changeMoney writes an amount of a comparison.
func (p *printer) changeMoney(amount money.Decimal, currency money.Currency) string {
	if currency == p.inv.Currency {
		return p.money(amount)
	}
	return p.annexMoney(amount, currency)
}

// signed writes a difference with its sign.
func (p *printer) signed(text string, d money.Decimal) string {
	if d.Sign() > 0 {
		return "+" + text
	}
	return text
}

// changePercent writes by how much an amount changed, or that it is new or gone.
func (p *printer) changePercent(c invoice.Change) string {
	switch {
	case c.Change == invoice.Appeared:
		return p.l.appeared
	case c.Change == invoice.Vanished:
		return p.l.vanished
	case c.Percent == nil:
		return "–"
	}
	return p.signed(p.l.fixed(*c.Percent, 1)+p.l.percent, *c.Percent)
}

func (p *printer) changeRow(text, aside string, c invoice.Change, byCost bool) row {
	write := func(d money.Decimal) string {
		if byCost {
			return string(c.Currency) + "\u00a0" + p.changeMoney(d, c.Currency)
		}
		return p.changeMoney(d, c.Currency)
	}
	return row{text: text, aside: aside, numbers: []string{write(c.Before), write(c.Now), p.signed(write(c.Difference), c.Difference), p.changePercent(c)}}
}

// wholeChange draws the whole before and now.
func (p *printer) wholeChange(c invoice.Change) {
	st, large := p.body.in(p.grey), p.style(13*point, p.ink).strong()
	p.y += 6 * point
	baseline := p.y + large.size
	currency := string(c.Currency) + "\u00a0"
	x := p.text(left, baseline, st, currency+p.changeMoney(c.Before, c.Currency)+"  →  ")
	x = p.text(x, baseline, large, currency+p.changeMoney(c.Now, c.Currency))
	p.text(x+12*point, baseline, st, fmt.Sprintf("%s   %s", p.signed(p.changeMoney(c.Difference, c.Currency), c.Difference), p.changePercent(c)))
	p.y += large.leading() + 4*point
}

const (
	chartBars  = 10
	chartRow   = 15 * point
	chartText  = 175 * point // room of the names
	chartValue = 80 * point  // room of the differences
)

// changeChart draws a bar for each of the biggest differences, from an axis in the
// middle: to the right what rose, to the left what fell.
func (p *printer) changeChart(services []invoice.ServiceChange) {
	var bars []invoice.ServiceChange
	for _, s := range services {
		if len(bars) < chartBars && !s.Difference.IsZero() {
			bars = append(bars, s)
		}
	}
	if len(bars) == 0 {
		return
	}
	alt := p.l.changes + ":"
	for _, b := range bars {
		alt += fmt.Sprintf(" %s %s %s;", b.Service, b.Currency, p.signed(p.changeMoney(b.Difference, b.Currency), b.Difference))
	}
	height := paper.Milli(len(bars))*chartRow + 14*point
	p.need(height)
	p.y += 8 * point
	axis := paper.Milli(left+chartText) + (right-left-chartText-chartValue)/2
	half := (right - left - chartText - chartValue) / 2
	largest := bars[0].Size() // they are in the order of it
	p.within(paper.Figure, func() {
		p.doc.Line(axis, p.y, axis, p.y+paper.Milli(len(bars))*chartRow, 500, p.grey, false)
		for i, b := range bars {
			y := p.y + paper.Milli(i)*chartRow
			p.textWithin(left, y+10*point, p.second.in(p.ink), b.Service, chartText-10*point)
			length := max(share(b.Size(), largest, half), 600)
			colour := p.accent
			x := axis
			if b.Difference.Sign() < 0 {
				x, colour = axis-length, p.grey
			}
			p.doc.Fill(x, y+3*point, length, chartRow-6*point, colour)
			p.textRight(inRight, y+10*point, p.second.in(p.ink), p.signed(p.changeMoney(b.Difference, b.Currency), b.Difference))
		}
	}, paper.Alt(alt))
	p.y += height
}

// share is the part of a length that an amount is of the largest; a place in a chart
// and no amount.
func share(amount, largest money.Decimal, length paper.Milli) paper.Milli {
	if largest.Sign() <= 0 {
		return 0
	}
	thousandths := amount.Mul(money.FromInt(1000)).Quo(largest, 9).Round(0, money.Down).Fixed(0)
	n := paper.Milli(0)
	for _, digit := range thousandths {
		n = n*10 + paper.Milli(digit-'0')
	}
	return min(n, 1000) * length / 1000
}
