package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/adjustment"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sample"
)

// earning is a reseller with a customer in its own currency, one in dollars, and
// one that the latter sells to.
const earning = `
reseller: {name: Reseller, currency: JPY, accounts: ["200000000004"]}
payers: [{id: "111111111111", provider: aws, name: East}]
customers: [{id: acme, name: ACME}, {id: bolt, name: Bolt, selling_book: double}, {id: chip, name: Chip}]
projects: [{code: P1, name: First}]
billing_groups:
  - {id: acme-main, customer: acme, currency: JPY, project: P1, cost_basis: unblended, price_book: plus, claims: [{accounts: ["200000000001"]}],
     invoice: {exchange: group, discount: {percent: "10", base: usage}, additional_items: [{label: Care, unit_price: "5000", quantity: "1"}]}}
  - {id: bolt-main, customer: bolt, currency: USD, cost_basis: unblended, claims: [{accounts: ["200000000002"]}]}
  - {id: chip-main, customer: chip, parent: bolt-main, currency: EUR, cost_basis: unblended, claims: [{accounts: ["200000000003"]}]}
price_books:
  - {id: plus, rules: [{name: plus ten, match: {}, percent: "10"}]}
  - {id: double, rules: [{name: twice, match: {}, percent: "100"}]}
exchange_rates:
  - {month: 2026-09, from: USD, to: JPY, rate: "150", level: common}
  - {month: 2026-10, from: USD, to: JPY, rate: "160", level: common}
  - {month: 2026-09, from: USD, to: EUR, rate: "0.5", level: common}
  - {month: 2026-10, from: USD, to: EUR, rate: "0.5", level: common}
  - {month: 2026-09, from: USD, to: JPY, rate: "152", level: group, group: acme-main}
  - {month: 2026-10, from: USD, to: JPY, rate: "152", level: group, group: acme-main}
`

// earned is its September. What the provider bills is 194 dollars and 5 of tax:
//
//	acme 100, and a fee of 20 that is billed to it; bolt 40, chip 30,
//	a credit of -6 that is nobody's, 7 of own use, 3 of nobody's account
func earned(t *testing.T) *app.App {
	t.Helper()
	a := open(t, earning)
	file := usageFile(t,
		"200000000001 Usage AmazonEC2 1 100", "200000000001 Fee AmazonEC2 1 20", "200000000001 Tax AmazonEC2 1 5",
		"200000000002 Usage AmazonEC2 1 40", "200000000002 Credit AmazonS3 1 -6", "200000000003 Usage AmazonEC2 1 30",
		"200000000004 Usage AmazonEC2 1 7", "200000000009 Usage AmazonEC2 1 3")
	if _, err := a.Pipeline.IngestFiles(context.Background(), "111111111111", september(t), []string{file}); err != nil {
		t.Fatal(err)
	}
	closeWaiving(t, a, september(t), "unassigned")
	billEntry(t, a, "20", "2026-09", "")
	return a
}

// billEntry puts September's entry of an amount on the documents of a month.
func billEntry(t *testing.T, a *app.App, amount, into, group string) {
	t.Helper()
	entries, err := a.Entries.List(context.Background(), september(t), adjustment.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Amount.String() != amount {
			continue
		}
		if _, err := a.Entries.Apply(context.Background(), []string{e.ID}, adjustment.Terms{Into: monthOf(t, into), Group: group}); err != nil {
			t.Fatal(err)
		}
		redraft(t, a, monthOf(t, into))
		return
	}
	t.Fatalf("no entry of %s among %+v", amount, entries)
}

func redraft(t *testing.T, a *app.App, p billing.Period) {
	t.Helper()
	if _, err := a.Pipeline.Draft(context.Background(), p, nil); err != nil {
		t.Fatal(err)
	}
}

// profits counts profit, and checks that rows leave nothing.
func profits(t *testing.T, a *app.App, from, to string, by earnings.ProfitView, currency money.Currency) earnings.Profit {
	t.Helper()
	p, err := a.Earnings.Profit(context.Background(), monthOf(t, from), monthOf(t, to), by, currency)
	if err != nil {
		t.Fatal(err)
	}
	sheets := []earnings.ProfitSheet{p.ProfitSheet}
	for _, m := range p.Months {
		sheets = append(sheets, m.ProfitSheet)
	}
	for _, s := range sheets {
		purchase, sales, profit := money.Zero, money.Zero, money.Zero
		for _, r := range s.Rows {
			purchase, sales, profit = purchase.Add(r.Purchase), sales.Add(r.Sales), profit.Add(r.Profit)
		}
		for _, source := range s.Sources {
			profit = profit.Add(source.Amount)
		}
		rowsDiffer := s.Sources == nil && (!purchase.Equal(s.Totals.Purchase) || !sales.Equal(s.Totals.Sales))
		if !s.Residue.IsZero() || rowsDiffer || !profit.Equal(s.Totals.Profit) || !s.Totals.Sales.Sub(s.Totals.Purchase).Equal(s.Totals.Profit) {
			t.Errorf("by %s: rows make purchase %s, sales %s, profit %s of %+v; residue %s", by, purchase, sales, profit, s.Totals, s.Residue)
		}
	}
	return p
}

// accounted writes the rows of a sheet: kind or id, purchase, sales, profit, percent.
func accounted(s earnings.ProfitSheet) string {
	var lines []string
	line := func(name string, x earnings.ProfitSum) {
		percent := "-"
		if x.Percent != nil {
			percent = x.Percent.String()
		}
		lines = append(lines, fmt.Sprint(name, " ", x.Purchase, " ", x.Sales, " ", x.Profit, " ", percent))
	}
	for _, r := range s.Rows {
		name := r.ID
		if name == "" {
			name = "(" + r.Kind + ")"
		}
		line(name, r.ProfitSum)
	}
	line("all", s.Totals)
	return strings.Join(lines, ", ")
}

// R16, R19, R27: purchase and sales by whose they are. At 150 yen, acme's
// purchase is 120 dollars; at 152, its document is 110 for usage less 10 percent,
// 20 for the fee, and 5,000 yen: 16720 − 1672 + 3040 + 5000. Bolt's is 40 for
// itself and 30 for chip, whose own document is bolt's business.
func TestProfit(t *testing.T) {
	a := earned(t)
	for by, want := range map[earnings.ProfitView]string{
		earnings.ProfitByGroup:    "acme-main 18000 23088 5088 22.03, bolt-main 10500 10500 0 0, (reseller) 150 0 -150 -, (unassigned) 450 0 -450 -, all 29100 33588 4488 13.36",
		earnings.ProfitByCustomer: "acme 18000 23088 5088 22.03, bolt 10500 10500 0 0, (reseller) 150 0 -150 -, (unassigned) 450 0 -450 -, all 29100 33588 4488 13.36",
		earnings.ProfitByProject:  "P1 18000 23088 5088 22.03, (none) 10500 10500 0 0, (reseller) 150 0 -150 -, (unassigned) 450 0 -450 -, all 29100 33588 4488 13.36",
		// 16720 + 3040 and 10500 are of lines; discount and item are not.
		earnings.ProfitByPayer: "111111111111 29100 30260 1160 3.83, (none) 0 3328 3328 100, all 29100 33588 4488 13.36",
	} {
		p := profits(t, a, "2026-09", "2026-09", by, "")
		if got := accounted(p.ProfitSheet); got != want || p.Currency != "JPY" {
			t.Errorf("by %s in %s:\n%s, want\n%s", by, p.Currency, got, want)
		}
	}
	p := profits(t, a, "2026-09", "2026-09", earnings.ProfitByGroup, "")
	acme, m := p.Rows[0], p.Months[0]
	if acme.Name != "ACME" || acme.Bought["USD"].String() != "120" || acme.Billed["JPY"].String() != "23088" || !acme.Drafted.Equal(acme.Sales) {
		t.Errorf("acme's row %+v", acme)
	}
	if m.InputTax["USD"].String() != "5" || len(m.Rates) != 1 || m.Rates[0].Rate.String() != "150" || m.Preview {
		t.Errorf("the month %+v", m)
	}
}

// R32 f: plus ten is 10 dollars, own use and nobody's are 7 and 3, the credit is
// kept, the fee is billed at cost, and 130 dollars are billed at 2 yen more.
func TestProfitBySource(t *testing.T) {
	a := earned(t)
	p := profits(t, a, "2026-09", "2026-09", earnings.ProfitBySource, "")
	got := map[earnings.Source]string{}
	for _, s := range p.Sources {
		if !s.Amount.IsZero() {
			got[s.Source] = s.Amount.String()
		}
	}
	if want := fmt.Sprint(map[earnings.Source]string{
		earnings.FromPriceBook: "1500", earnings.FromOwnUse: "-1500", earnings.FromEntries: "900",
		earnings.FromExchange: "260", earnings.FromDiscount: "-1672", earnings.FromItems: "5000",
	}); fmt.Sprint(got) != want || p.Totals.Profit.String() != "4488" {
		t.Errorf("profit %s by source %v, want 4488 by %s", p.Totals.Profit, got, want)
	}
}

// R19: a rate is for one direction and month, and never made up.
func TestProfitWithoutRates(t *testing.T) {
	a := earned(t)
	_, err := a.Earnings.Profit(context.Background(), september(t), september(t), earnings.ProfitByGroup, "USD")
	if err == nil || !strings.Contains(err.Error(), "no common exchange rate from JPY to USD for 2026-09") {
		t.Errorf("without a rate: %v", err)
	}
	apply(t, a, `exchange_rates: [{month: 2026-09, from: JPY, to: USD, rate: "0.01", level: common}]`)
	// 120 and 230.88; 70 and 70; 1 and 3 that nobody is billed for.
	if got, want := accounted(profits(t, a, "2026-09", "2026-09", earnings.ProfitByCustomer, "USD").ProfitSheet),
		"acme 120 230.88 110.88 48.02, bolt 70 70 0 0, (reseller) 1 0 -1 -, (unassigned) 3 0 -3 -, all 194 300.88 106.88 35.52"; got != want {
		t.Errorf("in dollars %s, want %s", got, want)
	}
	if _, err := a.Earnings.Profit(context.Background(), september(t), monthOf(t, "2026-10"), earnings.ProfitByGroup, ""); err == nil || !strings.Contains(err.Error(), "2026-10 is not rated yet") {
		t.Errorf("of a month that is not closed: %v", err)
	}
}

// R27, R29: an entry of September that is billed in October is the reseller's
// until then. October is a preview, at 160 yen, with 10 dollars of bolt's usage.
func TestProfitOfMonths(t *testing.T) {
	a := earned(t)
	later := writeFile(t, "october.csv", "bill/PayerAccountId,bill/InvoiceId,bill/BillingPeriodStartDate,lineItem/UsageStartDate,lineItem/CurrencyCode,product/region,lineItem/Operation,"+
		"lineItem/UsageAccountId,lineItem/LineItemType,lineItem/ProductCode,lineItem/UsageType,lineItem/UsageAmount,lineItem/UnblendedCost\n"+
		"111111111111,1002,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,USD,us-east-1,Run,200000000002,Usage,AmazonEC2,Box,1,10\n")
	october := monthOf(t, "2026-10")
	if _, err := a.Pipeline.IngestFiles(context.Background(), "111111111111", october, []string{later}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Pipeline.Close(context.Background(), october, true); err != nil {
		t.Fatal(err)
	}
	billEntry(t, a, "-6", "2026-10", "")
	p := profits(t, a, "2026-09", "2026-10", earnings.ProfitByGroup, "")
	if len(p.Months) != 2 || p.Months[0].Preview || !p.Months[1].Preview {
		t.Fatalf("months %+v", p.Months)
	}
	// Acme's care of 5,000 yen; bolt's 10 less 6.
	if got, want := accounted(p.Months[1].ProfitSheet), "acme-main 0 5000 5000 100, bolt-main 640 640 0 0, (reseller) 960 0 -960 -, all 1600 5640 4040 71.63"; got != want {
		t.Errorf("October is %s, want %s", got, want)
	}
	if got, want := accounted(p.ProfitSheet), "acme-main 18000 28088 10088 35.91, bolt-main 11140 11140 0 0, (reseller) 1110 0 -1110 -, (unassigned) 450 0 -450 -, all 30700 39228 8528 21.73"; got != want {
		t.Errorf("both are %s, want %s", got, want)
	}
	profits(t, a, "2026-09", "2026-10", earnings.ProfitBySource, "")
}

// R30: what is voided counts with the note that takes it back, until it is
// billed anew.
func TestProfitOfVoided(t *testing.T) {
	a := earned(t)
	on := billing.DayOf(afterAll)
	sold := func() string {
		p := profits(t, a, "2026-09", "2026-09", earnings.ProfitByGroup, "")
		profits(t, a, "2026-09", "2026-09", earnings.ProfitBySource, "")
		return fmt.Sprint(p.Rows[0].Purchase, " ", p.Rows[0].Sales, " ", p.Rows[0].Drafted)
	}
	inv, err := issue(a, "2026-09/acme-main", on)
	if err != nil {
		t.Fatal(err)
	}
	if got := sold(); got != "18000 23088 0" {
		t.Errorf("issued: %s", got)
	}
	if _, err := a.Documents.Void(context.Background(), inv.Number, "wrong address", on); err != nil {
		t.Fatal(err)
	}
	redraft(t, a, september(t))
	if got := sold(); got != "18000 23088 23088" {
		t.Errorf("voided, and drafted anew: %s", got)
	}
}

// R32 f: of made-up months, in every view, nothing is left over, and purchase is
// what the certificate says the provider bills, less its tax.
func TestProfitAddsUp(t *testing.T) {
	for seed := uint64(1); seed <= 3; seed++ {
		columns, totals := generatedReport(t, sample.Options{Lines: 1200, Accounts: 6, Seed: seed, Discounts: sample.DiscountsAsColumns})
		r := columns
		if seed == 2 {
			r = columns.discountsAsLines(t)
		}
		a, c := closedReport(t, strings.Replace(marginGroups, "currency: USD, accounts", "currency: JPY, accounts", 1), r.write(t))
		for _, by := range earnings.ProfitViews {
			p := profits(t, a, "2026-09", "2026-09", by, "")
			m := p.Months[0]
			if got := p.Totals.Bought["USD"].Add(m.InputTax["USD"]); !got.Equal(totals.Net) || !got.Equal(c.Totals[0].Cost) {
				t.Errorf("seed %d by %s: %s is bought, tax in; want %s", seed, by, got, totals.Net)
			}
			if want := m.Totals.Bought["USD"].Mul(money.FromInt(150)); !want.Equal(p.Totals.Purchase) {
				t.Errorf("seed %d by %s: purchase %s, want %s", seed, by, p.Totals.Purchase, want)
			}
		}
	}
}
