package rating

import (
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// What a unit costs is rounded away from zero to a multiple of the rule's step,
// whatever made the price, and the price is the quantity times that. It is the
// smallest multiple at which the quantity does not cost less by one in the 18th
// digit of the charge: what is below came of a division or of cutting digits, as
// where a book before rounded already, and does not lift it by another step.
//
// The price stays where a unit has no price to speak of: with a quantity of 0,
// with one of unitLimit or more, and where a unit costs unitPriceLimit or more.
var roundUnit = action{
	name:  "round_unit_to",
	given: func(r billing.PriceRule) bool { return r.RoundUnitTo != nil },
	check: func(c RuleCheck, r billing.PriceRule) {
		c.Number("round_unit_to", r.RoundUnitTo, billing.UnitPriceDecimals)
		switch {
		case r.RoundUnitTo.Sign() <= 0:
			c.Fail("round_unit_to", "is %s; a step is above 0", r.RoundUnitTo)
		case r.RoundUnitTo.Cmp(largestStep) > 0:
			c.Fail("round_unit_to", "is %s; a step is at most %s", r.RoundUnitTo, largestStep)
		case r.Tiers != nil:
			c.Fail("round_unit_to", "does not go with tiers, which price a month as a whole; write the tiers' own prices in that step, and remove it")
		}
	},
	term: term{kind: "DECIMAL(19, 12)", value: func(d Decision) any { return optionalNumber(d.Rule.RoundUnitTo) }, perUnit: true},
	sql:  roundUnitSQL(),
	price: func(d Decision, c priced, s *Step) error {
		unit, ok := unitUp(s.Price, c.quantity(), *d.Rule.RoundUnitTo)
		if !ok {
			return nil
		}
		if price := c.quantity().Mul(unit).Round(priceDecimals, money.HalfUp); !price.Equal(s.Price) {
			s.change("round_unit_to", unit, price)
		}
		return nil
	},
	tell: func(s Step, of Sale) (f []Figure) {
		c := s.changed("round_unit_to")
		if c == nil {
			return nil
		}
		rounded := Figure{"  up to a multiple of " + s.Rule.RoundUnitTo.String(), c.To, string(of.Currency)}
		if s.UnitPrice != nil {
			return []Figure{rounded}
		}
		return []Figure{{"÷ quantity", of.Quantity, of.Unit}, rounded, {"× quantity", of.Quantity, of.Unit}}
	},
}

var (
	lastDigit      = money.MustParse("0.000000000000000001") // of a charge
	lastOfUnit     = money.MustParse("0.000000000001")       // of what a unit costs
	unitLimit      = money.MustParse("100000000000000")
	unitPriceLimit = money.MustParse("10000000")
	largestStep    = money.MustParse("1000000")
)

// unitUp is what a unit costs after rounding, with the sign that it had; not ok
// where the price stays.
func unitUp(price, quantity, step money.Decimal) (unit money.Decimal, ok bool) {
	units, cost := size(quantity), size(price.Round(costDecimals, money.HalfUp))
	if units.IsZero() || cost.IsZero() || units.Cmp(unitLimit) >= 0 {
		return money.Zero, false
	}
	below := cost.Sub(lastDigit)
	if below.Quo(units, 0).Cmp(unitPriceLimit) >= 0 {
		return money.Zero, false
	}
	least := below.Quo(units, rateDecimals).Add(lastOfUnit)
	steps := least.Quo(step, 0)
	if steps.Mul(step).Cmp(least) < 0 {
		steps = steps.Add(one)
	}
	unit = steps.Mul(step)
	if quantity.Sign() != price.Sign() {
		unit = unit.Neg()
	}
	return unit, true
}

// roundUnitSQL is unitUp on whole numbers: cost and units in the 18th digit, the
// price of a unit and the step in the 12th. It is divided six digits at a time,
// since with 12 more at once there would be no room. The steps are
// (least + step − 1) ÷ step, cut, where least is 1 more than the quotient.
func roundUnitSQL() string {
	whole := func(amount string) string {
		return `(CAST(TRUNC(` + amount + `) AS HUGEINT) * 1000000000000000000
                    + CAST(CAST(` + amount + ` - TRUNC(` + amount + `) AS DECIMAL(18, 18)) * CAST(1000000000000000000 AS DECIMAL(19, 0)) AS HUGEINT))`
	}
	unit := strings.NewReplacer(
		"{rest}", "(({below} % {units}) * 1000000)",
		"{step}", "CAST({term} * CAST(1000000000000 AS DECIMAL(13, 0)) AS HUGEINT)",
	).Replace(`CAST(CAST((
                    ({below} // {units}) * 1000000000000 + ({rest} // {units}) * 1000000 + (({rest} % {units}) * 1000000) // {units} + {step}
                ) // {step} * {step} AS DECIMAL(20, 0)) * CAST(0.000000000001 AS DECIMAL(12, 12))
                * CASE WHEN ({price} < 0) = (q.quantity < 0) THEN 1 ELSE -1 END AS DECIMAL(20, 12))`)
	return strings.NewReplacer(
		"{below}", "("+whole("ABS(CAST({price} AS DECIMAL(38, 18)))")+" - 1)", "{units}", whole("ABS(q.quantity)"),
	).Replace(`CASE
                WHEN q.quantity = 0 OR ABS(q.quantity) >= 100000000000000 OR {below} < 0 OR {below} // {units} >= 10000000 THEN {price}
                ELSE ` + quantityTimes(unit) + `
            END`)
}
