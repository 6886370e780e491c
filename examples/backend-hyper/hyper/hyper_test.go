package hyper_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/backend"
	"github.com/sluice-billing/sluice/backend/conformance"
	"github.com/sluice-billing/sluice/examples/backend-hyper/hyper"
	"github.com/sluice-billing/sluice/examples/backend-hyper/mock"
)

// november is when the tests are: October has its invoice.
func november() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

func vendor(t *testing.T, shop *mock.Server) (hyper.Vendor, backend.Access) {
	t.Helper()
	shop.Now = november
	s := httptest.NewServer(shop)
	t.Cleanup(s.Close)
	c := shop.Customers()[0]
	return hyper.Vendor{Address: s.URL}, backend.Access{Schema: "hyper", Fields: map[string]string{"Account": c.Account, "Email": c.Email, "Key": c.Key}}
}

func month(t *testing.T, text string) backend.Month {
	t.Helper()
	m, err := backend.ParseMonth(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// sumOf is how many rows a project has in a month, and their sum.
func sumOf(t *testing.T, v hyper.Vendor, a backend.Access, text, project string) (rows []backend.Row, sum string, err error) {
	t.Helper()
	var sums backend.Sums
	err = v.Costs(t.Context(), a, month(t, text), project, func(r backend.Row) error {
		rows = append(rows, r)
		return sums.Add("", r.Cost)
	})
	return rows, sums.Texts()[""], err
}

// October of the make-believe vendor, worked out by hand.
func TestMonths(t *testing.T) {
	v, a := vendor(t, mock.New())
	tasks, err := v.Plan(t.Context(), a, month(t, "2026-10"), time.Time{})
	if err != nil || len(tasks) != 3 || tasks[0] != (backend.Task{ID: "web", Name: "Web shop"}) {
		t.Fatalf("%v, %v", tasks, err)
	}
	for project, want := range map[string]struct {
		rows int
		sum  string
	}{
		// 31 days of compute at 1.75 are 54.25; storage is 0.000125 × (1 + … + 31 = 496) = 0.062
		"web":     {64, "59.302"},  // 54.25 + 0.062 + 9.99 − 5
		"lab":     {63, "64.302"},  // 54.25 + 0.062 + 9.99
		"archive": {3131, "60.45"}, // 54.25 + 100 × 0.062
	} {
		rows, sum, err := sumOf(t, v, a, "2026-10", project)
		if err != nil || len(rows) != want.rows || sum != want.sum {
			t.Errorf("%s: %d rows of %s, %v", project, len(rows), sum, err)
		}
		if r := rows[0]; r.Account != project || r.InvoiceID != "HB-acme-1-202610" || r.Date != "2026-10-01" || r.Cost != "1.750000" || r.ListCost != "2.000000" || r.Category != "Usage" {
			t.Errorf("the first row is %+v", r)
		}
	}
	rows, _, err := sumOf(t, v, a, "2026-11", "lab") // 22 days so far
	if err != nil || len(rows) != 45 || rows[0].InvoiceID != "" {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	if tasks, err := v.Plan(t.Context(), a, month(t, "2026-12"), time.Time{}); err != nil || len(tasks) != 0 {
		t.Errorf("%v, %v", tasks, err)
	}
}

// What is wrong with a credential is said, by whom it is known.
func TestCredentials(t *testing.T) {
	v, a := vendor(t, mock.New())
	accounts, err := v.Verify(t.Context(), a)
	if err != nil || len(accounts) != 1 || accounts[0] != (backend.Account{ID: "acme-1", Name: "Acme"}) {
		t.Errorf("%v, %v", accounts, err)
	}
	for name, test := range map[string]struct{ value, want string }{
		"Account": {"nobody", `the vendor answered 401 Unauthorized: there is no account "nobody"; correct Account, Email and Key`},
		"Email":   {"eve@acme.example", "403 Forbidden: the key is not that of this account and e-mail"},
		"Key":     {"another-key", "403 Forbidden: the key is not that of this account and e-mail"},
		"":        {"", "the credential has no Key"},
	} {
		wrong := backend.Access{Fields: map[string]string{"Account": a.Fields["Account"], "Email": a.Fields["Email"], "Key": a.Fields["Key"]}}
		wrong.Fields[name] = test.value
		if name == "" {
			delete(wrong.Fields, "Key")
		}
		if _, err := v.Verify(t.Context(), wrong); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// A customer of this month has no costs before it, and one whose key is locked reads the
// vendor's reason until it is opened.
func TestCustomerOfThisMonth(t *testing.T) {
	locked := ""
	shop := mock.For(mock.Customer{Account: "new-1", Email: "a@new.example", Key: "new-key-for-trials", Projects: []hyper.Account{{ID: "lab", Name: "Laboratory"}}, Since: "2026-11"})
	shop.Lock = func(mock.Customer) string { return locked }
	v, a := vendor(t, shop)
	for text, want := range map[string]int{"2026-10": 0, "2026-11": 1} {
		if tasks, err := v.Plan(t.Context(), a, month(t, text), time.Time{}); err != nil || len(tasks) != want {
			t.Errorf("%s has the tasks %v, %v", text, tasks, err)
		}
	}
	locked = "the key is locked for an hour"
	if _, err := v.Verify(t.Context(), a); err == nil || !strings.Contains(err.Error(), "403 Forbidden: the key is locked for an hour; correct Account, Email and Key") {
		t.Errorf("of a locked key it says %v", err)
	}
	locked = ""
	if _, err := v.Verify(t.Context(), a); err != nil {
		t.Errorf("of an opened key it says %v", err)
	}
}

// The vendor's faults: a passing one is not seen, a lasting one is said.
func TestFaults(t *testing.T) {
	shop := mock.New()
	var asked atomic.Int32
	shop.Fault = func(*http.Request) int {
		if asked.Add(1)%2 == 1 {
			return http.StatusServiceUnavailable
		}
		return 0
	}
	v, a := vendor(t, shop)
	if rows, _, err := sumOf(t, v, a, "2026-10", "lab"); err != nil || len(rows) != 63 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	shop.Fault = func(*http.Request) int { return http.StatusTeapot }
	if _, err := v.Verify(t.Context(), a); err == nil || !strings.Contains(err.Error(), "the vendor answered 418 I'm a teapot: this is a fault that was asked for; correct base_url, or update the backend") {
		t.Errorf("got %v", err)
	}
	nobody := a
	nobody.Options = map[string]string{"base_url": "mailto:x"}
	if _, err := v.Verify(t.Context(), nobody); err == nil || !strings.Contains(err.Error(), `option base_url "mailto:x" is no address of the vendor`) {
		t.Errorf("got %v", err)
	}
}

// A signature as another program makes it:
// printf 'GET\n/v1/accounts\nacme-1\nbilling@acme.example\n2026-11-22T12:00:00Z' | openssl dgst -sha256 -hmac acme-key-for-trials
func TestSignature(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/v1/accounts", nil)
	hyper.Sign(r, "acme-1", "billing@acme.example", "acme-key-for-trials", november())
	if got, want := r.Header.Get("Hyper-Signature"), "8fd47b339ffce5919026cde9d5bc5d37dde2a8c3757a40353b69644008935052"; got != want {
		t.Errorf("signature %s, wanted %s", got, want)
	}
}

// The backend keeps the contract.
func TestConformance(t *testing.T) {
	v, a := vendor(t, mock.New())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- backend.Server{Vendor: v}.ServeOn(ctx, l) }()
	conformance.Run(t, conformance.Target{Address: "grpc://" + l.Addr().String(), Schema: "hyper", Fields: a.Fields, Month: "2026-10", Large: "2026-10"})
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
