package rating_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/rating"
)

func drawn(t *rapid.T, pattern, label string) *money.Decimal {
	d := money.MustParse(rapid.StringMatching(pattern).Draw(t, label))
	return &d
}

// someBases are those whose cost is the same for a line whose columns say so.
var someBases = []billing.Basis{"", billing.Unblended, billing.Net, billing.Amortized, billing.Blended, billing.TrueUnblended, billing.List}

// wholeRule draws a rule with anything that a rule can say.
func wholeRule(t *rapid.T, name string, bases []billing.Basis) billing.PriceRule {
	r := billing.PriceRule{Name: name, Base: rapid.SampledFrom(bases).Draw(t, "base")}
	if rapid.Bool().Draw(t, "service") {
		r.Match.Service = billing.Pattern{Equal: []string{rapid.SampledFrom([]string{"AmazonEC2", "AmazonS3", billing.OtherServices}).Draw(t, "named")}}
	}
	if rapid.Bool().Draw(t, "classes") {
		r.Match.Class = billing.Pattern{Equal: []string{"usage", "marketplace", "commitment-fee", "entry"}}
	}
	if rapid.IntRange(0, 3).Draw(t, "dated") == 0 {
		from := october().FirstDay() + billing.Day(rapid.IntRange(0, 30).Draw(t, "from"))
		r.From = &from
	}
	switch rapid.IntRange(0, 6).Draw(t, "action") {
	case 0:
		r.Percent = drawn(t, `-?[0-9]{1,2}(\.[0-9]{1,4})?`, "percent")
	case 1:
		r.UnitPrice = drawn(t, `[0-9](\.[0-9]{1,12})?`, "unit price")
	case 2:
		r.Exclude = true
		return r
	case 3:
		bound := money.Zero
		for range rapid.IntRange(0, 3).Draw(t, "bands") {
			bound = bound.Add(*drawn(t, `[1-9][0-9]{0,3}(\.[0-9]{1,6})?`, "bound"))
			up := bound
			r.Tiers = append(r.Tiers, billing.PriceTier{UpTo: &up})
		}
		r.Tiers = append(r.Tiers, billing.PriceTier{})
		quantity := rapid.Bool().Draw(t, "of quantity")
		for i := range r.Tiers {
			if quantity {
				r.Tiers[i].UnitPrice = drawn(t, `[0-9](\.[0-9]{1,12})?`, "band's price")
			} else {
				r.Tiers[i].Percent = drawn(t, `-?[0-9]{1,2}(\.[0-9]{1,4})?`, "band's percent")
			}
		}
	default:
		r.Keep = true
	}
	add := func(to **money.Decimal, pattern, label string) {
		if rapid.IntRange(0, 3).Draw(t, label+" given") == 0 {
			*to = drawn(t, pattern, label)
		}
	}
	add(&r.Fee, `-?[0-9]{1,2}(\.[0-9]{1,12})?`, "fee")
	add(&r.Floor, `[0-9]{1,2}(\.[0-9]{1,12})?`, "floor")
	add(&r.Cap, `1[0-9]{2,4}(\.[0-9]{1,12})?`, "cap")
	add(&r.Managed, `[0-2](\.[0-9]{1,6})?`, "managed")
	bounds := append([]billing.Basis{billing.SellerCost}, bases...)
	r.NotBelow = rapid.SampledFrom(bounds).Draw(t, "not below")
	r.NotAbove = rapid.SampledFrom(bounds).Draw(t, "not above")
	r.BillFreeTier = r.UnitPrice == nil && (r.Tiers == nil || r.Tiers[0].Percent != nil) && rapid.Bool().Draw(t, "free tier")
	return moreActions(t, r)
}

// kindsOfLine are the lines of a provider's file by what they are to the example.
var kindsOfLine = []struct{ class, kind, entity, commitment string }{
	{"", "Usage", "AWS", ""},
	{"", "Usage", "AWS", ""},
	{"", "DiscountedUsage", "AWS", "arn"},
	{"", "SavingsPlanCoveredUsage", "AWS", "sparn"},
	{"", "SavingsPlanNegation", "AWS", "sparn"},
	{"commitment-fee", "RIFee", "AWS", "arn"},
	{"marketplace", "Usage", "AWS-Marketplace", ""},
	{"entry", "Credit", "AWS", ""},
}

// alone is a line that is the only one of its group, and the group's book.
type alone struct {
	group   string
	book    billing.PriceBook
	example billing.ExampleLine
	lines   []line // it, and perhaps one of somebody else that says what a unit costs beyond the free tier

	commitment string // that covers it, or that it is the fee of
}

func drawAlone(t *rapid.T, n int) alone {
	a := alone{group: fmt.Sprint("g", n)}
	a.book = billing.PriceBook{ID: a.group, Order: rapid.SampledFrom([]string{"", billing.MostSpecific}).Draw(t, "order")}
	kind := rapid.SampledFrom(kindsOfLine).Draw(t, "kind")
	bases := someBases
	if kind.commitment != "" { // these cost something else on the bases that spread fees or take benefit back
		bases = []billing.Basis{"", billing.Unblended, billing.Net, billing.Blended, billing.List}
	}
	for n := range rapid.IntRange(1, 4).Draw(t, "rules") {
		a.book.Rules = append(a.book.Rules, wholeRule(t, fmt.Sprint("rule ", n), bases))
	}
	day := october().FirstDay() + billing.Day(rapid.IntRange(0, 30).Draw(t, "day"))
	a.example = billing.ExampleLine{
		Class: kind.class, LineType: kind.kind, Service: rapid.SampledFrom(services[:3]).Draw(t, "service"), Day: &day,
		Usage: *drawn(t, `[0-9]{1,5}(\.[0-9]{1,18})?`, "usage"), Cost: *drawn(t, `-?[0-9]{1,4}(\.[0-9]{1,18})?`, "cost"),
	}
	l := newLine(a.group, kind.kind, a.example.Service, day.String())
	l["account"], l["usage"], l["entity"] = fmt.Sprint(300000000000+n), fmt.Sprint("Box", n), kind.entity
	if kind.kind == "Usage" && kind.entity == "AWS" && rapid.IntRange(0, 2).Draw(t, "free") == 0 {
		a.example.Cost, a.example.FreeTierRate = money.Zero, drawn(t, `0\.[0-9]{1,11}[1-9]`, "rate")
		a.example.Usage = a.example.Usage.Add(money.FromInt(1))
		paid := maps.Clone(l)
		paid["id"], paid["account"], paid["description"] = "paid", "999999999999", "paid"
		paid["amount"], paid["unblended"], paid["rate"] = "1", "1", a.example.FreeTierRate.String()
		a.lines = append(a.lines, paid)
	} else if rapid.Bool().Draw(t, "listed") {
		a.example.ListCost = drawn(t, `[0-9]{1,4}(\.[0-9]{1,18})?`, "list")
		l["list"] = a.example.ListCost.String()
	}
	l["amount"] = a.example.Usage.String()
	for _, column := range []string{"unblended", "net", "blended", "effective", "speffective"} {
		l[column] = a.example.Cost.String()
	}
	if kind.commitment != "" {
		a.commitment = fmt.Sprintf("arn:aws:ec2:us-east-1:%s:reserved-instances/%s", l["account"], a.group)
		if kind.commitment == "sparn" {
			a.commitment = fmt.Sprintf("arn:aws:savingsplans::%s:savingsplan/%s", l["account"], a.group)
		}
		l[kind.commitment] = a.commitment
	}
	a.lines = append(a.lines, l)
	return a
}

func asJSON(t tester, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// R12–R15: what is quoted for a line is what the engine charges for it when it
// is alone in the month, whatever the rules.
func TestQuoteIsWhatRateCharges(t *testing.T) {
	e := openEngine(t)
	checkSome(t, "12", func(t *rapid.T) {
		c := billing.Config{Payers: []billing.Payer{{ID: payer, Provider: "aws"}}}
		var all []alone
		var lines []line
		for n := range 20 {
			a := drawAlone(t, n)
			all, lines = append(all, a), append(lines, a.lines...)
			c.PriceBooks = append(c.PriceBooks, a.book)
			basis := rapid.SampledFrom([]billing.Basis{billing.Unblended, billing.Net}).Draw(t, "basis")
			if a.commitment != "" && a.example.LineType != "SavingsPlanNegation" { // the cover stands, and what it covers costs what it is billed
				basis = billing.TrueUnblended
				c.Commitments = append(c.Commitments, billing.Commitment{ID: a.commitment, Policy: billing.PolicyAsApplied})
			}
			c.BillingGroups = append(c.BillingGroups, billing.BillingGroup{
				ID: a.group, CostBasis: basis, PriceBook: billing.Attach(a.group), Claims: []billing.Claim{{Accounts: []string{fmt.Sprint(300000000000 + n)}}},
			})
		}
		s, _ := rated(t, e, tempDir(t), c, lines)
		defer s.Close()
		type charged struct {
			price, managed money.Decimal
			rule           string
			excluded       bool
		}
		charges := map[string]*charged{}
		for _, a := range all {
			charges[a.group] = &charged{}
		}
		for _, r := range table(t, s, `SELECT "group", x_class, CAST(billed_cost AS VARCHAR), COALESCE(x_rule, ''), x_place FROM charges WHERE "group" <> 'unassigned'`) {
			x := charges[r[0]]
			if r[1] == "managed" {
				x.managed = x.managed.Add(money.MustParse(r[2]))
				continue
			}
			x.price, x.rule, x.excluded = x.price.Add(money.MustParse(r[2])), r[3], x.excluded || r[4] == "excluded"
		}
		for _, a := range all {
			want, got := *charges[a.group], rating.NewQuoter(a.book).Quote(a.example)
			if !got.Price.Equal(want.price) || !got.Managed.Equal(want.managed) || got.Rule != want.rule || got.Excluded != want.excluded {
				t.Errorf("%s\nis quoted %s\ncharged %s, managed %s, by %q, excluded %v", asJSON(t, a.example), asJSON(t, got), want.price, want.managed, want.rule, want.excluded)
				t.Errorf("by %s", asJSON(t, a.book.Rules))
			}
		}
	})
}

// A line without a day is one on which no dated rule holds, whatever the month.
func TestQuoteWithoutDay(t *testing.T) {
	five, from, to := money.FromInt(5), billing.Day(0), billing.Day(100000)
	book := billing.PriceBook{Rules: []billing.PriceRule{
		{Name: "from", Percent: &five, From: &from}, {Name: "to", Percent: &five, To: &to}, {Name: "always", Percent: &five}, {Name: "last", Keep: true},
	}}
	line := billing.ExampleLine{Cost: money.FromInt(100)}
	if q := rating.NewQuoter(book).Quote(line); q.Rule != "always" || q.Price.String() != "105" || !slices.Equal(q.Shadowed, []string{"last"}) {
		t.Errorf("without a day: %+v", q)
	}
	line.Day = &to
	if q := rating.NewQuoter(book).Quote(line); q.Rule != "from" || len(q.Shadowed) != 3 {
		t.Errorf("on a day: %+v", q)
	}
}
