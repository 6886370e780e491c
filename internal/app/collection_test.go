package app_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/collect"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/pipeline"
)

// Every night all sources are read over the last months, once, whichever of them
// fails; a process that starts in between does not begin anew.
func TestNightly(t *testing.T) {
	now := time.Date(2026, 11, 21, 0, 10, 0, 0, time.UTC)
	dir := t.TempDir()
	opened := func() *app.App {
		a, err := app.Open(context.Background(), app.Options{Dir: dir, Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := opened()
	apply(t, a, `
reseller: {name: Reseller, currency: EUR, collection: {}}
providers: [{id: cloud, name: Our cloud}]
payers: [{id: cloud-payer, provider: cloud}, {id: other, provider: aws}]
sources:
  - {name: broken, kind: focus, url: `+filepath.Join(dir, "gone")+`, payer: other}
  - {name: cloud, kind: pushed, payer: cloud-payer}
customers: [{id: acme, name: ACME}]
billing_groups: [{id: acme, customer: acme, currency: EUR, claims: [{accounts: [c-1]}]}]
`)
	declared, err := a.Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	push := func(id, month, amount string) {
		t.Helper()
		_, _, err := a.Pipeline.Collector().Push(t.Context(), declared, collect.Bill{
			ID: id, Kind: "bill", Source: "cloud", Period: monthOf(t, month), Account: "c-1", Currency: "EUR",
			Lines: []collect.BillLine{{Service: "Machines", Amount: money.MustParse(amount)}},
		}, "ann")
		if err != nil {
			t.Fatal(err)
		}
	}
	loaded := func(month string) string {
		t.Helper()
		status, err := a.Pipeline.Status(t.Context(), monthOf(t, month))
		if err != nil {
			t.Fatal(err)
		}
		sum := billing.Money{}
		for _, l := range status.Loads {
			for currency, amount := range l.Billed {
				sum.Add(currency, amount)
			}
		}
		return sum["EUR"].String()
	}
	push("b-1", "2026-11", "1.5")
	push("b-2", "2026-10", "2")
	push("b-3", "2026-09", "4")
	if err := a.Pipeline.Nightly(t.Context()); err != nil || loaded("2026-11") != "0" {
		t.Errorf("before 00:30 %s is loaded, %v", loaded("2026-11"), err)
	}
	now = now.Add(30 * time.Minute)
	err = a.Pipeline.Nightly(t.Context())
	if err == nil || strings.Count(err.Error(), "source broken") != 2 || strings.Contains(err.Error(), "cloud-payer") {
		t.Errorf("the failures of two months are %v", err)
	}
	if loaded("2026-11") != "1.5" || loaded("2026-10") != "2" || loaded("2026-09") != "0" {
		t.Errorf("loaded are %s, %s, %s", loaded("2026-11"), loaded("2026-10"), loaded("2026-09"))
	}
	push("b-4", "2026-11", "8")
	a.Close()
	a = opened()
	defer func() { a.Close() }()
	if err := a.Pipeline.Nightly(t.Context()); err != nil || loaded("2026-11") != "1.5" {
		t.Errorf("a second time that night %s is loaded, %v", loaded("2026-11"), err)
	}
	now = now.Add(24 * time.Hour)
	if err := a.Pipeline.Nightly(t.Context()); err == nil || loaded("2026-11") != "9.5" {
		t.Errorf("the next night %s is loaded, %v", loaded("2026-11"), err)
	}
}

// Somebody who asks has a source read as often a day as the reseller allows; the error
// says when it may be read again.
func TestReadWhenAsked(t *testing.T) {
	now := time.Date(2026, 11, 21, 8, 15, 0, 0, time.UTC)
	a, err := app.Open(context.Background(), app.Options{Dir: t.TempDir(), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	const sources = `
providers: [{id: cloud, name: Our cloud}]
payers: [{id: cloud-payer, provider: cloud}]
sources: [{name: cloud, kind: pushed, payer: cloud-payer}]
`
	apply(t, a, "reseller: {name: Reseller, currency: EUR}\n"+sources)
	ask := func() error {
		_, err := a.Pipeline.ReadWhenAsked(t.Context(), []string{"cloud"}, pipeline.LastMonths(now, 1))
		return err
	}
	for range 4 {
		if err := ask(); err != nil {
			t.Fatalf("without a collection it is refused: %v", err)
		}
	}
	apply(t, a, "reseller: {name: Reseller, currency: EUR, collection: {at: \"23:00\"}}")
	for range 2 {
		if err := ask(); err != nil {
			t.Fatal(err)
		}
	}
	var often *pipeline.TooOftenError
	if err := ask(); !errors.As(err, &often) || !often.Again.Equal(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)) ||
		!strings.Contains(err.Error(), "read 2 times today because somebody asked, last at 08:15 UTC") {
		t.Errorf("a third time it ends with %v", err)
	}
	now = now.Add(16 * time.Hour)
	if err := ask(); err != nil {
		t.Errorf("the next day: %v", err)
	}
}
