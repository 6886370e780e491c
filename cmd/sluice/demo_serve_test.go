package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
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
	first.stop(t)

	second := serveDemo(t, dir, 20*time.Second) // it takes a part of a second where the machine is calm
	second.get(t, owner, "/me", http.StatusOK, nil)
	second.signIn(t, "customer-admin")
	second.stop(t)
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
