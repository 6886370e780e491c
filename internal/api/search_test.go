package api

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
)

// The best fit comes first, whatever the letters' case and width.
func TestSearchRank(t *testing.T) {
	for _, test := range []struct {
		wanted string
		known  []string
		rank   int
	}{
		{"ACME", []string{"acme"}, exactly},
		{"acme", []string{"x", "Acme Inc"}, beginning},
		{"inc", []string{"Acme Inc"}, wordBeginning},
		{"main", []string{"domain acme-main"}, wordBeginning},
		{"cme", []string{"acme"}, inside},
		{"ａｃｍｅ", []string{"acme"}, exactly},
		{"アオゾラ", []string{"ｱｵｿﾞﾗ商事"}, beginning},
		{"青空", []string{"株式会社青空"}, inside},
		{"inc  acme", []string{"Acme Inc"}, inside},
		{"acme beta", []string{"Acme Inc"}, none},
		{"x", []string{"acme"}, none},
	} {
		if got := matcherOf(test.wanted).rank(test.known...); got != test.rank {
			t.Errorf("%q in %q: %d, want %d", test.wanted, test.known, got, test.rank)
		}
	}
}

// What is left as it is for speed is what it would be anyway.
func TestPlainLetters(t *testing.T) {
	for r := range rune(0x10000) {
		if text := string(r); isPlain(r) && strings.ToLower(norm.NFKC.String(text)) != text {
			t.Errorf("%q is not plain", r)
		}
	}
}

func TestSearch(t *testing.T) {
	a, dir := drafted(t)
	for name, at := range map[string]Place{"here": here(t, a, "ann"), "server": served(t, a, dir)} {
		for q, want := range map[string][]string{
			"g1":           {"billing-group g1", "invoice 2026-09/g1"},
			"acme":         {"customer acme"},
			"2026-09":      {"month 2026-09", "invoice 2026-09/g1", "invoice 2026-09/g2", "invoice 2026-09/g3", "invoice 2026-09/g4", "invoice 2026-09/g5", "invoice 2026-09/g6"},
			"200000000003": {"account 200000000003"},
			"1111":         {"account 111111111111", "payer 111111111111"},
			" ":            {},
			"2026-09 g2":   {"invoice 2026-09/g2"},
			"%":            {},
		} {
			got, err := Search.Call(t.Context(), at, SearchQuery{Q: q, Limit: 20})
			ids := []string{}
			for _, f := range got.Items {
				ids = append(ids, f.Kind+" "+f.ID)
			}
			if err != nil || !slices.Equal(ids, want) || got.More {
				t.Errorf("%s: %q finds %q, want %q; %v", name, q, ids, want, err)
			}
		}
	}
	few, err := Search.Call(t.Context(), here(t, a, "ann"), SearchQuery{Q: "g", Limit: 3})
	if err != nil || len(few.Items) != 3 || !few.More {
		t.Errorf("three of many: %+v, %v", few, err)
	}
	users, err := Search.Call(t.Context(), served(t, a, dir), SearchQuery{Q: "robot", Limit: 3})
	if err != nil || len(users.Items) == 0 || users.Items[0].Kind != "user" {
		t.Errorf("users: %+v, %v", users, err)
	}
	for kind, needs := range map[string]access.Permission{"invoice": access.ReadBills, "billing-group": access.ReadConfig, "month": access.ReadMonths} {
		for _, allowed := range []bool{true, false} {
			all := []access.Permission{access.ReadMonths, access.ReadBills, access.ReadConfig}
			if !allowed {
				all = slices.DeleteFunc(all, func(p access.Permission) bool { return p == needs })
			}
			got, err := Search.Call(t.Context(), with(t, a, all...), SearchQuery{Q: map[string]string{"month": "2026-09"}[kind] + map[string]string{"invoice": "g1", "billing-group": "g1"}[kind], Limit: 20})
			there := slices.ContainsFunc(got.Items, func(f Found) bool { return f.Kind == kind })
			if there != allowed || (err == nil) != (allowed || kind != "month") {
				t.Errorf("%s with %v: %+v, %v", kind, all, got, err)
			}
		}
	}
}

// 1,000 customers with Japanese names, 30,000 accounts, 24,000 documents.
func BenchmarkSearch(b *testing.B) {
	ctx := context.Background()
	a, err := app.Open(ctx, app.Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	c := billing.Config{Reseller: &billing.Reseller{Name: "Reseller", Currency: "JPY"}}
	for g := range 1000 {
		c.Customers = append(c.Customers, billing.Customer{ID: fmt.Sprintf("customer-%d", g), Name: fmt.Sprintf("株式会社サンプル商事 %d", g)})
		group := billing.BillingGroup{ID: fmt.Sprintf("group-%d", g), Customer: fmt.Sprintf("customer-%d", g), Currency: "JPY", Claims: []billing.Claim{{}}}
		for i := range 30 {
			id := fmt.Sprintf("2%011d", g*30+i)
			group.Claims[0].Accounts = append(group.Claims[0].Accounts, id)
			c.Accounts = append(c.Accounts, billing.Account{ID: id, Name: fmt.Sprintf("本番環境 アカウント %d-%d", g, i)})
		}
		c.BillingGroups = append(c.BillingGroups, group)
	}
	month := billing.PeriodOf(time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC))
	for range 24 {
		rated := store.Rated{Period: month, Revision: month.String()}
		if err := a.Store.SwapRated(ctx, rated); err != nil {
			b.Fatal(err)
		}
		var drafts []store.Invoice
		for _, g := range c.BillingGroups {
			drafts = append(drafts, store.Invoice{ID: month.String() + "/" + g.ID, Group: g.ID, Period: month, Rated: rated.Revision, Document: fmt.Appendf(nil, `{"long":"%4000s"}`, g.ID)})
		}
		if _, err := a.Store.ReplaceDrafts(ctx, month, nil, drafts); err != nil {
			b.Fatal(err)
		}
		month = month.Next()
	}
	at := Place{Session: Local(a, c)}
	for _, q := range []string{"group-77", "商事 77", "20000000", "nothing at all"} {
		b.Run(q, func(b *testing.B) {
			for b.Loop() {
				if _, err := Search.Call(ctx, at, SearchQuery{Q: q, Limit: 20}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
