package tax

import (
	"slices"

	"github.com/sluice-billing/sluice/internal/money"
)

// Currency is the one in which a seller in a country states its tax, whatever its
// documents are in: of the member states (Directive 2006/112/EC, article 230), the
// United Kingdom, Norway, and Japan's qualified invoices. It is empty where the law
// asks for none.
func Currency(country string) money.Currency {
	if own, is := currencies[country]; is {
		return own
	}
	if slices.Contains(members, country) {
		return "EUR"
	}
	return ""
}

// currencies are those of the countries that do not state it in euro.
var currencies = map[string]money.Currency{
	"CZ": "CZK", "DK": "DKK", "GB": "GBP", "HU": "HUF", "JP": "JPY", "NO": "NOK", "PL": "PLN", "RO": "RON", "SE": "SEK",
}
