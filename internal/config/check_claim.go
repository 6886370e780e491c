package config

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
)

// claim checks one claim of a billing group (R2, R3).
func (k *checker) claim(path string, c billing.Claim) {
	k.accounts(path+".accounts", c.Accounts, "a claim")
	if c.From != nil && c.To != nil && *c.From >= *c.To {
		k.fail(path+".to", "%s is not after from, %s; to is the first day that is not claimed any more", *c.To, *c.From)
	}
	k.tagValues(path+".tags", c.Tags)
	k.tagValues(path+".cost_categories", c.CostCategories)
}

func (k *checker) accounts(path string, accounts []string, owner string) {
	if len(accounts) == 0 {
		k.fail(path, "is empty; %s names at least one account", owner)
	}
	each(path, accounts, k.providerID)
}

func (k *checker) tagValues(path string, all map[string][]string) {
	tagNames(k, path, all)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		values, seen := all[name], map[string]bool{}
		if len(values) == 0 {
			k.fail(path+"."+name, "has no value, so the claim takes nothing; give at least one")
		}
		each(path+"."+name, values, func(path, value string) {
			k.short(path, value)
			if seen[value] {
				k.fail(path, "%q is there twice; remove one of the two", value)
			}
			seen[value] = true
		})
	}
}

// tagNames checks the names of tags or cost categories.
func tagNames[T any](k *checker, path string, all map[string]T) {
	if all != nil && len(all) == 0 {
		k.fail(path, "is empty; give a name with its value, or leave the field out")
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if k.required(path+"."+name, name) {
			k.short(path+"."+name, name)
		}
	}
}

// ownership refuses an account with two owners on the same day (R2): groups
// that claim all of it, pools (R4) and the reseller itself.
func (k *checker) ownership(c billing.Config) {
	var owned spans
	own := func(owner, path string, accounts []string, s span) {
		s.owner = owner
		each(path, accounts, func(path, account string) {
			s.path = path
			owned.add(account, s)
		})
	}
	if c.Reseller != nil {
		own("the reseller itself", "reseller.accounts", c.Reseller.Accounts, days(nil, nil))
	}
	for i, group := range c.BillingGroups {
		for j, claim := range group.Claims {
			if !claim.Tagged() {
				own("billing group "+group.ID, fmt.Sprintf("billing_groups[%d].claims[%d].accounts", i, j), claim.Accounts, days(claim.From, claim.To))
			}
		}
	}
	for i, pool := range c.Pools {
		own("pool "+pool.ID, fmt.Sprintf("pools[%d].accounts", i), pool.Accounts, days(pool.From, pool.To))
	}
	owned.overlaps(func(account string, present, later span) {
		k.conflict(later.path, []string{present.path}, "R2: account %s is already owned by %s %s; claimed again here %s. End one of the two claims before the other begins",
			account, present.owner, present.dates, later.dates)
	})
}

// tagClaim is a claim of some lines of its accounts.
type tagClaim struct {
	span
	conditions []condition
}

// condition is a name with the values of which a line must have one.
type condition struct {
	name   tagName
	values []string
}

type tagName struct {
	category bool // a cost category, else a tag
	name     string
}

type tagValue struct {
	tagName
	value string
}

func conditionsOf(c billing.Claim) []condition {
	var all []condition
	for name, values := range c.Tags {
		all = append(all, condition{tagName{false, name}, values})
	}
	for name, values := range c.CostCategories {
		all = append(all, condition{tagName{true, name}, values})
	}
	return all
}

// tagClaims refuses tag claims of two groups that a line of an account can meet
// both on the same day (R3).
func (k *checker) tagClaims(c billing.Config) {
	var accounts []string // in the order of the file
	of := map[string][]tagClaim{}
	for i, group := range c.BillingGroups {
		for j, claim := range group.Claims {
			s := days(claim.From, claim.To)
			if !claim.Tagged() || s.from >= s.to {
				continue
			}
			s.owner, s.path = group.ID, fmt.Sprintf("billing_groups[%d].claims[%d]", i, j)
			conditions := conditionsOf(claim)
			for _, account := range claim.Accounts {
				if of[account] == nil {
					accounts = append(accounts, account)
				}
				of[account] = append(of[account], tagClaim{s, conditions})
			}
		}
	}
	said := map[[2]string]bool{} // two claims may meet in many accounts
	for _, account := range accounts {
		overlappingTags(of[account], func(present, later tagClaim) {
			if pair := [2]string{present.path, later.path}; !said[pair] {
				said[pair] = true
				k.conflict(later.path, []string{present.path}, "R3: a line of account %s can meet this claim and one of billing group %s, which holds %s. "+
					"Give one tag different values in both, or end one of the two before the other begins", account, present.owner, present.dates)
			}
		})
	}
}

// overlappingTags reports, for each claim of an account, the first one before
// it, by begin, that is another group's and overlaps. Two claims overlap unless
// a name that both have has no value in common. Thousands of customers may share
// an account, so sets of claims are kept as the bits of a number.
func overlappingTags(claims []tagClaim, report func(present, later tagClaim)) {
	slices.SortStableFunc(claims, func(a, b tagClaim) int { return cmp.Compare(a.from, b.from) })
	having := map[tagName]*big.Int{}
	listing := map[tagValue][]int{}
	for i, later := range claims {
		var together big.Int // the claims before it that a line can meet too
		together.Sub(together.SetBit(&together, i, 1), big.NewInt(1))
		for _, c := range later.conditions {
			if having[c.name] == nil {
				having[c.name] = new(big.Int)
			}
			var apart big.Int
			apart.Set(having[c.name])
			for _, value := range c.values {
				for _, j := range listing[tagValue{c.name, value}] {
					apart.SetBit(&apart, j, 0)
				}
			}
			together.AndNot(&together, &apart)
		}
		for ; together.Sign() > 0; together.SetBit(&together, int(together.TrailingZeroBits()), 0) {
			present := claims[together.TrailingZeroBits()]
			if present.owner != later.owner && later.from < present.to {
				report(present, later)
				break
			}
		}
		for _, c := range later.conditions {
			having[c.name].SetBit(having[c.name], i, 1)
			for _, value := range c.values {
				v := tagValue{c.name, value}
				listing[v] = append(listing[v], i)
			}
		}
	}
}
