package app_test

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/proof"
)

// books is what a reseller must bill and reconcile, read from the provider's
// files by the standard library.
type books struct {
	rows      int64
	cost      billing.Money            // of all lines
	byInvoice map[string]money.Decimal // of all lines
	accounts  map[string]billing.Money // lines that stand on an invoice, by account
}

// readBooks reads CSV files of a payer, a cost and usage report or FOCUS. A
// number keeps the 18 fractional digits that the lake has.
func readBooks(t *testing.T, payer string, files ...string) books {
	t.Helper()
	b := books{cost: billing.Money{}, byInvoice: map[string]money.Decimal{}, accounts: map[string]billing.Money{}}
	for _, file := range files {
		rows := readCSV(t, file)
		at := map[string]int{}
		for i, name := range rows[0] {
			at[strings.NewReplacer("/", "", "_", "").Replace(strings.ToLower(name))] = i
		}
		for _, row := range rows[1:] {
			value := func(names ...string) string {
				for _, name := range names {
					if i, ok := at[name]; ok && i < len(row) && row[i] != "" && row[i] != "NULL" {
						return row[i]
					}
				}
				return ""
			}
			cost := money.MustParse(value("lineitemunblendedcost", "billedcost")).Round(18, money.HalfEven)
			account := value("lineitemusageaccountid", "subaccountid", "billpayeraccountid", "billingaccountid")
			currency := money.Currency(value("lineitemcurrencycode", "billingcurrency"))
			if currency == "" {
				currency = "USD"
			}
			invoice := value("billinvoiceid", "invoiceid")
			b.rows++
			b.cost.Add(currency, cost)
			b.byInvoice[invoice] = b.byInvoice[invoice].Add(cost)
			if b.accounts[account] == nil {
				b.accounts[account] = billing.Money{}
			}
			if onInvoice(value) {
				b.accounts[account].Add(currency, cost)
			}
		}
	}
	return b
}

// onInvoice tells whether a line stands on its customer's invoice: usage,
// marketplace and commitments' recurring fees; tax and entries do not.
func onInvoice(value func(...string) string) bool {
	if category := value("chargecategory"); category != "" {
		return category == "Usage" || category == "Purchase" && value("commitmentdiscountid") != "" && value("chargefrequency") == "Recurring"
	}
	switch value("lineitemlineitemtype") {
	case "", "Usage", "DiscountedUsage", "SavingsPlanCoveredUsage", "SavingsPlanNegation", "RIFee", "SavingsPlanRecurringFee":
		return true
	}
	return false
}

func readCSV(t *testing.T, file string) [][]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var text io.Reader = f
	if strings.HasSuffix(file, ".gz") {
		if text, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	r := csv.NewReader(text)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// declareBooks declares the payer and deals its accounts out in turn: to the
// reseller itself, to group one and to group two. Invoices of the provider are
// entered with their total in cents.
func declareBooks(t *testing.T, a *app.App, provider, payer, period string, b books) {
	t.Helper()
	owned := make([][]string, 3)
	for i, account := range slices.Sorted(maps.Keys(b.accounts)) {
		owned[i%3] = append(owned[i%3], account)
	}
	quoted := func(accounts []string) string { return `["` + strings.Join(accounts, `", "`) + `"]` }
	yaml := fmt.Sprintf(`
payers: [{id: %q, provider: %s}]
customers: [{id: acme, name: ACME}]
`, payer, provider)
	if len(owned[0]) > 0 {
		yaml += "reseller: {name: Reseller, currency: USD, accounts: " + quoted(owned[0]) + "}\n"
	} else {
		yaml += "reseller: {name: Reseller, currency: USD}\n"
	}
	var groups string
	for i, id := range []string{"one", "two"} {
		if len(owned[i+1]) > 0 {
			groups += fmt.Sprintf("  - {id: %s, customer: acme, currency: USD, cost_basis: unblended, claims: [{accounts: %s}]}\n", id, quoted(owned[i+1]))
		}
	}
	if groups != "" {
		yaml += "billing_groups:\n" + groups
	}
	var invoices string
	for id, total := range b.byInvoice {
		if id != "" {
			invoices += fmt.Sprintf("  - {id: %q, payer: %q, month: %s, currency: %s, total: %q}\n", id, payer, period, slices.Sorted(maps.Keys(b.cost))[0], total.Round(2, money.HalfUp))
		}
	}
	if invoices != "" {
		yaml += "provider_invoices:\n" + invoices
	}
	apply(t, a, yaml)
}

// billed checks a month's certificate and documents against the books.
func (b books) billed(t *testing.T, a *app.App, period billing.Period, c proof.Certificate) {
	t.Helper()
	proved(t, c, b.byInvoice)
	cost := billing.Money{}
	for _, total := range c.Totals {
		cost.Add(total.Currency, total.Cost)
	}
	if diff := cost.Minus(b.cost); len(diff) > 0 || c.Ownership.Lines != b.rows || c.Ownership.Charged != b.rows {
		t.Errorf("cost %v of %+v, want %v of %d lines", cost, c.Ownership, b.cost, b.rows)
	}
	documents, err := a.Documents.Invoices(context.Background(), period)
	if err != nil {
		t.Fatal(err)
	}
	owned := map[string]billing.Money{}
	for i, account := range slices.Sorted(maps.Keys(b.accounts)) {
		if i%3 != 0 && len(b.accounts[account]) > 0 {
			owned[account] = b.accounts[account]
		}
	}
	got := map[string]billing.Money{}
	for _, d := range documents {
		for _, account := range d.Accounts {
			if got[account.Account] == nil {
				got[account.Account] = billing.Money{}
			}
			for _, l := range account.Lines {
				got[account.Account].Add(l.CostCurrency, l.Cost)
			}
		}
	}
	if len(got) != len(owned) {
		t.Errorf("accounts on documents %v, want %v", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(owned)))
	}
	for account, want := range owned {
		if diff := want.Minus(got[account]); len(diff) > 0 {
			t.Errorf("account %s is billed %v, want %v", account, got[account], want)
		}
	}
}

// Real and made-up files of providers, the whole way to invoices. What holds
// their close is expected, and waived by code.
func TestRealFiles(t *testing.T) {
	const koku, samples = "koku-provider-csv/", "focus-1.2-1.3-samples/"
	tests := []struct {
		file, provider, payer, period string
		cost                          billing.Money // as the data's own description has it
		holds                         []string
	}{
		{"aws-cur-legacy-finopsfoundation/sample-anonymous-aws-export-dataset.csv", "aws", "123412340534", "2023-11", dollars("1.6823086974"), []string{"not-final"}},
		{"aws-cur-sbroenne/sample-legacy-csv.csv", "aws", "123456789012", "2025-01", dollars("0.0652"), nil},
		{"aws-cur-sbroenne/sample-cur20.csv", "aws", "123456789012", "2025-01", dollars("0.0652"), nil},
		{"aws-cur-keboola-mock/mock_data/cur_1_0/sample_billing_data.csv", "aws", "123456789012", "2024-01", dollars("0.045152"), nil},
		{"focus-1.0-sample/focus_sample.csv", "aws", "1234567890123", "2024-09", dollars("20.52022672899"), []string{"other-payer", "other-period"}},
		{koku + "test_cur.csv", "aws", "6838635603105", "2018-06", nil, []string{"not-final", "ragged-rows"}},
		{koku + "test_cur.csv.gz", "aws", "6838635603105", "2018-06", nil, []string{"not-final", "ragged-rows"}},
		{koku + "aws_2023-06-01.csv", "aws", "0099999999999", "2023-06", billing.Money{"NOK": money.FromInt(30)}, nil},
		{koku + "aws_2023-06-01-not-final.csv", "aws", "9999999999999", "2023-06", billing.Money{"NOK": money.FromInt(30)}, []string{"not-final"}},
		{koku + "aws_2022-07-01-alt-columns.csv", "aws", "999999", "2022-07", nil, nil},
		{koku + "aws_empty_frame.csv", "aws", "999999", "2023-06", nil, nil},
		{samples + "aws_1_2_cost_and_usage_rows25_seed7.csv", "aws", "", "2026-05", nil, nil},
		{samples + "aws_1_2_cost_and_usage_rows25_seed7_credits.csv", "aws", "", "2026-05", nil, nil},
		{samples + "aws_1_3_cost_and_usage_rows25_seed7.csv", "aws", "", "2026-05", nil, nil},
		{samples + "aws_1_3_cost_and_usage_rows25_seed7_credits.csv", "aws", "", "2026-05", nil, nil},
		{samples + "azure_1_2_cost_and_usage_rows25_seed7.csv", "azure", "", "2026-05", nil, nil},
		{samples + "azure_1_2_cost_and_usage_rows25_seed7_credits.csv", "azure", "", "2026-05", nil, nil},
		{samples + "azure_1_3_cost_and_usage_rows25_seed7.csv", "azure", "", "2026-05", nil, nil},
		{samples + "azure_1_3_cost_and_usage_rows25_seed7_credits.csv", "azure", "", "2026-05", nil, nil},
		{samples + "gcp_1_2_cost_and_usage_rows25_seed7.csv", "gcp", "", "2026-05", nil, nil},
		{samples + "gcp_1_2_cost_and_usage_rows25_seed7_credits.csv", "gcp", "", "2026-05", nil, nil},
		{samples + "gcp_1_3_cost_and_usage_rows25_seed7.csv", "gcp", "", "2026-05", nil, nil},
		{samples + "gcp_1_3_cost_and_usage_rows25_seed7_credits.csv", "gcp", "", "2026-05", nil, nil},
	}
	for _, test := range tests {
		t.Run(strings.TrimPrefix(test.file, samples), func(t *testing.T) {
			file := testdata(t, test.file)
			payer, holds := test.payer, test.holds
			if payer == "" { // made-up files of two payers
				rows := readCSV(t, file)
				at := slices.Index(rows[0], "BillingAccountId")
				payer = rows[1][at]
				if slices.ContainsFunc(rows[1:], func(row []string) bool { return row[at] != payer }) {
					holds = []string{"other-payer"}
				}
			}
			b := readBooks(t, payer, file)
			if test.cost != nil && len(b.cost.Minus(test.cost)) > 0 {
				t.Fatalf("the file holds %v, its description says %v", b.cost, test.cost)
			}
			a, period := openAt(t, t.TempDir(), afterAll), monthOf(t, test.period)
			declareBooks(t, a, test.provider, payer, test.period, b)
			for currency := range b.cost {
				if currency != "USD" {
					apply(t, a, fmt.Sprintf(`exchange_rates: [{month: %s, from: %s, to: USD, rate: "0.093", level: common}]`, test.period, currency))
				}
			}
			if _, err := a.Pipeline.IngestFiles(context.Background(), payer, period, []string{file}); err != nil {
				t.Fatal(err)
			}
			c := closeWaiving(t, a, period, holds...)
			if strings.Contains(test.file, "aws_2023-06-01") { // covered usage without its negation, which no real report has
				if len(c.Residues) != 1 || !strings.Contains(c.Residues[0], "(b)") || !strings.Contains(c.Residues[0], "29.7 NOK are left") {
					t.Errorf("R32 b: 30 less 0.3 leaves residues %v", c.Residues)
				}
				c.Residues = nil
			}
			b.billed(t, a, period, c)
		})
	}
}

func dollars(text string) billing.Money { return billing.Money{"USD": money.MustParse(text)} }

// A bucket with two reports of two payers and their manifests: 27-digit
// numbers, and lines that are billed in the months before.
func TestRealBucket(t *testing.T) {
	bucket := testdata(t, "koku-aws-local-bucket")
	payers := []struct{ id, folder, report string }{
		{"4090136019287", "my-prefix", "my-prefix/my-report/20180801-20180901/861af42f-713c-4a42-9562-9158a7625630/my-report-1.csv.gz"},
		{"6568388779672", "koku-local", "koku-local/20180801-20180901/16e57707-f9e3-49be-8be6-b84e684b5194/koku-local-1.csv.gz"},
	}
	a, period := openAt(t, t.TempDir(), afterAll), monthOf(t, "2018-08")
	var files []string
	for _, p := range payers {
		apply(t, a, fmt.Sprintf("reseller: {name: Reseller, currency: USD}\npayers: [{id: %q, provider: aws}]\nsources: [{name: %s, kind: aws-cur, url: %s, payer: %q}]",
			p.id, p.folder, filepath.Join(bucket, p.folder), p.id))
		files = append(files, filepath.Join(bucket, filepath.FromSlash(p.report)))
	}
	b := readBooks(t, "", files...)
	if b.rows != 13380+6190 {
		t.Fatalf("%d rows", b.rows)
	}
	declareBooks(t, a, "aws", payers[1].id, "2018-08", b)
	c := closeWaiving(t, a, period, "not-final", "other-period")
	b.billed(t, a, period, c)
	if len(c.Inputs) != 2 {
		t.Errorf("made from %+v, want both reports", c.Inputs)
	}
	// What is beyond 18 digits is less than half of the last one on each line.
	whole := money.MustParse("143227.763678187615017991050").Add(money.MustParse("29684.780682464855373934184"))
	if lost := whole.Sub(b.cost["USD"]); lost.Mul(lost).Cmp(money.MustParse("1e-28")) > 0 {
		t.Errorf("%s of %s was lost", lost, whole)
	}
}

// Small exports of both generations as their buckets lie, zip and gzip.
func TestRealMockBuckets(t *testing.T) {
	folder := testdata(t, "aws-cur-keboola-mock/mock_data")
	a := open(t, fmt.Sprintf(`
reseller: {name: Reseller, currency: USD}
payers: [{id: "123456789012", provider: aws}]
customers: [{id: acme, name: ACME}]
sources:
  - {name: legacy, kind: aws-cur, url: %s, payer: "123456789012"}
  - {name: second, kind: aws-cur2, url: %s, payer: "123456789012"}
billing_groups: [{id: acme, customer: acme, currency: USD, cost_basis: unblended, claims: [{accounts: ["123456789012"]}], invoice: {rounding: {digits: 6}}}]
provider_invoices:
  - {id: "123456789", payer: "123456789012", month: 2024-01, currency: USD, total: "0.045152"}
  - {id: "987654321", payer: "123456789012", month: 2024-09, currency: USD, total: "0.108304"}
`, filepath.Join(folder, "cur_1_0", "s3_structure"), filepath.Join(folder, "cur_2_0", "s3_structure")))
	for period, want := range map[string]struct{ invoice, total string }{"2024-01": {"123456789", "0.045152"}, "2024-09": {"987654321", "0.108304"}} {
		proved(t, closeMonth(t, a, monthOf(t, period)), sums(want.invoice, want.total))
		d, err := a.Documents.Invoice(context.Background(), period+"/acme")
		if err != nil || d.Total.String() != want.total {
			t.Errorf("invoice of %s over %s, %v; want %s", period, d.Total, err, want.total)
		}
	}
}
