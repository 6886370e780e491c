package app_test

import (
	"context"
	"errors"
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
	"github.com/sluice-billing/sluice/internal/engine/duckdb"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/pipeline"
	"github.com/sluice-billing/sluice/internal/proof"
	"github.com/sluice-billing/sluice/internal/sample"
)

// afterAll is a day when every month of the tests is over.
var afterAll = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)

// openAt opens the installation in a folder, at a time.
func openAt(t testing.TB, dir string, now time.Time) *app.App {
	t.Helper()
	a, err := app.Open(context.Background(), app.Options{Dir: dir, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

// apply declares what the text says.
func apply(t testing.TB, a *app.App, yaml string) {
	t.Helper()
	c, err := config.Parse("reseller.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	changes, err := a.Plan(context.Background(), c, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Apply(context.Background(), changes); err != nil {
		t.Fatal(err)
	}
}

// open opens an empty installation and applies the configuration.
func open(t *testing.T, yaml string) *app.App {
	t.Helper()
	a := openAt(t, t.TempDir(), afterAll)
	apply(t, a, yaml)
	return a
}

// september is the month of the made-up exports.
func september(t testing.TB) billing.Period { return monthOf(t, "2026-09") }

// delivered writes a version of the payer's September into the folder of a
// source, over the version before. Without an invoice the month is not final.
func delivered(t testing.TB, folder, invoice string, version uint64) sample.Totals {
	t.Helper()
	totals, err := sample.Generate(context.Background(), folder, sample.Options{
		Lines: 400, Accounts: 3, Seed: version, Period: september(t), Report: "cur", InvoiceID: invoice,
	})
	if err != nil {
		t.Fatal(err)
	}
	return totals
}

// declared is the configuration of the made-up exports in a folder: two groups,
// the payer and the third account are the reseller's own.
func declared(folder string) string {
	return `
reseller: {name: Reseller, currency: USD, accounts: ["111111111111", "200000000003"]}
payers: [{id: "111111111111", provider: aws}]
sources: [{name: export, kind: aws-cur, url: ` + folder + `, payer: "111111111111"}]
customers: [{id: acme, name: ACME}, {id: beta, name: Beta}]
billing_groups:
  - {id: acme, customer: acme, currency: USD, cost_basis: unblended, price_book: plus, claims: [{accounts: ["200000000001"]}]}
  - {id: beta, customer: beta, currency: USD, cost_basis: amortized, claims: [{accounts: ["200000000002"]}]}
price_books: [{id: plus, rules: [{name: plus ten, match: {}, percent: "10"}]}]
`
}

// installed is an installation with a delivered and declared September.
func installed(t testing.TB, invoice string) (a *app.App, folder string, totals sample.Totals) {
	t.Helper()
	folder = t.TempDir()
	totals = delivered(t, folder, invoice, 1)
	a = openAt(t, t.TempDir(), afterAll)
	apply(t, a, declared(folder))
	return a, folder, totals
}

func ingest(t testing.TB, a *app.App) pipeline.Loaded {
	t.Helper()
	loaded, err := a.Pipeline.Ingest(context.Background(), september(t), "")
	if err != nil || len(loaded) != 1 {
		t.Fatalf("%d loads, %v", len(loaded), err)
	}
	return loaded[0]
}

func closeMonth(t testing.TB, a *app.App, p billing.Period) proof.Certificate {
	t.Helper()
	c, err := a.Pipeline.Close(context.Background(), p, false)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// held closes a month that must be held, and returns what holds it by code.
func held(t testing.TB, a *app.App, p billing.Period) map[string][]month.Finding {
	t.Helper()
	_, err := a.Pipeline.Close(context.Background(), p, false)
	var holds *pipeline.HeldError
	if !errors.As(err, &holds) {
		t.Fatalf("the close was not held: %v", err)
	}
	byCode := map[string][]month.Finding{}
	for _, f := range holds.Findings {
		byCode[f.Code] = append(byCode[f.Code], f)
	}
	return byCode
}

// closeWaiving closes a month; what holds it must be of exactly the given
// codes, and is waived.
func closeWaiving(t testing.TB, a *app.App, p billing.Period, codes ...string) proof.Certificate {
	t.Helper()
	if len(codes) == 0 {
		return closeMonth(t, a, p)
	}
	var found []string
	for code, findings := range held(t, a, p) {
		found = append(found, code)
		for _, f := range findings {
			if err := a.Waive(context.Background(), p, f.ID, "seen"); err != nil {
				t.Fatal(err)
			}
		}
	}
	slices.Sort(found)
	slices.Sort(codes)
	if !slices.Equal(found, codes) {
		t.Errorf("%s is held by %v, want %v", p, found, codes)
	}
	return closeMonth(t, a, p)
}

// proved checks that a certificate has nothing left over, and that the sums by
// provider invoice are the wanted ones.
func proved(t testing.TB, c proof.Certificate, byInvoice map[string]money.Decimal) {
	t.Helper()
	for _, r := range c.Residues {
		t.Errorf("residue: %s", r)
	}
	got := map[string]money.Decimal{}
	for _, p := range c.Provider {
		got[p.Invoice] = got[p.Invoice].Add(p.Lake)
		if !p.Files.Equal(p.Lake) || !p.Lake.Equal(p.BeforeDiscounts()) || !p.Residue.IsZero() {
			t.Errorf("provider invoice %q: files %s, lake %s, charges %s, residue %s", p.Invoice, p.Files, p.Lake, p.BeforeDiscounts(), p.Residue)
		}
		if files, lake := p.AfterDiscounts(); !files.Equal(lake) || !lake.Equal(p.Cost) {
			t.Errorf("provider invoice %q after discounts: files %s, lake %s, charges %s", p.Invoice, files, lake, p.Cost)
		}
	}
	if len(got) != len(byInvoice) {
		t.Errorf("provider invoices %v, want %v", got, byInvoice)
	}
	for id, want := range byInvoice {
		if !got[id].Equal(want) {
			t.Errorf("lines of provider invoice %q sum to %s, want %s", id, got[id], want)
		}
	}
}

// loadFolders are the loads that lie in the lake of an installation, by id.
func loadFolders(t testing.TB, dir string) (ids []string) {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(dir, "lake", "line_items", "*", "*", "load=*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		_, id, _ := strings.Cut(filepath.Base(f), "=")
		ids = append(ids, id)
	}
	return ids
}

// stored is the JSON of every document of a month, by id.
func stored(t testing.TB, a *app.App, p billing.Period) map[string]string {
	t.Helper()
	all, err := a.Store.Invoices(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	documents := map[string]string{}
	for _, i := range all {
		documents[i.ID] = string(i.Document)
	}
	return documents
}

// writeFile writes a file of a test and returns its path.
func writeFile(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// onStep calls f when work whose name begins so has done some of it.
func onStep(prefix string, f func()) billing.Progress {
	return func(work string, done, _ int64) {
		if strings.HasPrefix(work, prefix) && done > 0 {
			f()
		}
	}
}

// sums pairs provider invoice ids with what their lines sum to.
func sums(pairs ...string) map[string]money.Decimal {
	byInvoice := map[string]money.Decimal{}
	for i := 0; i < len(pairs); i += 2 {
		byInvoice[pairs[i]] = money.MustParse(pairs[i+1])
	}
	return byInvoice
}

// besideSession is a session of an engine of its own, beside an installation's.
func besideSession(t *testing.T) engine.Session {
	t.Helper()
	e, err := duckdb.Open("1GB", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	s, err := e.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}
