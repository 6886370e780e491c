package month

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"github.com/sluice-billing/sluice/internal/billing"
)

// ErrBusy says that another run works on the same thing; the error tells which.
var ErrBusy = errors.New("another run works on this")

// busyError says which run keeps this one from its work.
type busyError struct {
	Period billing.Period // the month; none when it is the schedules
	Holder *holder        // nil where it has not said so yet
}

// Error names the month and the run that works on it.
func (e *busyError) Error() string {
	if e.Period.IsZero() {
		return fmt.Sprintf("another run does what is due: %s. Try again when it is done", e.Holder)
	}
	return fmt.Sprintf("%s: another run works on it: %s. Try again when it is done; `sluice close --wait` queues behind it", e.Period, e.Holder)
}

// Is makes a busyError an ErrBusy.
func (e *busyError) Is(target error) bool { return target == ErrBusy }

// holder is a run that nobody else may disturb.
type holder struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	User    string    `json:"user"`
	Command string    `json:"command"` // as it was typed
	Since   time.Time `json:"since"`   // UTC
}

// String describes the run for people.
func (h *holder) String() string {
	if h == nil {
		return "it has just begun"
	}
	return fmt.Sprintf("`%s` of %s, process %d on %s, since %s UTC", h.Command, h.User, h.PID, h.Host, h.Since.UTC().Format(time.DateTime))
}

// Lock makes this run the only one that changes a month, or returns a
// an ErrBusy. A crash frees it.
func (home *Installation) Lock(period billing.Period) (unlock func(), err error) {
	return home.lockFile(period.String(), period)
}

// LockConfig is Lock, and reads what is declared once the month is locked.
func (home *Installation) LockConfig(ctx context.Context, period billing.Period) (c billing.Config, unlock func(), err error) {
	if unlock, err = home.Lock(period); err != nil {
		return c, nil, err
	}
	if c, err = home.Config(ctx); err != nil {
		unlock()
	}
	return c, unlock, err
}

// LockSchedules makes this run the only one that does what is due.
func (home *Installation) LockSchedules() (unlock func(), err error) {
	return home.lockFile("schedules", billing.Period{})
}

// LockPatiently is lock; with wait it queues until the month is free or the
// context ends, and shows behind whom.
func (home *Installation) LockPatiently(ctx context.Context, period billing.Period, wait bool) (unlock func(), err error) {
	const retry, shown = 100 * time.Millisecond, time.Second
	for waited := time.Duration(0); ; waited += retry {
		unlock, err = home.Lock(period)
		var busy *busyError
		if !wait || !errors.As(err, &busy) {
			return unlock, err
		}
		if waited%shown == 0 {
			billing.Step(ctx, fmt.Sprintf("wait for %s, held by %s", period, busy.Holder), int64(waited/time.Second), 0)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%s: waiting for %s: %w", period, busy.Holder, ctx.Err())
		case <-time.After(retry):
		}
	}
}

// lockFile takes the lock of a name, and writes into its file who has it. What
// the file says counts only while it is locked.
func (home *Installation) lockFile(name string, period billing.Period) (unlock func(), err error) {
	if err := os.MkdirAll(home.Locks, 0o755); err != nil {
		return nil, err
	}
	path := filepath.Join(home.Locks, name+".lock")
	l := flock.New(path)
	ok, err := l.TryLock()
	if err != nil {
		return nil, fmt.Errorf("locking %s: %w", path, err)
	}
	if !ok {
		return nil, &busyError{period, readHolder(path)}
	}
	if err := home.writeHolder(path); err != nil {
		return nil, errors.Join(fmt.Errorf("locking %s: %w", path, err), l.Close())
	}
	return func() {
		_ = os.Truncate(path, 0) // the next holder writes it anew in any case
		l.Close()
	}, nil
}

func (home *Installation) writeHolder(path string) error {
	host, err := os.Hostname()
	if err != nil {
		host = "an unknown host"
	}
	text, err := json.Marshal(holder{PID: os.Getpid(), Host: host, User: home.User, Command: commandLine(os.Args), Since: time.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// commandLine is how this program was called, without its folder.
func commandLine(args []string) string {
	const longest = 200
	words := append([]string{filepath.Base(args[0])}, args[1:]...)
	line := []rune(strings.Join(words, " "))
	if len(line) > longest {
		return string(line[:longest]) + "…"
	}
	return string(line)
}

// readHolder is nil where the file says nothing yet, or cannot be read while
// another process has it.
func readHolder(path string) *holder {
	const most = 1 << 16
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, most))
	var h holder
	if err != nil || json.Unmarshal(text, &h) != nil {
		return nil
	}
	return &h
}
