package rating

import (
	"cmp"
	"iter"
	"math/bits"
	"slices"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
)

// Matcher finds the rules of a book that match a key. The rules of a
// key are what the sets of rules that its texts fit have in common; so a book of
// thousands of rules costs a key little more than one of ten. It is not safe for concurrent use.
type Matcher struct {
	Book   billing.PriceBook
	Rules  []billing.PriceRule // in the order in which they win
	fields []*field
	common ruleSet // of the last key
}

// ruleSet has a bit for each rule of a book.
type ruleSet []uint64

func newRuleSet(rules int) ruleSet { return make(ruleSet, (rules+63)/64) }

func (s ruleSet) add(rule int) { s[rule/64] |= 1 << (rule % 64) }

func (s ruleSet) empty() bool {
	for _, word := range s {
		if word != 0 {
			return false
		}
	}
	return true
}

// field is an attribute of keys that some rules of a book ask for.
type field struct {
	names  func(assign.Key) (string, string) // the thing goes by both; the second may be empty
	silent ruleSet                           // rules that ask nothing of it
	others ruleSet                           // rules for what no other rule names; see billing.OtherServices
	equal  map[string]ruleSet                // rules that ask for one of some texts and nothing else, by text

	asking   ruleSet        // rules that ask for more, by their patterns
	patterns []patternRules // equal ones together
	numbers  map[string]int // in patterns, of a pattern as it is written
	of       []int          // in patterns, of each rule that asks
	known    map[[2]string]verdict
}

type patternRules struct {
	billing.Pattern
	rules []int
}

// verdict is what is known of a text: which of the asking rules were tried on
// it, and which of them it fits.
type verdict struct{ tried, fits ruleSet }

// NewMatcher reads a book. Its rules win in the order they are written in, or
// the most specific first (billing.PriceBook.Order).
func NewMatcher(b billing.PriceBook) *Matcher {
	m := &Matcher{Book: b, Rules: b.Rules}
	if b.Order == billing.MostSpecific {
		m.Rules = slices.Clone(b.Rules)
		slices.SortStableFunc(m.Rules, func(a, b billing.PriceRule) int { return cmp.Compare(breadth(a.Match), breadth(b.Match)) })
	}
	m.common = newRuleSet(len(m.Rules))
	usage := billing.Pattern{Equal: []string{lake.ClassUsage}}
	m.field(text(lake.Class), func(x billing.Match) billing.Pattern {
		if x.Class.IsZero() {
			return usage // R14
		}
		return x.Class
	}, false)
	m.field(func(k assign.Key) (string, string) { return k.Text(lake.ServiceCode), k.Text(lake.ServiceName) },
		func(x billing.Match) billing.Pattern { return x.Service }, true)
	for _, f := range []struct {
		column  lake.Text
		pattern func(billing.Match) billing.Pattern
	}{
		{lake.Provider, func(x billing.Match) billing.Pattern { return x.Provider }},
		{lake.BillingAccountID, func(x billing.Match) billing.Pattern { return x.Payer }},
		{lake.BillType, func(x billing.Match) billing.Pattern { return x.BillType }},
		{lake.BillingEntity, func(x billing.Match) billing.Pattern { return x.BillingEntity }},
		{lake.LineItemType, func(x billing.Match) billing.Pattern { return x.LineType }},
		{lake.ChargeCategory, func(x billing.Match) billing.Pattern { return x.ChargeCategory }},
		{lake.RegionID, func(x billing.Match) billing.Pattern { return x.Region }},
		{lake.UsageType, func(x billing.Match) billing.Pattern { return x.UsageType }},
		{lake.Operation, func(x billing.Match) billing.Pattern { return x.Operation }},
		{lake.SkuID, func(x billing.Match) billing.Pattern { return x.SKU }},
		{lake.InstanceType, func(x billing.Match) billing.Pattern { return x.InstanceType }},
		{lake.ChargeDescription, func(x billing.Match) billing.Pattern { return x.Description }},
	} {
		m.field(text(f.column), f.pattern, false)
	}
	tags, categories := map[string]bool{}, map[string]bool{}
	for _, r := range m.Rules {
		for name := range r.Match.Tags {
			tags[name] = true
		}
		for name := range r.Match.CostCategories {
			categories[name] = true
		}
	}
	for name := range tags {
		m.field(func(k assign.Key) (string, string) { return k.Tag(name), "" },
			func(x billing.Match) billing.Pattern { return x.Tags[name] }, false)
	}
	for name := range categories {
		m.field(func(k assign.Key) (string, string) { return k.CostCategory(name), "" },
			func(x billing.Match) billing.Pattern { return x.CostCategories[name] }, false)
	}
	return m
}

func text(column lake.Text) func(assign.Key) (string, string) {
	return func(k assign.Key) (string, string) { return k.Text(column), "" }
}

// breadth ranks what a rule is for: a product, a service, a billing entity, all.
func breadth(m billing.Match) int {
	switch {
	case !m.SKU.IsZero() || !m.UsageType.IsZero() || !m.Operation.IsZero() || !m.InstanceType.IsZero() || !m.Description.IsZero():
		return 0
	case !m.Service.IsZero() && !isOthers(m.Service):
		return 1
	case !m.BillingEntity.IsZero():
		return 2
	}
	return 3
}

func isOthers(p billing.Pattern) bool {
	return len(p.Equal) == 1 && p.Equal[0] == billing.OtherServices
}

// field adds an attribute, unless no rule asks for it. others tells whether a
// rule can ask for what no other rule names.
func (m *Matcher) field(names func(assign.Key) (string, string), pattern func(billing.Match) billing.Pattern, others bool) {
	n := len(m.Rules)
	f := &field{
		names: names, silent: newRuleSet(n), others: newRuleSet(n), equal: map[string]ruleSet{},
		asking: newRuleSet(n), numbers: map[string]int{}, of: make([]int, n), known: map[[2]string]verdict{},
	}
	asked := false
	for i, r := range m.Rules {
		p := pattern(r.Match)
		asked = asked || !p.IsZero()
		plain := p
		plain.Equal = nil
		switch {
		case p.IsZero():
			f.silent.add(i)
		case others && isOthers(p):
			f.others.add(i)
		case plain.IsZero():
			for _, t := range p.Equal {
				if f.equal[t] == nil {
					f.equal[t] = newRuleSet(n)
				}
				f.equal[t].add(i)
			}
		default:
			f.ask(i, p)
		}
	}
	if asked {
		m.fields = append(m.fields, f)
	}
}

// ask notes that a rule asks for a pattern; equal ones are tried once.
func (f *field) ask(rule int, p billing.Pattern) {
	written, err := p.MarshalJSON()
	if err != nil {
		panic(err) // texts can always be written
	}
	n, known := f.numbers[string(written)]
	if !known {
		n = len(f.patterns)
		f.numbers[string(written)] = n
		f.patterns = append(f.patterns, patternRules{Pattern: p})
	}
	f.patterns[n].rules = append(f.patterns[n].rules, rule)
	f.asking.add(rule)
	f.of[rule] = n
}

// narrow takes the rules out of a set that a key's texts do not fit. A pattern
// is tried on a text when the first key comes that a rule with it may match.
func (f *field) narrow(set ruleSet, k assign.Key) {
	code, name := f.names(k)
	first, second := f.equal[code], ruleSet(nil)
	if name != "" && name != code {
		second = f.equal[name]
	}
	open, otherwise := false, f.otherwise(first, second, code, name)
	for i, word := range set {
		if word == 0 {
			continue
		}
		allowed := f.silent[i] | f.asking[i]
		if first != nil {
			allowed |= first[i]
		}
		if second != nil {
			allowed |= second[i]
		}
		if otherwise {
			allowed |= f.others[i]
		}
		set[i] = word & allowed
		open = open || set[i]&f.asking[i] != 0
	}
	if !open {
		return
	}
	v := f.try(set, code, name)
	for i := range set {
		set[i] &= ^f.asking[i] | v.fits[i]
	}
}

// try tries the patterns of the rules in a set on a text, unless it did before.
func (f *field) try(set ruleSet, code, name string) verdict {
	id := [2]string{code, name}
	v, ok := f.known[id]
	if !ok {
		v = verdict{make(ruleSet, len(set)), make(ruleSet, len(set))}
		f.known[id] = v
	}
	for i := range set {
		for word := set[i] & f.asking[i] &^ v.tried[i]; word != 0; word = set[i] & f.asking[i] &^ v.tried[i] {
			p := f.patterns[f.of[i*64+bits.TrailingZeros64(word)]]
			fits := p.Matches(namesOf(code, name)...)
			for _, rule := range p.rules {
				v.tried.add(rule)
				if fits {
					v.fits.add(rule)
				}
			}
		}
	}
	return v
}

func namesOf(code, name string) []string {
	if name == "" || name == code {
		return []string{code}
	}
	return []string{code, name}
}

// otherwise tells whether no rule of the book names a thing, so that it is for
// the rules for all others.
func (f *field) otherwise(first, second ruleSet, code, name string) bool {
	if first != nil || second != nil || f.others.empty() {
		return false
	}
	return f.try(f.asking, code, name).fits.empty()
}

// order is that of the book, where it is not that the first rule wins.
func (m *Matcher) order() string {
	if m.Book.Order == billing.FirstMatch {
		return ""
	}
	return m.Book.Order
}

// Matching yields the places, in Rules, of the rules that match a key on some
// day, the winner first.
func (m *Matcher) Matching(k assign.Key) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range m.common {
			m.common[i] = ^uint64(0)
		}
		for _, f := range m.fields {
			f.narrow(m.common, k)
		}
		for i, word := range m.common {
			for ; word != 0; word &= word - 1 {
				if rule := i*64 + bits.TrailingZeros64(word); rule >= len(m.Rules) || !yield(rule) {
					return
				}
			}
		}
	}
}
