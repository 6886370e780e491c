package rating

import (
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// Start × factor, by the percent of the rule; without one the factor is 1. A
// factor has at most 6 decimals, so that the product is exact in 24 digits.
var byPercent = action{
	name:  "percent",
	given: func(r billing.PriceRule) bool { return r.Percent != nil },
	check: func(c RuleCheck, r billing.PriceRule) {
		c.AtLeast("percent", r.Percent, billing.PercentDecimals, -100, "-100 makes a line free, no rule goes below")
	},
	term: term{column: "factor", kind: "DECIMAL(12, 6)", value: func(d Decision) any { return d.factor() }, always: true},
	sql:  "q.start_{l} * {term}",
	price: func(d Decision, _ priced, s *Step) error {
		factor := d.factor()
		s.Factor, s.Amount = &factor, s.Start.Mul(factor).Round(priceDecimals, money.HalfUp)
		s.Price = s.Amount
		return nil
	},
	tell: func(s Step, of Sale) []Figure {
		if s.UnitPrice != nil || s.Month != nil && s.Factor.Equal(one) {
			return nil
		}
		return []Figure{{"× factor", *s.Factor, ""}}
	},
}

// Quantity × what a unit costs: the rule's unit price, or the rate beyond the
// free tier. It is rounded half away from zero at 24 digits, which defines the
// price.
var byUnitPrice = action{
	name:  "unit_price",
	given: func(r billing.PriceRule) bool { return r.UnitPrice != nil },
	check: func(c RuleCheck, r billing.PriceRule) {
		c.AtLeast("unit_price", r.UnitPrice, billing.UnitPriceDecimals, 0, "a unit price is 0 or more")
	},
	term: term{kind: "DECIMAL(20, 12)", value: func(d Decision) any { return optionalNumber(d.UnitPrice) }, perUnit: true, always: true},
	sql:  quantityTimes("{term}"),
	price: func(d Decision, c priced, s *Step) (err error) {
		s.UnitPrice, s.Factor = d.UnitPrice, nil
		s.Amount = c.quantity().Mul(*d.UnitPrice).Round(priceDecimals, money.HalfUp)
		s.Price = s.Amount
		if d.Rule.UnitPrice == nil {
			s.FreeTier, err = c.beyondFree()
		}
		return err
	},
	tell: func(s Step, of Sale) (f []Figure) {
		if s.UnitPrice == nil {
			return nil
		}
		f = append(f, Figure{"quantity", of.Quantity, of.Unit})
		if s.FreeTier != nil {
			f = append(f, Figure{"rate beyond the free tier", s.FreeTier.Rate, string(of.Currency)})
		}
		return append(f, Figure{"× unit price", *s.UnitPrice, string(of.Currency)})
	},
}

// quantityTimes is the SQL of quantity × what a unit costs, DECIMAL(20, 12),
// whole units and the rest apart: one product would have room for 8 digits
// before the point only.
func quantityTimes(unit string) string {
	return `CAST(CAST(TRUNC(q.quantity) AS DECIMAL(26, 0)) * ` + unit + ` AS DECIMAL(38, 24))
                + CAST(CAST(q.quantity - TRUNC(q.quantity) AS DECIMAL(18, 18)) * ` + unit + ` AS DECIMAL(38, 24))`
}

// What a unit costs beyond the free tier is known of a key, not of a charge, so
// that decide makes it the unit price.
var freeTier = action{
	name:  "bill_free_tier",
	given: func(r billing.PriceRule) bool { return r.BillFreeTier },
	check: func(c RuleCheck, r billing.PriceRule) {
		if r.UnitPrice != nil || onQuantity(r.Tiers) {
			c.Fail("bill_free_tier", "has no effect beside a unit price, which is charged for free usage too; remove one of the two")
		}
	},
}
