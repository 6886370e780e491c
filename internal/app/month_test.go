package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/proof"
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

func monthOf(t testing.TB, s string) billing.Period {
	t.Helper()
	p, err := billing.ParsePeriod(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
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

// A real month from the provider's file to the invoices. The sums are those of
// the doubles' shortest decimals, made apart from Sluice: by account
// 71.4558054277 and 3993.0273261102 unblended, 77.8950530977 and 4118.0620562202
// amortized (usage, effective cost of reservations and what of their fees was
// not used).
func TestOct2018(t *testing.T) {
	file := testdata(t, "aws-cur-walabs-parquet-2018/Oct2018-WorkshopCUR-00001.snappy.parquet")
	a := open(t, oct2018)
	ctx := context.Background()
	if _, err := a.Pipeline.IngestFiles(ctx, "836060457634", monthOf(t, "2018-10"), []string{file}); err != nil {
		t.Fatal(err)
	}
	c := closeMonth(t, a, monthOf(t, "2018-10"))
	proved(t, c, sums("156090591", "4064.4831315379"))
	if c.Ownership != (proof.Ownership{Lines: 119307, Charged: 119307}) || len(c.Findings) != 0 {
		t.Errorf("%+v, findings %v; want 119307 lines and none", c.Ownership, c.Findings)
	}
	total := c.Totals[0]
	if len(c.Totals) != 1 || total.Cost.String() != "4064.4831315379" || !total.Customers.Equal(total.Cost) ||
		total.Sell.String() != "4185.951673776515" || total.Margin.String() != "121.468542238615" { // 67.889617556315 + 4118.0620562202
		t.Errorf("totals %+v", c.Totals)
	}

	// R32 b: 4064.4831315379 = 4195.9571093179 − 131.4739726 − 0.00000518.
	b := c.Amortized[0]
	if len(c.Amortized) != 1 || b.Unblended.String() != "4064.4831315379" || b.Amortized.String() != "4195.9571093179" ||
		b.TrueUp.String() != "-131.4739726" || !b.Upfront.IsZero() || !b.Refunds.IsZero() || b.Residue.String() != "-0.00000518" || !b.Within {
		t.Errorf("R32 b: %+v", c.Amortized)
	}

	// EC2  71.3614854277 × 0.95 × 112.5 = 7626.7587550854375 → 7626
	// S3    0.09432      × 1.02 × 112.5 =   10.82322         →   10
	// tax  10 % of 7636 = 763.6                              →  763
	document(t, a, "2018-10/acme", "7636", "-1.5819750854375", "763", "8399", map[string]string{
		"Amazon Elastic Compute Cloud": "67.793411156315 7626.7587550854375 7626", "Amazon Simple Storage Service": "0.0962064 10.82322 10",
	})
	// Each service rounded half up to the cent, without tax.
	document(t, a, "2018-10/lab", "4118.07", "0.0079437798", "0", "4118.07", map[string]string{
		"Amazon Elastic Compute Cloud": "791.1704785443 791.1704785443 791.17", "AWS Glue": "2389.3281275712 2389.3281275712 2389.33",
		"Amazon Relational Database Service": "920.7477222548 920.7477222548 920.75", "AWS Config": "12.277 12.277 12.28",
		"AWS Budgets": "0.24 0.24 0.24", "Amazon Athena": "0.02233 0.02233 0.02", "Amazon GuardDuty": "0.7199951619 0.7199951619 0.72",
		"Amazon QuickSight": "3.370967688 3.370967688 3.37", "Amazon Simple Storage Service": "0.185165 0.185165 0.19", "CloudWatch Events": "0.00027 0.00027 0",
	})
}

// document checks an invoice's figures and its lines (cost, exact and amount)
// by service; lines that cost nothing are left out.
func document(t *testing.T, a *app.App, id, usage, residue, tax, total string, lines map[string]string) {
	t.Helper()
	d, err := a.Documents.Invoice(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintf("usage %s, residue %s, tax %s, total %s", d.UsageTotal, d.UsageResidue, d.TaxTotal, d.Total)
	if want := fmt.Sprintf("usage %s, residue %s, tax %s, total %s", usage, residue, tax, total); got != want {
		t.Errorf("%s: %s; want %s", id, got, want)
	}
	found := map[string]string{}
	for _, account := range d.Accounts {
		for _, l := range account.Lines {
			if !l.Cost.IsZero() {
				found[l.Service] = fmt.Sprintf("%s %s %s", l.Cost, l.Exact, l.Amount)
			}
		}
	}
	if fmt.Sprint(found) != fmt.Sprint(lines) {
		t.Errorf("%s: lines\n%v\nwant\n%v", id, found, lines)
	}
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
