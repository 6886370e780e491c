package invoice

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// exchange finds the rates of one document (R19) and remembers those it gave out.
type exchange struct {
	group billing.BillingGroup // with its exchange level filled in
	month billing.Period
	rates []billing.ExchangeRate
	used  []Rate
}

// rate returns what one unit of the provider's currency is in the invoice's,
// for usage under that payer: the rate of the group's exchange level, else the
// common one, of this month and this direction. It is 1 for the same currency
// and never assumed for two.
func (x *exchange) rate(from money.Currency, payer string) (money.Decimal, error) {
	to := money.Currency(x.group.Currency)
	if from == to {
		return money.FromInt(1), nil
	}
	for _, level := range []string{x.group.Invoice.Exchange, commonRate} {
		i := slices.IndexFunc(x.rates, func(r billing.ExchangeRate) bool {
			return r.Month == x.month && r.From == from && r.To == to && r.Level == level &&
				(level != payerRate || r.Payer == payer) && (level != groupRate || r.Group == x.group.ID)
		})
		if i >= 0 {
			x.remember(x.rates[i])
			return x.rates[i].Rate, nil
		}
	}
	wanted := fmt.Sprintf("payer %s", payer)
	if x.group.Invoice.Exchange == groupRate {
		wanted = "this group"
	}
	return money.Zero, fmt.Errorf(
		"R19: there is no exchange rate from %s to %s for %s that holds for billing group %s; declare one for %s, or a common one, under exchange_rates",
		from, to, x.month, x.group.ID, wanted)
}

// common returns what one unit of a currency is in another, at the common rate of
// the month; 1 for the same currency. Fees are converted by it (R19).
func (x *exchange) common(from, to money.Currency) (money.Decimal, error) {
	if from == to {
		return money.FromInt(1), nil
	}
	for _, r := range x.rates {
		if r.Month == x.month && r.From == from && r.To == to && r.Level == commonRate {
			x.remember(r)
			return r.Rate, nil
		}
	}
	return money.Zero, fmt.Errorf("R19: there is no common exchange rate from %s to %s for %s, which fees are converted by; declare one under exchange_rates",
		from, to, x.month)
}

func (x *exchange) remember(r billing.ExchangeRate) {
	known := slices.ContainsFunc(x.used, func(u Rate) bool {
		return u.From == r.From && u.To == r.To && u.Level == r.Level && u.Payer == r.Payer
	})
	if !known {
		x.used = append(x.used, Rate{From: r.From, To: r.To, Rate: r.Rate, Level: r.Level, Payer: r.Payer})
	}
}

// usedRates returns the rates given out, by currency, level and payer.
func (x *exchange) usedRates() []Rate {
	slices.SortFunc(x.used, func(a, b Rate) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Level, b.Level), cmp.Compare(a.Payer, b.Payer))
	})
	return x.used
}
