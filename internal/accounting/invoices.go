package accounting

import (
	"cmp"

	"github.com/sluice-billing/sluice/internal/money"
)

// How documents that come to less than nothing are written by a system that takes
// invoices: with negative amounts among the others, or in a file of their own.
const (
	creditNegative = "negative"
	creditSeparate = "separate"
)

// apart tells whether a document stands in the file of the credit notes, where its
// amounts are turned.
func (x *export) apart(b *book) bool {
	return x.m.CreditNotes == creditSeparate && b.inv.Payable.Sign() < 0
}

// turned is a line as the file of its document has it: of a credit note that stands
// apart, what is given back is positive.
func (x *export) turned(b *book, s sale) sale {
	if x.apart(b) {
		s.price, s.net, s.share = s.price.Neg(), s.net.Neg(), s.share.Neg()
	}
	return s
}

// invoices keeps the file of invoices and that of credit notes, whose first row is
// the titles. One without documents is left out, where the other has some.
func (x *export) invoices(what string, rows, credits [][]string) {
	if len(rows) > 1 || len(credits) == 1 {
		x.csv(x.fileName(what+"_invoices"), charsetNamed("utf-8"), rows)
	}
	if len(credits) > 1 {
		x.csv(x.fileName(what+"_credit_notes"), charsetNamed("utf-8"), credits)
	}
}

// describe is what a line is called on an invoice: the service, and whose account
// it was used in.
func describe(s sale) string {
	account := cmp.Or(s.name, s.account)
	if account == "" {
		return s.label
	}
	return s.label + " – " + account
}

// percentOf is a tax on an amount, as a system computes it by itself from the
// amount with tax, rounded half up.
func percentOf(gross, percent money.Decimal, digits int32) money.Decimal {
	return gross.Mul(percent).Quo(percent.Add(money.FromInt(100)), digits+exactDigits).Round(digits, money.HalfUp)
}
