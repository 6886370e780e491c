//go:build unix

package app_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
)

// victim is a process that runs a stage.
type victim struct {
	*exec.Cmd
	out     io.ReadCloser
	dir     string
	after   time.Duration // 0: it is not killed
	atWrite int           // after how many writes after begins; 0: at once
}

// victimEnd is how a victim ended.
type victimEnd struct {
	killed bool
	phase  string        // the last one that it said it was in
	took   time.Duration // from its begin
	writes int           // changes of the records that were seen
}

// crashVictim names the stage and the installation of a victim.
const crashVictim = "SLUICE_TEST_CRASH"

func startVictim(stage int, dir string) (*victim, error) {
	v := &victim{Cmd: exec.Command(os.Args[0], "-test.run=^TestCrashVictim$"), dir: dir}
	v.Env = append(os.Environ(), fmt.Sprintf("%s=%d:%s", crashVictim, stage, dir))
	v.Stderr = os.Stderr
	var err error
	if v.out, err = v.StdoutPipe(); err != nil {
		return nil, err
	}
	return v, v.Start()
}

// TestCrashVictim is the process that is killed. It says where it is.
func TestCrashVictim(t *testing.T) {
	number, dir, is := strings.Cut(os.Getenv(crashVictim), ":")
	if !is {
		t.Skip("it is run by TestKilledAnywhere, in a process of its own")
	}
	var stage int
	if _, err := fmt.Sscan(number, &stage); err != nil {
		t.Fatal(err)
	}
	fmt.Println("begin")
	inside(t, dir, func(a *app.App) {
		fmt.Println("opened")
		ctx := billing.WithProgress(context.Background(), sayOnce())
		if err := crashStages[stage].run(ctx, a); err != nil {
			t.Fatal(err)
		}
		fmt.Println("done")
	})
	fmt.Println("end")
}

// sayOnce prints each kind of work once.
func sayOnce() billing.Progress {
	var mutex sync.Mutex
	said := map[string]bool{}
	return func(work string, _, _ int64) {
		mutex.Lock()
		defer mutex.Unlock()
		work, _, _ = strings.Cut(work, " ")
		if !said[work] {
			said[work] = true
			fmt.Println(work)
		}
	}
}

// watch follows a victim to its end, and kills it where it is aimed at. It is an
// error when the command fails of itself.
func (v *victim) watch() (victimEnd, error) {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(v.out); s.Scan(); {
			lines <- s.Text()
		}
	}()
	var end victimEnd
	var said []string
	begun, due := time.Time{}, time.Time{}
	look := time.NewTicker(200 * time.Microsecond)
	defer look.Stop()
	size := fileSize(filepath.Join(v.dir, "sluice.db-wal"))
	for open := true; open; {
		select {
		case line, more := <-lines:
			if open = more; !more {
				break
			}
			said = append(said, line)
			if line == "begin" {
				begun = time.Now()
				if v.atWrite == 0 && v.after > 0 {
					due = begun.Add(v.after)
				}
			}
		case <-look.C:
			if now := fileSize(filepath.Join(v.dir, "sluice.db-wal")); now > size {
				if size, end.writes = now, end.writes+1; end.writes == v.atWrite {
					due = time.Now().Add(v.after)
				}
			}
			if !due.IsZero() && !time.Now().Before(due) {
				due = time.Time{}
				_ = v.Process.Kill() // fails where it has ended meanwhile
			}
		}
	}
	failed := v.Wait()
	end.took = time.Since(begun)
	end.phase = lastPhase(said)
	var exit *exec.ExitError
	if errors.As(failed, &exit) {
		status, is := exit.Sys().(syscall.WaitStatus)
		end.killed = is && status.Signaled() && status.Signal() == syscall.SIGKILL
	}
	if failed != nil && !end.killed {
		return end, fmt.Errorf("%w: %s", failed, strings.Join(said, "\n"))
	}
	// What ended before the kill counts as a run that was not killed.
	end.killed = end.killed && end.phase != "end"
	return end, nil
}

// lastPhase is the last line that names one; a program that fails says more.
func lastPhase(said []string) string {
	if len(said) == 0 {
		return "begin"
	}
	if slices.Contains(said, "end") {
		return "end"
	}
	return said[len(said)-1]
}

func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}
