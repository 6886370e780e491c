package invoice

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// Comparison is by how much the documents of one chain differ from those of
// another, such as those of the month before. Each side is the sum of its
// documents: the invoice and the notes that correct it.
type Comparison struct {
	Before Side `json:"before"`
	Now    Side `json:"now"`
	// ByCost says that the two sides are in different currencies. Usage is compared
	// by what it costs the customer in the provider's currencies then, exact and tax
	// out; the other parts cannot be compared. Otherwise all amounts are rounded, in
	// the currency of the documents.
	ByCost   bool            `json:"by_cost,omitempty"`
	Parts    []PartChange    `json:"parts"`    // in the order of section E
	Services []ServiceChange `json:"services"` // over all accounts; the biggest difference first
	Accounts []AccountChange `json:"accounts"` // the biggest difference first
}

// Side is one of the two chains of a comparison.
type Side struct {
	Documents []string       `json:"documents"` // ids; none where there is nothing to compare with
	Period    billing.Period `json:"period,omitzero"`
	Group     string         `json:"group,omitempty"`
	Buyer     string         `json:"buyer,omitempty"`
	Currency  money.Currency `json:"currency,omitempty"`
	Digits    int32          `json:"digits"`
	Total     money.Decimal  `json:"total"` // with tax
}

// Change is a difference of two amounts in Currency.
type Change struct {
	Change     ChangeKind     `json:"change"`
	Currency   money.Currency `json:"currency"`
	Before     money.Decimal  `json:"before"`
	Now        money.Decimal  `json:"now"`
	Difference money.Decimal  `json:"difference"`
	Percent    *money.Decimal `json:"percent,omitempty"` // of the size of Before, rounded to one digit; none where that is 0
}

// ChangeKind says what became of an amount.
type ChangeKind string

const (
	Appeared  ChangeKind = "new"     // it was 0
	Vanished  ChangeKind = "gone"    // it is 0
	Changed   ChangeKind = "changed" // neither is 0
	Unchanged ChangeKind = "same"    // it is what it was
)

// PartChange is a change of a part of section E. What lowers the total is
// negative.
type PartChange struct {
	Part string `json:"part"`         // such as support; see the constants
	Of   string `json:"of,omitempty"` // one line of the part, such as an item; "" for the part itself
	Change
}

// The parts of section E.
const (
	PartUsage           = "usage"
	PartSupport         = "support"
	PartAgency          = "agency"
	PartSubtotal        = "subtotal"
	PartDiscounts       = "discounts"
	PartAfterDiscount   = "after discount"
	PartBillingServices = "billing services"
	PartShortfalls      = "shortfalls"
	PartAdditionalItems = "additional items"
	PartCoupons         = "coupons"
	PartBeforeTax       = "before tax"
	PartTax             = "tax"
	PartTotal           = "total"
	PartPrepaid         = "prepaid"
	PartCarried         = "carried"
	PartPayable         = "payable"
)

// ServiceChange is a change of a service, or of the applied entries of that name.
type ServiceChange struct {
	Kind    statement.Kind `json:"kind"`
	Service string         `json:"service"`
	Change
}

// Label is the service's name, and what it is where that is not usage.
func (s ServiceChange) Label() string {
	if s.Kind == statement.Usage {
		return s.Service
	}
	return s.Service + " (" + string(s.Kind) + ")"
}

// AccountChange is a change of an account's section.
type AccountChange struct {
	Account string `json:"account"`
	Name    string `json:"name,omitempty"`
	Change
	Services []ServiceChange `json:"services"` // the biggest difference first
}

// Compare says by how much the documents now differ from those before. Both are
// the documents of one chain that count, in any order; before may have none, then
// all is new. What is 0 on both sides is left out.
func Compare(before, now []Invoice) Comparison {
	c := Comparison{Before: sideOf(before), Now: sideOf(now)}
	c.ByCost = len(before) > 0 && len(now) > 0 && c.Before.Currency != c.Now.Currency
	t := tallies{
		byCost: c.ByCost, parts: tally[partKey]{}, services: tally[serviceKey]{}, accounts: tally[accountKey]{},
		within: map[accountKey]tally[serviceKey]{}, names: map[string]string{},
	}
	for _, inv := range before {
		t.count(inv, 0)
	}
	for _, inv := range now {
		t.count(inv, 1)
	}
	c.Parts, c.Services, c.Accounts = t.partChanges(), serviceChanges(t.services), t.accountChanges()
	return c
}

// Digits are those of the amounts now, or of those before where there are none now.
func (c Comparison) Digits() int32 {
	if len(c.Now.Documents) == 0 {
		return c.Before.Digits
	}
	return c.Now.Digits
}

// Whole is the change of the whole: of the total with tax, or of the usage in each
// of the provider's currencies where that is compared.
func (c Comparison) Whole() (whole []Change) {
	for _, p := range c.Parts {
		if p.Of == "" && (c.ByCost || p.Part == PartTotal) {
			whole = append(whole, p.Change)
		}
	}
	return whole
}

// Beyond tells whether an amount went up or down by more than that percent of its
// size before. Any change of 0 is more.
func (c Change) Beyond(percent money.Decimal) bool {
	return size(c.Difference).Mul(money.FromInt(100)).Cmp(size(c.Before).Mul(percent)) > 0
}

// Size is by how much an amount went up or down.
func (c Change) Size() money.Decimal { return size(c.Difference) }

func size(d money.Decimal) money.Decimal {
	if d.Sign() < 0 {
		return d.Neg()
	}
	return d
}

func sideOf(documents []Invoice) Side {
	s := Side{Documents: []string{}}
	for _, inv := range documents {
		s.Documents = append(s.Documents, inv.ID)
		s.Period, s.Group, s.Buyer, s.Currency, s.Digits = inv.Period, inv.Group, inv.Buyer.Name, inv.Currency, inv.Digits
		s.Total = s.Total.Add(inv.Total)
	}
	return s
}

// tally sums amounts up by what they are for: those before, and those now.
type tally[K comparable] map[K][2]money.Decimal

func (t tally[K]) add(key K, side int, amount money.Decimal) {
	sums := t[key]
	sums[side] = sums[side].Add(amount)
	t[key] = sums
}

type partKey struct {
	part, of string
	currency money.Currency
}

type serviceKey struct {
	kind     statement.Kind
	service  string
	currency money.Currency
}

type accountKey struct {
	account  string
	currency money.Currency
}

// tallies are the sums of a comparison.
type tallies struct {
	byCost   bool
	parts    tally[partKey]
	services tally[serviceKey]
	accounts tally[accountKey]
	within   map[accountKey]tally[serviceKey]
	names    map[string]string // of accounts
}

// count adds a document to a side.
func (t tallies) count(inv Invoice, side int) {
	for _, a := range inv.Accounts {
		t.names[a.Account] = cmp.Or(a.Name, t.names[a.Account])
		for _, l := range a.Lines {
			currency, amount := inv.Currency, l.Amount
			if t.byCost {
				currency, amount = l.CostCurrency, l.Cost
				t.accounts.add(accountKey{a.Account, currency}, side, amount)
				t.parts.add(partKey{PartUsage, "", currency}, side, amount)
			}
			account, service := accountKey{a.Account, currency}, serviceKey{l.Kind, l.Service, currency}
			if t.within[account] == nil {
				t.within[account] = tally[serviceKey]{}
			}
			t.within[account].add(service, side, amount)
			t.services.add(service, side, amount)
		}
		if !t.byCost {
			t.accounts.add(accountKey{a.Account, inv.Currency}, side, a.Total)
		}
	}
	if !t.byCost {
		inv.eachPart(func(part, of string, amount money.Decimal) {
			t.parts.add(partKey{part, of, inv.Currency}, side, amount)
		})
	}
}

// partOrder is the order of section E.
var partOrder = func() []string {
	order := []string{PartUsage}
	for _, c := range charges {
		order = append(order, c.part)
		switch c.part {
		case PartAgency:
			order = append(order, PartSubtotal)
		case PartDiscounts:
			order = append(order, PartAfterDiscount)
		}
	}
	return append(order, PartBeforeTax, PartTax, PartTotal, PartPrepaid, PartCarried, PartPayable)
}()

// eachPart goes through the sums of section E and the lines they are made of, in
// any order. What lowers the total is negative.
func (inv Invoice) eachPart(yield func(part, of string, amount money.Decimal)) {
	yield(PartUsage, "", inv.UsageTotal)
	for c := range inv.Charges() {
		yield(c.Part, "", c.Amount)
		yield(c.Part, c.line(), c.Amount)
	}
	yield(PartSubtotal, "", inv.Subtotal)
	yield(PartAfterDiscount, "", inv.AfterDiscount)
	yield(PartBeforeTax, "", inv.BeforeTax)
	yield(PartTax, "", inv.TaxTotal)
	for _, tax := range inv.Taxes {
		yield(PartTax, cmp.Or(tax.Label, tax.Category)+" "+tax.Percent.String()+" %", tax.Amount)
	}
	yield(PartTotal, "", inv.Total)
	yield(PartPrepaid, "", inv.PrepaidUsed.Neg())
	yield(PartCarried, "", inv.Carried)
	yield(PartPayable, "", inv.Payable)
}

// line tells the lines of a part apart, in English.
func (c Charge) line() string {
	if c.apart != "" {
		return c.apart
	}
	return strings.Join(slices.DeleteFunc([]string{c.Name(), c.Account, c.Provider}, func(s string) bool { return s == "" }), " ")
}

func changeOf(currency money.Currency, sums [2]money.Decimal) Change {
	c := Change{Change: Changed, Currency: currency, Before: sums[0], Now: sums[1], Difference: sums[1].Sub(sums[0])}
	switch {
	case c.Difference.IsZero():
		c.Change = Unchanged
	case c.Before.IsZero():
		c.Change = Appeared
	case c.Now.IsZero():
		c.Change = Vanished
	}
	if !c.Before.IsZero() {
		const digits, kept = 1, 9 // of the percent; cut so deep that the rounding is that of the exact one
		percent := c.Difference.Mul(money.FromInt(100)).Quo(size(c.Before), kept).Round(digits, money.HalfUp)
		c.Percent = &percent
	}
	return c
}

// nothing tells whether there is no amount on either side.
func (c Change) nothing() bool { return c.Before.IsZero() && c.Now.IsZero() }

// partChanges keeps the total, whatever it is.
func (t tallies) partChanges() []PartChange {
	changes := []PartChange{}
	for key, sums := range t.parts {
		p := PartChange{key.part, key.of, changeOf(key.currency, sums)}
		if !p.nothing() || p.Part == PartTotal {
			changes = append(changes, p)
		}
	}
	slices.SortFunc(changes, func(a, b PartChange) int {
		return cmp.Or(cmp.Compare(slices.Index(partOrder, a.Part), slices.Index(partOrder, b.Part)),
			cmp.Compare(a.Of, b.Of), cmp.Compare(a.Currency, b.Currency))
	})
	return changes
}

func serviceChanges(services tally[serviceKey]) []ServiceChange {
	changes := []ServiceChange{}
	for key, sums := range services {
		s := ServiceChange{key.kind, key.service, changeOf(key.currency, sums)}
		if !s.nothing() {
			changes = append(changes, s)
		}
	}
	slices.SortFunc(changes, func(a, b ServiceChange) int {
		return cmp.Or(b.Size().Cmp(a.Size()), cmp.Compare(a.Service, b.Service), cmp.Compare(placeOf(a.Kind), placeOf(b.Kind)),
			cmp.Compare(a.Currency, b.Currency))
	})
	return changes
}

func (t tallies) accountChanges() []AccountChange {
	changes := []AccountChange{}
	for _, key := range slices.SortedFunc(maps.Keys(t.accounts), func(a, b accountKey) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.currency, b.currency))
	}) {
		a := AccountChange{key.account, t.names[key.account], changeOf(key.currency, t.accounts[key]), serviceChanges(t.within[key])}
		if !a.nothing() || len(a.Services) > 0 {
			changes = append(changes, a)
		}
	}
	slices.SortStableFunc(changes, func(a, b AccountChange) int { return b.Size().Cmp(a.Size()) })
	return changes
}
