package config

import (
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

const (
	maxRules        = 50_000 // of a book; the largest negotiated price lists have some thousands
	maxExamples     = 10_000 // of a book
	exampleDecimals = 18     // of an example's quantity and cost, as a line item has them
)

// book checks a price book; rules may be none, then every price is the base.
func (k *checker) book(path string, b billing.PriceBook) {
	k.id(path+".id", b.ID)
	k.optionalWord(path+".order", b.Order, bookOrders)
	k.optionalWord(path+".then", b.Then, bookThens)
	if k.atMost(path+".rules", len(b.Rules), maxRules) {
		k.rules(path+".rules", b.Rules)
	}
	if k.atMost(path+".examples", len(b.Examples), maxExamples) {
		each(path+".examples", b.Examples, k.example)
	}
}

func (k *checker) atMost(path string, entries, most int) bool {
	if entries > most {
		k.fail(path, "has %d entries; a price book holds at most %d, so split it into several books", entries, most)
	}
	return entries <= most
}

func (k *checker) rules(path string, rules []billing.PriceRule) {
	seen := map[string]int{}
	for i, rule := range rules {
		rulePath := fmt.Sprintf("%s[%d]", path, i)
		k.rule(rulePath, rule)
		if first, twice := seen[rule.Name]; twice && rule.Name != "" {
			k.fail(rulePath+".name", "%q is already the name of rule %d of this book; prices are explained by the rule's name", rule.Name, first+1)
			continue
		}
		seen[rule.Name] = i
	}
}

// example checks what a book's example says, not whether it holds.
func (k *checker) example(path string, e billing.BookExample) {
	line := path + ".line"
	k.optionalWord(line+".class", e.Line.Class, matchClasses)
	tagNames(k, line+".tags", e.Line.Tags)
	tagNames(k, line+".cost_categories", e.Line.CostCategories)
	k.number(line+".usage", &e.Line.Usage, exampleDecimals)
	k.number(line+".cost", &e.Line.Cost, exampleDecimals)
	k.number(line+".list_cost", e.Line.ListCost, exampleDecimals)
	k.number(line+".free_tier_rate", e.Line.FreeTierRate, exampleDecimals)
	if e.Expect == (billing.Expectation{}) {
		k.fail(path+".expect", "expects nothing; give price, rule, managed or excluded")
	}
	for _, expected := range []struct {
		name  string
		value *money.Decimal
	}{{"price", e.Expect.Price}, {"managed", e.Expect.Managed}} {
		if expected.value != nil {
			k.size(path+".expect."+expected.name, *expected.value)
		}
	}
}

// number checks the digits of a number that may be left out.
func (k *checker) number(path string, d *money.Decimal, decimals int32) {
	if d != nil {
		k.decimals(path, *d, decimals)
		k.size(path, *d)
	}
}

// atLeast is number for what may not go below a bound.
func (k *checker) atLeast(path string, d *money.Decimal, decimals int32, bound int64, why string) {
	k.number(path, d, decimals)
	if d != nil && d.Cmp(money.FromInt(bound)) < 0 {
		k.fail(path, "is %s; %s", d, why)
	}
}
