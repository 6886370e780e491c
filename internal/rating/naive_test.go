package rating

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// naiveMatches asks every field of a rule on its own, as R12 says it.
func naiveMatches(book billing.PriceBook, r billing.PriceRule, k assign.Key) bool {
	service := []string{k.Text(lake.ServiceCode)}
	if name := k.Text(lake.ServiceName); name != "" {
		service = append(service, name)
	}
	class := r.Match.Class
	if class.IsZero() {
		class = billing.Pattern{Equal: []string{"usage"}}
	}
	m := r.Match
	for _, f := range []struct {
		pattern billing.Pattern
		text    string
	}{
		{class, k.Text(lake.Class)}, {m.Provider, k.Text(lake.Provider)}, {m.Payer, k.Text(lake.BillingAccountID)},
		{m.BillType, k.Text(lake.BillType)}, {m.BillingEntity, k.Text(lake.BillingEntity)}, {m.LineType, k.Text(lake.LineItemType)},
		{m.ChargeCategory, k.Text(lake.ChargeCategory)}, {m.Region, k.Text(lake.RegionID)}, {m.UsageType, k.Text(lake.UsageType)},
		{m.Operation, k.Text(lake.Operation)}, {m.SKU, k.Text(lake.SkuID)}, {m.InstanceType, k.Text(lake.InstanceType)},
		{m.Description, k.Text(lake.ChargeDescription)},
	} {
		if !f.pattern.IsZero() && !f.pattern.Matches(f.text) {
			return false
		}
	}
	for name, p := range m.Tags {
		if !p.Matches(k.Tag(name)) {
			return false
		}
	}
	for name, p := range m.CostCategories {
		if !p.Matches(k.CostCategory(name)) {
			return false
		}
	}
	others := func(p billing.Pattern) bool { return slices.Equal(p.Equal, []string{"otherServices"}) }
	if others(m.Service) {
		return !slices.ContainsFunc(book.Rules, func(o billing.PriceRule) bool {
			return !o.Match.Service.IsZero() && !others(o.Match.Service) && o.Match.Service.Matches(service...)
		})
	}
	return m.Service.IsZero() || m.Service.Matches(service...)
}

// naiveOrder are the places of a book's rules in the order in which they win.
func naiveOrder(b billing.PriceBook) (order []int) {
	scope := func(m billing.Match) int {
		for _, p := range []billing.Pattern{m.SKU, m.UsageType, m.Operation, m.InstanceType, m.Description} {
			if !p.IsZero() {
				return 0
			}
		}
		if !m.Service.IsZero() && !slices.Equal(m.Service.Equal, []string{"otherServices"}) {
			return 1
		}
		if !m.BillingEntity.IsZero() {
			return 2
		}
		return 3
	}
	for wanted := range 4 {
		for i, r := range b.Rules {
			if b.Order != billing.MostSpecific && wanted == 0 || b.Order == billing.MostSpecific && scope(r.Match) == wanted {
				order = append(order, i)
			}
		}
	}
	return order
}

var fewTexts = rapid.SampledFrom([]string{"", "a", "b", "ab", "ba", "abc", "otherServices"})

// randomPattern is written and read again, as one of the configuration is.
func randomPattern(t *rapid.T, name string) billing.Pattern {
	p := billing.Pattern{}
	some := rapid.SampledFrom([]string{"a", "b", "ab", "c"})
	switch rapid.IntRange(0, 8).Draw(t, name) {
	case 0, 1:
		p.Equal = rapid.SliceOfN(fewTexts, 1, 3).Draw(t, "equal")
	case 2:
		p.Prefix = some.Draw(t, "prefix")
	case 3:
		p.Suffix, p.Contains = some.Draw(t, "suffix"), some.Draw(t, "contains")
	case 4:
		p.Like = rapid.SampledFrom([]string{"a*", "?", "*b", "a?c", "*"}).Draw(t, "like")
	case 5:
		p.Regex = rapid.SampledFrom([]string{"^a", "b$", "^$", "a|b", "[^a]"}).Draw(t, "regex")
	case 6:
		not := randomPattern(t, name+" not")
		p.Not = &not
	case 7:
		p.Equal = rapid.SliceOfN(fewTexts, 1, 3).Draw(t, "equal")
		not := randomPattern(t, name+" not")
		p.Not = &not
	default:
		p.Equal = []string{"otherServices"}
	}
	written, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var read billing.Pattern
	if err := json.Unmarshal(written, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

func randomBook(t *rapid.T) billing.PriceBook {
	b := billing.PriceBook{ID: "book", Order: rapid.SampledFrom([]string{"", "first", "most-specific"}).Draw(t, "order")}
	for i := range rapid.IntRange(0, 90).Draw(t, "rules") { // more than the 64 of a word
		r := billing.PriceRule{Name: fmt.Sprint("rule ", i), Keep: true}
		pattern := func(name string, to *billing.Pattern) {
			if rapid.IntRange(0, 5).Draw(t, name+" asked") == 0 {
				*to = randomPattern(t, name)
			}
		}
		m := &r.Match
		if rapid.IntRange(0, 3).Draw(t, "class asked") == 0 {
			m.Class.Equal = rapid.SliceOfN(rapid.SampledFrom([]string{"usage", "entry", "marketplace"}), 1, 2).Draw(t, "class")
		}
		if rapid.Bool().Draw(t, "service asked") {
			m.Service = randomPattern(t, "service")
		}
		pattern("entity", &m.BillingEntity)
		pattern("usage type", &m.UsageType)
		pattern("sku", &m.SKU)
		pattern("description", &m.Description)
		for _, name := range []string{"x", "y"} {
			var p billing.Pattern
			if pattern("tag "+name, &p); !p.IsZero() {
				m.Tags = map[string]billing.Pattern{name: p}
			}
		}
		var p billing.Pattern
		if pattern("category", &p); !p.IsZero() {
			m.CostCategories = map[string]billing.Pattern{"x": p}
		}
		if rapid.Bool().Draw(t, "dated") {
			first := rapid.IntRange(-3, 33).Draw(t, "from")
			if rapid.Bool().Draw(t, "has from") {
				r.From = dayOf(first)
			}
			if rapid.Bool().Draw(t, "has to") {
				r.To = dayOf(first + rapid.IntRange(0, 20).Draw(t, "days"))
			}
		}
		b.Rules = append(b.Rules, r)
	}
	return b
}

// dayOf is a day by its distance from 2026-10-01.
func dayOf(n int) *billing.Day {
	d := billing.Day(20727 + n)
	return &d
}

func randomKey(t *rapid.T, number int32) assign.Key {
	k := assign.Key{Load: "L", Number: number}
	k.Texts[lake.Class] = rapid.SampledFrom([]string{"usage", "usage", "usage", "entry", "marketplace", "tax"}).Draw(t, "class")
	for _, column := range []lake.Text{lake.ServiceCode, lake.ServiceName, lake.BillingEntity, lake.UsageType, lake.SkuID, lake.ChargeDescription} {
		k.Texts[column] = fewTexts.Draw(t, "text")
	}
	k.TagSet = assign.TagSet{Tags: map[string]string{"x": fewTexts.Draw(t, "tag"), "y": fewTexts.Draw(t, "tag")}, CostCategories: map[string]string{"x": fewTexts.Draw(t, "category")}}
	return k
}

// R12, R13: the matcher finds what asking every field of every rule finds, in
// the order in which rules win, and a decision says for each day of the month
// which rule that is and which ones it shadows.
func TestMatcherIsNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := randomBook(t)
		m := NewMatcher(b)
		for n := range rapid.IntRange(1, 4).Draw(t, "keys") {
			k := randomKey(t, int32(n))
			var want, got []string
			byDay := map[billing.Day][]string{}
			for _, i := range naiveOrder(b) {
				r := b.Rules[i]
				if !naiveMatches(b, r, k) {
					continue
				}
				want = append(want, r.Name)
				for day := *dayOf(0); day <= *dayOf(30); day++ {
					if (r.From == nil || day >= *r.From) && (r.To == nil || day <= *r.To) && k.Text(lake.Class) != "tax" {
						byDay[day] = append(byDay[day], r.Name)
					}
				}
			}
			for i := range m.Matching(k) {
				got = append(got, m.Rules[i].Name)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("key %q %v matches %v, want %v", k.Texts, k.TagSet, got, want)
			}
			decided := map[billing.Day]bool{}
			for _, d := range decide(m, k, billing.PeriodOf(dayOf(0).Time()), nil) {
				for day := d.From; day <= d.To; day++ {
					if all := append([]string{d.Rule.Name}, d.Shadowed...); decided[day] || !slices.Equal(all, byDay[day]) {
						t.Fatalf("on %s key %q is decided by %v (twice: %v), want %v", day, k.Texts, all, decided[day], byDay[day])
					}
					decided[day] = true
				}
			}
			if len(decided) != len(byDay) {
				t.Fatalf("%d days are decided, want %d", len(decided), len(byDay))
			}
		}
	})
}

// R15: a month's measure is priced unit by unit, each at the price of the band
// that it falls into; what is less than nothing as the first band.
func TestMarginalIsUnitByUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tiers []billing.PriceTier
		spend := rapid.Bool().Draw(t, "spend")
		bound, bounds, prices := 0, []int{}, []money.Decimal{}
		bands := rapid.IntRange(1, 5).Draw(t, "bands")
		for i := range bands {
			var tier billing.PriceTier
			if spend {
				percent := money.FromInt(int64(rapid.IntRange(-100, 100).Draw(t, "percent")))
				tier.Percent = &percent
				prices = append(prices, money.FromInt(100).Add(percent).Mul(money.MustParse("0.01")))
			} else {
				price := money.MustParse(rapid.StringMatching(`[0-9]\.[0-9]{1,12}`).Draw(t, "price"))
				tier.UnitPrice, prices = &price, append(prices, price)
			}
			if i < bands-1 {
				bound += rapid.IntRange(1, 40).Draw(t, "band") // of tenths of a unit
				upTo := money.FromInt(int64(bound)).Mul(money.MustParse("0.1"))
				tier.UpTo, bounds = &upTo, append(bounds, bound)
			}
			tiers = append(tiers, tier)
		}
		tenths := rapid.IntRange(-50, 250).Draw(t, "measure")
		want := money.Zero
		for unit := 1; unit <= max(tenths, -tenths); unit++ { // the unit-th tenth ends at unit
			band := 0
			for tenths > 0 && band < len(bounds) && unit > bounds[band] {
				band++
			}
			price := prices[band].Mul(money.MustParse("0.1"))
			if tenths < 0 {
				price = price.Neg()
			}
			want = want.Add(price)
		}
		measure := money.FromInt(int64(tenths)).Mul(money.MustParse("0.1"))
		if got := marginal(tiers, measure); !got.Equal(want) {
			t.Fatalf("%s units at %v cost %s, want %s", measure, tiers, got, want)
		}
	})
}

// R4: the shares of a pool are its total, whole digits of the currency but for
// the remainder's; nobody's is negative where the pool is not; and each is the
// fixed amounts as far as they go, then percents of the rest, then usage.
func TestSharesOf(t *testing.T) {
	groups := []string{"a", "b", "c", "d"}
	amount := rapid.StringMatching(`[0-9]{1,5}(\.[0-9]{1,6})?`)
	rapid.Check(t, func(t *rapid.T) {
		p := billing.Pool{ID: "pool", Remainder: rapid.SampledFrom(groups).Draw(t, "remainder")}
		left := 100
		for _, g := range groups {
			if rapid.Bool().Draw(t, "fixed") {
				p.Fixed = append(p.Fixed, billing.FixedShare{Group: g, Amount: money.MustParse(amount.Draw(t, "amount"))})
			}
			if rapid.Bool().Draw(t, "percent") {
				percent := rapid.IntRange(0, left).Draw(t, "percent")
				left -= percent
				p.Percent = append(p.Percent, billing.PercentShare{Group: g, Percent: money.FromInt(int64(percent))})
			}
			if rapid.Bool().Draw(t, "named") {
				p.ByUsage = append(p.ByUsage, g)
			}
		}
		usage := map[string]money.Decimal{}
		for _, g := range groups {
			if rapid.Bool().Draw(t, "uses") {
				usage[g] = money.MustParse(rapid.SampledFrom([]string{"", "-"}).Draw(t, "sign") + amount.Draw(t, "usage"))
			}
		}
		currency := rapid.SampledFrom([]money.Currency{"USD", "JPY"}).Draw(t, "currency")
		total := money.MustParse(rapid.SampledFrom([]string{"", "", "", "-"}).Draw(t, "sign") + amount.Draw(t, "total"))

		got := map[string]money.Decimal{}
		sum := money.Zero
		all := sharesOf(p, currency, total, usage)
		for _, s := range all {
			if _, twice := got[s.group]; twice {
				t.Fatalf("%s has two shares", s.group)
			}
			got[s.group], sum = s.amount, sum.Add(s.amount)
			if total.Sign() > 0 && s.amount.Sign() < 0 {
				t.Fatalf("%s bears %s of %s", s.group, s.amount, total)
			}
			if s.group != p.Remainder && s.amount.Scale() > currency.Digits() {
				t.Fatalf("%s bears %s %s", s.group, s.amount, currency)
			}
		}
		if !sum.Equal(total) || all[len(all)-1].group != p.Remainder {
			t.Fatalf("shares %v of %s come to %s; the last is the remainder's, %s", all, total, sum, p.Remainder)
		}
		if total.Sign() <= 0 {
			if len(all) != 1 {
				t.Fatalf("%s is divided: %v", total, all)
			}
			return
		}
		// In the currency's smallest units, with integers: cut after each division.
		unit := int64(100)
		if currency == "JPY" {
			unit = 1
		}
		millionths := func(d money.Decimal) int64 { // all amounts have at most 6 decimals
			var n int64
			fmt.Sscan(d.Mul(money.FromInt(1_000_000)).String(), &n)
			return n
		}
		times := func(n int64, by, of money.Decimal) int64 { // n × by ÷ of, cut
			product := new(big.Int).Mul(big.NewInt(n), big.NewInt(millionths(by)))
			return product.Quo(product, big.NewInt(millionths(of))).Int64()
		}
		cut := func(n int64) int64 { return n / (1_000_000 / unit) * (1_000_000 / unit) }
		rest, want := millionths(total), map[string]int64{}
		for _, f := range p.Fixed {
			part := cut(min(millionths(f.Amount), rest))
			want[f.Group] += part
			rest -= part
		}
		whole := rest
		for _, f := range p.Percent {
			part := cut(times(whole, f.Percent, money.FromInt(100)))
			want[f.Group] += part
			rest -= part
		}
		whole = rest
		var used money.Decimal
		bears := func(g string) bool {
			return usage[g].Sign() > 0 && (len(p.ByUsage) == 0 || strings.Contains(strings.Join(p.ByUsage, ""), g))
		}
		for _, g := range groups {
			if bears(g) {
				used = used.Add(usage[g])
			}
		}
		for _, g := range groups {
			if bears(g) {
				part := cut(times(whole, usage[g], used))
				want[g] += part
				rest -= part
			}
		}
		want[p.Remainder] += rest
		for _, g := range groups {
			if millionths(got[g]) != want[g] {
				t.Fatalf("%s bears %s of %s, want %d millionths (pool %+v, usage %v)", g, got[g], total, want[g], p, usage)
			}
		}
	})
}
