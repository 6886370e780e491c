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
)

var places = map[string]Place{
	lake.ClassUsage:         OnUsage,
	lake.ClassCommitmentFee: OnUsage,
	lake.ClassMarketplace:   OnMarketplace,
	lake.ClassEntry:         OffEntry,
	lake.ClassTax:           OffTax,
}

// Plan is how a billing group is priced: its basis and its book. Groups that
// share both share all decisions.
type Plan struct {
	Basis billing.Basis
	Book  string // id; empty means prices equal the basis
}

// Decision is the price of one pricing key under one plan on some days.
type Decision struct {
	Key       assign.Key
	Plan      Plan
	From, To  billing.Day // inclusive
	Place     Place
	Base      billing.Basis
	Factor    money.Decimal  // price = base cost × Factor …
	UnitPrice *money.Decimal // … or quantity × UnitPrice when this is given
	Rule      string         // name of the rule that won; empty when none matched
	Shadowed  []string       // later rules that would have matched too
}

// decide returns the decisions of a key under a plan for every day of the
// period, one for each span of days on which the same rule wins (R12). Rules
// price what is on the invoice only.
func decide(key assign.Key, plan Plan, rules []billing.PriceRule, period billing.Period) []Decision {
	place := places[key.Text(lake.Class)]
	keep := Decision{Key: key, Plan: plan, From: period.FirstDay(), To: period.LastDay(), Place: place, Base: plan.Basis, Factor: one}
	if place == OffEntry || place == OffTax {
		keep.Base, keep.Factor = billing.Unblended, money.Zero
		return []Decision{keep}
	}
	var fitting []billing.PriceRule
	borders := []billing.Day{keep.From}
	for _, r := range rules {
		if !matches(key, r.Match) {
			continue
		}
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
		to := keep.To
		if i+1 < len(borders) {
			to = min(to, borders[i+1]-1)
		}
		if from < keep.From || from > to {
			continue
		}
		d := keep
		d.From, d.To = from, to
		for _, r := range fitting {
			switch {
			case r.From != nil && from < *r.From || r.To != nil && from > *r.To:
			case d.Rule == "":
				d.apply(r)
			default:
				d.Shadowed = append(d.Shadowed, r.Name)
			}
		}
		decisions = append(decisions, d)
	}
	return decisions
}

var (
	one        = money.FromInt(1)
	oneHundred = money.FromInt(100)
)

func (d *Decision) apply(r billing.PriceRule) {
	d.Rule = r.Name
	if r.Base != "" {
		d.Base = r.Base
	}
	switch {
	case r.Percent != nil:
		d.Factor = one.Percent(oneHundred.Add(*r.Percent))
	case r.UnitPrice != nil:
		d.UnitPrice = r.UnitPrice
	}
}

// plans returns the plan of each billing group.
func plans(c billing.Config) map[string]Plan {
	all := map[string]Plan{}
	for _, g := range c.BillingGroups {
		all[g.ID] = Plan{g.CostBasis, g.PriceBook}
	}
	return all
}

func rulesOf(c billing.Config, book string) []billing.PriceRule {
	for _, b := range c.PriceBooks {
		if b.ID == book {
			return b.Rules
		}
	}
	return nil
}
