package month

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine/duckdb"
	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/store"
)

// Lines that another version wrote are not read together with today's.
func TestCheckLayout(t *testing.T) {
	load := func(layout string) store.Load {
		totals, err := json.Marshal(ingest.Totals{Layout: layout})
		if err != nil {
			t.Fatal(err)
		}
		return store.Load{Payer: "111111111111", Report: "cur", Totals: totals}
	}
	if err := CheckLayout(load(lake.Layout)); err != nil {
		t.Error(err)
	}
	for _, old := range []string{"", "0123456789ab"} {
		err := CheckLayout(load(old))
		if err == nil || !strings.Contains(err.Error(), "111111111111 cur") || !strings.Contains(err.Error(), "sluice ingest") {
			t.Errorf("layout %q: %v", old, err)
		}
	}
}

// Charges that another version wrote are not read as today's.
func TestCheckRated(t *testing.T) {
	e, err := duckdb.Open("512MB", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	s, err := e.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	period, err := billing.ParsePeriod("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		charges, parts string
		ok             bool
	}{
		{"0 AS x_tag_set, '' AS x_owner, '' AS x_seller, '' AS x_pool, '' AS x_book, 1 AS more", "0 AS x_tag_set", true},
		{"1 AS x_charge", "0 AS x_tag_set", false},
		{"0 AS x_tag_set, '' AS x_owner, '' AS x_seller, '' AS x_pool, '' AS x_book", "1 AS x_lines", false},
	} {
		for name, columns := range map[string]string{"charges": test.charges, "parts": test.parts} {
			if err := s.Exec(t.Context(), "CREATE OR REPLACE TEMP VIEW "+name+" AS SELECT "+columns); err != nil {
				t.Fatal(err)
			}
		}
		err := checkRated(t.Context(), s, period)
		if test.ok != (err == nil) || err != nil && !strings.Contains(err.Error(), "sluice close 2026-10") {
			t.Errorf("charges of %s, parts of %s: %v", test.charges, test.parts, err)
		}
	}
}
