package commitment

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/engine/duckdb"
	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/source"
)

// tierLine is a line of a report: what of it, how much, at which rate.
type tierLine struct {
	account, description, amount, rate string
	cost                               string // empty for amount × rate
	kind                               string // empty for Usage
	operation                          string // empty for StandardStorage
	date                               string // empty for the tenth
}

func (l tierLine) unblended() money.Decimal {
	if l.cost != "" {
		return money.MustParse(l.cost)
	}
	return money.MustParse(l.amount).Mul(money.MustParse(l.rate))
}

// tierScope places an account from a day of October on.
type tierScope struct {
	account  string
	fromDay  int
	scope    int
	unsplit  bool
	untilDay int // 0 for the last
}

func tierScopes(scopes map[string]int) (all []tierScope) {
	for _, account := range slices.Sorted(maps.Keys(scopes)) {
		all = append(all, tierScope{account: account, fromDay: 1, scope: scopes[account]})
	}
	return all
}

func openTierEngine(t *testing.T) engine.Engine {
	t.Helper()
	e, err := duckdb.Open("1GB", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// tierTester is what testing.T and rapid.T have in common.
type tierTester interface {
	Helper()
	Fatal(...any)
	Cleanup(func())
}

// tierMonth loads the lines and opens their month.
func tierMonth(t tierTester, e engine.Engine, lines []tierLine) engine.Session {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "sluice-tier-")
	must(err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	file := filepath.Join(dir, "report.csv")
	must(os.WriteFile(file, []byte(tierReport(lines)), 0o644))
	period := billing.PeriodOf(billing.Day(20727).Time()) // 2026-10
	place, delivery, err := source.LocalFiles(ctx, []string{file}, period)
	must(err)
	defer place.Close()
	payer, load := billing.Payer{ID: "111111111111", Provider: "aws"}, filepath.Join(dir, "load=L")
	keys := filepath.Join(load, "keys.parquet")
	_, err = ingest.Load(ctx, ingest.Input{Place: place, Delivery: delivery, Payer: payer, Dir: load, Keys: keys, Engine: e})
	must(err)
	s, err := e.Session(ctx)
	must(err)
	t.Cleanup(func() { s.Close() })
	must(assign.Open(ctx, s, assign.Month{Period: period, Loads: []assign.Load{
		{ID: "L", Payer: payer, Files: []string{filepath.Join(load, "part-00000.parquet")}, Keys: keys}}}))
	must(s.Table(ctx, "loads", []engine.TableColumn{{Name: "load", Type: "VARCHAR"}, {Name: "number", Type: "INTEGER"}}, [][]any{{"L", 3}}))
	return s
}

func tierReport(lines []tierLine) string {
	var text strings.Builder
	w := csv.NewWriter(&text)
	w.Write([]string{"bill/PayerAccountId", "bill/BillingEntity", "bill/BillType", "bill/InvoiceId", "bill/BillingPeriodStartDate",
		"lineItem/UsageAccountId", "lineItem/LineItemType", "lineItem/ProductCode", "lineItem/UsageType", "lineItem/Operation", "product/region",
		"pricing/unit", "lineItem/CurrencyCode", "lineItem/UsageStartDate", "lineItem/LineItemDescription", "lineItem/UsageAmount",
		"lineItem/UnblendedRate", "lineItem/UnblendedCost"})
	for _, l := range lines {
		w.Write([]string{"111111111111", "AWS", "Anniversary", "1", "2026-10-01T00:00:00Z",
			l.account, cmp.Or(l.kind, "Usage"), "AmazonS3", "TimedStorage-ByteHrs", cmp.Or(l.operation, "StandardStorage"), "us-east-1",
			"GB-Mo", "USD", cmp.Or(l.date, "2026-10-10") + "T00:00:00Z", l.description, l.amount,
			l.rate, l.unblended().String()})
	}
	w.Flush()
	return text.String()
}

// tieredAlone runs retier and returns by account and scope what its lines cost
// alone, "Bob 1": sum, the lines in the table, and the tiered keys' descriptions.
func tieredAlone(t tierTester, s engine.Session, scopes []tierScope) (costs map[string]string, lines int, tiers []string) {
	t.Helper()
	ctx := context.Background()
	day := func(d int) billing.Day { return billing.Day(20727 - 1 + d) } // 20727 is 2026-10-01
	var rows [][]any
	for i, a := range scopes {
		rows = append(rows, []any{"L", a.account, 0, day(a.fromDay), day(cmp.Or(a.untilDay, 31)), i, a.scope, fmt.Sprint(!a.unsplit)})
	}
	if err := s.Table(ctx, "accounts", []engine.TableColumn{
		{Name: "load", Type: "VARCHAR"}, {Name: "account_id", Type: "VARCHAR"}, {Name: "tag_set", Type: "INTEGER"},
		{Name: "from_day", Type: "DATE"}, {Name: "to_day", Type: "DATE"}, {Name: "account", Type: "INTEGER"}, {Name: "scope", Type: "INTEGER"}, {Name: "splits", Type: "BOOLEAN"},
	}, rows); err != nil {
		t.Fatal(err)
	}
	keys, err := assign.ReadKeys(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	tiered, err := retier(ctx, s, keys)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range tiered {
		tiers = append(tiers, k.Texts[len(k.Texts)-1]) // the description
	}
	type row struct {
		name, cost string
		lines      int
	}
	sums, err := engine.Collect(ctx, s, func(r *row) []any { return []any{&r.name, &r.cost, &r.lines} }, statement(`
		SELECT concat(l.sub_account_id, ' ', a.scope), CAST(SUM(t.cost) AS VARCHAR), COUNT(*)
		FROM tiered t
		JOIN (SELECT {ref} AS ref, l.*, {day} AS day FROM line_items l JOIN loads ON loads.load = l.load CROSS JOIN month) l ON l.ref = t.ref
		JOIN accounts a ON a.account_id = l.sub_account_id AND l.day BETWEEN a.from_day AND a.to_day
		GROUP BY 1`))
	if err != nil {
		t.Fatal(err)
	}
	costs = map[string]string{}
	for _, r := range sums {
		costs[r.name] = money.MustParse(r.cost).String()
		lines += r.lines
	}
	return costs, lines, tiers
}

// The tiers of the provider's published examples, in GB.
const (
	first10TB   = "$0.170 per GB - first 10 TB / month data transfer out beyond the global free tier"
	next40TB    = "$0.130 per GB - next 40 TB / month data transfer out"
	first1TB    = "$0.100 per GB - first 1 TB / month of storage used"
	next49TB    = "$0.080 per GB - next 49 TB / month of storage used"
	next450TB   = "$0.060 per GB - next 450 TB / month of storage used"
	over500TB   = "$0.050 per GB - storage used / month over 500 TB"
	freeMillion = "First 1,000,000 Amazon SNS API Requests per month are free"
)

// Bob and Susan of the provider's user guide: 8 TB and 4 TB of 1024 GB.
var bobAndSusan = []tierLine{
	{account: "Bob", description: first10TB, amount: "8192", rate: "0.17"},
	{account: "Susan", description: first10TB, amount: "2048", rate: "0.17"},
	{account: "Susan", description: next40TB, amount: "2048", rate: "0.13"},
}

// R7, R15: the totals are published or worked out by hand beside the lines.
func TestTiersAlone(t *testing.T) {
	// 95 TB of 1000 GB: 1 in the first tier, 14 + 20 + 15 in the next, 45 in the last.
	members := []tierLine{
		{account: "M1", description: first1TB, amount: "1000", rate: "0.1"},
		{account: "M1", description: next49TB, amount: "14000", rate: "0.08"},
		{account: "M2", description: next49TB, amount: "20000", rate: "0.08"},
		{account: "M3", description: next49TB, amount: "15000", rate: "0.08"},
		{account: "M1", description: next450TB, amount: "15000", rate: "0.06"},
		{account: "M2", description: next450TB, amount: "15000", rate: "0.06"},
		{account: "M3", description: next450TB, amount: "15000", rate: "0.06"},
	}
	requests := []tierLine{
		{account: "A", description: freeMillion, amount: "1000000", rate: "0"},
		{account: "A", description: "$0.50 per 1,000,000 Amazon SNS API Requests", amount: "1500000", rate: "0.0000005"},
		{account: "B", description: "$0.50 per 1,000,000 Amazon SNS API Requests", amount: "1500000", rate: "0.0000005"},
	}
	tests := []struct {
		name   string
		lines  []tierLine
		scopes []tierScope
		want   map[string]string // by account and scope
	}{
		{"published: Bob and Susan, 2088.96 apart", bobAndSusan, tierScopes(map[string]int{"Bob": 1, "Susan": 2}),
			map[string]string{"Bob 1": "1392.64", "Susan 2": "696.32"}},
		// 2007.04 ÷ 12288 GB = 0.163333333333333333…; Susan pays 4096 times that, Bob the rest.
		{"published: Bob and Susan, 2007.04 together", bobAndSusan, tierScopes(map[string]int{"Bob": 1, "Susan": 1}),
			map[string]string{"Bob 1": "1338.026666666666668032", "Susan 1": "669.013333333333331968"}},
		{"published: three members, 7660.00 apart", members, tierScopes(map[string]int{"M1": 1, "M2": 2, "M3": 3}),
			map[string]string{"M1 1": "2420", "M2 2": "2820", "M3 3": "2420"}},
		{"a scope that needs none still fills the tiers", bobAndSusan, []tierScope{{account: "Bob", fromDay: 1, scope: 1, unsplit: true}, {account: "Susan", fromDay: 1, scope: 2}},
			map[string]string{"Susan 2": "696.32"}},
		// A: 1.5 million above the free one; B: half a million.
		{"a free first tier for each", requests, tierScopes(map[string]int{"A": 1, "B": 2}),
			map[string]string{"A 1": "0.75", "B 2": "0.25"}},
		// 10 at 0.1; the 6 that scope 2 used on the 16th and after the month are its own, at 0.1.
		{"an account that moves", []tierLine{
			{account: "A", description: first1TB, amount: "4", rate: "0.1", date: "2026-09-30"},
			{account: "A", description: first1TB, amount: "1", rate: "0.1", date: "2026-10-15"},
			{account: "A", description: first1TB, amount: "5", rate: "0.1", date: "2026-10-16"},
			{account: "A", description: next49TB, amount: "1", rate: "0.08", date: "2026-11-01"},
		}, []tierScope{{account: "A", fromDay: 1, untilDay: 15, scope: 1}, {account: "A", fromDay: 16, scope: 2}},
			map[string]string{"A 1": "0.5", "A 2": "0.6"}},
		// Each has 60 of 100 + 20: 60 × 0.1. B's first line cost 0.000003 less than its rate says.
		{"what the provider rounded stays", []tierLine{
			{account: "A", description: first1TB, amount: "60", rate: "0.1"},
			{account: "B", description: first1TB, amount: "40", rate: "0.1", cost: "3.999997"},
			{account: "B", description: next49TB, amount: "20", rate: "0.08"},
		}, tierScopes(map[string]int{"A": 1, "B": 2}), map[string]string{"A 1": "6", "B 2": "5.999997"}},
		// A pays 100 × 0.1 + 300 × 0.08 + 200 × 0.05; B 100 × 0.1 + 100 × 0.08.
		{"lines beside the tiers", []tierLine{
			{account: "A", description: first1TB, amount: "100", rate: "0.1"},
			{account: "A", description: over500TB, amount: "200", rate: "0.05"},
			{account: "B", description: over500TB, amount: "200", rate: "0.05"},
			{account: "A", description: next49TB, amount: "300", rate: "0.08"},
			{account: "B", description: "$0.00 per GB - under the monthly free tier", amount: "5", rate: "0"},
			{account: "B", description: first1TB, amount: "-7", rate: "0.1"},
			{account: "B", description: first1TB, amount: "7", rate: "0.09", kind: "DiscountedUsage"},
		}, tierScopes(map[string]int{"A": 1, "B": 2}), map[string]string{"A 1": "44", "B 2": "18"}},
		// A million million requests at 4e-7, and a unit of 1,000,000.25.
		{"many and dear", []tierLine{
			{account: "A", description: "first 1 Billion requests", amount: "1000000000000.5", rate: "0.0000004"},
			{account: "B", description: "over 1 Billion requests", amount: "1000000000000.5", rate: "0.0000003"},
		}, tierScopes(map[string]int{"A": 1, "B": 2}), map[string]string{"A 1": "400000.0000002", "B 2": "400000.0000002"}},
		{"dear units", []tierLine{
			{account: "A", description: "first 3 units", amount: "3.5", rate: "1000000.25"},
			{account: "B", description: "next 3 units", amount: "0.5", rate: "999999"},
		}, tierScopes(map[string]int{"A": 1, "B": 2}), map[string]string{"A 1": "3500000.875", "B 2": "500000.125"}},
	}
	e := openTierEngine(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			costs, _, _ := tieredAlone(t, tierMonth(t, e, test.lines), test.scopes)
			if !maps.Equal(costs, test.want) {
				t.Errorf("alone they pay %v, want %v", costs, test.want)
			}
		})
	}
}

// The members of a scope pay the same for a unit, and the remainder is on the
// largest line (R15).
func TestTiersSpread(t *testing.T) {
	e := openTierEngine(t)
	s := tierMonth(t, e, []tierLine{
		{account: "A", description: first1TB, amount: "1", rate: "0.1"},
		{account: "B", description: first1TB, amount: "2.5", rate: "0.1"},
		{account: "C", description: next49TB, amount: "2.5", rate: "0.08"},
	})
	costs, lines, _ := tieredAlone(t, s, tierScopes(map[string]int{"A": 1, "B": 1, "C": 1}))
	// 0.55 ÷ 6 = 0.0916…; B has the remainder, as the first of the largest.
	want := map[string]string{"A 1": "0.091666666666666667", "B 1": "0.229166666666666665", "C 1": "0.229166666666666668"}
	if !maps.Equal(costs, want) || lines != 3 {
		t.Errorf("%d lines cost %v, want 3 and %v", lines, costs, want)
	}
}

// Only descriptions that leave no doubt make tiers.
func TestTiersRecognised(t *testing.T) {
	at := func(description, rate string) tierLine {
		return tierLine{account: "A", description: description, amount: "10", rate: rate}
	}
	tests := []struct {
		name  string
		lines []tierLine
		want  []string // descriptions of the tiered keys, in the order of the lines
	}{
		{"three tiers", []tierLine{at(first1TB, "0.1"), at(next49TB, "0.08"), at(over500TB, "0.05")}, []string{first1TB, next49TB, over500TB}},
		{"one tier at two prices", []tierLine{at(first1TB, "0.1"), at(first1TB+" (new)", "0.09"), at(next49TB, "0.08")}, nil},
		{"rates of one description that differ", []tierLine{at(first1TB, "0.1"), at(first1TB, "0.09"), at(next49TB, "0.08")}, nil},
		{"rates of two accounts that differ", []tierLine{at(first1TB, "0.1"), at(next49TB, "0.08"), {account: "B", description: next49TB, amount: "1", rate: "0.07"}}, nil},
		{"a line without rate", []tierLine{at(first1TB, "0.1"), {account: "A", description: first1TB, amount: "1", cost: "0.1"}, at(next49TB, "0.08")}, nil},
		{"a price that changed", []tierLine{at("$0.023 per GB of storage", "0.023"), at("$0.022 per GB of storage", "0.022")}, nil},
		{"one price", []tierLine{at(first1TB, "0.1"), at(next49TB, "0.1")}, nil},
		{"two priced first tiers", []tierLine{at("first 1 TB", "0.1"), at("first 5 TB", "0.09")}, nil},
		{"no first tier", []tierLine{at(next49TB, "0.08"), at(over500TB, "0.05")}, nil},
		{"a free tier without amount", []tierLine{at("under the monthly global free tier", "0"), at(first1TB, "0.1")}, nil},
		{"free months", []tierLine{at("First 12 months are free", "0"), at("$0.1 per GB", "0.1")}, nil},
		{"a free first tier, then two prices", []tierLine{at(freeMillion, "0"), at("requests", "0.1"), at("special requests", "0.09")}, nil},
		{"a free first tier, then a named one", []tierLine{at(freeMillion, "0"), at("first 5 million", "0.1"), at("something else", "0.5")}, []string{freeMillion, "first 5 million"}},
		{"rows that repeat cost (R10)", []tierLine{
			{account: "A", description: first1TB, amount: "1", rate: "0.1", operation: "EKSPod-EC2"},
			{account: "A", description: next49TB, amount: "1", rate: "0.08", operation: "EKSPod-EC2"}}, nil},
		{"thereafter", []tierLine{at("first 5 million", "0.2"), at("next 5 million", "0.1"), at("thereafter", "0.05")}, []string{"first 5 million", "next 5 million", "thereafter"}},
	}
	e := openTierEngine(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, lines, tiers := tieredAlone(t, tierMonth(t, e, test.lines), tierScopes(map[string]int{"A": 1, "B": 2}))
			slices.Sort(tiers)
			slices.Sort(test.want)
			if !slices.Equal(tiers, test.want) || lines != len(test.want) {
				t.Errorf("%d lines of %q are tiered, want %q", lines, tiers, test.want)
			}
		})
	}
}

// Descriptions as the provider writes them.
func TestPlaceOf(t *testing.T) {
	tests := []struct {
		description string
		rank        tierRank
		bound       string
	}{
		{first10TB, firstTier, "10995116277760"},
		{"$0.150 per GB - up to 10 TB / month data transfer out", firstTier, "10995116277760"},
		{next40TB, nextTier, "43980465111040"},
		{"$0.114 per GB - greater than 150 TB / month data transfer out", overTier, "164926744166400"},
		{over500TB, overTier, "549755813888000"},
		{"$0.30 per metric-month for the first 10,000 metrics - US East", firstTier, "10000"},
		{"$0.40 per 1,000,000 queries for the first 1 Billion queries", firstTier, "1000000000"},
		{"First 5GB-mo per month of logs storage is free.", firstTier, "5368709120"},
		{"First 3 Dashboards per month are free.", firstTier, "3"},
		{"$0.25 per GB-Month of storage used beyond first 25 free GB-Months", overTier, "25"},
		{"$0.50 per 1,000,000 Amazon SNS API Requests per month thereafter", restTier, "0"},
		{"$0.000 per GB - data transfer out under the monthly global free tier", noTier, "0"},
		{"$0.005 per 1,000 PUT requests in Requests-Tier1", noTier, "0"},
		{"$0.0928 per hour, network up to 5 Gigabit", noTier, "0"},
		{"First 12 months free", noTier, "0"},
		{"$0.023 per GB for the first month", noTier, "0"},
	}
	for _, test := range tests {
		got := placeOf(test.description)
		if got.rank != test.rank || got.bound.String() != test.bound {
			t.Errorf("%q: rank %d, bound %s; want %d, %s", test.description, got.rank, got.bound, test.rank, test.bound)
		}
	}
}

// Tiers are in the order of their words; the next ones get cheaper, and what
// begins at a named amount goes by it.
func TestTierOrder(t *testing.T) {
	tests := []struct {
		name  string
		tiers []string // description and rate, in order
	}{
		{"by words, though dearer", []string{"first 5 TB:0.1", "next 5 TB:0.2", "over 10 TB:0.3"}},
		{"next by price", []string{"first 5 TB:0.1", "next 5 TB:0.09", "next 40 TB:0.08", "next 20 TB:0.07"}},
		{"over by amount", []string{"first 5 TB:0.1", "over 5 TB up to 1 PB:0.08", "over 1 PB:0.09"}},
		{"free first", []string{"first 5 million free:0", "first 1 million:0.1", "thereafter:0.05"}},
	}
	for _, test := range tests {
		var p tierProduct
		for _, text := range test.tiers {
			description, rate, _ := strings.Cut(text, ":")
			k := tierKey{place: placeOf(description), rate: money.MustParse(rate), usage: []scopeUsage{{quantity: money.FromInt(1)}}}
			p.keys = append([]tierKey{k}, p.keys...)
		}
		var got []string
		for _, tier := range p.schedule() {
			got = append(got, tier.price.String())
		}
		for i, text := range test.tiers {
			if _, rate, _ := strings.Cut(text, ":"); len(got) != len(test.tiers) || got[i] != rate {
				t.Fatalf("%s: the prices are in the order %v, want %v", test.name, got, test.tiers)
			}
		}
	}
}
