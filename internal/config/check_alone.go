package config

import (
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// CheckItem says what is wrong with an additional item that is not declared in
// a configuration, such as one of a single month: what Check says of it, with
// the fields of the item as paths. Whether the group has a tax of its category
// is not looked at.
func CheckItem(i billing.AdditionalItem) Problems {
	k := checker{}
	k.item("", i)
	return k.ofFields()
}

// RateCheck returns what says of an exchange rate, before it is declared, what is
// wrong with it, with the fields of the rate as paths. Its payer and group must
// be declared in c.
func RateCheck(c billing.Config) func(billing.ExchangeRate) Problems {
	payers := referable(c.Payers, "payers", func(p billing.Payer) string { return p.ID })
	groups := referable(c.BillingGroups, "billing_groups", func(g billing.BillingGroup) string { return g.ID })
	return func(r billing.ExchangeRate) Problems {
		k := checker{}
		k.rate("", r)
		k.rateNames("", r, payers, groups)
		return k.ofFields()
	}
}

// ofFields are the problems of one thing, whose own path is empty.
func (k *checker) ofFields() Problems {
	for n := range k.problems {
		k.problems[n].Path = strings.TrimPrefix(k.problems[n].Path, ".")
	}
	return k.problems
}
