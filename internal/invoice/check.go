package invoice

import (
	"fmt"
	"strconv"

	"github.com/sluice-billing/sluice/internal/billing"
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

// Check computes the figures of a document again from its own lines, exchange
// rates and frozen settings, and returns those that differ, in the order of the
// document; none when all hold (R32 e). It shares nothing with New but the
// rounding and the providers' tables of support, so that each proves the other.
// It does not know the statement: that the costs of the lines are the
// statement's is for the caller to compare (R32 d).
//
// The amounts of a correction are differences of two documents, which may have
// been rounded in other ways: of it, what are sums wherever it is rounded.
func Check(inv Invoice) []Difference {
	if err := inv.Rounding.Mode.Check(); err != nil {
		return []Difference{{Name: "rounding mode", Want: "one of rule R20", Got: string(inv.Rounding.Mode)}}
	}
	p := proof{inv: inv, set: inv.Frozen.Invoice, whole: inv.Corrects == nil}
	p.agreed = agreedDiscounts(p.set)
	p.usage()
	p.charges()
	p.taxes()
	p.payment()
	return p.differences
}

// proof holds what was computed so far.
type proof struct {
	inv         Invoice
	set         billing.InvoiceSettings // as frozen
	whole       bool                    // the amounts are those of a month, not of a correction
	agreed      []Discount              // that the settings name, the group's last; without amounts
	used        []usedLine
	soFar       money.Decimal // what the lines of charges come to that were gone through, with what they are added to
	differences []Difference
}

// usedLine is a line of usage with what is said of it elsewhere.
type usedLine struct {
	Line
	account, payer, provider string
	discount                 int // its place among the agreed ones; -1 for none
}

func (p *proof) equal(name string, want, got money.Decimal) {
	if !want.Equal(got) {
		p.differ(name, want.String(), got.String())
	}
}

// equalIf compares numbers that are left out where they say nothing.
func (p *proof) equalIf(name string, want, got *money.Decimal) {
	text := func(d *money.Decimal) string {
		if d == nil {
			return "none"
		}
		return d.String()
	}
	p.same(name, text(want), text(got))
}

func (p *proof) same(name, want, got string) {
	if want != got {
		p.differ(name, want, got)
	}
}

// count compares how many parts there are, and tells whether they can be
// compared one by one.
func (p *proof) count(name string, want, got int) bool {
	p.same(name, strconv.Itoa(want), strconv.Itoa(got))
	return want == got
}

func (p *proof) differ(name, want, got string) {
	p.differences = append(p.differences, Difference{name, want, got})
}

func (p *proof) rounded(exact money.Decimal) money.Decimal {
	return exact.Round(p.inv.Digits, p.inv.Rounding.Mode)
}

// usage proves every line, account total, the usage total and its residue.
func (p *proof) usage() {
	if p.whole {
		p.same("rounding mode", string(p.set.Rounding.Mode), string(p.inv.Rounding.Mode))
		p.same("rounding point", p.set.Rounding.Point, p.inv.Rounding.Point)
		if d := p.set.Rounding.Digits; d == nil || *d != p.inv.Digits {
			p.differ("digits", "those of the settings", strconv.Itoa(int(p.inv.Digits)))
		}
	}
	var totals, exact []money.Decimal
	for _, account := range p.inv.Accounts {
		lines := p.account(account)
		totals, exact = append(totals, account.Total), append(exact, lines)
	}
	if p.whole {
		want := money.Sum(totals...)
		if p.inv.Rounding.Point == perInvoice {
			want = p.rounded(money.Sum(exact...))
		}
		p.equal("usage total", want, p.inv.UsageTotal)
	}
	p.equal("usage residue", p.inv.UsageTotal.Sub(money.Sum(exact...)), p.inv.UsageResidue)
}

// account proves a section and returns the exact sum of its lines.
func (p *proof) account(account Account) money.Decimal {
	name := "account " + account.Account
	var exact, amounts []money.Decimal
	for _, line := range account.Lines {
		exact, amounts = append(exact, line.Exact), append(amounts, line.Amount)
		if p.whole {
			p.line(fmt.Sprintf("%s %s", name, line.Service), account.Payer, line)
		}
		if line.Kind == statement.Usage {
			p.used = append(p.used, usedLine{
				Line: line, account: account.Account, payer: account.Payer, provider: account.Provider,
				discount: p.nearest(account.Account, line.Service),
			})
		}
	}
	if p.whole {
		want := p.rounded(money.Sum(exact...))
		if p.inv.Rounding.Point == perService {
			want = money.Sum(amounts...)
		}
		p.equal(name+": total", want, account.Total)
	}
	return money.Sum(exact...)
}

// line proves one line. An entry may have been applied at a rate of its own.
func (p *proof) line(name, payer string, line Line) {
	if line.Kind != statement.Entry {
		p.rate(name+": rate", line.CostCurrency, payer, line.Rate)
	}
	p.equal(name+": exact amount", line.Cost.Mul(line.Rate), line.Exact)
	p.equal(name+": amount", p.rounded(line.Exact), line.Amount)
}

// rate proves a rate into the document's currency for usage under a payer: 1 for
// the same currency, else the one listed at the level of the settings, else the
// common one (R19).
func (p *proof) rate(name string, from money.Currency, payer string, got money.Decimal) {
	if from == p.inv.Currency {
		p.equal(name, money.FromInt(1), got)
		return
	}
	var own, common *money.Decimal
	for _, r := range p.inv.Rates {
		switch {
		case r.From != from || r.To != p.inv.Currency:
		case r.Level == commonRate:
			common = &r.Rate
		case r.Level == p.set.Exchange && r.Payer == payer, r.Level == p.set.Exchange && r.Level == groupRate:
			own = &r.Rate
		}
	}
	if own == nil {
		own = common
	}
	p.listed(name, own, got)
}

// common is the common rate between two currencies that the document lists; nil
// where it lists none.
func (p *proof) common(from, to money.Currency) *money.Decimal {
	if from == to {
		one := money.FromInt(1)
		return &one
	}
	for _, r := range p.inv.Rates {
		if r.From == from && r.To == to && r.Level == commonRate {
			return &r.Rate
		}
	}
	return nil
}

func (p *proof) listed(name string, want *money.Decimal, got money.Decimal) {
	if want == nil {
		p.differ(name, "a rate that the document lists", got.String())
		return
	}
	p.equal(name, *want, got)
}

// payment proves total, kind of the document, and what is paid from the balance.
func (p *proof) payment() {
	inv := p.inv
	p.equal("total", inv.BeforeTax.Add(inv.TaxTotal), inv.Total)
	negative, positive := inv.Total.Sign() < 0, inv.Total.Sign() > 0
	document := DocumentInvoice
	switch {
	case negative:
		document = DocumentCreditNote
	case !p.whole:
		document = DocumentDebitNote
	}
	p.same("document", string(document), string(inv.Document))

	if inv.Voids() { // what goes back to the balance is what the documents it voids took from there
		p.equal("prepaid used", money.Zero, inv.PrepaidUsed)
		p.equal("payable", inv.Carried.Add(inv.Total), inv.Payable)
		return
	}
	var balance *money.Decimal
	used, carried := money.Zero, money.Zero
	if p.set.Prepaid {
		balance = &inv.Frozen.Balance
		if positive && balance.Sign() > 0 {
			used = balance.Round(inv.Digits, money.Down) // no more than there is
			if used.Cmp(inv.Total) > 0 {
				used = inv.Total
			}
		}
	}
	if p.set.CarryCredit && negative {
		carried = carried.Sub(inv.Total)
	}
	p.equalIf("prepaid balance", balance, inv.PrepaidBalance)
	p.equal("prepaid used", used, inv.PrepaidUsed)
	p.equal("carried", carried, inv.Carried)
	p.equal("payable", inv.Carried.Add(inv.Total).Sub(inv.PrepaidUsed), inv.Payable)
}

// amounts are one figure of every part of a section.
func amounts[T any](parts []T, of func(T) money.Decimal) (sum money.Decimal) {
	for _, part := range parts {
		sum = sum.Add(of(part))
	}
	return sum
}

// charged tells whether the document's month lies from the month of one day on
// and before that of another.
func (p *proof) charged(from, to *billing.Day) bool {
	month := p.inv.Period
	return (from == nil || !month.Before(billing.PeriodOf(from.Time()))) && (to == nil || month.Before(billing.PeriodOf(to.Time())))
}

// orZero is a number of the settings that may be left out.
func orZero(d *money.Decimal) money.Decimal {
	if d == nil {
		return money.Zero
	}
	return *d
}
