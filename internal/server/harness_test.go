package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/identity"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/sample"
	"github.com/sluice-billing/sluice/internal/store"
)

// closedMonth is the month of the demo that is closed and issued for the tests.
const closedMonth = "2026-07"

// pattern is the folder of an installation that is made once and copied for each
// test: the demo's first month, priced, drafted, issued and published. In it
// pinecrest sells to blueharbor, mueller to lumiere; aozora has a unit, to which
// its billing group belongs.
var pattern = sync.OnceValues(func() (string, error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "sluice-server-*")
	if err != nil {
		return "", err
	}
	if err := sample.Demo(ctx, dir, 1); err != nil {
		return "", err
	}
	a, err := app.Open(ctx, app.Options{Dir: dir, Now: func() time.Time { return time.Date(2026, 10, 6, 0, 0, 0, 0, time.UTC) }})
	if err != nil {
		return "", err
	}
	defer a.Close()
	wanted, err := config.Load(filepath.Join(dir, "reseller.yaml"))
	if err != nil {
		return "", err
	}
	every := map[string]bool{}
	for _, name := range access.FeatureNames() {
		every[name] = true
	}
	wanted.Reseller.Portal = every
	for i := range wanted.Customers {
		if wanted.Customers[i].ID == "aozora" {
			wanted.Customers[i].Units = []billing.Unit{{ID: "film", Name: "Film"}}
		}
		if wanted.Customers[i].ID == "hanbit" {
			wanted.Customers[i].Portal = map[string]bool{access.FeatureInvoices: false}
		}
	}
	for i := range wanted.BillingGroups {
		wanted.BillingGroups[i].Invoice.Expect = nil
		if wanted.BillingGroups[i].Customer == "aozora" {
			wanted.BillingGroups[i].Unit = "film"
		}
	}
	wanted.Roles = []billing.Role{{ID: "bookkeeper", Permissions: []string{string(access.ReadBills), string(access.ReadPayments)}}}
	changes, err := a.Plan(ctx, wanted, true)
	if err != nil {
		return "", err
	}
	if err := a.Apply(ctx, changes); err != nil {
		return "", err
	}
	p, err := billing.ParsePeriod(closedMonth)
	if err != nil {
		return "", err
	}
	if _, err := a.Pipeline.Close(ctx, p, false); err != nil {
		return "", err
	}
	drafts, err := a.Documents.Invoices(ctx, p)
	if err != nil {
		return "", err
	}
	var ids []string
	for _, d := range drafts {
		if d.State == invoice.Draft && d.Group != "sakura-main" { // one stays a draft
			ids = append(ids, d.ID)
		}
	}
	if _, err := a.Documents.Issue(ctx, ids, billing.DayOf(a.Now())); err != nil {
		return "", err
	}
	for _, id := range ids {
		if _, err := a.Documents.Publish(ctx, id, id != closedMonth+"/gruenwald-main"); err != nil { // one is not published
			return "", err
		}
	}
	return dir, nil
})

func TestMain(m *testing.M) {
	if dir := os.Getenv(victimEnv); dir != "" {
		os.Exit(victim(dir))
	}
	code := m.Run()
	if dir, err := pattern(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// tested is a server that answers the test.
type tested struct {
	*Server
	t      testing.TB
	base   string
	ids    map[string]string // of users, by name
	tokens map[string]string // of service accounts, by name
	dir    string
}

// serve starts a server on a copy of the pattern.
func serve(t testing.TB) *tested {
	t.Helper()
	from, err := pattern()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return serveIn(t, dir, "")
}

// serveIn starts a server on the installation in a folder.
func serveIn(t testing.TB, dir, database string) *tested {
	t.Helper()
	log := slog.New(slog.NewJSONHandler(io.Discard, nil))
	if testing.Verbose() {
		log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	s, err := Open(t.Context(), Options{
		Dir: dir, Database: database, Version: "test", Listen: "127.0.0.1:0", Private: true, Workers: 2,
		PerSecond: 100_000, Requests: 64, Grace: 20 * time.Second, Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	return running(t, s)
}

// running lets a server answer until the test ends.
func running(t testing.TB, s *Server) *tested {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil && ctx.Err() == nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &tested{Server: s, t: t, base: "http://" + s.Address().String(), ids: map[string]string{}, tokens: map[string]string{}, dir: s.options.Dir}
}

// program makes a service account with a token.
func (s *tested) program(name string, scopes []string, grants ...access.Grant) (token string) {
	s.t.Helper()
	ctx := billing.WithActor(context.Background(), billing.Actor{Name: "test"})
	u, err := s.people.CreateServiceAccount(ctx, name, "", grants)
	if err != nil {
		s.t.Fatal(err)
	}
	const day = 24 * time.Hour
	_, token, err = s.people.CreateToken(ctx, identity.TokenOrder{User: u.ID, Name: "test", Scopes: scopes, Expires: day})
	if err != nil {
		s.t.Fatal(err)
	}
	s.ids[name], s.tokens[name] = u.ID, token
	return token
}

// reaction is what a server said.
type reaction struct {
	status int
	header http.Header
	body   []byte
}

func (a reaction) String() string { return fmt.Sprintf("%d %s", a.status, a.body) }

// problem is the code of an error.
func (a reaction) problem() string {
	var p api.Problem
	if json.Unmarshal(a.body, &p) != nil {
		return ""
	}
	return p.Code
}

// ask sends a request with a token, which may be empty; a body that is no text is
// sent as JSON. Headers come in turn, name and value.
func (s *tested) ask(token, method, path string, body any, headers ...string) reaction {
	s.t.Helper()
	var in io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		in = strings.NewReader(b)
	default:
		data, err := json.Marshal(body)
		if err != nil {
			s.t.Fatal(err)
		}
		in = bytes.NewReader(data)
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.base+path, in)
	if err != nil {
		s.t.Fatal(err)
	}
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for pair := range slices.Chunk(headers, 2) {
		r.Header.Set(pair[0], pair[1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return reaction{answer.StatusCode, answer.Header, data}
}

// records are the server's records.
func (s *tested) records() *store.Store { return s.home.Store }

// textAt is a text inside a JSON object.
func textAt(t testing.TB, body []byte, path ...string) string {
	t.Helper()
	var at any
	if err := json.Unmarshal(body, &at); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	for _, name := range path {
		object, ok := at.(map[string]any)
		if !ok {
			t.Fatalf("no %s in %s", name, body)
		}
		at = object[name]
	}
	text, ok := at.(string)
	if !ok {
		t.Fatalf("%s is no text in %s", path, body)
	}
	return text
}
