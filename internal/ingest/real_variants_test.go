package ingest_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/money"
)

const variants = "koku-provider-csv/"

// All rows of this file are one field shorter than its header.
func TestRealRagged(t *testing.T) {
	e := openEngine(t)
	for _, name := range []string{"test_cur.csv", "test_cur.csv.gz"} {
		t.Run(name, func(t *testing.T) {
			file := testdata(t, variants+name)
			in := readTable(t, file)
			dir, result := loaded(t, e, "6838635603105", "2018-06", file)
			kept, lost := in.sum(t, "lineItem/UnblendedCost")
			same(t, "kept and lost", kept.Add(lost), number(t, "0.0827499841274349353"))
			same(t, "unblended", total(t, e, dir, "billed_cost"), kept)
			same(t, "lost", finding(t, result, "lost-digits", "lineItem/UnblendedCost").Amount, lost)
			if f := finding(t, result, "ragged-rows", name); f.Severity != "hold" || f.Count != 19 || f.Row != 1 || f.File != name {
				t.Errorf("ragged-rows: %+v", f)
			}
		})
	}
}

// Lines in kroner that a savings plan covers; without an invoice yet in one
// file, and with an account id that begins with zeros in the other.
func TestRealSavingsPlanLines(t *testing.T) {
	e := openEngine(t)
	for _, c := range []struct {
		name, payer, invoice string
		open                 int64
	}{
		{"aws_2023-06-01.csv", "0099999999999", "987654321", 0},
		{"aws_2023-06-01-not-final.csv", "9999999999999", "", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, result := loaded(t, e, c.payer, "2023-06", testdata(t, variants+c.name))
			same(t, "billed in NOK", result.Totals.Money()["NOK"], number(t, "30"))
			same(t, "amortized", total(t, e, dir, "effective_cost"), number(t, "0.3"))
			sameNumbers(t, "on demand", sums(t, e, dir, "sub_account_id", "list_cost"), map[string]string{c.payer: "30"})
			sameNumbers(t, "cost of invoice", sums(t, e, dir, "invoice_id", "billed_cost"), map[string]string{c.invoice: "30"})
			if result.Totals.OpenUsage != c.open || !result.Totals.InvoiceIDs {
				t.Errorf("%d usage lines without invoice, want %d (R29)", result.Totals.OpenUsage, c.open)
			}
			names := query(t, e, dir, `SELECT x_cost_categories['cost_env'], count(*) FROM line_items GROUP BY 1`)
			sameNumbers(t, "lines in cost category", names, map[string]string{"prod": "3"})
		})
	}
}

// The column names that Athena makes, underscores and no slashes.
func TestRealAthenaColumns(t *testing.T) {
	e := openEngine(t)
	file := testdata(t, variants+"aws_2022-07-01-alt-columns.csv")
	dir, result := loaded(t, e, "999999", "2022-07", file)
	got := query(t, e, dir, `SELECT concat_ws('|', x_class, service_name, region_id, sku_price_id, tags['aws_created_by']), sum(pricing_quantity) FROM line_items GROUP BY 1`)
	sameNumbers(t, "quantity", got, map[string]string{
		"marketplace|Red Hat® Enterprise Linux®|us-east-1|52KUDV3HNNAWJGTF.4799GE89SK.6YS6EN2CT7|IAMUser:fake:and": "2",
	})
	same(t, "unblended", result.Totals.Money()["USD"], money.Zero)
}

// A header and no lines is a month without use, and worth a word.
func TestRealEmptyFrame(t *testing.T) {
	e := openEngine(t)
	_, result, err := load(t, e, "1", "2023-06", testdata(t, variants+"aws_empty_frame.csv"))
	if err != nil || result.Totals.Rows != 0 || codes(result) != "warn no-lines" {
		t.Errorf("%d rows, findings %q, %v", result.Totals.Rows, codes(result), err)
	}
}

// Files that other tools know and Sluice does not read: the error says what
// they look like and what to do, and nothing is left of them.
func TestRealRefused(t *testing.T) {
	const month = ": no line is of 2024-09: lines are of another billing month than 2024-09"
	const toolkit = "azure-finops-toolkit/src/"
	e := openEngine(t)
	for pattern, want := range map[string]string{
		variants + "azure_azure_*.csv":                        month,
		variants + "gcp_*.csv":                                month,
		toolkit + "powershell/Tests/assets/EA_A*.csv":         month,
		toolkit + "open-data/dataset-examples/*.csv":          "looks like a pointer of Git LFS in place of the file. Fetch the file itself",
		toolkit + "open-data/Services.csv":                    " among its columns, which are ",
		"focus-1.0-sample/focus_sample_excel_mangled_603.csv": "", // whichever of its faults comes first
	} {
		t.Run(pattern, func(t *testing.T) {
			folder, name := filepath.Split(filepath.FromSlash(pattern))
			files, err := filepath.Glob(filepath.Join(testdata(t, folder), name))
			if err != nil {
				t.Fatal(err)
			}
			if len(files) == 0 {
				t.Skipf("third-party file %s is not here", pattern)
			}
			for _, file := range files {
				dir, _, err := load(t, e, "1234567890123", "2024-09", file)
				if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), filepath.Base(file)+": ") {
					t.Errorf("%s: got %v, want %q", file, err, want)
				}
				nothingLeft(t, dir)
			}
		})
	}
}
