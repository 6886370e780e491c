package month

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
)

// ErrBusy says that another run works on the same thing; the error tells which.
var ErrBusy = errors.New("another run works on this")

// busyError says which run keeps this one from its work.
type busyError struct {
	Period billing.Period // the month; none when it is the schedules
	Holder holder
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
	process
	Host    string    `json:"host"`
	User    string    `json:"user"`
	Command string    `json:"command"` // as it was typed
	Since   time.Time `json:"since"`   // UTC
}

// String describes the run for people.
func (h holder) String() string {
	return fmt.Sprintf("`%s` of %s, process %d on %s, since %s UTC", h.Command, h.User, h.PID, h.Host, h.Since.UTC().Format(time.DateTime))
}

// A lock is a lease in the records, so that all who share them see it, wherever
// they run. beat is much shorter than lease, so that a slow moment loses nothing.
const (
	lease = 30 * time.Second
	beat  = 10 * time.Second
)

// Lock makes this run the only one that changes a month, or returns an ErrBusy.
// Work goes on in the context that it returns: that one ends when the lock is
// lost, and nothing is recorded in it from then on. A crash frees the month: at
// once for whoever runs on the same machine, for others within half a minute.
func (home *Installation) Lock(ctx context.Context, period billing.Period) (locked context.Context, unlock func(), err error) {
	return home.lock(ctx, "month "+period.String(), period)
}

// LockConfig is Lock, and reads what is declared once the month is locked.
func (home *Installation) LockConfig(ctx context.Context, period billing.Period) (locked context.Context, c billing.Config, unlock func(), err error) {
	locked, unlock, err = home.Lock(ctx, period)
	if err != nil {
		return ctx, c, nil, err
	}
	if c, err = home.Config(locked); err != nil {
		unlock()
	}
	return locked, c, unlock, err
}

// LockSchedules makes this run the only one that does what is due.
func (home *Installation) LockSchedules(ctx context.Context) (locked context.Context, unlock func(), err error) {
	return home.lock(ctx, "schedules", billing.Period{})
}

// LockPatiently is Lock; with wait it queues until the month is free or the
// context ends, and shows behind whom.
func (home *Installation) LockPatiently(ctx context.Context, period billing.Period, wait bool) (locked context.Context, unlock func(), err error) {
	const retry, shown = 100 * time.Millisecond, time.Second
	for waited := time.Duration(0); ; waited += retry {
		locked, unlock, err = home.Lock(ctx, period)
		var busy *busyError
		if !wait || !errors.As(err, &busy) {
			return locked, unlock, err
		}
		if waited%shown == 0 {
			billing.Step(ctx, fmt.Sprintf("wait for %s, held by %s", period, busy.Holder), int64(waited/time.Second), 0)
		}
		select {
		case <-ctx.Done():
			return ctx, nil, fmt.Errorf("%s: waiting for %s: %w", period, busy.Holder, ctx.Err())
		case <-time.After(retry):
		}
	}
}

// lock takes the lock of a name.
func (home *Installation) lock(ctx context.Context, name string, period billing.Period) (locked context.Context, unlock func(), err error) {
	own, err := json.Marshal(home.holder(ctx))
	if err != nil {
		return ctx, nil, err
	}
	l, err := home.Store.TakeLock(ctx, name, own, lease, gone)
	var held *store.HeldError
	if errors.As(err, &held) {
		var by holder
		if err := json.Unmarshal(held.Holder, &by); err != nil {
			return ctx, nil, fmt.Errorf("reading who has locked %s: %w", name, err)
		}
		return ctx, nil, &busyError{period, by}
	}
	if err != nil {
		return ctx, nil, err
	}
	locked, lose := context.WithCancelCause(store.WithLock(ctx, l))
	renewing, stop := context.WithCancel(context.Background()) // to the end of the work, also where that is cancelled
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		home.keep(renewing, l, lose)
	}()
	return locked, func() {
		stop()
		<-stopped
		lose(context.Canceled)
		home.free(l)
	}, nil
}

// keep renews a lock until the context ends, or the lock is lost.
func (home *Installation) keep(ctx context.Context, l store.Lock, lose context.CancelCauseFunc) {
	for kept := true; kept; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(beat):
			kept = home.renew(ctx, l, lose)
		}
	}
}

// renew ends the work where the lock is lost. A try that fails for another reason
// is made up for by the next: as long as nobody else takes the lock, it can be
// renewed.
func (home *Installation) renew(ctx context.Context, l store.Lock, lose context.CancelCauseFunc) (kept bool) {
	err := home.Store.RenewLock(ctx, l, lease)
	var lost *store.LostError
	if errors.As(err, &lost) {
		lose(lost)
	}
	return lost == nil
}

// free gives a lock back. Where that fails, its lease ends it.
func (home *Installation) free(l store.Lock) {
	ctx, cancel := context.WithTimeout(context.Background(), lease)
	defer cancel()
	_ = home.Store.FreeLock(ctx, l)
}

// holder is this run.
func (home *Installation) holder(ctx context.Context) holder {
	host, err := os.Hostname()
	if err != nil {
		host = "an unknown host"
	}
	user := home.User
	if actor := billing.ActorOf(ctx); actor.Name != "" {
		user = actor.Name
	}
	return holder{process: self(), Host: host, User: user, Command: commandLine(os.Args), Since: time.Now().UTC().Truncate(time.Second)}
}

// gone tells of the holder of a lock that its process is certainly over.
func gone(text json.RawMessage) bool {
	var h holder
	return json.Unmarshal(text, &h) == nil && h.over()
}

// commandLine is how this program was called, without its folder and the password
// of a database.
func commandLine(args []string) string {
	const longest = 200
	words := []string{filepath.Base(args[0])}
	for _, word := range args[1:] {
		if i := strings.Index(word, "postgres"); i >= 0 && store.IsServer(word[i:]) {
			word = word[:i] + store.PlaceOf(word[i:])
		}
		words = append(words, word)
	}
	line := []rune(strings.Join(words, " "))
	if len(line) > longest {
		return string(line[:longest]) + "…"
	}
	return string(line)
}
