package invoice

import (
	"cmp"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// AccountStatement is what was asked for and paid in a time, in one currency.
// Opening + Σ lines = Closing.
type AccountStatement struct {
	Holder   string         `json:"holder"` // customer or billing group
	Currency money.Currency `json:"currency"`
	From     billing.Day    `json:"from"`
	To       billing.Day    `json:"to"`      // counts as well
	Opening  money.Decimal  `json:"opening"` // owed before the first day
	Lines    []AccountLine  `json:"lines"`
	Closing  money.Decimal  `json:"closing"` // owed after the last day
	Digits   int32          `json:"digits"`
}

// AccountLine is one document or payment.
type AccountLine struct {
	On      billing.Day   `json:"on"`
	What    string        `json:"what"` // invoice, credit-note, debit-note, payment, write-off, reversal
	Name    string        `json:"name"` // number of the document, id of the payment
	Due     *billing.Day  `json:"due,omitempty"`
	Note    string        `json:"note,omitempty"`
	Amount  money.Decimal `json:"amount"`  // with tax; negative where less is owed
	Balance money.Decimal `json:"balance"` // owed after it
}

// OfCustomer returns the statements of a customer, one for each currency in
// which there is anything up to the last day. Payments count when they are made,
// allocated or not.
func (r Receivables) OfCustomer(customer string, from, to billing.Day) []AccountStatement {
	b := accountBook{holder: customer, from: from, to: to}
	for _, d := range r.Documents {
		if d.Customer == customer {
			b.addDocument(d)
		}
	}
	for _, p := range r.Payments {
		if p.Customer == customer {
			b.add(p.Currency, p.Currency.Digits(), AccountLine{On: p.On, What: string(p.Kind), Name: p.ID, Note: p.Reference, Amount: p.Amount.Neg()})
		}
	}
	return b.statements()
}

// OfGroup returns the statements of a billing group. Of payments, it has what
// was allocated to documents of the group, on the day it was.
func (r Receivables) OfGroup(group string, from, to billing.Day) []AccountStatement {
	b := accountBook{holder: group, from: from, to: to}
	currency, names := map[string]money.Currency{}, map[string]string{}
	for _, d := range r.Documents {
		names[d.ID] = d.Number
		if d.Group == group {
			currency[d.ID] = d.Currency
			b.addDocument(d)
		}
	}
	for _, s := range r.Settlements {
		if c, ours := currency[s.Invoice]; ours {
			name := cmp.Or(names[s.Source], s.Source)
			b.add(c, c.Digits(), AccountLine{On: s.On, What: string(s.Kind), Name: name, Note: names[s.Invoice], Amount: s.Amount.Neg()})
		}
		if c, ours := currency[s.Source]; ours {
			b.add(c, c.Digits(), AccountLine{On: s.On, What: string(s.Kind), Name: names[s.Source], Note: names[s.Invoice], Amount: s.Amount})
		}
	}
	return b.statements()
}

// accountBook collects the lines of one holder.
type accountBook struct {
	holder   string
	from, to billing.Day
	of       map[money.Currency]*AccountStatement
}

func (b *accountBook) addDocument(d Receivable) {
	line := AccountLine{On: d.Issued, What: d.Document, Name: d.Number, Amount: d.Payable}
	if d.Payable.Sign() > 0 {
		line.Due = &d.Due
	}
	b.add(d.Currency, d.Digits, line)
}

func (b *accountBook) add(currency money.Currency, digits int32, line AccountLine) {
	if line.On > b.to {
		return
	}
	if b.of == nil {
		b.of = map[money.Currency]*AccountStatement{}
	}
	s := b.of[currency]
	if s == nil {
		s = &AccountStatement{Holder: b.holder, Currency: currency, From: b.from, To: b.to, Lines: []AccountLine{}}
		b.of[currency] = s
	}
	s.Digits = max(s.Digits, digits)
	if line.On < b.from {
		s.Opening = s.Opening.Add(line.Amount)
		return
	}
	s.Lines = append(s.Lines, line)
}

// statements sorts the lines by day, documents before payments, and sums up.
func (b *accountBook) statements() []AccountStatement {
	all := []AccountStatement{}
	for _, currency := range slices.Sorted(maps.Keys(b.of)) {
		s := b.of[currency]
		slices.SortStableFunc(s.Lines, func(x, y AccountLine) int {
			return cmp.Or(cmp.Compare(x.On, y.On), -x.Amount.Cmp(y.Amount), cmp.Compare(x.Name, y.Name))
		})
		s.Closing = s.Opening
		for i := range s.Lines {
			s.Closing = s.Closing.Add(s.Lines[i].Amount)
			s.Lines[i].Balance = s.Closing
		}
		all = append(all, *s)
	}
	return all
}
