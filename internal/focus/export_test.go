package focus_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/focus"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sample"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func september(t testing.TB) billing.Period {
	t.Helper()
	p, err := billing.ParsePeriod("2026-09")
	must(t, err)
	return p
}

// declared is a reseller with a group in yen that pays for everything an invoice can
// have, and two in dollars.
const declared = `
reseller: {name: Lakeside Cloud, currency: USD, accounts: ["111111111111", "200000000004"]}
payers: [{id: "111111111111", name: Payer East, provider: aws}]
sources: [{name: export, kind: aws-cur, url: FOLDER, payer: "111111111111"}]
accounts: [{id: "200000000001", name: Orchard Production}]
customers: [{id: acme, name: ACME}, {id: beta, name: Beta}, {id: gamma, name: Gamma}]
exchange_rates: [{month: 2026-09, from: USD, to: JPY, rate: "147.2315", level: common}]
billing_groups:
  - id: acme
    customer: acme
    currency: JPY
    cost_basis: unblended
    price_book: plus
    claims: [{accounts: ["200000000001"]}]
    invoice:
      support: [{kind: percent, percent: "3"}]
      discount: {percent: "5", base: usage}
      additional_items: [{label: Desk, unit_price: "1200", quantity: "2"}, {label: Goodwill, unit_price: "-300", quantity: "1"}]
      tax: [{category: standard, label: Consumption tax, percent: "10"}]
      yearly_fees: [{amount: "5000", from: 2025-09}]
  - {id: beta, customer: beta, currency: USD, cost_basis: true-unblended, claims: [{accounts: ["200000000002"]}]}
  - {id: gamma, customer: gamma, currency: USD, cost_basis: amortized, claims: [{accounts: ["200000000003"]}], invoice: {rounding: {point: invoice}}}
price_books: [{id: plus, rules: [{name: plus ten, match: {}, percent: "PLUS"}]}]
`

// closed is an installation with a September of so many lines, closed at list plus a percent.
func closed(t testing.TB, lines int64) (a *app.App, folder string) {
	t.Helper()
	folder = t.TempDir()
	_, err := sample.Generate(t.Context(), folder, sample.Options{Lines: lines, Accounts: 4, Seed: 3, Period: september(t), Report: "cur", InvoiceID: "1001"})
	must(t, err)
	a, err = app.Open(t.Context(), app.Options{Dir: t.TempDir(), Now: func() time.Time { return time.Date(2026, 10, 20, 0, 0, 0, 0, time.UTC) }})
	must(t, err)
	t.Cleanup(func() { a.Close() })
	closeAt(t, a, folder, "10")
	return a, folder
}

func closeAt(t testing.TB, a *app.App, folder, percent string) {
	t.Helper()
	c, err := config.Parse("reseller.yaml", []byte(strings.NewReplacer("FOLDER", folder, "PLUS", percent).Replace(declared)))
	must(t, err)
	changes, err := a.Plan(t.Context(), c, false)
	must(t, err)
	must(t, a.Apply(t.Context(), changes))
	_, err = a.Pipeline.Close(t.Context(), september(t), false)
	must(t, err)
}

func issueAll(t testing.TB, a *app.App) {
	t.Helper()
	for _, d := range documents(t, a) {
		if d.State == invoice.Draft {
			_, err := a.Documents.Issue(t.Context(), []string{d.ID}, september(t).Next().FirstDay()+9)
			must(t, err)
		}
	}
}

func documents(t testing.TB, a *app.App) []invoice.Invoice {
	t.Helper()
	all, err := a.Documents.Invoices(t.Context(), september(t))
	must(t, err)
	return all
}

// The rows of each document add up to what it asks for: of a draft, of an invoice, and
// of the note that corrects it, in yen and in dollars. A draft has no InvoiceId.
func TestPayable(t *testing.T) {
	a, folder := closed(t, 400)
	x := focus.New(a.Installation)
	conserved := func(what string, want int) {
		t.Helper()
		m, err := x.Write(t.Context(), focus.Billed(september(t), "acme", "beta", "gamma"), focus.CostAndUsage, focus.Parquet, t.TempDir())
		must(t, err)
		got := map[string]focus.Total{}
		for _, total := range m.Totals {
			got[total.Document] = total
		}
		all := documents(t, a)
		if len(all) != want || len(m.Totals) != want {
			t.Fatalf("%s: %d documents, %+v, want %d", what, len(all), m.Totals, want)
		}
		for _, d := range all {
			if total := got[d.ID]; !total.Billed.Equal(d.Payable) || total.Currency != d.Currency || total.Invoice != d.Number {
				t.Errorf("%s: %s asks for %s %s as %q, its rows are %+v", what, d.ID, d.Payable, d.Currency, d.Number, total)
			}
		}
	}
	conserved("drafts", 3)
	issueAll(t, a)
	conserved("invoices", 3)
	closeAt(t, a, folder, "12")
	conserved("a draft note", 4)
	issueAll(t, a)
	conserved("a note", 4)
}

// Effective cost is what is billed, moved from fees to what they cover. On the
// reseller's side a month costs what the provider's invoice says.
func TestSums(t *testing.T) {
	a, _ := closed(t, 3000)
	x, s := focus.New(a.Installation), session(t, a)
	purchases := 0
	for _, group := range []string{"acme", "beta", "gamma"} {
		load(t, s, written(t, x, focus.Billed(september(t), group), focus.CostAndUsage))
		// A conversion keeps 12 digits of each row, so that sums may differ in the 8th.
		if got := ask(t, s, `SELECT ABS(SUM(CAST("BilledCost" AS DECIMAL(38,18))) - SUM(CAST("EffectiveCost" AS DECIMAL(38,18)))) < CAST('0.00000001' AS DECIMAL(18,12)) FROM data`); got != "true" {
			t.Errorf("%s: effective costs are not what is billed", group)
		}
		if ask(t, s, `SELECT COUNT(*) > 0 FROM data WHERE "ChargeCategory" = 'Purchase' AND CAST("BilledCost" AS DOUBLE) > 0`) == "true" {
			purchases++
		}
		if got := ask(t, s, `SELECT COUNT(*) FROM data WHERE "ChargeCategory" = 'Purchase' AND CAST("EffectiveCost" AS DOUBLE) <> 0 OR "BillingAccountId" <> '`+group+`' OR "ProviderName" <> 'Lakeside Cloud'`); got != "0" {
			t.Errorf("%s: %s rows with an effective purchase, of others, or by others", group, got)
		}
	}
	if purchases == 0 {
		t.Error("there is no fee of a commitment to spread")
	}
	load(t, s, written(t, x, focus.Paid(september(t)), focus.CostAndUsage))
	want, err := engine.Collect(t.Context(), s, func(v *string) []any { return []any{v} },
		`SELECT CAST(SUM(billed_cost) AS VARCHAR) FROM read_parquet('`+filepath.Join(a.Lake.Root(), "line_items/*/*/*/part-*.parquet")+`') WHERE x_fence IS NULL OR x_fence <> 'split-cost'`)
	must(t, err)
	if got := ask(t, s, `SELECT SUM(CAST("BilledCost" AS DECIMAL(38,18))) FROM data`); got != want[0] {
		t.Errorf("the reseller pays %s, the provider's lines say %s", got, want[0])
	}
}

// What a customer gets has no column for what was paid above, and none of the
// reseller's names; the reseller's own has.
func TestColumns(t *testing.T) {
	a, _ := closed(t, 400)
	x := focus.New(a.Installation)
	for _, set := range focus.DataSets() {
		m, err := x.Write(t.Context(), focus.Billed(september(t), "acme"), set, focus.CSV, t.TempDir())
		must(t, err)
		for _, c := range m.Columns {
			if slices.Contains([]string{"x_NetCost", "x_Margin", "x_SoldCost", "x_Customer"}, c.Name) {
				t.Errorf("%s of a customer has %s", set, c.Name)
			}
		}
	}
	own, err := x.Write(t.Context(), focus.Paid(september(t)), focus.CostAndUsage, focus.Parquet, t.TempDir())
	must(t, err)
	if !slices.ContainsFunc(own.Columns, func(c focus.Column) bool { return c.Name == "x_Margin" }) {
		t.Error("the reseller's own has no margin")
	}
	if _, err := x.Write(t.Context(), focus.Paid(september(t)), focus.InvoiceDetail, focus.CSV, t.TempDir()); err == nil {
		t.Error("there is an invoice detail of nobody's documents")
	}
	nobody, err := x.Write(t.Context(), focus.Billed(september(t)), focus.CostAndUsage, focus.CSV, t.TempDir())
	if err != nil || nobody.Rows != 0 {
		t.Errorf("a month of nobody has %d rows, %v", nobody.Rows, err)
	}
	for _, groups := range [][]string{{"acme", "delta"}, {""}} {
		if _, err := x.Write(t.Context(), focus.Billed(september(t), groups...), focus.CostAndUsage, focus.CSV, t.TempDir()); err == nil {
			t.Errorf("there is a month of %q", groups)
		}
	}
}

// The same month gives the same bytes; Parquet has decimals, times with a zone and
// maps, and says what the CSV says.
func TestFiles(t *testing.T) {
	a, _ := closed(t, 400)
	x, s := focus.New(a.Installation), session(t, a)
	scope := focus.Billed(september(t), "acme", "beta")
	for _, f := range focus.Formats() {
		var hashes []string
		for range 2 {
			m, err := x.Write(t.Context(), scope, focus.CostAndUsage, f, t.TempDir())
			must(t, err)
			hashes = append(hashes, fmt.Sprint(m.Files))
		}
		if hashes[0] != hashes[1] {
			t.Errorf("%s differs: %v", f, hashes)
		}
	}
	dir := t.TempDir()
	m, err := x.Write(t.Context(), scope, focus.CostAndUsage, focus.Parquet, dir)
	must(t, err)
	file := filepath.Join(dir, m.Files[0].Name)
	kinds := map[string]string{"BilledCost": "DECIMAL(38,24)", "PricingQuantity": "DECIMAL(38,18)", "ChargePeriodStart": "TIMESTAMP WITH TIME ZONE", "Tags": "MAP(VARCHAR, VARCHAR)", "SkuId": "VARCHAR"}
	for column, kind := range kinds {
		if got := ask(t, s, `SELECT DISTINCT typeof("`+column+`") FROM read_parquet('`+file+`')`); got != kind {
			t.Errorf("%s is %s, want %s", column, got, kind)
		}
	}
	load(t, s, written(t, x, scope, focus.CostAndUsage))
	for _, column := range []string{"BilledCost", "EffectiveCost", "PricingQuantity"} {
		p := ask(t, s, `SELECT SUM("`+column+`") FROM read_parquet('`+file+`')`)
		if c := ask(t, s, `SELECT CAST(SUM(CAST("`+column+`" AS DECIMAL(38,24))) AS DECIMAL(38,24)) FROM data`); !money.MustParse(p).Equal(money.MustParse(c)) {
			t.Errorf("%s is %s as Parquet and %s as CSV", column, p, c)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, m.Name())); err != nil {
		t.Error(err)
	}
}

// Invoice Detail adds up to the documents, too, and the period is closed when all are issued.
func TestDetail(t *testing.T) {
	a, _ := closed(t, 400)
	x, s := focus.New(a.Installation), session(t, a)
	scope := focus.Billed(september(t), "acme", "beta", "gamma")
	status := func() string {
		load(t, s, written(t, x, scope, focus.BillingPeriod))
		return ask(t, s, `SELECT "BillingPeriodStatus" || ' ' || "InvoiceIssuerName" FROM data`)
	}
	if got := status(); got != "Open Lakeside Cloud" {
		t.Error(got)
	}
	issueAll(t, a)
	if got := status(); got != "Closed Lakeside Cloud" {
		t.Error(got)
	}
	load(t, s, written(t, x, scope, focus.InvoiceDetail))
	for _, d := range documents(t, a) {
		got := ask(t, s, `SELECT SUM(CAST("BilledCost" AS DECIMAL(38,6))) FROM data WHERE "InvoiceId" = '`+d.Number+`' AND "InvoiceIssueStatus" = 'Issued'`)
		if !money.MustParse(got).Equal(d.Payable) {
			t.Errorf("%s asks for %s, its lines come to %s", d.ID, d.Payable, got)
		}
	}
}

// session is a session whose table data goes with it.
func session(t testing.TB, a *app.App) engine.Session {
	t.Helper()
	s, err := a.Engine.Session(t.Context())
	must(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

// written writes a data set as CSV and returns its one file.
func written(t testing.TB, x *focus.Exports, scope focus.Scope, set focus.DataSet) string {
	t.Helper()
	dir := t.TempDir()
	m, err := x.WriteOne(t.Context(), scope, set, focus.CSV, dir)
	must(t, err)
	return filepath.Join(dir, m.Files[0].Name)
}

// load makes the table data of a CSV file; all its columns are text, and empty is null.
func load(t testing.TB, s engine.Session, file string) {
	t.Helper()
	must(t, s.Exec(t.Context(), "CREATE OR REPLACE TEMP TABLE data AS SELECT * FROM read_csv('"+file+"', all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"')"))
}

// ask returns the one value of a query as text.
func ask(t testing.TB, s engine.Session, query string) string {
	t.Helper()
	all, err := engine.Collect(t.Context(), s, func(v *string) []any { return []any{v} }, "SELECT COALESCE(CAST(v AS VARCHAR), '') FROM ("+query+") AS q(v)")
	if err != nil || len(all) != 1 {
		t.Fatalf("%s: %v, %v", query, all, err)
	}
	return all[0]
}
