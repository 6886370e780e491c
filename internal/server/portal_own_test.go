package server

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
	"github.com/sluice-billing/sluice/internal/view"
)

// above are names of fields that would tell what was paid above, or to whom else
// something goes.
var above = regexp.MustCompile(`"[a-z_]*(cost|margin|gain|net_|blended|amortized|effective|hourly|payer|owner|unused|inside|outside|alone|basis|rule|markup|profit)[a-z_]*":`)

// listed asks for a list of the portal as somebody of an organization.
func listed[Row any](t *testing.T, s *tested, organization, path string) (rows []Row, text string) {
	t.Helper()
	name := "viewer of " + organization
	if s.tokens[name] == "" {
		s.program(name, nil, access.Grant{Organization: organization, Role: "customer-viewer"})
	}
	got := s.ask(s.tokens[name], http.MethodGet, api.Base+path, nil)
	var page api.Page[Row]
	if err := json.Unmarshal(got.body, &page); err != nil || got.status != http.StatusOK {
		t.Fatal(got)
	}
	if page.Next != "" {
		t.Fatalf("%s has more than a page", path)
	}
	return page.Items, string(got.body)
}

// R5, R8: a customer sees its own reservations and savings plans, with what they
// saved it, and nothing of what they cost the reseller or whom else they help. The
// fees that it sees are all that its charges have, which were priced another way.
func TestOwnCommitments(t *testing.T) {
	s := serve(t)
	p, err := billing.ParsePeriod(closedMonth)
	if err != nil {
		t.Fatal(err)
	}
	declared, err := s.home.Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	accounts := map[string]string{} // customer by account
	customers := map[string]string{}
	for _, g := range declared.BillingGroups {
		customers[g.ID] = g.Customer
		for _, claim := range g.Claims {
			for _, a := range claim.Accounts {
				accounts[a] = g.Customer
			}
		}
	}
	seen, saved := 0, 0
	for _, c := range declared.Customers {
		own, text := listed[view.Commitment](t, s, c.ID, "/portal/commitments?limit=1000&period="+closedMonth)
		if found := above.FindString(text); found != "" {
			t.Errorf("R5: %s is told %s: %s", c.ID, found, text)
		}
		fees := map[string]money.Decimal{}
		for _, o := range own {
			seen++
			if customers[o.Group] != c.ID && (c.ID != "pinecrest" || customers[o.Group] != "blueharbor") && (c.ID != "mueller" || customers[o.Group] != "lumiere") {
				t.Errorf("R5: %s sees %s of %s", c.ID, o.ID, o.Group)
			}
			for account, owner := range accounts {
				if strings.Contains(o.ID, account) && owner != customers[o.Group] {
					t.Errorf("R5: %s is told of account %s of %s: %s", c.ID, account, owner, o.ID)
				}
			}
			if o.Utilization != nil && (o.Utilization.Sign() < 0 || o.Utilization.Cmp(money.FromInt(1)) > 0) {
				t.Errorf("%s used %s of %s", o.Group, o.Utilization, o.ID)
			}
			if o.Saved == nil {
				continue
			}
			saved++
			fees[o.Group] = fees[o.Group].Add(*o.Fees)
			if !o.OnDemand.Sub(*o.Charged).Sub(*o.Fees).Equal(*o.Saved) || o.OnDemand.Sign() < 0 || o.Fees.Sign() < 0 {
				t.Errorf("%s: %s − %s − %s are not %s", o.ID, o.OnDemand, o.Charged, o.Fees, o.Saved)
			}
		}
		for group, told := range fees {
			if charged := s.feesCharged(p, group); !charged.Sub(told).Round(6, money.HalfUp).IsZero() {
				t.Errorf("%s is told of fees of %s, and is charged %s", group, told, charged)
			}
		}
	}
	if seen < 3 || saved == 0 {
		t.Errorf("%d commitments were seen, with %d savings", seen, saved)
	}
}

// feesCharged are the fees of commitments in a billing group's charges for itself.
func (s *tested) feesCharged(p billing.Period, group string) (sum money.Decimal) {
	s.t.Helper()
	rated, err := s.home.Store.CurrentRated(s.t.Context(), p)
	if err != nil {
		s.t.Fatal(err)
	}
	files, err := s.home.Lake.Charges(p, rated.Revision, group)
	if err != nil {
		s.t.Fatal(err)
	}
	session, err := s.home.Engine.Session(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	defer session.Close()
	if err := session.View(s.t.Context(), "charges", files); err != nil {
		s.t.Fatal(err)
	}
	rows, err := engine.Collect(s.t.Context(), session, func(d *money.Decimal) []any { return []any{engine.Exact(d)} },
		`SELECT CAST(COALESCE(SUM(billed_cost), 0) AS VARCHAR) FROM charges WHERE x_class = 'commitment-fee' AND x_owner = $1 AND x_place IN ('usage', 'marketplace')`, group)
	if err != nil || len(rows) != 1 {
		s.t.Fatal(rows, err)
	}
	return rows[0]
}

// R27: the fees that a customer sees are the entries on its published documents, and
// none of a draft or of one that is not published.
func TestOwnFees(t *testing.T) {
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
		printed := map[string]money.Decimal{}
		if d.State == invoice.Issued && d.Group != "gruenwald-main" {
			for _, a := range d.Accounts {
				for _, l := range a.Lines {
					if l.Kind == statement.Entry {
						printed[l.Entry+" "+l.Service] = l.Amount
					}
				}
			}
		}
		fees, text := listed[view.Fee](t, s, d.Customer, "/portal/fees?limit=1000&period="+closedMonth)
		if found := above.FindString(text); found != "" {
			t.Errorf("R5: %s is told %s: %s", d.Customer, found, text)
		}
		for _, f := range fees {
			if f.Document != d.ID {
				continue
			}
			seen++
			amount, known := printed[f.Entry+" "+f.Label]
			if !known || !amount.Equal(f.Amount) || f.Currency != d.Currency || f.Kind == "" {
				t.Errorf("%s sees %+v, which is not printed: %v", d.Customer, f, printed)
			}
			delete(printed, f.Entry+" "+f.Label)
		}
		if len(printed) > 0 {
			t.Errorf("%s does not see %v", d.Customer, printed)
		}
	}
	if seen == 0 {
		t.Error("no document has an entry")
	}
}
