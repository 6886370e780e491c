package commitment

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// provided is a month of tiered usage as a provider bills it.
type provided struct {
	sizes, prices []money.Decimal // of the tiers; the last has no size
	lines         []tierLine
}

// alone is what the usage of some accounts costs by the tiers, and what the
// provider rounded on their lines.
func (p provided) alone(accounts func(string) bool) money.Decimal {
	left, cost := money.Zero, money.Zero
	for _, l := range p.lines {
		if accounts(l.account) {
			left = left.Add(money.MustParse(l.amount))
			cost = cost.Add(l.unblended()).Sub(money.MustParse(l.amount).Mul(money.MustParse(l.rate)))
		}
	}
	for i, price := range p.prices {
		part := left
		if i < len(p.sizes) && p.sizes[i].Cmp(left) < 0 {
			part = p.sizes[i]
		}
		cost, left = cost.Add(part.Mul(price)), left.Sub(part)
	}
	return cost
}

// randomProvided draws the usage of five accounts, fills tiers with it line by
// line, and rounds the costs a little.
func randomProvided(t *rapid.T) (p provided) {
	thousandth := func(n int64) money.Decimal { return money.FromInt(n).Mul(money.MustParse("0.001")) }
	type use struct {
		account string
		amount  int64
	}
	var uses []use
	total := int64(0)
	for range rapid.IntRange(1, 12).Draw(t, "uses") {
		u := use{fmt.Sprint("account", rapid.IntRange(1, 5).Draw(t, "account")), rapid.Int64Range(2, 1e9).Draw(t, "amount")}
		uses, total = append(uses, u), total+u.amount
	}
	cuts := rapid.SliceOfNDistinct(rapid.Int64Range(1, total-1), 1, min(3, int(total-1)), rapid.ID).Draw(t, "cuts")
	slices.Sort(cuts)
	words := []string{"first 10 TB"}
	for i, cut := range cuts {
		from := int64(0)
		if i > 0 {
			from = cuts[i-1]
			words = append(words, fmt.Sprintf("next %d TB", i))
		}
		p.sizes = append(p.sizes, thousandth(cut-from))
	}
	words = append(words, "over 1 PB")
	price := int64(rapid.IntRange(100, 100000).Draw(t, "price"))
	for range words {
		p.prices = append(p.prices, money.FromInt(price).Mul(money.MustParse("0.00001")))
		price -= rapid.Int64Range(1, 25).Draw(t, "cheaper by")
	}
	done, tier := int64(0), 0
	for _, u := range uses {
		for u.amount > 0 {
			part := u.amount
			if tier < len(cuts) {
				part = min(part, cuts[tier]-done)
			}
			l := tierLine{account: u.account, description: words[tier], amount: thousandth(part).String(), rate: p.prices[tier].String()}
			rounded := money.FromInt(rapid.Int64Range(-1, 1).Draw(t, "rounded")).Mul(money.MustParse("0.0000000001"))
			l.cost = l.unblended().Add(rounded).String()
			p.lines = append(p.lines, l)
			u.amount, done = u.amount-part, done+part
			if tier < len(cuts) && done == cuts[tier] {
				tier++
			}
		}
	}
	return p
}

// R7, R15: a scope's lines add up to the tiers' price of its quantity to the
// last digit, in whatever order the report has them; one scope of all pays the
// provider's cost, and several never less.
func TestTierProperties(t *testing.T) {
	e := openTierEngine(t)
	checks := flag.Lookup("rapid.checks")
	if usual := checks.Value.String(); usual == checks.DefValue { // each loads two months
		if err := checks.Value.Set("20"); err != nil {
			t.Fatal(err)
		}
		defer checks.Value.Set(usual)
	}
	rapid.Check(t, func(t *rapid.T) {
		p := randomProvided(t)
		apart, together := map[string]int{}, map[string]int{}
		for _, l := range p.lines {
			together[l.account] = 1
		}
		for _, account := range slices.Sorted(maps.Keys(together)) {
			apart[account] = rapid.IntRange(1, 3).Draw(t, "scope of "+account)
		}
		ordered := tierMonth(t, e, p.lines)
		shuffled := tierMonth(t, e, rapid.Permutation(p.lines).Draw(t, "order"))
		provider := money.Zero
		for _, l := range p.lines {
			provider = provider.Add(l.unblended())
		}
		for _, scopes := range []map[string]int{apart, together} {
			sum := money.Zero
			for i, s := range []engine.Session{ordered, shuffled} {
				costs, lines, _ := tieredAlone(t, s, tierScopes(scopes))
				if lines != len(p.lines) {
					t.Fatalf("%d of %d lines are tiered", lines, len(p.lines))
				}
				for scope := 1; scope <= 3; scope++ {
					got := money.Zero
					for account, of := range scopes {
						if of == scope {
							got = got.Add(money.MustParse(costs[fmt.Sprint(account, " ", scope)]))
						}
					}
					if want := p.alone(func(account string) bool { return scopes[account] == scope }); !got.Equal(want) {
						t.Fatalf("scope %d of %v pays %s, want %s", scope, scopes, got, want)
					}
					if i == 0 {
						sum = sum.Add(got)
					}
				}
			}
			if sum.Cmp(provider) < 0 || maps.Equal(scopes, together) && !sum.Equal(provider) {
				t.Fatalf("%v pay %s, the provider bills %s", scopes, sum, provider)
			}
		}
	})
}
