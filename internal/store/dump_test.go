package store

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/store/postgrestest"
)

// dumped is all rows of the records, by table, and the version of the tables.
func dumped(t *testing.T, s *Store) (rows map[string]string, order []string, version int64) {
	t.Helper()
	rows = map[string]string{}
	ok(t, s.Snapshot(t.Context(), func(x *Snapshot) error {
		version = x.Version
		for _, table := range x.Tables {
			var text bytes.Buffer
			n, err := x.Write(t.Context(), table, &text)
			ok(t, err)
			if lines := int64(strings.Count(text.String(), "\n")); lines != n {
				t.Errorf("%s has %d rows in %d lines", table.Name, n, lines)
			}
			rows[table.Name] = text.String()
			order = append(order, table.Name)
		}
		return nil
	}))
	return rows, order, version
}

// restored makes records of what dumped has returned.
func restored(t *testing.T, place string, rows map[string]string, order []string, version int64) *Store {
	t.Helper()
	ok(t, Restore(t.Context(), place, version, func(f *Filling) error {
		for _, table := range order {
			if _, err := f.Read(t.Context(), table, strings.NewReader(rows[table])); err != nil {
				return err
			}
		}
		if missing := f.Missing(); missing != nil {
			t.Errorf("nothing was read into %v", missing)
		}
		return nil
	}))
	return openAt(t, place)
}

// withEverything are records with odd texts in them.
func withEverything(t *testing.T) *Store {
	t.Helper()
	s := withIssued(t, "acme", "beta")
	ok(t, s.Apply(t.Context(), "änn <\u2028&>", []Resource{{Kind: "customer", ID: "acme", Spec: []byte(`{"name":"„ACME“ \"\\ \u0000"}`)}}, nil))
	ok(t, s.SwapLoad(t.Context(), loadOf("01X", october), nil))
	p, _, err := s.RecordPayment(t.Context(), paymentOf("bank\n1", "30"), upTo("2026-10/acme"))
	ok(t, err)
	_, err = s.ReversePayment(t.Context(), p.ID, invoice.Payment{On: november, Reference: "wrong", By: "ann"})
	ok(t, err)
	return s
}

// What is in one database comes out of the other, and back, to the byte.
func TestRestoreOnBothDatabases(t *testing.T) {
	onlySQLite(t)
	rows, order, version := dumped(t, withEverything(t))
	for _, place := range []string{postgrestest.URL(t), filepath.Join(t.TempDir(), "again.db")} {
		s := restored(t, place, rows, order, version)
		got, gotOrder, gotVersion := dumped(t, s)
		if gotVersion != version || strings.Join(gotOrder, " ") != strings.Join(order, " ") {
			t.Errorf("in %s: tables %v of version %d, want %v of %d", s.Place(), gotOrder, gotVersion, order, version)
		}
		for table, want := range rows {
			if got[table] != want {
				t.Errorf("%s in %s:\n%s\nwant\n%s", table, s.Place(), got[table], want)
			}
		}
		if _, err := issueNext(t.Context(), s, "2026-10/acme"); err == nil {
			t.Error("an issued document can be issued again")
		}
	}
}

// A snapshot shows nothing of what is written meanwhile, and holds nobody up.
func TestSnapshotIsOfOneMoment(t *testing.T) {
	s := withDrafts(t, "acme")
	ok(t, s.Snapshot(t.Context(), func(x *Snapshot) error {
		_, err := issueNext(t.Context(), s, "2026-10/acme")
		ok(t, err)
		for _, table := range x.Tables {
			var text bytes.Buffer
			_, err := x.Write(t.Context(), table, &text)
			ok(t, err)
			if strings.Contains(text.String(), "INV-") {
				t.Errorf("%s shows an issue that came later: %s", table.Name, text.String())
			}
		}
		return nil
	}))
}

func TestRestoreRefuses(t *testing.T) {
	rows, order, version := dumped(t, withDrafts(t, "acme"))
	fill := func(change func(map[string]string)) func(*Filling) error {
		return func(f *Filling) error {
			changed := map[string]string{}
			for table, text := range rows {
				changed[table] = text
			}
			change(changed)
			for _, table := range order {
				if _, err := f.Read(context.Background(), table, strings.NewReader(changed[table])); err != nil {
					return err
				}
			}
			return nil
		}
	}
	place := emptyPlace(t)
	replace := func(table, old, new string) func(map[string]string) {
		return func(rows map[string]string) { rows[table] = strings.Replace(rows[table], old, new, 1) }
	}
	for name, test := range map[string]struct {
		change func(map[string]string)
		says   []string
	}{
		"a row that refers to none": {func(rows map[string]string) { rows["rated"] = "" }, []string{"rated_load, row 1"}},
		"no JSON":                   {replace("rated", "{", "["), []string{"rated, row 1"}},
		"a column too many":         {replace("rated", "{", `{"more":1,`), []string{"rated, row 1", "columns"}},
		"another column":            {replace("rated", `"config"`, `"konfig"`), []string{"rated, row 1", "config"}},
		"another type":              {replace("rated", `"config":"`, `"config":1,"x":"`), []string{"rated, row 1"}},
		"a row twice":               {func(rows map[string]string) { rows["rated"] += rows["rated"] }, []string{"rated, row 2"}},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, Restore(t.Context(), place, version, fill(test.change)), test.says...)
		})
	}
	refused(t, Restore(t.Context(), place, 9999, fill(func(map[string]string) {})), "newer Sluice", "9999")
	ok(t, Restore(t.Context(), place, version, fill(func(map[string]string) {}))) // nothing was left of what was refused
	refused(t, Restore(t.Context(), place, version, fill(func(map[string]string) {})), "already")
}
