package config

import (
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// givenPolicies are for units that are given away. What the reseller keeps is
// given to nobody, and as-applied would be the provider's choice again.
var givenPolicies = []billing.Policy{billing.PolicyGroup, billing.PolicyAccount, billing.PolicyFixedPrice}

// commitment checks one decision on a reservation or savings plan (R8).
func (k *checker) commitment(path string, c billing.Commitment) {
	k.unbroken(path+".id", c.ID, "the commitment's id")
	if c.From != nil && c.To != nil && c.From.FirstDay() >= c.To.FirstDay() {
		k.fail(path+".to", "%s is not after from, %s; to is the first month in which the entry does not hold any more", c.To, c.From)
	}
	k.optionalWord(path+".policy", string(c.Policy), policies)
	k.fixedPrice(path+".price", c)
	if c.GiveTo == nil {
		if c.Units != nil {
			k.fail(path+".units", "is given without give_to; say who gets the units, or remove it")
		}
		return
	}
	k.beneficiary(path+".give_to", *c.GiveTo)
	k.givenPolicy(path+".policy", c)
	if c.Units != nil {
		k.aboveZero(path+".units", *c.Units)
	}
}

// fixedPrice wants a price with policy fixed-price, and with no other.
func (k *checker) fixedPrice(path string, c billing.Commitment) {
	fixed := c.Policy == billing.PolicyFixedPrice
	switch {
	case fixed && c.Price == nil:
		k.fail(path, "is missing; policy fixed-price needs the price of a unit and hour")
	case !fixed && c.Price != nil:
		k.fail(path, "is given, but the policy is not fixed-price; remove it or write policy: fixed-price")
	case fixed:
		k.aboveZero(path, *c.Price)
	}
}

func (k *checker) aboveZero(path string, d money.Decimal) {
	if d.Sign() <= 0 {
		k.fail(path, "is %s; it must be above 0", d)
	}
	k.size(path, d)
	k.decimals(path, d, unitPriceDecimals)
}

func (k *checker) beneficiary(path string, b billing.Beneficiary) {
	switch {
	case b.Account == "" && b.Group == "":
		k.fail(path, "names nobody; give account or group")
	case b.Account != "" && b.Group != "":
		k.fail(path, "names both an account and a group; keep one of the two, and write a second entry for the other")
	case b.Account != "":
		k.unbroken(path+".account", b.Account, "the account's id")
	}
}

func (k *checker) givenPolicy(path string, c billing.Commitment) {
	switch {
	case c.Policy == "" || !slices.Contains(billing.Policies, c.Policy):
	case !slices.Contains(givenPolicies, c.Policy):
		k.fail(path, "%s is not for units that are given away; use %s", c.Policy, oneOf(texts(givenPolicies)))
	case c.Policy == billing.PolicyAccount && c.GiveTo.Account == "":
		k.fail(path, "account helps one account alone, but the units go to a group; use group or fixed-price, or give them to an account")
	}
}

func (k *checker) savingsPlanRate(path string, r billing.SavingsPlanRate) {
	k.word(path+".plan", r.Plan, planKinds)
	k.word(path+".term", r.Term, planTerms)
	k.word(path+".payment_option", r.PaymentOption, paymentOptions)
	k.unbroken(path+".region", r.Region, "the region")
	k.unbroken(path+".usage_type", r.UsageType, "the usage type")
	k.unbroken(path+".operation", r.Operation, "the operation")
	if r.Rate.Sign() < 0 {
		k.fail(path+".rate", "is %s; a rate is 0 or more", r.Rate)
	}
	k.size(path+".rate", r.Rate)
	k.decimals(path+".rate", r.Rate, unitPriceDecimals)
}

// giveaways refuses two entries of a commitment that decide on the same units
// in the same month (R8): both for the same target, or both giving all away.
func (k *checker) giveaways(c billing.Config) {
	var ofTarget, ofAll spans
	each("commitments", c.Commitments, func(path string, entry billing.Commitment) {
		id := commitmentID(entry)
		if id == "" { // refused already
			return
		}
		s := months(entry.From, entry.To)
		s.path = path
		s.owner = pathOf("commitments", id)
		ofTarget.add(entry.ID+target(entry), s)
		if entry.GiveTo != nil && entry.Units == nil {
			s.owner = strings.TrimSpace(target(entry))
			ofAll.add(entry.ID, s)
		}
	})
	ofTarget.overlaps(func(_ string, present, later span) {
		if present.owner != later.owner { // the same entry twice is said elsewhere
			k.conflict(later.path, []string{present.path}, "R8: holds %s, but %s holds %s for the same units. End one of the two before the other begins",
				later.dates, present.owner, present.dates)
		}
	})
	ofAll.overlaps(func(commitment string, present, later span) {
		if present.owner != later.owner { // the same target twice is said above
			k.conflict(later.path, []string{present.path}, "R8: all units of %s are already given %s %s; given %s here %s. Write units in one of the two, or end it before the other begins",
				commitment, present.owner, present.dates, later.owner, later.dates)
		}
	})
}
