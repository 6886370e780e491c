package bookfile

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// abcScope is what a rule of Billing Conductor is for; empty texts are any.
type abcScope struct{ service, usageType, operation, entity string }

// rank is how narrow a scope is. Of several that a line is in, Billing
// Conductor takes the narrowest: sku, service, billing entity, all.
func (s abcScope) rank() int {
	switch {
	case s.operation != "":
		return 4
	case s.usageType != "":
		return 3
	case s.service != "":
		return 2
	case s.entity != "":
		return 1
	}
	return 0
}

const marketplace = "AWS Marketplace"

// class is what the scope's lines are, where they are not usage.
func (s abcScope) class() string {
	if s.entity == marketplace {
		return "marketplace"
	}
	return ""
}

// meet is what two scopes have in common. Not ok, they have nothing.
func (s abcScope) meet(t abcScope) (both abcScope, ok bool) {
	if s.class() != t.class() {
		return abcScope{}, false
	}
	for _, pair := range [][2]string{{s.service, t.service}, {s.usageType, t.usageType}, {s.operation, t.operation}, {s.entity, t.entity}} {
		if pair[0] != "" && pair[1] != "" && pair[0] != pair[1] {
			return abcScope{}, false
		}
	}
	return abcScope{cmp.Or(s.service, t.service), cmp.Or(s.usageType, t.usageType), cmp.Or(s.operation, t.operation), cmp.Or(s.entity, t.entity)}, true
}

// maxPlanRules is well above the 500 that Billing Conductor allows.
const maxPlanRules = 2000

// atPublicPrice is the rule for what no rule is for.
const atPublicPrice = "everything else at the public price"

// abcBook makes the book of a plan. In Billing Conductor the narrowest
// percentage and the narrowest free tier of a line hold side by side; of a book
// one rule wins. So there is a rule for each percentage and, in front of it, one
// for each part of its scope in which the free tier is another. The order of the
// rules is the one in which most-specific takes them.
func (in *input) abcBook(p abcPlan, rules []abcRule) string {
	if len(rules) > maxPlanRules {
		in.fail(p.where, "has %d rules; a pricing plan has at most %d", len(rules), maxPlanRules)
		return ""
	}
	b := in.newBook(p.where, p.name)
	b.made.Order = billing.MostSpecific
	var percents, tiers []abcRule
	for _, r := range in.withoutTwins(p, rules) {
		if r.percent != nil {
			percents = append(percents, r)
		} else {
			tiers = append(tiers, r)
		}
	}
	if !slices.ContainsFunc(percents, func(r abcRule) bool { return r.scope == abcScope{} }) {
		percents = append(percents, abcRule{name: atPublicPrice, where: p.where, percent: &money.Decimal{}})
	} else if !slices.ContainsFunc(percents, func(r abcRule) bool { return r.scope.entity == marketplace }) {
		in.lose(p.where, fmt.Sprintf("marketplace lines of pricing plan %s", p.name), "a GLOBAL rule here is for usage only, so they stay as they are; a rule with class: marketplace would price them")
	}
	narrowFirst(percents)
	in.loseMarketplaceTier(percents, tiers)
	seen := map[abcScope]bool{}
	for _, x := range combined(percents, changing(tiers)) {
		if seen[x.scope] {
			continue // a narrower one has all of its lines
		}
		seen[x.scope] = true
		rule := billing.PriceRule{Name: x.percent.name, Match: x.scope.match(), Base: billing.List}
		in.change(x.percent.where, &rule, *x.percent.percent)
		if x.tier != nil && !x.tier.free {
			rule.BillFreeTier = true
		}
		if x.tier != nil {
			rule.Name += ", " + x.tier.name
		}
		b.add(x.percent.where, rule)
	}
	return b.done()
}

// abcBoth is a percentage with the free tier of a part of its scope, or alone.
type abcBoth struct {
	scope        abcScope
	percent      abcRule
	tier         *abcRule // nil where the free tier is as it is
	wide, narrow int      // ranks of the percentage's scope and of the free tier's
}

// combined are all percentages, alone and with each free tier that they have
// lines in common with. A line is in all that its percentages and free tiers
// have in common: in this order the narrowest of both comes first.
func combined(percents, tiers []abcRule) (all []abcBoth) {
	for _, percent := range percents {
		all = append(all, abcBoth{percent.scope, percent, nil, percent.scope.rank(), -1})
		for _, tier := range tiers {
			if scope, ok := percent.scope.meet(tier.scope); ok {
				all = append(all, abcBoth{scope, percent, &tier, percent.scope.rank(), tier.scope.rank()})
			}
		}
	}
	slices.SortStableFunc(all, func(x, y abcBoth) int {
		return cmp.Or(y.scope.breadth()-x.scope.breadth(), y.wide-x.wide, y.narrow-x.narrow)
	})
	return all
}

// breadth is the rank as far as a book's order knows it: it does not tell an
// operation from a usage type.
func (s abcScope) breadth() int { return min(s.rank(), 3) }

func narrowFirst(rules []abcRule) {
	slices.SortStableFunc(rules, func(x, y abcRule) int { return y.scope.rank() - x.scope.rank() })
}

// withoutTwins leaves out rules of a scope that an earlier one has already.
func (in *input) withoutTwins(p abcPlan, rules []abcRule) []abcRule {
	type twin struct {
		scope   abcScope
		percent bool
	}
	first := map[twin]abcRule{}
	var kept []abcRule
	for _, r := range rules {
		key := twin{r.scope, r.percent != nil}
		if before, twice := first[key]; twice {
			in.lose(r.where, fmt.Sprintf("pricing rule %s in pricing plan %s", r.name, p.name), fmt.Sprintf("rule %s is for the same lines and was taken", before.name))
			continue
		}
		first[key] = r
		kept = append(kept, r)
	}
	return kept
}

// changing are the rules on the free tier that differ from what holds anyway in
// their scope, widest first: the free tier holds where no rule says anything.
func changing(tiers []abcRule) []abcRule {
	narrowFirst(tiers)
	slices.Reverse(tiers)
	var kept []abcRule
	for _, t := range tiers {
		covered, differs := false, false
		for _, wider := range kept {
			if both, ok := t.scope.meet(wider.scope); ok {
				covered = covered || both == t.scope
				differs = differs || wider.free != t.free
			}
		}
		if differs || !covered && !t.free {
			kept = append(kept, t)
		}
	}
	return kept
}

// loseMarketplaceTier lists free tiers of the marketplace for which there is no
// percentage: such lines have no rule that could bill it.
func (in *input) loseMarketplaceTier(percents, tiers []abcRule) {
	for _, t := range tiers {
		meets := slices.ContainsFunc(percents, func(p abcRule) bool { _, ok := p.scope.meet(t.scope); return ok })
		if !meets && !t.free {
			in.lose(t.where, "pricing rule "+t.name, "it is for marketplace lines, which no other rule of the plan is for; they stay as they are")
		}
	}
}
