package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

var (
	september = billing.PeriodOf(time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC))
	october   = september.Next()
)

// openNew opens new records, of the kind of this run of the tests.
func openNew(t *testing.T) *Store {
	t.Helper()
	return openAt(t, newPlace(t))
}

// ok stops the test when something that must work did not.
func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused checks that err is there and says every one of the words.
func refused(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want one that says %q", words)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("error is %q; want it to say %q", err, word)
		}
	}
}

// notFound checks that err wraps ErrNotFound and names the thing.
func notFound(t *testing.T, err error, thing string) {
	t.Helper()
	if !errors.Is(err, ErrNotFound) {
		t.Fatalf("error is %v; want ErrNotFound", err)
	}
	refused(t, err, thing)
}

func count(t *testing.T, s *Store, table string) int64 {
	t.Helper()
	n, _, err := first(t.Context(), s.db, scanOne[int64], `SELECT COUNT(*) FROM `+table)
	ok(t, err)
	return n
}

func TestOpenAgainKeepsRecords(t *testing.T) {
	onlySQLite(t)
	path := filepath.Join(t.TempDir(), "deep", "what? 100% #1.db")
	s, err := Open(t.Context(), path)
	ok(t, err)
	ok(t, s.Apply(t.Context(), "ann", []Resource{{Kind: "customer", ID: "acme", Spec: []byte(`{}`)}}, nil))
	ok(t, s.Close())
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the records are not where they were asked for: %v", err)
	}
	resources, err := openAt(t, path).Resources(t.Context())
	ok(t, err)
	if len(resources) != 1 {
		t.Errorf("%d resources after opening again, want 1", len(resources))
	}
}

func TestOpenBySeveralAtOnce(t *testing.T) {
	path := emptyPlace(t)
	var wait sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		wait.Go(func() {
			s, err := Open(t.Context(), path)
			if err == nil {
				err = s.SetPeriodState(t.Context(), "1", october, PeriodReady, "")
				s.Close()
			}
			errs[i] = err
		})
	}
	wait.Wait()
	ok(t, errors.Join(errs...))
}

func TestOpenRefusesNewerTables(t *testing.T) {
	path := newPlace(t)
	s := openAt(t, path)
	_, err := s.db.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)`)
	ok(t, err)
	_, err = Open(t.Context(), path)
	refused(t, err, s.place, "newer Sluice", "9999")
}

func TestOpenRefusesWhatIsNoDatabase(t *testing.T) {
	onlySQLite(t)
	path := filepath.Join(t.TempDir(), "records.db")
	ok(t, os.WriteFile(path, []byte(strings.Repeat("no database ", 100)), 0o600))
	_, err := Open(t.Context(), path)
	refused(t, err, path)
}

func TestSettings(t *testing.T) {
	onlySQLite(t)
	s := openNew(t)
	for pragma, want := range map[string]string{"journal_mode": "wal", "foreign_keys": "1", "synchronous": "2", "busy_timeout": "10000"} {
		got, _, err := first(t.Context(), s.db, scanOne[string], `PRAGMA `+pragma)
		ok(t, err)
		if got != want {
			t.Errorf("%s is %s, want %s", pragma, got, want)
		}
	}
}

// A reader is not held up by a writer, and sees nothing of what is not committed.
func TestReadDuringWrite(t *testing.T) {
	s := openNew(t)
	other := again(t, s)
	stop := errors.New("stop")
	err := s.write(t.Context(), "test", func(tx *sql.Tx) error {
		ok(t, appendAudit(t.Context(), tx, AuditEntry{At: now(), By: "ann", Action: "a", Subject: "b"}))
		entries, err := other.Audit(t.Context(), 0)
		ok(t, err)
		if len(entries) != 0 {
			t.Errorf("a reader sees %d entries that are not committed", len(entries))
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Errorf("write returned %v, want the error of the change", err)
	}
	if n := count(t, s, "audit"); n != 0 {
		t.Errorf("%d audit entries of a change that failed", n)
	}
}

func TestWriteStopsWithItsContext(t *testing.T) {
	s := openNew(t)
	other := again(t, s)
	err := s.write(t.Context(), "test", func(*sql.Tx) error {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		return other.SetPeriodState(ctx, "1", october, PeriodReady, "")
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting for the lock ended with %v, want the context's error", err)
	}
}
