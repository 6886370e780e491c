package ingest_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/sluice-billing/sluice/internal/engine"
)

var update = flag.Bool("update", false, "write what was got into the want of testdata/bad")

// Each archive of testdata/bad is one delivery as a person might hand it in:
// its comment names payer and period, its files are the delivery in their
// order, and want is the error, or else the findings and the lines in the lake.
func TestBadInput(t *testing.T) {
	archives, err := filepath.Glob("testdata/bad/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	e := openEngine(t)
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			settings := map[string]string{}
			for line := range strings.Lines(string(archive.Comment)) {
				if key, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
					settings[key] = value
				}
			}
			last := len(archive.Files) - 1
			if last < 1 || archive.Files[last].Name != "want" {
				t.Fatal("the archive must end with a file named want")
			}
			folder := t.TempDir()
			var files []string
			for _, f := range archive.Files[:last] {
				file := filepath.Join(folder, f.Name)
				if err := os.WriteFile(file, f.Data, 0o600); err != nil {
					t.Fatal(err)
				}
				files = append(files, file)
			}
			got := outcome(t, e, settings["payer"], settings["period"], files)
			if *update {
				archive.Files[last].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := string(archive.Files[last].Data); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// outcome loads files and writes down what became of them.
func outcome(t *testing.T, e engine.Engine, payer, period string, files []string) string {
	t.Helper()
	dir, result, err := load(t, e, payer, period, files...)
	if err != nil {
		nothingLeft(t, dir)
		return fmt.Sprintf("error: %v\n", err)
	}
	conserved(t, e, dir, result)
	var b strings.Builder
	for _, f := range result.Findings {
		fmt.Fprintf(&b, "%s %s", f.Severity, f.Code)
		if f.Subject != "" {
			fmt.Fprintf(&b, " %q", f.Subject)
		}
		fmt.Fprintf(&b, " at %s, %d lines", f.Where(), f.Count)
		if !f.Amount.IsZero() {
			fmt.Fprintf(&b, ", %s", strings.TrimSpace(f.Amount.String()+" "+f.Currency))
		}
		fmt.Fprintf(&b, ": %s\n", f.Message)
	}
	lines := query(t, e, dir, `SELECT format('{:02d} {:02d}', x_file, x_row),
		concat_ws(' ', sub_account_id, x_class, rtrim(rtrim(CAST(billed_cost AS VARCHAR), '0'), '.'), billing_currency,
			charge_period_start, x_usage_type, CASE WHEN cardinality(tags) > 0 THEN CAST(tags AS VARCHAR) END, x_columns) FROM line_items`)
	for _, place := range slices.Sorted(maps.Keys(lines)) {
		var file, row int
		if _, err := fmt.Sscan(place, &file, &row); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s row %d: %s\n", result.Files[file].Key, row, lines[place])
	}
	return b.String()
}
