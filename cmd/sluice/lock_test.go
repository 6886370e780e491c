//go:build unix

package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const lockedConfig = `
reseller: {name: Reseller, currency: USD, accounts: ["111111111111"]}
payers: [{id: "111111111111", provider: aws}]
sources: [{name: export, kind: aws-cur, url: exports, payer: "111111111111"}]
customers: [{id: acme, name: ACME}]
billing_groups: [{id: acme, customer: acme, currency: USD, cost_basis: unblended, claims: [{accounts: ["200000000001", "200000000002"]}]}]
`

// process is a run of the program in a folder.
type process struct {
	*exec.Cmd
	stderr bytes.Buffer
}

func program(t *testing.T, dir string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.CommandContext(t.Context(), "sluice", args...)}
	p.Dir, p.Cmd.Stderr = dir, &p.stderr
	return p
}

// code runs the program to its end.
func (p *process) code(t *testing.T) int {
	t.Helper()
	err := p.Run()
	return exited(t, err)
}

func exited(t *testing.T, err error) int {
	t.Helper()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if exit != nil {
		return exit.ExitCode()
	}
	return 0
}

func (p *process) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := p.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// stopped begins a close, and stops it as soon as it holds its month.
func stopped(t *testing.T, dir string) *process {
	t.Helper()
	p := program(t, dir, "close", "2024-03", "--quiet")
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() })
	records, err := sql.Open("sqlite", filepath.Join(dir, "sluice-data", "sluice.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer records.Close()
	eventually(t, "the close holds its month", func() bool {
		var text string
		var holder struct{ PID int }
		err := records.QueryRow(`SELECT holder FROM lock WHERE name = 'month 2024-03'`).Scan(&text)
		return err == nil && json.Unmarshal([]byte(text), &holder) == nil && holder.PID == p.Process.Pid
	})
	p.signal(t, syscall.SIGSTOP)
	return p
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within a minute: %s", what)
		}
	}
}

// lockable is an installation with a month that can be closed.
func lockable(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "reseller.yaml"), []byte(lockedConfig), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"generate", "--period", "2024-03", "--lines", "3000", "--accounts", "2", "--invoice-id", "900", "--out", "exports"},
		{"apply", "-f", "reseller.yaml"},
	} {
		if p := program(t, dir, args...); p.code(t) != exitDone {
			t.Fatalf("%v: %s", args, p.stderr.String())
		}
	}
	return dir
}

// R30: the second of two closes is refused, and told who is at work.
func TestSecondCloseIsRefused(t *testing.T) {
	dir := lockable(t)
	first := stopped(t, dir)
	second := program(t, dir, "close", "2024-03", "--quiet")
	if code := second.code(t); code != exitFailed {
		t.Errorf("exit code %d, wanted %d", code, exitFailed)
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"2024-03: another run works on it: `sluice close 2024-03 --quiet` of ",
		fmt.Sprintf(", process %d on %s, since ", first.Process.Pid, host),
		" UTC. Try again when it is done; `sluice close --wait` queues behind it",
	} {
		if !strings.Contains(second.stderr.String(), want) {
			t.Errorf("standard error is %q, want it to say %q", second.stderr.String(), want)
		}
	}
	first.signal(t, syscall.SIGCONT)
	if code := exited(t, first.Wait()); code != exitDone {
		t.Errorf("the first close ended with %d: %s", code, first.stderr.String())
	}
}

// R30: a close that may wait says behind whom, and goes on when the month is
// free; it can be cancelled meanwhile.
func TestSecondCloseWaits(t *testing.T) {
	dir := lockable(t)
	first := stopped(t, dir)
	waiting := func() (*process, *os.File) {
		t.Helper()
		shown, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { shown.Close() })
		p := program(t, dir, "close", "2024-03", "--wait")
		p.Cmd.Stderr = shown
		if err := p.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = p.Process.Kill() })
		eventually(t, "it says that it waits", func() bool {
			text, err := os.ReadFile(shown.Name())
			return err == nil && strings.Contains(string(text), "wait for 2024-03, held by `sluice close 2024-03 --quiet` of ")
		})
		return p, shown
	}
	cancelled, shown := waiting()
	cancelled.signal(t, syscall.SIGINT)
	if code := exited(t, cancelled.Wait()); code != exitCancelled {
		text, _ := os.ReadFile(shown.Name())
		t.Errorf("interrupted, it ended with %d: %s", code, text)
	}
	second, shown := waiting()
	first.signal(t, syscall.SIGCONT)
	if code := exited(t, first.Wait()); code != exitDone {
		t.Errorf("the first close ended with %d: %s", code, first.stderr.String())
	}
	if code := exited(t, second.Wait()); code != exitDone {
		text, _ := os.ReadFile(shown.Name())
		t.Errorf("the second close ended with %d: %s", code, text)
	}
}

// R30: what a crash leaves behind locks nobody out.
func TestCrashFreesTheMonth(t *testing.T) {
	dir := lockable(t)
	first := stopped(t, dir)
	first.signal(t, syscall.SIGKILL)
	_ = first.Wait()
	if next := program(t, dir, "close", "2024-03", "--quiet"); next.code(t) != exitDone {
		t.Errorf("after a crash: %s", next.stderr.String())
	}
}
