package rating

import (
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// managing is charged beside the price, in a charge of its own: query.managing
// makes it of what a sale comes to in the end, and managingPrice says the same.
var managing = action{
	name:  "managed",
	given: func(r billing.PriceRule) bool { return r.Managed != nil },
	check: func(c RuleCheck, r billing.PriceRule) {
		c.AtLeast("managed", r.Managed, billing.ManagedDecimals, 0, "the factor is 0 or more")
	},
	term: term{kind: "DECIMAL(12, 6)", value: func(d Decision) any { return optionalNumber(d.Rule.Managed) }},
}

// managingPrice is what is charged for managing what costs a price.
func managingPrice(price, factor money.Decimal) money.Decimal {
	return price.Round(totalDecimals, money.HalfUp).Mul(factor)
}

// keep and exclude leave the price as it is, or leave it out.
var (
	keep    = action{name: "keep", given: func(r billing.PriceRule) bool { return r.Keep }}
	exclude = action{name: "exclude", given: func(r billing.PriceRule) bool { return r.Exclude }}
)
