package ingest_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/engine/duckdb"
	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/source"
)

// testdata returns a folder of third-party files that are not in this
// repository, or skips the test by name.
func testdata(t *testing.T, name string) string {
	root := os.Getenv("SLUICE_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	path := filepath.Join(root, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("third-party file %s is not here; set SLUICE_TESTDATA", name)
	}
	return path
}

func month(t *testing.T, s string) billing.Period {
	p, err := billing.ParsePeriod(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func openEngine(t *testing.T) *duckdb.Engine {
	e, err := duckdb.Open("1GB", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// load reads local files into a fresh folder.
func load(t *testing.T, e engine.Engine, payer, period string, files ...string) (dir string, result ingest.Result, err error) {
	t.Helper()
	ctx := context.Background()
	place, delivery, err := source.LocalFiles(ctx, files, month(t, period))
	if err != nil {
		t.Fatal(err)
	}
	defer place.Close()
	dir = filepath.Join(t.TempDir(), "load")
	result, err = ingest.Load(ctx, ingest.Input{
		Place: place, Delivery: delivery, Payer: billing.Payer{ID: payer, Provider: "aws"},
		Dir: dir, Keys: filepath.Join(dir, "keys.parquet"), Engine: e,
	})
	return dir, result, err
}

// sums runs a query over the parts of a load and returns its rows as text.
func sums(t *testing.T, e engine.Engine, dir, query string) map[string]string {
	t.Helper()
	ctx := context.Background()
	s, err := e.Session(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	parts, err := filepath.Glob(filepath.Join(dir, "part-*.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.View(ctx, "line_items", parts); err != nil {
		t.Fatal(err)
	}
	rows, err := s.Query(ctx, query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	got := map[string]string{}
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			t.Fatal(err)
		}
		got[name] = value
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestOct2018(t *testing.T) {
	file := testdata(t, "aws-cur-walabs-parquet-2018/Oct2018-WorkshopCUR-00001.snappy.parquet")
	e := openEngine(t)
	dir, result, err := load(t, e, "836060457634", "2018-10", file)
	if err != nil {
		t.Fatal(err)
	}
	if got := result.Totals.Rows; got != 119307 {
		t.Errorf("rows %d, want 119307", got)
	}
	if got := result.Totals.Money()["USD"].String(); got != "4064.4831315379" {
		t.Errorf("unblended %s, want 4064.4831315379", got)
	}
	t.Log(result.Findings, result.Totals)
	t.Log(sums(t, e, dir, "SELECT sub_account_id, CAST(sum(billed_cost) AS VARCHAR) FROM line_items GROUP BY 1"))
	t.Log(sums(t, e, dir, "SELECT 'keys', CAST(count(distinct x_pricing_key) AS VARCHAR) FROM line_items GROUP BY 1"))
	t.Log(sums(t, e, dir, "SELECT x_columns, tags::VARCHAR FROM line_items where tags is not null limit 3"))
}
