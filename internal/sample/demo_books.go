package sample

import (
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

func equal(texts ...string) billing.Pattern { return billing.Pattern{Equal: texts} }

func exactly(text string) *money.Decimal {
	d := money.MustParse(text)
	return &d
}

// demoBooks are the price books of the demo: the reseller's own, which holds
// where nothing nearer is attached; one that goes on from it; two that stand
// alone; and what resellers below it charge. Each says by examples what it does.
func demoBooks() []billing.PriceBook {
	return []billing.PriceBook{
		{
			ID: "standard",
			Rules: []billing.PriceRule{
				{Name: "marketplace at cost", Match: billing.Match{Class: equal("marketplace")}, Keep: true},
				{Name: "compute in Tokyo", Match: billing.Match{Service: equal("AmazonEC2"), Region: equal("ap-northeast-1"), UsageType: billing.Pattern{Prefix: "APN1-BoxUsage"}}, Percent: exactly("-1.5")},
				{Name: "transfer out", Match: billing.Match{UsageType: billing.Pattern{Suffix: "DataTransfer-Out-Bytes"}}, Tiers: []billing.PriceTier{
					{UpTo: exactly("500"), UnitPrice: exactly("0.11")},
					{UpTo: exactly("1000"), UnitPrice: exactly("0.1")},
					{UnitPrice: exactly("0.09")},
				}},
				{Name: "all the rest", Percent: exactly("4")},
			},
			Examples: []billing.BookExample{
				priced("2.93136", "compute in Tokyo", billing.ExampleLine{Service: "AmazonEC2", Region: "ap-northeast-1", UsageType: "APN1-BoxUsage:m5.large", Usage: money.FromInt(24), Cost: money.MustParse("2.976")}),
				priced("75", "transfer out", billing.ExampleLine{Service: "AmazonEC2", UsageType: "APN1-DataTransfer-Out-Bytes", Usage: money.FromInt(700), Cost: money.MustParse("79.8")}),
				priced("12.48", "all the rest", billing.ExampleLine{Service: "AmazonS3", Cost: money.FromInt(12)}),
				priced("125", "marketplace at cost", billing.ExampleLine{Class: "marketplace", Service: "Observability by Example", Cost: money.FromInt(125)}),
			},
		},
		{
			ID:   "kestrel",
			Then: billing.ThenParent,
			Rules: []billing.PriceRule{
				{Name: "robots' servers", Match: billing.Match{Service: equal("AmazonEC2")}, Percent: exactly("-3")},
			},
			Examples: []billing.BookExample{
				priced("97", "robots' servers", billing.ExampleLine{Service: "AmazonEC2", Cost: money.FromInt(100)}),
				priced("100", "", billing.ExampleLine{Service: "AmazonS3", Cost: money.FromInt(100)}),
			},
		},
		{
			ID: "list-less-five",
			Rules: []billing.PriceRule{
				{Name: "requests at cost", Match: billing.Match{UsageType: billing.Pattern{Contains: "Requests"}}, Base: billing.Unblended, Keep: true},
				{Name: "five percent below list", Base: billing.List, Percent: exactly("-5")},
			},
			Examples: []billing.BookExample{
				priced("9.5", "five percent below list", billing.ExampleLine{Service: "AmazonRDS", Cost: money.FromInt(7), ListCost: exactly("10")}),
			},
		},
		{
			ID: "managed",
			Rules: []billing.PriceRule{
				{Name: "servers with care", Match: billing.Match{Service: equal("AmazonEC2", "AmazonRDS")}, Percent: exactly("5"), Managed: exactly("0.075")},
				{Name: "everything else", Percent: exactly("8")},
			},
			Examples: []billing.BookExample{{
				Line:   billing.ExampleLine{Service: "AmazonRDS", Cost: money.FromInt(200)},
				Expect: billing.Expectation{Price: exactly("210"), Managed: exactly("15.75")},
			}},
		},
		{
			ID: "partner-resale",
			Rules: []billing.PriceRule{
				{Name: "six percent on all", Match: billing.Match{Class: equal("usage", "commitment-fee", "marketplace")}, Percent: exactly("6")},
			},
			Examples: []billing.BookExample{
				priced("106", "six percent on all", billing.ExampleLine{Service: "AmazonEC2", Cost: money.FromInt(100)}),
			},
		},
	}
}

// priced is an example with its price and the rule that makes it.
func priced(price, rule string, line billing.ExampleLine) billing.BookExample {
	return billing.BookExample{Line: line, Expect: billing.Expectation{Price: exactly(price), Rule: &rule}}
}
