package server

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sample"
)

const (
	benchMonth     = "2026-09"
	benchCustomers = 1000
	benchRate      = 200                    // requests a second
	benchSeconds   = 30                     // of them
	benchLimit     = 100 * time.Millisecond // of the slowest but one in a hundred
)

// BenchmarkReads sends 200 reads a second, of all kinds, to a server with a month
// of 2,000,000 lines (SLUICE_BENCH_LINES) and 1,000 customers, and prints how long
// the slowest of a hundred takes. Requests are sent when they are due, whether or
// not those before were answered, and timed from when they were due: a server that
// falls behind is seen to. The installation is kept in SLUICE_BENCH_DIR.
func BenchmarkReads(b *testing.B) {
	dir := benchInstallation(b)
	s, err := Open(b.Context(), Options{
		Dir: dir, Version: "bench", Listen: "127.0.0.1:0", Workers: 0, PerSecond: 100_000, Requests: 64, Grace: time.Second,
		Log: slog.New(slog.NewJSONHandler(io.Discard, nil)),
	})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	defer func() { stop(); <-ended; s.Close() }()
	at := &tested{Server: s, t: b, base: "http://" + s.Address().String(), ids: map[string]string{}, tokens: map[string]string{}}
	month, err := billing.ParsePeriod(benchMonth)
	if err != nil {
		b.Fatal(err)
	}
	if err := s.home.Explorer.Prepare(ctx, month); err != nil { // as the job of a close does
		b.Fatal(err)
	}
	requests := benchRequests(at)
	for b.Loop() {
		took := sendAtRate(b, at, requests)
		slices.Sort(took)
		p50, p99, worst := took[len(took)/2], took[len(took)*99/100], took[len(took)-1]
		fmt.Printf(`
%d reads a second for %d s, %d customers, %d cores, the sender among them
half of them within   %8.1f ms
99 of 100 within      %8.1f ms  %5.2f × the limit of %v
the slowest           %8.1f ms
`, benchRate, benchSeconds, benchCustomers, runtime.NumCPU(), millis(p50), millis(p99), millis(p99)/millis(benchLimit), benchLimit, millis(worst))
		b.ReportMetric(millis(p99)/millis(benchLimit), "×limit")
	}
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

type benchRequest struct{ kind, token, path string }

// benchRequests is the mix: half of it customers who look at their bills and usage,
// half the reseller's people.
func benchRequests(s *tested) func(*rand.Rand) benchRequest {
	clerk := s.program("clerk", nil, access.Grant{Organization: access.Root, Role: "billing-admin"})
	var customers []string
	for i := range 50 {
		id := customerID(i * 20)
		customers = append(customers, s.program(id, nil, access.Grant{Organization: id, Role: "customer-admin"}))
	}
	of := func(i int) string { return customers[i%len(customers)] }
	kinds := []func(r *rand.Rand) benchRequest{
		func(r *rand.Rand) benchRequest {
			return benchRequest{"usage by service", of(r.Int()), "/portal/usage?period=" + benchMonth + "&by=service"}
		},
		func(r *rand.Rand) benchRequest {
			return benchRequest{"usage by day", of(r.Int()), "/portal/usage?period=" + benchMonth + "&by=day,service"}
		},
		func(r *rand.Rand) benchRequest { return benchRequest{"own bills", of(r.Int()), "/portal/invoices"} },
		func(r *rand.Rand) benchRequest { return benchRequest{"own groups", of(r.Int()), "/portal/groups"} },
		func(r *rand.Rand) benchRequest { return benchRequest{"me", of(r.Int()), "/me"} },
		func(r *rand.Rand) benchRequest {
			i := r.IntN(50)
			return benchRequest{"own bill", of(i), "/portal/invoices/" + benchMonth + "%2F" + customerID(i*20)}
		},
		func(*rand.Rand) benchRequest { return benchRequest{"month", clerk, "/months/" + benchMonth} },
		func(*rand.Rand) benchRequest {
			return benchRequest{"invoices", clerk, "/invoices?period=" + benchMonth}
		},
		func(*rand.Rand) benchRequest {
			return benchRequest{"large invoices", clerk, "/invoices?period=" + benchMonth + "&sort=-total&limit=20"}
		},
		func(r *rand.Rand) benchRequest {
			return benchRequest{"invoice", clerk, "/invoices/" + benchMonth + "%2F" + customerID(r.IntN(benchCustomers))}
		},
		func(*rand.Rand) benchRequest {
			return benchRequest{"billing groups", clerk, "/billing-groups?limit=50"}
		},
		func(*rand.Rand) benchRequest { return benchRequest{"users", clerk, "/users"} },
	}
	return func(r *rand.Rand) benchRequest { return kinds[r.IntN(len(kinds))](r) }
}

// sendAtRate sends requests when they are due and returns how long each took from
// then on.
func sendAtRate(b *testing.B, s *tested, next func(*rand.Rand) benchRequest) []time.Duration {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}, Timeout: 20 * time.Second}
	random := rand.New(rand.NewPCG(1, 2))
	var mu sync.Mutex
	var all []time.Duration
	byKind := map[string][]time.Duration{}
	var running sync.WaitGroup
	var failures atomic.Int64
	var refused atomic.Pointer[string]
	begun := time.Now()
	for i := range benchRate * benchSeconds {
		due := begun.Add(time.Duration(i) * time.Second / benchRate)
		time.Sleep(time.Until(due))
		request := next(random)
		running.Go(func() {
			r, err := http.NewRequest(http.MethodGet, s.base+api.Base+request.path, nil)
			if err != nil {
				b.Error(err)
				return
			}
			r.Header.Set("Authorization", "Bearer "+request.token)
			answer, err := client.Do(r)
			if err != nil {
				b.Error(err)
				return
			}
			defer answer.Body.Close()
			if _, err := io.Copy(io.Discard, answer.Body); err != nil || answer.StatusCode != http.StatusOK {
				refused.CompareAndSwap(nil, new(fmt.Sprintf("%s: %d, %v", request.path, answer.StatusCode, err)))
				failures.Add(1)
			}
			took := time.Since(due)
			mu.Lock()
			defer mu.Unlock()
			all, byKind[request.kind] = append(all, took), append(byKind[request.kind], took)
		})
	}
	running.Wait()
	if n := failures.Load(); n > 0 {
		b.Errorf("%d requests failed; the first: %s", n, *refused.Load())
	}
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		took := byKind[kind]
		slices.Sort(took)
		fmt.Printf("%-20s %6d   half %7.1f ms   99 of 100 %7.1f ms\n", kind, len(took), millis(took[len(took)/2]), millis(took[len(took)*99/100]))
	}
	return all
}

func customerID(i int) string { return fmt.Sprintf("customer-%04d", i) }

// benchInstallation is an installation with a closed month, whose documents are
// issued and published.
func benchInstallation(b *testing.B) string {
	lines := 2_000_000
	if text := os.Getenv("SLUICE_BENCH_LINES"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			b.Fatal(err)
		}
		lines = n
	}
	base := os.Getenv("SLUICE_BENCH_DIR")
	if base == "" {
		base = b.TempDir()
	}
	dir := filepath.Join(base, fmt.Sprintf("server-%d-%d", lines, benchCustomers))
	if _, err := os.Stat(filepath.Join(dir, "ready")); err == nil {
		return dir
	}
	if err := os.RemoveAll(dir); err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	period, err := billing.ParsePeriod(benchMonth)
	if err != nil {
		b.Fatal(err)
	}
	export := filepath.Join(base, fmt.Sprintf("export-%d-%d", lines, benchCustomers))
	if _, err := os.Stat(filepath.Join(export, "expected-totals.json")); err != nil {
		if _, err := sample.Generate(ctx, export, sample.Options{
			Lines: int64(lines), Accounts: benchCustomers, Period: period, Format: "cur-csv-gz", Seed: 1, Payer: "111111111111", Chunks: 4, Report: "bench", InvoiceID: "1001",
		}); err != nil {
			b.Fatal(err)
		}
	}
	a, err := app.Open(ctx, app.Options{Dir: dir, Now: func() time.Time { return time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) }})
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	changes, err := a.Plan(ctx, benchConfig(b, export), false)
	if err != nil {
		b.Fatal(err)
	}
	if err := a.Apply(ctx, changes); err != nil {
		b.Fatal(err)
	}
	if _, err := a.Pipeline.Close(ctx, period, false); err != nil {
		b.Fatal(err)
	}
	drafts, err := a.Documents.Invoices(ctx, period)
	if err != nil {
		b.Fatal(err)
	}
	var ids []string
	for _, d := range drafts {
		ids = append(ids, d.ID)
	}
	if _, err := a.Documents.Issue(ctx, ids, billing.DayOf(a.Now())); err != nil {
		b.Fatal(err)
	}
	for _, d := range drafts {
		if _, err := a.Documents.Publish(ctx, d.ID, true); err != nil {
			b.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "ready"), nil, 0o644); err != nil {
		b.Fatal(err)
	}
	return dir
}

// benchConfig gives each customer an account of the export.
func benchConfig(b *testing.B, export string) billing.Config {
	data, err := os.ReadFile(filepath.Join(export, "expected-totals.json"))
	if err != nil {
		b.Fatal(err)
	}
	var totals struct {
		ByAccount map[string]json.RawMessage `json:"by_account"`
	}
	if err := json.Unmarshal(data, &totals); err != nil || len(totals.ByAccount) == 0 {
		b.Fatalf("no accounts in %s: %v", export, err)
	}
	percent := money.MustParse("2.5")
	c := billing.Config{
		Reseller:   &billing.Reseller{Name: "Bench", Currency: "USD", Portal: map[string]bool{access.FeatureInvoices: true, access.FeaturePayments: true}},
		Payers:     []billing.Payer{{ID: "111111111111", Provider: "aws"}},
		Sources:    []billing.Source{{Name: "bench", Kind: "aws-cur", URL: export, Payer: "111111111111"}},
		PriceBooks: []billing.PriceBook{{ID: "standard", Rules: []billing.PriceRule{{Name: "all", Percent: &percent}}}},
	}
	accounts := slices.Sorted(maps.Keys(totals.ByAccount))
	for i := range benchCustomers {
		id := customerID(i)
		g := billing.BillingGroup{ID: id, Customer: id, Currency: "USD", PriceBook: billing.Attach("standard"), Claims: []billing.Claim{{Accounts: []string{}}}}
		for j := i; j < len(accounts); j += benchCustomers {
			g.Claims[0].Accounts = append(g.Claims[0].Accounts, accounts[j])
		}
		c.Customers = append(c.Customers, billing.Customer{ID: id, Name: "Customer " + id})
		c.BillingGroups = append(c.BillingGroups, g)
	}
	return c
}
