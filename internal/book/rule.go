package book

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
)

// rule remarks on what a rule says by itself.
func (l *linter) rule(i int, r billing.PriceRule) {
	over := r.To != nil && *r.To < l.Today
	if class, because := classMissing(r.Match); class != "" && !over {
		l.explained[i] = true
		l.say(ClassLeftOut, Error, r.Name, fmt.Sprintf("never matches: %s is of class %s, and a rule without a class is for usage only (R14)", because, class),
			"add class: "+class+" to its match")
	}
	if over {
		l.say(Ended, Note, r.Name, fmt.Sprintf("ended on %s", *r.To), "keep it for the months it priced; it does nothing for later ones")
	}
	if r.Base == billing.List && slices.Contains(classesOf(r.Match), lake.ClassCommitmentFee) {
		l.say(ListOfFees, Warning, r.Name, "starts from list prices, at which commitments have no fees: what it prices of class commitment-fee is free (R6)",
			"give fees a rule of their own, or leave commitment-fee out of the class")
	}
	for _, b := range []struct {
		name  string
		basis billing.Basis
		side  int // of the percent that it takes back
	}{{"not_below", r.NotBelow, -1}, {"not_above", r.NotAbove, 1}} {
		if r.Percent != nil && b.basis != "" && b.basis == r.Base && r.Percent.Sign() == b.side {
			l.say(PriceUndone, Warning, r.Name, fmt.Sprintf("%s %s takes back all of the %s percent on it", b.name, b.basis, r.Percent),
				"remove one of the two, or bound it by another cost")
		}
	}
	for _, f := range fields {
		p := f.pattern(&r.Match)
		if p.Regex == "" {
			continue
		}
		if plain := plainly(p.Regex); plain != "" {
			l.say(PlainRegex, Note, r.Name, fmt.Sprintf("the regular expression %q of %s is no more than plain text", p.Regex, f.name),
				"write it as "+plain+", which says what it means")
		}
	}
}

// classByType are the classes of the line types that are not usage.
var classByType = map[string]string{
	"RIFee": lake.ClassCommitmentFee, "SavingsPlanRecurringFee": lake.ClassCommitmentFee,
	"SavingsPlanUpfrontFee": lake.ClassEntry, "Fee": lake.ClassEntry, "Credit": lake.ClassEntry, "Refund": lake.ClassEntry,
	"EdpDiscount": lake.ClassEntry, "SppDiscount": lake.ClassEntry, "PrivateRateDiscount": lake.ClassEntry,
	"BundledDiscount": lake.ClassEntry, "RiVolumeDiscount": lake.ClassEntry, "Discount": lake.ClassEntry,
}

// classMissing tells of a match without a class what it names that is of
// another class than usage, and which.
func classMissing(m billing.Match) (class, because string) {
	if !m.Class.IsZero() {
		return "", ""
	}
	for _, named := range []struct {
		what    string
		pattern billing.Pattern
		classes map[string]string
	}{
		{"billing entity", m.BillingEntity, map[string]string{"AWS Marketplace": lake.ClassMarketplace}},
		{"line type", m.LineType, classByType},
		{"charge category", m.ChargeCategory, map[string]string{"Credit": lake.ClassEntry, "Adjustment": lake.ClassEntry, "Purchase": "commitment-fee or entry"}},
	} {
		if !equalOnly(named.pattern) {
			continue
		}
		class, all := "", true
		for _, text := range named.pattern.Equal {
			of := named.classes[text]
			all = all && of != "" && (class == "" || class == of)
			class = of
		}
		if all {
			return class, named.what + " " + strings.Join(named.pattern.Equal, ", ")
		}
	}
	return "", ""
}

// plainly writes a regular expression as the pattern that says the same without
// one; empty where there is none.
func plainly(regex string) string {
	parsed, err := syntax.Parse(regex, syntax.Perl)
	if err != nil {
		return ""
	}
	parts := []*syntax.Regexp{parsed}
	if parsed.Op == syntax.OpConcat {
		parts = parsed.Sub
	}
	begin, end := parts[0].Op == syntax.OpBeginText, parts[len(parts)-1].Op == syntax.OpEndText
	if begin {
		parts = parts[1:]
	}
	if end && len(parts) > 0 {
		parts = parts[:len(parts)-1]
	}
	if len(parts) != 1 {
		return ""
	}
	part := parts[0]
	if part.Op == syntax.OpCapture {
		part = part.Sub[0]
	}
	if part.Op != syntax.OpLiteral || part.Flags&syntax.FoldCase != 0 {
		return alternatives(part, begin && end)
	}
	text := strconv.Quote(string(part.Rune))
	switch {
	case begin && end:
		return text
	case begin:
		return "{prefix: " + text + "}"
	case end:
		return "{suffix: " + text + "}"
	}
	return "{contains: " + text + "}"
}

// alternatives writes a choice between whole texts as a list.
func alternatives(part *syntax.Regexp, whole bool) string {
	if part.Op != syntax.OpAlternate || !whole {
		return ""
	}
	var texts []string
	for _, sub := range part.Sub {
		if sub.Op != syntax.OpLiteral || sub.Flags&syntax.FoldCase != 0 {
			return ""
		}
		texts = append(texts, strconv.Quote(string(sub.Rune)))
	}
	return "[" + strings.Join(texts, ", ") + "]"
}
