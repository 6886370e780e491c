package config

import (
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// pool checks how a shared account is divided (R4).
func (k *checker) pool(path string, p billing.Pool) {
	k.id(path+".id", p.ID)
	k.notReserved(path+".id", p.ID)
	k.accounts(path+".accounts", p.Accounts, "a pool")
	if p.From != nil && p.To != nil && *p.From >= *p.To {
		k.fail(path+".to", "%s is not after from, %s; to is the first day that is not divided any more", *p.To, *p.From)
	}
	k.optionalWord(path+".cost_basis", string(p.CostBasis), bases)

	fixed := map[string]bool{}
	each(path+".fixed", p.Fixed, func(path string, s billing.FixedShare) {
		k.sharer(path+".group", s.Group, fixed)
		k.aboveZero(path+".amount", s.Amount)
	})
	percents, total := map[string]bool{}, money.Zero
	each(path+".percent", p.Percent, func(path string, s billing.PercentShare) {
		k.sharer(path+".group", s.Group, percents)
		k.share(path+".percent", s.Percent)
		total = total.Add(s.Percent)
	})
	if total.Cmp(money.FromInt(100)) > 0 {
		k.fail(path+".percent", "is %s together; all percents of a pool are at most 100", total)
	}
	byUsage := map[string]bool{}
	each(path+".by_usage", p.ByUsage, func(path, group string) { k.sharer(path, group, byUsage) })
	k.required(path+".remainder", p.Remainder)
}

// sharer checks one group of a list of a pool.
func (k *checker) sharer(path, group string, seen map[string]bool) {
	if k.required(path, group) && seen[group] {
		k.fail(path, "billing group %s is there twice; write one share for it", group)
	}
	seen[group] = true
}

// sharers checks that the groups of a pool are declared.
func (k *checker) sharers(path string, p billing.Pool, groups referableSection) {
	each(path+".fixed", p.Fixed, func(path string, s billing.FixedShare) { k.refers(path+".group", s.Group, groups) })
	each(path+".percent", p.Percent, func(path string, s billing.PercentShare) { k.refers(path+".group", s.Group, groups) })
	each(path+".by_usage", p.ByUsage, func(path, group string) { k.refers(path, group, groups) })
	k.refers(path+".remainder", p.Remainder, groups)
}

// poolNames refuses a pool with the id of a billing group: both own lines, and
// reports name the owner alone.
func (k *checker) poolNames(c billing.Config) {
	groups := map[string]string{}
	each("billing_groups", c.BillingGroups, func(path string, g billing.BillingGroup) { groups[g.ID] = path })
	each("pools", c.Pools, func(path string, p billing.Pool) {
		if group := groups[p.ID]; group != "" && p.ID != "" {
			k.conflict(path+".id", []string{group + ".id"}, "%q is the id of a billing group already; choose another id for the pool", p.ID)
		}
	})
}
