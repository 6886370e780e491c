package rating

import (
	"slices"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// Place is where a charge stands: on the invoice, or why it is not there.
type Place string

const (
	OnUsage       Place = "usage"       // E.1
	OnMarketplace Place = "marketplace" // E.2
	OffEntry      Place = "entry"       // an adjusting entry, the reseller's until it is applied (R27, R11)
	OffTax        Place = "tax"         // the provider's tax is input tax of the reseller (R25)
	OffExcluded   Place = "excluded"    // a rule keeps it from the customer; the seller pays
)

// Decision is what a book says of one key on some days: the rule that won, and
// what it makes of a line. A key and day without a decision keeps its price.
type Decision struct {
	Book     string
	Key      assign.Key
	From, To billing.Day // inclusive
	Rule     billing.PriceRule
	Shadowed []string // names of the other rules that match too, the next to win first
	// UnitPrice is the rule's, or the rate beyond the free tier with the rule's
	// percent, where that is what a unit costs.
	UnitPrice *money.Decimal
}

// factor is what the base is multiplied by: at most 6 decimals.
func (d Decision) factor() money.Decimal { return factorOf(d.Rule.Percent) }

func factorOf(percent *money.Decimal) money.Decimal {
	if percent == nil {
		return one
	}
	return one.Percent(oneHundred.Add(*percent))
}

var (
	one        = money.FromInt(1)
	oneHundred = money.FromInt(100)
)

// rateDecimals are the fractional digits of a price per unit in the engine.
const rateDecimals = 12

// decide returns the decisions of a book on a key within the period, one for
// each span of days on which the same rule wins (R12). rate is what a unit of a
// key in the provider's free tier costs beyond it, or nil. The provider's tax is
// no book's business (R25).
func decide(m *Matcher, key assign.Key, period billing.Period, rate *money.Decimal) []Decision {
	if key.Text(lake.Class) == lake.ClassTax {
		return nil
	}
	first, last := period.FirstDay(), period.LastDay()
	borders := []billing.Day{first}
	var fitting []billing.PriceRule
	for i := range m.Matching(key) {
		r := m.Rules[i]
		fitting = append(fitting, r)
		if r.From != nil {
			borders = append(borders, *r.From)
		}
		if r.To != nil {
			borders = append(borders, *r.To+1)
		}
	}
	slices.Sort(borders)
	borders = slices.Compact(borders)
	var decisions []Decision
	for i, from := range borders {
		to := last
		if i+1 < len(borders) {
			to = min(to, borders[i+1]-1)
		}
		if from < first || from > to {
			continue
		}
		d := Decision{Book: m.Book.ID, Key: key, From: from, To: to}
		for _, r := range fitting {
			switch {
			case r.From != nil && from < *r.From || r.To != nil && from > *r.To:
			case d.Rule.Name == "":
				d.Rule = r
			default:
				d.Shadowed = append(d.Shadowed, r.Name)
			}
		}
		if d.Rule.Name == "" {
			continue
		}
		d.UnitPrice = d.Rule.UnitPrice
		if d.Rule.BillFreeTier && rate != nil {
			beyond := rate.Mul(d.factor()).Round(rateDecimals, money.HalfUp)
			d.UnitPrice = &beyond
		}
		decisions = append(decisions, d)
	}
	return decisions
}

// byMonth tells whether a rule's price depends on all that it prices of a group
// in the month.
func byMonth(r billing.PriceRule) bool {
	return len(r.Tiers) > 0 || r.Fee != nil || r.Floor != nil || r.Cap != nil
}

// onQuantity tells whether tiers are of quantity; else they are of spend.
func onQuantity(tiers []billing.PriceTier) bool {
	return len(tiers) > 0 && tiers[0].UnitPrice != nil
}
