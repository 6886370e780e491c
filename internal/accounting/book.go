package accounting

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// Kinds of lines that no part of a document is named after, and the category of
// what no tax is stated for.
const (
	kindRounding = "rounding"
	kindPrepaid  = "prepaid"
	noTax        = "none"
)

// kindOf is what a part of section E is called in a mapping: additional-items.
func kindOf(part string) string { return strings.ReplaceAll(part, " ", "-") }

// book is a document with its lines, told apart by how they are taxed. The net
// amounts of all lines but prepaid come to BeforeTax, their taxes to TaxTotal, and
// net and tax of all lines to Payable.
type book struct {
	inv   invoice.Invoice
	sales []sale
	taxes []*treatment
}

// sale is a line: something that is billed, something that is taken off, or what
// the prepaid balance pays. Amounts are in the currency of the document, with the
// sign that they have in its total.
type sale struct {
	kind     string // of Kinds
	label    string // the service, or what the line is called
	account  string // of the cloud
	name     string // of that account
	provider string
	quantity money.Decimal
	price    money.Decimal // of one, tax out; quantity × price is net
	net      money.Decimal // rounded, tax out
	share    money.Decimal // of the tax that the document states for all that is taxed so
	tax      *treatment
}

// gross is the amount with its tax.
func (s sale) gross() money.Decimal { return s.net.Add(s.share) }

// treatment is a way to be taxed: a category, with one tax or several on the same
// amount.
type treatment struct {
	category string
	percent  money.Decimal // of all its taxes
	rows     []int         // the taxes of the document that it is, by place
	base     *money.Decimal
	amount   money.Decimal // of tax, as the document states it
}

// String is what an error calls it.
func (t *treatment) String() string {
	if t.percent.IsZero() {
		return t.category
	}
	return t.category + " " + t.percent.String() + "%"
}

func (b *book) title() string {
	return string(b.inv.Document) + " " + cmp.Or(b.inv.Number, b.inv.ID) + " of " + cmp.Or(b.inv.Buyer.Name, b.inv.Group)
}

// day is when the document is booked.
func (b *book) day() billing.Day { return *b.inv.IssueDate }

// due is when it is to be paid, which is the day it was issued where it says none.
func (b *book) due() billing.Day {
	if b.inv.DueDate != nil {
		return *b.inv.DueDate
	}
	return b.day()
}

func countryOf(p invoice.Party) string {
	if p.Postal == nil {
		return ""
	}
	return p.Postal.Country
}

// open makes the lines.
func (b *book) open() error {
	b.treatments()
	b.usage()
	b.charges()
	b.settle()
	b.share()
	if balance := b.inv.PrepaidUsed.Sub(b.inv.Carried); !balance.IsZero() {
		b.add(sale{kind: kindPrepaid, label: "Prepaid balance", net: balance.Neg(), tax: b.untaxed()})
	}
	net, tax := money.Zero, money.Zero
	for _, s := range b.sales {
		net, tax = net.Add(s.net), tax.Add(s.share)
	}
	if !tax.Equal(b.inv.TaxTotal) || !net.Add(tax).Equal(b.inv.Payable) {
		return fmt.Errorf("the lines of %s come to %s with a tax of %s, and it says %s and %s; run sluice check on it", b.title(), net.Add(tax), tax, b.inv.Payable, b.inv.TaxTotal)
	}
	return nil
}

// treatments finds the ways to be taxed: those that the document was made with, and
// of a correction those of what it corrects.
func (b *book) treatments() {
	agreed := b.agreed()
	for _, t := range agreed {
		way := b.treatment(t.Category)
		if way == nil {
			way = &treatment{category: t.Category}
			b.taxes = append(b.taxes, way)
		}
		way.percent = way.percent.Add(t.Percent)
	}
	for i, stated := range b.inv.Taxes {
		way := b.treatment(stated.Category)
		now := slices.ContainsFunc(agreed, func(t billing.Tax) bool {
			return t.Category == stated.Category && t.Percent.Equal(stated.Percent) && t.Label == stated.Label
		})
		if !now { // of before, by itself or with another one on the same amount
			if way = b.former(stated); way == nil {
				way = &treatment{category: stated.Category}
				b.taxes = append(b.taxes, way)
			}
			way.percent = way.percent.Add(stated.Percent)
		}
		if way.base == nil {
			way.base = &stated.Base
		}
		way.rows, way.amount = append(way.rows, i), way.amount.Add(stated.Amount)
	}
}

// agreed are the taxes that hold for what is billed now: those of the settings that
// are frozen in the document, else its own.
func (b *book) agreed() (taxes []billing.Tax) {
	day := b.inv.Period.LastDay()
	for _, t := range b.inv.Frozen.Invoice.Tax {
		if (t.From == nil || *t.From <= day) && (t.To == nil || day < *t.To) {
			taxes = append(taxes, t)
		}
	}
	if len(taxes) == 0 {
		for _, t := range b.inv.Taxes {
			taxes = append(taxes, billing.Tax{Category: t.Category, Percent: t.Percent, Label: t.Label, Reason: t.Reason})
		}
	}
	return taxes
}

// treatment is the first way of a category; nil where there is none.
func (b *book) treatment(category string) *treatment {
	for _, t := range b.taxes {
		if t.category == category {
			return t
		}
	}
	return nil
}

// former is the way of before that another tax on the same amount made.
func (b *book) former(stated invoice.Tax) *treatment {
	for i, t := range b.taxes {
		first := slices.IndexFunc(b.taxes, func(o *treatment) bool { return o.category == t.category })
		if t.category == stated.Category && first < i && t.base.Equal(stated.Base) {
			return t
		}
	}
	return nil
}

// untaxed is what no tax is stated for.
func (b *book) untaxed() *treatment {
	if t := b.treatment(noTax); t != nil {
		return t
	}
	t := &treatment{category: noTax}
	b.taxes = append(b.taxes, t)
	return t
}

// taxed is the way of a line that may name a category.
func (b *book) taxed(category string, free bool) *treatment {
	if free {
		if category = b.freeCategory(); category == "" {
			return b.untaxed()
		}
	}
	if t := b.treatment(category); category != "" && t != nil {
		return t
	}
	if len(b.taxes) == 0 || b.taxes[0].category == noTax {
		return b.untaxed()
	}
	return b.taxes[0]
}

// freeCategory is the category that tax-free amounts are stated under, as package
// invoice has it: exempt, or the one that is not charged and is not that of usage.
func (b *book) freeCategory() (category string) {
	for i, t := range b.taxes {
		if i > 0 && !slices.Contains([]string{"standard", "reduced", noTax, b.taxes[0].category}, t.category) && category != "exempt" {
			category = t.category
		}
	}
	return category
}

// usage are the services of the accounts, applied entries, and what rounding makes
// of them where lines are not what is rounded (R20).
func (b *book) usage() {
	left := b.inv.UsageTotal
	for _, account := range b.inv.Accounts {
		for _, line := range account.Lines {
			left = left.Sub(line.Amount)
			b.add(sale{
				kind: string(line.Kind), label: cmp.Or(line.Service, string(line.Kind)), account: account.Account, name: account.Name,
				provider: cmp.Or(account.Provider, b.inv.Provider), net: line.Amount, tax: b.taxed("", line.TaxFree),
			})
		}
	}
	b.add(sale{kind: kindRounding, label: "Rounding", net: left, tax: b.taxed("", false)})
}

// charges are the lines beside usage; discounts and coupons lower the total.
func (b *book) charges() {
	for c := range b.inv.Charges() {
		s := sale{
			kind: kindOf(c.Part), label: c.Name(), account: c.Account, provider: cmp.Or(c.Provider, b.inv.Provider),
			net: c.Amount, tax: b.taxed(c.Tax, c.TaxFree),
		}
		if c.Part == invoice.PartSupport || c.Part == invoice.PartAgency || c.Part == invoice.PartDiscounts {
			s.label = map[string]string{invoice.PartSupport: "Support", invoice.PartAgency: "Agency fee", invoice.PartDiscounts: "Discount"}[c.Part]
		}
		if i, ok := c.Of.(invoice.Item); ok && i.Quantity.Mul(i.UnitPrice).Equal(c.Amount) {
			s.quantity, s.price = i.Quantity, i.UnitPrice
		}
		b.add(s)
	}
}

// add keeps a line that comes to something.
func (b *book) add(s sale) {
	if s.net.IsZero() {
		return
	}
	if s.quantity.IsZero() {
		s.quantity, s.price = money.FromInt(1), s.net
	}
	b.sales = append(b.sales, s)
}

// settle gives each way what its lines lack of the base that the document states,
// which is only of corrections whose lines were taxed otherwise before.
func (b *book) settle() {
	left := b.inv.BeforeTax
	for _, t := range b.taxes {
		sum := b.sum(t)
		if t.base != nil {
			b.add(sale{kind: kindRounding, label: "Taxed anew", net: t.base.Sub(sum), tax: t})
			sum = *t.base
		}
		left = left.Sub(sum)
	}
	if !left.IsZero() {
		b.add(sale{kind: kindRounding, label: "Taxed anew", net: left, tax: b.untaxed()})
	}
}

// sum is what the lines of a way come to.
func (b *book) sum(t *treatment) money.Decimal {
	sum := money.Zero
	for _, s := range b.sales {
		if s.tax == t {
			sum = sum.Add(s.net)
		}
	}
	return sum
}

// share gives each line its part of the tax that is stated for all that is taxed
// so, rounded so that the parts come to it: a line has the tax up to and with it
// less that up to the one before.
func (b *book) share() {
	for _, t := range b.taxes {
		base, upTo, given, last := b.sum(t), money.Zero, money.Zero, -1
		for i := range b.sales {
			if b.sales[i].tax != t {
				continue
			}
			upTo, last = upTo.Add(b.sales[i].net), i
			tax := t.amount.Mul(upTo).Quo(base, b.inv.Digits+12).Round(b.inv.Digits, money.HalfUp)
			b.sales[i].share, given = tax.Sub(given), tax
		}
		rest := t.amount.Sub(given)
		switch {
		case rest.IsZero():
		case last >= 0:
			b.sales[last].share = b.sales[last].share.Add(rest)
		default: // a tax that changed, on lines that did not
			b.sales = append(b.sales, sale{kind: kindRounding, label: "Taxed anew", quantity: money.FromInt(1), share: rest, tax: t})
		}
	}
}
