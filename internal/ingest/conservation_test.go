package ingest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/source"
)

// costLine is one row of a report: its text, its cost and what that is summed by.
type costLine struct {
	text, key string
	cost      money.Decimal
}

var randomLine = rapid.Custom(func(t *rapid.T) costLine {
	account := rapid.SampledFrom([]string{"111111111111", "222222222222", "333333333333"}).Draw(t, "account")
	kind := rapid.SampledFrom([]string{"Usage", "Tax", "Credit", "Refund", "DiscountedUsage"}).Draw(t, "type")
	invoice := rapid.SampledFrom([]string{"", "INV-1", "INV-2"}).Draw(t, "invoice")
	operation := rapid.SampledFrom([]string{"RunInstances", "EKSPod-EC2"}).Draw(t, "operation")
	cost := rapid.StringMatching(`[-+]?(0|[1-9][0-9]{0,14})(\.[0-9]{1,18})?`).Draw(t, "cost")
	return costLine{
		text: strings.Join([]string{"2024-05-02T00:00:00Z", "111111111111", account, kind, operation, invoice, "USD", cost}, ","),
		key:  strings.Join([]string{account, kind, operation, invoice}, " "),
		cost: money.MustParse(cost),
	}
})

// Σ billed in the lake = Σ billed in the text, for every account, type and
// invoice, to the last digit, in whatever order and files the rows come.
func TestMoneyConserved(t *testing.T) {
	e := openEngine(t)
	folder := t.TempDir()
	const header = "lineItem/UsageStartDate,bill/PayerAccountId,lineItem/UsageAccountId,lineItem/LineItemType,lineItem/Operation,bill/InvoiceId,lineItem/CurrencyCode,lineItem/UnblendedCost\n"
	const key = "concat_ws(' ', sub_account_id, x_line_item_type, x_operation, coalesce(invoice_id, ''))"
	rapid.Check(t, func(rt *rapid.T) {
		lines := rapid.SliceOfN(randomLine, 1, 40).Draw(rt, "lines")
		want, sum, fenced := map[string]money.Decimal{}, money.Zero, money.Zero
		for _, l := range lines {
			want[l.key] = want[l.key].Add(l.cost)
			if strings.Contains(l.key, "EKSPod-EC2") {
				fenced = fenced.Add(l.cost)
			} else {
				sum = sum.Add(l.cost)
			}
		}
		order := rapid.Permutation(lines).Draw(rt, "order")
		cut := rapid.IntRange(0, len(order)).Draw(rt, "cut")
		for _, files := range [][][]costLine{{lines}, {order[:cut], order[cut:]}} {
			var names []string
			for i, file := range files {
				name := filepath.Join(folder, string('a'+rune(i))+".csv")
				text := header
				for _, l := range file {
					text += l.text + "\n"
				}
				if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
					rt.Fatal(err)
				}
				names = append(names, name)
			}
			// A name of its own, as in the lake: the engine remembers what it read of a file.
			dir, err := os.MkdirTemp(folder, "load")
			if err != nil {
				rt.Fatal(err)
			}
			result := loadInto(rt, t, e, dir, names)
			ingested, ingestedFenced := money.Zero, money.Zero
			for _, i := range result.Totals.Invoices {
				ingested, ingestedFenced = ingested.Add(i.Billed), ingestedFenced.Add(i.Fenced)
			}
			if !ingested.Equal(sum) || !ingestedFenced.Equal(fenced) || result.Totals.Rows != int64(len(lines)) {
				rt.Fatalf("ingest counted %s and %s fenced on %d rows, want %s, %s, %d", ingested, ingestedFenced, result.Totals.Rows, sum, fenced, len(lines))
			}
			got := sums(t, e, dir, key, "billed_cost")
			for k, w := range want {
				if !number(t, got[k]).Equal(w) {
					rt.Fatalf("%s: the lake has %s, the text %s", k, got[k], w)
				}
			}
			if len(got) != len(want) {
				rt.Fatalf("the lake has %v, the text %v", got, want)
			}
			if err := os.RemoveAll(dir); err != nil {
				rt.Fatal(err)
			}
		}
	})
}

// loadInto loads local files of payer 111111111111 and May 2024.
func loadInto(rt *rapid.T, t *testing.T, e engine.Engine, dir string, files []string) ingest.Result {
	place, delivery, err := source.LocalFiles(t.Context(), files, month(t, "2024-05"))
	if err != nil {
		rt.Fatal(err)
	}
	defer place.Close()
	result, err := ingest.Load(t.Context(), ingest.Input{
		Place: place, Delivery: delivery, Payer: billing.Payer{ID: "111111111111", Provider: "aws"},
		Dir: dir, Keys: filepath.Join(dir, "keys.parquet"), Engine: e,
	})
	if err != nil {
		rt.Fatal(err)
	}
	return result
}
