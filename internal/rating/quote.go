package rating

import (
	"slices"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// Quotation is what a book makes of a line. Amounts are exact, in the line's
// currency, tax out.
type Quotation struct {
	Rule     string   `json:"rule"`               // that won; empty where none does
	Shadowed []string `json:"shadowed,omitempty"` // other rules that match too, the next to win first
	Quoted
	Factor    money.Decimal  `json:"factor"`
	UnitPrice *money.Decimal `json:"unit_price,omitempty"` // what a unit costs, the rate beyond the free tier included
}

// Quoted is what a decision makes of amounts.
type Quoted struct {
	Base     billing.Basis  `json:"base,omitempty"`    // that the rule names; empty for the cost or price that the book starts from
	Start    money.Decimal  `json:"start"`             // the amount on it
	Measure  *money.Decimal `json:"measure,omitempty"` // quantity or spend that the month's total is made of (R15)
	Price    money.Decimal  `json:"price"`             // 0 where the line is on no invoice
	Managed  money.Decimal  `json:"managed"`           // charged beside the price
	Excluded bool           `json:"excluded"`          // by the rule
}

// Amounts are what lines come to that a rule prices: all of a group, month and
// currency, and for tiers of quantity of one unit.
type Amounts struct {
	Quantity money.Decimal
	Cost     money.Decimal // on every basis but the two below
	Net      money.Decimal // and what the seller pays
	List     money.Decimal // 0 for commitments' fees and negations (R6)
	Covered  bool          // by commitments: a unit price is for other usage
}

func (a Amounts) on(basis billing.Basis) money.Decimal {
	switch basis {
	case billing.Net, billing.SellerCost:
		return a.Net
	case billing.List:
		return a.List
	}
	return a.Cost
}

// Quote is the price of amounts by the decision, as Rate makes it when they are
// those of one charge and the only ones that the rule prices in the month. For
// several charges it is the sum of their prices but for rounding in the 24th
// digit; what goes charge by charge, as not_below does, is done to the sum then.
func (d Decision) Quote(a Amounts) Quoted {
	r := d.Rule
	s := Step{Start: a.on(r.Base)}
	if err := d.apply(quoting{a, r}, &s); err != nil {
		panic(err) // amounts are there, nothing is read
	}
	q := Quoted{Base: r.Base, Start: s.Start, Price: s.Price, Excluded: r.Exclude}
	if s.Month != nil {
		q.Measure = &s.Month.Measure
	}
	if r.Managed != nil && !r.Exclude {
		q.Managed = managingPrice(s.Price, *r.Managed)
	}
	return q
}

// quoting are amounts that a rule prices alone.
type quoting struct {
	Amounts
	rule billing.PriceRule
}

func (q quoting) quantity() money.Decimal                           { return q.Quantity }
func (q quoting) covered() bool                                     { return q.Covered }
func (q quoting) costOn(basis billing.Basis) (money.Decimal, error) { return q.on(basis), nil }
func (q quoting) beyondFree() (*FreeTier, error)                    { return nil, nil }

func (q quoting) month(amount money.Decimal) (*MonthTotal, error) {
	measure := q.Quantity
	if !onQuantity(q.rule.Tiers) {
		measure = amount.Round(totalDecimals, money.HalfUp)
	}
	price := monthPrice(q.rule, []monthUnit{{measure: measure, sizes: size(measure)}})
	return &MonthTotal{Charges: 1, Measure: measure, Price: price, Own: measure, Part: price}, nil
}

// Quoter prices single lines by a book. It is not safe for concurrent use.
type Quoter struct {
	dated   *Matcher
	undated *Matcher // the same on a day on which dated rules do not hold
}

// anyMonth is the month of a line without a day.
var anyMonth = billing.PeriodOf(billing.Day(0).Time())

// NewQuoter reads a book.
func NewQuoter(b billing.PriceBook) *Quoter {
	dated := NewMatcher(b)
	undated := *dated
	undated.Rules = slices.Clone(dated.Rules)
	never := anyMonth.LastDay() + 1
	for i, r := range undated.Rules {
		if r.From != nil || r.To != nil {
			undated.Rules[i].From = &never
		}
	}
	return &Quoter{dated, &undated}
}

// Quote is what the book makes of a line that is the only one its rule prices
// for a group in the month: what Rate charges for it where the group's cost
// basis is not list and this is the only book. On a line without a day only
// rules without dates hold.
func (q *Quoter) Quote(l billing.ExampleLine) Quotation {
	m, period, day := q.undated, anyMonth, anyMonth.FirstDay()
	if l.Day != nil {
		m, period, day = q.dated, billing.PeriodOf(l.Day.Time()), *l.Day
	}
	key, amounts := keyOf(l), amountsOf(l)
	for _, d := range decide(m, key, period, l.FreeTierRate) {
		if d.From <= day && day <= d.To {
			return Quotation{Rule: d.Rule.Name, Shadowed: d.Shadowed, Quoted: d.Quote(amounts), Factor: d.factor(), UnitPrice: d.UnitPrice}
		}
	}
	out := Quotation{Quoted: Quoted{Start: amounts.Cost, Price: amounts.Cost}, Factor: one}
	switch key.Text(lake.Class) {
	case lake.ClassEntry, lake.ClassTax: // the reseller's, on no invoice (R25, R27)
		out.Price, out.Factor = money.Zero, money.Zero
	}
	return out
}

// keyOf is the pricing key that the line would have.
func keyOf(l billing.ExampleLine) assign.Key {
	k := assign.Key{TagSet: assign.TagSet{Tags: l.Tags, CostCategories: l.CostCategories}}
	k.Texts = [lake.KeyTexts]string{
		lake.Class: l.Class, lake.Provider: l.Provider, lake.BillingAccountID: l.Payer, lake.BillingCurrency: "USD", lake.BillType: l.BillType,
		lake.BillingEntity: l.BillingEntity, lake.LineItemType: l.LineType, lake.ChargeCategory: l.ChargeCategory, lake.ServiceCode: l.Service,
		lake.RegionID: l.Region, lake.UsageType: l.UsageType, lake.Operation: l.Operation, lake.SkuID: l.SKU, lake.InstanceType: l.InstanceType,
		lake.ChargeDescription: l.Description,
	}
	if l.Class == "" {
		k.Texts[lake.Class] = lake.ClassUsage
	}
	return k
}

// amountsOf is what the line comes to. A list cost of 0 is none, as in the
// provider's exports.
func amountsOf(l billing.ExampleLine) Amounts {
	a := Amounts{Quantity: l.Usage, Cost: l.Cost, Net: l.Cost, List: l.Cost}
	if l.ListCost != nil && !l.ListCost.IsZero() {
		a.List = *l.ListCost
	}
	switch l.LineType {
	case "DiscountedUsage", "SavingsPlanCoveredUsage":
		a.Covered = true
	case "SavingsPlanNegation":
		a.Quantity, a.List = money.Zero, money.Zero
	}
	if l.Class == lake.ClassCommitmentFee {
		a.List = money.Zero
	}
	return a
}
