package commitment_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/source"
)

// focusMonth is one payer's FOCUS file in a lake.
type focusMonth struct {
	session engine.Session
	month   assign.Month
}

func loadFOCUS(t *testing.T, e engine.Engine, payer, month, file string) focusMonth {
	t.Helper()
	period, err := billing.ParsePeriod(month)
	if err != nil {
		t.Fatal(err)
	}
	place, delivery, err := source.LocalFiles(t.Context(), []string{file}, period)
	if err != nil {
		t.Fatal(err)
	}
	defer place.Close()
	dir := filepath.Join(t.TempDir(), "load=L")
	load := assign.Load{ID: "L", Payer: billing.Payer{ID: payer}, Keys: filepath.Join(dir, "keys.parquet")}
	in := ingest.Input{Place: place, Delivery: delivery, Payer: load.Payer, Dir: dir, Keys: load.Keys, Engine: e}
	if _, err := ingest.Load(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if load.Files, err = filepath.Glob(filepath.Join(dir, "part-*.parquet")); err != nil {
		t.Fatal(err)
	}
	s, err := e.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return focusMonth{s, assign.Month{Period: period, Loads: []assign.Load{load}}}
}

// apply makes the view parts, and line_items again.
func (f focusMonth) apply(t *testing.T, config billing.Config) commitment.Result {
	t.Helper()
	in := commitment.Input{Month: f.month, Dir: t.TempDir()}
	in.Config = config
	if err := assign.Open(t.Context(), f.session, in.Month); err != nil {
		t.Fatal(err)
	}
	done, err := commitment.Apply(t.Context(), f.session, in)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// rows runs a query; null is "-", and a number has no zeros at its end.
func (f focusMonth) rows(t *testing.T, columns int, query string) [][]string {
	t.Helper()
	rows, err := engine.Collect(context.Background(), f.session, func(r *[]any) []any {
		*r = make([]any, columns)
		to := make([]any, columns)
		for i := range to {
			to[i] = &(*r)[i]
		}
		return to
	}, query)
	if err != nil {
		t.Fatal(err)
	}
	all := make([][]string, len(rows))
	for i, row := range rows {
		for _, value := range row {
			text := "-"
			if value != nil {
				text = fmt.Sprint(value)
			}
			if d, err := money.Parse(text); err == nil && strings.Contains(text, ".") {
				text = d.String()
			}
			all[i] = append(all[i], text)
		}
	}
	return all
}

// R7, R8: commitments of FOCUS exports, in worked cases: what becomes of each
// line, by its number in the file, and what the reseller is told.
func TestFOCUS(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "focus", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d cases, %v", len(files), err)
	}
	e := openEngine(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			parts := map[string]string{}
			for _, f := range archive.Files {
				parts[f.Name] = string(f.Data)
			}
			report := filepath.Join(t.TempDir(), "report.csv")
			if err := os.WriteFile(report, []byte(asCSV(t, parts["lines.txt"])), 0o644); err != nil {
				t.Fatal(err)
			}
			var config billing.Config
			if err := json.Unmarshal([]byte(parts["config.json"]), &config); err != nil {
				t.Fatal(err)
			}
			f := loadFOCUS(t, e, "payer", "2026-10", report)
			done := f.apply(t, config)
			var got strings.Builder
			got.WriteString("line group/account treatment by | alone on-demand commitment list | owner\n")
			for _, r := range f.rows(t, 10, `
				SELECT x_row, "group", sub_account_id, x_treatment, commitment_discount_id,
					CAST(true_unblended AS VARCHAR), CAST(on_demand AS VARCHAR), CAST(effective AS VARCHAR), CAST(list AS VARCHAR), x_provider_commitment_group
				FROM parts ORDER BY x_row, x_part_from`) {
				fmt.Fprintf(&got, "%s %s/%s %s %s | %s %s %s %s | %s\n", r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9])
			}
			for _, f := range done.Findings {
				if f.Severity != billing.Info {
					fmt.Fprintln(&got, f.Severity, f.Code, f.Subject, f.Count, f.Amount)
				}
			}
			if got.String() != parts["expected.txt"] {
				t.Errorf("got\n%s\nwant\n%s", got.String(), parts["expected.txt"])
			}
			f.conserved(t)
		})
	}
}

// conserved holds the parts against the lines: every line is in as many pieces
// as add up to it, on every basis that the provider tells.
func (f focusMonth) conserved(t *testing.T) {
	t.Helper()
	for _, r := range f.rows(t, 4, `
		SELECT l.x_row, CAST(MAX(l.billed_cost) - SUM(p.unblended) AS VARCHAR), CAST(MAX(COALESCE(l.effective_cost, l.billed_cost)) - SUM(p.amortized) AS VARCHAR),
			CAST(1 - SUM(p.x_lines) AS VARCHAR)
		FROM line_items l JOIN parts p ON p.x_file = l.x_file AND p.x_row = l.x_row
		GROUP BY l.x_file, l.x_row ORDER BY 1`) {
		if !slices.Equal(r[1:], []string{"0", "0", "0"}) {
			t.Errorf("line %s: its parts lack %s of the billed cost, %s of the amortized, %s of the line", r[0], r[1], r[2], r[3])
		}
	}
	for _, r := range f.rows(t, 1, `
		SELECT COUNT(*) FROM line_items l LEFT JOIN parts p ON p.x_file = l.x_file AND p.x_row = l.x_row
		WHERE l.commitment_discount_id IS NOT NULL AND p.x_row IS NULL`) {
		if r[0] != "0" {
			t.Errorf("%s lines with a commitment have no part", r[0])
		}
	}
}
