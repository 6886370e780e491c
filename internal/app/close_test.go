package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/proof"
	"github.com/sluice-billing/sluice/internal/store"
)

// R31: closing again gives the same documents, byte for byte, and the same proof.
func TestCloseAgain(t *testing.T) {
	a, _, totals := installed(t, "1001")
	one := closeMonth(t, a, september(t))
	proved(t, one, totals.ByInvoice)
	before := stored(t, a, september(t))
	two := closeMonth(t, a, september(t))
	proved(t, two, totals.ByInvoice)
	after := stored(t, a, september(t))
	if len(after) != 2 || one.Revision == two.Revision {
		t.Fatalf("%d documents, revisions %s and %s", len(after), one.Revision, two.Revision)
	}
	for id := range before {
		if before[id] != after[id] {
			t.Errorf("R31: %s changed:\n%s\n%s", id, before[id], after[id])
		}
	}
	one.At, one.Revision, two.At, two.Revision = time.Time{}, "", time.Time{}, ""
	was, _ := json.Marshal(one)
	is, _ := json.Marshal(two)
	if string(was) != string(is) {
		t.Errorf("certificates differ:\n%s\n%s", was, is)
	}
}

// R32 f: what customers pay, less what all lines cost, is the margin.
func TestCertificateTotals(t *testing.T) {
	a, _, totals := installed(t, "1001")
	c := closeMonth(t, a, september(t))
	proved(t, c, totals.ByInvoice)
	own := totals.ByAccount["111111111111"].Add(totals.ByAccount["200000000003"])
	sum := c.Totals[0]
	if len(c.Totals) != 1 || !sum.Cost.Equal(totals.Unblended) || !sum.Own.Equal(own) || !sum.Unassigned.IsZero() {
		t.Errorf("totals %+v, want cost %s of which %s is the reseller's own", c.Totals, totals.Unblended, own)
	}
	if !money.Sum(sum.Customers, sum.Own, sum.Entries, sum.InputTax).Equal(sum.Cost) || !sum.Sell.Sub(sum.Cost).Equal(sum.Margin) {
		t.Errorf("totals %+v do not add up", sum)
	}
	if c.Ownership.Lines != totals.Rows || c.Ownership.Charged != totals.Rows {
		t.Errorf("%+v, want %d lines", c.Ownership, totals.Rows)
	}
	billed := money.Zero
	for _, b := range c.Billed {
		billed = billed.Add(b.Charges)
	}
	if !billed.Equal(sum.Sell) || len(c.Documents) != 2 {
		t.Errorf("documents over %s, sell is %s", billed, sum.Sell)
	}
}

// R30: of two closes at once the second is refused, and the first is not hurt.
func TestTwoCloses(t *testing.T) {
	dir, folder := t.TempDir(), t.TempDir()
	totals := delivered(t, folder, "1001", 1)
	a, b := openAt(t, dir, afterAll), openAt(t, dir, afterAll)
	apply(t, a, declared(folder))
	refused := 0
	ctx := billing.WithProgress(context.Background(), onStep("draft", func() {
		for name, run := range map[string]func() error{
			"close":  func() error { _, err := b.Pipeline.Close(context.Background(), september(t), true); return err },
			"ingest": func() error { _, err := b.Pipeline.Ingest(context.Background(), september(t), ""); return err },
		} {
			if err := run(); !errors.Is(err, month.ErrBusy) || !strings.Contains(err.Error(), "2026-09") {
				t.Errorf("a second %s at once: %v", name, err)
			}
			refused++
		}
		if _, err := b.Pipeline.Close(context.Background(), monthOf(t, "2026-08"), true); errors.Is(err, month.ErrBusy) {
			t.Error("another month is busy too")
		}
	}))
	c, err := a.Pipeline.Close(ctx, september(t), false)
	if err != nil || refused == 0 {
		t.Fatalf("%v, %d refused", err, refused)
	}
	proved(t, c, totals.ByInvoice)
}

// R1: lines of an account that nobody owns hold the close until it is assigned
// or waived; a waiver holds for what was seen.
func TestUnassigned(t *testing.T) {
	a, folder, totals := installed(t, "1001")
	apply(t, a, strings.Replace(declared(folder), `"111111111111", "200000000003"]`, `"111111111111"]`, 1))
	holds := held(t, a, september(t))
	f := holds["unassigned"]
	if len(holds) != 1 || len(f) != 1 || f[0].Subject != "200000000003" || !f[0].Amount.Equal(totals.ByAccount["200000000003"]) {
		t.Fatalf("held by %+v, want account 200000000003 over %s", holds, totals.ByAccount["200000000003"])
	}
	if documents := stored(t, a, september(t)); len(documents) != 0 {
		t.Errorf("a held close left %d documents", len(documents))
	}
	if err := a.Waive(context.Background(), september(t), f[0].ID, " "); err == nil {
		t.Error("waived without a reason")
	}
	if err := a.Waive(context.Background(), september(t), f[0].ID, "test account"); err != nil {
		t.Fatal(err)
	}
	c := closeMonth(t, a, september(t))
	proved(t, c, totals.ByInvoice)
	if !c.Totals[0].Unassigned.Equal(totals.ByAccount["200000000003"]) {
		t.Errorf("unassigned %s", c.Totals[0].Unassigned)
	}
	if len(c.Findings) == 0 || c.Findings[0].Waived == nil || c.Findings[0].Waived.Reason != "test account" {
		t.Errorf("the certificate does not show the waiver: %+v", c.Findings)
	}
	delivered(t, folder, "1001", 2) // other money of the same account
	if again := held(t, a, september(t)); len(again["unassigned"]) != 1 {
		t.Errorf("other money was let through by the old waiver: %+v", again)
	}
}

// R29: a month without provider invoice ids is held; a preview of it is marked
// on every document and not issued. When the provider closes it, so do we.
func TestNotFinal(t *testing.T) {
	a, folder, _ := installed(t, "")
	if f := held(t, a, september(t))["not-final"]; len(f) != 1 || f[0].Count == 0 {
		t.Fatalf("not-final: %+v", f)
	}
	c, err := a.Pipeline.Close(context.Background(), september(t), true)
	if err != nil || !c.Preview || !c.Proved() {
		t.Fatalf("preview: %v, %+v", err, c.Residues)
	}
	documents, err := a.Documents.Invoices(context.Background(), september(t))
	if err != nil || len(documents) != 2 {
		t.Fatalf("%d documents, %v", len(documents), err)
	}
	for _, d := range documents {
		if !d.Preview {
			t.Errorf("R29: %s is not marked as a preview", d.ID)
		}
		if _, err := issue(a, d.ID, billing.DayOf(afterAll)); err == nil || !strings.Contains(err.Error(), "is a preview") {
			t.Errorf("R29: issuing %s: %v", d.ID, err)
		}
	}
	if s := state(t, a); s != store.PeriodCollecting {
		t.Errorf("the payer's month is %s", s)
	}
	totals := delivered(t, folder, "1001", 1)
	proved(t, closeMonth(t, a, september(t)), totals.ByInvoice)
	if s := state(t, a); s != store.PeriodClosed {
		t.Errorf("the payer's month is %s", s)
	}
	documents, err = a.Documents.Invoices(context.Background(), september(t))
	if err != nil || len(documents) != 2 || documents[0].Preview || documents[1].Preview {
		t.Errorf("%d documents, %v; want two that are no previews", len(documents), err)
	}
}

func state(t *testing.T, a *app.App) string {
	t.Helper()
	status, err := a.Pipeline.Status(context.Background(), september(t))
	if err != nil || len(status.Payers) != 1 {
		t.Fatalf("payers %+v, %v", status.Payers, err)
	}
	return status.Payers[0].State
}

// R29: a month is not final before it is over, whatever its lines say; a payer
// without invoice ids may be taken as final when it is.
func TestFinality(t *testing.T) {
	const declaring = `
reseller: {name: Reseller, currency: USD, accounts: ["200000000001"]}
payers: [{id: "111111111111", provider: aws, finality: %}]
`
	const lines = "bill/PayerAccountId,bill/BillingPeriodStartDate,lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/CurrencyCode,lineItem/UnblendedCost"
	const row = "\n111111111111,2026-09-01T00:00:00Z,200000000001,Usage,2026-09-02T00:00:00Z,USD,1"
	middle, over := time.Date(2026, 9, 15, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	with, without := lines+",bill/InvoiceId"+row+",1\n", lines+row+"\n"
	open := lines + ",bill/InvoiceId" + row + ",\n"
	tests := []struct {
		name, finality, file string
		now                  time.Time
		want                 string // code and severity of what speaks against it
	}{
		{"invoice ids, over", "invoice-id", with, over, ""},
		{"invoice ids, not over", "invoice-id", with, middle, "not-final hold"},
		{"the last second", "invoice-id", with, over.Add(-time.Second), "not-final hold"},
		{"open lines, over", "invoice-id", open, over, "not-final hold"},
		{"open lines, over, by period", "period-end", open, over, ""},
		{"no invoice ids, over", "invoice-id", without, over, "finality-unknown info"},
		{"no invoice ids, not over", "invoice-id", without, middle, "not-final hold"},
		{"no invoice ids, over, by period", "period-end", without, over, ""},
		{"no invoice ids, not over, by period", "period-end", without, middle, "not-final hold"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := openAt(t, t.TempDir(), test.now)
			apply(t, a, strings.Replace(declaring, "%", test.finality, 1))
			if _, err := a.Pipeline.IngestFiles(context.Background(), "111111111111", september(t), []string{writeFile(t, "lines.csv", test.file)}); err != nil {
				t.Fatal(err)
			}
			_, err := a.Pipeline.Close(context.Background(), september(t), false)
			if wantHeld := strings.HasSuffix(test.want, "hold"); wantHeld != (err != nil) {
				t.Errorf("R29: %v", err)
			}
			status, err := a.Pipeline.Status(context.Background(), september(t))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range status.Findings {
				if f.Stage == "close" {
					got = append(got, f.Code+" "+string(f.Severity))
				}
			}
			if strings.Join(got, ", ") != test.want {
				t.Errorf("R29: findings %v, want %q", got, test.want)
			}
		})
	}
}

// One report that is not final keeps its payer's month open, in whatever order
// the reports come.
func TestTwoReports(t *testing.T) {
	const head = "bill/PayerAccountId,bill/InvoiceId,bill/BillingPeriodStartDate,lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/CurrencyCode,lineItem/UnblendedCost\n"
	for _, final := range []string{"a", "z"} {
		folder := t.TempDir()
		delivered(t, folder, "1001", 1)
		a := openAt(t, t.TempDir(), afterAll)
		apply(t, a, strings.Replace(declared(folder), "name: export", "name: "+final+"-final", 1))
		file := writeFile(t, "more.csv", head+"111111111111,,2026-09-01T00:00:00Z,200000000001,Usage,2026-09-02T00:00:00Z,USD,1\n")
		if _, err := a.Pipeline.IngestFiles(context.Background(), "111111111111", september(t), []string{file}); err != nil {
			t.Fatal(err)
		}
		if f := held(t, a, september(t)); len(f["not-final"]) != 1 {
			t.Errorf("held by %+v", f)
		}
		if s := state(t, a); s != store.PeriodCollecting {
			t.Errorf("with the final report first in order %q the payer's month is %s", final, s)
		}
	}
}

// R19: without an exchange rate there is no draft, and the error names pair and
// month. Last month's rate is none.
func TestMissingRate(t *testing.T) {
	a, folder, totals := installed(t, "1001")
	apply(t, a, strings.Replace(declared(folder), "customer: beta, currency: USD", "customer: beta, currency: JPY", 1)+`
exchange_rates: [{month: 2026-08, from: USD, to: JPY, rate: "150", level: common}, {month: 2026-09, from: JPY, to: USD, rate: "0.0066", level: common}]
`)
	if _, err := a.Pipeline.Close(context.Background(), september(t), false); err == nil ||
		!strings.Contains(err.Error(), "exchange rate from USD to JPY for 2026-09") || !strings.Contains(err.Error(), "beta") {
		t.Errorf("R19: %v", err)
	}
	if documents := stored(t, a, september(t)); len(documents) != 0 {
		t.Errorf("R19: %d documents without a rate", len(documents))
	}
	apply(t, a, `exchange_rates: [{month: 2026-09, from: USD, to: JPY, rate: "151.3", level: common}]`)
	proved(t, closeMonth(t, a, september(t)), totals.ByInvoice)
	d, err := a.Documents.Invoice(context.Background(), "2026-09/beta")
	if err != nil || len(d.Rates) != 1 || d.Rates[0].Rate.String() != "151.3" {
		t.Errorf("rates %+v, %v", d.Rates, err)
	}
}

// R32 a: the provider's own invoice decides, to the cent; what was entered
// wrong is put right by entering it again.
func TestProviderInvoice(t *testing.T) {
	a, folder, totals := installed(t, "1001")
	right := totals.ByInvoice["1001"].Round(2, money.HalfUp)
	enter := func(id string, total money.Decimal) {
		apply(t, a, declared(folder)+`provider_invoices: [{id: "`+id+`", payer: "111111111111", month: 2026-09, currency: USD, total: "`+total.String()+`"}]`)
	}
	enter("1001", right)
	c := closeMonth(t, a, september(t))
	proved(t, c, totals.ByInvoice)
	if !slices.ContainsFunc(c.Provider, func(p proof.ProviderProof) bool { return p.Document != nil && p.Document.Equal(right) }) {
		t.Errorf("the certificate does not show the provider's document: %+v", c.Provider)
	}
	for _, off := range []string{"0.01", "-0.01"} {
		enter("1001", right.Add(money.MustParse(off)))
		for name, run := range map[string]func() (proof.Certificate, error){
			"close": func() (proof.Certificate, error) {
				return a.Pipeline.Close(context.Background(), september(t), false)
			},
			"reconcile": func() (proof.Certificate, error) { return a.Pipeline.Reconcile(context.Background(), september(t)) },
		} {
			c, err := run()
			want := "a difference of " + money.MustParse(off).Neg().String()
			if err != nil || c.Proved() || len(c.Residues) != 1 || !strings.Contains(c.Residues[0], want) {
				t.Errorf("R32 a: %s of an invoice wrong by %s: %v, %v; want %s", name, off, err, c.Residues, want)
			}
		}
		if _, err := issue(a, "2026-09/acme", billing.DayOf(afterAll)); err == nil || !strings.Contains(err.Error(), "residue") {
			t.Errorf("issued with a residue: %v", err)
		}
	}
	enter("1001", right)
	if c, err := a.Pipeline.Reconcile(context.Background(), september(t)); err != nil || !c.Proved() {
		t.Errorf("reconciled with the right total: %v, %v", err, c.Residues)
	}
	enter("4711", right)
	if c := closeMonth(t, a, september(t)); len(c.Residues) != 1 || !strings.Contains(c.Residues[0], "4711") || !strings.Contains(c.Residues[0], "has no lines") {
		t.Errorf("R32 a: an invoice without lines: %v", c.Residues)
	}
}

// R32 a: a total that is written without cents is one with cents.
func TestProviderInvoiceDigits(t *testing.T) {
	const head = "bill/PayerAccountId,bill/InvoiceId,bill/BillingPeriodStartDate,lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/CurrencyCode,lineItem/UnblendedCost\n"
	const row = "111111111111,1,2026-09-01T00:00:00Z,200000000001,Usage,2026-09-02T00:00:00Z,USD,"
	a := open(t, `
reseller: {name: Reseller, currency: USD, accounts: ["200000000001"]}
payers: [{id: "111111111111", provider: aws}]
provider_invoices: [{id: "1", payer: "111111111111", month: 2026-09, currency: USD, total: "20"}]
`)
	for cost, residue := range map[string]bool{"20.004": false, "20.01": true, "20.4": true, "19.995": false, "19.99": true} {
		file := writeFile(t, "lines.csv", head+row+cost+"\n")
		if _, err := a.Pipeline.IngestFiles(context.Background(), "111111111111", september(t), []string{file}); err != nil {
			t.Fatal(err)
		}
		if c := closeMonth(t, a, september(t)); c.Proved() == residue {
			t.Errorf("R32 a: lines over %s for an invoice over 20: residues %v", cost, c.Residues)
		}
	}
}

// R32 a: an invoice's lines may come in several reports; together they are its
// total.
func TestProviderInvoiceOfTwoReports(t *testing.T) {
	a, folder, totals := installed(t, "1001")
	const head = "bill/PayerAccountId,bill/InvoiceId,bill/BillingPeriodStartDate,lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/CurrencyCode,lineItem/UnblendedCost\n"
	file := writeFile(t, "more.csv", head+"111111111111,1001,2026-09-01T00:00:00Z,200000000001,Usage,2026-09-02T00:00:00Z,USD,1\n")
	if _, err := a.Pipeline.IngestFiles(context.Background(), "111111111111", september(t), []string{file}); err != nil {
		t.Fatal(err)
	}
	both := totals.ByInvoice["1001"].Add(money.FromInt(1)).Round(2, money.HalfUp)
	for _, test := range []struct {
		total money.Decimal
		want  int
	}{{both, 0}, {both.Sub(money.FromInt(1)), 1}} {
		apply(t, a, declared(folder)+`provider_invoices: [{id: "1001", payer: "111111111111", month: 2026-09, currency: USD, total: "`+test.total.String()+`"}]`)
		if c := closeMonth(t, a, september(t)); len(c.Residues) != test.want {
			t.Errorf("R32 a: two reports for an invoice over %s: residues %v, want %d", test.total, c.Residues, test.want)
		}
	}
}

// R32: a lake that was changed by hand is found by the next close and by
// reconcile, also where the line that is gone cost nothing.
func TestTampered(t *testing.T) {
	tests := []struct{ name, what, keep, want string }{
		{"a line with a cost", "line_items/*/*/load=*/part-*.parquet", "billed_cost <> (SELECT max(billed_cost) FROM read_parquet('%'))", "(a)"},
		{"a line without a cost", "line_items/*/*/load=*/part-*.parquet",
			"x_row <> (SELECT min(x_row) FROM read_parquet('%') WHERE billed_cost = 0)", "(a)"},
		{"a charge", "charges/*/rev=*/group=acme/*.parquet", "billed_cost <> (SELECT max(billed_cost) FROM read_parquet('%'))", "(d)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir, folder := t.TempDir(), t.TempDir()
			delivered(t, folder, "1001", 1)
			a := openAt(t, dir, afterAll)
			apply(t, a, declared(folder))
			closeMonth(t, a, september(t))
			rewrite(t, filepath.Join(dir, "lake", test.what), test.keep)
			c, err := a.Pipeline.Reconcile(context.Background(), september(t))
			if err != nil || c.Proved() || !strings.Contains(strings.Join(c.Residues, "\n"), test.want) {
				t.Errorf("reconcile: %v, %v; want a residue of %s", err, c.Residues, test.want)
			}
			_, err = a.Pipeline.Close(context.Background(), september(t), false)
			if strings.HasPrefix(test.what, "charges") { // made anew by a close
				if err != nil {
					t.Error(err)
				}
			} else if err == nil || !strings.Contains(err.Error(), "the lake does not hold what was ingested") {
				t.Errorf("close: %v", err)
			}
		})
	}
}

// rewrite writes the one Parquet file that the pattern names again, with the
// rows that keep keeps.
func rewrite(t *testing.T, pattern, keep string) {
	t.Helper()
	rewriteAs(t, pattern, "*", keep)
}

// rewriteAs is rewrite with other columns.
func rewriteAs(t *testing.T, pattern, columns, keep string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) != 1 {
		t.Fatalf("%s: %v, %v", pattern, files, err)
	}
	s := besideSession(t)
	for _, statement := range []string{
		"CREATE TEMP TABLE kept AS SELECT " + columns + " FROM read_parquet('" + files[0] + "', hive_partitioning = false) WHERE " + strings.ReplaceAll(keep, "%", files[0]),
		"COPY kept TO '" + files[0] + "' (FORMAT parquet)",
		"DROP TABLE kept",
	} {
		if err := s.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}
