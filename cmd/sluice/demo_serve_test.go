package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The demo serves itself: its people sign in with what it prints, see what is theirs,
// and find it as they left it at the next start, which takes no time to make it.
func TestServedDemo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	first := serveDemo(t, dir, 5*time.Minute)
	owner, customer := first.signIn(t, "owner"), first.signIn(t, "customer-viewer")

	var months struct {
		Items []struct {
			Period   string
			Held     int
			Proved   bool
			Invoices map[string]int
		}
	}
	first.get(t, owner, "/months", http.StatusOK, &months)
	if len(months.Items) != 4 {
		t.Fatalf("%d months, not the three that are over and the running one", len(months.Items))
	}
	july, august, september, october := months.Items[0], months.Items[1], months.Items[2], months.Items[3]
	if july.Invoices["issued"] != 12 || august.Invoices["issued"] != 13 || september.Invoices["draft"] != 13 || !september.Proved {
		t.Errorf("the months that are over: %+v", months.Items[:3])
	}
	if october.Period != "2026-10" || october.Held == 0 || october.Invoices["issued"] != 0 {
		t.Errorf("the month that is running: %+v", october)
	}

	var usage struct {
		Items []struct{ Day, Amount string }
	}
	first.get(t, customer, "/portal/usage?period=2026-10&by=day", http.StatusOK, &usage)
	if len(usage.Items) != 6 || usage.Items[0].Day != "2026-10-01" || usage.Items[5].Day != "2026-10-06" {
		t.Errorf("usage of the running month: %+v", usage.Items)
	}
	var bills struct {
		Items []struct {
			ID       string
			Standing struct{ Position string }
		}
	}
	first.get(t, customer, "/portal/invoices", http.StatusOK, &bills)
	standing := map[string]string{}
	for _, b := range bills.Items {
		standing[b.ID] = b.Standing.Position
	}
	if len(standing) != 3 || standing["2026-07/hokuto-main"] != "paid" || standing["2026-08/hokuto-main"] == "paid" {
		t.Errorf("the customer's invoices: %v", standing)
	}
	first.get(t, customer, "/months", http.StatusForbidden, nil)
	first.hasVendor(t, owner)
	first.saveTrial(t, owner)
	first.stop(t)

	second := serveDemo(t, dir, 20*time.Second) // it takes a part of a second where the machine is calm
	second.get(t, owner, "/me", http.StatusOK, nil)
	second.saveTrial(t, owner) // the vendor is there again, and what is sealed is
	var accounts struct{ Items []struct{ ID string } }
	second.get(t, owner, "/vendor-accounts", http.StatusOK, &accounts)
	if len(accounts.Items) != 3 {
		t.Errorf("the service accounts at the second start are %+v", accounts.Items)
	}
	second.signIn(t, "customer-admin")
	second.stop(t)
}

// hasVendor wants what the demo's vendor charges to be the fleet's and the simulation's,
// and the failure of one service account to be seen beside what was read before.
func (s *served) hasVendor(t *testing.T, owner *http.Client) {
	t.Helper()
	var accounts struct {
		Items []struct {
			ID, Organization, Group string
			Standing                struct {
				Good    string `json:"good_period"`
				Rows    int    `json:"good_rows"`
				Failing bool
				Problem string
			}
		}
	}
	s.get(t, owner, "/vendor-accounts", http.StatusOK, &accounts)
	// Of six days a project has a row of compute and one of storage each, and one of network.
	if got := accounts.Items; len(got) != 2 ||
		got[0].ID != "hyper-fleet" || got[0].Organization != "kestrel/fleet" || got[0].Group != "kestrel-fleet" || got[0].Standing.Rows != 13 || got[0].Standing.Good != "2026-10" ||
		!got[0].Standing.Failing || !strings.Contains(got[0].Standing.Problem, "this key is locked for an hour") ||
		got[1].ID != "hyper-simulation" || got[1].Group != "kestrel-simulation" || got[1].Standing.Rows != 26 || got[1].Standing.Failing {
		t.Errorf("the service accounts are %+v", got)
	}
	var explored struct {
		Items []struct {
			Price, Currency string
			By              struct{ Group, Provider string }
		}
	}
	s.get(t, owner, "/explore/rows?from=2026-10&by=group,provider&where=provider:in:hyper", http.StatusOK, &explored)
	prices := map[string]string{}
	for _, x := range explored.Items {
		prices[x.By.Group] = x.Price + " " + x.Currency
	}
	// A project: 6 × 1.75 + (1 + … + 6) × 0.000125 + 9.99 = 20.492625, and four percent more
	// is 21.31233. The fleet has two, of which one is read by the other's account.
	if len(prices) != 2 || prices["kestrel-simulation"] != "21.31233 USD" || prices["kestrel-fleet"] != "42.62466 USD" {
		t.Errorf("the vendor's prices are %v", prices)
	}
	var bills struct {
		Items []struct{ Group, State string }
	}
	s.get(t, owner, "/invoices?period=2026-09", http.StatusOK, &bills)
	for _, b := range bills.Items {
		if b.Group == "kestrel-simulation" || b.Group == "kestrel-fleet" {
			t.Errorf("a month that is over has a new document: %+v", b)
		}
	}
	var units struct {
		Spec struct{ Units []struct{ ID, Parent string } }
	}
	s.get(t, owner, "/config/customers/kestrel", http.StatusOK, &units)
	if got := units.Spec.Units; len(got) != 4 || got[3].ID != "edge" || got[3].Parent != "fleet" {
		t.Errorf("the units are %+v", got)
	}
}

// saveTrial saves the service account that the demo prints, which the vendor accepts.
func (s *served) saveTrial(t *testing.T, owner *http.Client) {
	t.Helper()
	if s.Vendor == nil {
		t.Fatalf("the demo has no vendor: %s", s.log)
	}
	var me struct {
		Token string `json:"csrf_token"`
	}
	s.get(t, owner, "/me", http.StatusOK, &me)
	body, err := json.Marshal(map[string]any{
		"backend": s.Vendor.Backend, "name": "Gateways", "organization": s.Vendor.Project, "from": s.Vendor.From,
		"fields":  map[string]string{"Account": s.Vendor.Fields["Account"], "Email": s.Vendor.Fields["Email"]},
		"secrets": map[string]string{"Key": s.Vendor.Fields["Key"]},
	})
	if err != nil {
		t.Fatal(err)
	}
	ask, err := http.NewRequestWithContext(t.Context(), http.MethodPut, s.Address+"/api/v1/vendor-accounts/hyper-edge", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	ask.Header.Set("Content-Type", "application/json")
	ask.Header.Set("X-CSRF-Token", me.Token)
	answer, err := owner.Do(ask)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if text, err := io.ReadAll(answer.Body); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("the service account is answered with %s: %s, %v", answer.Status, text, err)
	}
}

// Where the backend of a demo listens is the same at each start, and never too long for a
// socket.
func TestDemoSocket(t *testing.T) {
	if got, err := demoSocket("/srv/demo"); err != nil || got != "/srv/demo/hyper.sock" {
		t.Errorf("it is %s, %v", got, err)
	}
	for _, dir := range []string{"/srv/a demo", "/srv/" + strings.Repeat("x", 90)} {
		got, err := demoSocket(dir)
		again, _ := demoSocket(dir)
		if err != nil || got != again || filepath.Dir(got) != filepath.Clean(os.TempDir()) {
			t.Errorf("of %s it is %s and %s, %v", dir, got, again, err)
		}
	}
}

// The vendor of a demo ends when it is stopped, and can be started again at the same
// address. Where something else is there it says so.
func TestDemoVendor(t *testing.T) {
	dir := t.TempDir()
	socket, err := demoSocket(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(socket) })
	for range 2 {
		v, err := startDemoVendor(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := startDemoVendor(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "another program answers at "+socket) {
			t.Errorf("a second one says %v", err)
		}
		if err := v.stop(); err != nil {
			t.Errorf("stopping it says %v", err)
		}
	}
	if err := os.WriteFile(socket, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := startDemoVendor(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "is there already, and no socket") {
		t.Errorf("in the place of a file it says %v", err)
	}
}

// What the demo's people can do with passwords that everybody knows, they can do on
// this machine alone.
func TestServedDemoStaysHere(t *testing.T) {
	for _, args := range [][]string{
		{"demo", "--serve", "--listen", "0.0.0.0:0", "--dir", filepath.Join(t.TempDir(), "demo")},
		{"demo", "--serve", "--dir", "."},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(args, nil, &stdout, &stderr); code != exitWrong {
			t.Errorf("%v ends with %d: %s%s", args, code, stdout.String(), stderr.String())
		}
	}
	dir := t.TempDir()
	if err := (demoMade{Seed: 1, Done: true}).write(dir); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"serve", "--listen", ":0", "--dir", dir}, {"demo", "--dir", dir}} {
		var stdout, stderr bytes.Buffer
		if code := run(args, nil, &stdout, &stderr); code != exitWrong {
			t.Errorf("%v ends with %d: %s%s", args, code, stdout.String(), stderr.String())
		}
	}
}

// served is a demo that answers.
type served struct {
	demoServed
	process *exec.Cmd
	log     *bytes.Buffer
}

func serveDemo(t *testing.T, dir string, patience time.Duration) *served {
	t.Helper()
	s := &served{log: &bytes.Buffer{}}
	s.process = exec.Command("sluice", "demo", "--serve", "--listen", "127.0.0.1:0", "--dir", dir, "--json")
	s.process.Stderr = s.log
	out, err := s.process.StdoutPipe()
	if err == nil {
		err = s.process.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(patience, func() { _ = s.process.Process.Kill() })
	defer kill.Stop()
	t.Cleanup(func() { _ = s.process.Process.Kill() }) // where it was not stopped
	if err := json.NewDecoder(out).Decode(&s.demoServed); err != nil {
		_ = s.process.Wait()
		t.Fatalf("the demo did not answer within %s: %v\n%s", patience, err, s.log)
	}
	s.Address = strings.Replace(s.Address, "localhost", "127.0.0.1", 1)
	return s
}

// signIn is a browser of the first person who has a role.
func (s *served) signIn(t *testing.T, role string) *http.Client {
	t.Helper()
	for _, p := range s.SignIns {
		if p.Role != role {
			continue
		}
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		browser := &http.Client{Jar: jar}
		body, err := json.Marshal(map[string]string{"email": p.Email, "password": p.Password})
		if err != nil {
			t.Fatal(err)
		}
		answer, err := browser.Post(s.Address+"/api/v1/sign-in", "application/json", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusOK || len(answer.Cookies()) == 0 {
			t.Fatalf("%s signs in: %s", p.Email, answer.Status)
		}
		return browser
	}
	t.Fatalf("nobody is a %s: %+v", role, s.SignIns)
	return nil
}

func (s *served) get(t *testing.T, as *http.Client, path string, status int, into any) {
	t.Helper()
	answer, err := as.Get(s.Address + "/api/v1" + path)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != status {
		t.Fatalf("%s: %s, not %d", path, answer.Status, status)
	}
	if into == nil {
		return
	}
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// stop wants it to end in good order.
func (s *served) stop(t *testing.T) {
	t.Helper()
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := s.process.Wait(); err != nil {
		t.Errorf("the demo ended with %v\n%s", err, s.log)
	}
}
