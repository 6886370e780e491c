package config

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/sluice-billing/sluice/internal/billing"
)

var update = flag.Bool("update", false, "rewrite what the tests expect")

// Each archive holds a folder of YAML files and what is expected of it:
//
//	errors    what Load says
//	json      what Load returns
//	problems  what Check says of it, merged into now.yaml where there is one
//	located   the same, with the lines of the files
//	written   what Write writes
//	diff      what it changes in now.yaml; pruned, the same with prune
func TestFiles(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			results := resultsOf(t, archive)
			expected := 0
			for i, file := range archive.Files {
				got, ok := results[file.Name]
				if !ok {
					continue
				}
				expected++
				if *update {
					archive.Files[i].Data = []byte(got)
				} else if string(file.Data) != got {
					t.Errorf("%s is\n%s\nwant\n%s", file.Name, got, file.Data)
				}
				delete(results, file.Name)
			}
			if expected == 0 || results["errors"] != "" {
				t.Errorf("the archive expects nothing, or no errors where there are some:\n%s", results["errors"])
			}
			if *update {
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func resultsOf(t *testing.T, archive *txtar.Archive) map[string]string {
	t.Helper()
	folder := t.TempDir()
	var now billing.Config
	for _, file := range archive.Files {
		if file.Name == "now.yaml" {
			parsed, err := Parse("now.yaml", file.Data)
			if err != nil {
				t.Fatal(err)
			}
			now = parsed
			continue
		}
		path := filepath.Join(folder, file.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, file.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	short := func(err error) string {
		if err == nil {
			return ""
		}
		return strings.ReplaceAll(err.Error(), folder+string(filepath.Separator), "") + "\n"
	}
	declared, err := Read(folder)
	if err != nil {
		return map[string]string{"errors": short(err)}
	}
	wanted := declared.Config
	merged, err := Merge(now, Diff(now, wanted, false))
	if err != nil {
		t.Fatal(err)
	}
	var problems strings.Builder
	for _, problem := range Check(merged) {
		fmt.Fprintln(&problems, problem)
	}
	return map[string]string{
		"errors":   "",
		"json":     indented(t, wanted),
		"problems": problems.String(),
		"located":  short(declared.Locate(Check(merged))),
		"written":  written(t, wanted),
		"diff":     diffText(t, Diff(now, wanted, false)),
		"pruned":   diffText(t, Diff(now, wanted, true)),
	}
}

func TestErrorsCarryTheirPlace(t *testing.T) {
	_, err := Parse("reseller.yaml", []byte("reseller:\n  name: A\n  curency: USD\n"))
	var one *Error
	if !errors.As(err, &one) {
		t.Fatalf("%T is not an *Error", err)
	}
	if one.File != "reseller.yaml" || one.Line != 2 || one.Column != 3 || one.Field != "reseller.currency" {
		t.Errorf("the missing currency is reported as %+v", one)
	}
	var all Errors
	if !errors.As(err, &all) || len(all) != 2 || all[1].Line != 3 || all[1].Field != "reseller.curency" {
		t.Errorf("both errors are wanted, sorted by place; got %v", err)
	}
}

func TestLoadRefuses(t *testing.T) {
	empty := t.TempDir()
	large := filepath.Join(t.TempDir(), "large.yaml")
	if err := os.WriteFile(large, make([]byte, maxFileSize+1), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		paths []string
		want  string
	}{
		{nil, "give a file or a folder"},
		{[]string{filepath.Join(empty, "none.yaml")}, "none.yaml: no such file"},
		{[]string{empty}, "holds no .yaml or .yml file"},
		{[]string{large}, "larger than 10 MB"},
	} {
		if _, err := Load(test.paths...); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("Load(%q) says %v, want %q", test.paths, err, test.want)
		}
	}
}

// A file named twice, or named and below a folder that is named too, is one file.
func TestLoadReadsAFileOnce(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "c.yaml")
	if err := os.WriteFile(file, []byte("customers: [{id: a, name: A}]"), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := Load(file, folder, filepath.Join(folder, ".", "c.yaml"))
	if err != nil || len(c.Customers) != 1 {
		t.Errorf("got %d customers, %v", len(c.Customers), err)
	}
}

// Small texts that stand for large or deep values are refused before they are built.
func TestParseRefusesBombs(t *testing.T) {
	for name, text := range map[string]string{
		"aliases":  "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
		"brackets": strings.Repeat("[", 100_000),
		"braces":   strings.Repeat("{a: ", 100_000),
		"dashes":   strings.Repeat("- ", 100_000),
		"commas":   "payers: [" + strings.Repeat(",", 100_000) + "]",
		"blanks":   "payers:\n" + strings.Repeat("- # none\n", 100_000),
		"names":    strings.Repeat("- a:\n", 100_000),
		"not text": "reseller: {name: \xff}",
		"control":  `reseller: {name: "a\x01", currency: USD}`,
	} {
		if _, err := Parse(name, []byte(text)); err == nil {
			t.Errorf("%s were taken", name)
		}
	}
}

// A file that is all wrong gives errors of a bounded number.
func TestErrorsAreBounded(t *testing.T) {
	_, err := Parse("c.yaml", []byte("customers:\n"+strings.Repeat("  - {idd: x}\n", 5000)))
	var all Errors
	if !errors.As(err, &all) || len(all) != keptErrors {
		t.Errorf("%d errors, want %d", len(all), keptErrors)
	}
	if lines := strings.Split(err.Error(), "\n"); len(lines) != printedErrors+1 || lines[printedErrors] != "and 150 more" {
		t.Errorf("%d lines, the last %q", len(lines), lines[len(lines)-1])
	}
}

// Whatever is parsed is the same after a way through JSON, as the store keeps it.
func FuzzParse(f *testing.F) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			f.Add(file.Data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("fuzz.yaml", data)
		if err != nil {
			var all Errors
			if !errors.As(err, &all) || len(all) == 0 || all[0].Message == "" {
				t.Fatalf("an error without a message: %#v", err)
			}
			return
		}
		Check(c)
		back, err := Merge(billing.Config{}, Diff(billing.Config{}, c, false))
		if err != nil {
			t.Fatal(err)
		}
		if Hash(back) != Hash(c) {
			t.Fatalf("%s came back as %s", canonical(c), canonical(back))
		}
	})
}
