package book

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// covered remarks on rules that can never win, whatever the bills: an earlier
// one matches all that they match, on all of their days.
func (l *linter) covered() {
	// An earlier rule that names texts covers only rules that name one of them:
	// so each is looked up by the texts of one of its fields.
	byText := map[[2]string][]int{}
	var without []int // rules that name no texts
	for i, r := range l.rules {
		if by := l.coveredBy(i, byText, without); by >= 0 && !l.explained[i] {
			l.explained[i] = true
			if r.To != nil && *r.To < l.Today {
				continue // and never will
			}
			l.say(NeverWins, Error, r.Name, fmt.Sprintf("never wins: rule %q goes before it and matches all that it matches", l.rules[by].Name),
				fmt.Sprintf("remove it, or put it before %q", l.rules[by].Name))
		}
		indexed := false
		for _, f := range fields {
			if p := f.pattern(&r.Match); equalOnly(*p) {
				for _, text := range p.Equal {
					key := [2]string{f.name, text}
					byText[key] = append(byText[key], i)
				}
				indexed = true
				break
			}
		}
		if !indexed {
			without = append(without, i)
		}
	}
}

// coveredBy returns the first of the earlier rules that covers a rule, or -1.
func (l *linter) coveredBy(i int, byText map[[2]string][]int, without []int) int {
	r := l.rules[i]
	first := -1
	look := func(candidates []int) {
		for _, c := range candidates {
			if first >= 0 && c >= first {
				return
			}
			if a := l.rules[c]; coversDays(a, r) && covers(a.Match, r.Match) {
				first = c
				return
			}
		}
	}
	look(without)
	for _, f := range fields {
		if p := f.pattern(&r.Match); equalOnly(*p) {
			look(byText[[2]string{f.name, p.Equal[0]}])
		}
	}
	return first
}

// coversDays tells whether a holds on every day on which b does.
func coversDays(a, b billing.PriceRule) bool {
	return (a.From == nil || b.From != nil && *a.From <= *b.From) && (a.To == nil || b.To != nil && *b.To <= *a.To)
}

// covers tells whether a surely matches all that b matches. It may say no
// where the answer would need more than a look at both.
func covers(a, b billing.Match) bool {
	for _, class := range classesOf(b) {
		if !slices.Contains(classesOf(a), class) {
			return false
		}
	}
	for _, f := range fields {
		if !coversPattern(*f.pattern(&a), *f.pattern(&b), f.name == "service") {
			return false
		}
	}
	return coversAll(a.Tags, b.Tags) && coversAll(a.CostCategories, b.CostCategories)
}

func coversAll(a, b map[string]billing.Pattern) bool {
	for name := range maps.Keys(a) {
		if !coversPattern(a[name], b[name], false) {
			return false
		}
	}
	return true
}

// coversPattern is covers for one attribute. A service goes by two names, so
// that what one of them excludes says nothing of the other.
func coversPattern(a, b billing.Pattern, twoNames bool) bool {
	switch {
	case a.IsZero():
		return true
	case b.IsZero():
		return false
	case twoNames && (otherServices(a) || otherServices(b)):
		return otherServices(a) && otherServices(b)
	case equalOnly(b):
		if twoNames && a.Not != nil {
			return false
		}
		return !slices.ContainsFunc(b.Equal, func(text string) bool { return !a.Matches(text) })
	}
	only := func(p billing.Pattern) bool { return reflect.DeepEqual(a, p) }
	switch {
	case only(billing.Pattern{Prefix: a.Prefix}):
		return strings.HasPrefix(b.Prefix, a.Prefix)
	case only(billing.Pattern{Suffix: a.Suffix}):
		return strings.HasSuffix(b.Suffix, a.Suffix)
	case only(billing.Pattern{Contains: a.Contains}):
		return strings.Contains(b.Prefix, a.Contains) || strings.Contains(b.Suffix, a.Contains) || strings.Contains(b.Contains, a.Contains)
	}
	return written(a) == written(b)
}

// written is a text that equal patterns have in common.
func written(p billing.Pattern) string {
	text, err := p.MarshalJSON()
	if err != nil {
		panic(err) // texts can always be written
	}
	return string(text)
}
