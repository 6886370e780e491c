package server

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
	"github.com/sluice-billing/sluice/internal/view"
)

// R5, R16: what a customer sees as its usage, by whatever it is summed, is to the last
// digit what its invoice bills, which was priced another way; and what is sold on is
// the seller's usage at the seller's price.
func TestUsageIsWhatIsBilled(t *testing.T) {
	s := serve(t)
	p, err := billing.ParsePeriod(closedMonth)
	if err != nil {
		t.Fatal(err)
	}
	documents, err := s.home.Documents.Invoices(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, d := range documents {
		if d.State != invoice.Issued {
			continue
		}
		billed := billing.Money{}
		for _, a := range d.Accounts {
			for _, l := range a.Lines {
				if l.Kind == statement.Usage || l.Kind == statement.Marketplace {
					billed.Add(l.CostCurrency, l.Cost)
				}
			}
		}
		token := s.program("viewer of "+d.Customer, nil, access.Grant{Organization: d.Customer, Role: "customer-viewer"})
		for _, by := range []string{"group", "group,day", "group,account,service", "group,region,usage_type"} {
			used := billing.Money{}
			for _, u := range s.usage(token, by) {
				if u.Group == d.Group {
					used.Add(u.Currency, u.Amount)
				}
			}
			if off := used.Minus(billed); len(off) > 0 {
				t.Errorf("R5: %s sees %v by %s, and is billed %v", d.Group, used, by, billed)
			}
		}
		seen++
	}
	if seen < 5 {
		t.Errorf("only %d documents were looked at", seen)
	}
	own, child := money.Zero, money.Zero
	for _, u := range s.usage(s.tokens["viewer of pinecrest"], "group") {
		if u.Group == "blueharbor-main" {
			child = child.Add(u.Amount)
		} else {
			own = own.Add(u.Amount)
		}
	}
	if own.Sign() <= 0 || child.Sign() <= 0 {
		t.Errorf("R16: pinecrest sees %s of its own and %s that it sells on", own, child)
	}
	for _, u := range s.usage(s.tokens["viewer of blueharbor"], "group") {
		if u.Group != "blueharbor-main" {
			t.Errorf("R5: blueharbor sees %s", u.Group)
		}
	}
}

// usage reads all pages.
func (s *tested) usage(token, by string) (all []view.Usage) {
	s.t.Helper()
	for cursor := ""; ; {
		got := s.ask(token, http.MethodGet, api.Base+"/portal/usage?limit=1000&period="+closedMonth+"&by="+by+"&cursor="+url.QueryEscape(cursor), nil)
		var page api.Page[view.Usage]
		if err := json.Unmarshal(got.body, &page); err != nil || got.status != http.StatusOK {
			s.t.Fatal(got)
		}
		if all = append(all, page.Items...); page.Next == "" {
			return all
		}
		cursor = page.Next
	}
}
