package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write testdata/report.txt anew")

// plant writes testdata/tree.txtar to a new folder.
func plant(t *testing.T) string {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", "tree.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	for _, f := range archive.Files {
		write(t, filepath.Join(root, f.Name), f.Data)
	}
	return root
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

func measured(t *testing.T) report {
	t.Helper()
	r, err := measure(plant(t))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// All numbers are counted by hand in testdata/tree.txtar.
func TestMeasure(t *testing.T) {
	r := measured(t)
	equal := func(what string, got, want any) {
		t.Helper()
		if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
			t.Errorf("%s:\n%s\nwanted:\n%s", what, g, w)
		}
	}
	equal("notes", r.Notes, "[]")

	// money 9 1 3 1 1, lake 1 1 1 6 6, engine 1 1, rating 9 8 4 13 8, in order:
	// 1 1 1 1 1 1 1 1 3 4 6 6 8 8 9 9 13.
	equal("functions", r.Functions.Count, 17)
	equal("median function", r.Functions.Median, "3 (aim <= 12)")
	equal("p90 of functions", r.Functions.P90, "9 (aim <= 45)") // the 16th
	equal("longest function", r.Functions.Longest[0], "{internal/rating/other.go:3 third 13}")
	equal("functions in the list", len(r.Functions.Longest), 10)
	equal("functions of tests", r.TestFunctions.Count, 3) // of 1, 3 and 6 lines
	equal("median function of tests", r.TestFunctions.Median.Value, 3)

	// lake.go 49, money.go 48, rating.go 31, other.go 24, engine.go 18.
	equal("files", r.Files.Longest, "[{internal/lake/lake.go  49} {internal/money/money.go  48} {internal/rating/rating.go  31} {internal/rating/other.go  24} {internal/engine/engine.go  18}]")
	equal("median file", r.Files.Median, "31 (aim <= 150)")
	equal("files of tests", r.TestFiles.Count, 3)

	equal("undocumented", r.Undocumented.All, "[{internal/money/money.go:17 Bare} {internal/money/money.go:25 Alone} {internal/money/money.go:41 Amount.Lost}]")

	equal("interfaces", r.Interfaces.All, "[{{internal/lake/lake.go:16 lake.Clock} 1 1 0}]")

	equal("repeats", r.Repeats.All, "[{6 [internal/rating/other.go:4-13 internal/rating/rating.go:9-14]}]")

	equal("dependencies", r.Dependencies.Modules, "[{example.org/bare } {example.org/kept It keeps.}]")
	equal("complaints about dependencies", r.Dependencies.Complaints, "2 (aim 0 MISSED)")
}

func TestPackages(t *testing.T) {
	r := measured(t).Packages
	var got []string
	for _, row := range r.Rows {
		var unused []string
		for _, one := range row.Unused {
			unused = append(unused, one.Name)
		}
		got = append(got, fmt.Sprintf("%s: %d+%d lines, %d%%, %d exported, unused %v, in %d, out %d, against %q",
			row.Folder, row.Lines, row.Tests, row.Percent, row.Exported, unused, row.FanIn, row.FanOut, row.Against))
	}
	want := []string{
		`internal/engine: 18+0 lines, 0%, 1 exported, unused [Engine], in 0, out 0, against []`,
		// Clock, Depth, Lake, Lake.Now, Lake.Rows, Open, Table, Tick. Lake's methods are asked for by interfaces,
		// Depth and Tick are used by money, and Open by a test alone.
		`internal/lake: 49+6 lines, 12%, 8 exported, unused [Clock Lake Open Table], in 1, out 0, against []`,
		// Alone, Amount, Amount.Lost, Amount.Rows, Amount.String, Bare, Generated, Large, Parse, Small, Unit, Yen, Yuan.
		// Rating has an Amount and so its Unit with all values; lake.Table asks for Rows; Large stands beside Small.
		`internal/money: 48+10 lines, 20%, 13 exported, unused [Alone Amount.Lost Bare Generated], in 1, out 1, against ["internal/lake: lake stands after money in the import order"]`,
		`internal/rating: 55+11 lines, 20%, 0 exported, unused [], in 0, out 1, against []`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s\nwanted:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	total := fmt.Sprint(r.Exported, r.Unused, r.Constants, r.Against, r.Percent)
	if total != "22 9 (aim 0 MISSED) 1 1 (aim 0 MISSED) 15 (aim >= 50 MISSED)" {
		t.Errorf("all: %s", total)
	}
}

// A package with a fault is measured as far as it goes, and the report says so.
func TestFault(t *testing.T) {
	root := plant(t)
	write(t, filepath.Join(root, "internal/rating/fault.go"), []byte("package rating\n\nvar a int = \"\"\n"))
	r, err := measure(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Notes) != 1 || !strings.HasPrefix(r.Notes[0], "internal/rating/fault.go:3:13: ") {
		t.Errorf("notes: %q", r.Notes)
	}
	if r.Files.Count != 6 {
		t.Errorf("%d files", r.Files.Count)
	}
}

func TestUnreadable(t *testing.T) {
	root := plant(t)
	write(t, filepath.Join(root, "internal/rating/fault.go"), []byte("package rating\n\nfunc {\n"))
	if _, err := measure(root); err == nil || !strings.Contains(err.Error(), "internal/rating/fault.go:3") {
		t.Errorf("error: %v", err)
	}
}

// gitLog is what git writes of three commits; the NUL before each is a “0”.
const gitLog = `0aaaaaaa Moved
1	1	docs/{a.md => b.md}
3	0	internal/money/money.go
0bbbbbbb All of it
1	0	go.sum
9	0	go.mod
9	0	internal/money/money.go
9	0	internal/{lake => money}/testdata/x.txt
-	-	docs/images/x.png
9	0	changelog/unreleased/x.md
9	0	README.md
0ccccccc Nothing
`

func TestCommits(t *testing.T) {
	got := summarize(parseLog(strings.ReplaceAll(gitLog, "\n0", "\n\x00")[1:]))
	want := commits{
		Count: 3,
		All:   touched{number{2, "<= 8", false}, number{6, "<= 25", false}},
		Code:  touched{number{1, "<= 4", false}, number{2, "<= 15", false}},
		Most:  []commit{{"bbbbbbb", "All of it", 6, 2}, {"aaaaaaa", "Moved", 2, 1}, {"ccccccc", "Nothing", 0, 0}},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%+v\nwanted:\n%+v", got, want)
	}
}

func TestNewPath(t *testing.T) {
	for from, want := range map[string]string{
		"docs/a.md": "docs/a.md", "a => b/c": "b/c", "x/{a => b}/c": "x/b/c", "x/{ => b}/c": "x/b/c", "x/{a => }/c": "x/c",
	} {
		if got := newPath(from); got != want {
			t.Errorf("%s went to %s; wanted %s", from, got, want)
		}
	}
}

// Git itself is asked in a repository of two commits.
func TestGit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	root := t.TempDir()
	if got := readCommits(root); !strings.HasPrefix(got.Absent, "git has no history here: ") {
		t.Errorf("outside of a repository: %+v", got)
	}
	git := func(args ...string) {
		t.Helper()
		identity := []string{"-C", root, "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgSign=false"}
		if said, err := exec.Command("git", append(identity, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("git %q: %v\n%s", args, err, said)
		}
	}
	git("init", "-q")
	write(t, filepath.Join(root, "a.go"), []byte("package a\n\n// A file has to have some lines to be known again.\n"))
	write(t, filepath.Join(root, "docs", "ä.txt"), []byte("a page\n"))
	git("add", ".")
	git("commit", "-q", "-m", "Two files")
	git("mv", "a.go", "b.go")
	git("commit", "-q", "-m", "One moved")
	var got []string
	for _, c := range readCommits(root).Most {
		got = append(got, fmt.Sprintf("%s %d %d", c.Subject, c.Files, c.Code))
	}
	if want := []string{"Two files 2 1", "One moved 1 1"}; !slices.Equal(got, want) {
		t.Errorf("%q; wanted %q", got, want)
	}
}

// The page a person reads. Its numbers are checked above.
func TestText(t *testing.T) {
	r := measured(t)
	r.Commits = summarize(parseLog(strings.ReplaceAll(gitLog, "\n0", "\n\x00")[1:]))
	var got strings.Builder
	if err := r.writeText(&got, false); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "report.txt")
	if *update {
		write(t, golden, []byte(got.String()))
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("%s\nwanted:\n%s", got.String(), want)
	}
	for line := range strings.Lines(got.String()) {
		if letters := len([]rune(strings.TrimSuffix(line, "\n"))); letters > width {
			t.Errorf("%d columns: %s", letters, line)
		}
	}
}

// -v lists what the page only counts.
func TestVerbose(t *testing.T) {
	var got strings.Builder
	if err := measured(t).writeText(&got, true); err != nil {
		t.Fatal(err)
	}
	if want := "unused outside: internal/lake/lake.go:44  Open\n"; !strings.Contains(got.String(), want) {
		t.Errorf("%s\nlacks %q", got.String(), want)
	}
}

func TestJSON(t *testing.T) {
	r := measured(t)
	var got strings.Builder
	if err := r.writeJSON(&got); err != nil {
		t.Fatal(err)
	}
	var back report
	if err := json.Unmarshal([]byte(got.String()), &back); err != nil {
		t.Fatal(err)
	}
	if back.Undocumented.Count != r.Undocumented.Count || len(back.Packages.Rows) != 4 || back.Interfaces.All[0].Name != "lake.Clock" {
		t.Errorf("%s", got.String())
	}
}
