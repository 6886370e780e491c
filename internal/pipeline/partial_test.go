package pipeline

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/store"
)

// partly is a month of two payers that is closed for acme, which has charges of
// the first.
func partly() (*month.Work, reach) {
	one := store.Load{ID: "L1", Payer: "1", Source: "s", Report: "cur", Files: []store.LoadFile{{Key: "a", SHA256: "A"}, {Key: "b", SHA256: "B"}}}
	two := store.Load{ID: "L2", Payer: "2", Source: "s", Report: "cur", Files: []store.LoadFile{{Key: "a", SHA256: "A"}, {Key: "c", SHA256: "C"}}}
	again := store.Load{ID: "L3", Payer: "2", Source: "t", Report: "more", Files: []store.LoadFile{{Key: "c", SHA256: "C"}}}
	m := &month.Work{
		Loads:       []store.Load{one, two, again},
		Groups:      map[string]bool{"acme": true},
		Commitments: []commitment.Commitment{{ID: "ri-1", Payer: "1"}, {ID: "ri-2", Payer: "2"}},
		Config: billing.Config{BillingGroups: []billing.BillingGroup{
			{ID: "acme", Parent: "tier"}, {ID: "tier"}, {ID: "lab", Parent: "acme"}, {ID: "sister", Parent: "tier"}, {ID: "beta"},
		}},
	}
	return m, reach{
		groups: family(m),
		payers: map[string]bool{"1": true},
		scopes: map[string]bool{two.Key().Scope(): true, again.Key().Scope(): true},
	}
}

// What holds a close of some groups: all but what is surely about others.
func TestTouches(t *testing.T) {
	m, r := partly()
	scope := func(i int) string { return m.Loads[i].Key().Scope() }
	for name, c := range map[string]struct {
		finding billing.Finding
		scope   string
		want    bool
	}{
		"own payer not final":         {billing.Finding{Code: "not-final", Subject: "1 cur"}, "", true},
		"other payer not final":       {billing.Finding{Code: "not-final", Subject: "2 cur"}, "", false},
		"a report that is not there":  {billing.Finding{Code: "not-final", Subject: "2 gone"}, "", true},
		"file of both payers":         {billing.Finding{Code: "file-twice", Subject: "2 cur", File: "a"}, "", true},
		"file of the other payer":     {billing.Finding{Code: "file-twice", Subject: "2 more", File: "c"}, "", false},
		"file that is not there":      {billing.Finding{Code: "file-twice", Subject: "2 more", File: "x"}, "", true},
		"unknown type, own payer":     {billing.Finding{Code: "unknown-line-type", Subject: "Odd"}, scope(0), true},
		"unknown type, other payer":   {billing.Finding{Code: "unknown-line-type", Subject: "Odd"}, scope(1), false},
		"two currencies, other payer": {billing.Finding{Code: "two-currencies", Subject: "EUR"}, scope(2), false},
		"a load that is not in force": {billing.Finding{Code: "other-period"}, "gone", true},
		"ragged rows, other payer":    {billing.Finding{Code: "ragged-rows", Subject: "a"}, scope(1), true},
		"own payer's commitment":      {billing.Finding{Code: "commitment-overgiven", Subject: "ri-1"}, "", true},
		"other payer's commitment":    {billing.Finding{Code: "commitment-without-hours", Subject: "ri-2"}, "", false},
		"unknown commitment":          {billing.Finding{Code: "commitment-overgiven", Subject: "ri-3"}, "", true},
		"own group's list price":      {billing.Finding{Code: "no-list-price", Subject: "acme"}, "", true},
		"its parent's":                {billing.Finding{Code: "no-list-price", Subject: "tier"}, "", true},
		"its buyer's":                 {billing.Finding{Code: "no-on-demand-price", Subject: "lab BoxUsage:m5.large"}, "", true},
		"its sister's":                {billing.Finding{Code: "no-on-demand-price", Subject: "sister BoxUsage:m5.large"}, "", false},
		"another group's":             {billing.Finding{Code: "no-list-price", Subject: "beta"}, "", false},
		"the reseller's own":          {billing.Finding{Code: "no-on-demand-price", Subject: "reseller BoxUsage:m5.large"}, "", false},
		"a pool's":                    {billing.Finding{Code: "no-on-demand-price", Subject: "shared BoxUsage:m5.large"}, "", true},
		"nobody's lines":              {billing.Finding{Code: "unassigned", Subject: "300000000001"}, "", true},
		"a code of later":             {billing.Finding{Code: "new-code", Subject: "beta"}, "", true},
	} {
		if got := touches(m, r, month.Finding{Finding: c.finding, Scope: c.scope}); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestFamily(t *testing.T) {
	m, _ := partly()
	if got := strings.Join(slices.Sorted(maps.Keys(family(m))), " "); got != "acme lab tier" {
		t.Errorf("family is %s", got)
	}
}

// A pool's accounts are those of everybody who bears it.
func TestPooled(t *testing.T) {
	m, r := partly()
	share := func(group string) []billing.PercentShare { return []billing.PercentShare{{Group: group}} }
	m.Config.Pools = []billing.Pool{
		{ID: "a", Accounts: []string{"1"}, ByUsage: []string{"beta"}, Remainder: "beta"},
		{ID: "b", Accounts: []string{"2"}, ByUsage: []string{"beta", "acme"}, Remainder: "beta"},
		{ID: "c", Accounts: []string{"3"}, ByUsage: []string{"beta"}, Percent: share("lab"), Remainder: "beta"},
		{ID: "d", Accounts: []string{"4"}, ByUsage: []string{"beta"}, Fixed: []billing.FixedShare{{Group: "tier"}}, Remainder: "beta"},
		{ID: "e", Accounts: []string{"5"}, ByUsage: []string{"beta"}, Remainder: "acme"},
		{ID: "f", Accounts: []string{"6"}, Remainder: "beta"},
	}
	if got := strings.Join(slices.Sorted(maps.Keys(pooled(m, r.groups))), " "); got != "2 3 4 5 6" {
		t.Errorf("accounts %s, want 2 to 6", got)
	}
}

func TestPreviews(t *testing.T) {
	whole, part, preview := &month.Work{}, &month.Work{Groups: map[string]bool{"acme": true}}, &month.Work{Preview: true}
	for name, c := range map[string]struct{ got, want bool }{
		"whole":   {whole.Previews("beta"), false},
		"its own": {part.Previews("acme"), false},
		"others":  {part.Previews("beta"), true},
		"preview": {preview.Previews("acme"), true},
	} {
		if c.got != c.want {
			t.Errorf("%s: preview %v, want %v", name, c.got, c.want)
		}
	}
}
