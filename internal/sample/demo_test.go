package sample

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/book"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/money"
	taxlaw "github.com/sluice-billing/sluice/internal/tax"
)

func demo(t *testing.T) (string, billing.Config, []DemoTotals) {
	t.Helper()
	dir := t.TempDir()
	if err := Demo(t.Context(), dir, 1); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(filepath.Join(dir, "reseller.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var expected []DemoTotals
	data, err := os.ReadFile(filepath.Join(dir, "expected-totals.json"))
	if err == nil {
		err = json.Unmarshal(data, &expected)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir, c, expected
}

// R1, R2, R4: on every day of the demo every account of the exports has exactly
// one owner; that of the shared one is its pool.
func TestDemoOwners(t *testing.T) {
	_, c, expected := demo(t)
	owners := func(account string, day billing.Day) (n int) {
		for _, own := range c.Reseller.Accounts {
			if own == account {
				n++
			}
		}
		for _, p := range c.Pools {
			if slices.Contains(p.Accounts, account) {
				n++
			}
		}
		for _, g := range c.BillingGroups {
			for _, claim := range g.Claims {
				if claim.Tagged() {
					continue // some of its lines only (R3)
				}
				for _, a := range claim.Accounts {
					if a == account && (claim.From == nil || *claim.From <= day) && (claim.To == nil || day < *claim.To) {
						n++
					}
				}
			}
		}
		return n
	}
	names := map[string]bool{}
	for _, a := range c.Accounts {
		names[a.ID] = true
	}
	if len(c.Accounts) != 62 || len(c.Customers) != 12 || len(expected) != 6 {
		t.Fatalf("%d accounts with payers, %d customers, %d payer months", len(c.Accounts), len(c.Customers), len(expected))
	}
	for _, e := range expected {
		if len(e.ByAccount) != 31 {
			t.Errorf("%s of %s has %d accounts, want 31 with the payer", e.Period, e.Payer, len(e.ByAccount))
		}
		for account := range e.ByAccount {
			if !names[account] {
				t.Errorf("account %s has no name", account)
			}
			for day := e.Period.FirstDay(); day <= e.Period.LastDay(); day++ {
				if n := owners(account, day); n != 1 {
					t.Fatalf("account %s has %d owners on %s", account, n, day)
				}
			}
		}
	}
}

// R12, R13: the examples of the demo's price books come to what they say.
func TestDemoBooks(t *testing.T) {
	for _, b := range demoBooks() {
		if len(b.Examples) == 0 {
			t.Errorf("book %s has no examples", b.ID)
		}
		for _, f := range book.Test(b) {
			t.Errorf("book %s, example %d: %v", b.ID, f.Example+1, f.Wrong)
		}
	}
}

// R3, R4: in every month the shared account has usage of each team that has an
// owner, and usage of teams that have none.
func TestDemoShared(t *testing.T) {
	dir, c, expected := demo(t)
	owned := map[string]bool{}
	for _, g := range c.BillingGroups {
		for _, claim := range g.Claims {
			for _, team := range claim.Tags["Team"] {
				owned[team] = true
			}
		}
	}
	for _, e := range expected {
		if e.ByAccount[demoShared].IsZero() {
			continue // the other payer's
		}
		db := exported(t, filepath.Join(dir, "exports", e.Payer, demoReport, dateRange(e.Period)))
		query := `SELECT COALESCE(sum(` + decimalSQL("lineItem/UnblendedCost") + `), 0) FROM line
			WHERE "lineItem/UsageAccountId" = '` + demoShared + `' AND COALESCE("resourceTags/user:Team", '') `
		for team := range owned {
			if got := sumOf(t, db, query+"= '"+team+"'"); got.Sign() <= 0 {
				t.Errorf("%s: team %s uses %s of the shared account", e.Period, team, got)
			}
		}
		others := "NOT IN ('" + strings.Join(slices.Sorted(maps.Keys(owned)), "', '") + "')"
		if got := sumOf(t, db, query+others); got.Cmp(money.FromInt(10)) <= 0 {
			t.Errorf("%s: the pool has %s, no more than its fixed amount", e.Period, got)
		}
	}
}

// What the demo refers to is there: customers, books, payers, rates, folders.
func TestDemoReferences(t *testing.T) {
	dir, c, expected := demo(t)
	if err := config.Check(c); err != nil {
		t.Error(err)
	}
	for _, g := range c.BillingGroups {
		for _, e := range expected {
			found := g.Currency == "USD"
			for _, r := range c.ExchangeRates {
				found = found || r.Month == e.Period && r.From == "USD" && string(r.To) == g.Currency && r.Level == "common"
			}
			if !found {
				t.Errorf("group %s has no common rate to %s in %s", g.ID, g.Currency, e.Period)
			}
		}
	}
	for _, s := range c.Sources {
		if s.URL != filepath.Join(dir, "exports", s.Payer) {
			t.Errorf("source %s is at %s", s.Name, s.URL)
		}
	}
	for _, e := range expected {
		invoiced := money.Zero
		for _, invoice := range c.ProviderInvoices {
			if invoice.Payer == e.Payer && invoice.Month == e.Period {
				invoiced = invoiced.Add(invoice.Total)
			}
		}
		if !invoiced.Equal(e.Unblended) {
			t.Errorf("invoices of %s for %s are %s, its lines %s", e.Payer, e.Period, invoiced, e.Unblended)
		}
	}
}

// R25: the tax numbers of the demo have their country's form and check digits.
func TestDemoTaxNumbers(t *testing.T) {
	_, c, _ := demo(t)
	numbers := map[string]string{c.Reseller.TaxRegistration: c.Reseller.Address.Country}
	for _, x := range c.Customers {
		if x.TaxRegistration != "" {
			numbers[x.TaxRegistration] = x.Address.Country
		}
	}
	if len(numbers) < 6 {
		t.Errorf("only %d parties have a tax number", len(numbers))
	}
	for number, country := range numbers {
		if err := taxlaw.CheckRegistration(country, number); err != nil {
			t.Error(err)
		}
	}
}

// Folders of the months hold what their totals say.
func TestDemoFiles(t *testing.T) {
	dir, _, expected := demo(t)
	for _, e := range expected {
		db := exported(t, filepath.Join(dir, "exports", e.Payer, demoReport, dateRange(e.Period)))
		if got := sumOf(t, db, `SELECT sum(`+decimalSQL("lineItem/UnblendedCost")+`) FROM line`); !got.Equal(e.Unblended) {
			t.Errorf("%s of %s is %s in the files, %s in the totals", e.Period, e.Payer, got, e.Unblended)
		}
	}
}
