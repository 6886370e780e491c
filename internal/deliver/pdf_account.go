package deliver

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/paper"
	"github.com/sluice-billing/sluice/internal/statement"
)

// accounts draws a table for each account, with the same columns.
func (p *printer) accounts() {
	tables := make([]table, len(p.inv.Accounts))
	for i, account := range p.inv.Accounts {
		tables[i] = p.accountTable(account)
	}
	if len(tables) == 0 {
		return
	}
	g := p.gridOf(tables...)
	for i, t := range tables {
		p.drawTable(t, g)
		p.accountCharges(i)
	}
}

// accountColumns are the columns that a layout can have before the amount. A new
// one is a line here.
func accountColumns() []accountColumn {
	return []accountColumn{
		{"position", nil, nil}, // before the text
		{
			"cost", func(p *printer) string {
				if costs := p.costCurrencies(); p.exchanged() {
					return fmt.Sprintf(p.l.cost, joinCurrencies(costs))
				}
				return "" // it would only repeat the amount
			},
			func(p *printer, line invoice.Line) string {
				cost := p.l.fixed(line.Cost, max(2, line.CostCurrency.Digits()))
				if len(p.costCurrencies()) > 1 {
					cost = string(line.CostCurrency) + "\u00a0" + cost
				}
				return cost
			},
		},
		{
			"rate", func(p *printer) string {
				if p.exchanged() {
					return p.l.rate
				}
				return ""
			},
			func(p *printer, line invoice.Line) string { return p.l.exact(line.Rate) },
		},
	}
}

// accountColumn is a column with the head it has, where it is printed at all.
type accountColumn struct {
	name string
	head func(p *printer) string
	cell func(p *printer, line invoice.Line) string
}

// Columns lists what Columns of a layout takes.
func Columns() []string {
	return namesOf(accountColumns(), func(c accountColumn) string { return c.name })
}

// exchanged tells whether costs are in another currency than the document.
func (p *printer) exchanged() bool {
	costs := p.costCurrencies()
	return len(costs) > 1 || len(costs) == 1 && costs[0] != p.inv.Currency
}

// accountTable lists the services and entries of an account: what the layout wants
// of cost in the provider's currency, with two decimals, and exchange rate, and the
// amount.
func (p *printer) accountTable(account invoice.Account) table {
	t := table{title: account.Name, head: p.l.service, total: p.l.total, totalAmount: p.money(account.Total)}
	if !p.hides("account-ids") {
		t.aside = account.Account
	}
	if t.title == "" {
		t.title, t.aside = account.Account, ""
	}
	if account.Provider != "" && p.manyProviders() {
		t.aside = strings.TrimPrefix(t.aside+" · "+p.inv.ProviderName(account.Provider), " · ")
	}
	var cells []func(p *printer, line invoice.Line) string
	positions := false
	for _, name := range p.layout.Columns {
		for _, c := range accountColumns() {
			switch {
			case c.name != name:
			case c.head == nil:
				positions = true
			case c.head(p) != "":
				t.heads, cells = append(t.heads, c.head(p)), append(cells, c.cell)
			}
		}
	}
	t.heads = append(t.heads, fmt.Sprintf(p.l.amount, p.inv.Currency))
	sum := money.Zero
	for i, line := range account.Lines {
		r := row{text: line.Service, aside: p.lineMarks(line), amount: line.Amount}
		if positions {
			r.position = strconv.Itoa(i + 1)
		}
		for _, cell := range cells {
			r.numbers = append(r.numbers, cell(p, line))
		}
		r.numbers = append(r.numbers, p.money(line.Amount))
		t.rows = append(t.rows, r)
		sum = sum.Add(line.Amount)
	}
	t.carry = p.carries(sum, account.Total)
	return t
}

// carries tells whether a table says what is carried forward: the layout wants it,
// and the rows as printed come to the total, which they need not where not each of
// them is rounded.
func (p *printer) carries(sum, total money.Decimal) bool {
	return p.layout.Carry != nil && *p.layout.Carry && sum.Equal(total)
}

// summary lists the accounts with what each comes to.
func (p *printer) summary() {
	t := table{
		title: p.l.accountsSummary, head: p.l.accountHead, heads: []string{fmt.Sprintf(p.l.amount, p.inv.Currency)},
		total: p.l.usage, totalAmount: p.money(p.inv.UsageTotal),
	}
	sum := money.Zero
	for _, account := range p.inv.Accounts {
		r := row{text: account.Name, aside: account.Account, numbers: []string{p.money(account.Total)}, amount: account.Total}
		if r.text == "" || p.hides("account-ids") {
			r.text, r.aside = cmp.Or(account.Name, account.Account), ""
		}
		t.rows = append(t.rows, r)
		sum = sum.Add(account.Total)
	}
	t.carry = p.carries(sum, p.inv.UsageTotal)
	if len(t.rows) > 0 {
		p.drawTable(t, p.gridOf(t))
	}
}

// lineMarks say what a line is beside usage that is taxed.
func (p *printer) lineMarks(line invoice.Line) string {
	var marks []string
	switch line.Kind {
	case statement.Marketplace:
		if !p.hides("marketplace") {
			marks = append(marks, p.l.marketplace)
		}
	case statement.Entry:
		if !p.hides("entries") {
			marks = append(marks, p.l.entry)
		}
	}
	if line.TaxFree {
		marks = append(marks, p.taxFreeMark())
	}
	return strings.Join(marks, ", ")
}

// taxFreeMark is the word for what is free of tax: that of the category which
// the document states it under, where it does.
func (p *printer) taxFreeMark() string {
	for _, category := range []string{"exempt", "out-of-scope"} {
		for _, tax := range p.inv.Taxes {
			if tax.Category == category {
				return p.l.categories[category]
			}
		}
	}
	return p.l.taxFreeItem
}

// categoryMark is the word for a category of tax, or nothing where it is that
// of usage.
func (p *printer) categoryMark(category string) string {
	if word, known := p.l.categories[category]; known {
		return word
	}
	return category
}

// accountCharges names, below the section of account i, what is charged for the
// account in the totals. It is no part of the account's total. An account that has
// several sections, one for each payer, has it below the last.
func (p *printer) accountCharges(i int) {
	account := p.inv.Accounts[i].Account
	for _, later := range p.inv.Accounts[i+1:] {
		if later.Account == account {
			return
		}
	}
	for c := range p.inv.Charges() {
		if _, fee := c.Of.(invoice.Fee); fee || account == "" || c.Account != account || c.Amount.IsZero() {
			continue
		}
		p.need(p.totalsRow())
		p.within(paper.P, func() {
			baseline := p.y + p.style(10*point, p.ink).size
			p.textWithin(inLeft, baseline, p.second, fmt.Sprintf(p.l.addedBelow, p.chargeName(c)), 360*point)
			p.textRight(inRight, baseline, p.second, p.money(c.Amount))
		})
		p.y += p.totalsRow()
	}
}

// items draws the table of additional items, where there are any.
func (p *printer) items() {
	if len(p.inv.AdditionalItems) > 0 {
		t := p.itemTable()
		p.drawTable(t, p.gridOf(t))
	}
}

// itemTable lists the additional items.
func (p *printer) itemTable() table {
	t := table{
		title: p.l.items, head: p.l.item, heads: []string{p.l.unitPrice, p.l.quantity, fmt.Sprintf(p.l.amount, p.inv.Currency)},
		total: p.l.total, totalAmount: p.money(additional(p.inv)), carry: p.carries(money.Zero, money.Zero),
	}
	for _, item := range p.inv.AdditionalItems {
		r := row{text: item.Label, aside: p.categoryMark(item.Tax), amount: item.Amount}
		if item.TaxFree {
			r.aside = p.taxFreeMark()
		}
		price := p.l.fixed(item.UnitPrice, max(p.inv.Digits, item.UnitPrice.Scale()))
		r.numbers = []string{price, p.l.exact(item.Quantity), p.money(item.Amount)}
		t.rows = append(t.rows, r)
	}
	return t
}

// costCurrencies lists the currencies of the costs, in order of appearance.
func (p *printer) costCurrencies() []money.Currency {
	var list []money.Currency
	seen := map[money.Currency]bool{}
	for _, account := range p.inv.Accounts {
		for _, line := range account.Lines {
			if !seen[line.CostCurrency] {
				seen[line.CostCurrency] = true
				list = append(list, line.CostCurrency)
			}
		}
	}
	return list
}

func joinCurrencies(list []money.Currency) string {
	codes := make([]string, len(list))
	for i, c := range list {
		codes[i] = string(c)
	}
	return strings.Join(codes, ", ")
}

// manyProviders tells whether the document has accounts of several providers.
func (p *printer) manyProviders() bool {
	for _, account := range p.inv.Accounts {
		if account.Provider != p.inv.Accounts[0].Provider {
			return true
		}
	}
	return false
}

// sentence begins a text with a capital letter, where its script has them.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return text
	}
	return string(unicode.ToUpper(first)) + text[size:]
}
