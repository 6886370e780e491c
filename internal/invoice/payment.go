package invoice

import (
	"fmt"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// PaymentKind says what an entry of the payments is.
type PaymentKind string

const (
	PaidIn     PaymentKind = "payment"   // money from the customer; negative: back to the customer
	WrittenOff PaymentKind = "write-off" // what the reseller gives up
	Reversal   PaymentKind = "reversal"  // takes another entry back, which stays on record
	// FromCreditNote is the kind of settlements out of a credit note, never of an
	// entry.
	FromCreditNote PaymentKind = "credit-note"
)

// Payment is an entry that lowers what a customer owes. Entries are only ever
// added; a wrong one is taken back by a reversal.
type Payment struct {
	ID        string         `json:"id"`  // P-000001, given by the records
	Key       string         `json:"key"` // of the bank, or made up: the same key twice is the same payment
	Kind      PaymentKind    `json:"kind"`
	Reverses  string         `json:"reverses,omitempty"` // id of the entry that a reversal takes back
	Customer  string         `json:"customer"`
	On        billing.Day    `json:"on"`     // value date
	Amount    money.Decimal  `json:"amount"` // in Currency
	Currency  money.Currency `json:"currency"`
	Payer     string         `json:"payer,omitempty"`
	Method    string         `json:"method,omitempty"`    // such as bank transfer
	Reference string         `json:"reference,omitempty"` // what the payer wrote; why it is written off or reversed
	Named     string         `json:"named,omitempty"`     // documents it was said to be for; empty: the oldest first
	At        time.Time      `json:"at"`
	By        string         `json:"by"`
}

// SameFacts tells whether two entries say the same, whoever recorded them when.
func (p Payment) SameFacts(q Payment) bool {
	amount := p.Amount.Equal(q.Amount)
	p.ID, p.At, p.By, p.Amount = q.ID, q.At, q.By, q.Amount
	return amount && p == q
}

// Settlement is the part of an entry, or of a credit note, that pays for a
// document. Σ settlements of an entry and what of it is unallocated are its
// amount.
type Settlement struct {
	Source  string        `json:"source"` // id of the payment, or of the credit note
	Kind    PaymentKind   `json:"kind"`   // of what it is made of; a reversal's is that of the entry it takes back
	Invoice string        `json:"invoice"`
	Amount  money.Decimal `json:"amount"` // taken off what is to be paid; negative where it is taken back
	On      billing.Day   `json:"on"`
	At      time.Time     `json:"at"`
	By      string        `json:"by"`
}

// Settled is how much of what a document asks for is settled. What a credit
// note gives to others counts against it, as its own sum is negative.
func Settled(id string, settlements []Settlement) money.Decimal {
	sum := money.Zero
	for _, s := range settlements {
		if s.Invoice == id {
			sum = sum.Add(s.Amount)
		}
		if s.Source == id {
			sum = sum.Sub(s.Amount)
		}
	}
	return sum
}

func writtenOff(id string, settlements []Settlement) money.Decimal {
	sum := money.Zero
	for _, s := range settlements {
		if s.Invoice == id && s.Kind == WrittenOff {
			sum = sum.Add(s.Amount)
		}
	}
	return sum
}

// Claim is a document that can be paid for.
type Claim struct {
	ID     string
	Name   string        // its number
	Issued billing.Day   // nothing settles it earlier
	Open   money.Decimal // negative: a credit note
	Part   *money.Decimal
}

// Part is what a claim gets.
type Part struct {
	Invoice string
	Amount  money.Decimal
	On      billing.Day
}

// Allocate gives an amount of that day to claims, in their order, none more than
// is open of it, and each that names a Part exactly that. A positive amount goes
// to invoices, a negative one to credit notes. What is left stays unallocated.
// It is an error when a Part is more than is open or left.
func Allocate(amount money.Decimal, on billing.Day, claims []Claim) (parts []Part, left money.Decimal, err error) {
	left = amount
	for _, c := range claims {
		if c.Open.Sign() != amount.Sign() {
			if c.Part != nil {
				return nil, amount, fmt.Errorf("%s has %s open, so it cannot get %s", c.Name, c.Open, c.Part)
			}
			continue
		}
		part := least(c.Open, left)
		if c.Part != nil {
			if part = *c.Part; part.Sign() != amount.Sign() || beyond(part, c.Open) {
				return nil, amount, fmt.Errorf("%s has %s open, so it cannot get %s", c.Name, c.Open, part)
			}
			if beyond(part, left) {
				return nil, amount, fmt.Errorf("%s cannot get %s: only %s is left of the amount", c.Name, part, left)
			}
		}
		if part.IsZero() {
			continue
		}
		parts = append(parts, Part{Invoice: c.ID, Amount: part, On: max(on, c.Issued)})
		left = left.Sub(part)
	}
	return parts, left, nil
}

// least is the number nearer to zero, of two with one sign.
func least(a, b money.Decimal) money.Decimal {
	if beyond(a, b) {
		return b
	}
	return a
}

// beyond tells whether a is further from zero than b, of two with one sign.
func beyond(a, b money.Decimal) bool {
	if a.Sign() < 0 {
		return a.Cmp(b) < 0
	}
	return a.Cmp(b) > 0
}
