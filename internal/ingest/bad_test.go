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
	"github.com/sluice-billing/sluice/internal/ingest"
)

var update = flag.Bool("update", false, "write what was got into the want of testdata/bad and testdata/format")

// Each archive of testdata/bad is one delivery as a person might hand it in:
// its comment names payer and period, its files are the delivery in their
// order, and want is the error, or else the findings and the lines in the lake.
func TestBadInput(t *testing.T) {
	e := openEngine(t)
	eachCase(t, "testdata/bad", func(t *testing.T, c inputCase) string {
		return outcome(t, e, c.settings["payer"], c.settings["period"], c.files)
	})
}

// inputCase is an archive of files to load and what becomes of them.
type inputCase struct {
	settings map[string]string // words of the comment: the first of a line, and the rest of it
	folder   string            // that holds the files
	files    []string          // in the archive's order
}

// eachCase runs every archive of a folder; got must be its last file, want.
func eachCase(t *testing.T, folder string, got func(*testing.T, inputCase) string) {
	archives, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			last := len(archive.Files) - 1
			if last < 1 || archive.Files[last].Name != "want" {
				t.Fatal("the archive must end with a file named want")
			}
			got := got(t, readCase(t, archive.Comment, archive.Files[:last]))
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

func readCase(t *testing.T, comment []byte, files []txtar.File) inputCase {
	c := inputCase{settings: map[string]string{}, folder: t.TempDir()}
	for line := range strings.Lines(string(comment)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			c.settings[key] = value
		}
	}
	for _, f := range files {
		file := filepath.Join(c.folder, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
		c.files = append(c.files, file)
	}
	return c
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
	writeFindings(&b, result)
	lines := query(t, e, dir, `SELECT format('{:02d} {:02d}', x_file, x_row),
		concat_ws(' ', sub_account_id, x_class, rtrim(rtrim(CAST(billed_cost AS VARCHAR), '0'), '.'), billing_currency,
			charge_period_start, x_usage_type, CASE WHEN cardinality(tags) > 0 THEN CAST(tags AS VARCHAR) END, x_columns) FROM line_items`)
	for _, place := range slices.Sorted(maps.Keys(lines)) {
		var file, row int
		if _, err := fmt.Sscanf(place, "%d %d", &file, &row); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s row %d: %s\n", result.Files[file].Key, row, lines[place])
	}
	return b.String()
}

func writeFindings(b *strings.Builder, result ingest.Result) {
	for _, f := range result.Findings {
		fmt.Fprintf(b, "%s %s", f.Severity, f.Code)
		if f.Subject != "" {
			fmt.Fprintf(b, " %q", f.Subject)
		}
		fmt.Fprintf(b, " at %s, %d lines", f.Where(), f.Count)
		if !f.Amount.IsZero() {
			fmt.Fprintf(b, ", %s", strings.TrimSpace(f.Amount.String()+" "+f.Currency))
		}
		fmt.Fprintf(b, ": %s\n", f.Message)
	}
}
