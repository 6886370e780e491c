package server

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/audit"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
)

// victimEnv names the folder of the installation that a server of its own process
// is started on, to be killed.
const victimEnv = "SLUICE_TEST_VICTIM"

// victim is such a server: it says where it listens, and runs until it is killed or
// asked to stop.
func victim(dir string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	s, err := Open(ctx, Options{
		Dir: dir, Version: "test", Listen: "127.0.0.1:0", Workers: 2, PerSecond: 100_000, Requests: 64, Grace: 20 * time.Second,
		Log: slog.New(slog.NewJSONHandler(io.Discard, nil)),
	})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("http://" + s.Address().String())
	if err := s.Run(ctx); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// A server that is killed in the middle of jobs and requests, again and again, loses
// nothing and does nothing twice: months are closed and proved, numbers have no gaps,
// what was created with a key is there once, and the audit is whole.
func TestKilledServer(t *testing.T) {
	if testing.Short() {
		t.Skip("a minute of killing")
	}
	first := serve(t)
	owner := first.program("owner", nil, access.Grant{Organization: access.Root, Role: access.Owner})
	dir := first.dir
	random := rand.New(rand.NewPCG(7, 7))
	s := &tested{Server: first.Server, t: t, ids: map[string]string{}, tokens: map[string]string{}, dir: dir}
	const rounds, things = 5, 12
	jobs := map[string]bool{}
	for round := range rounds {
		base, kill := startVictim(t, dir)
		s.base = base
		dead := make(chan struct{})
		if round < rounds-1 {
			time.AfterFunc(time.Duration(300+random.IntN(2500))*time.Millisecond, func() { kill(); close(dead) })
		}
		for i := range things {
			s.try(owner, "/service-accounts", fmt.Sprintf("thing-%d", i), map[string]any{
				"name": fmt.Sprintf("thing %d", i), "grants": []access.Grant{{Organization: access.Root, Role: "auditor"}},
			})
		}
		for _, month := range []string{"2026-08", "2026-09"} {
			if got := s.try(owner, "/months/"+month+"/close", "close-"+month, map[string]any{"preview": true}); got.status == http.StatusAccepted {
				jobs[textAt(t, got.body, "id")] = true
			}
		}
		s.try(owner, "/invoices/issue", "issue", map[string]any{"ids": []string{closedMonth + "/sakura-main"}})
		if round == rounds-1 {
			s.settled(owner)
			kill()
			close(dead)
		}
		<-dead // the next round begins when the server is gone
	}
	if len(jobs) != 2 {
		t.Errorf("two closes with keys became %d jobs: %v", len(jobs), jobs)
	}
	s.whole(t, things)
}

// startVictim starts a server in a process of its own; kill ends it without warning,
// and waits until it is gone.
func startVictim(t *testing.T, dir string) (base string, kill func()) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-test.run=^$")
	cmd.Env = append(os.Environ(), victimEnv+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	lines := bufio.NewScanner(out)
	if !lines.Scan() || !strings.HasPrefix(lines.Text(), "http") {
		t.Fatalf("the server did not start: %s", lines.Text())
	}
	base = lines.Text()
	go func() {
		_ = cmd.Wait() // it is killed
		close(ended)
	}()
	kill = func() {
		_ = cmd.Process.Kill() // it may be gone already
		<-ended
	}
	t.Cleanup(kill)
	return base, kill
}

// try sends a request with a key, whether or not there still is a server.
func (s *tested) try(token, path, key string, body any) reaction {
	data, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, s.base+api.Base+path, strings.NewReader(string(data)))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Idempotency-Key", key)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return reaction{} // it was killed
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return reaction{}
	}
	if answer.StatusCode >= http.StatusInternalServerError {
		s.t.Errorf("%s: %d %s", path, answer.StatusCode, text)
	}
	return reaction{answer.StatusCode, answer.Header, text}
}

// settled waits until all jobs are done.
func (s *tested) settled(token string) {
	const patience = 4 * time.Minute
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		got := s.ask(token, http.MethodGet, api.Base+"/jobs", nil)
		var page api.Page[api.Job]
		if err := json.Unmarshal(got.body, &page); err != nil {
			s.t.Fatal(err)
		}
		open := 0
		for _, j := range page.Items {
			switch j.State {
			case "queued", "running":
				open++
			case "done":
			default:
				s.t.Fatalf("job %s is %s: %+v", j.ID, j.State, j.Error)
			}
		}
		if open == 0 {
			return
		}
	}
	s.t.Fatal("the jobs did not end")
}

// whole looks at what is on record after the killing.
func (s *tested) whole(t *testing.T, things int) {
	ctx := t.Context()
	users, err := s.people.Users(ctx)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, u := range users {
		count[u.Name]++
	}
	for i := range things {
		if name := fmt.Sprintf("thing %d", i); count[name] != 1 {
			t.Errorf("%s is there %d times", name, count[name])
		}
	}
	for _, text := range []string{"2026-08", "2026-09"} {
		p, err := billing.ParsePeriod(text)
		if err != nil {
			t.Fatal(err)
		}
		certificate, err := s.home.Pipeline.Reconcile(ctx, p)
		if err != nil || !certificate.Proved() {
			t.Errorf("%s: the certificate is no proof: %v, %v", text, certificate.Residues, err)
		}
	}
	numbers := map[string]bool{}
	documents, err := s.home.Documents.Invoices(ctx, billing.Period{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range documents {
		if d.State == invoice.Issued {
			if numbers[d.Number] {
				t.Errorf("R30: number %s was given twice", d.Number)
			}
			numbers[d.Number] = true
		}
	}
	if proof, err := audit.VerifyRecords(ctx, s.records()); err != nil {
		t.Errorf("the audit is broken after %d entries: %v", proof.Entries, err)
	}
}
