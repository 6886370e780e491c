package app_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/sample"
)

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
	t.Helper()
	p, err := billing.ParsePeriod(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// open opens an empty installation and applies the configuration.
func open(t *testing.T, yaml string) *app.App {
	t.Helper()
	ctx := context.Background()
	a, err := app.Open(ctx, app.Options{Dir: t.TempDir(), Now: func() time.Time { return time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	c, err := config.Parse("reseller.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	changes, err := a.Plan(ctx, c, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Apply(ctx, changes); err != nil {
		t.Fatal(err)
	}
	return a
}

const oct2018 = `
reseller: {name: Example Cloud Partners, currency: USD}
payers: [{id: "836060457634", provider: aws}]
customers: [{id: acme, name: ACME}]
billing_groups:
  - id: acme
    customer: acme
    currency: JPY
    cost_basis: unblended
    claims: [{accounts: ["011254002932"]}]
    price_book: standard
    invoice:
      rounding: {mode: down, point: service}
      tax: [{category: standard, percent: "10"}]
  - id: lab
    customer: acme
    currency: USD
    cost_basis: amortized
    claims: [{accounts: ["836060457634"]}]
price_books:
  - id: standard
    rules:
      - {name: compute down, match: {service: AmazonEC2}, percent: "-5"}
      - {name: the rest, match: {}, percent: "2"}
exchange_rates: [{month: 2018-10, from: USD, to: JPY, rate: "112.5", level: common}]
`

func TestOct2018(t *testing.T) {
	file := testdata(t, "aws-cur-walabs-parquet-2018/Oct2018-WorkshopCUR-00001.snappy.parquet")
	a := open(t, oct2018)
	ctx := context.Background()
	if _, err := a.IngestFiles(ctx, "836060457634", month(t, "2018-10"), []string{file}); err != nil {
		t.Fatal(err)
	}
	c, err := a.Pipeline.Close(ctx, month(t, "2018-10"), false)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Proved() {
		t.Errorf("residues: %v", c.Residues)
	}
	t.Logf("%+v", c)
}

// expectedTotals reads what the generator of an export says it holds.
func expectedTotals(t testing.TB, export string) (totals sample.Totals) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(export, "expected-totals.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &totals); err != nil {
		t.Fatal(err)
	}
	return totals
}
