package ingest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sample"
	"github.com/sluice-billing/sluice/internal/source"
)

// A month is made with sums that never were in a file, in each format, and the
// lake has the same sums.
func TestSampleMonth(t *testing.T) {
	e := openEngine(t)
	kinds := map[string]string{
		"cur-csv-gz": source.AWSCUR, "cur-csv-zip": source.AWSCUR, "cur-parquet": source.AWSCUR,
		"cur2": source.AWSCUR2, "cur2-parquet": source.AWSCUR2, "focus": source.FOCUS, "focus-parquet": source.FOCUS,
	}
	for _, format := range sample.Formats {
		t.Run(format, func(t *testing.T) {
			folder := t.TempDir()
			want, err := sample.Generate(t.Context(), folder, sample.Options{
				Lines: 5000, Accounts: 12, Format: format, Seed: 7, Period: month(t, "2026-07"), Chunks: 3, InvoiceID: "2026071",
			})
			if err != nil {
				t.Fatal(err)
			}
			place, err := source.Open(t.Context(), folder, source.Access{})
			if err != nil {
				t.Fatal(err)
			}
			defer place.Close()
			deliveries, err := place.Deliveries(t.Context(), kinds[format], month(t, "2026-07"))
			if err != nil || len(deliveries) != 1 {
				t.Fatalf("%d deliveries, %v; want 1", len(deliveries), err)
			}
			dir, result, err := loadDelivery(t, e, place, deliveries[0], "111111111111")
			if err != nil {
				t.Fatal(err)
			}
			conserved(t, e, dir, result)

			same(t, "rows", money.FromInt(result.Totals.Rows), money.FromInt(want.Rows))
			same(t, "unblended", total(t, e, dir, "billed_cost"), want.Unblended)
			same(t, "blended", total(t, e, dir, "x_blended_cost"), want.Blended)
			same(t, "amortized", total(t, e, dir, "effective_cost"), want.Amortized)
			const counted = "CASE WHEN coalesce(x_fence, '') <> 'negation' THEN "
			same(t, "list", total(t, e, dir, counted+"list_cost END"), want.List)
			quantity := counted + "CASE WHEN x_line_item_type IN ('Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage') THEN pricing_quantity END END"
			if kinds[format] == source.FOCUS {
				quantity = "consumed_quantity"
			}
			same(t, "quantity", total(t, e, dir, quantity), want.UsageQuantity)
			sameDecimals(t, "unblended by account", sums(t, e, dir, "sub_account_id", "billed_cost"), want.ByAccount)
			sameDecimals(t, "unblended by service", sums(t, e, dir, "x_service_code", "billed_cost"), want.ByService)
			sameDecimals(t, "unblended by type", sums(t, e, dir, "x_line_item_type", "billed_cost"), want.ByLineType)
			sameDecimals(t, "unblended by invoice", sums(t, e, dir, "invoice_id", "billed_cost"), want.ByInvoice)
			if result.Totals.OpenUsage != 0 {
				t.Errorf("%d usage lines without invoice, want none", result.Totals.OpenUsage)
			}
		})
	}
}

// Net cost is summed up while parsing, to the last digit of what was generated; where
// an export has none, the sum stays away from the record.
func TestSampleNetCost(t *testing.T) {
	e := openEngine(t)
	for _, o := range []sample.Options{
		{Format: "cur-csv-gz", Discounts: sample.DiscountsAsColumns}, {Format: "cur2-parquet", Discounts: sample.DiscountsAsColumns},
		{Format: "cur-csv-gz", Discounts: sample.DiscountsAsLines}, {Format: "focus"},
	} {
		t.Run(o.Format+" "+string(o.Discounts), func(t *testing.T) {
			folder := t.TempDir()
			o.Lines, o.Accounts, o.Seed, o.Chunks, o.SplitCost = 3000, 8, 11, 3, o.Format != "focus"
			o.Period, o.InvoiceID = month(t, "2026-07"), "2026071"
			want, err := sample.Generate(t.Context(), folder, o)
			if err != nil {
				t.Fatal(err)
			}
			place, err := source.Open(t.Context(), folder, source.Access{})
			if err != nil {
				t.Fatal(err)
			}
			defer place.Close()
			kind := map[string]string{"cur-csv-gz": source.AWSCUR, "cur2-parquet": source.AWSCUR2, "focus": source.FOCUS}[o.Format]
			deliveries, err := place.Deliveries(t.Context(), kind, o.Period)
			if err != nil || len(deliveries) != 1 {
				t.Fatalf("%d deliveries, %v; want 1", len(deliveries), err)
			}
			dir, result, err := loadDelivery(t, e, place, deliveries[0], "111111111111")
			if err != nil {
				t.Fatal(err)
			}
			conserved(t, e, dir, result)
			if len(result.Totals.Invoices) != 2 {
				t.Fatalf("invoices %+v, want the provider's and the marketplace's", result.Totals.Invoices)
			}
			for _, i := range result.Totals.Invoices {
				billed, net := want.ByInvoice[i.ID], want.ByInvoice[i.ID]
				if o.Discounts == sample.DiscountsAsColumns {
					net = want.NetByInvoice[i.ID]
				}
				same(t, "billed of "+i.ID, i.Billed, billed)
				same(t, "net of "+i.ID, i.AfterDiscounts(), net)
				if (i.Net != nil) == net.Equal(billed) {
					t.Errorf("invoice %s: net is kept as %v, net %s, billed %s", i.ID, i.Net, net, billed)
				}
				record, err := json.Marshal(i)
				if err != nil || strings.Contains(string(record), `"net"`) != (i.Net != nil) {
					t.Errorf("%v, recorded as %s", err, record)
				}
			}
		})
	}
}

func sameDecimals(t *testing.T, what string, got map[string]string, want map[string]money.Decimal) {
	t.Helper()
	texts := map[string]string{}
	for key, w := range want {
		texts[key] = w.String()
	}
	sameNumbers(t, what, got, texts)
}
