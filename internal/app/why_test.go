package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/app"
)

// whyLines are lines of each place of a charge; the first two are one charge.
const whyLines = `bill/PayerAccountId,bill/InvoiceId,bill/BillingPeriodStartDate,bill/BillingEntity,lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/ProductCode,lineItem/UsageType,lineItem/Operation,lineItem/ResourceId,lineItem/UsageAmount,lineItem/CurrencyCode,lineItem/UnblendedCost,pricing/publicOnDemandCost,pricing/unit
111111111111,7,2026-09-01T00:00:00Z,AWS,200000000001,Usage,2026-09-02T05:00:00Z,AmazonEC2,APN1-BoxUsage:m5.large,RunInstances,i-1,1,USD,0.1,0.124,Hrs
111111111111,7,2026-09-01T00:00:00Z,AWS,200000000001,Usage,2026-09-02T06:00:00Z,AmazonEC2,APN1-BoxUsage:m5.large,RunInstances,i-1,0.5,USD,0.05,0.062,Hrs
111111111111,7,2026-09-01T00:00:00Z,AWS,200000000001,Usage,2026-09-20T00:00:00Z,AmazonEC2,APN1-DataTransfer-Out-Bytes,,,12.5,USD,1.5,1.5,GB
111111111111,7,2026-09-01T00:00:00Z,AWS Marketplace,200000000001,Usage,2026-09-01T00:00:00Z,prod-1,sub,,,1,USD,20,,
111111111111,7,2026-09-01T00:00:00Z,AWS,200000000001,Credit,2026-09-01T00:00:00Z,AmazonEC2,,,,,USD,-5,,
111111111111,7,2026-09-01T00:00:00Z,AWS,200000000001,Tax,2026-09-01T00:00:00Z,AmazonEC2,,,,,USD,2,,
111111111111,7,2026-09-01T00:00:00Z,AWS,200000000009,Usage,2026-09-01T00:00:00Z,AmazonEC2,Box,,,1,USD,4,,
111111111111,7,2026-09-01T00:00:00Z,AWS,200000000001,Usage,2026-09-02T05:00:00Z,AmazonEKS,pod,EKSPod-EC2,pod,1,USD,0.1,,
`

const whyConfig = `
reseller: {name: Reseller, currency: USD, accounts: ["200000000009"]}
payers: [{id: "111111111111", provider: aws}]
customers: [{id: acme, name: ACME}]
billing_groups: [{id: acme, customer: acme, currency: USD, cost_basis: unblended, price_book: book, claims: [{accounts: ["200000000001"]}]}]
price_books:
  - id: book
    rules:
      - {name: boxes, match: {usage_type: {contains: BoxUsage}}, base: list, percent: "-10"}
      - {name: transfer, match: {usage_type: {suffix: Out-Bytes}}, unit_price: "0.09", to: 2026-09-20}
      - {name: transfer later, match: {usage_type: {suffix: Out-Bytes}}, unit_price: "0.08"}
      - {name: Tokyo, match: {usage_type: {prefix: APN1-}}, percent: "3"}
`

// R17: every charge and every line of the provider's file can say why it costs
// what it costs, on each place.
func TestWhy(t *testing.T) {
	a := open(t, whyConfig)
	loaded, err := a.IngestFiles(context.Background(), "111111111111", september(t), []string{writeFile(t, "lines.csv", whyLines)})
	if err != nil {
		t.Fatal(err)
	}
	proved(t, closeMonth(t, a, september(t)), sums("7", "22.65")) // 0.1 + 0.05 + 1.5 + 20 − 5 + 2 + 4
	tests := []struct {
		name string
		rows []int
		want string
	}{
		{"usage, two hours as one day", []int{1, 2},
			"acme usage 2026-09-02 i-1: quantity 1.5 Hrs, cost 0.15, list 0.186 × 0.9 = 0.1674 by book/boxes over [Tokyo]"},
		{"usage at a unit price on its last day", []int{3},
			"acme usage 2026-09-20 : quantity 12.5 GB, cost 1.5, 12.5 × 0.09 = 1.125 by book/transfer over [transfer later Tokyo]"},
		{"marketplace, which no rule names", []int{4}, "acme marketplace 2026-09-01 : quantity 1 , cost 20, unblended 20 × 1 = 20 by book/ over []"},
		{"an entry", []int{5}, "acme entry 2026-09-01 : quantity 0 , cost -5, unblended -5 × 0 = 0 by book/ over []"},
		{"tax", []int{6}, "acme tax 2026-09-01 : quantity 0 , cost 2, unblended 2 × 0 = 0 by book/ over []"},
		{"the reseller's own", []int{7}, "reseller off 2026-09-01 : quantity 1 , cost 4,  4 × none = 0 by / over []"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var charges []string
			for _, row := range test.rows {
				x, err := a.Why(context.Background(), fmt.Sprintf("%s:0:%d", loaded.Load, row))
				if err != nil {
					t.Fatal(err)
				}
				factor := "none"
				if x.Factor != nil {
					factor = x.Factor.String()
				}
				priced := fmt.Sprintf("%s %s × %s", x.Base, x.BaseCost, factor)
				if x.UnitPrice != nil {
					priced = fmt.Sprintf("%s × %s", x.Quantity, x.UnitPrice)
				}
				got := fmt.Sprintf("%s %s %s %s: quantity %s %s, cost %s, %s = %s by %s/%s over %v",
					x.Group, x.Place, x.Day, x.Resource, x.Quantity, x.Unit, x.Cost, priced, x.Price, x.Book, x.Rule, x.Shadowed)
				if got != test.want {
					t.Errorf("R17: line %d\n%s\nwant\n%s", row, got, test.want)
				}
				var rows []int
				for _, l := range x.Lines {
					if l.FileName != "lines.csv" || l.ID() != fmt.Sprintf("%s:0:%d", loaded.Load, l.Row) {
						t.Errorf("R17: line %+v", l)
					}
					rows = append(rows, int(l.Row))
				}
				if fmt.Sprint(rows) != fmt.Sprint(test.rows) || x.LineCount != int64(len(test.rows)) || x.Config == "" || x.Account == "" || x.Payer != "111111111111" {
					t.Errorf("R17: lines %v of %d, %+v", rows, x.LineCount, x)
				}
				byNumber, err := a.Why(context.Background(), fmt.Sprintf("2026-09/%d", x.Charge))
				if err != nil || written(t, byNumber) != written(t, x) {
					t.Errorf("R17: charge %d says %+v, %v", x.Charge, byNumber, err)
				}
				charges = append(charges, fmt.Sprint(x.Charge))
			}
			for _, c := range charges {
				if c != charges[0] {
					t.Errorf("one charge has numbers %v", charges)
				}
			}
		})
	}
	t.Run("what is asked wrong", func(t *testing.T) { whyRefuses(t, a, loaded.Load) })
}

func written(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func whyRefuses(t *testing.T, a *app.App, load string) {
	for id, want := range map[string]string{
		load + ":0:8":   "a line that repeats others is fenced and has none",
		load + ":0:99":  "is not among the charges",
		load + ":x:1":   "file and row of a line are numbers",
		"2026-09/9999":  "charge 9999 of 2026-09 is not among the charges",
		"2026-09/first": `"first" is not the number of a charge`,
		"2026-08/1":     "2026-08 is not rated yet",
		"1":             "is neither a charge (2026-10/123) nor a line (LOAD:FILE:ROW)",
		"nothing:0:1":   "load nothing",
	} {
		if x, err := a.Why(context.Background(), id); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %+v, %v; want %q", id, x, err, want)
		}
	}
}

// A price is explained by the rules that made it, also when others are declared.
func TestWhyLater(t *testing.T) {
	a := open(t, whyConfig)
	loaded, err := a.IngestFiles(context.Background(), "111111111111", september(t), []string{writeFile(t, "lines.csv", whyLines)})
	if err != nil {
		t.Fatal(err)
	}
	closeMonth(t, a, september(t))
	apply(t, a, "price_books: [{id: book, rules: [{name: other, match: {}, percent: \"50\"}]}]")
	x, err := a.Why(context.Background(), loaded.Load+":0:1")
	if err != nil || x.Rule != "boxes" || fmt.Sprint(x.Shadowed) != "[Tokyo]" {
		t.Errorf("rule %s over %v, %v", x.Rule, x.Shadowed, err)
	}
}
