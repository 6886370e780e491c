package deliver

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/paper"
)

// annexes that a layout can have behind the document. A new one is a line here.
func annexes() []annex {
	return []annex{
		{"changes", func(l *labels) string { return l.changes }, func(a Annex) bool { return a.Changes != nil }, (*printer).changes},
		{"usage", func(l *labels) string { return l.usageDetail }, func(a Annex) bool { return len(a.Usage) > 0 }, (*printer).usageDetail},
		{"commitments", func(l *labels) string { return l.commitments }, func(a Annex) bool { return len(a.Commitments) > 0 }, (*printer).commitments},
		{"adjustments", func(l *labels) string { return l.adjustments }, func(a Annex) bool { return len(a.Adjustments) > 0 }, (*printer).adjustments},
	}
}

type annex struct {
	name  string
	title func(l *labels) string
	given func(a Annex) bool
	draw  func(p *printer)
}

// Annexes lists what Annexes of a layout takes.
func Annexes() []string { return namesOf(annexes(), func(a annex) string { return a.name }) }

// annexes draws those that the layout wants and the caller gave, each on a page of
// its own.
func (p *printer) annexes() {
	for _, name := range p.layout.Annexes {
		for _, a := range annexes() {
			if a.name != name || !a.given(p.whole.Annex) {
				continue
			}
			p.newPage()
			p.contents = append(p.contents, entryOfContents{title: a.title(p.l), page: p.doc.Pages()})
			title := p.style(15*point, p.accent).strong()
			p.within(paper.H2, func() { p.text(left, p.y+title.size, title, a.title(p.l)) })
			p.y += title.leading() + 4*point
			a.draw(p)
		}
	}
}

// annexMoney writes an exact amount of an annex with the decimals of its currency,
// two at least.
func (p *printer) annexMoney(amount money.Decimal, currency money.Currency) string {
	return p.l.fixed(amount, max(2, currency.Digits()))
}

// costHead is the head of a column of costs, and whether each cell names its
// currency because there are several.
func (p *printer) costHead(label string, currencies []money.Currency) (head string, each bool) {
	slices.Sort(currencies)
	currencies = slices.Compact(currencies)
	return fmt.Sprintf(label, joinCurrencies(currencies)), len(currencies) > 1
}

func (p *printer) annexCost(amount money.Decimal, currency money.Currency, each bool) string {
	if each {
		return string(currency) + "\u00a0" + p.annexMoney(amount, currency)
	}
	return p.annexMoney(amount, currency)
}

// usageDetail lists what was used, a table for each account.
func (p *printer) usageDetail() {
	var currencies []money.Currency
	for _, u := range p.whole.Annex.Usage {
		currencies = append(currencies, u.Currency)
	}
	head, each := p.costHead(p.l.cost, currencies)
	var tables []table
	for _, u := range p.whole.Annex.Usage {
		title, aside := cmp.Or(u.AccountName, u.Account), u.Account
		if title == aside {
			aside = ""
		}
		if n := len(tables); n == 0 || tables[n-1].title != title || tables[n-1].aside != aside {
			tables = append(tables, table{title: title, aside: aside, head: p.l.usage, heads: []string{p.l.quantity, head}, unlisted: true})
		}
		t := &tables[len(tables)-1]
		t.rows = append(t.rows, row{
			text: strings.Join(filled(u.Service, u.UsageType), " · "), aside: strings.Join(filled(u.Unit, u.Region), " · "),
			numbers: []string{p.l.exact(u.Quantity), p.annexCost(u.Cost, u.Currency, each)},
		})
	}
	g := p.gridOf(tables...)
	for _, t := range tables {
		p.drawTable(t, g)
	}
}

// commitments lists reservations and savings plans with how much of them was used.
func (p *printer) commitments() {
	var currencies []money.Currency
	for _, c := range p.whole.Annex.Commitments {
		currencies = append(currencies, c.Currency)
	}
	head, each := p.costHead(p.l.saved, currencies)
	t := table{head: p.l.commitment, heads: []string{p.l.until, p.l.used, head}}
	for _, c := range p.whole.Annex.Commitments {
		used := "–"
		if c.Percent != nil {
			used = p.l.percentage(*c.Percent)
		}
		t.rows = append(t.rows, row{
			text: cmp.Or(c.Kind, c.ID), aside: strings.Join(filled(c.ID, c.Account), " · "),
			numbers: []string{cmp.Or(p.dayOf(c.Until), "–"), used, p.annexCost(c.Saved, c.Currency, each)},
		})
	}
	p.drawTable(t, p.gridOf(t))
}

// adjustments lists what the provider charged beside usage.
func (p *printer) adjustments() {
	var currencies []money.Currency
	for _, a := range p.whole.Annex.Adjustments {
		currencies = append(currencies, a.Currency)
	}
	head, each := p.costHead(p.l.amount, currencies)
	t := table{head: p.l.item, heads: []string{p.l.dateHead, head}}
	for _, a := range p.whole.Annex.Adjustments {
		t.rows = append(t.rows, row{
			text: a.Label, aside: strings.Join(filled(a.Account, a.Reason), " · "),
			numbers: []string{cmp.Or(p.dayOf(a.Day), "–"), p.annexCost(a.Cost, a.Currency, each)},
		})
	}
	p.drawTable(t, p.gridOf(t))
}
