package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/proof"
	"github.com/sluice-billing/sluice/internal/store"
)

// A certificate with something in every section, and two things that do not
// add up.
func TestCertificate(t *testing.T) {
	d := money.MustParse
	document := d("120.01")
	went := proof.Disposition{
		Customers: d("100"), Own: d("3.5"), Entries: d("6"), InputTax: d("10"), Unassigned: d("0.5"),
		Cost: d("120"), Sell: d("105.000000001"), Margin: d("-14.999999999"),
	}
	// A second invoice is after discounts in columns.
	unblended, net, all := d("41"), d("40"), d("161")
	discounted := proof.Disposition{Customers: d("40"), Cost: net, Unblended: &unblended, Sell: d("41"), Margin: d("1")}
	total := went
	total.Currency, total.Unblended = "USD", &all
	total.Customers, total.Cost, total.Sell, total.Margin = d("140"), d("160"), d("146.000000001"), d("-13.999999999")
	c := proof.Certificate{
		Period: billing.PeriodOf(time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)), Preview: true,
		At: time.Date(2026, 11, 5, 8, 30, 0, 0, time.UTC), Revision: "01JB8Q6Z7N3V5X9Y2K4M6P8R0T", Config: strings.Repeat("ab", 32),
		Inputs: []proof.Input{{Payer: "111111111111", Report: "hourly", Format: "aws-cur", Rows: 1234}},
		Provider: []proof.ProviderProof{
			{Payer: "111111111111", Invoice: "4711", Currency: "USD", Rows: 1233, Files: d("120"), Lake: d("120"), Document: &document, Disposition: went, Residue: d("-0.01")},
			{Payer: "111111111111", Invoice: "4712", Currency: "USD", Rows: 8, Files: unblended, Lake: unblended, FilesNet: &net, LakeNet: &net, Document: &net, Disposition: discounted},
			{Payer: "111111111111", Currency: "USD", Rows: 1},
		},
		Amortized: []proof.Amortization{{
			Payer: "111111111111", Report: "hourly", Currency: "USD", Unblended: d("120"), Amortized: d("100.0000000001"),
			TrueUp: d("-1"), Upfront: d("22"), Refunds: d("-1"), Residue: d("-0.0000000001"), Within: true,
		}},
		Ownership: proof.Ownership{Lines: 1234, Charged: 1234, Fenced: 12},
		Alone: []proof.AloneProof{
			{Payer: "111111111111", Currency: "USD", Unblended: d("120"), TakenBack: d("31.5"), Given: d("20"), Sold: d("4"), Tiers: d("0.25"), Alone: d("135.75")},
			{Payer: "222222222222", Currency: "USD", Unblended: d("7"), Alone: d("7")},
		},
		Fees: []proof.FeeProof{
			{ID: "arn:one", Payer: "111111111111", Currency: "USD", Fee: d("12"), Used: d("10"), Unused: d("2"), Within: true},
			{ID: "arn:two", Payer: "111111111111", Currency: "USD", Fee: d("6"), Used: d("5.99999999"), Residue: d("0.00000001"), Within: true},
		},
		Billed: []proof.GroupProof{
			{Group: "acme", Currency: "USD", Charges: d("105"), Statement: d("105"), Documents: d("105")},
			{Group: "beta", Currency: "USD", Charges: d("2"), Statement: d("2"), Documents: d("1"), Residue: d("1"), Issued: true},
			{Group: "coda", Currency: "USD", Charges: d("2.001"), Statement: d("2.001"), Documents: d("2"), Residue: d("0.001"), Issued: true, Below: true},
		},
		Documents: []proof.DocumentProof{
			{ID: "2026-10/acme", State: "draft", Currency: "JPY", Exact: d("15750.75"), Rounded: d("15750"), RoundingShare: d("-0.75"), Total: d("17325")},
			{ID: "2026-10/beta", State: "issued", Currency: "USD", Exact: d("1"), Rounded: d("1"), Total: d("1")},
		},
		Entries: []proof.EntryProof{{Currency: "USD", Lake: d("-12.5"), Collected: d("-12"), Differences: d("-0.5"), Open: d("7.5"), Applied: d("-20")}},
		Totals:  []proof.Disposition{total, {Currency: "JPY", Customers: d("7"), Cost: d("7"), Sell: d("7")}},
		Findings: []month.Finding{{
			ID: "F-0123456789ab", Waived: &store.Waiver{By: "sato", At: time.Date(2026, 11, 4, 0, 0, 0, 0, time.UTC), Reason: "agreed"},
			Finding: billing.Finding{Code: "unassigned", Severity: billing.Hold, Subject: "200000000009", Count: 3, Amount: d("0.5"), Currency: "USD",
				File: "hourly-00001.csv.gz", Row: 17, Message: "no billing group claims this account of payer 111111111111 on these lines; claim it in a group, or list it under reseller.accounts"},
		}},
		Residues: []string{"(a) the provider's document says 120.01 USD", "(d) beta: documents 1 USD"},
	}
	var text strings.Builder
	writeCertificate(&text, c)
	golden := filepath.Join("testdata", "certificate.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if text.String() != string(want) {
		t.Errorf("got:\n%s\nwanted:\n%s", text.String(), want)
	}
	for _, line := range strings.Split(text.String(), "\n") {
		if columns(line) > pageWidth {
			t.Errorf("wider than %d columns: %q", pageWidth, line)
		}
	}
}
