package commitment_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sample"
)

// What was applied is taken over where nothing that decides on it has changed,
// as when only prices have, and is worked out anew where something has.
func TestTakenOver(t *testing.T) {
	m := sampleMonth(t, sample.Options{Lines: 2000, Accounts: 6, Seed: 5})
	first := t.TempDir()
	percent, base := money.MustParse("5"), billing.TrueUnblended
	config := func(change func(*billing.Config)) billing.Config {
		c := grouped(m.accounts[:3], m.accounts[3:])
		c.BillingGroups[1].CostBasis = billing.Unblended
		c.BillingGroups[1].PriceBook = billing.Attach("book")
		c.PriceBooks = []billing.PriceBook{{ID: "book", Rules: []billing.PriceRule{{Name: "rest", Percent: &percent}}}}
		change(&c)
		return c
	}
	before := m.apply(t, config(func(*billing.Config) {}), first)
	defer before.Close()
	more := money.MustParse("7")
	for name, test := range map[string]struct {
		change func(*billing.Config)
		taken  bool
	}{
		"nothing":    {func(*billing.Config) {}, true},
		"a percent":  {func(c *billing.Config) { c.PriceBooks[0].Rules[0].Percent = &more }, true},
		"a name":     {func(c *billing.Config) { c.Payers[0].Name = "Payer" }, true},
		"a claim":    {func(c *billing.Config) { c.BillingGroups[0].Claims[0].Accounts = m.accounts[:2] }, false},
		"a policy":   {func(c *billing.Config) { *c = m.decided(*c, billing.PolicyAsApplied) }, false},
		"a basis":    {func(c *billing.Config) { c.BillingGroups[1].CostBasis = base }, false},
		"a rule":     {func(c *billing.Config) { c.PriceBooks[0].Rules[0].Base = base }, false},
		"a customer": {func(c *billing.Config) { c.BillingGroups[0].Customer, c.BillingGroups[1].Customer = "one", "one" }, false},
		"a tag asked": {func(c *billing.Config) {
			c.PriceBooks[0].Rules[0].Match.Tags = map[string]billing.Pattern{"team": {Equal: []string{"red"}}}
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			again, taken := m.applyAfter(t, config(test.change), first)
			if taken != test.taken {
				t.Fatalf("taken over: %v", taken)
			}
			if !taken {
				return
			}
			if now, was := decided(t, again.Result), decided(t, before.Result); now != was {
				t.Errorf("it says %s\nand said %s", now, was)
			}
			for _, view := range []string{"parts", "hours", "daily_usage"} {
				count := "SELECT COUNT(*) FROM " + view
				if now, was := again.rows(t, count)[0][0], before.rows(t, count)[0][0]; now != was {
					t.Errorf("%s has %s rows, and had %s", view, now, was)
				}
			}
		})
	}
}

// An output that is not whole any more is made anew.
func TestNotTakenOver(t *testing.T) {
	m := sampleMonth(t, sample.Options{Lines: 2000, Accounts: 6, Seed: 5})
	c := grouped(m.accounts)
	for name, damage := range map[string]func(t *testing.T, dir string){
		"usage is gone": func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "usage")) },
		"usage of another month": func(t *testing.T, dir string) {
			other := m.apply(t, c, t.TempDir())
			defer other.Close()
			file := filepath.Join("usage", outputFiles(t, filepath.Join(dir, "usage"))[0])
			remove(t, filepath.Join(dir, file))
			if err := other.Exec(t.Context(), "COPY (SELECT * EXCLUDE (load) FROM daily_usage LIMIT 3) TO '"+filepath.Join(dir, file)+"' (FORMAT parquet)"); err != nil {
				t.Fatal(err)
			}
		},
		"what was decided is unreadable": func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, "applied.json"), []byte("{"), 0o644); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			first := t.TempDir()
			before := m.apply(t, c, first)
			defer before.Close()
			damage(t, first)
			again, taken := m.applyAfter(t, c, first)
			if taken {
				t.Fatal("it was taken over")
			}
			used, err := commitment.Used(t.Context(), again)
			if err != nil {
				t.Fatal(err)
			}
			if err := assign.ReportOf(before.Lake).Kept("a test", used); err != nil {
				t.Error(err)
			}
		})
	}
}

// applyAfter runs the stage after another run, and tells whether it took over
// what that wrote.
func (m loadedMonth) applyAfter(t *testing.T, c billing.Config, last string) (appliedMonth, bool) {
	t.Helper()
	dir := t.TempDir()
	m.last = last
	again := m.apply(t, c, dir)
	t.Cleanup(func() { again.Close() })
	was, now := outputFiles(t, last), outputFiles(t, dir)
	taken := slices.Equal(was, now)
	for _, f := range now {
		one, err := os.Stat(filepath.Join(dir, f))
		if err != nil {
			t.Fatal(err)
		}
		other, err := os.Stat(filepath.Join(last, f))
		taken = taken && err == nil && os.SameFile(one, other)
	}
	return again, taken
}

// outputFiles are the files below a folder, by their names in it.
func outputFiles(t *testing.T, dir string) []string {
	t.Helper()
	all := map[string]bool{}
	if err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(filepath.Dir(dir), path)
			all[name[len(filepath.Base(dir))+1:]] = true
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(all))
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

func decided(t *testing.T, r commitment.Result) string {
	t.Helper()
	all, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}
