// Package mock is "Hyper billing", a make-believe vendor, for tests, tutorials and who
// writes a backend: the HTTP contract of the README, with make-believe months.
package mock

import (
	"cmp"
	"crypto/hmac"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/sluice-billing/sluice/examples/backend-hyper/hyper"
)

// Customer is who may ask, by account, e-mail and key.
type Customer struct {
	Account, Email, Key string
	Name                string
	Projects            []hyper.Account
	// Since is the first month that has costs, such as 2026-10; 2024-01 where it is empty.
	Since string
}

// Server answers as the vendor does. What is exported is set before it serves.
type Server struct {
	// Now is the vendor's clock; time.Now where it is nil. Days after it have no costs, and
	// a month has an invoice three days after its end.
	Now func() time.Time
	// Fault answers a question by an HTTP status of its own; none where it is nil or
	// returns 0.
	Fault func(r *http.Request) int
	// Lock says why the key of a customer is not accepted for now; it is where Lock is nil or
	// says nothing.
	Lock func(c Customer) string
	// Page is how many rows a page has; 500 where it is 0.
	Page int

	customers []Customer
	mux       *http.ServeMux
}

// first is the first month that has costs.
const first = "2024-01"

// New makes a vendor with two customers.
func New() *Server {
	return For(
		Customer{Account: "acme-1", Email: "billing@acme.example", Key: "acme-key-for-trials", Name: "Acme",
			Projects: []hyper.Account{{ID: "web", Name: "Web shop"}, {ID: "lab", Name: "Laboratory"}, {ID: "archive", Name: "Archive"}}},
		Customer{Account: "globex-2", Email: "it@globex.example", Key: "globex-key-for-trials", Name: "Globex",
			Projects: []hyper.Account{{ID: "plant", Name: "Plant"}}},
	)
}

// For makes a vendor with these customers.
func For(customers ...Customer) *Server {
	s := &Server{customers: slices.Clone(customers)}
	s.mux = http.NewServeMux()
	s.mux.HandleFunc("GET /v1/accounts", s.known(s.accounts))
	s.mux.HandleFunc("GET /v1/months/{month}", s.known(s.month))
	s.mux.HandleFunc("GET /v1/months/{month}/projects/{project}/costs", s.known(s.costs))
	return s
}

// Customers are those that may ask.
func (s *Server) Customers() []Customer { return slices.Clone(s.customers) }

// ServeHTTP answers a question.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.Fault != nil {
		if code := s.Fault(r); code != 0 {
			refuse(w, code, "this is a fault that was asked for")
			return
		}
	}
	s.mux.ServeHTTP(w, r)
}

func (s *Server) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

func refuse(w http.ResponseWriter, code int, reason string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(map[string]string{"error": reason})
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(value)
}

// known lets in who signs with the key of an account.
func (s *Server) known(next func(http.ResponseWriter, *http.Request, Customer)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		i := slices.IndexFunc(s.customers, func(c Customer) bool { return c.Account == r.Header.Get(hyper.AccountHeader) })
		if i < 0 {
			refuse(w, http.StatusUnauthorized, "there is no account "+strconv.Quote(r.Header.Get(hyper.AccountHeader)))
			return
		}
		c := s.customers[i]
		at, err := time.Parse(time.RFC3339, r.Header.Get(hyper.TimeHeader))
		if away := time.Since(at); err != nil || away > hyper.Skew || away < -hyper.Skew {
			refuse(w, http.StatusUnauthorized, "the question was signed at another time; set the clock")
			return
		}
		signed := hmac.Equal([]byte(r.Header.Get(hyper.SignatureHeader)), []byte(hyper.Signature(r, c.Key)))
		if !signed || r.Header.Get(hyper.EmailHeader) != c.Email {
			refuse(w, http.StatusForbidden, "the key is not that of this account and e-mail")
			return
		}
		if s.Lock != nil {
			if why := s.Lock(c); why != "" {
				refuse(w, http.StatusForbidden, why)
				return
			}
		}
		next(w, r, c)
	}
}

func (s *Server) accounts(w http.ResponseWriter, _ *http.Request, c Customer) {
	answer(w, hyper.Accounts{Accounts: []hyper.Account{{ID: c.Account, Name: c.Name}}})
}

// asked is the month of a question; it has been answered where ok is false.
func asked(w http.ResponseWriter, r *http.Request) (start time.Time, ok bool) {
	start, err := time.Parse("2006-01", r.PathValue("month"))
	if err != nil {
		refuse(w, http.StatusBadRequest, fmt.Sprintf("%q is no month", r.PathValue("month")))
		return start, false
	}
	return start, true
}

func (s *Server) month(w http.ResponseWriter, r *http.Request, c Customer) {
	start, ok := asked(w, r)
	if !ok {
		return
	}
	m := hyper.Month{Month: start.Format("2006-01"), Projects: []hyper.Account{}}
	if s.has(c, start) {
		m.Projects, m.Invoice = c.Projects, s.invoice(c, start)
	}
	answer(w, m)
}

// has tells whether a month of a customer has begun, and is not too long ago.
func (s *Server) has(c Customer, start time.Time) bool {
	return start.Format("2006-01") >= cmp.Or(c.Since, first) && !start.After(s.now())
}

// invoice is the vendor's invoice of a month, empty until it is three days over.
func (s *Server) invoice(c Customer, start time.Time) string {
	if s.now().Before(start.AddDate(0, 1, 3)) {
		return ""
	}
	return "HB-" + c.Account + "-" + start.Format("200601")
}

func (s *Server) costs(w http.ResponseWriter, r *http.Request, c Customer) {
	start, ok := asked(w, r)
	if !ok {
		return
	}
	project := r.PathValue("project")
	if !s.has(c, start) || !slices.ContainsFunc(c.Projects, func(p hyper.Account) bool { return p.ID == project }) {
		refuse(w, http.StatusNotFound, fmt.Sprintf("there is no project %q in %s", project, start.Format("2006-01")))
		return
	}
	rows := Rows(project, start, s.now())
	from, err := strconv.Atoi(cmp.Or(r.URL.Query().Get("page"), "0"))
	if err != nil || from < 0 || from > len(rows) {
		refuse(w, http.StatusBadRequest, "there is no such page")
		return
	}
	size := s.Page
	if size == 0 {
		size = 500
	}
	page := hyper.Costs{Rows: rows[from:min(from+size, len(rows))]}
	if from+size < len(rows) {
		page.Next = strconv.Itoa(from + size)
	}
	answer(w, page)
}
