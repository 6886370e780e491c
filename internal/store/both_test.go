package store

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/sluice-billing/sluice/internal/store/postgrestest"
)

// databaseOfTests names the database of a run of these tests: SQLite, or
// PostgreSQL where it says postgres.
const databaseOfTests = "SLUICE_TEST_DATABASE"

func onPostgres() bool { return os.Getenv(databaseOfTests) == "postgres" }

// onlySQLite skips what is said of files.
func onlySQLite(t *testing.T) {
	t.Helper()
	if onPostgres() {
		t.Skip("it is about SQLite")
	}
}

// All tests of this package run on PostgreSQL as well, in a process of their own.
func TestAllOnPostgreSQL(t *testing.T) {
	if onPostgres() {
		t.Skip("it runs the others on PostgreSQL, and this is that run")
	}
	for _, test := range []string{killedRecords, issuerRecords} {
		if os.Getenv(test) != "" {
			t.Skip("this process is part of another test")
		}
	}
	postgrestest.URL(t) // skips this one where there is no PostgreSQL
	args := []string{"-test.count=1", "-rapid.checks=20", fmt.Sprintf("-test.v=%t", testing.Verbose())}
	if testing.Short() {
		args = append(args, "-test.short")
	}
	run := exec.CommandContext(t.Context(), os.Args[0], args...)
	run.Env = append(os.Environ(), databaseOfTests+"=postgres")
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("on PostgreSQL: %v\n%s", err, out)
	}
	if testing.Verbose() {
		t.Logf("on PostgreSQL:\n%s", out)
	}
}

// newPlace is a place of new records, of the kind of this run of the tests.
func newPlace(t *testing.T) string {
	t.Helper()
	if !onPostgres() {
		return filepath.Join(t.TempDir(), "records.db")
	}
	place, drop := postgrestest.Copy(t, migrated(t))
	t.Cleanup(drop)
	return place
}

// emptyPlace is a place without tables.
func emptyPlace(t *testing.T) string {
	t.Helper()
	if onPostgres() {
		return postgrestest.URL(t)
	}
	return filepath.Join(t.TempDir(), "records.db")
}

// passingPlace is one that is removed before the end of the test; in memory where
// there is some, since thousands of commits wait for the disk else.
func passingPlace(t *testing.T) (place string, remove func()) {
	t.Helper()
	if onPostgres() {
		return postgrestest.Copy(t, migrated(t))
	}
	dir, err := os.MkdirTemp("/dev/shm", "sluice-test-")
	if err != nil {
		dir = t.TempDir()
	}
	return filepath.Join(dir, "records.db"), func() { ok(t, os.RemoveAll(dir)) }
}

var templateOnce = sync.OnceValue(func() *template { return &template{} })

// template is a database with tables and without rows; copying it is quicker than
// making the tables.
type template struct {
	sync.Mutex
	place string
}

func migrated(t *testing.T) string {
	t.Helper()
	made := templateOnce()
	made.Lock()
	defer made.Unlock()
	if made.place == "" {
		empty, _ := postgrestest.Copy(t, "postgres:///template0") // it goes with the server
		s, err := Open(t.Context(), empty)
		ok(t, err)
		ok(t, s.Close())
		made.place = empty
	}
	return made.place
}

var opened sync.Map // the place of each *Store that openAt opened

// openAt opens the records at a place for the length of the test.
func openAt(t *testing.T, place string) *Store {
	t.Helper()
	s, err := Open(t.Context(), place)
	if err != nil {
		t.Fatal(err)
	}
	opened.Store(s, place)
	t.Cleanup(func() {
		s.Close()
		opened.Delete(s)
	})
	return s
}

// again opens the records of s once more.
func again(t *testing.T, s *Store) *Store {
	t.Helper()
	place, _ := opened.Load(s)
	return openAt(t, place.(string))
}
