package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/proof"
)

// invoiced is a closed September whose lines are on several invoices.
func invoiced(t *testing.T) *app.App {
	t.Helper()
	text := "bill/PayerAccountId,bill/InvoiceId,bill/BillingPeriodStartDate,lineItem/UsageStartDate,lineItem/CurrencyCode,product/region,lineItem/Operation,lineItem/UsageType,lineItem/UsageAmount," +
		"lineItem/UsageAccountId,lineItem/LineItemType,lineItem/ProductCode,lineItem/UnblendedCost,lineItem/LineItemDescription\n"
	for _, line := range []string{
		"1001|200000000001,Usage,AmazonEC2,10.005,per hour",
		"1001|200000000001,Usage,AmazonS3,0.5,per GB",
		"1001|200000000001,Tax,AmazonEC2,1.05,Tax for EC2",
		"1002|200000000001,Fee,AmazonEC2,20,Sign up charge",
		"1002|200000000001,Tax,AmazonEC2,2,Tax for EC2",
		"1003|200000000001,Refund,AmazonEC2,-1,Late refund",
		"1003|200000000001,Fee,AmazonEC2,4,Domain",
		"1003|200000000001,Tax,AmazonEC2,0.3,Tax for EC2",
		"|200000000002,Usage,AmazonEC2,3,per hour",
	} {
		id, rest, _ := strings.Cut(line, "|")
		text += "111111111111," + id + ",2026-09-01T00:00:00Z,2026-09-02T00:00:00Z,USD,us-east-1,Run,Box,1," + rest + "\n"
	}
	a := open(t, `
reseller: {name: Reseller, currency: JPY}
payers: [{id: "111111111111", provider: aws}]
customers: [{id: acme, name: ACME}]
projects: [{code: P1, name: First}]
billing_groups:
  - {id: acme-main, customer: acme, currency: USD, project: P1, claims: [{accounts: ["200000000001"]}]}
  - {id: acme-lab, customer: acme, name: Lab, currency: USD, claims: [{accounts: ["200000000002"]}]}
provider_invoices:
  - {id: "1001", payer: "111111111111", month: 2026-09, currency: USD, total: "11.56", exchange_rate: "150", exchange_to: JPY}
`)
	if _, err := a.Pipeline.IngestFiles(context.Background(), "111111111111", september(t), []string{writeFile(t, "invoiced.csv", text)}); err != nil {
		t.Fatal(err)
	}
	closeWaiving(t, a, september(t), "not-final")
	return a
}

func originalOf(t *testing.T, a *app.App, p billing.Period, o earnings.OriginalCostOptions) earnings.OriginalCost {
	t.Helper()
	c, err := a.Earnings.OriginalCost(context.Background(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func originalRows(c earnings.OriginalCost) string {
	var lines []string
	for _, r := range c.Rows {
		lines = append(lines, strings.TrimSpace(fmt.Sprint(r.Invoice, " ", r.Group, " ", r.Account[9:], " ", r.Type, " ", r.Charge, " ", r.Tax, " ", r.Total, " ", r.Description)))
	}
	return strings.Join(lines, "\n")
}

// Usage is one row for each account and invoice, other things one for each; tax
// is with the usage, or with the only thing there is.
func TestOriginalCost(t *testing.T) {
	a := invoiced(t)
	c := originalOf(t, a, september(t), earnings.OriginalCostOptions{})
	const confirmed = `1001 acme-main 001 Usage 10.505 1.05 11.555
1002 acme-main 001 Fee 20 2 22 Sign up charge
1003 acme-main 001 Fee 4 0 4 Domain
1003 acme-main 001 Refund -1 0 -1 Late refund
1003 acme-main 001 Tax 0 0.3 0.3`
	if got := originalRows(c); got != confirmed {
		t.Errorf("rows\n%s\nwant\n%s", got, confirmed)
	}
	if r := c.Rows[0]; r.GroupName != "ACME" || r.Project != "P1" || r.Provider != "aws" || r.Payer != "111111111111" || r.Currency != "USD" || r.Rate != nil {
		t.Errorf("row %+v", r)
	}
	for i, want := range []string{"11.555", "22", "3.3"} {
		if x := c.Invoices[i]; x.Lines.String() != want || !x.Residue.IsZero() || x.Left != nil {
			t.Errorf("invoice %+v, want %s", x, want)
		}
	}
	if len(c.Invoices) != 3 || c.LeftOut["USD"].String() != "3" {
		t.Errorf("%d invoices, left out %v", len(c.Invoices), c.LeftOut)
	}
	all := originalOf(t, a, september(t), earnings.OriginalCostOptions{PreviewLines: true})
	if got, want := originalRows(all), "acme-lab 002 Usage 3 0 3\n"+confirmed; got != want || len(all.LeftOut) != 0 {
		t.Errorf("with preview lines\n%s\nwant\n%s", got, want)
	}
	one := originalOf(t, a, september(t), earnings.OriginalCostOptions{Invoice: "1002"})
	if got := originalRows(one); got != "1002 acme-main 001 Fee 20 2 22 Sign up charge" || len(one.LeftOut) != 0 {
		t.Errorf("of one invoice: %s, left out %v", got, one.LeftOut)
	}
	if _, err := a.Earnings.OriginalCost(context.Background(), september(t), earnings.OriginalCostOptions{Invoice: "9"}); err == nil || !strings.Contains(err.Error(), `provider invoice "9"`) {
		t.Errorf("of an invoice that is none: %v", err)
	}
}

// R19, R20: every invoice needs a rate: its own, its payer's, or the common one.
// Rounded down, 1575.75 and 157.5 are 1575 and 157, of 1733.25.
func TestOriginalCostConverted(t *testing.T) {
	a := invoiced(t)
	yen := earnings.OriginalCostOptions{Currency: "JPY", Rounding: money.Down}
	_, err := a.Earnings.OriginalCost(context.Background(), september(t), yen)
	if err == nil || !strings.Contains(err.Error(), "1002 of payer 111111111111 (USD to JPY), 1003 of payer") || strings.Contains(err.Error(), "1001") {
		t.Errorf("without rates: %v", err)
	}
	apply(t, a, `exchange_rates: [{month: 2026-09, from: USD, to: JPY, rate: "151.3", level: common}]`)
	c := originalOf(t, a, september(t), yen)
	if got, want := originalRows(c), `1001 acme-main 001 Usage 1575 157 1732
1002 acme-main 001 Fee 3026 302 3328 Sign up charge
1003 acme-main 001 Fee 605 0 605 Domain
1003 acme-main 001 Refund -151 0 -151 Late refund
1003 acme-main 001 Tax 0 45 45`; got != want {
		t.Errorf("in yen\n%s\nwant\n%s", got, want)
	}
	// 1003: 605.2 − 151.3 + 45.39 is 499.29, and 499 is billed.
	for i, want := range []string{"150 invoice 1.25", "151.3 common 0.6", "151.3 common 0.29"} {
		if x := c.Invoices[i]; fmt.Sprint(x.Rate, " ", x.Level, " ", x.Left) != want {
			t.Errorf("invoice %s: %s %s %s, want %s", x.Invoice, x.Rate, x.Level, x.Left, want)
		}
	}
	apply(t, a, `exchange_rates: [{month: 2026-09, from: USD, to: JPY, rate: "140", level: payer, payer: "111111111111"}]`)
	for i, want := range []string{"150 invoice", "140 payer", "140 payer"} {
		if x := originalOf(t, a, september(t), yen).Invoices[i]; fmt.Sprint(x.Rate, " ", x.Level) != want {
			t.Errorf("invoice %s is converted by %s %s, want %s", x.Invoice, x.Rate, x.Level, want)
		}
	}
	if _, err := a.Earnings.OriginalCost(context.Background(), september(t), earnings.OriginalCostOptions{Currency: "JPY"}); err == nil {
		t.Error("converted without rounding")
	}
}

// R32 a: the rows of each provider invoice add up to what it bills, as the demo's
// generator says, and as the certificate proves.
func TestOriginalCostOfDemo(t *testing.T) {
	a, expected := demo(t)
	want := map[string]money.Decimal{}
	period := monthOf(t, "2026-08")
	for _, e := range expected {
		if e.Period == period {
			for id, sum := range e.ByInvoice {
				want[id] = sum
			}
		}
	}
	c := closeMonth(t, a, period)
	provedRows(t, originalOf(t, a, period, earnings.OriginalCostOptions{PreviewLines: true}), c, want)
	for _, pair := range []string{"EUR", "SGD", "KRW", "TWD", "GBP", "CNY"} {
		apply(t, a, fmt.Sprintf(`exchange_rates: [{month: 2026-08, from: %s, to: JPY, rate: "7", level: common}]`, pair))
	}
	for _, by := range earnings.ProfitViews {
		profits(t, a, "2026-08", "2026-08", by, "")
	}
}

// provedRows compares the rows with the certificate, and with sums from outside.
func provedRows(t *testing.T, o earnings.OriginalCost, c proof.Certificate, want map[string]money.Decimal) {
	t.Helper()
	rows, proofs := map[string]money.Decimal{}, map[string]money.Decimal{}
	for _, r := range o.Rows {
		rows[r.Invoice] = rows[r.Invoice].Add(r.Total)
	}
	for _, p := range c.Provider {
		_, lake := p.AfterDiscounts()
		proofs[p.Invoice] = proofs[p.Invoice].Add(lake)
	}
	for _, i := range o.Invoices {
		if !i.Residue.IsZero() {
			t.Errorf("R32 a: invoice %s leaves %s", i.Invoice, i.Residue)
		}
	}
	if len(want) == 0 || len(rows) != len(want) || len(proofs) != len(want) {
		t.Errorf("rows of %d invoices, proofs of %d, want %d", len(rows), len(proofs), len(want))
	}
	for id, sum := range want {
		if !rows[id].Equal(sum) || !proofs[id].Equal(sum) {
			t.Errorf("R32 a: the rows of invoice %q sum to %s, the certificate says %s, want %s", id, rows[id], proofs[id], sum)
		}
	}
}

// R32 a: the same of real files.
func TestOriginalCostOfRealFiles(t *testing.T) {
	for _, test := range []struct{ file, payer, period string }{
		{"aws-cur-legacy-finopsfoundation/sample-anonymous-aws-export-dataset.csv", "123412340534", "2023-11"},
		{"aws-cur-sbroenne/sample-cur20.csv", "123456789012", "2025-01"},
		{"koku-provider-csv/test_cur.csv", "6838635603105", "2018-06"},
	} {
		t.Run(test.file, func(t *testing.T) {
			file := testdata(t, test.file)
			b := readBooks(t, test.payer, file)
			a, period := openAt(t, t.TempDir(), afterAll), monthOf(t, test.period)
			declareBooks(t, a, "aws", test.payer, test.period, b)
			if _, err := a.Pipeline.IngestFiles(context.Background(), test.payer, period, []string{file}); err != nil {
				t.Fatal(err)
			}
			c, err := a.Pipeline.Close(context.Background(), period, true)
			if err != nil {
				t.Fatal(err)
			}
			provedRows(t, originalOf(t, a, period, earnings.OriginalCostOptions{PreviewLines: true}), c, b.byInvoice)
			profits(t, a, test.period, test.period, earnings.ProfitByPayer, "")
			profits(t, a, test.period, test.period, earnings.ProfitBySource, "")
		})
	}
}

// R8: what the provider bills an account does not depend on whom its reservations
// are given to; the fee is then the cost of another group.
func TestOriginalCostOfGivenCommitment(t *testing.T) {
	a, _, reserved := borrowed(t)
	byAccount := func() (sums map[string]string, fees map[string]string) {
		amounts, fees := map[string]money.Decimal{}, map[string]string{}
		for _, r := range originalOf(t, a, september(t), earnings.OriginalCostOptions{}).Rows {
			amounts[r.Account] = amounts[r.Account].Add(r.Total)
			if r.Type == "RIFee" && r.Account == reserved.Owner {
				fees[r.Group] = "billed"
			}
		}
		sums = map[string]string{}
		for account, sum := range amounts {
			sums[account] = sum.String()
		}
		return sums, fees
	}
	before, _ := byAccount()
	apply(t, a, fmt.Sprintf("commitments: [{id: %q, give_to: {group: beta}}]", reserved.ARN))
	closeMonth(t, a, september(t))
	after, fees := byAccount()
	if fmt.Sprint(after) != fmt.Sprint(before) || len(before) < 5 {
		t.Errorf("given away, accounts are billed %v, before %v", after, before)
	}
	if fees["beta"] == "" {
		t.Errorf("the fee of %s is of %v, want beta", reserved.ARN, fees)
	}
}
