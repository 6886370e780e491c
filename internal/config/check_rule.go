package config

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/rating"
)

// Fractional digits that the engine keeps.
const (
	percentDecimals   = billing.PercentDecimals
	unitPriceDecimals = billing.UnitPriceDecimals
)

// rule checks one rule of a price book (R12–R16).
func (k *checker) rule(path string, r billing.PriceRule) {
	if k.required(path+".name", r.Name) && len(r.Name) > maxText {
		k.fail(path+".name", "is longer than %d bytes", maxText)
	}
	k.match(path+".match", r.Match)
	k.optionalWord(path+".base", string(r.Base), bases)
	rating.CheckRule(ruleChecker{k, path}, r)
	k.tiers(path+".tiers", r.Tiers)
	if r.From != nil && r.To != nil && *r.From > *r.To {
		k.fail(path+".to", "%s is before from, %s; to is the last day of the rule", *r.To, *r.From)
	}
}

// ruleChecker takes what rating finds wrong with the rule of a path.
type ruleChecker struct {
	k    *checker
	path string
}

func (c ruleChecker) at(field string) string { return strings.TrimSuffix(c.path+"."+field, ".") }

func (c ruleChecker) Fail(field, format string, args ...any) {
	c.k.fail(c.at(field), format, args...)
}

func (c ruleChecker) Number(field string, d *money.Decimal, decimals int32) {
	c.k.number(c.at(field), d, decimals)
}

func (c ruleChecker) AtLeast(field string, d *money.Decimal, decimals int32, bound int64, why string) {
	c.k.atLeast(c.at(field), d, decimals, bound, why)
}

func (c ruleChecker) Basis(field string, word billing.Basis, words []billing.Basis) {
	c.k.word(c.at(field), string(word), texts(words))
}

func (k *checker) percent(path string, percent *money.Decimal) {
	k.atLeast(path, percent, percentDecimals, -100, "-100 makes a line free, no rule goes below")
}

func (k *checker) unitPrice(path string, price *money.Decimal) {
	k.atLeast(path, price, unitPriceDecimals, 0, "a unit price is 0 or more")
}

// tiers checks bands that follow each other: all by quantity or all by spend,
// and each quantity or spend in exactly one (R15).
func (k *checker) tiers(path string, tiers []billing.PriceTier) {
	if tiers == nil {
		return
	}
	if len(tiers) == 0 {
		k.fail(path, "is empty; give at least one tier")
		return
	}
	last := len(tiers) - 1
	var end *money.Decimal
	for i, t := range tiers {
		path := fmt.Sprintf("%s[%d]", path, i)
		k.unitPrice(path+".unit_price", t.UnitPrice)
		k.percent(path+".percent", t.Percent)
		k.number(path+".up_to", t.UpTo, unitPriceDecimals)
		switch {
		case (t.UnitPrice == nil) == (t.Percent == nil):
			k.fail(path, "must have unit_price or percent, one of the two")
		case t.UnitPrice == nil && tiers[0].UnitPrice != nil || t.Percent == nil && tiers[0].Percent != nil:
			k.fail(path, "is not of the same kind as the first tier; all tiers of a rule have unit_price, or all have percent")
		}
		switch {
		case i == last && t.UpTo != nil:
			k.fail(path+".up_to", "is given in the last tier, so what goes beyond %s has no price; add a tier without up_to", t.UpTo)
		case i < last && t.UpTo == nil:
			k.fail(path, "has no up_to, so the tiers behind it are never reached; only the last tier goes without")
		case t.UpTo != nil && t.UpTo.Sign() <= 0:
			k.fail(path+".up_to", "is %s; a tier ends above 0", t.UpTo)
		case t.UpTo != nil && end != nil && t.UpTo.Cmp(*end) <= 0:
			k.fail(path+".up_to", "is %s, not above the %s of the tier before; write the tiers in rising order", t.UpTo, end)
		}
		end = cmp.Or(t.UpTo, end)
	}
}

// match checks every pattern of a rule's match.
func (k *checker) match(path string, m billing.Match) {
	v := reflect.ValueOf(m)
	for _, field := range declaredFields(v.Type()) {
		path := path + "." + field.name
		switch value := v.FieldByIndex(field.Index).Interface().(type) {
		case billing.Pattern:
			if !value.IsZero() {
				k.pattern(path, value)
			}
		case map[string]billing.Pattern:
			k.patterns(path, value)
		}
	}
	others := m.Service
	others.Equal = nil
	if slices.Contains(m.Service.Equal, billing.OtherServices) && (len(m.Service.Equal) > 1 || !others.IsZero()) {
		k.fail(path+".service", "has %s beside something else; it stands alone, for every service that no other rule of the book names", billing.OtherServices)
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

func (k *checker) patterns(path string, all map[string]billing.Pattern) {
	tagNames(k, path, all)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if all[name].IsZero() {
			k.fail(path+"."+name, "asks for no value; give one, or {not: \"\"} for any value at all")
			continue
		}
		k.pattern(path+"."+name, all[name])
	}
}

// pattern refuses what matches nothing and texts that no line has.
func (k *checker) pattern(path string, p billing.Pattern) {
	if p.Equal != nil && len(p.Equal) == 0 {
		k.fail(path, "is an empty list, which matches nothing; leave the field out to match everything")
	}
	for i, text := range p.Equal {
		at := path
		if len(p.Equal) > 1 {
			at = fmt.Sprintf("%s[%d]", path, i)
		}
		k.short(at, text)
	}
	k.short(path+".prefix", p.Prefix)
	k.short(path+".suffix", p.Suffix)
	k.short(path+".contains", p.Contains)
	k.short(path+".like", p.Like)
	k.short(path+".regex", p.Regex)
	switch {
	case p.Not == nil:
	case p.Not.IsZero():
		k.fail(path+".not", "excludes everything, so the rule matches nothing; say what is excluded")
	default:
		k.pattern(path+".not", *p.Not)
	}
}

// short bounds a text that lines are compared with.
func (k *checker) short(path, text string) {
	if len(text) > billing.MaxRegex {
		k.fail(path, "is longer than %d bytes", billing.MaxRegex)
	}
}
