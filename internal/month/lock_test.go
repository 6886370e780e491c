package month

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
	"github.com/sluice-billing/sluice/internal/store/postgrestest"
)

// sharing are two who have the same records open, as two servers do.
func sharing(t *testing.T, place string) (one, two *Installation) {
	t.Helper()
	open := func(user string) *Installation {
		s, err := store.Open(t.Context(), place)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return &Installation{Store: s, Now: time.Now, User: user}
	}
	return open("ann"), open("bob")
}

func TestLockInTheRecords(t *testing.T) {
	october := billing.PeriodOf(time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC))
	for name, place := range map[string]func() string{
		"SQLite":     func() string { return filepath.Join(t.TempDir(), "records.db") },
		"PostgreSQL": func() string { return postgrestest.URL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			ann, bob := sharing(t, place())
			working, unlock, err := ann.Lock(t.Context(), october)
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := bob.Lock(t.Context(), october); !errors.Is(err, ErrBusy) || !strings.Contains(err.Error(), "2026-10: another run works on it: `month.test") || !strings.Contains(err.Error(), " of ann, process ") {
				t.Errorf("bob locks what ann has: %v", err)
			}
			if _, free, err := bob.Lock(t.Context(), october.Next()); err != nil {
				t.Error(err)
			} else {
				free()
			}
			unlock()
			if !errors.Is(working.Err(), context.Canceled) {
				t.Error("the context outlives the lock")
			}
			_, unlock, err = bob.Lock(t.Context(), october)
			if err != nil {
				t.Fatal(err)
			}
			unlock()
		})
	}
}

// Who finds that somebody else has the lock stops working.
func TestLostLockEndsTheWork(t *testing.T) {
	ann, bob := sharing(t, filepath.Join(t.TempDir(), "records.db"))
	l, err := ann.Store.TakeLock(t.Context(), "month", []byte(`{}`), -time.Second, gone)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bob.Store.TakeLock(t.Context(), "month", []byte(`{}`), time.Minute, gone); err != nil {
		t.Fatal(err)
	}
	working, lose := context.WithCancelCause(t.Context())
	ann.renew(t.Context(), l, lose)
	var lost *store.LostError
	if !errors.As(context.Cause(working), &lost) {
		t.Errorf("the work goes on: %v", context.Cause(working))
	}
}

// A process that ended is over, one that runs is not; of other machines it is not
// known.
func TestProcessIsOver(t *testing.T) {
	if self().over() {
		t.Error("this process is over")
	}
	other := exec.Command("sleep", "60")
	if err := other.Start(); err != nil {
		t.Skip("there is no program sleep: ", err)
	}
	p := process{PID: other.Process.Pid, Machine: machine(), Began: began(other.Process.Pid)}
	if p.over() {
		t.Error("a process that runs is over")
	}
	later := p
	later.Began += "1"
	if p.Began != "" && !later.over() {
		t.Error("another process with its number counts as the same")
	}
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); p.Began != "" && !p.over(); time.Sleep(time.Millisecond) { // also before it is waited for
		if time.Now().After(end) {
			t.Fatal("a killed process still runs")
		}
	}
	_ = other.Wait()
	if !p.over() {
		t.Error("a process that was waited for still runs")
	}
	p.Machine = "another"
	if p.over() {
		t.Error("it is known of another machine")
	}
	text, err := json.Marshal(holder{process: process{PID: os.Getpid(), Machine: machine(), Began: "0"}})
	if err != nil || began(os.Getpid()) != "" && !gone(text) {
		t.Errorf("%s is not gone: %v", text, err)
	}
}
