package invoice

import (
	"fmt"

	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// Difference is a figure of a document that is not what the document's other
// figures make it.
type Difference struct {
	Name string // which figure: "total", "account 111122223333 Amazon EC2: amount"
	Want string // what follows from the other figures
	Got  string // what the document says
}

// Check computes the figures of a document again from its own lines, items and
// percentages, and returns those that differ, in the order of the document;
// none when all hold (R32 e). It shares nothing with New but the rounding, so
// that each proves the other. It does not know the statement: that the costs of
// the lines are the statement's is for the caller to compare (R32 d).
func Check(inv Invoice) []Difference {
	if err := inv.Rounding.Mode.Check(); err != nil {
		return []Difference{{Name: "rounding mode", Want: "one of rule R20", Got: string(inv.Rounding.Mode)}}
	}
	p := proof{inv: inv}
	p.accounts()
	p.totals()
	p.taxes()
	return p.differences
}

// proof holds what was computed so far.
type proof struct {
	inv         Invoice
	differences []Difference

	exact      money.Decimal // Σ exact amounts of all lines
	exactUsage money.Decimal // of these, what a discount on usage covers
	lineLeft   money.Decimal // Σ usage lines, each rounded after the discount
	lineUsage  money.Decimal // Σ usage lines, each rounded before it
}

func (p *proof) equal(name string, want, got money.Decimal) {
	if !want.Equal(got) {
		p.differences = append(p.differences, Difference{name, want.String(), got.String()})
	}
}

func (p *proof) rounded(exact money.Decimal) money.Decimal {
	return exact.Round(p.inv.Digits, p.inv.Rounding.Mode)
}

// accounts proves every line, account total, the usage total and its residue.
func (p *proof) accounts() {
	var totals, lines []money.Decimal
	for _, account := range p.inv.Accounts {
		name := "account " + account.Account
		var exact, amounts []money.Decimal
		for _, line := range account.Lines {
			p.line(fmt.Sprintf("%s %s", name, line.Service), line)
			exact, amounts = append(exact, line.Exact), append(amounts, line.Amount)
		}
		want := p.rounded(money.Sum(exact...))
		if p.inv.Rounding.Point == perService {
			want = money.Sum(amounts...)
		}
		p.equal(name+": total", want, account.Total)
		totals, lines = append(totals, account.Total), append(lines, exact...)
	}
	p.exact = money.Sum(lines...)
	want := money.Sum(totals...)
	if p.inv.Rounding.Point == perInvoice {
		want = p.rounded(p.exact)
	}
	p.equal("usage total", want, p.inv.UsageTotal)
	p.equal("usage residue", p.inv.UsageTotal.Sub(p.exact), p.inv.UsageResidue)
}

func (p *proof) line(name string, line Line) {
	if line.CostCurrency == p.inv.Currency {
		p.equal(name+": rate", money.FromInt(1), line.Rate)
	} else if !p.stated(line) {
		p.differences = append(p.differences, Difference{name + ": rate", "a rate the document lists", line.Rate.String()})
	}
	p.equal(name+": exact amount", line.Cost.Mul(line.Rate), line.Exact)
	p.equal(name+": amount", p.rounded(line.Exact), line.Amount)
	if d := p.inv.Discount; d != nil && line.Kind == statement.Usage {
		share := money.FromInt(100).Sub(d.Percent)
		p.exactUsage = p.exactUsage.Add(line.Exact)
		p.lineUsage = p.lineUsage.Add(p.rounded(line.Exact))
		p.lineLeft = p.lineLeft.Add(p.rounded(line.Exact.Percent(share)))
	}
}

// stated tells whether the line's rate is among those of the document.
func (p *proof) stated(line Line) bool {
	for _, rate := range p.inv.Rates {
		if rate.From == line.CostCurrency && rate.To == p.inv.Currency && rate.Rate.Equal(line.Rate) {
			return true
		}
	}
	return false
}

// totals proves the way from the usage total to the amount before tax.
func (p *proof) totals() {
	inv := p.inv
	p.equal("subtotal", inv.UsageTotal, inv.Subtotal)
	discount := money.Zero
	if d := inv.Discount; d != nil {
		p.equal("discount", p.discount(*d), d.Amount)
		discount = d.Amount
	}
	p.equal("after discount", inv.Subtotal.Sub(discount), inv.AfterDiscount)

	before, free := inv.AfterDiscount, money.Zero
	for i, item := range inv.AdditionalItems {
		p.equal(fmt.Sprintf("additional item %d %s: amount", i+1, item.Label), p.rounded(item.Quantity.Mul(item.UnitPrice)), item.Amount)
		before = before.Add(item.Amount)
		if item.TaxFree {
			free = free.Add(item.Amount)
		}
	}
	p.equal("before tax", before, inv.BeforeTax)
	p.equal("tax-free", free, inv.TaxFree)
}

func (p *proof) discount(d Discount) money.Decimal {
	switch {
	case d.Base == onSubtotal:
		return p.inv.Subtotal.Sub(p.rounded(p.inv.Subtotal.Percent(money.FromInt(100).Sub(d.Percent))))
	case p.inv.Rounding.Point == perService:
		return p.lineUsage.Sub(p.lineLeft)
	default:
		return p.rounded(p.exactUsage.Percent(d.Percent))
	}
}

// taxes proves each tax, the total and the kind of document. The first tax and
// all that are charged are on the taxable base, others on the tax-free items.
func (p *proof) taxes() {
	inv := p.inv
	sum := money.Zero
	for i, tax := range inv.Taxes {
		name := fmt.Sprintf("tax %d %s", i+1, tax.Category)
		base := inv.TaxFree
		if i == 0 || tax.Category == "standard" || tax.Category == "reduced" {
			base = inv.BeforeTax.Sub(inv.TaxFree)
		}
		p.equal(name+": base", base, tax.Base)
		p.equal(name+": amount", p.rounded(tax.Percent.Mul(tax.Base).Percent(money.FromInt(1))), tax.Amount)
		sum = sum.Add(tax.Amount)
	}
	p.equal("tax total", sum, inv.TaxTotal)
	p.equal("total", inv.BeforeTax.Add(inv.TaxTotal), inv.Total)
	p.equal("payable", inv.Total, inv.Payable)

	document := "invoice"
	if inv.Total.Sign() < 0 {
		document = "credit-note"
	}
	if inv.Document != document {
		p.differences = append(p.differences, Difference{"document", document, inv.Document})
	}
}
