package config

import (
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// Fractional digits that the engine keeps of a percent and of a price per unit.
const (
	percentDecimals   = 4
	unitPriceDecimals = 12
)

// book checks a price book; rules may be none, then every price is the base.
func (k *checker) book(path string, b billing.PriceBook) {
	k.id(path+".id", b.ID)
	seen := map[string]int{}
	for i, rule := range b.Rules {
		rulePath := fmt.Sprintf("%s.rules[%d]", path, i)
		k.rule(rulePath, rule)
		if first, twice := seen[rule.Name]; twice && rule.Name != "" {
			k.fail(rulePath+".name", "%q is already the name of rule %d of this book; prices are explained by the rule's name", rule.Name, first+1)
			continue
		}
		seen[rule.Name] = i
	}
}

func (k *checker) rule(path string, r billing.PriceRule) {
	if k.required(path+".name", r.Name) && len(r.Name) > maxText {
		k.fail(path+".name", "is longer than %d bytes", maxText)
	}
	actions := 0
	for _, given := range []bool{r.Percent != nil, r.UnitPrice != nil, r.Keep} {
		if given {
			actions++
		}
	}
	if actions != 1 {
		k.fail(path, "has %d of percent, unit_price and keep; a rule has exactly one", actions)
	}
	if r.Percent != nil {
		k.decimals(path+".percent", *r.Percent, percentDecimals)
		k.size(path+".percent", *r.Percent)
		if r.Percent.Cmp(money.FromInt(-100)) < 0 {
			k.fail(path+".percent", "is %s; -100 makes a line free, no rule goes below", r.Percent)
		}
	}
	if r.UnitPrice != nil {
		k.decimals(path+".unit_price", *r.UnitPrice, unitPriceDecimals)
		k.size(path+".unit_price", *r.UnitPrice)
		if r.UnitPrice.Sign() < 0 {
			k.fail(path+".unit_price", "is %s; a unit price is 0 or more", r.UnitPrice)
		}
	}
	k.optionalWord(path+".base", string(r.Base), bases)
	if r.From != nil && r.To != nil && *r.From > *r.To {
		k.fail(path+".to", "%s is before from, %s; to is the last day of the rule", *r.To, *r.From)
	}
	k.match(path+".match", r.Match)
}

func (k *checker) match(path string, m billing.Match) {
	for _, field := range []struct {
		name    string
		pattern billing.Pattern
	}{
		{"class", m.Class}, {"provider", m.Provider}, {"payer", m.Payer}, {"bill_type", m.BillType},
		{"line_type", m.LineType}, {"charge_category", m.ChargeCategory}, {"service", m.Service}, {"region", m.Region},
		{"usage_type", m.UsageType}, {"operation", m.Operation}, {"sku", m.SKU},
		{"instance_type", m.InstanceType}, {"description", m.Description},
	} {
		for p := &field.pattern; p != nil; p = p.Not {
			if p.Equal != nil && len(p.Equal) == 0 {
				k.fail(path+"."+field.name, "is an empty list, which matches nothing; leave the field out to match everything")
			}
		}
	}
	if m.Class.IsZero() {
		return
	}
	equal := m.Class
	equal.Equal = nil
	if !equal.IsZero() {
		k.fail(path+".class", "must be one of %s, or a list of them", oneOf(matchClasses))
		return
	}
	for _, class := range m.Class.Equal {
		k.word(path+".class", class, matchClasses)
	}
}
