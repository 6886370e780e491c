package commitment

import (
	"context"
	"slices"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// Share is a part of a commitment that helps one account or group: all of it,
// unless units were given away (R8).
type Share struct {
	Number     int // x_share of the hours
	Commitment Commitment
	Account    string // the owner, or who was given it; empty when a group was
	Group      string // the group that was given it
	Policy     billing.Policy
	Price      *money.Decimal // of a unit and hour, with policy fixed-price
	// From and To are where it begins and ends among the commitment's units:
	// reserved instances, or money an hour.
	From, To money.Decimal
	// Decision is the entry of the configuration that made it; nil where there
	// is none.
	Decision *billing.Commitment
}

// Shares divides the commitments of a month as the stage did (R8): those of
// Read, by the decisions of the same configuration.
func Shares(all []Commitment, decisions []billing.Commitment, period billing.Period) []Share {
	shares := sharesOf(all, decisions, period)
	out := make([]Share, len(shares))
	for i, s := range shares {
		out[i] = Share{s.number, *s.commitment, s.account, s.group, s.policy, s.price, s.from, s.to, s.decision}
	}
	return out
}

// Source says where the on-demand price of a line comes from (R7).
type Source string

const (
	OwnCost        Source = "own-cost"        // what the line is billed with
	PublicCost     Source = "public-cost"     // the line's public on-demand cost
	PublicRate     Source = "public-rate"     // its public rate × usage
	ContractedCost Source = "contracted-cost" // of FOCUS: its negotiated cost without commitments
	SameUsage      Source = "same-usage"      // the month's rate of the same usage on demand
	NoPrice        Source = "none"            // nowhere: a finding
)

// OnDemandSource says where a line's on-demand price comes from, in the order
// of the stage. covered tells whether a commitment covers the line; a plan's
// covered line is billed on demand, and taken back by another.
func OnDemandSource(lineType string, covered bool, listCost, listRate, contractedCost money.Decimal, noPrice bool) Source {
	switch {
	case !covered || lineType == "SavingsPlanCoveredUsage":
		return OwnCost
	case !listCost.IsZero():
		return PublicCost
	case !listRate.IsZero():
		return PublicRate
	case !contractedCost.IsZero():
		return ContractedCost
	case noPrice:
		return NoPrice
	}
	return SameUsage
}

// Tier is one of the provider's volume tiers of a product in a month, with
// quantities in the unit of the product.
type Tier struct {
	Description string        `json:"description"`
	Price       money.Decimal `json:"price"` // of a unit, the provider's
	Payer       money.Decimal `json:"payer"` // what all accounts of the payer used at it
	Group       money.Decimal `json:"group"` // what the group did of that
	Alone       money.Decimal `json:"alone"` // what the group would have used at it alone
}

// TiersOf returns the tiers of a tiered pricing key's product, from the first
// on, for a group whose usage was tiered alone (R7, R15); none when the key is
// not tiered. It reads the views line_items and parts; keys are all of the month.
func TiersOf(ctx context.Context, s engine.Session, keys []assign.Key, key assign.Key, group string) ([]Tier, error) {
	all := tierProducts(keys)
	product := slices.IndexFunc(all, func(p tierProduct) bool {
		return slices.ContainsFunc(p.keys, func(k tierKey) bool { return k.Load == key.Load && k.Number == key.Number })
	})
	if product < 0 {
		return nil, nil
	}
	products := all[product : product+1]
	if err := makeTierKeys(ctx, s, products); err != nil {
		return nil, err
	}
	if err := makeTables(ctx, s, table{"tier_group", columns("group", "VARCHAR"), [][]any{{group}}}); err != nil {
		return nil, err
	}
	if err := s.Exec(ctx, `CREATE OR REPLACE TEMP VIEW tier_lines AS
		SELECT l.load, l.x_pricing_key AS pricing_key, CASE WHEN g."group" IS NULL THEN -1 ELSE 1 END AS scope,
			l.pricing_quantity AS quantity, l.billed_cost AS cost, l.x_unblended_rate AS rate
		FROM line_items l
		JOIN tier_keys k ON k.load = l.load AND k.pricing_key = l.x_pricing_key
		LEFT JOIN parts p ON p.load = l.load AND p.x_file = l.x_file AND p.x_row = l.x_row AND p.x_lines = 1
		LEFT JOIN tier_group g ON g."group" = p."group"
		WHERE l.pricing_quantity > 0`); err != nil {
		return nil, err
	}
	if err := readTierUsage(ctx, s, products); err != nil {
		return nil, err
	}
	return products[0].schedule().of(1), nil
}

// of tells the tiers of a scope.
func (s tierSchedule) of(scope int32) []Tier {
	tiers := make([]Tier, len(s))
	left := money.Zero
	for i, t := range s {
		tiers[i] = Tier{Description: t.keys[0].Text(lake.ChargeDescription), Price: t.price, Payer: t.size}
		for _, k := range t.keys {
			for _, u := range k.usage {
				if u.scope == scope {
					tiers[i].Group = tiers[i].Group.Add(u.quantity)
				}
			}
		}
		left = left.Add(tiers[i].Group)
	}
	for i, t := range s {
		tiers[i].Alone = left
		if i < len(s)-1 && t.size.Cmp(left) < 0 {
			tiers[i].Alone = t.size
		}
		left = left.Sub(tiers[i].Alone)
	}
	return tiers
}
