package ingest_test

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/money"
)

// The same rows as JSON lines, packed, and as a Parquet file with nested columns are
// the same lines.
func TestGoogleParquet(t *testing.T) {
	e, folder := openEngine(t), t.TempDir()
	packed, nested := filepath.Join(folder, "usage.json.gz"), filepath.Join(folder, "usage.parquet")
	file, err := os.Create(packed)
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(file)
	_, err = z.Write([]byte(`{"billing_account_id":"A","service":{"id":"6F81","description":"Compute Engine"},"usage_start_time":"2024-05-02 10:00:00 UTC","project":{"id":"web"},"labels":[{"key":"env","value":"prod"}],"cost":0.1,"currency":"EUR","usage":{"amount_in_pricing_units":2.5},"credits":[{"name":"SUD","amount":-0.02,"type":"SUSTAINED_USAGE_DISCOUNT"},{"name":"Welcome","amount":-1e-07,"type":"PROMOTION"}],"invoice":{"month":"202405"},"cost_type":"regular"}
{"billing_account_id":"A","service":{"id":"6F81","description":"Compute Engine"},"usage_start_time":"2024-05-02 11:00:00 UTC","cost":3,"currency":"EUR","invoice":{"month":"202405"},"cost_type":"tax"}
`))
	if err == nil {
		err = z.Close()
	}
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	session, err := e.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	if err := session.Exec(t.Context(), `COPY (
		SELECT 'A' AS billing_account_id, {'id': '6F81', 'description': 'Compute Engine'} AS service, TIMESTAMPTZ '2024-05-02 10:00:00+00' AS usage_start_time,
			{'id': 'web'} AS project, [{'key': 'env', 'value': 'prod'}] AS labels, 0.1::DOUBLE AS cost, 'EUR' AS currency, {'amount_in_pricing_units': 2.5::DOUBLE} AS usage,
			[{'name': 'SUD', 'amount': -0.02::DOUBLE, 'type': 'SUSTAINED_USAGE_DISCOUNT'}, {'name': 'Welcome', 'amount': -0.0000001::DOUBLE, 'type': 'PROMOTION'}] AS credits,
			{'month': '202405'} AS invoice, 'regular' AS cost_type
		UNION ALL
		SELECT 'A', {'id': '6F81', 'description': 'Compute Engine'}, TIMESTAMPTZ '2024-05-02 11:00:00+00', NULL, NULL, 3, 'EUR', NULL, NULL, {'month': '202405'}, 'tax'
	) TO '`+nested+`' (FORMAT parquet)`); err != nil {
		t.Fatal(err)
	}
	var lines []map[string]string
	for _, name := range []string{packed, nested} {
		dir, result := loaded(t, e, "A", "2024-05", name)
		if result.Totals.Rows != 4 || len(result.Findings) != 0 {
			t.Errorf("%s: %d lines, %v; want 2 and 2 credits", name, result.Totals.Rows, result.Findings)
		}
		// 0.1 - 0.02 - 0.0000001 + 3
		same(t, "billed", total(t, e, dir, "billed_cost"), money.MustParse("3.0799999"))
		lines = append(lines, query(t, e, dir, `SELECT x_row, concat_ws(' ', sub_account_id, x_class, x_line_item_type, charge_category, x_service_code, service_name,
			charge_description, billed_cost, pricing_quantity, charge_period_start, billing_period_start, CAST(tags AS VARCHAR)) FROM line_items`))
	}
	for row, line := range lines[0] {
		if lines[1][row] != line || !strings.Contains(line, "6F81") {
			t.Errorf("row %s is %q in JSON, %q in Parquet", row, line, lines[1][row])
		}
	}
}
