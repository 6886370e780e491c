package server

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/focus"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// focusMandatory are the columns that FOCUS 1.2 wants filled in every row.
var focusMandatory = []string{
	"BilledCost", "EffectiveCost", "ListCost", "ContractedCost", "BillingAccountId", "BillingCurrency", "BillingPeriodStart", "BillingPeriodEnd",
	"ChargePeriodStart", "ChargePeriodEnd", "ChargeCategory", "ServiceCategory", "ServiceName", "ProviderName", "PublisherName", "InvoiceIssuerName",
}

// ofCost are the columns of the reseller's own data set that tell what it pays and earns.
var ofCost = []string{"x_BillingGroup", "x_Class", "x_Customer", "x_Margin", "x_NetCost", "x_SoldCost"}

// R5: a customer's month as FOCUS comes, to the last digit, to what its published
// documents ask for, or else to what its usage costs it; what was paid above is in no
// column of it.
func TestFocusIsWhatIsBilled(t *testing.T) {
	s := serve(t)
	p, err := billing.ParsePeriod(closedMonth)
	if err != nil {
		t.Fatal(err)
	}
	documents, err := s.home.Documents.Invoices(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	seen, issuers := 0, map[string]bool{}
	for i, d := range documents {
		if d.State != invoice.Issued {
			continue
		}
		published := i%2 == 0 // what there is of documents is seen by every other customer
		s.declarePortal(d.Customer, map[string]bool{access.FeatureInvoices: published})
		if _, err := s.home.Documents.Publish(t.Context(), d.ID, published); err != nil {
			t.Fatal(err)
		}
		want := billing.Money{}
		if want.Add(d.Currency, d.Payable); !published {
			want = usageOf(d)
		}
		token := s.program("viewer of "+d.Customer, nil, access.Grant{Organization: d.Customer, Role: "customer-viewer"})
		head, rows := s.focus(token, d.Group)
		charged := billing.Money{}
		for _, row := range rows {
			amount, err := money.Parse(row["BilledCost"])
			if err != nil {
				t.Fatal(err)
			}
			charged.Add(money.Currency(row["BillingCurrency"]), amount)
			for _, name := range focusMandatory {
				if row[name] == "" {
					t.Fatalf("%s: a row has no %s: %v", d.Group, name, row)
				}
			}
			if number := row["InvoiceId"]; row["BillingAccountId"] != d.Group || published != (number == d.Number) || !published && number != "" {
				t.Fatalf("R5: %s is given %v", d.Group, row)
			}
			if strings.ContainsAny(row["CommitmentDiscountId"], ":/") {
				t.Errorf("R5: %s is told of the commitment %s, which names an account", d.Group, row["CommitmentDiscountId"])
			}
			issuers[row["InvoiceIssuerName"]] = true
		}
		if off := charged.Minus(want); len(off) > 0 || len(rows) == 0 {
			t.Errorf("R5: %s is given %v in %d rows, and is billed %v", d.Group, charged, len(rows), want)
		}
		if slices.ContainsFunc(head, func(name string) bool { return slices.Contains(ofCost, name) }) {
			t.Errorf("R5: the columns are %v", head)
		}
		seen++
	}
	if seen < 5 || !issuers["Pinecrest Analytics, Inc."] || len(issuers) != 3 {
		t.Errorf("%d documents were looked at, of %v", seen, issuers)
	}
}

// usageOf is what a document's usage and marketplace cost the buyer, in the provider's
// currency.
func usageOf(d invoice.Invoice) billing.Money {
	used := billing.Money{}
	for _, a := range d.Accounts {
		for _, l := range a.Lines {
			if l.Kind == statement.Usage || l.Kind == statement.Marketplace {
				used.Add(l.CostCurrency, l.Cost)
			}
		}
	}
	return used
}

// There is every data set in every format, of one group and of all; data sets about
// documents are for those who see documents.
func TestFocusDataSets(t *testing.T) {
	s := serve(t)
	token := s.program("viewer", nil, access.Grant{Organization: "hokuto", Role: "customer-viewer"})
	ask := func(path, query string) int {
		t.Helper()
		got := s.ask(token, http.MethodGet, api.Base+"/portal/"+path+"?period="+closedMonth+query, nil)
		if got.status == http.StatusOK && len(got.body) == 0 {
			t.Errorf("%s %s is empty", path, query)
		}
		return got.status
	}
	for _, invoices := range []bool{false, true} {
		s.declarePortal("hokuto", map[string]bool{access.FeatureInvoices: invoices})
		for _, set := range focus.DataSets() {
			want := http.StatusOK
			if !invoices && (set == focus.InvoiceDetail || set == focus.BillingPeriod) {
				want = http.StatusForbidden
			}
			for _, format := range focus.Formats() {
				for _, path := range []string{"groups/hokuto-main/focus", "focus"} {
					if got := ask(path, "&data_set="+string(set)+"&format="+string(format)); got != want {
						t.Errorf("%s as %s of %s, documents seen %t: %d, want %d", set, format, path, invoices, got, want)
					}
				}
			}
		}
	}
	for query, want := range map[string]int{"&organization=sakura": http.StatusNotFound, "&organization=hokuto": http.StatusOK, "&data_set=cost": http.StatusUnprocessableEntity} {
		if got := ask("focus", query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	if left, err := filepath.Glob(filepath.Join(s.home.Spool(), "making-*")); len(left) > 0 || err != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// Only who has the group, and both features, gets it.
func TestFocusIsOnesOwn(t *testing.T) {
	s := serve(t)
	for name, want := range map[string]int{"sakura": http.StatusNotFound, "hokuto": http.StatusOK} {
		token := s.program("viewer of "+name, nil, access.Grant{Organization: name, Role: "customer-viewer"})
		got := s.ask(token, http.MethodGet, api.Base+"/portal/groups/hokuto-main/focus?period="+closedMonth, nil)
		if got.status != want {
			t.Errorf("%s asks for hokuto-main: %v", name, got.status)
		}
	}
	token := s.program("viewer", nil, access.Grant{Organization: "hokuto", Role: "customer-viewer"})
	if got := s.ask(token, http.MethodGet, api.Base+"/portal/groups/hokuto-main/focus?period=2026-09", nil); got.status != http.StatusNotFound {
		t.Errorf("a month that was not priced: %v", got)
	}
	for _, feature := range []string{access.FeatureUsage, access.FeatureDownload} {
		s.declarePortal("hokuto", map[string]bool{feature: false})
		got := s.ask(token, http.MethodGet, api.Base+"/portal/groups/hokuto-main/focus?period="+closedMonth, nil)
		if got.status != http.StatusForbidden || !strings.Contains(string(got.body), "switched-off") {
			t.Errorf("without %s: %v", feature, got)
		}
	}
}

// declarePortal switches parts of the portal for a customer.
func (s *tested) declarePortal(customer string, portal map[string]bool) {
	s.t.Helper()
	ctx := billing.WithActor(s.t.Context(), billing.Actor{Name: "test"})
	declared, err := s.home.Config(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := range declared.Customers {
		if declared.Customers[i].ID == customer {
			declared.Customers[i].Portal = portal
		}
	}
	changes, err := s.home.Plan(ctx, declared, false)
	if err == nil {
		err = s.home.Apply(ctx, changes)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// focus reads a group's month: its columns, and each row by column.
func (s *tested) focus(token, group string) (head []string, rows []map[string]string) {
	s.t.Helper()
	got := s.ask(token, http.MethodGet, api.Base+"/portal/groups/"+group+"/focus?period="+closedMonth, nil)
	if got.status != http.StatusOK {
		s.t.Fatal(got)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(got.body))
	if err != nil {
		s.t.Fatal(err)
	}
	records, err := csv.NewReader(unpacked).ReadAll()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	return records[0], rows
}
