package ingest_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/money"
)

// focusSums checks the number columns of a FOCUS file against the lake.
func focusSums(t *testing.T, in table, total func(column string) money.Decimal) {
	t.Helper()
	for column, lake := range map[string]string{
		"BilledCost": "billed_cost", "EffectiveCost": "effective_cost", "ListCost": "list_cost",
		"ContractedCost": "contracted_cost", "PricingQuantity": "pricing_quantity", "ConsumedQuantity": "consumed_quantity",
	} {
		want, _ := in.sum(t, column)
		same(t, column, total(lake), want)
	}
}

// Real lines of three providers in one file, loaded as one payer's month: the
// lines of others and of another month are kept, counted and hold the close.
func TestRealFOCUS(t *testing.T) {
	file := testdata(t, "focus-1.0-sample/focus_sample.csv")
	var expected struct {
		Rows       map[string]int64             `json:"rows_by_provider"`
		Sums       map[string]map[string]string `json:"sums"`
		ByCategory map[string]string            `json:"billed_by_category"`
		ByAccount  map[string]string            `json:"billed_by_subaccount"`
	}
	readJSON(t, testdata(t, "focus-1.0-sample/totals.json"), &expected)
	in := readTable(t, file)
	e := openEngine(t)
	dir, result := loaded(t, e, "1234567890123", "2024-09", file)
	same(t, "billed", total(t, e, dir, "billed_cost"), number(t, "20.52022672899"))
	focusSums(t, in, func(column string) money.Decimal { return total(t, e, dir, column) })

	for column, field := range map[string]string{
		"billed_cost": "BilledCost", "effective_cost": "EffectiveCost", "list_cost": "ListCost", "contracted_cost": "ContractedCost",
	} {
		got := sums(t, e, dir, "provider_name", column)
		for provider, want := range expected.Sums {
			same(t, field+" of "+provider, number(t, got[provider]), number(t, want[field]))
		}
	}
	sameNumbers(t, "billed", sums(t, e, dir, "concat(provider_name, '|', charge_category)", "billed_cost"), expected.ByCategory)
	byAccount := sums(t, e, dir, "concat(provider_name, '|', sub_account_id)", "billed_cost")
	for account, want := range expected.ByAccount {
		if strings.HasSuffix(account, "|") || strings.HasSuffix(account, "|NULL") {
			continue // lines without an account are the payer's own in the lake
		}
		same(t, "billed to "+account, number(t, byAccount[account]), number(t, want))
	}
	providers := query(t, e, dir, `SELECT x_provider, count(*) FROM line_items GROUP BY 1`)
	sameNumbers(t, "lines", providers, map[string]string{"aws": "942", "azure": "51", "oci": "7"})

	payers, months := in.count(t, "BillingAccountId"), in.count(t, "BillingPeriodStart")
	if f := finding(t, result, "other-payer", ""); f.Count != result.Totals.Rows-payers["1234567890123"] || f.Severity != "hold" {
		t.Errorf("other-payer: %+v", f)
	}
	same(t, "billed to other payers", finding(t, result, "other-payer", "").Amount,
		number(t, expected.Sums["Oracle"]["BilledCost"]).Add(number(t, expected.Sums["Microsoft"]["BilledCost"])))
	if f := finding(t, result, "other-period", ""); f.Count != months["2024-10-01 00:00:00"] || f.Severity != "hold" {
		t.Errorf("other-period: %+v", f)
	}
	if result.Totals.InvoiceIDs {
		t.Error("the file has no column InvoiceId, ingest found one")
	}
}

// Made-up months of three clouds in FOCUS 1.2 and 1.3, each of two payers.
func TestRealFOCUS12And13(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testdata(t, "focus-1.2-1.3-samples"), "*.csv"))
	if err != nil || len(files) != 12 {
		t.Fatalf("%d files, %v; want 12", len(files), err)
	}
	e := openEngine(t)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			in := readTable(t, file)
			payers := in.count(t, "BillingAccountId")
			payer := in.rows[0][in.column(t, "BillingAccountId")]
			dir, result := loaded(t, e, payer, "2026-05", file)
			focusSums(t, in, func(column string) money.Decimal { return total(t, e, dir, column) })
			provider, _, _ := strings.Cut(filepath.Base(file), "_")
			if f := finding(t, result, "other-payer", ""); f.Count != result.Totals.Rows-payers[payer] {
				t.Errorf("other-payer: %+v, want %d lines", f, result.Totals.Rows-payers[payer])
			}
			categories := map[string]money.Decimal{}
			category, cost := in.column(t, "ChargeCategory"), in.column(t, "BilledCost")
			for _, row := range in.rows {
				categories[row[category]] = categories[row[category]].Add(number(t, row[cost]))
			}
			got := sums(t, e, dir, "concat(x_provider, '|', charge_category)", "billed_cost")
			for c, want := range categories {
				same(t, c, number(t, got[provider+"|"+c]), want)
			}
		})
	}
}
