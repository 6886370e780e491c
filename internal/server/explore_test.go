package server

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/explore"
)

// R5: whatever customers ask of their usage, the answer has no word of cost or
// margin, and nothing of other customers.
func TestUsageSaysNothingOfCost(t *testing.T) {
	s := serve(t)
	viewer := s.program("aozora viewer", nil, access.Grant{Organization: "aozora", Role: "customer-admin"})
	clerk := s.program("clerk", nil, access.Grant{Organization: access.Root, Role: "billing-admin"})
	for _, path := range []string{
		"/portal/usage?period=" + closedMonth + "&by=group,account,tag:Team,usage_type&limit=1000",
		"/portal/usage?from=2026-06&to=2026-09&by=month,service,tag:Environment&top=2&where=" + url.QueryEscape("tag:Team:not:|media"),
		"/portal/usage?by=day,account&top=1",
		"/portal/usage/values?from=" + closedMonth + "&dimension=account",
		"/portal/usage/values?from=" + closedMonth + "&dimension=tag:Team",
		"/portal/usage/dimensions?from=" + closedMonth,
	} {
		got := s.ask(viewer, http.MethodGet, api.Base+path, nil)
		var page struct{ Items []map[string]any }
		if err := json.Unmarshal(got.body, &page); err != nil || got.status != http.StatusOK || len(page.Items) == 0 {
			t.Fatalf("%s: %v %s", path, err, got)
		}
		for _, key := range keysIn(page.Items) {
			if strings.Contains(key, "cost") && key != "CostCenter" || strings.Contains(key, "margin") {
				t.Errorf("R5: %s tells %s", path, key)
			}
		}
		for _, other := range []string{"pinecrest", "blueharbor", "mueller", "sakura"} {
			if strings.Contains(string(got.body), other) {
				t.Errorf("R5: %s tells of %s: %s", path, other, got)
			}
		}
	}
	for _, dimension := range []string{"payer", "customer", "commitment", "margin_source", "treatment", "owner"} {
		for _, path := range []string{"/portal/usage?by=" + dimension, "/portal/usage?where=" + dimension + ":in:x", "/portal/usage/values?dimension=" + dimension} {
			if got := s.ask(viewer, http.MethodGet, api.Base+path, nil); got.problem() != "invalid" {
				t.Errorf("R5: %s is answered: %s", path, got)
			}
		}
	}
	for _, path := range []string{"/explore", "/explore/rows", "/explore/values", "/explore/dimensions"} {
		if got := s.ask(viewer, http.MethodGet, api.Base+path, nil); got.problem() != "denied" {
			t.Errorf("R5: %s is answered: %s", path, got)
		}
		if got := s.ask(clerk, http.MethodGet, api.Base+path, nil); got.status != http.StatusOK {
			t.Errorf("%s: %s", path, got)
		}
	}
}

// keysIn are the names of all fields, at any depth but those in maps of prices.
func keysIn(items []map[string]any) (keys []string) {
	for _, item := range items {
		for key, value := range item {
			keys = append(keys, key)
			if inner, ok := value.(map[string]any); ok {
				keys = append(keys, keysIn([]map[string]any{inner})...)
			}
		}
	}
	return keys
}

// R5: accounts and tags together come to what accounts alone do, and what the
// reseller sees as a customer's price is what that customer sees.
func TestUsageByTagsAddsUp(t *testing.T) {
	s := serve(t)
	viewer := s.program("aozora viewer", nil, access.Grant{Organization: "aozora", Role: "customer-viewer"})
	clerk := s.program("clerk", nil, access.Grant{Organization: access.Root, Role: "billing-admin"})
	sum := func(by string) billing.Money {
		all := billing.Money{}
		for _, u := range s.usage(viewer, by) {
			all.Add(u.Currency, u.Amount)
		}
		return all
	}
	whole := sum("group")
	for _, by := range []string{"account,tag:Team", "day,account,tag:Team,tag:Environment", "month", "service&top=2"} {
		if off := sum(by).Minus(whole); len(whole) == 0 || len(off) > 0 {
			t.Errorf("by %s it is off by %v of %v", by, off, whole)
		}
	}
	got := s.ask(clerk, http.MethodGet, api.Base+"/explore?from="+closedMonth+"&by=customer&where=customer:in:aozora&where="+url.QueryEscape("place:in:usage|marketplace"), nil)
	var answer explore.Answer
	if err := json.Unmarshal(got.body, &answer); err != nil || got.status != http.StatusOK {
		t.Fatal(err, got)
	}
	seen := billing.Money{}
	for _, r := range answer.Totals {
		seen.Add(r.Currency, r.Price)
	}
	if off := seen.Minus(whole); len(off) > 0 {
		t.Errorf("R5: the reseller sees %v, the customer %v", seen, whole)
	}
	table := s.ask(clerk, http.MethodGet, api.Base+"/explore/rows?from="+closedMonth+"&by=customer,tag:Team&limit=1000", nil, "Accept", "text/csv")
	titles, _, _ := strings.Cut(string(table.body), "\n")
	if columns := strings.Split(strings.TrimSpace(titles), ","); !slices.Contains(columns, "by.tag:Team") || !slices.Contains(columns, "margin") {
		t.Errorf("the columns are %v", columns)
	}
}
