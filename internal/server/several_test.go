package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"sync"
	"testing"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/audit"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/store/postgrestest"
)

// Two servers on one PostgreSQL database and one lake: what is asked of both at once
// is done once, numbers have no gap and no double, and each sees what the other did.
// The records come from a file, by a copy.
func TestTwoServersShareOneDatabase(t *testing.T) {
	database := postgrestest.URL(t)
	from := serve(t)
	owner := from.program("owner", nil, access.Grant{Organization: access.Root, Role: access.Owner})
	copied := filepath.Join(t.TempDir(), "copy.tar.zst")
	if _, err := from.home.Backups.Make(t.Context(), copied, false); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Restore(t.Context(), app.Options{Dir: from.dir, Database: database}, copied); err != nil {
		t.Fatal(err)
	}
	servers := []*tested{serveIn(t, from.dir, database), serveIn(t, from.dir, database)}

	// A close of each month, asked of both at once.
	var asking sync.WaitGroup
	for _, s := range servers {
		for _, month := range []string{"2026-08", "2026-09"} {
			asking.Go(func() {
				if got := s.ask(owner, http.MethodPost, api.Base+"/months/"+month+"/close", map[string]any{}); got.status != http.StatusAccepted {
					t.Errorf("%s: %s", month, got)
				}
			})
		}
	}
	asking.Wait()
	servers[0].settled(owner)

	// All drafts, issued by both at once: one by one, in opposite order.
	got := servers[1].ask(owner, http.MethodGet, api.Base+"/invoices?limit=1000&filter=state:eq:draft&filter=period:eq:2026-09", nil)
	var drafts api.Page[api.ListedInvoice]
	if err := json.Unmarshal(got.body, &drafts); err != nil || len(drafts.Items) == 0 {
		t.Fatalf("there are no drafts: %v, %s", err, got)
	}
	for i, s := range servers {
		asking.Go(func() {
			for n := range drafts.Items {
				id := drafts.Items[(n*(1-2*i)+len(drafts.Items))%len(drafts.Items)].ID
				s.ask(owner, http.MethodPost, api.Base+"/invoices/issue", map[string]any{"ids": []string{id}}) // the slower one is refused
			}
		})
	}
	asking.Wait()
	series := map[string]int{}
	documents, err := servers[0].home.Documents.Invoices(t.Context(), billing.Period{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range documents {
		if d.State == invoice.Issued {
			series[d.Number]++
		}
	}
	for number, times := range series {
		if times != 1 {
			t.Errorf("R30: %s was given %d times", number, times)
		}
	}
	if highest := fmt.Sprintf("INV-2026-%06d", countOf(series, "INV-2026-")); series[highest] != 1 {
		t.Errorf("R30: the numbers of INV-2026 have a gap: %v", series)
	}
	for i, s := range servers {
		if proof, err := audit.VerifyRecords(t.Context(), s.records()); err != nil {
			t.Errorf("server %d: the audit is broken after %d entries: %v", i, proof.Entries, err)
		}
	}
}

func countOf(numbers map[string]int, prefix string) (n int) {
	for number := range numbers {
		if len(number) == len(prefix)+6 && number[:len(prefix)] == prefix {
			n++
		}
	}
	return n
}
