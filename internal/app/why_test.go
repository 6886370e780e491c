package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/rating"
	"github.com/sluice-billing/sluice/internal/sample"
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
	loaded, err := a.Pipeline.IngestFiles(context.Background(), "111111111111", september(t), []string{writeFile(t, "lines.csv", whyLines)})
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
			var charges []int64
			for _, row := range test.rows {
				id := fmt.Sprintf("%s:0:%d", loaded.Load, row)
				line, err := a.Answers.Why(context.Background(), id)
				if err != nil {
					t.Fatal(err)
				}
				if line.Charge != nil || line.Line.ID() != id || line.Line.FileName != "lines.csv" || len(line.Parts) != 1 || line.PartCount != 1 || line.Config == "" {
					t.Fatalf("R17: line %s says %s", id, written(t, line))
				}
				c := *line.Parts[0].Charge
				factor := "none"
				if c.Factor != nil {
					factor = c.Factor.String()
				}
				priced := fmt.Sprintf("%s %s × %s", c.Base, c.BaseCost, factor)
				if c.UnitPrice != nil {
					priced = fmt.Sprintf("%s × %s", c.Quantity, c.UnitPrice)
				}
				got := fmt.Sprintf("%s %s %s %s: quantity %s %s, cost %s, %s = %s by %s/%s over %v",
					c.Group, c.Place, c.Day, c.Resource, c.Quantity, c.Unit, c.Cost, priced, c.Price, c.Book, c.Rule, shadowed(c))
				if got != test.want {
					t.Errorf("R17: line %d\n%s\nwant\n%s", row, got, test.want)
				}
				x, err := a.Answers.Why(context.Background(), fmt.Sprintf("2026-09/%d", c.Number))
				if err != nil || x.Line != nil || written(t, x.Charge) != written(t, c) || x.Config != line.Config {
					t.Errorf("R17: charge %d says %s, %v", c.Number, written(t, x), err)
				}
				var rows []int
				for _, p := range x.Parts {
					if p.Line.FileName != "lines.csv" || p.Treatment != "" {
						t.Errorf("R17: part %s", written(t, p))
					}
					rows = append(rows, int(p.Line.Row))
				}
				if fmt.Sprint(rows) != fmt.Sprint(test.rows) || x.PartCount != int64(len(test.rows)) || c.Account == "" || c.Payer != "111111111111" {
					t.Errorf("R17: rows %v of %d, %+v", rows, x.PartCount, c)
				}
				charges = append(charges, c.Number)
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
		if x, err := a.Answers.Why(context.Background(), id); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %+v, %v; want %q", id, x, err, want)
		}
	}
}

// A price is explained by the rules that made it, also when others are declared.
func TestWhyLater(t *testing.T) {
	a := open(t, whyConfig)
	loaded, err := a.Pipeline.IngestFiles(context.Background(), "111111111111", september(t), []string{writeFile(t, "lines.csv", whyLines)})
	if err != nil {
		t.Fatal(err)
	}
	closeMonth(t, a, september(t))
	apply(t, a, "price_books: [{id: book, rules: [{name: other, match: {}, percent: \"50\"}]}]")
	x, err := a.Answers.Why(context.Background(), loaded.Load+":0:1")
	if err != nil {
		t.Fatal(err)
	}
	if c := x.Parts[0].Charge; c.Rule != "boxes" || fmt.Sprint(shadowed(*c)) != "[Tokyo]" || c.Steps[0].Version != 1 {
		t.Errorf("rule %s over %v: %+v", c.Rule, shadowed(*c), c.Steps)
	}
}

// shadowed are the rules that the winning one stands before.
func shadowed(c rating.Charge) []string {
	if len(c.Steps) == 0 {
		return nil
	}
	return c.Steps[0].Shadowed
}

// R7, R8, R17: in a generated month there is a line for everything that
// commitments can make of one. Each is explained to the last digit, by the
// commitments that the generator says there are.
func TestWhyTreatments(t *testing.T) {
	ctx, dir, folder := context.Background(), t.TempDir(), t.TempDir()
	totals, err := sample.Generate(ctx, folder, sample.Options{Lines: 4000, Accounts: 6, Seed: 5, Period: september(t), InvoiceID: "1001"})
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]sample.CommitmentTotals{}
	var lent, plans []string // reservations that several accounts use, and plans
	for _, c := range totals.Commitments {
		known[c.ARN] = c
		switch {
		case strings.HasPrefix(c.Kind, "sp-"):
			plans = append(plans, c.ARN)
		case len(c.Used) > 1:
			lent = append(lent, c.ARN)
		}
	}
	if len(lent) < 3 || len(plans) == 0 {
		t.Fatalf("the month has other commitments: %+v", totals.Commitments)
	}
	a := openAt(t, dir, afterAll)
	apply(t, a, fmt.Sprintf(`
reseller: {name: Reseller, currency: USD, accounts: ["111111111111"]}
payers: [{id: "111111111111", provider: aws}]
sources: [{name: export, kind: aws-cur, url: %s, payer: "111111111111"}]
customers: [{id: acme, name: ACME}]
billing_groups:
  - {id: acme, customer: acme, currency: USD, claims: [{accounts: ["200000000001", "200000000002"]}]}
  - {id: beta, customer: acme, currency: USD, claims: [{accounts: ["200000000003", "200000000004"]}]}
  - {id: gamma, customer: acme, currency: USD, cost_basis: unblended, claims: [{accounts: ["200000000005", "200000000006"]}]}
commitments:
  - {id: %q, policy: as-applied}
  - {id: %q, give_to: {group: beta}, from: 2026-09}
`, folder, lent[0], lent[1]))
	closeMonth(t, a, september(t))
	for treatment, id := range linesOf(t, a, dir) {
		t.Run(treatment, func(t *testing.T) {
			x, err := a.Answers.Why(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			cost, quantity, found := money.Zero, money.Zero, false
			for _, p := range x.Parts {
				found = found || p.Treatment == treatment
				cost, quantity = cost.Add(p.Cost), quantity.Add(p.Quantity)
				if p.Charge.Treatment != p.Treatment || p.Charge.Cost.IsZero() != p.Cost.IsZero() {
					t.Errorf("R17: part %s is in another charge", written(t, p))
				}
				explained(t, p, known)
			}
			if !found || !cost.Equal(x.Line.Cost) || !quantity.Equal(x.Line.Quantity) {
				t.Errorf("R17: the parts are not the line: %s", written(t, x))
			}
		})
	}
}

// explained checks what is said of a part against the generator's commitments.
func explained(t *testing.T, p rating.Part, known map[string]sample.CommitmentTotals) {
	t.Helper()
	if by := p.Provider; by != nil && (known[by.Commitment].ARN == "" || known[by.Commitment].Owner != by.Account || by.Kind == "") {
		t.Errorf("R7: the provider applied %s", written(t, by))
	}
	switch p.Treatment {
	case "kept", "applied":
		if p.Cover == nil || known[p.Cover.Commitment].Owner != p.Cover.Account || p.Cover.Effective.Sign() <= 0 {
			t.Errorf("R7: covered by %s", written(t, p.Cover))
		}
	case "unshared", "on-demand":
		if p.OnDemand == nil || !p.OnDemand.Amount.Equal(p.TrueUnblended) || p.OnDemand.Source == "none" {
			t.Errorf("R7: on demand %s, costs %s", written(t, p.OnDemand), p.TrueUnblended)
		}
	case "fee", "fee-moved":
		c := known[p.Provider.Commitment]
		if u := p.Fee.Use; u != nil && u.Month && (!u.Reserved.Equal(c.Reserved) || !u.Unused.Equal(c.Unused)) {
			t.Errorf("R7: use %s, the generator says %s and %s unused", written(t, u), c.Reserved, c.Unused)
		}
	}
}

// linesOf returns the id of a line for each treatment of the month; of split
// lines one where there is one.
func linesOf(t *testing.T, a *app.App, dir string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "lake", "commitments", "*", "*", "parts", "*", "*.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := a.Engine.Session(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.View(context.Background(), "parts", files); err != nil {
		t.Fatal(err)
	}
	found, err := engine.Collect(context.Background(), s, func(r *[2]string) []any { return []any{&r[0], &r[1]} }, `
		SELECT x_treatment, MAX_BY(load || ':' || x_file || ':' || x_row, x_part_from)
		FROM parts GROUP BY x_treatment ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string]string{}
	for _, f := range found {
		lines[f[0]] = f[1]
	}
	for _, treatment := range []string{"kept", "applied", "unshared", "on-demand", "taken-back", "as-applied", "as-billed", "as-billed-covered", "fee", "fee-moved"} {
		if lines[treatment] == "" {
			t.Errorf("no line of the month is %s; there are %v", treatment, found)
		}
	}
	return lines
}
