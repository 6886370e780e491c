package app_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/sample"
)

// BenchmarkCommitments times taking commitments back and applying them again
// for customers who are all billed as if alone, as a ratio to the ingest of
// the same lines, beside a bare GROUP BY over the same Parquet. Size it with
// SLUICE_BENCH_LINES (2000000) and SLUICE_BENCH_COMMITMENTS (500).
func BenchmarkCommitments(b *testing.B) {
	lines, commitments := envInt(b, "SLUICE_BENCH_LINES", 2_000_000), envInt(b, "SLUICE_BENCH_COMMITMENTS", 500)
	ctx := context.Background()
	period, err := billing.ParsePeriod("2026-09")
	if err != nil {
		b.Fatal(err)
	}
	export := benchExport(b, ctx, filepath.Join(benchDir(b), fmt.Sprintf("commitments-%d-%d", lines, commitments)), sample.Options{
		Lines: int64(lines), Accounts: 1000, Period: period, Commitments: commitments,
	})
	for b.Loop() {
		a, config := benchApp(b, ctx, export, billing.TrueUnblended)
		ingest, rest, _ := benchClose(b, ctx, a, config, period)
		session := lakeSession(b, ctx, a, period)
		parts := count(b, ctx, session, "SELECT COUNT(*) FROM parts WHERE x_treatment NOT LIKE 'fee%'")
		known := count(b, ctx, session, "SELECT COUNT(DISTINCT commitment_discount_id) FROM hours")
		watch := &stopwatch{started: time.Now()}
		count(b, ctx, session, "SELECT COUNT(*) FROM (SELECT sub_account_id, x_usage_type, CAST(charge_period_start AS DATE), SUM(billed_cost) FROM line_items GROUP BY 1, 2, 3)")
		bare := watch.lap()
		fmt.Printf(`
%d lines, %d parts of lines (%d %% of them), %d commitments, 100 customers billed as if alone
ingest                                  %8.2f s
commitments, rate, state, draft, prove  %8.2f s  %5.2f × the ingest (1.0 wanted)
a bare GROUP BY over the same Parquet   %8.2f s
peak memory                             %8d MiB (4096 allowed)
`, lines, parts, 100*parts/int64(lines), known, ingest.Seconds(), rest.Seconds(), rest.Seconds()/ingest.Seconds(), bare.Seconds(), peakMiB(b))
		b.ReportMetric(rest.Seconds()/ingest.Seconds(), "×ingest")
		b.ReportMetric(float64(peakMiB(b)), "peakMiB")
	}
}

// lakeSession opens the month's lines, parts and hours.
func lakeSession(b *testing.B, ctx context.Context, a *app.App, period billing.Period) engine.Session {
	b.Helper()
	s, err := a.Engine.Session(ctx)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	lake := filepath.Dir(filepath.Dir(filepath.Dir(a.Lake.AppliedDir(period, ""))))
	for name, pattern := range map[string]string{
		"line_items": "line_items/*/*/*/part-*.parquet", "parts": "commitments/*/*/parts/*/*.parquet", "hours": "commitments/*/*/hours/*/*.parquet",
	} {
		files, err := filepath.Glob(filepath.Join(lake, pattern))
		if err != nil {
			b.Fatal(err)
		}
		if err := s.View(ctx, name, files); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

func count(b *testing.B, ctx context.Context, s engine.Session, query string) int64 {
	b.Helper()
	all, err := engine.Collect(ctx, s, func(n *int64) []any { return []any{n} }, query)
	if err != nil {
		b.Fatal(err)
	}
	return all[0]
}
