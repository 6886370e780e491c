package main

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sluice-billing/sluice/internal/store/postgrestest"
)

var update = flag.Bool("update", false, "write docs/reference/cli.md and the golden files anew")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sluice": scripted, "vendor": vendor, "aws": customersAWS, "hyper_vendor": hyperVendor, "hyper_backend": hyperBackend})
}

// october is a month of a real payer, made public by its owner.
const october = "aws-cur-walabs-parquet-2018/Oct2018-WorkshopCUR-00001.snappy.parquet"

// Each script is a session with the program, as someone types it. Where
// SLUICE_TEST_DATABASE says postgres, each has its records in a database of its
// own.
func TestScripts(t *testing.T) {
	all, err := filepath.Glob(filepath.Join("testdata", "script", "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("SLUICE_TEST_DATABASE") == "postgres" {
		runScripts(t, slices.DeleteFunc(all, severalFolders), onPostgreSQL)
		return
	}
	runScripts(t, all, inTheFolder)
}

// What people do most is run on PostgreSQL always.
func TestScriptsOnPostgreSQL(t *testing.T) {
	var scripts []string
	for _, name := range []string{"month", "entry", "get_paid"} {
		scripts = append(scripts, filepath.Join("testdata", "script", name+".txtar"))
	}
	runScripts(t, scripts, onPostgreSQL)
}

// manner is how scripts are run.
type manner struct {
	postgres bool
	asked    *atomic.Int64 // counts the servers that are asked; nil where none is
}

var (
	inTheFolder  = manner{}
	onPostgreSQL = manner{postgres: true}
)

func atServer(asked *atomic.Int64) manner { return manner{asked: asked} }

// severalFolders tells of a script that it is about folders of installations,
// which one database is not.
func severalFolders(script string) bool {
	about := []string{"apply", "audit", "backup", "book_examples", "book_lint", "demo", "help", "misuse", "secret", "tutorial"}
	return slices.Contains(about, strings.TrimSuffix(filepath.Base(script), ".txtar"))
}

func runScripts(t *testing.T, scripts []string, how manner) {
	t.Helper()
	testdata := os.Getenv("SLUICE_TESTDATA")
	if testdata == "" {
		testdata = filepath.Join("..", "..", "..", "shared", "data")
	}
	testdata, err := filepath.Abs(filepath.Join(testdata, october))
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	empty := ""
	if how.postgres {
		empty = postgrestest.URL(t) // skips the test where there is no PostgreSQL
	}
	testscript.Run(t, testscript.Params{
		Files:              scripts,
		RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("OCTOBER", testdata)
			env.Setenv("ROOT", root)
			if how.postgres {
				address, drop := postgrestest.Copy(t, empty)
				env.Setenv("SLUICE_DATABASE_URL", address)
				env.Defer(drop)
			}
			if how.asked != nil {
				serveScript(env, how.asked)
			}
			return nil
		},
		Condition: func(condition string) (bool, error) {
			switch condition {
			case "testdata":
				return exists(testdata), nil
			case "fonts":
				return exists(filepath.Join("..", "..", "internal", "deliver", "font", "NotoSans-Regular.ttf.gz")), nil
			}
			return false, errors.New("unknown condition " + condition)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": wantExit, "capture": capture, "follow": follow, "aws-stub": startAWS, "walk": walkPage},
	})
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// wantExit is the script command `exits CODE PROGRAM ARGS…`: it runs the program
// and wants that exit code.
func wantExit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, wanted %d\n%s%s", got, want, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

// capture is the script command `capture NAME PATTERN`: it puts what the
// pattern's group matches in the last standard output into a variable.
func capture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: capture NAME PATTERN")
	}
	pattern, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	found := pattern.FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) != 2 {
		ts.Fatalf("no match for %q in:\n%s", args[1], ts.ReadFile("stdout"))
	}
	ts.Setenv(args[0], found[1])
}
