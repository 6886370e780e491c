package mapping

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/sheet"
)

const declared = `
reseller: {name: Reseller, currency: USD, accounts: ["900000000001"]}
payers: [{id: "111111111111", name: Main payer, provider: aws}]
accounts: [{id: "200000000001", name: One}]
customers: [{id: acme, name: ＡＣＭＥ Inc}, {id: beta, name: Beta}, {id: gamma, name: Gamma}]
billing_groups:
  - {id: acme-main, customer: acme, currency: USD, claims: [{accounts: ["200000000001", "200000000002"]}, {accounts: ["200000000009"], to: 2026-06-01}]}
  - {id: beta-main, customer: beta, currency: USD, claims: [{accounts: ["200000000003"], from: 2026-10}, {accounts: ["200000000001"], tags: {team: [x]}}]}
  - {id: beta-lab, customer: beta, currency: USD, claims: [{accounts: ["200000000004"]}]}
pools: [{id: shared, accounts: ["900000000002"], remainder: acme-main}]
`

func parsed(t interface {
	Helper()
	Fatal(...any)
}, yaml string) billing.Config {
	t.Helper()
	c, err := config.Parse("c.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// in is the configuration with what was mapped in force.
func in(t interface {
	Helper()
	Fatal(...any)
}, now billing.Config, m Mapped) billing.Config {
	t.Helper()
	after, err := config.Merge(now, config.Diff(now, m.Wanted, false))
	if err != nil {
		t.Fatal(err)
	}
	if problems := config.Check(after); len(problems) > 0 {
		t.Fatal(problems)
	}
	return after
}

func read(t *testing.T, text string) []sheet.AccountRow {
	t.Helper()
	s, err := sheet.ReadAccounts("", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s.Rows
}

func TestMap(t *testing.T) {
	now := parsed(t, declared)
	before, _ := json.Marshal(now)
	for text, want := range map[string]string{
		"200000000005,acme-main,Five":    "new",
		"200000000001,acme-main,One":     "same",
		"200000000003,beta-main":         "same",
		"200000000004,beta-main":         "refused beta-lab: is that of billing group beta-lab at all times; say from which day on it is that of billing group beta-main",
		"200000000003,acme-main":         "refused beta-main: is that of billing group beta-main since 2026-10-01; say from which day",
		"200000000009,beta-main":         "refused acme-main: was that of billing group acme-main until 2026-05-31; say from which day",
		"900000000001,beta-main":         "refused reseller: is that of the reseller itself at all times; take it out there first",
		"900000000002,beta-main":         "refused shared: is that of pool shared at all times; take it out there first",
		"20000000005,beta-main":          "refused: account 20000000005 has only 11 digits",
		"200000000005,acme-man":          "refused: there is no billing group \"acme-man\"; did you mean acme-main?",
		"200000000005":                   "refused: names no billing group",
		"my-project-17,acme-main":        "new",
		strings.Repeat("x", 201) + ",g1": "refused: the account has more than 200",
	} {
		m := Map(now, read(t, text), Defaults{})
		r := m.Rows[0]
		got := r.State
		if r.Owner != nil {
			got += " " + cmpOr(r.Owner.ID, r.Owner.Kind)
		}
		if r.Problem != "" {
			got += ": " + r.Problem
		}
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s", text, got)
		}
		in(t, now, m)
	}
	if after, _ := json.Marshal(now); string(before) != string(after) {
		t.Error("what is declared was changed")
	}
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// Worked out by hand: which claims there are afterwards.
func TestMapClaims(t *testing.T) {
	now := parsed(t, declared)
	rows := read(t, "account,group,customer,from,to,name,payer\n"+
		"200000000002,beta-main,,2026-11,,Two,111111111111\n"+ // moves
		"200000000004,beta-main,beta,2026-11,2027-01,,main PAYER\n"+ // for two months
		"200000000005,,Acme  inc,,,,\n"+ // the only group of a customer
		"200000000006,,,,,Six,\n"+ // the group for all
		"200000000009,acme-main,,2026-11,,,\n"+ // comes back
		"200000000003,acme-main,,2026-10,,,\n"+ // from the first day of the other claim
		"200000000007,gamma,,,,,\n") // no group
	m := Map(now, rows, Defaults{Group: "beta-lab"})
	if m.Counts != (Counts{New: 3, Moved: 3, Refused: 1}) {
		t.Fatalf("%+v %+v", m.Counts, m.Rows)
	}
	after := in(t, now, m)
	got := map[string]string{}
	for _, g := range after.BillingGroups {
		claims, _ := json.Marshal(g.Claims)
		got[g.ID] = string(claims)
	}
	for id, want := range map[string]string{
		"acme-main": `[{"accounts":["200000000001","200000000005"]},{"accounts":["200000000002"],"to":"2026-11-01"},{"accounts":["200000000009"],"to":"2026-06-01"},` +
			`{"accounts":["200000000009"],"from":"2026-11-01"},{"accounts":["200000000003"],"from":"2026-10-01"}]`,
		"beta-main": `[{"accounts":["200000000001"],"tags":{"team":["x"]}},{"accounts":["200000000002"],"from":"2026-11-01"},{"accounts":["200000000004"],"from":"2026-11-01","to":"2027-01-01"}]`,
		"beta-lab":  `[{"accounts":["200000000004"],"to":"2026-11-01"},{"accounts":["200000000004"],"from":"2027-01-01"},{"accounts":["200000000006"]}]`,
	} {
		if got[id] != want {
			t.Errorf("%s: %s\nwant %s", id, got[id], want)
		}
	}
	if want := []billing.Account{{ID: "200000000002", Name: "Two"}, {ID: "200000000006", Name: "Six"}}; !reflect.DeepEqual(m.Wanted.Accounts, want) {
		t.Errorf("%+v", m.Wanted.Accounts)
	}
	again := Map(after, rows, Defaults{Group: "beta-lab"})
	if len(again.Wanted.BillingGroups)+len(again.Wanted.Accounts) > 0 || again.Counts != (Counts{Same: 6, Refused: 1}) {
		t.Errorf("again: %+v %+v", again.Counts, again.Wanted)
	}
	renamed := Map(after, read(t, "200000000002,beta-main,Zwei"), Defaults{})
	if r := renamed.Rows[0]; r.State != Same || r.Renamed != "Two" || len(renamed.Wanted.Accounts) != 1 {
		t.Errorf("%+v", renamed)
	}
	twice := Map(now, read(t, "200000000005,acme-main\n200000000005,beta-main\n"), Defaults{})
	if r := twice.Rows[1]; r.State != Refused || !strings.HasPrefix(r.Problem, "row 1 of the sheet") {
		t.Errorf("%+v", r)
	}
}

// An account that is somebody's on a day stays theirs unless a row that is not refused
// gives it away, what was given is the group's, and doing it again changes nothing.
func TestMapKeepsOwners(t *testing.T) {
	groups := []string{"g0", "g1", "g2"}
	const first, days = 20_000, 12
	rapid.Check(t, func(t *rapid.T) {
		date := func(label string) *billing.Day {
			if rapid.IntRange(0, 2).Draw(t, label+" is open") == 0 {
				return nil
			}
			return new(billing.Day(first + rapid.IntRange(0, days).Draw(t, label)))
		}
		now := billing.Config{Reseller: &billing.Reseller{Name: "R", Currency: "USD"}, Customers: []billing.Customer{{ID: "c", Name: "C"}}}
		owner := map[string]map[billing.Day]string{} // before, then as it must be after
		all := []string{"100000000000", "100000000001", "100000000002"}
		for _, a := range all {
			owner[a] = map[billing.Day]string{}
		}
		for _, id := range groups {
			g := billing.BillingGroup{ID: id, Customer: "c", Currency: "USD", Claims: []billing.Claim{}}
			for range rapid.IntRange(0, 3).Draw(t, "claims") {
				c := billing.Claim{From: date("from"), To: date("to")}
				s := spanOf(c.From, c.To)
				for _, a := range all {
					free := !s.empty()
					for d := billing.Day(first - 1); d <= first+days+1; d++ {
						free = free && (d < s.from || d >= s.to || owner[a][d] == "")
					}
					if free && rapid.Bool().Draw(t, "claims "+a) {
						c.Accounts = append(c.Accounts, a)
						for d := max(s.from, first-1); d < min(s.to, first+days+2); d++ {
							owner[a][d] = id
						}
					}
				}
				if len(c.Accounts) > 0 {
					g.Claims = append(g.Claims, c)
				}
			}
			now.BillingGroups = append(now.BillingGroups, g)
		}
		var rows []sheet.AccountRow
		for i := range rapid.IntRange(1, 6).Draw(t, "rows") {
			r := sheet.AccountRow{Row: i + 1, Account: rapid.SampledFrom(all).Draw(t, "account"), Group: rapid.SampledFrom(groups).Draw(t, "group"), From: date("row from"), To: date("row to")}
			rows = append(rows, r)
		}
		m := Map(now, rows, Defaults{})
		for _, r := range m.Rows {
			if r.State == Refused || r.State == Same {
				continue
			}
			s := spanOf(r.From, r.To)
			for d := max(s.from, first-1); d < min(s.to, first+days+2); d++ {
				owner[r.Account][d] = r.Group
			}
		}
		after := in(t, now, m)
		l := ledgerOf(after)
		for _, a := range all {
			for d := billing.Day(first - 1); d <= first+days+1; d++ {
				got := ""
				for _, h := range l.held[a] {
					if anyOverlaps(h.left, span{d, d + 1}) {
						got = h.ID
					}
				}
				if got != owner[a][d] {
					t.Fatalf("%s is of %q on day %d, must be of %q; rows %+v", a, got, d-first, owner[a][d], m.Rows)
				}
			}
		}
		accepted := slices.DeleteFunc(slices.Clone(rows), func(r sheet.AccountRow) bool { return m.Rows[r.Row-1].State == Refused })
		if again := Map(after, accepted, Defaults{}); again.Counts.Same != len(accepted) || len(again.Wanted.BillingGroups) > 0 {
			t.Fatalf("again: %+v, after %+v", again.Rows, m.Rows)
		}
	})
}

// 20,000 rows on 30,000 accounts of 1,000 groups.
func BenchmarkMap(b *testing.B) {
	now := billing.Config{Reseller: &billing.Reseller{Name: "R", Currency: "USD"}, Customers: []billing.Customer{{ID: "c", Name: "C"}}}
	for g := range 1000 {
		x := billing.BillingGroup{ID: fmt.Sprintf("g%d", g), Customer: "c", Currency: "USD", Claims: []billing.Claim{{}}}
		for a := range 30 {
			x.Claims[0].Accounts = append(x.Claims[0].Accounts, fmt.Sprintf("%012d", g*30+a))
		}
		now.BillingGroups = append(now.BillingGroups, x)
	}
	from := billing.Day(20_000)
	var rows []sheet.AccountRow
	for i := range sheet.MaxAccounts {
		rows = append(rows, sheet.AccountRow{Row: i + 1, Account: fmt.Sprintf("%012d", i), Group: fmt.Sprintf("g%d", (i/30+1)%1000), From: &from})
	}
	for b.Loop() {
		if m := Map(now, rows, Defaults{}); m.Counts.Moved != len(rows) {
			b.Fatal(m.Counts)
		}
	}
}
