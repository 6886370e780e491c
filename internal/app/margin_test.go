package app_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/proof"
	"github.com/sluice-billing/sluice/internal/sample"
)

// marginGroups deals the accounts of a generated report out: most are billed as
// if they were alone, one is amortized, one at list prices, one is the
// reseller's own, as is the payer.
const marginGroups = `
reseller: {name: Reseller, currency: USD, accounts: ["111111111111", "200000000006"]}
payers: [{id: "111111111111", provider: aws}]
customers: [{id: acme, name: ACME}]
billing_groups:
  - {id: acme, customer: acme, currency: USD, price_book: plus, claims: [{accounts: ["200000000001", "200000000002"]}]}
  - {id: beta, customer: acme, currency: USD, claims: [{accounts: ["200000000003"]}]}
  - {id: gamma, customer: acme, currency: USD, cost_basis: amortized, claims: [{accounts: ["200000000004"]}]}
  - {id: delta, customer: acme, currency: JPY, cost_basis: list, claims: [{accounts: ["200000000005"]}],
     invoice: {exchange: group, discount: {percent: "3", base: usage}, additional_items: [{label: Care, unit_price: "5000", quantity: "2"}]}}
price_books: [{id: plus, rules: [{name: plus ten, match: {}, percent: "10"}]}]
exchange_rates:
  - {month: 2026-09, from: USD, to: JPY, rate: "150", level: common}
  - {month: 2026-09, from: USD, to: JPY, rate: "152.5", level: group, group: delta}
`

func closedReport(t *testing.T, yaml, file string) (*app.App, proof.Certificate) {
	t.Helper()
	a := open(t, yaml)
	if _, err := a.Pipeline.IngestFiles(context.Background(), "111111111111", september(t), []string{file}); err != nil {
		t.Fatal(err)
	}
	return a, closeMonth(t, a, september(t))
}

func marginOf(t *testing.T, a *app.App, period, group string) earnings.Margin {
	t.Helper()
	m, err := a.Earnings.Margin(context.Background(), monthOf(t, period), group)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// sourced is a margin by source, without those that are 0.
func sourced(s earnings.MarginSum) map[earnings.Source]string {
	found := map[earnings.Source]string{}
	for _, one := range s.Sources {
		if !one.Amount.IsZero() {
			found[one.Source] = one.Amount.String()
		}
	}
	return found
}

// addsUp checks that nothing of a margin is left over: sources make the
// margin, groups make the total, and each document's items make its total.
func addsUp(t *testing.T, m earnings.Margin) {
	t.Helper()
	for _, total := range m.Totals {
		sell, cost := money.Zero, money.Zero
		bySource := map[earnings.Source]money.Decimal{}
		for _, g := range m.Groups {
			if g.Currency != total.Currency {
				continue
			}
			sell, cost = sell.Add(g.Sell), cost.Add(g.Cost)
			all := money.Zero
			for _, s := range g.Sources {
				all = all.Add(s.Amount)
				bySource[s.Source] = bySource[s.Source].Add(s.Amount)
			}
			if !g.Residue.IsZero() || !all.Equal(g.Sell.Sub(g.Cost)) || !all.Equal(g.Margin) {
				t.Errorf("R32 f: group %s: sources make %s, sell %s less cost %s is %s, residue %s", g.Group, all, g.Sell, g.Cost, g.Margin, g.Residue)
			}
		}
		if !total.Residue.IsZero() || !sell.Equal(total.Sell) || !cost.Equal(total.Cost) || !total.Sell.Sub(total.Cost).Equal(total.Margin) {
			t.Errorf("R32 f: %+v, groups sell %s and cost %s", total, sell, cost)
		}
		for _, s := range total.Sources {
			if !s.Amount.Equal(bySource[s.Source]) {
				t.Errorf("R32 f: %s is %s, of all groups %s", s.Source, s.Amount, bySource[s.Source])
			}
			if s.Source == earnings.FromTax && !total.BeforeTax.Equal(total.Margin.Sub(s.Amount)) {
				t.Errorf("R25: margin %s with tax of %s is %s without", total.Margin, s.Amount, total.BeforeTax)
			}
		}
	}
	for _, i := range m.Invoices {
		if !i.Residue.IsZero() {
			t.Errorf("R32 f: invoice %s leaves %s", i.ID, i.Residue)
		}
	}
}

// expectedSources sums each group's margin up over the report itself. Every
// commitment is kept by the reseller, so that alone all usage is on demand.
func expectedSources(t *testing.T, r report, groups map[string]string) map[string]map[earnings.Source]string {
	t.Helper()
	sums := map[string]map[earnings.Source]money.Decimal{}
	for _, line := range r.lines {
		group := groups[line["lineItem/UsageAccountId"]]
		if group == "" {
			group = "reseller"
		}
		kind, cost := line["lineItem/LineItemType"], amount(t, line, "lineItem/UnblendedCost")
		arn := line["reservation/ReservationARN"] + line["savingsPlan/SavingsPlanARN"]
		commitments := earnings.FromReservations
		if line["savingsPlan/SavingsPlanARN"] != "" {
			commitments = earnings.FromSavingsPlans
		}
		add := func(group string, source earnings.Source, amount money.Decimal) {
			if sums[group] == nil {
				sums[group] = map[earnings.Source]money.Decimal{}
			}
			sums[group][source] = sums[group][source].Add(amount)
		}
		market := line["bill/BillingEntity"] == "AWS Marketplace"
		onDemand := cost
		switch {
		case strings.HasSuffix(kind, "Discount") || strings.Contains(line["lineItem/LineItemDescription"], "Solution Provider Program"):
			add(group, earnings.FromProviderDiscounts, cost.Neg())
		case kind == "Tax":
			add(group, earnings.FromTax, cost.Neg())
		case kind == "RIFee" || kind == "SavingsPlanRecurringFee":
			add("reseller", commitments, cost.Neg())
		case kind == "SavingsPlanUpfrontFee" || kind == "Fee" && arn != "":
			add("reseller", commitments, cost.Neg())
		case kind == "Fee" || kind == "Credit" || kind == "Refund":
			add(group, earnings.FromEntries, cost.Neg())
		case group == "reseller":
			add(group, earnings.FromOwnUse, cost.Neg())
		case kind == "DiscountedUsage":
			onDemand = amount(t, line, "pricing/publicOnDemandCost")
			add(group, earnings.FromReservations, onDemand)
		case kind == "SavingsPlanNegation":
			onDemand = money.Zero
			add(group, earnings.FromSavingsPlans, cost.Neg())
		}
		if usage := strings.HasSuffix(kind, "Usage"); usage && !market && group == "acme" {
			add(group, earnings.FromPriceBook, onDemand.Percent(money.FromInt(10)))
		}
	}
	expected := map[string]map[earnings.Source]string{}
	for group, bySource := range sums {
		expected[group] = map[earnings.Source]string{}
		for source, sum := range bySource {
			if !sum.IsZero() {
				expected[group][source] = sum.String()
			}
		}
	}
	return expected
}

// R32 f, R8, R11: every part of the margin is in its source, as summed up over
// the provider's file.
func TestMarginSources(t *testing.T) {
	columns, totals := generatedReport(t, sample.Options{Lines: 4000, Accounts: 6, Seed: 4, Discounts: sample.DiscountsAsColumns})
	r := columns.discountsAsLines(t)
	yaml := `
reseller: {name: Reseller, currency: USD, accounts: ["111111111111", "200000000006"]}
payers: [{id: "111111111111", provider: aws}]
customers: [{id: acme, name: ACME}]
billing_groups:
  - {id: acme, customer: acme, currency: USD, price_book: plus, claims: [{accounts: ["200000000001", "200000000002"]}]}
  - {id: beta, customer: acme, currency: USD, claims: [{accounts: ["200000000003", "200000000004", "200000000005"]}]}
price_books: [{id: plus, rules: [{name: plus ten, match: {}, percent: "10"}]}]
commitments:
`
	for _, c := range totals.Commitments {
		yaml += fmt.Sprintf("  - {id: %q, policy: reseller-keeps}\n", c.ARN)
	}
	a, c := closedReport(t, yaml, r.write(t))
	proved(t, c, sums("1001", c.Provider[0].Files.String(), "1001-MP", c.Provider[len(c.Provider)-1].Files.String()))
	m := marginOf(t, a, "2026-09", "")
	addsUp(t, m)
	want := expectedSources(t, r, map[string]string{
		"200000000001": "acme", "200000000002": "acme", "200000000003": "beta", "200000000004": "beta", "200000000005": "beta",
	})
	for _, g := range m.Groups {
		got := sourced(g.MarginSum)
		if !maps.Equal(got, want[g.Group]) {
			t.Errorf("group %s: margin by source\n%v\nwant\n%v", g.Group, got, want[g.Group])
		}
	}
	if len(m.Groups) != 3 || m.Groups[2].Group != "reseller" || len(m.Totals) != 1 || !m.Totals[0].Cost.Equal(totals.Net) || !m.Totals[0].Billed.Equal(totals.Net) {
		t.Errorf("%d groups, totals %+v; want cost %s", len(m.Groups), m.Totals, totals.Net)
	}
	if got := c.Totals[0]; !got.Margin.Equal(m.Totals[0].Margin) || !got.Cost.Equal(m.Totals[0].Cost) || !got.Sell.Equal(m.Totals[0].Sell) {
		t.Errorf("the certificate says %+v, the margin %+v", got, m.Totals[0])
	}
	one := marginOf(t, a, "2026-09", "beta")
	addsUp(t, one)
	if len(one.Groups) != 1 || len(one.Invoices) != 1 || !one.Totals[0].Margin.Equal(m.Groups[1].Margin) {
		t.Errorf("of one group: %+v", one)
	}
	if _, err := a.Earnings.Margin(context.Background(), september(t), "nobody"); err == nil || !strings.Contains(err.Error(), `"nobody"`) {
		t.Errorf("of a group that is none: %v", err)
	}
}

// R11: whether discounts are lines or columns, the month costs, sells and earns
// the same, to the last digit; they are counted once.
func TestMarginOfBothLayouts(t *testing.T) {
	columns, totals := generatedReport(t, sample.Options{Lines: 4000, Accounts: 6, Seed: 9, Discounts: sample.DiscountsAsColumns})
	var margins []earnings.Margin
	for _, r := range []report{columns, columns.discountsAsLines(t)} {
		a, c := closedReport(t, marginGroups, r.write(t))
		for _, residue := range c.Residues {
			t.Errorf("residue: %s", residue)
		}
		m := marginOf(t, a, "2026-09", "")
		addsUp(t, m)
		if got := c.Totals[0]; !got.Cost.Equal(totals.Net) || !got.BeforeDiscounts().Equal(m.Totals[0].Billed) || !got.Margin.Equal(m.Totals[0].Margin) {
			t.Errorf("R32 f: the certificate says %+v, the margin %+v", got, m.Totals[0])
		}
		margins = append(margins, m)
	}
	one, two := margins[0], margins[1]
	if len(one.Totals) != 1 || !one.Totals[0].Cost.Equal(totals.Net) || !one.Totals[0].Billed.Equal(totals.Unblended) ||
		!two.Totals[0].Cost.Equal(totals.Net) || totals.Net.Cmp(totals.Unblended) >= 0 {
		t.Errorf("columns cost %+v, lines %+v; want %s, billed %s before discounts", one.Totals, two.Totals, totals.Net, totals.Unblended)
	}
	two.Totals[0].Billed = one.Totals[0].Billed // the only difference
	if got, want := fmt.Sprint(two.Totals), fmt.Sprint(one.Totals); got != want {
		t.Errorf("as lines\n%s\nas columns\n%s", got, want)
	}
	for i, g := range one.Groups {
		if got := two.Groups[i]; got.Group != g.Group || !got.Cost.Equal(g.Cost) || !got.Sell.Equal(g.Sell) || !maps.Equal(sourced(got.MarginSum), sourced(g.MarginSum)) {
			t.Errorf("group %s: as lines %v, as columns %v", g.Group, got, g)
		}
	}
}

// R7: what one group's tiers cost more than those of all together is the
// reseller's. Both groups have 30,000 GB; 51,200 GB of the 60,000 are at the
// first rate for all, and all 30,000 are for each alone: 4,400 GB × 0.001.
func TestMarginOfVolumeTiers(t *testing.T) {
	text := "bill/PayerAccountId,bill/InvoiceId,bill/BillingPeriodStartDate,lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/CurrencyCode,lineItem/ProductCode," +
		"lineItem/UsageType,lineItem/Operation,product/region,lineItem/UsageAmount,lineItem/UnblendedRate,lineItem/UnblendedCost,lineItem/LineItemDescription\n"
	for _, account := range []string{"200000000001", "200000000002"} {
		for _, part := range []string{
			"25600,0.023,588.8,$0.023 per GB - first 50 TB / month of storage used",
			"4400,0.022,96.8,$0.022 per GB - next 450 TB / month of storage used",
		} {
			text += "111111111111,1001,2026-09-01T00:00:00Z," + account + ",Usage,2026-09-01T00:00:00Z,USD,AmazonS3,TimedStorage-ByteHrs,StandardStorage,us-east-1," + part + "\n"
		}
	}
	a, c := closedReport(t, `
reseller: {name: Reseller, currency: USD}
payers: [{id: "111111111111", provider: aws}]
customers: [{id: acme, name: ACME}]
billing_groups:
  - {id: acme, customer: acme, currency: USD, claims: [{accounts: ["200000000001"]}]}
  - {id: beta, customer: acme, currency: USD, claims: [{accounts: ["200000000002"]}]}
`, writeFile(t, "tiers.csv", text))
	proved(t, c, sums("1001", "1371.2"))
	m := marginOf(t, a, "2026-09", "")
	addsUp(t, m)
	for _, g := range m.Groups {
		if got := sourced(g.MarginSum); !maps.Equal(got, map[earnings.Source]string{earnings.FromVolumeTiers: "4.4"}) {
			t.Errorf("group %s: margin by source %v, want 4.4 by tiers", g.Group, got)
		}
	}
	if p := c.Alone[0]; p.Tiers.String() != "8.8" || p.Alone.String() != "1380" {
		t.Errorf("R7: %+v, want tiers of 8.8", p)
	}
}

// R19, R20, R24: what a document adds is in its own currency: its rate against
// the common one, rounding, discount and items.
func TestMarginOfInvoices(t *testing.T) {
	columns, _ := generatedReport(t, sample.Options{Lines: 1500, Accounts: 6, Seed: 2, Discounts: sample.DiscountsAsColumns})
	a, _ := closedReport(t, marginGroups, columns.write(t))
	m := marginOf(t, a, "2026-09", "delta")
	addsUp(t, m)
	d, err := a.Documents.Invoice(context.Background(), "2026-09/delta")
	if err != nil || len(m.Invoices) != 1 {
		t.Fatalf("%+v, %v", m.Invoices, err)
	}
	i, sell := m.Invoices[0], m.Groups[0].Sell
	for name, pair := range map[string][2]money.Decimal{
		"usage": {i.Usage, sell.Mul(money.FromInt(150))}, "exchange": {i.Exchange, sell.Mul(money.MustParse("2.5"))},
		"rounding": {i.Rounding, d.UsageTotal.Sub(sell.Mul(money.MustParse("152.5")))}, "discount": {i.Discount, d.DiscountTotal.Neg()},
		"items": {i.Items, money.FromInt(10000)}, "before tax": {i.BeforeTax, d.BeforeTax},
	} {
		if !pair[0].Equal(pair[1]) || pair[1].IsZero() {
			t.Errorf("%s is %s, want %s", name, pair[0], pair[1])
		}
	}
	for _, other := range marginOf(t, a, "2026-09", "").Invoices {
		if other.ID != i.ID && (!other.Exchange.IsZero() || !other.Items.IsZero() || !other.Discount.IsZero()) {
			t.Errorf("%+v: dollars at the common rate, without items", other)
		}
	}
}
