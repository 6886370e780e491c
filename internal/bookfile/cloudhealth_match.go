package bookfile

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// chtProduct is a product of a rule, with what it takes over from the rule.
type chtProduct struct {
	*element
	rule                    billing.PriceRule
	regions                 []*element // of the rule, for products without regions of their own
	dataTransfer, purchases bool
}

// product makes the rules of a product. Several values of one thing are any of
// them; what one pattern cannot say becomes several rules with the same price.
func (b *chtBook) product(p chtProduct) {
	matches := []billing.Match{p.rule.Match}
	if product, _ := p.attribute("productName"); product != "" && product != "ANY" && product != "*" {
		matches[0].Service = wildcard(product)
	}
	p.loseRest()
	regions := p.named("Region")
	switch {
	case len(regions) == 0:
		regions = p.regions
	case len(p.regions) > 0:
		b.in.lose(p.where(), fmt.Sprintf("regions of rule %q", p.rule.Name), "the product has regions of its own, which were taken instead")
	}
	types := p.named("RecordType")
	p.rule.Match.Class = b.classes(p, types)
	matches = b.cross(matches, b.values(regions), func(m *billing.Match) *billing.Pattern { return &m.Region })
	matches = b.cross(matches, b.usageTypes(p.named("UsageType")), func(m *billing.Match) *billing.Pattern { return &m.UsageType })
	matches = b.cross(matches, b.values(p.named("Operation")), func(m *billing.Match) *billing.Pattern { return &m.Operation })
	matches = b.cross(matches, b.values(types), func(m *billing.Match) *billing.Pattern { return &m.LineType })
	for _, child := range p.children {
		switch child.name {
		case "Region", "UsageType", "Operation", "RecordType", "LineItemDescription", "InstanceProperties":
		case "Comment":
			b.leaveOut(child)
		default: // SavingsPlanOfferingType, and what is not known
			b.in.lose(child.where(), fmt.Sprintf("rule %q with %s", p.rule.Name, clip(child.name)), "no rule of a book can ask for it, so it was left out; its lines go to the rules behind it")
			return
		}
	}
	descriptions, ok := b.descriptions(p)
	if !ok {
		return
	}
	matches = b.cross(matches, descriptions, func(m *billing.Match) *billing.Pattern { return &m.Description })
	instances := p.named("InstanceProperties")
	for _, reserved := range []bool{false, true} {
		these := slices.DeleteFunc(slices.Clone(instances), func(e *element) bool { return e.flag("reserved", false) != reserved })
		if len(these) == 0 && (reserved || len(instances) > 0) {
			continue
		}
		for _, m := range b.cross(matches, b.instances(these), func(m *billing.Match) *billing.Pattern { return &m.InstanceType }) {
			b.addMatch(p, m, reserved)
		}
	}
}

// addMatch adds a rule for one match of a product.
func (b *chtBook) addMatch(p chtProduct, m billing.Match, reserved bool) {
	if reserved && !b.reserved(p, &m) {
		return
	}
	m.Class = p.rule.Match.Class
	if !p.dataTransfer {
		m.UsageType.Not = &billing.Pattern{Contains: "DataTransfer"}
	}
	rule := p.rule
	rule.Match = m
	b.add(p.where(), rule)
}

// cross is every match with every one of the values; without values, the
// matches as they are.
func (b *chtBook) cross(matches []billing.Match, values []billing.Pattern, field func(*billing.Match) *billing.Pattern) []billing.Match {
	if len(values) == 0 {
		return matches
	}
	if len(matches)*len(values) > maxRules {
		b.in.fail("", "has a product with more than %d combinations of its values; split it", maxRules)
		return nil
	}
	all := make([]billing.Match, 0, len(matches)*len(values))
	for _, m := range matches {
		for _, value := range values {
			*field(&m) = value
			all = append(all, m)
		}
	}
	return all
}

// values reads the names of elements: plain ones become one pattern, each one
// with a wildcard a pattern of its own. "*" alone asks for nothing.
func (b *chtBook) values(elements []*element) []billing.Pattern {
	var plain []string
	var all []billing.Pattern
	seen := map[string]bool{}
	for _, e := range elements {
		name := b.nameOf(e)
		switch pattern := wildcard(name); {
		case strings.Trim(name, "*") == "":
			return nil
		case pattern.Equal == nil:
			all = append(all, pattern)
		case !seen[name]:
			seen[name] = true
			plain = append(plain, name)
		}
	}
	if plain != nil {
		all = slices.Insert(all, 0, equal(plain...))
	}
	return all
}

func (b *chtBook) nameOf(e *element) string {
	name, _ := e.attribute("name")
	if name == "" {
		b.in.fail(e.where(), "%s has no name", e.name)
	}
	b.leaf(e)
	return name
}

// leaf lists what an element has that was not asked for.
func (b *chtBook) leaf(e *element) {
	e.loseRest()
	for _, child := range e.children {
		b.leaveOut(child)
	}
}

// wildcard reads x*, *x, *x* and plain x.
func wildcard(text string) billing.Pattern {
	inner := strings.Trim(text, "*")
	begins, ends := strings.HasPrefix(text, "*"), strings.HasSuffix(text, "*")
	switch {
	case strings.Contains(inner, "*"):
		return billing.Pattern{Regex: `(?s)^` + strings.ReplaceAll(regexp.QuoteMeta(text), `\*`, `.*`) + `$`}
	case begins && ends && inner != "":
		return billing.Pattern{Contains: inner}
	case begins && inner != "":
		return billing.Pattern{Suffix: inner}
	case ends && inner != "":
		return billing.Pattern{Prefix: inner}
	}
	return equal(text)
}

// A usage type may begin with where it was used, such as USE1- or ap-northeast-1-,
// and end with the kind of instance, such as :m5.large or :db.t3.medium.
const (
	usageRegion   = `(?:[A-Z]{2,5}[0-9]{1,2}|EU|US|JP|AP|AU|IN|SA|ZA|ME|CA|Global|[a-z]{2}(?:-[a-z]+){1,3}-[0-9])-`
	usageInstance = `(?::[a-z0-9-]+(?:\.[a-z0-9-]+)+)?`
)

var beginsWithRegion = regexp.MustCompile(`^` + usageRegion)

// usageTypes reads usage types, which CloudHealth takes without the kind of
// instance, and in every region where they are without one.
func (b *chtBook) usageTypes(elements []*element) []billing.Pattern {
	var all []billing.Pattern
	for _, e := range elements {
		name := b.nameOf(e)
		pattern := wildcard(name)
		switch regional := beginsWithRegion.MatchString(name); {
		case strings.Trim(name, "*") == "":
			return nil
		case pattern.Prefix != "" && !regional:
			b.in.lose(e.where(), fmt.Sprintf("usage type %q", clip(name)), "it was read as the beginning of the usage type; where that begins with a region, such as USE1-, it does not match, so write *"+clip(strings.Trim(name, "*"))+"* if it should")
		case pattern.Equal == nil:
		case regional:
			pattern = billing.Pattern{Regex: `^` + regexp.QuoteMeta(name) + usageInstance + `$`}
		default:
			pattern = billing.Pattern{Regex: `^(?:` + usageRegion + `)*` + regexp.QuoteMeta(name) + usageInstance + `$`}
		}
		all = append(all, pattern)
	}
	return all
}

// instances reads kinds of instances: m5 is all of the family, and 8xlarge that
// size of all families.
func (b *chtBook) instances(elements []*element) []billing.Pattern {
	var all []billing.Pattern
	unbound := false // one of them asks for no kind at all
	for _, e := range elements {
		family, _ := e.attribute("instanceType")
		size, _ := e.attribute("instanceSize")
		b.leaf(e)
		var pattern billing.Pattern
		switch {
		case family != "" && size != "" && !strings.Contains(family+size, "*"):
			pattern = equal(family + "." + size)
		case family != "" && size == "" && !strings.Contains(family, "*"):
			pattern = billing.Pattern{Prefix: family + "."}
			if strings.Count(strings.TrimPrefix(strings.TrimPrefix(family, "db."), "cache."), ".") > 0 { // m5.large, said as a type
				pattern = equal(family)
			}
		case family == "" && size != "" && !strings.Contains(size, "*"):
			pattern = billing.Pattern{Suffix: "." + size}
		case family != "" && size == "":
			pattern = wildcard(family)
		case family != "" || size != "":
			pattern = wildcard(cmp.Or(family, "*") + "." + size)
		}
		unbound = unbound || pattern.IsZero()
		all = append(all, pattern)
	}
	if unbound {
		return nil
	}
	return all
}

// descriptions reads what is asked of the text of a line. Not ok, one of them
// cannot be asked for.
func (b *chtBook) descriptions(p chtProduct) (all []billing.Pattern, ok bool) {
	for _, e := range p.named("LineItemDescription") {
		name, _ := e.attribute("name")
		prefix, _ := e.attribute("startsWith")
		contains, _ := e.attribute("contains")
		expression, _ := e.attribute("matchesRegex")
		b.leaf(e)
		if name+prefix+contains+expression == "" {
			b.in.fail(e.where(), "LineItemDescription has none of name, startsWith, contains and matchesRegex")
			return nil, false
		}
		var pattern billing.Pattern
		if strings.Trim(name, "*") != "" {
			pattern = wildcard(name)
		}
		both := pattern.Prefix != "" && prefix != "" || pattern.Contains != "" && contains != ""
		if prefix != "" {
			pattern.Prefix = prefix
		}
		if contains != "" {
			pattern.Contains = contains
		}
		if expression != "" {
			pattern.Regex = `^(?:` + expression + `)$`
		}
		_, err := regexp.Compile(pattern.Regex)
		if err == nil && len(pattern.Regex) > billing.MaxRegex {
			err = fmt.Errorf("it has %d characters, and at most %d are allowed", len(pattern.Regex), billing.MaxRegex)
		}
		switch {
		case err != nil:
			b.in.lose(e.where(), fmt.Sprintf("rule %q with the expression %q", p.rule.Name, clip(expression)), fmt.Sprintf("it was left out, its lines go to the rules behind it: %v", err))
			return nil, false
		case both:
			b.in.lose(e.where(), fmt.Sprintf("rule %q with a name and another condition of the same kind", p.rule.Name), "a rule asks for one of a kind, so it was left out; its lines go to the rules behind it")
			return nil, false
		case pattern.IsZero(): // any text
			return nil, true
		}
		all = append(all, pattern)
	}
	return all, true
}

// Line types whose lines are adjusting entries (R27) though people call them by
// their type in a rule.
var entryTypes = []string{"Fee", "Refund", "SavingsPlanUpfrontFee", "EdpDiscount", "SppDiscount", "PrivateRateDiscount", "BundledDiscount", "RiVolumeDiscount", "Discount"}

// classes are those of the lines that a product is for. Entries are only
// where the rule calls their line type by name (R14).
func (b *chtBook) classes(p chtProduct, types []*element) billing.Pattern {
	classes := []string{"usage"}
	if p.purchases {
		classes = append(classes, "commitment-fee")
	}
	for _, e := range types {
		name, _ := e.attribute("name")
		switch {
		case name == "Tax" || name == "Credit":
			b.in.lose(e.where(), fmt.Sprintf("record type %s of rule %q", name, p.rule.Name), "such lines are on no invoice by a price book; CloudHealth takes them out before")
		case slices.Contains(entryTypes, name) && !slices.Contains(classes, "entry"):
			classes = append(classes, "entry")
		}
	}
	if len(classes) == 1 {
		return billing.Pattern{} // the default
	}
	return equal(classes...)
}

// reserved narrows a match to what reservations cover. Not ok, the record types
// of the rule leave nothing of that.
func (b *chtBook) reserved(p chtProduct, m *billing.Match) (ok bool) {
	types := []string{"DiscountedUsage"}
	if p.purchases {
		types = append(types, "RIFee")
	}
	if !m.LineType.IsZero() {
		asked := ready(b.in, p.where(), m.LineType)
		types = slices.DeleteFunc(types, func(name string) bool { return !asked.Matches(name) })
	}
	if len(types) == 0 {
		b.in.lose(p.where(), fmt.Sprintf("rule %q", p.rule.Name), "it is for reserved instances, but its record types are others; it never matches")
		return false
	}
	m.LineType = equal(types...)
	return true
}
