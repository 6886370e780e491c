package ingest_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/sample"
	"github.com/sluice-billing/sluice/internal/source"
)

// BenchmarkLoad loads an export and prints the processor time of the load
// beside that of pigz on the same files in the same run: other work on the
// machine changes it little. SLUICE_BENCH_DIR names a folder with the export
// of 2,000,000 lines that the benchmark of a month has made; else it makes a
// small one.
func BenchmarkLoad(b *testing.B) {
	if _, err := exec.LookPath("pigz"); err != nil {
		b.Skip("pigz is not installed, and it is what is measured against")
	}
	folder, place, delivery := benchDelivery(b)
	var chunks []string
	for _, f := range delivery.Files {
		chunks = append(chunks, filepath.Join(folder, filepath.FromSlash(f.Key)))
	}
	for b.Loop() {
		unpack(b, chunks) // warms the page cache
		pigz := cpuTime(b, syscall.RUSAGE_CHILDREN)
		unpack(b, chunks)
		pigz = cpuTime(b, syscall.RUSAGE_CHILDREN) - pigz

		dir := filepath.Join(b.TempDir(), "load")
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		used, started := cpuTime(b, syscall.RUSAGE_SELF), time.Now()
		result, err := ingest.Load(b.Context(), ingest.Input{
			Place: place, Delivery: delivery, Payer: billing.Payer{ID: "111111111111", Provider: "aws"},
			Dir: dir, Keys: filepath.Join(dir, "keys.parquet"),
		})
		if err != nil {
			b.Fatal(err)
		}
		wall := time.Since(started)
		used = cpuTime(b, syscall.RUSAGE_SELF) - used
		runtime.ReadMemStats(&after)
		fmt.Printf("\n%d lines: %.2f s of processor, %.2f × pigz's %.2f s; %.2f s by the clock; %d MiB allocated; lake of %d KiB\n",
			result.Totals.Rows, used.Seconds(), used.Seconds()/pigz.Seconds(), pigz.Seconds(), wall.Seconds(),
			(after.TotalAlloc-before.TotalAlloc)>>20, folderSize(b, dir)>>10)
		b.ReportMetric(used.Seconds()/pigz.Seconds(), "×pigz-cpu")
	}
}

// benchDelivery is the large export of SLUICE_BENCH_DIR, or a small one.
func benchDelivery(b *testing.B) (string, *source.Place, source.Delivery) {
	folder, period := filepath.Join(os.Getenv("SLUICE_BENCH_DIR"), "export-2000000-1000"), month(b, "2026-09")
	if _, err := os.Stat(filepath.Join(folder, "expected-totals.json")); err != nil {
		folder = b.TempDir()
		if _, err := sample.Generate(b.Context(), folder, sample.Options{
			Lines: 50_000, Accounts: 100, Format: "cur-csv-gz", Seed: 1, Payer: "111111111111", Chunks: 4, InvoiceID: "1001", Period: period,
		}); err != nil {
			b.Fatal(err)
		}
	}
	place, err := source.Open(b.Context(), folder, source.Access{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { place.Close() })
	deliveries, err := place.Deliveries(b.Context(), source.AWSCUR, period)
	if err != nil || len(deliveries) != 1 {
		b.Fatalf("%d deliveries, %v; want 1", len(deliveries), err)
	}
	return folder, place, deliveries[0]
}

// unpack unpacks the files to nowhere, a process of pigz for each core.
func unpack(b *testing.B, files []string) {
	var group errgroup.Group
	group.SetLimit(runtime.NumCPU())
	for _, f := range files {
		group.Go(exec.Command("pigz", "-dc", f).Run)
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
}

// cpuTime is the processor time of this process or of its ended children, in
// the kernel and outside.
func cpuTime(b *testing.B, who int) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func folderSize(b *testing.B, folder string) (size int64) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		b.Fatal(err)
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			b.Fatal(err)
		}
		size += info.Size()
	}
	return size
}
