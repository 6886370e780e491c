package ingest_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/engine/duckdb"
	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/source"
)

// testdata returns a file or folder of third-party files that are not in this
// repository, or skips the test by name.
func testdata(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("SLUICE_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	path := filepath.Join(root, filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Skipf("third-party file %s is not here; set SLUICE_TESTDATA", name)
	}
	return path
}

func month(t testing.TB, s string) billing.Period {
	t.Helper()
	p, err := billing.ParsePeriod(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func openEngine(t testing.TB) *duckdb.Engine {
	t.Helper()
	e, err := duckdb.Open("1GB", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// loadDelivery reads a delivery into a fresh folder and returns the folder.
func loadDelivery(t *testing.T, e engine.Engine, place *source.Place, d source.Delivery, payer string) (string, ingest.Result, error) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "load")
	result, err := ingest.Load(t.Context(), ingest.Input{
		Place: place, Delivery: d, Payer: billing.Payer{ID: payer, Provider: "aws"},
		Dir: dir, Keys: filepath.Join(dir, "keys.parquet"), Engine: e,
	})
	return dir, result, err
}

// load reads local files into a fresh folder.
func load(t *testing.T, e engine.Engine, payer, period string, files ...string) (string, ingest.Result, error) {
	t.Helper()
	place, delivery, err := source.LocalFiles(t.Context(), files, month(t, period))
	if err != nil {
		t.Fatal(err)
	}
	defer place.Close()
	return loadDelivery(t, e, place, delivery, payer)
}

// loaded is load for files that must load; it checks what every load owes.
func loaded(t *testing.T, e engine.Engine, payer, period string, files ...string) (string, ingest.Result) {
	t.Helper()
	dir, result, err := load(t, e, payer, period, files...)
	if err != nil {
		t.Fatal(err)
	}
	conserved(t, e, dir, result)
	return dir, result
}

// conserved checks that the lake holds the lines and the money that ingest
// counted while it parsed, invoice by invoice, and that the load's folder holds
// nothing else.
func conserved(t *testing.T, e engine.Engine, dir string, result ingest.Result) {
	t.Helper()
	const invoice = `concat_ws(' ', coalesce(invoice_id, ''), billing_currency, coalesce(x_fence = 'split-cost', false))`
	rows := query(t, e, dir, `SELECT `+invoice+`, count(*) FROM line_items GROUP BY 1`)
	billed := query(t, e, dir, `SELECT `+invoice+`, sum(billed_cost) FROM line_items GROUP BY 1`)
	net := query(t, e, dir, `SELECT `+invoice+`, sum(coalesce(x_net_cost, billed_cost)) FROM line_items GROUP BY 1`)
	var all int64
	for _, i := range result.Totals.Invoices {
		for _, part := range []struct {
			key  string
			rows int64
			sum  money.Decimal
		}{
			{i.ID + " " + string(i.Currency) + " false", i.Rows, i.Billed},
			{i.ID + " " + string(i.Currency) + " true", i.FencedRows, i.Fenced},
		} {
			all += part.rows
			if !number(t, rows[part.key]).Equal(money.FromInt(part.rows)) || !number(t, billed[part.key]).Equal(part.sum) {
				t.Errorf("invoice %q: the lake has %s lines and %s, ingest counted %d and %s",
					part.key, rows[part.key], billed[part.key], part.rows, part.sum)
			}
			delete(rows, part.key)
		}
		if inLake, ok := net[i.ID+" "+string(i.Currency)+" false"]; ok && !number(t, inLake).Equal(i.AfterDiscounts()) {
			t.Errorf("invoice %q: after discounts the lake has %s, ingest counted %s", i.ID, inLake, i.AfterDiscounts())
		}
	}
	if len(rows) > 0 || all != result.Totals.Rows {
		t.Errorf("lines of invoices that ingest did not count: %v; %d of %d lines counted", rows, all, result.Totals.Rows)
	}
	if inFiles := query(t, e, dir, `SELECT 'rows', count(*) FROM line_items`)["rows"]; !number(t, inFiles).Equal(money.FromInt(all)) {
		t.Errorf("the lake has %s lines, the files had %d", inFiles, all)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), "part-") && entry.Name() != "keys.parquet" {
			t.Errorf("%s is left in the folder of the load", entry.Name())
		}
	}
}

// parts are the Parquet files of a load.
func parts(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "part-*.parquet"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no parts in %s: %v", dir, err)
	}
	return files
}

// query runs a query of two columns over a load's view line_items.
func query(t *testing.T, e engine.Engine, dir, text string) map[string]string {
	t.Helper()
	return queryViews(t, e, text, map[string][]string{"line_items": parts(t, dir)})
}

// queryViews runs a query of two columns, the first not null, over Parquet
// files; null in the second is the empty text.
func queryViews(t *testing.T, e engine.Engine, text string, views map[string][]string) map[string]string {
	t.Helper()
	ctx := context.Background()
	s, err := e.Session(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for name, files := range views {
		if err := s.View(ctx, name, files); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := s.Query(ctx, `SELECT CAST(a AS VARCHAR), coalesce(CAST(b AS VARCHAR), '') FROM (`+text+`) AS q(a, b)`)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	got := map[string]string{}
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			t.Fatal(err)
		}
		if _, twice := got[name]; twice {
			t.Fatalf("%s: %q comes twice", text, name)
		}
		got[name] = value
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return got
}

// number reads a number of the engine; no number is 0.
func number(t *testing.T, text string) money.Decimal {
	t.Helper()
	if text == "" {
		return money.Zero
	}
	n, err := money.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// sums adds a number column of the lake up for each value of an expression.
func sums(t *testing.T, e engine.Engine, dir, by, column string) map[string]string {
	t.Helper()
	return query(t, e, dir, `SELECT coalesce(`+by+`, ''), sum(`+column+`) FROM line_items GROUP BY 1`)
}

// total adds a number column of the lake up.
func total(t *testing.T, e engine.Engine, dir, column string) money.Decimal {
	t.Helper()
	return number(t, sums(t, e, dir, `'all'`, column)["all"])
}

// sameNumbers compares numbers by what they are sums of.
func sameNumbers[A, B ~string](t *testing.T, what string, got map[string]A, want map[string]B) {
	t.Helper()
	for key, w := range want {
		g, ok := got[key]
		if !ok || !number(t, string(g)).Equal(number(t, string(w))) {
			t.Errorf("%s of %q is %q, want %s", what, key, g, w)
		}
	}
	for key, g := range got {
		if _, ok := want[key]; !ok {
			t.Errorf("%s of %q is %s, want none", what, key, g)
		}
	}
}

// same compares one number.
func same(t *testing.T, what string, got, want money.Decimal) {
	t.Helper()
	if !got.Equal(want) {
		t.Errorf("%s is %s, want %s", what, got, want)
	}
}

// finding returns the finding of a code and subject; without one the test ends.
func finding(t *testing.T, result ingest.Result, code, subject string) billing.Finding {
	t.Helper()
	for _, f := range result.Findings {
		if f.Code == code && f.Subject == subject {
			return f
		}
	}
	t.Fatalf("no finding %s %q among %v", code, subject, result.Findings)
	return billing.Finding{}
}

// codes are the codes of a load's findings with their severity.
func codes(result ingest.Result) string {
	var list []string
	for _, f := range result.Findings {
		list = append(list, string(f.Severity)+" "+f.Code)
	}
	return strings.Join(list, ", ")
}

// nothingLeft checks that a load that failed left no file behind.
func nothingLeft(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err == nil {
		t.Errorf("the folder of a load that failed is still there: %v", entries)
	} else if !os.IsNotExist(err) {
		t.Fatal(err)
	}
}
