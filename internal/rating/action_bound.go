package rating

import (
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// A price is no less than a cost, and no more than another. What is less than
// nothing, as a correction of usage, is kept between their mirror images.
var (
	notBelow = boundBy("not_below", "not below", 1,
		func(r billing.PriceRule) billing.Basis { return r.NotBelow }, func(s *Step) **Limit { return &s.NotBelow })
	notAbove = boundBy("not_above", "not above", -1,
		func(r billing.PriceRule) billing.Basis { return r.NotAbove }, func(s *Step) **Limit { return &s.NotAbove })
)

// boundBy is the action that keeps a price above a cost, which is side 1, or
// below it, which is side -1.
func boundBy(name, words string, side int, basis func(billing.PriceRule) billing.Basis, limit func(*Step) **Limit) action {
	from, back := "GREATEST", "LEAST"
	if side < 0 {
		from, back = back, from
	}
	return action{
		name:  name,
		given: func(r billing.PriceRule) bool { return basis(r) != "" },
		check: func(c RuleCheck, r billing.PriceRule) { c.Basis(name, basis(r), billing.Bounds) },
		term:  term{kind: "VARCHAR", value: func(d Decision) any { return optional(string(basis(d.Rule))) }},
		sql: `CASE WHEN {cost} < 0 THEN ` + back + `({price}, CAST({cost} AS DECIMAL(38, 24)))
                ELSE ` + from + `({price}, CAST({cost} AS DECIMAL(38, 24))) END`,
		price: func(d Decision, c priced, s *Step) error {
			amount, err := c.costOn(basis(d.Rule))
			if err != nil {
				return err
			}
			l := Limit{Base: string(basis(d.Rule)), Amount: amount, Bit: bites(side, amount, s.Price)}
			if l.Bit {
				s.Price = amount
			}
			*limit(s) = &l
			return nil
		},
		tell: func(s Step, of Sale) []Figure {
			l := *limit(&s)
			if l == nil || !l.Bit {
				return nil
			}
			return []Figure{{words + ": " + BaseName(l.Base), l.Amount, string(of.Currency)}}
		},
	}
}

// bites tells whether a bound on a side makes a price another.
func bites(side int, amount, price money.Decimal) bool {
	if amount.Sign() < 0 {
		side = -side
	}
	return amount.Cmp(price)*side > 0
}
