package app_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
	"github.com/sluice-billing/sluice/internal/store/postgrestest"
)

// A month gives the same documents, to the byte, whether its records lie in
// SQLite or in PostgreSQL.
func TestPostgreSQLGivesTheSameDocuments(t *testing.T) {
	address := postgrestest.URL(t)
	folder := t.TempDir()
	delivered(t, folder, "1001", 1)
	hashes := map[string]map[string]string{}
	for name, database := range map[string]string{"SQLite": "", "PostgreSQL": address} {
		a, err := app.Open(t.Context(), app.Options{Dir: t.TempDir(), Database: database, Now: func() time.Time { return afterAll }})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { a.Close() })
		apply(t, a, declared(folder))
		if c := closeMonth(t, a, september(t)); !c.Proved() {
			t.Errorf("on %s: %v", name, c.Residues)
		}
		hashes[name] = issuedHashes(t, a)
	}
	if len(hashes["SQLite"]) != 2 || !maps.Equal(hashes["SQLite"], hashes["PostgreSQL"]) {
		t.Errorf("documents by database: %v", hashes)
	}
}

// issuedHashes issues the drafts of September, and returns the hash of each
// document by its number.
func issuedHashes(t *testing.T, a *app.App) map[string]string {
	t.Helper()
	documents, err := a.Documents.Invoices(t.Context(), september(t))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, d := range documents {
		ids = append(ids, d.ID)
	}
	slices.Sort(ids)
	if _, err := a.Documents.Issue(context.Background(), ids, billing.DayOf(afterAll)); err != nil {
		t.Fatal(err)
	}
	issued, err := a.Store.Invoices(t.Context(), september(t))
	if err != nil {
		t.Fatal(err)
	}
	hashes := map[string]string{}
	for _, d := range issued {
		if d.State != store.InvoiceIssued {
			t.Errorf("%s is %s", d.ID, d.State)
		}
		hashes[d.Number] = d.Hash
	}
	return hashes
}
