package app_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/rating"
	"github.com/sluice-billing/sluice/internal/sample"
)

// BenchmarkPriceBook times matching a large book with the keys of a large
// month, as a ratio to the ingest of 2,000,000 lines in the same run; then a
// close in which every customer has a book of its own on top of a book with
// tiers, as a ratio to the same ingest.
func BenchmarkPriceBook(b *testing.B) {
	const keys, rules = 100_000, 5000
	lines, accounts := envInt(b, "SLUICE_BENCH_LINES", 2_000_000), envInt(b, "SLUICE_BENCH_ACCOUNTS", 1000)
	ctx := context.Background()
	period, err := billing.ParsePeriod("2026-09")
	if err != nil {
		b.Fatal(err)
	}
	export := benchExport(b, ctx, filepath.Join(benchDir(b), fmt.Sprintf("export-%d-%d", lines, accounts)), sample.Options{
		Lines: int64(lines), Accounts: accounts, Period: period,
	})
	month, book := benchKeys(keys), benchBook(rules)
	for b.Loop() {
		a, config := benchApp(b, ctx, export, billing.Bases...)
		ownBooks(&config)
		ingest, rest, _ := benchClose(b, ctx, a, config, period)
		watch := &stopwatch{started: time.Now()}
		matched := matchAll(book, month)
		match := watch.lap()
		fmt.Printf(`
ingest of %d lines            %8.2f s
%d rules × %d keys           %8.2f s  %5.3f × the ingest (0.1 wanted)   %d matches
close with %d books              %8.2f s  %5.2f × the ingest
`, lines, ingest.Seconds(), rules, keys, match.Seconds(), match.Seconds()/ingest.Seconds(), matched,
			len(config.PriceBooks), rest.Seconds(), rest.Seconds()/ingest.Seconds())
		b.ReportMetric(match.Seconds()/ingest.Seconds(), "×ingest/match")
		b.ReportMetric(rest.Seconds()/ingest.Seconds(), "×ingest/close")
	}
}

// benchKeys are keys as a large month has them: 200 services in 20 regions,
// 25 usage types in each, whose descriptions are all different.
func benchKeys(n int) []assign.Key {
	keys := make([]assign.Key, n)
	for i := range keys {
		service, region, usage := i%200, i/200%20, i/4000%25
		k := &keys[i]
		k.Load, k.Number = "L", int32(i)
		for column, text := range map[lake.Text]string{
			lake.Class: lake.ClassUsage, lake.Provider: "aws", lake.BillingAccountID: "111111111111", lake.BillType: "Anniversary", lake.LineItemType: "Usage",
			lake.ServiceCode: fmt.Sprintf("Service%d", service), lake.ServiceName: fmt.Sprintf("Service number %d", service),
			lake.RegionID: fmt.Sprintf("region-%d", region), lake.UsageType: fmt.Sprintf("R%d-Usage%d:%d", region, service, usage),
			lake.Operation: fmt.Sprintf("Run%d", i%7), lake.ChargeDescription: fmt.Sprintf("$0.%06d per unit %d", i, i),
		} {
			k.Texts[column] = text
		}
	}
	return keys
}

// benchBook has four rules for a product to one for a region, a pattern, and
// one that leaves something out.
func benchBook(n int) billing.PriceBook {
	book := billing.PriceBook{ID: "large"}
	percent := money.MustParse("-3")
	for i := range n {
		r := billing.PriceRule{Name: fmt.Sprint("rule ", i), Percent: &percent}
		service := billing.Pattern{Equal: []string{fmt.Sprintf("Service%d", i%200)}}
		switch i % 7 {
		case 4:
			r.Match = billing.Match{Service: service, Region: billing.Pattern{Equal: []string{fmt.Sprintf("region-%d", i/200)}}}
		case 5:
			r.Match = billing.Match{Service: service, UsageType: billing.Pattern{Prefix: fmt.Sprintf("R%d-", i/200), Contains: fmt.Sprint(":", i%25)}}
		case 6:
			r.Match = billing.Match{Service: service, Operation: billing.Pattern{Not: &billing.Pattern{Equal: []string{fmt.Sprintf("Run%d", i%5)}}}, Description: billing.Pattern{Contains: fmt.Sprint(i)}}
		default:
			r.Match = billing.Match{Service: service, UsageType: billing.Pattern{Equal: []string{fmt.Sprintf("R%d-Usage%d:%d", i/200, i%200, i%25)}}}
		}
		book.Rules = append(book.Rules, r)
	}
	return book
}

// matchAll returns how many rules match keys, all of them together.
func matchAll(book billing.PriceBook, keys []assign.Key) (matched int) {
	m := rating.NewMatcher(book)
	for _, k := range keys {
		for range m.Matching(k) {
			matched++
		}
	}
	return matched
}

// ownBooks gives every customer a book that goes before the reseller's, which
// prices transfer by tiers.
func ownBooks(c *billing.Config) {
	first, next, percent := money.MustParse("0.114"), money.MustParse("0.089"), money.MustParse("-1.5")
	bound := money.MustParse("10240")
	c.Reseller.SellingBook = billing.Attach("standard")
	c.PriceBooks[0].Rules = append([]billing.PriceRule{{
		Name: "transfer", Match: billing.Match{UsageType: billing.Pattern{Suffix: "DataTransfer-Out-Bytes"}},
		Tiers: []billing.PriceTier{{UpTo: &bound, UnitPrice: &first}, {UnitPrice: &next}},
	}}, c.PriceBooks[0].Rules...)
	for i := range c.BillingGroups {
		g := &c.BillingGroups[i]
		c.PriceBooks = append(c.PriceBooks, billing.PriceBook{ID: "of-" + g.ID, Then: billing.ThenParent, Rules: []billing.PriceRule{{Name: "own", Percent: &percent}}})
		g.PriceBook = billing.Attach("of-" + g.ID)
	}
}
