package assign

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
)

// tagName is a name that the configuration asks lines about: of a tag or of a
// cost category.
type tagName struct {
	in   lake.Map
	name string
}

// tagNames are the names that claims and price rules in force in the month ask
// about, sorted. Nothing else of a line's tags matters.
func (m Month) tagNames() []tagName {
	names := map[tagName]bool{}
	for _, g := range m.Config.BillingGroups {
		for _, c := range g.Claims {
			if _, _, ok := m.during(c.From, c.To); ok {
				addNames(names, c.Tags, c.CostCategories)
			}
		}
	}
	for _, r := range m.tagRules() {
		addNames(names, r.Match.Tags, r.Match.CostCategories)
	}
	return slices.SortedFunc(maps.Keys(names), func(a, b tagName) int {
		return cmp.Or(cmp.Compare(a.in, b.in), cmp.Compare(a.name, b.name))
	})
}

func addNames[T any](to map[tagName]bool, tags, categories map[string]T) {
	for name := range tags {
		to[tagName{lake.Tags, name}] = true
	}
	for name := range categories {
		to[tagName{lake.CostCategories, name}] = true
	}
}

// RulesUseTags tells whether a price rule in force in the month asks about tags
// or cost categories, so that a price can depend on x_tag_set.
func (m Month) RulesUseTags() bool { return len(m.tagRules()) > 0 }

func (m Month) tagRules() (rules []billing.PriceRule) {
	for _, b := range m.Config.PriceBooks {
		for _, r := range b.Rules {
			asks := len(r.Match.Tags)+len(r.Match.CostCategories) > 0
			over := r.To != nil && *r.To < m.Period.FirstDay() || r.From != nil && *r.From > m.Period.LastDay()
			if asks && !over {
				rules = append(rules, r)
			}
		}
	}
	return rules
}

// value is the SQL expression of what a line l has under the name; empty where
// it has nothing.
func (n tagName) value() string {
	var places []string
	for _, key := range n.keys() {
		places = append(places, "l."+lake.Maps[n.in].Name+"['"+strings.ReplaceAll(key, "'", "''")+"']")
	}
	return "COALESCE(" + strings.Join(places, ", ") + ", '')"
}

// keys are the ways providers write the name, of which the first that a line
// has counts: as it is; as a user's tag in AWS's CUR (user:); and as a column of
// CUR in Parquet or a key of CUR 2.0, in lower case with _ for all but letters
// and digits, there also with _ before what was a capital.
func (n tagName) keys() []string {
	if n.in == lake.CostCategories {
		return distinct(n.name, columnName(n.name))
	}
	if prefix, _, ok := strings.Cut(n.name, ":"); ok && (prefix == "aws" || prefix == "user") {
		return distinct(n.name, plainName(n.name), columnName(n.name))
	}
	return distinct(n.name, "user:"+n.name, "user_"+plainName(n.name), columnName("user:"+n.name))
}

func distinct(keys ...string) (all []string) {
	for _, k := range keys {
		if !slices.Contains(all, k) {
			all = append(all, k)
		}
	}
	return all
}

// plainName is a name in lower case with _ for all but letters and digits.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return '_'
		}
		return unicode.ToLower(r)
	}, name)
}

// columnName is a name as AWS makes columns of it: user:CostCenter is
// user_cost_center.
func columnName(name string) string {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return strings.Join(strings.FieldsFunc(plainName(b.String()), func(r rune) bool { return r == '_' }), "_")
}
