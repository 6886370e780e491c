package invoice

import (
	"cmp"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// Receivable is an issued document as the books of who sends it have it.
type Receivable struct {
	ID       string
	Number   string
	Document string // invoice | credit-note …
	Customer string
	Buyer    string // as printed
	Group    string
	Currency money.Currency
	Digits   int32
	Issued   billing.Day
	Due      billing.Day
	Payable  money.Decimal // with tax, after what is prepaid; negative: a credit note
}

// Receivables is all that customers were asked for, and all they paid.
type Receivables struct {
	Documents   []Receivable
	Payments    []Payment
	Settlements []Settlement
}

// Ageing is what a customer owes in one currency on a day, by how long it has
// been due. The parts add up to Total.
type Ageing struct {
	Customer string         `json:"customer"`
	Group    string         `json:"group,omitempty"` // where it is asked for by billing group; empty for unallocated payments
	Buyer    string         `json:"buyer"`           // as the last document prints it
	Currency money.Currency `json:"currency"`
	NotDue   money.Decimal  `json:"not_due"`
	To30     money.Decimal  `json:"days_1_to_30"`
	To60     money.Decimal  `json:"days_31_to_60"`
	To90     money.Decimal  `json:"days_61_to_90"`
	Over90   money.Decimal  `json:"days_over_90"`
	Credit   money.Decimal  `json:"credit"` // zero or negative: open credit notes and unallocated payments
	Total    money.Decimal  `json:"total"`
}

// Ageing returns what is open as of the end of a day, by customer, or by billing
// group too, and currency. Who owes nothing is left out. Amounts are with tax.
func (r Receivables) Ageing(asOf billing.Day, byGroup bool) []Ageing {
	type key struct {
		customer, group string
		currency        money.Currency
	}
	found := map[key]*Ageing{}
	at := func(customer, group string, currency money.Currency) *Ageing {
		if !byGroup {
			group = ""
		}
		k := key{customer, group, currency}
		if found[k] == nil {
			found[k] = &Ageing{Customer: customer, Group: group, Currency: currency}
		}
		return found[k]
	}
	settled, given := r.settledUntil(asOf)
	for _, d := range r.Documents {
		if d.Issued > asOf {
			continue
		}
		a := at(d.Customer, d.Group, d.Currency)
		a.Buyer = d.Buyer
		a.add(d.Payable.Sub(settled[d.ID]), int(asOf-d.Due))
	}
	for _, p := range r.Payments {
		if p.On <= asOf {
			at(p.Customer, "", p.Currency).addCredit(given[p.ID].Sub(p.Amount))
		}
	}
	rows := slices.Collect(maps.Values(found))
	rows = slices.DeleteFunc(rows, func(a *Ageing) bool { return a.empty() })
	slices.SortFunc(rows, func(a, b *Ageing) int {
		return cmp.Or(cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.Currency, b.Currency), cmp.Compare(a.Group, b.Group))
	})
	all := make([]Ageing, len(rows))
	for i, a := range rows {
		all[i] = *a
	}
	return all
}

// settledUntil sums the settlements up to a day: by the document that is
// settled, and by the entry they are out of.
func (r Receivables) settledUntil(day billing.Day) (settled, given map[string]money.Decimal) {
	settled, given = map[string]money.Decimal{}, map[string]money.Decimal{}
	for _, s := range r.Settlements {
		if s.On > day {
			continue
		}
		settled[s.Invoice] = settled[s.Invoice].Add(s.Amount)
		given[s.Source] = given[s.Source].Add(s.Amount)
		if s.Kind == FromCreditNote {
			settled[s.Source] = settled[s.Source].Sub(s.Amount)
		}
	}
	return settled, given
}

// add puts what is open of a document where its age belongs.
func (a *Ageing) add(open money.Decimal, daysOverdue int) {
	if open.Sign() < 0 {
		a.addCredit(open)
		return
	}
	part := &a.Over90
	switch {
	case daysOverdue <= 0:
		part = &a.NotDue
	case daysOverdue <= 30:
		part = &a.To30
	case daysOverdue <= 60:
		part = &a.To60
	case daysOverdue <= 90:
		part = &a.To90
	}
	*part = part.Add(open)
	a.Total = a.Total.Add(open)
}

func (a *Ageing) addCredit(credit money.Decimal) {
	a.Credit = a.Credit.Add(credit)
	a.Total = a.Total.Add(credit)
}

func (a *Ageing) empty() bool {
	for _, part := range []money.Decimal{a.NotDue, a.To30, a.To60, a.To90, a.Over90, a.Credit} {
		if !part.IsZero() {
			return false
		}
	}
	return true
}
