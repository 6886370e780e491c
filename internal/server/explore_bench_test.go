package server

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/explore"
)

// exploreLimit is how long a question may take.
const exploreLimit = time.Second

// BenchmarkExplore asks a month of 2,000,000 lines (SLUICE_BENCH_LINES) and 1,000
// customers where the money went, each question five times, and prints the slowest
// answer of each as a ratio to a second, and how long the sums take to be made. The
// installation is that of BenchmarkReads, kept in SLUICE_BENCH_DIR.
func BenchmarkExplore(b *testing.B) {
	dir := benchInstallation(b)
	a, err := app.Open(b.Context(), app.Options{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	month, err := billing.ParsePeriod(benchMonth)
	if err != nil {
		b.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "lake", "explore")); err != nil {
		b.Fatal(err)
	}
	begun := time.Now()
	if err := a.Explorer.Prepare(b.Context(), month); err != nil {
		b.Fatal(err)
	}
	fmt.Printf("\nthe sums are made in      %8.1f s, %d cores\n", time.Since(begun).Seconds(), runtime.NumCPU())
	by := func(all ...explore.Dimension) []explore.Dimension { return all }
	for b.Loop() {
		slowest := time.Duration(0)
		for _, asked := range []struct {
			name string
			explore.Question
		}{
			{"everything", explore.Question{}},
			{"by service", explore.Question{By: by(explore.Service)}},
			{"by service and day, top 10", explore.Question{By: by(explore.Service), Grain: explore.ByDay, Top: 10}},
			{"by customer, service and region", explore.Question{By: by(explore.Customer, explore.Service, explore.Region)}},
			{"by account and day, top 20", explore.Question{By: by(explore.Account), Grain: explore.ByDay, Top: 20}},
			{"by account and day", explore.Question{By: by(explore.Account), Grain: explore.ByDay}},
			{"by usage type, top 50", explore.Question{By: by(explore.UsageType), Top: 50}},
			{"by two tags", explore.Question{By: by(explore.Tag("Team"), explore.Tag("Environment"))}},
			{"by tag and customer, top 5", explore.Question{By: by(explore.Tag("Team"), explore.Customer), Top: 5}},
			{"by margin source and customer", explore.Question{By: by(explore.MarginSource, explore.Customer)}},
			{"of one customer, by account and tag", explore.Question{By: by(explore.Account, explore.Tag("Team")), Where: []explore.Condition{{Dimension: explore.Customer, Values: []string{customerID(7)}}}}},
		} {
			asked.From = month
			var took []time.Duration
			rows := 0
			for range 5 {
				at := time.Now()
				answer, err := a.Explorer.Sum(b.Context(), asked.Question)
				if err != nil {
					b.Fatal(asked.name, err)
				}
				took, rows = append(took, time.Since(at)), len(answer.Rows)
			}
			worst := slices.Max(took)
			slowest = max(slowest, worst)
			slices.Sort(took)
			fmt.Printf("%-36s %6d rows, half %7.1f ms, slowest %7.1f ms  %5.2f × the limit\n", asked.name, rows, millis(took[len(took)/2]), millis(worst), millis(worst)/millis(exploreLimit))
		}
		b.ReportMetric(millis(slowest)/millis(exploreLimit), "×limit")
	}
}
