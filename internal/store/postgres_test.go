package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/store/postgrestest"
)

// A write whose connection is cut in the middle is done again, once.
func TestWriteAgainAfterALostConnection(t *testing.T) {
	place := postgrestest.URL(t)
	s := openAt(t, place)
	other := openAt(t, place)
	tries := 0
	err := s.write(t.Context(), "test", func(tx *sql.Tx) error {
		tries++
		ok(t, appendAudit(t.Context(), tx, AuditEntry{At: now(), By: "ann", Action: "a", Subject: "b"}))
		if tries == 1 {
			var pid int
			ok(t, tx.QueryRowContext(t.Context(), `SELECT pg_backend_pid()`).Scan(&pid))
			_, err := other.db.ExecContext(t.Context(), `SELECT pg_terminate_backend($1)`, pid)
			ok(t, err)
		}
		_, err := tx.ExecContext(t.Context(), `SELECT 1`)
		return err
	})
	ok(t, err)
	if n := count(t, other, "audit"); tries != 2 || n != 1 {
		t.Errorf("%d entries after %d tries, want 1 after 2", n, tries)
	}
}

// Where the connection is cut before the commit, it is done once, or the error says
// that nobody knows.
func TestCommitOnALostConnection(t *testing.T) {
	place := postgrestest.URL(t)
	s, other := openAt(t, place), openAt(t, place)
	cut := false
	err := s.write(t.Context(), "test", func(tx *sql.Tx) error {
		ok(t, appendAudit(t.Context(), tx, AuditEntry{At: now(), By: "ann", Action: "a", Subject: "b"}))
		if cut {
			return nil
		}
		cut = true
		var pid int
		ok(t, tx.QueryRowContext(t.Context(), `SELECT pg_backend_pid()`).Scan(&pid))
		_, err := other.db.ExecContext(t.Context(), `SELECT pg_terminate_backend($1)`, pid)
		time.Sleep(50 * time.Millisecond) // until the server has closed it
		return err
	})
	var unsure *unsureError
	if n := count(t, other, "audit"); n > 1 || err == nil && n != 1 || err != nil && !errors.As(err, &unsure) {
		t.Errorf("%d entries, %v", n, err)
	}
}

// A writer gives up after a while, and says on which records, without a password.
func TestWriterGivesUp(t *testing.T) {
	place := postgrestest.URL(t)
	s := openAt(t, place)
	impatient := openAt(t, strings.Replace(place, "sluice@", "sluice:pass-word@", 1)+"&lock_timeout=100")
	ok(t, s.write(t.Context(), "test", func(*sql.Tx) error {
		err := impatient.SetPeriodState(context.Background(), "1", october, PeriodReady, "")
		refused(t, err, "another process has been writing to postgres://sluice@", "try again")
		if strings.Contains(err.Error(), "pass-word") {
			t.Errorf("the message shows the password: %v", err)
		}
		_, err = impatient.PeriodStates(t.Context(), october) // who reads does not wait
		return err
	}))
}

func TestOpenRefusesAnotherOrderOfText(t *testing.T) {
	place := postgrestest.URL(t)
	s := openAt(t, place)
	if _, err := s.db.ExecContext(t.Context(), `CREATE DATABASE by_language TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en'`); err != nil {
		t.Skip("this PostgreSQL has no other order of text: ", err)
	}
	address, err := url.Parse(place)
	ok(t, err)
	address.Path = "/by_language"
	_, err = Open(t.Context(), address.String())
	refused(t, err, "/by_language", "order of bytes", "CREATE DATABASE by_language TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
}

func TestAddressesAreShownWithoutPasswords(t *testing.T) {
	for at, want := range map[string]string{
		"postgres://ann:secret@db.example.com/sluice?sslmode=disable": "postgres://ann@db.example.com:5432/sluice",
		"postgresql://ann@db.example.com:6432/sluice?password=secret": "postgres://ann@db.example.com:6432/sluice",
		"postgres://ann:secret@/sluice?host=/run/postgresql":          "postgres://ann@/sluice?host=/run/postgresql",
		"postgres://ann:secret@db.example.com:none/sluice":            "an address that cannot be read",
		"/srv/sluice/sluice.db":                                       "/srv/sluice/sluice.db",
	} {
		if got := PlaceOf(at); got != want {
			t.Errorf("%s is shown as %s, want %s", at, got, want)
		}
	}
	_, err := Open(t.Context(), "postgres://ann:secret@db.example.com:none/sluice")
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("a wrong address: %v", err)
	}
}
