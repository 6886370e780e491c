package config

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
)

// R3: tag claims are refused exactly when some line of some day meets those of
// two groups, looked up here line by line and day by day.
func TestTagClaimsOfALine(t *testing.T) {
	const lastDay = 4
	values := []string{"", "x", "y"}
	var lines []map[string]string
	for _, a := range values {
		for _, b := range values {
			for _, category := range values {
				lines = append(lines, map[string]string{"a": a, "b": b, "category": category})
			}
		}
	}
	some := rapid.SliceOfNDistinct(rapid.SampledFrom(values), 1, 2, rapid.ID)
	meets := func(c billing.Claim, line map[string]string, day billing.Day) bool {
		for name, values := range c.Tags {
			if !slices.Contains(values, line[name]) {
				return false
			}
		}
		for _, values := range c.CostCategories {
			if !slices.Contains(values, line["category"]) {
				return false
			}
		}
		return (c.From == nil || *c.From <= day) && (c.To == nil || day < *c.To)
	}
	rapid.Check(t, func(t *rapid.T) {
		c := billing.Config{BillingGroups: []billing.BillingGroup{{ID: "g"}, {ID: "h"}, {ID: "i"}}}
		for i := range c.BillingGroups {
			for range rapid.IntRange(0, 3).Draw(t, "claims") {
				claim := billing.Claim{Accounts: []string{"1"}, Tags: map[string][]string{}, CostCategories: map[string][]string{}}
				for _, name := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{"a", "b"}), rapid.ID).Draw(t, "names") {
					claim.Tags[name] = some.Draw(t, "values")
				}
				if len(claim.Tags) == 0 || rapid.Bool().Draw(t, "has a category") {
					claim.CostCategories["a"] = some.Draw(t, "values") // the tag a is another thing
				}
				from := billing.Day(rapid.Int32Range(0, lastDay-1).Draw(t, "from"))
				to := billing.Day(rapid.Int32Range(int32(from)+1, lastDay).Draw(t, "to"))
				if from > 0 {
					claim.From = &from
				}
				if to < lastDay {
					claim.To = &to
				}
				c.BillingGroups[i].Claims = append(c.BillingGroups[i].Claims, claim)
			}
		}
		clash := false
		for _, line := range lines {
			for day := billing.Day(0); day < lastDay; day++ {
				owners := 0
				for _, g := range c.BillingGroups {
					if slices.ContainsFunc(g.Claims, func(c billing.Claim) bool { return meets(c, line, day) }) {
						owners++
					}
				}
				clash = clash || owners > 1
			}
		}
		var refused []string
		for _, problem := range Check(c) {
			if strings.HasPrefix(problem.Message, "R3:") {
				refused = append(refused, problem.String())
			}
		}
		if (len(refused) > 0) != clash {
			t.Fatalf("a line of two groups: %t; refused: %q", clash, refused)
		}
	})
}
