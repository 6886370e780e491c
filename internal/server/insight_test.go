package server

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/insight"
)

// R5: the overview of who buys is of what they buy at their own price, and no word of
// it tells what was paid above; the dashboard leaves out what its reader may not see.
func TestInsightsTellNobodyMore(t *testing.T) {
	s := serve(t)
	for customer, group := range map[string]string{"aozora": "aozora-main", "pinecrest": "pinecrest-main", "blueharbor": "blueharbor-main"} {
		token := s.program("viewer of "+customer, nil, access.Grant{Organization: customer, Role: "customer-viewer"})
		got := s.ask(token, http.MethodGet, api.Base+"/portal/overview?period="+closedMonth, nil)
		var o insight.Overview
		if err := json.Unmarshal(got.body, &o); err != nil || got.status != http.StatusOK || len(o.Currencies) == 0 {
			t.Fatal(customer, got)
		}
		for _, word := range []string{"cost", "margin", "unblended"} {
			if strings.Contains(strings.ToLower(string(got.body)), word) {
				t.Errorf("%s reads of %s", customer, word)
			}
		}
		for _, u := range s.usage(token, "group") {
			if u.Group == group && !u.Amount.Equal(o.Currencies[0].ToDate) {
				t.Errorf("%s buys %s, and the overview says %s", customer, u.Amount, o.Currencies[0].ToDate)
			}
		}
	}
	for scope, sees := range map[string]bool{"margin.read": false, "payments.read": true} {
		token := s.program("books "+scope, []string{"margin.read", scope}, access.Grant{Organization: access.Root, Role: access.Owner})
		got := s.ask(token, http.MethodGet, api.Base+"/dashboard?period="+closedMonth, nil)
		if got.status != http.StatusOK || strings.Contains(string(got.body), `"receivables":[`) != sees {
			t.Errorf("%s: %v", scope, got)
		}
	}
}
