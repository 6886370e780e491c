package app_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/proof"
	"github.com/sluice-billing/sluice/internal/sample"
)

// BenchmarkMonth times the stages of a month as ratios to a limit that is
// measured in the same run on the same files: unpacking them with pigz, one
// process for each core. A second, larger month tells whether a line costs the
// same there. Size them with SLUICE_BENCH_LINES (2000000), SLUICE_BENCH_LARGE
// (20000000, 0 leaves it out) and SLUICE_BENCH_ACCOUNTS (1000); keep the files
// with SLUICE_BENCH_DIR.
func BenchmarkMonth(b *testing.B) {
	if _, err := exec.LookPath("pigz"); err != nil {
		b.Skip("pigz is not installed, and it is the limit that is measured against")
	}
	for b.Loop() {
		small := timeMonth(b, envInt(b, "SLUICE_BENCH_LINES", 2_000_000))
		b.ReportMetric(small.ingest.Seconds()/small.pigz.Seconds(), "×limit")
		b.ReportMetric(small.close.Seconds()/small.ingest.Seconds(), "×ingest")
		b.ReportMetric(small.again.Seconds()/small.ingest.Seconds(), "again×ingest")
		lines := envInt(b, "SLUICE_BENCH_LARGE", 20_000_000)
		if lines == 0 {
			continue
		}
		large := timeMonth(b, lines)
		each := large.close.Seconds() / float64(large.lines) / (small.close.Seconds() / float64(small.lines))
		fmt.Printf("a line in the close of the large month %5.2f × of the small (1.10 wanted)\n", each)
		b.ReportMetric(each, "×line")
		b.ReportMetric(float64(peakMiB(b)), "peakMiB")
	}
}

// monthTimes are how long the stages of a month took.
type monthTimes struct {
	lines                      int
	pigz, ingest, close, again time.Duration
}

// timeMonth ingests and closes a month of so many lines, and closes it again
// after a price has changed. It prints what that took.
func timeMonth(b *testing.B, lines int) monthTimes {
	ctx, accounts := context.Background(), envInt(b, "SLUICE_BENCH_ACCOUNTS", 1000)
	period, err := billing.ParsePeriod("2026-09")
	if err != nil {
		b.Fatal(err)
	}
	export := benchExport(b, ctx, filepath.Join(benchDir(b), fmt.Sprintf("export-%d-%d", lines, accounts)), sample.Options{
		Lines: int64(lines), Accounts: accounts, Period: period,
	})
	chunks := find(b, export, ".csv.gz")
	pigz := unpackAll(b, chunks) // once to warm the page cache
	t := monthTimes{lines: lines, pigz: min(pigz, unpackAll(b, chunks))}
	a, config := benchApp(b, ctx, export, billing.Bases...)
	var certificate proof.Certificate
	t.ingest, t.close, certificate = benchClose(b, ctx, a, config, period)
	if certificate.Inputs[0].Rows != int64(lines) {
		b.Fatalf("%d rows", certificate.Inputs[0].Rows)
	}
	percent := money.MustParse("2.75")
	config.PriceBooks[0].Rules[1].Percent = &percent
	t.again = benchAgain(b, ctx, a, config, period)
	watch := &stopwatch{started: time.Now()}
	documents := render(b, ctx, a, period)
	pdf := watch.lap()
	fmt.Printf(`
%d lines, %d accounts, %d invoices, %d chunks of csv.gz, %d cores
limit: pigz -dc, a process a core  %8.2f s
ingest                             %8.2f s  %5.2f × the limit (2 wanted)   %d rows/s
close                              %8.2f s  %5.2f × the ingest (1.0 wanted)
close again, a price changed       %8.2f s  %5.2f × the ingest (0.15 wanted)
PDF of %d documents               %8.2f s  %5.1f documents/s
peak memory                        %8d MiB (2048 allowed)
`, lines, accounts, len(certificate.Documents), len(chunks), runtime.NumCPU(),
		t.pigz.Seconds(), t.ingest.Seconds(), t.ingest.Seconds()/t.pigz.Seconds(), int(float64(lines)/t.ingest.Seconds()),
		t.close.Seconds(), t.close.Seconds()/t.ingest.Seconds(), t.again.Seconds(), t.again.Seconds()/t.ingest.Seconds(),
		documents, pdf.Seconds(), float64(documents)/pdf.Seconds(), peakMiB(b))
	return t
}

// benchAgain puts changed prices in force and times the close that follows.
func benchAgain(b *testing.B, ctx context.Context, a *app.App, c billing.Config, period billing.Period) time.Duration {
	if changes, err := a.Plan(ctx, c, false); err != nil {
		b.Fatal(err)
	} else if err := a.Apply(ctx, changes); err != nil {
		b.Fatal(err)
	}
	watch := &stopwatch{started: time.Now()}
	certificate, err := a.Pipeline.Close(ctx, period, false)
	if err != nil {
		b.Fatal(err)
	}
	if !certificate.Proved() {
		b.Fatalf("not proved: %v", certificate.Residues)
	}
	return watch.lap()
}

// benchDir is where exports are kept, or a folder for this run.
func benchDir(b *testing.B) string {
	if dir := os.Getenv("SLUICE_BENCH_DIR"); dir != "" {
		return dir
	}
	return b.TempDir()
}

// benchExport makes the export of a month, unless it is there already.
func benchExport(b *testing.B, ctx context.Context, dir string, o sample.Options) string {
	if _, err := os.Stat(filepath.Join(dir, "expected-totals.json")); err == nil {
		return dir
	}
	o.Format, o.Seed, o.Payer, o.Chunks, o.Report, o.InvoiceID = "cur-csv-gz", 1, "111111111111", 4, "bench", "1001"
	if _, err := sample.Generate(ctx, dir, o); err != nil {
		b.Fatal(err)
	}
	return dir
}

type stopwatch struct{ started time.Time }

func (s *stopwatch) lap() time.Duration {
	now := time.Now()
	d := now.Sub(s.started)
	s.started = now
	return d
}

// benchClose puts a configuration in force, and times the ingest of a month and
// what comes after it.
func benchClose(b *testing.B, ctx context.Context, a *app.App, c billing.Config, period billing.Period) (ingest, rest time.Duration, _ proof.Certificate) {
	if changes, err := a.Plan(ctx, c, false); err != nil {
		b.Fatal(err)
	} else if err := a.Apply(ctx, changes); err != nil {
		b.Fatal(err)
	}
	watch := &stopwatch{started: time.Now()}
	if _, err := a.Pipeline.Ingest(ctx, period, ""); err != nil {
		b.Fatal(err)
	}
	ingest = watch.lap()
	certificate, err := a.Pipeline.Close(ctx, period, false)
	if err != nil {
		b.Fatal(err)
	}
	rest = watch.lap()
	if !certificate.Proved() {
		b.Fatalf("not proved: %v", certificate.Residues)
	}
	return ingest, rest, certificate
}

// benchApp declares 100 customers that share all accounts of the export, on the
// given bases by turns.
func benchApp(b *testing.B, ctx context.Context, export string, bases ...billing.Basis) (*app.App, billing.Config) {
	a, err := app.Open(ctx, app.Options{Dir: b.TempDir(), Now: func() time.Time { return time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) }})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { a.Close() })
	percent := money.MustParse("-3")
	more := money.MustParse("2.5")
	c := billing.Config{
		Reseller: &billing.Reseller{Name: "Bench", Currency: "USD"},
		Payers:   []billing.Payer{{ID: "111111111111", Provider: "aws"}},
		Sources:  []billing.Source{{Name: "bench", Kind: "aws-cur", URL: export, Payer: "111111111111"}},
		PriceBooks: []billing.PriceBook{{ID: "standard", Rules: []billing.PriceRule{
			{Name: "compute", Match: billing.Match{Service: billing.Pattern{Equal: []string{"AmazonEC2"}}}, Percent: &percent},
			{Name: "rest", Percent: &more},
		}}},
		ExchangeRates: []billing.ExchangeRate{{Month: billing.PeriodOf(time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)), From: "USD", To: "JPY", Rate: money.MustParse("150.23"), Level: "common"}},
	}
	ids := accountIDs(b, export)
	const customers = 100
	for i := range customers {
		id := fmt.Sprintf("customer-%03d", i)
		g := billing.BillingGroup{ID: id, Customer: id, Currency: "JPY", CostBasis: bases[i%len(bases)], PriceBook: billing.Attach("standard")}
		g.Invoice.Tax = []billing.Tax{{Category: "standard", Percent: money.MustParse("10")}}
		var mine []string
		for j := i; j < len(ids); j += customers {
			mine = append(mine, ids[j])
		}
		g.Claims = []billing.Claim{{Accounts: mine}}
		c.Customers = append(c.Customers, billing.Customer{ID: id, Name: "Customer " + id})
		c.BillingGroups = append(c.BillingGroups, g)
	}
	return a, c
}

// accountIDs reads the accounts from the totals beside the export.
func accountIDs(b *testing.B, export string) []string {
	totals := expectedTotals(b, export)
	ids := make([]string, 0, len(totals.ByAccount))
	for id := range totals.ByAccount {
		ids = append(ids, id)
	}
	return ids
}

func render(b *testing.B, ctx context.Context, a *app.App, period billing.Period) int {
	format, err := deliver.ByName("pdf")
	if err != nil {
		b.Fatal(err)
	}
	documents, err := a.Documents.Invoices(ctx, period)
	if err != nil {
		b.Fatal(err)
	}
	for _, d := range documents {
		var out bytes.Buffer
		if err := format.Write(&out, deliver.Document{Invoice: d}); err != nil {
			b.Log("PDF is left out: ", err)
			return 0
		}
	}
	return len(documents)
}

// unpackAll unpacks all files to nowhere with a pigz process for each core.
func unpackAll(b *testing.B, files []string) time.Duration {
	start := time.Now()
	next := make(chan string, len(files))
	for _, f := range files {
		next <- f
	}
	close(next)
	var wg sync.WaitGroup
	for range runtime.NumCPU() {
		wg.Go(func() {
			for f := range next {
				if err := exec.Command("pigz", "-dc", f).Run(); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}

func find(b *testing.B, dir, ending string) (files []string) {
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ending) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return files
}

func envInt(b *testing.B, name string, otherwise int) int {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Fatalf("%s: %v", name, err)
	}
	return n
}

// peakMiB is the most memory this process has had.
func peakMiB(b *testing.B) int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				b.Fatal(err)
			}
			return kib / 1024
		}
	}
	return 0
}
