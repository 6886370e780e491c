//go:build unix

package main

import (
	"bytes"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// interrupter is standard error; it interrupts the program at the first sign
// of progress.
type interrupter struct {
	bytes.Buffer
	once sync.Once
}

func (i *interrupter) Write(data []byte) (int, error) {
	i.once.Do(func() { _ = syscall.Kill(syscall.Getpid(), syscall.SIGINT) })
	return i.Buffer.Write(data)
}

// Ctrl-C ends a command with its own code, and says that nothing happened.
func TestInterrupt(t *testing.T) {
	var stdout bytes.Buffer
	var stderr interrupter
	args := []string{"generate", "--period", "2026-10", "--lines", "20000000", "--out", t.TempDir()}
	if code := run(args, nil, &stdout, &stderr); code != exitCancelled {
		t.Errorf("exit code %d, wanted %d\n%s", code, exitCancelled, stderr.String())
	}
	if !strings.Contains(stderr.String(), "sluice: cancelled; what was in force has not changed") {
		t.Errorf("standard error: %q", stderr.String())
	}
	if stdout.Len() > 0 {
		t.Errorf("standard output: %q", stdout.String())
	}
}
