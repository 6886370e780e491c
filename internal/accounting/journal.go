package accounting

import (
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// posting is one line of a journal: an amount in an account. A debit is positive, a
// credit negative. tax is within the amount, with the same sign, where the journal
// is tax in.
type posting struct {
	kind       string // receivable, tax, or of Kinds
	account    string
	subAccount string
	department string
	code       string // of tax
	amount     money.Decimal
	tax        money.Decimal
	treatment  *treatment
}

// journal is the double entry of a document, in its currency: the receivable first,
// then what is billed by account, then the taxes where they have their own lines.
// Its amounts come to 0. What comes to 0 by itself is left out.
func (x *export) journal(b *book) []posting {
	separate := x.m.Tax == taxSeparate
	entries := []posting{{kind: kindReceivable, account: x.receivable(b), amount: b.inv.Payable, department: x.customer(b, func(r CustomerRule) string { return r.Department })}}
	entries[0].subAccount = x.customer(b, func(r CustomerRule) string { return r.SubAccount })
	for i := range b.sales {
		s := &b.sales[i]
		p := posting{
			kind: s.kind, account: x.account(b, s), subAccount: x.subAccount(b, s), department: x.department(b, s),
			amount: s.net.Neg(), treatment: s.tax,
		}
		if !separate {
			p.code, p.tax, p.amount = x.code(b, s.tax), s.share.Neg(), s.gross().Neg()
		} else if s.tax.category != "reverse-charge" { // which DATEV tells apart
			p.treatment = nil
		}
		entries = post(entries, p)
	}
	if separate {
		for i, t := range b.inv.Taxes {
			if !t.Amount.IsZero() {
				entries = post(entries, posting{kind: kindTax, account: x.taxAccount(b, i), amount: t.Amount.Neg()})
			}
		}
	}
	var left []posting
	for _, p := range entries {
		if !p.amount.IsZero() || !p.tax.IsZero() {
			left = append(left, p)
		}
	}
	return left
}

// What a posting is beside the kinds of a line, and how tax is booked.
const (
	kindReceivable = "receivable"
	kindTax        = "tax"

	taxIncluded = "included"
	taxSeparate = "separate"
)

// post adds a posting to that of the same account, code and department.
func post(entries []posting, p posting) []posting {
	for i := 1; i < len(entries); i++ {
		e := &entries[i]
		if e.account == p.account && e.subAccount == p.subAccount && e.department == p.department && e.code == p.code &&
			e.treatment == p.treatment && (e.kind == kindTax) == (p.kind == kindTax) && (e.kind == kindPrepaid) == (p.kind == kindPrepaid) {
			e.amount, e.tax = e.amount.Add(p.amount), e.tax.Add(p.tax)
			return entries
		}
	}
	return append(entries, p)
}

// rate is by what an amount of a document is multiplied to have it in the books'
// currency, by the common rate that the document names (R19), or where that is of
// the other direction, divided. The error says that there is none.
func (x *export) rate(b *book) (convert func(money.Decimal) money.Decimal, by money.Decimal, err error) {
	from, to := b.inv.Currency, x.m.Currency
	if from == to {
		return func(a money.Decimal) money.Decimal { return a }, money.FromInt(1), nil
	}
	for _, r := range b.inv.Rates {
		switch {
		case r.Level != "common" || r.Rate.Sign() <= 0:
		case r.From == from && r.To == to:
			return func(a money.Decimal) money.Decimal { return a.Mul(r.Rate) }, r.Rate, nil
		case r.From == to && r.To == from:
			return func(a money.Decimal) money.Decimal { return a.Quo(r.Rate, exactDigits) }, money.FromInt(1).Quo(r.Rate, exactDigits), nil
		}
	}
	return nil, money.Zero, fmt.Errorf("%s is in %s, and %s takes %s; the document has no common rate between the two, so enter it by hand or keep it out", b.title(), from, x.system.Title, to)
}

// exactDigits is how many digits a quotient has before it is rounded.
const exactDigits = 18

// inBooks is a journal in the currency of the books, rounded to its digits. It
// comes to 0 still: each posting has what all up to it come to less what those
// before it do, so that the receivable, which is first, is what it is by itself.
func (x *export) inBooks(b *book, entries []posting) ([]posting, error) {
	convert, _, err := x.rate(b)
	if err != nil {
		return nil, err
	}
	if b.inv.Currency == x.m.Currency {
		for _, p := range entries {
			if p.amount.Scale() > x.m.Currency.Digits() || p.tax.Scale() > x.m.Currency.Digits() {
				return nil, fmt.Errorf("%s has the amount %s, and %s takes %d digits after the point in %s; round documents so", b.title(), p.amount, x.system.Title, x.m.Currency.Digits(), x.m.Currency)
			}
		}
		return entries, nil
	}
	digits := x.m.Currency.Digits()
	out := make([]posting, len(entries))
	amount, before, tax, taxBefore := money.Zero, money.Zero, money.Zero, money.Zero
	for i, p := range entries {
		amount, tax = amount.Add(p.amount), tax.Add(p.tax)
		upTo, taxUpTo := convert(amount).Round(digits, money.HalfUp), convert(tax).Round(digits, money.HalfUp)
		out[i] = p
		out[i].amount, out[i].tax = upTo.Sub(before), taxUpTo.Sub(taxBefore)
		before, taxBefore = upTo, taxUpTo
	}
	return out, nil
}

// debit and credit are the two sides of a posting; one of them is empty.
func (p posting) debit(digits int32) string {
	if p.amount.Sign() < 0 {
		return ""
	}
	return fixed(p.amount, digits)
}

func (p posting) credit(digits int32) string {
	if p.amount.Sign() >= 0 {
		return ""
	}
	return fixed(p.amount.Neg(), digits)
}

// written is a day in the form that the mapping says, in the calendar of the
// document.
func (x *export) written(d billing.Day) string { return d.Time().Format(goLayout(x.m.Dates)) }
