package app_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sample"
)

// demo makes the demo's reseller in a folder of its own and declares it.
func demo(t *testing.T) (*app.App, []sample.DemoTotals) {
	t.Helper()
	dir := t.TempDir()
	if err := sample.Demo(context.Background(), dir, 7); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(filepath.Join(dir, "reseller.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	a := openAt(t, t.TempDir(), afterAll)
	changes, err := a.Plan(context.Background(), c, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Apply(context.Background(), changes); err != nil {
		t.Fatal(err)
	}
	var expected []sample.DemoTotals
	text, err := os.ReadFile(filepath.Join(dir, "expected-totals.json"))
	if err == nil {
		err = json.Unmarshal(text, &expected)
	}
	if err != nil {
		t.Fatal(err)
	}
	return a, expected
}

// The demo's three months close with nothing left over: two payers, twelve
// customers in six currencies, an account that moves in the middle of August.
// R31: made and closed again in other folders they give the same documents.
func TestDemo(t *testing.T) {
	a, expected := demo(t)
	b, _ := demo(t)
	for _, text := range []string{"2026-07", "2026-08", "2026-09"} {
		period := monthOf(t, text)
		byInvoice, cost, rows := map[string]money.Decimal{}, money.Zero, int64(0)
		for _, e := range expected {
			if e.Period == period {
				cost, rows = cost.Add(e.Unblended), rows+e.Rows
				for id, sum := range e.ByInvoice {
					byInvoice[id] = sum
				}
			}
		}
		c := closeMonth(t, a, period)
		proved(t, c, byInvoice)
		if len(c.Totals) != 1 || !c.Totals[0].Cost.Equal(cost) || c.Ownership.Charged != rows || !c.Totals[0].Unassigned.IsZero() {
			t.Errorf("%s: totals %+v of %+v, want %s of %d lines", text, c.Totals, c.Ownership, cost, rows)
		}
		proved(t, closeMonth(t, b, period), byInvoice)
		documents, again := stored(t, a, period), stored(t, b, period)
		want := 12
		if text != "2026-07" { // from the day of the move on there is the laboratory
			want = 13
		}
		if len(documents) != want || len(again) != want {
			t.Errorf("%s has %d and %d documents, want %d", text, len(documents), len(again), want)
		}
		for id, document := range documents {
			if again[id] != document {
				t.Errorf("R31: %s is another document in another folder:\n%s\n%s", id, document, again[id])
			}
		}
	}
}
