package rating

import "github.com/sluice-billing/sluice/internal/billing"

// What a rule says of a month as a whole (R15): total.go prices it.
var (
	tiers = action{
		name:  "tiers",
		given: func(r billing.PriceRule) bool { return r.Tiers != nil },
	}
	fee = action{
		name:  "fee",
		given: func(r billing.PriceRule) bool { return r.Fee != nil },
		check: func(c RuleCheck, r billing.PriceRule) { c.Number("fee", r.Fee, billing.UnitPriceDecimals) },
	}
	floor = action{
		name:  "floor",
		given: func(r billing.PriceRule) bool { return r.Floor != nil },
		check: func(c RuleCheck, r billing.PriceRule) {
			c.AtLeast("floor", r.Floor, billing.UnitPriceDecimals, 0, "a floor is 0 or more")
		},
	}
	ceiling = action{
		name:  "cap",
		given: func(r billing.PriceRule) bool { return r.Cap != nil },
		check: func(c RuleCheck, r billing.PriceRule) {
			c.AtLeast("cap", r.Cap, billing.UnitPriceDecimals, 0, "a cap is 0 or more")
			if r.Floor != nil && r.Floor.Cmp(*r.Cap) > 0 {
				c.Fail("cap", "is %s, below the floor of %s; no charge is both", r.Cap, r.Floor)
			}
		},
	}
)
