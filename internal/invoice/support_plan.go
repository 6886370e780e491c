package invoice

import (
	"fmt"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// plan is a provider's table of support charges, in US dollars a month. Bands
// are marginal: each percent is for its part of the usage.
type plan struct {
	minimum   *money.Decimal
	bands     []billing.SupportBand
	byAccount bool            // for each account by itself, even among others
	from, to  *billing.Period // first month, and first one in which it is not sold any more
}

// plans are the tables, as the providers publish them. The AWS plans of before
// 2026 are sold until the end of 2026, those that follow them from January 2026
// on; of these, AWS publishes minimum, first and last percent, and the bounds
// between them are those of the plans they follow. Google's are those of November
// 2024. Azure's are a price a month.
var plans = map[string]plan{
	"aws-developer":          {minimum: usd("29"), bands: bands("3"), byAccount: true, to: month("2027-01")},
	"aws-business":           {minimum: usd("100"), bands: bands("10", "10000", "7", "80000", "5", "250000", "3"), to: month("2027-01")},
	"aws-enterprise-on-ramp": {minimum: usd("5500"), bands: bands("10"), to: month("2027-01")},
	"aws-enterprise":         {minimum: usd("15000"), bands: bands("10", "150000", "7", "500000", "5", "1000000", "3"), to: month("2027-01")},
	"aws-partner-led":        {minimum: usd("7500"), bands: bands("10", "150000", "7", "500000", "5", "1000000", "3")},
	"aws-business-plus":      {minimum: usd("29"), bands: bands("9", "10000", "7", "80000", "5", "250000", "3"), from: month("2026-01")},
	"aws-enterprise-2026":    {minimum: usd("5000"), bands: bands("10", "150000", "7", "500000", "5", "1000000", "3"), from: month("2026-01")},
	"aws-unified-operations": {minimum: usd("50000"), bands: bands("10", "150000", "7", "500000", "5", "1000000", "3"), from: month("2026-01")},
	"gcp-standard":           {minimum: usd("29"), bands: bands("3"), from: month("2024-11")},
	"gcp-enhanced":           {minimum: usd("100"), bands: bands("10", "10000", "7", "80000", "5", "250000", "3"), from: month("2024-11")},
	"gcp-premium":            {minimum: usd("15000"), bands: bands("10", "150000", "7", "500000", "5", "1000000", "3"), from: month("2024-11")},
	"azure-developer":        {minimum: usd("29"), byAccount: true},
	"azure-standard":         {minimum: usd("100")},
	"azure-pro-direct":       {minimum: usd("1000")},
}

// Plans are the names of the support plans there are, sorted.
func Plans() []string { return slices.Sorted(maps.Keys(plans)) }

// planIn returns a plan that is sold in the month.
func planIn(name string, in billing.Period) (plan, error) {
	p, ok := plans[name]
	if !ok {
		return p, fmt.Errorf("R21: %q is not a support plan; use one of %q, or kind bands with a table of your own", name, Plans())
	}
	if p.from != nil && in.Before(*p.from) {
		return p, fmt.Errorf("R21: plan %s is sold from %s on, not in %s; name another, or write its table under kind bands", name, p.from, in)
	}
	if p.to != nil && !in.Before(*p.to) {
		return p, fmt.Errorf("R21: plan %s is not sold any more in %s; name the one that follows it, or write its table under kind bands", name, in)
	}
	return p, nil
}

func usd(amount string) *money.Decimal {
	d := money.MustParse(amount)
	return &d
}

func month(text string) *billing.Period {
	p, err := billing.ParsePeriod(text)
	if err != nil {
		panic(err) // of the table above
	}
	return &p
}

// bands takes percents and the bounds between them, in turn.
func bands(numbers ...string) (all []billing.SupportBand) {
	for i := 0; i < len(numbers); i += 2 {
		band := billing.SupportBand{Percent: money.MustParse(numbers[i])}
		if i+1 < len(numbers) {
			band.UpTo = usd(numbers[i+1])
		}
		all = append(all, band)
	}
	return all
}
