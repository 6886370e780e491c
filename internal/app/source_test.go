package app_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/pipeline"
	"github.com/sluice-billing/sluice/internal/sample"
)

// A source that is renamed, and a file that is also loaded by hand, must not
// bill a month twice.
func TestMonthIsNotBilledTwice(t *testing.T) {
	ctx, period := context.Background(), monthOf(t, "2026-09")
	folder := t.TempDir()
	totals, err := sample.Generate(ctx, folder, sample.Options{
		Lines: 500, Accounts: 1, Format: "cur-csv-gz", Seed: 7, Period: period, Payer: "111111111111", Chunks: 1, Report: "hourly", InvoiceID: "77",
	})
	if err != nil {
		t.Fatal(err)
	}
	var accounts []string
	for account := range totals.ByAccount {
		accounts = append(accounts, `"`+account+`"`)
	}
	declared := func(source string) string {
		return `
reseller: {name: Example, currency: USD}
payers: [{id: "111111111111", provider: aws}]
sources: [{name: ` + source + `, kind: aws-cur, payer: "111111111111", url: "` + folder + `"}]
customers: [{id: acme, name: ACME}]
billing_groups:
  - {id: acme, customer: acme, currency: USD, cost_basis: unblended, claims: [{accounts: [` + strings.Join(accounts, ", ") + `]}]}
`
	}
	a := open(t, declared("first"))
	if _, err := a.Pipeline.Close(ctx, period, false); err != nil {
		t.Fatal(err)
	}
	renamed, err := config.Parse("reseller.yaml", []byte(declared("second")))
	if err != nil {
		t.Fatal(err)
	}
	changes, err := a.Plan(ctx, renamed, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Apply(ctx, changes); err != nil {
		t.Fatal(err)
	}
	certificate, err := a.Pipeline.Close(ctx, period, false)
	if err != nil {
		t.Fatal(err)
	}
	if got := certificate.Totals[0].Cost; !got.Equal(totals.Unblended) {
		t.Errorf("after the source was renamed the month costs %s, want %s", got, totals.Unblended)
	}
	if len(certificate.Findings) != 1 || certificate.Findings[0].Code != "source-gone" {
		t.Errorf("findings %+v, want source-gone", certificate.Findings)
	}

	files, err := filepath.Glob(filepath.Join(folder, "*", "*", "*", "*.csv.gz"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	if _, err := a.Pipeline.IngestFiles(ctx, "111111111111", period, files); err != nil {
		t.Fatal(err)
	}
	var held *pipeline.HeldError
	if _, err := a.Pipeline.Close(ctx, period, false); !errors.As(err, &held) || held.Findings[0].Code != "file-twice" {
		t.Errorf("a file that is there twice gave %v, want a hold by file-twice", err)
	}
}
