package tax

import (
	"fmt"
	"slices"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// members of the European Union since 2015, without the United Kingdom.
var members = []string{
	"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
	"IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
}

// brexit is the first day on which the law of the Union did not hold in the
// United Kingdom any more, after the transition.
var brexit = billing.DayOf(time.Date(2021, time.January, 1, 0, 0, 0, 0, time.UTC))

func inUnion(country string, on billing.Day) bool {
	return slices.Contains(members, country) || country == "GB" && on < brexit
}

// europeanUnion follows Directive 2006/112/EC. The supply is taxed where the
// buyer is: a business in another member state pays the tax itself (articles
// 44 and 196), a consumer is charged the rate of his own country, which the
// seller pays through the one-stop shop (article 58). Sellers below the yearly
// 10 000 EUR of article 59c may charge their own rate instead; that is for
// them to write under `tax`.
func europeanUnion(s supply) ([]billing.Tax, error) {
	const label = "VAT"
	for _, p := range []Party{s.seller, s.buyer} {
		if slices.Contains(special[p.Country], regionCode(p)) {
			return nil, fmt.Errorf("%s has a tax of its own, which is not known here; write the taxes under `tax` in the invoice settings yourself", p.Region)
		}
	}
	switch {
	case s.domestic():
		return charged(label, s.seller.Country, s.on)
	case !inUnion(s.buyer.Country, s.on):
		return []billing.Tax{notSubject(label)}, nil
	case s.buyer.Registration == "":
		return charged(label+" "+s.buyer.Country, s.buyer.Country, s.on)
	}
	if err := CheckRegistration(s.buyer.Country, s.buyer.Registration); err != nil {
		return nil, fmt.Errorf("reverse charge needs the buyer's VAT number: %w; leave it out if the buyer is a consumer", err)
	}
	return []billing.Tax{{Category: "reverse-charge", Label: "Reverse charge", Reason: reasonReverseCharge}}, nil
}

// special are the regions of member states outside the Union's VAT area or
// with rates of their own, by the last part of the ISO 3166-2 code.
var special = map[string][]string{
	"ES": {"CN", "GC", "TF", "CE", "ML", "IC", "EA"},                        // Canary Islands, Ceuta, Melilla
	"FI": {"01", "AX"},                                                      // Åland
	"FR": {"971", "972", "973", "974", "976", "GF", "GP", "MQ", "RE", "YT"}, // overseas
	"GR": {"69"},                                                            // Mount Athos
	"PT": {"20", "30"},                                                      // Azores, Madeira
}
