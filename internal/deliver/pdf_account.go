package deliver

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// accountTable lists the services and entries of an account: cost in the
// provider's currency with two decimals, exchange rate, and amount. Without
// exchange the cost would only repeat the amount and is left out.
func (p *printer) accountTable(account invoice.Account) table {
	t := table{
		title: account.Name, aside: account.Account, continued: p.l.continued, head: p.l.service,
		total: p.l.total, totalAmount: p.money(account.Total),
	}
	if t.title == "" {
		t.title, t.aside = account.Account, ""
	}
	if account.Provider != "" && p.manyProviders() {
		t.aside = strings.TrimPrefix(t.aside+" · "+providerName(account.Provider), " · ")
	}
	costs := p.costCurrencies()
	exchanged := len(costs) > 1 || len(costs) == 1 && costs[0] != p.inv.Currency
	if exchanged {
		t.columns = []column{{fmt.Sprintf(p.l.cost, joinCurrencies(costs)), 378}, {p.l.rate, 440}}
	}
	t.columns = append(t.columns, column{fmt.Sprintf(p.l.amount, p.inv.Currency), inRight})
	for _, line := range account.Lines {
		r := row{text: line.Service, aside: p.lineMarks(line)}
		if exchanged {
			cost := p.l.fixed(line.Cost, max(2, line.CostCurrency.Digits()))
			if len(costs) > 1 {
				cost = string(line.CostCurrency) + "\u00a0" + cost
			}
			r.numbers = []string{cost, p.l.exact(line.Rate)}
		}
		r.numbers = append(r.numbers, p.money(line.Amount))
		t.rows = append(t.rows, r)
	}
	return t
}

// lineMarks say what a line is beside usage that is taxed.
func (p *printer) lineMarks(line invoice.Line) string {
	var marks []string
	switch line.Kind {
	case statement.Marketplace:
		marks = append(marks, p.l.marketplace)
	case statement.Entry:
		marks = append(marks, p.l.entry)
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
		p.need(totalsRow)
		p.textRight(inRight, p.y+10, style{8.5, false, grey}, p.money(c.Amount))
		p.textWithin(inLeft, p.y+10, style{8.5, false, grey}, fmt.Sprintf(p.l.addedBelow, p.chargeName(c)), 360)
		p.y += totalsRow
	}
}

// itemTable lists the additional items.
func (p *printer) itemTable() table {
	t := table{
		title: p.l.items, continued: p.l.continued, head: p.l.item,
		columns: []column{{p.l.unitPrice, 378}, {p.l.quantity, 440}, {fmt.Sprintf(p.l.amount, p.inv.Currency), inRight}},
		total:   p.l.total, totalAmount: p.money(additional(p.inv)),
	}
	for _, item := range p.inv.AdditionalItems {
		r := row{text: item.Label, aside: p.categoryMark(item.Tax)}
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

// providerName is the name of a provider, or its id where it is not known.
func providerName(id string) string {
	if p, known := billing.ProviderOf(id); known {
		return p.Name
	}
	return id
}

// sentence begins a text with a capital letter, where its script has them.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return text
	}
	return string(unicode.ToUpper(first)) + text[size:]
}
