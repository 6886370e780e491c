package entry_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/engine/duckdb"
	"github.com/sluice-billing/sluice/internal/entry"
)

// lines are a month's line items: payer, account, invoice, line type, service,
// description, commitment, seller, class, fence, cost.
const lines = `
('100', '1', 'I1', 'Fee', 'AmazonEC2', 'Reserved instance', 'arn:ri', 'AWS', 'entry', NULL, 120.5),
('100', '1', 'I1', 'Fee', 'AmazonEC2', 'Reserved instance', 'arn:ri', 'AWS', 'entry', NULL, 0.000000000000000001),
('100', '1', 'I1', 'Fee', 'AmazonRegistrar', '.com', NULL, 'AWS', 'entry', NULL, 12),
('100', '1', 'I2', 'Fee', 'AmazonRegistrar', '.com', NULL, 'AWS', 'entry', NULL, 13),
('100', '1', 'I1', 'Fee', 'prod-1', 'Contract', NULL, 'AWS Marketplace', 'entry', NULL, 99),
('100', '100', 'I1', 'Usage', 'AWSSupportBusiness', 'Business support', NULL, 'AWS', 'entry', NULL, 100),
('100', '100', 'I1', 'Refund', 'AWSSupportBusiness', 'Solution Provider Program', NULL, 'AWS', 'entry', NULL, -10),
('100', '2', 'I1', 'Credit', 'AmazonEC2', 'Promotion', NULL, 'AWS', 'entry', NULL, -5),
('100', '2', 'I1', 'EdpDiscount', 'AmazonEC2', 'EDP', NULL, 'AWS', 'entry', NULL, -3),
('100', '2', NULL, 'SavingsPlanUpfrontFee', 'ComputeSavingsPlans', 'Upfront', 'arn:sp', 'AWS', 'entry', NULL, 365),
('100', '2', 'I1', 'Novelty', 'AmazonEC2', '', NULL, 'AWS', 'entry', NULL, 1),
('100', '2', 'I1', 'Fee', 'AmazonEC2', 'repeats others', NULL, 'AWS', 'entry', 'split-cost', 777),
('100', '2', 'I1', 'Fee', 'AmazonEC2', 'nothing', NULL, 'AWS', 'entry', NULL, 0),
('100', '1', 'I1', 'Usage', 'AmazonEC2', 'usage', NULL, 'AWS', 'usage', NULL, 30),
('100', '2', 'I1', 'Usage', 'AmazonEC2', 'usage', NULL, 'AWS', 'usage', NULL, 10),
('100', '2', 'I1', 'Usage', 'AmazonEC2', 'usage', NULL, 'AWS', 'usage', 'split-cost', 500),
('100', '3', 'I1', 'Usage', 'AmazonEC2', 'free', NULL, 'AWS', 'usage', NULL, 0),
('200', '4', 'I1', 'Usage', 'AmazonEC2', 'usage', NULL, 'AWS', 'usage', NULL, 40)`

// written stores the lines as a load's file would be.
func written(t *testing.T) (engine.Session, []string) {
	t.Helper()
	e, err := duckdb.Open("200MB", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	s, err := e.Session(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	dir := t.TempDir()
	_, err = s.Write(context.Background(), `SELECT
		'x' AS part, payer AS billing_account_id, account AS sub_account_id, invoice AS invoice_id, type AS x_line_item_type, service AS x_service_code,
		CAST(NULL AS VARCHAR) AS x_usage_type, description AS charge_description, commitment AS commitment_discount_id, 'USD' AS billing_currency,
		CASE type WHEN 'Usage' THEN 'Usage' WHEN 'Credit' THEN 'Credit' WHEN 'Fee' THEN 'Purchase' WHEN 'SavingsPlanUpfrontFee' THEN 'Purchase'
			ELSE 'Adjustment' END AS charge_category, 'aws' AS x_provider, CAST(NULL AS VARCHAR) AS sub_account_name, service AS service_name, seller AS x_billing_entity,
		CAST(NULL AS VARCHAR) AS publisher_name, class AS x_class, fence AS x_fence, CAST(cost AS DECIMAL(38, 18)) AS billed_cost,
		TIMESTAMP '2026-05-04 10:00:00' AS charge_period_start
		FROM (VALUES `+lines+`) v(payer, account, invoice, type, service, description, commitment, seller, class, fence, cost)`, dir, "part", 1)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.parquet"))
	if err != nil || len(files) == 0 {
		t.Fatalf("files %v, %v", files, err)
	}
	return s, files
}

// R27: entries are collected by account and provider invoice; fenced lines,
// other classes and what comes to 0 are not among them.
func TestCollect(t *testing.T) {
	s, files := written(t)
	entries, err := entry.Collect(context.Background(), s, month(t, "2026-05"), files)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	var got []string
	for _, e := range entries {
		ids[e.ID] = true
		got = append(got, fmt.Sprintf("%s %s %s %q %s", e.Account, e.ProviderInvoice, e.Kind, e.Label(), e.Amount))
		if e.State != entry.Open || e.Origin != entry.Collected || e.Start.String() != "2026-05-04" || e.Payer != "100" || e.Provider != "aws" || e.Currency != "USD" {
			t.Errorf("entry %+v", e)
		}
	}
	want := []string{
		`1 I1 upfront "Upfront fee AmazonEC2" 120.500000000000000001`,
		`1 I1 fee "Fee AmazonRegistrar" 12`,
		`1 I2 fee "Fee AmazonRegistrar" 13`,
		`1 I1 marketplace "Marketplace prod-1" 99`,
		`100 I1 support "Support fee AWSSupportBusiness" 100`,
		`100 I1 refund "Refund AWSSupportBusiness" -10`,
		`2 I1 credit "Credit AmazonEC2" -5`,
		`2 I1 discount "Discount AmazonEC2" -3`,
		`2  upfront "Upfront fee ComputeSavingsPlans" 365`,
		`2 I1 other "Adjustment AmazonEC2" 1`,
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) || len(ids) != len(want) {
		t.Errorf("%d ids, got\n%q\nwant\n%q", len(ids), got, want)
	}
	again, err := entry.Collect(context.Background(), s, month(t, "2026-05"), files)
	if err != nil || !slices.EqualFunc(again, entries, func(a, b entry.Entry) bool { return a.ID == b.ID }) {
		t.Errorf("collected again the ids are others: %v", err)
	}
	june, err := entry.Collect(context.Background(), s, month(t, "2026-06"), files)
	if err != nil || len(june) == 0 || ids[june[0].ID] {
		t.Errorf("the ids of another month are the same: %v", err)
	}
}

func TestUsage(t *testing.T) {
	s, files := written(t)
	got, err := entry.Usage(context.Background(), s, files, "100", "USD")
	if err != nil || len(got) != 2 || got["1"].String() != "30" || got["2"].String() != "10" {
		t.Errorf("usage %v, %v; want 30 of account 1 and 10 of account 2", got, err)
	}
	if none, err := entry.Usage(context.Background(), s, files, "100", "EUR"); err != nil || len(none) != 0 {
		t.Errorf("usage in euros: %v, %v", none, err)
	}
}
