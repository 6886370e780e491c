package book_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/book"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/rating"
)

var words = []string{"", "a", "ab", "abc", "b", "bc", "c"}

func drawPattern(t *rapid.T) billing.Pattern {
	word := func() string { return rapid.SampledFrom(words).Draw(t, "word") }
	switch rapid.IntRange(0, 7).Draw(t, "pattern") {
	case 0, 1:
		return billing.Pattern{Equal: []string{word()}}
	case 2:
		return billing.Pattern{Equal: []string{word(), word()}}
	case 3:
		return billing.Pattern{Prefix: word(), Suffix: rapid.SampledFrom([]string{"", "", "c"}).Draw(t, "suffix")}
	case 4:
		return billing.Pattern{Contains: word()}
	case 5:
		return billing.Pattern{Prefix: word(), Not: &billing.Pattern{Equal: []string{word()}}}
	}
	return billing.Pattern{}
}

// A rule of which it is said that it never wins wins for no key on no day.
func TestNeverWins(t *testing.T) {
	said := 0
	rapid.Check(t, func(t *rapid.T) {
		b := billing.PriceBook{Order: rapid.SampledFrom([]string{"", billing.MostSpecific}).Draw(t, "order")}
		for n := range rapid.IntRange(2, 6).Draw(t, "rules") {
			r := billing.PriceRule{Name: fmt.Sprint(n), Keep: true}
			r.Match.Service, r.Match.UsageType = drawPattern(t), drawPattern(t)
			if rapid.IntRange(0, 4).Draw(t, "others") == 0 {
				r.Match.Service = billing.Pattern{Equal: []string{billing.OtherServices}}
			}
			if rapid.IntRange(0, 3).Draw(t, "tagged") == 0 {
				r.Match.Tags = map[string]billing.Pattern{"env": {Equal: []string{rapid.SampledFrom(words).Draw(t, "env")}}}
			}
			if rapid.IntRange(0, 3).Draw(t, "classes") == 0 {
				r.Match.Class = billing.Pattern{Equal: []string{lake.ClassUsage, lake.ClassMarketplace}}
			}
			for _, day := range []**billing.Day{&r.From, &r.To} {
				if rapid.IntRange(0, 3).Draw(t, "dated") == 0 {
					d := billing.Day(rapid.IntRange(0, 3).Draw(t, "day"))
					*day = &d
				}
			}
			b.Rules = append(b.Rules, r)
		}
		never := map[string]bool{}
		for _, r := range book.Lint(b, book.Options{}) {
			never[r.Rule] = never[r.Rule] || r.Code == book.NeverWins
			if r.Code == book.NeverWins {
				said++
			}
		}
		m := rating.NewMatcher(b)
		for _, code := range words {
			for _, name := range words {
				for _, usage := range words {
					for _, class := range []string{lake.ClassUsage, lake.ClassMarketplace} {
						env := rapid.SampledFrom(words).Draw(t, "key's env")
						k := assign.Key{TagSet: assign.TagSet{Tags: map[string]string{"env": env}}}
						k.Texts[lake.Class], k.Texts[lake.ServiceCode], k.Texts[lake.ServiceName], k.Texts[lake.UsageType] = class, code, name, usage
						for day := billing.Day(0); day <= 3; day++ {
							for i := range m.Matching(k) {
								r := m.Rules[i]
								if r.From != nil && day < *r.From || r.To != nil && day > *r.To {
									continue
								}
								if never[r.Name] {
									t.Fatalf("rule %s wins for service %q %q, usage type %q, class %s, env %q on %s", r.Name, code, name, usage, class, env, day)
								}
								break
							}
						}
					}
				}
			}
		}
	})
	if said == 0 {
		t.Error("of no rule it was said")
	}
}
