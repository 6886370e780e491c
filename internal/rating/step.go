package rating

import (
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// Step is what one book did to a price (R12, R13). Its arithmetic is
//
//	Amount = Start × Factor, or quantity × UnitPrice, or 0 where the rule excludes
//	Price  = Amount after Changes, or its part of Month, no less and no more than the limits
type Step struct {
	Book      string            `json:"book"`
	Version   int               `json:"version,omitempty"` // of the book; 0 where it was not kept
	Order     string            `json:"order,omitempty"`   // of the book, where not the first rule that matches wins
	Rule      billing.PriceRule `json:"rule"`
	Shadowed  []string          `json:"shadowed,omitempty"` // other rules of the book that match too, the next to win first
	Base      string            `json:"base"`               // of Start: a basis, cost (what the seller pays), or price (what the book before made)
	Start     money.Decimal     `json:"start"`
	Factor    *money.Decimal    `json:"factor,omitempty"`
	UnitPrice *money.Decimal    `json:"unit_price,omitempty"` // what a unit costs, the rate beyond the free tier included
	FreeTier  *FreeTier         `json:"free_tier,omitempty"`  // where UnitPrice is what usage costs beyond it
	Changes   []Change          `json:"changes,omitempty"`    // in their order
	Amount    money.Decimal     `json:"amount"`
	Month     *MonthTotal       `json:"month,omitempty"` // what the rule charges a group for the month, where that decides (R15)
	NotBelow  *Limit            `json:"not_below,omitempty"`
	NotAbove  *Limit            `json:"not_above,omitempty"`
	Price     money.Decimal     `json:"price"`
}

// Change is what an action that has no field of its own in Step made of a price.
type Change struct {
	Action string        `json:"action"` // the field of the rule
	To     money.Decimal `json:"to"`     // what the action is about, such as what a unit costs after it
	Price  money.Decimal `json:"price"`  // that came of it
}

// change notes what an action did, for the explanation.
func (s *Step) change(action string, to, price money.Decimal) {
	s.Changes, s.Price = append(s.Changes, Change{action, to, price}), price
}

// changed is what an action did; nil where it did nothing.
func (s Step) changed(action string) *Change {
	for i := range s.Changes {
		if s.Changes[i].Action == action {
			return &s.Changes[i]
		}
	}
	return nil
}

// Limit is what a price is no less or no more than.
type Limit struct {
	Base   string        `json:"base"` // a basis, or cost: what the seller pays
	Amount money.Decimal `json:"amount"`
	Bit    bool          `json:"bit"` // it made the price another
}

// FreeTier is the rate that usage in the provider's free tier is billed at.
type FreeTier struct {
	Rate   money.Decimal `json:"rate"`
	Public bool          `json:"public"`         // the provider's public rate; else what the line was billed at
	Line   string        `json:"line,omitempty"` // of the month, with that rate; told of the reseller's own sales
}

// Figure is a line of the arithmetic that a price is explained by.
type Figure struct {
	Name   string
	Number money.Decimal
	Note   string // after the number, such as the currency
}

// Figures are how the step's price came about in a sale: before what the month's
// total makes of it, and after.
func (s Step) Figures(of Sale) (before, after []Figure) {
	if s.UnitPrice == nil {
		before = append(before, Figure{"base: " + BaseName(s.Base), s.Start, string(of.Currency)})
	}
	if s.Rule.Exclude {
		return append(before, Figure{"× factor: excluded", money.Zero, ""}), nil
	}
	tell := func(f []Figure, all []*action) []Figure {
		for _, a := range all {
			if a.tell != nil {
				f = append(f, a.tell(s, of)...)
			}
		}
		return f
	}
	return tell(before, making), tell(nil, bounded)
}

// BaseName writes what a price starts from, or is bounded by.
func BaseName(base string) string {
	switch base {
	case string(billing.SellerCost):
		return "what the seller pays"
	case "price":
		return "the price so far"
	}
	return base + " cost"
}

const (
	costDecimals  = 18 // of what a book or sale starts from
	priceDecimals = 24
)

// priced is what a decision makes a price of.
type priced interface {
	quantity() money.Decimal
	covered() bool                                   // by a commitment, whose fee pays for it
	costOn(billing.Basis) (money.Decimal, error)     // what it costs who sells it
	beyondFree() (*FreeTier, error)                  // what its unit price comes from
	month(amount money.Decimal) (*MonthTotal, error) // its part of what the rule charges for the month
}

// apply works out what the decision makes of a step's Start: what the SQL of the
// actions makes of all charges.
func (d Decision) apply(c priced, s *Step) (err error) {
	if d.Rule.Exclude {
		return nil
	}
	if err := d.act(making, c, s); err != nil {
		return err
	}
	if byMonth(d.Rule) && !(onQuantity(d.Rule.Tiers) && c.covered()) {
		if s.Month, err = c.month(s.Price); err != nil {
			return err
		}
		s.Price = s.Month.Part
	}
	return d.act(bounded, c, s)
}

func (d Decision) act(all []*action, c priced, s *Step) error {
	for _, a := range all {
		if a.price == nil || a.term.value(d) == nil || a.term.perUnit && c.covered() {
			continue
		}
		if err := a.price(d, c, s); err != nil {
			return err
		}
	}
	return nil
}
