package config

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// Parents are refused exactly when some group comes back to itself, found here
// by walking outward from every group.
func TestParentsInACircle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "groups")
		var c billing.Config
		parent := map[string]string{}
		for i := range n {
			g := billing.BillingGroup{ID: fmt.Sprint("g", i)}
			if p := rapid.IntRange(-2, n-1).Draw(t, "parent"); p >= 0 {
				g.Parent = fmt.Sprint("g", p)
			}
			parent[g.ID] = g.Parent
			c.BillingGroups = append(c.BillingGroups, g)
		}
		circles := map[string]bool{} // each by its members
		for id := range parent {
			members := []string{id}
			for at := parent[id]; at != "" && len(members) <= n; at = parent[at] {
				if at == id {
					slices.Sort(members)
					circles[strings.Join(members, " ")] = true
					break
				}
				members = append(members, at)
			}
		}
		said := 0
		for _, problem := range Check(c) {
			if _, circle, ok := strings.Cut(problem.Message, "in a circle: "); ok {
				said++
				circle, _, _ = strings.Cut(circle, ".")
				members := strings.Split(circle, " → ")
				if members[0] != members[len(members)-1] {
					t.Fatalf("%s does not come back to where it begins", circle)
				}
				members = members[1:]
				slices.Sort(members)
				if !circles[strings.Join(members, " ")] {
					t.Fatalf("%s is not among the circles %v", circle, circles)
				}
			}
		}
		if said != len(circles) {
			t.Fatalf("%d circles were said, there are %v", said, circles)
		}
	})
}

// Thousands of groups below the reseller share an account and a book of fifty
// thousand rules. Looking at every pair of them would take minutes.
func TestCheckOfALargeConfiguration(t *testing.T) {
	const groups, rules = 5000, 50_000
	percent := money.MustParse("2")
	book := billing.PriceBook{ID: "large"}
	for i := range rules {
		rule := billing.PriceRule{Name: fmt.Sprint("rule ", i), Percent: &percent, Base: billing.Net}
		rule.Match.SKU.Equal = []string{fmt.Sprint("SKU", i)}
		book.Rules = append(book.Rules, rule)
	}
	c := billing.Config{
		Reseller:   &billing.Reseller{Name: "A", Currency: "USD"},
		Customers:  []billing.Customer{{ID: "c", Name: "C", PriceBook: billing.Attach("large"), SellingBook: billing.Attach("large")}},
		PriceBooks: []billing.PriceBook{book},
	}
	for i := range groups {
		g := billing.BillingGroup{ID: fmt.Sprint("g", i), Customer: "c", Currency: "USD", CostBasis: billing.TrueUnblended, PriceBook: billing.Attach("large")}
		if i > 0 {
			g.Parent = fmt.Sprint("g", i-1) // each buys from the one before
		}
		g.Claims = []billing.Claim{
			{Accounts: []string{"shared"}, Tags: map[string][]string{"project": {fmt.Sprint("p", i)}, "env": {"prod", "test"}}},
			{Accounts: []string{fmt.Sprint("account ", i)}},
		}
		c.BillingGroups = append(c.BillingGroups, g)
		c.Accounts = append(c.Accounts, billing.Account{ID: fmt.Sprint("account ", i), Name: "A", PriceBook: billing.Attach("large")})
	}
	problems := Check(c)
	if len(problems) != rules {
		t.Fatalf("%d problems, want one for each rule; the first is %v", len(problems), problems[:min(1, len(problems))])
	}
	for _, problem := range problems {
		if !strings.HasPrefix(problem.Message, "R16: net") {
			t.Fatal(problem)
		}
	}
}
