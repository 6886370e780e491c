package app_test

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/sample"
)

// A month closes from an S3 bucket: a real server, the provider's layout, and
// a second run that finds nothing new.
func TestMonthFromS3(t *testing.T) {
	endpoint, folder := startS3(t)
	ctx := context.Background()
	totals, err := sample.Generate(ctx, filepath.Join(folder, "exports"), sample.Options{
		Lines: 3000, Accounts: 1, Format: "cur-csv-gz", Seed: 7, Period: monthOf(t, "2026-09"),
		Payer: "111111111111", Chunks: 3, Report: "hourly", InvoiceID: "77",
	})
	if err != nil {
		t.Fatal(err)
	}
	var accounts []string
	for account := range totals.ByAccount {
		accounts = append(accounts, `"`+account+`"`)
	}
	a := open(t, `
reseller: {name: Example, currency: USD}
payers: [{id: "111111111111", provider: aws}]
sources: [{name: bucket, kind: aws-cur, payer: "111111111111", url: "s3://exports?region=us-east-1&use_path_style=true&endpoint=`+endpoint+`"}]
customers: [{id: acme, name: ACME}]
billing_groups:
  - {id: acme, customer: acme, currency: USD, cost_basis: unblended, claims: [{accounts: [`+strings.Join(accounts, ", ")+`]}]}
`)
	certificate, err := a.Pipeline.Close(ctx, monthOf(t, "2026-09"), false)
	if err != nil {
		t.Fatal(err)
	}
	if !certificate.Proved() {
		t.Errorf("residues: %v", certificate.Residues)
	}
	if got := certificate.Totals[0].Cost; !got.Equal(totals.Unblended) {
		t.Errorf("cost %s, the generator wrote %s", got, totals.Unblended)
	}
	loaded, err := a.Pipeline.Ingest(ctx, monthOf(t, "2026-09"), "")
	if err != nil {
		t.Fatal(err)
	}
	if len(loaded) != 1 || !loaded[0].UpToDate {
		t.Errorf("the second run loaded again: %+v", loaded)
	}
}

// startS3 starts a versitygw on a free port and returns its endpoint and the
// folder whose folders are its buckets; without the program the test is skipped.
func startS3(t *testing.T) (endpoint, folder string) {
	t.Helper()
	home, _ := os.UserHomeDir()
	binary, err := exec.LookPath("versitygw")
	for _, known := range []string{filepath.Join("..", "..", ".tools", "bin", "versitygw"), filepath.Join(home, "go", "bin", "versitygw")} {
		if _, missing := os.Stat(known); err != nil && missing == nil {
			binary, err = known, nil
		}
	}
	if err != nil {
		t.Skip("versitygw, the S3 server of the tests, is not installed; run `make tools`")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	folder = t.TempDir()
	server := exec.Command(binary, "--access", "testkey", "--secret", "testsecret123", "--port", address, "posix", folder)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Kill()
		server.Wait()
	})
	t.Setenv("AWS_ACCESS_KEY_ID", "testkey")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "testsecret123")
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if response, err := http.Get("http://" + address); err == nil {
			response.Body.Close()
			return "http://" + address, folder
		}
	}
	t.Fatal("the S3 server does not answer")
	return "", ""
}
