package spend

import (
	"cmp"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// commonRate is the level of the rates that are nobody's own.
const commonRate = "common"

// MissingRate is a rate that was needed and is not declared.
type MissingRate struct {
	Month billing.Period `json:"month"`
	From  money.Currency `json:"from"`
	To    money.Currency `json:"to"`
}

// rates convert amounts at the common rate of their month (R19), and remember those
// that there are not.
type rates struct {
	all     []billing.ExchangeRate
	to      money.Currency
	missing []MissingRate
}

// convert is an amount of a month in the currency that was asked for, exact. Without
// a rate it is nothing, and partial.
func (x *rates) convert(at billing.Period, from money.Currency, amount money.Decimal) Figure {
	if from == x.to {
		return Figure{Amount: amount}
	}
	for _, r := range x.all {
		if r.Month == at && r.From == from && r.To == x.to && r.Level == commonRate {
			return Figure{Amount: amount.Mul(r.Rate)}
		}
	}
	if amount.IsZero() {
		return Figure{}
	}
	if m := (MissingRate{at, from, x.to}); !slices.Contains(x.missing, m) {
		x.missing = append(x.missing, m)
	}
	return Figure{Partial: true}
}

// missed are the rates that there were not, by month and currency.
func (x *rates) missed() []MissingRate {
	all := slices.Concat([]MissingRate{}, x.missing)
	slices.SortFunc(all, func(a, b MissingRate) int {
		return cmp.Or(cmp.Compare(a.Month.String(), b.Month.String()), cmp.Compare(a.From, b.From))
	})
	return all
}
