package ingest_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/source"
)

const (
	walabs      = "aws-cur-walabs-parquet-2018/"
	walabsPayer = "836060457634"
)

// readJSON reads a file of expected numbers.
func readJSON(t *testing.T, file string, to any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, to)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A real, final month in Parquet, whose numbers are doubles: the sums are those
// of their shortest decimals.
func TestRealParquet(t *testing.T) {
	file := testdata(t, walabs+"Oct2018-WorkshopCUR-00001.snappy.parquet")
	var expected map[string]struct {
		Rows       int64                        `json:"rows"`
		RowsByType map[string]json.Number       `json:"rows_by_type"`
		Totals     map[string]json.Number       `json:"totals"`
		Sums       map[string]map[string]string `json:"sums"`
	}
	readJSON(t, testdata(t, walabs+"totals.json"), &expected)
	want := expected["Oct2018"]
	e := openEngine(t)
	dir, result := loaded(t, e, walabsPayer, "2018-10", file)

	if result.Totals.Rows != want.Rows || result.Totals.OpenUsage != 0 || !result.Totals.InvoiceIDs {
		t.Errorf("%d rows of a final month, %d not final, invoice ids %v; want %d rows", result.Totals.Rows, result.Totals.OpenUsage, result.Totals.InvoiceIDs, want.Rows)
	}
	same(t, "unblended by ingest", result.Totals.Money()["USD"], number(t, "4064.4831315379"))
	sameNumbers(t, "rows", query(t, e, dir, `SELECT x_line_item_type, count(*) FROM line_items GROUP BY 1`), want.RowsByType)
	for file, lake := range map[string]string{
		"line_item_unblended_cost":                                    "billed_cost",
		"line_item_blended_cost":                                      "x_blended_cost",
		"pricing_public_on_demand_cost":                               "list_cost",
		"reservation_recurring_fee_for_usage":                         "x_reservation_recurring_for_usage",
		"reservation_amortized_upfront_cost_for_usage":                "x_reservation_upfront_for_usage",
		"reservation_unused_recurring_fee":                            "x_reservation_unused_recurring",
		"reservation_amortized_upfront_fee_for_billing_period":        "x_reservation_upfront_for_period",
		"reservation_unused_amortized_upfront_fee_for_billing_period": "x_reservation_unused_upfront",
		"reservation_effective_cost":                                  "CASE WHEN x_line_item_type = 'DiscountedUsage' THEN effective_cost END",
	} {
		same(t, file, total(t, e, dir, lake), number(t, want.Totals[file].String()))
	}
	sameNumbers(t, "unblended by account", sums(t, e, dir, "sub_account_id", "billed_cost"), want.Sums["account"])
	sameNumbers(t, "blended by account", sums(t, e, dir, "sub_account_id", "x_blended_cost"), want.Sums["account_blended"])
	sameNumbers(t, "on demand by account", sums(t, e, dir, "sub_account_id", "list_cost"), want.Sums["account_public_on_demand"])
	sameNumbers(t, "unblended by type", sums(t, e, dir, "x_line_item_type", "billed_cost"), want.Sums["type"])
	sameNumbers(t, "unblended by service", sums(t, e, dir, "x_service_code", "billed_cost"), want.Sums["product"])
	sameNumbers(t, "unblended by account and type", sums(t, e, dir, "concat(sub_account_id, '|', x_line_item_type)", "billed_cost"), want.Sums["account_type"])

	// Amortized: usage as billed, reservations by their effective cost, and what
	// of the fees was not used; the fees themselves are not in it.
	amortized := money.Sum(
		number(t, want.Sums["type"]["Usage"]), number(t, want.Totals["reservation_effective_cost"].String()),
		number(t, want.Totals["reservation_unused_recurring_fee"].String()),
		number(t, want.Totals["reservation_unused_amortized_upfront_fee_for_billing_period"].String()))
	same(t, "amortized", total(t, e, dir, "effective_cost"), amortized)
}

// The pricing keys of a load are the distinct key columns of its file, asked of
// the provider's file itself. They are more than the 284 that product, usage
// type, operation and the like would give: bill type, description and
// the instance type are part of ours.
func TestRealPricingKeys(t *testing.T) {
	file := testdata(t, walabs+"Oct2018-WorkshopCUR-00001.snappy.parquet")
	e := openEngine(t)
	dir, _ := loaded(t, e, walabsPayer, "2018-10", file)
	want := queryViews(t, e, `SELECT 'keys', count(*) FROM (SELECT DISTINCT
		bill_payer_account_id, line_item_currency_code, bill_bill_type, bill_billing_entity, line_item_line_item_type,
		line_item_product_code, coalesce(nullif(product_product_name, ''), product_servicename), product_region,
		line_item_usage_type, line_item_operation, product_sku, product_instance_type, pricing_unit,
		line_item_line_item_description FROM raw)`, map[string][]string{"raw": {file}})
	sameNumbers(t, "number", query(t, e, dir, `SELECT 'keys', count(DISTINCT x_pricing_key) FROM line_items`), want)
	sameNumbers(t, "rows", queryViews(t, e, `SELECT 'keys', count(*) FROM keys`, map[string][]string{"keys": {dir + "/keys.parquet"}}), want)
}

// For each reservation: its fee, what of it was used and by which lines.
func TestRealReservations(t *testing.T) {
	file := testdata(t, walabs+"Oct2018-WorkshopCUR-00001.snappy.parquet")
	var expected map[string]struct{ RIs []map[string]any }
	readJSON(t, testdata(t, walabs+"ri_oracle.json"), &expected)
	e := openEngine(t)
	dir, _ := loaded(t, e, walabsPayer, "2018-10", file)
	const reservation = `split_part(commitment_discount_id, '/', -1)`
	for field, column := range map[string]string{
		"fee":                       "CASE WHEN x_line_item_type = 'RIFee' THEN billed_cost END",
		"unused_recurring":          "x_reservation_unused_recurring",
		"used_recurring_from_usage": "x_reservation_recurring_for_usage",
		"amort_month":               "x_reservation_upfront_for_period",
		"unused_amort":              "x_reservation_unused_upfront",
		"used_amort_from_usage":     "x_reservation_upfront_for_usage",
		"used_hours":                "CASE WHEN x_line_item_type = 'DiscountedUsage' THEN pricing_quantity END",
		"reserved_hours":            "CASE WHEN x_line_item_type = 'RIFee' THEN pricing_quantity END",
	} {
		want := map[string]string{}
		for _, ri := range expected["Oct"].RIs {
			want[ri["arn"].(string)] = ri[field].(string)
		}
		sameNumbers(t, field, query(t, e, dir, `SELECT `+reservation+`, sum(`+column+`)
			FROM line_items WHERE commitment_discount_id IS NOT NULL GROUP BY 1`), want)
	}
}

// A real month in CSV with a column for each part of a name, tax lines and no
// invoice yet.
func TestRealLegacyCSV(t *testing.T) {
	const folder = "aws-cur-legacy-finopsfoundation/"
	file := testdata(t, folder+"sample-anonymous-aws-export-dataset.csv")
	in := readTable(t, file)
	e := openEngine(t)
	dir, result := loaded(t, e, "123412340534", "2023-11", file)
	same(t, "unblended", total(t, e, dir, "billed_cost"), number(t, "1.68230869740"))
	same(t, "blended", total(t, e, dir, "x_blended_cost"), number(t, "1.68230869740"))
	same(t, "on demand", total(t, e, dir, "list_cost"), number(t, "3.35617269490"))
	quantity, _ := in.sum(t, "lineItem/UsageAmount")
	same(t, "quantity", total(t, e, dir, "pricing_quantity"), quantity)
	same(t, "tax", number(t, sums(t, e, dir, "x_class", "billed_cost")["tax"]), number(t, "0.08"))
	if result.Totals.Rows != 1281 || result.Totals.OpenUsage != 1269 || codes(result) != "" {
		t.Errorf("%d rows, %d usage without invoice, findings %q; want 1281, 1269 and none", result.Totals.Rows, result.Totals.OpenUsage, codes(result))
	}
	// What has no place of its own is kept as it stands.
	at := in.column(t, "product/servicecode")
	services := map[string]int64{}
	for _, row := range in.rows {
		services[row[at]]++
	}
	for service, n := range query(t, e, dir, `SELECT coalesce(json_extract_string(x_columns, '$."product/servicecode"'), ''), count(*) FROM line_items GROUP BY 1`) {
		same(t, "lines of "+service, number(t, n), money.FromInt(services[service]))
	}
}

// Two reports in a bucket with manifests, with more digits than any provider
// writes: what is beyond 18 is rounded half to even and told to the last digit.
func TestRealLocalBucket(t *testing.T) {
	folder := testdata(t, "koku-aws-local-bucket")
	place, err := source.Open(t.Context(), folder, source.Access{})
	if err != nil {
		t.Fatal(err)
	}
	defer place.Close()
	deliveries, err := place.Deliveries(t.Context(), source.AWSCUR, month(t, "2018-08"))
	if err != nil || len(deliveries) != 2 {
		t.Fatalf("%d deliveries, %v; want 2", len(deliveries), err)
	}
	e := openEngine(t)
	for _, d := range deliveries {
		t.Run(d.Report, func(t *testing.T) {
			file := testdata(t, "koku-aws-local-bucket/"+d.Files[0].Key)
			in := readTable(t, file)
			payer := in.rows[0][in.column(t, "bill/PayerAccountId")]
			dir, result, err := loadDelivery(t, e, place, d, payer)
			if err != nil {
				t.Fatal(err)
			}
			conserved(t, e, dir, result)
			for column, lake := range map[string]string{
				"lineItem/UnblendedCost": "billed_cost", "lineItem/BlendedCost": "x_blended_cost",
				"pricing/publicOnDemandCost": "list_cost", "lineItem/UsageAmount": "pricing_quantity",
			} {
				kept, lost := in.sum(t, column)
				same(t, column, total(t, e, dir, lake), kept)
				if !lost.IsZero() {
					same(t, "lost of "+column, finding(t, result, "lost-digits", column).Amount, lost)
				}
			}
			if f := finding(t, result, "lost-digits", "lineItem/UnblendedCost"); f.Amount.IsZero() {
				t.Error("the file loses digits, and none are told")
			}

			months := in.count(t, "bill/BillingPeriodStartDate")
			others := result.Totals.Rows - months["2018-08-01T00:00:00Z"]
			if others == 0 {
				return
			}
			f := finding(t, result, "other-period", "")
			at, cost := in.column(t, "bill/BillingPeriodStartDate"), in.column(t, "lineItem/UnblendedCost")
			amount := money.Zero
			for _, row := range in.rows {
				if row[at] != "2018-08-01T00:00:00Z" {
					amount = amount.Add(number(t, row[cost]).Round(18, money.HalfEven))
				}
			}
			if f.Count != others || f.Severity != "hold" || f.Currency != "USD" {
				t.Errorf("other-period: %+v, want %d lines in USD", f, others)
			}
			same(t, "cost of other months", f.Amount, amount)
		})
	}
}

// Small files of both generations of the report: zip and gzip.
func TestRealMock(t *testing.T) {
	e := openEngine(t)
	const folder = "aws-cur-keboola-mock/mock_data/"
	for file, want := range map[string]struct{ period, invoice, cost string }{
		folder + "cur_1_0/MockTestReport-00001.csv.zip":  {"2024-01", "123456789", "0.045152"},
		folder + "cur_1_0/sample_billing_data.csv":       {"2024-01", "123456789", "0.045152"},
		folder + "cur_2_0/MockTestReportV2-00001.csv.gz": {"2024-09", "987654321", "0.108304"},
	} {
		t.Run(file, func(t *testing.T) {
			file := testdata(t, file)
			in := readTable(t, file)
			dir, result := loaded(t, e, "123456789012", want.period, file)
			sameNumbers(t, "cost of invoice", sums(t, e, dir, "invoice_id", "billed_cost"), map[string]string{want.invoice: want.cost})
			sameNumbers(t, "blended of invoice", sums(t, e, dir, "invoice_id", "x_blended_cost"), map[string]string{want.invoice: want.cost})
			if result.Totals.Rows != int64(len(in.rows)) || codes(result) != "" {
				t.Errorf("%d rows and findings %q, want %d and none", result.Totals.Rows, codes(result), len(in.rows))
			}
		})
	}
}

// The same four lines under the names of both generations become the same lines.
func TestRealSameLines(t *testing.T) {
	legacy := testdata(t, "aws-cur-sbroenne/sample-legacy-csv.csv")
	second := testdata(t, "aws-cur-sbroenne/sample-cur20.csv")
	e := openEngine(t)
	in := readTable(t, legacy)
	period := in.rows[0][in.column(t, "lineItem/UsageStartDate")][:7]
	one, result := loaded(t, e, "123456789012", period, legacy)
	two, _ := loaded(t, e, "123456789012", period, second)
	views := map[string][]string{"one": parts(t, one), "two": parts(t, two)}
	const lines = `SELECT * EXCLUDE (x_file) FROM `
	got := queryViews(t, e, `SELECT 'only in one', count(*) FROM (`+lines+`one EXCEPT ALL `+lines+`two)
		UNION ALL SELECT 'only in two', count(*) FROM (`+lines+`two EXCEPT ALL `+lines+`one)
		UNION ALL SELECT 'lines', count(*) FROM one`, views)
	sameNumbers(t, "number", got, map[string]string{"only in one": "0", "only in two": "0", "lines": "4"})
	same(t, "unblended", total(t, e, one, "billed_cost"), number(t, "0.0652"))
	if got := codes(result); got != "info assumed, info assumed" {
		t.Errorf("findings %q, want currency and line type assumed", got)
	}
}
