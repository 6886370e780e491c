package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/oklog/ulid/v2"
)

// Lock is the right of one run to work on something alone, such as on a month.
// It lasts as long as its lease is renewed, and a little longer.
type Lock struct {
	Name  string
	token string // of this taking; no other has the same
}

// HeldError says that somebody else has a lock, or has taken it away.
type HeldError struct {
	Name   string
	Holder json.RawMessage // what they said when they took it
}

// Error names the lock; who took it knows how to say the rest.
func (e *HeldError) Error() string { return e.Name + " is locked by another run" }

// LostError says that a run may not go on, since its lock is somebody else's now.
type LostError struct{ Name string }

// Error says what to do.
func (e *LostError) Error() string {
	return fmt.Sprintf("another run has taken the lock of %s, because this one had not been heard of for too long; nothing more is recorded. Look at what is there, and begin again", e.Name)
}

// TakeLock takes a lock for the time of a lease. Who has it is described by
// holder, JSON. A lock that somebody else has is a *HeldError, unless its lease is
// over, or gone says of its holder that it does not run any more. The clocks of
// all who share the records must differ by less than a lease.
func (s *Store) TakeLock(ctx context.Context, name string, holder json.RawMessage, lease time.Duration, gone func(holder json.RawMessage) bool) (Lock, error) {
	if err := lockFree(ctx, s.db, name, gone); err != nil { // without waiting for those who write
		return Lock{}, err
	}
	lock := Lock{Name: name, token: ulid.Make().String()}
	err := s.writeAside(ctx, "lock "+name, func(tx *sql.Tx) error {
		if err := requireJSON("the holder", holder); err != nil {
			return err
		}
		if err := lockFree(ctx, tx, name, gone); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx,
			`INSERT INTO lock (name, token, holder, until) VALUES ($1, $2, $3, $4)
			 ON CONFLICT (name) DO UPDATE SET token = excluded.token, holder = excluded.holder, until = excluded.until`,
			name, lock.token, string(holder), timeText(now().Add(lease)))
		return err
	})
	return lock, err
}

// lockFree is a *HeldError where somebody has the lock.
func lockFree(ctx context.Context, q querier, name string, gone func(json.RawMessage) bool) error {
	type held struct {
		holder json.RawMessage
		until  time.Time
	}
	present, found, err := first(ctx, q, func(r row) (h held, err error) {
		err = r.Scan((*[]byte)(&h.holder), text{&h.until})
		return h, err
	}, `SELECT holder, until FROM lock WHERE name = $1`, name)
	if err != nil {
		return fmt.Errorf("lock %s: %w", name, err)
	}
	if found && present.until.After(now()) && !gone(present.holder) {
		return &HeldError{name, present.holder}
	}
	return nil
}

// RenewLock begins a lease anew, also one that is over as long as nobody else
// has taken the lock. It is a *LostError where somebody has.
func (s *Store) RenewLock(ctx context.Context, lock Lock, lease time.Duration) error {
	return s.writeAside(ctx, "renew the lock of "+lock.Name, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `UPDATE lock SET until = $3 WHERE name = $1 AND token = $2`, lock.Name, lock.token, timeText(now().Add(lease)))
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return lostUnless(err, lock)
		}
		return nil
	})
}

// FreeLock gives a lock back; one that is somebody else's now stays so.
func (s *Store) FreeLock(ctx context.Context, lock Lock) error {
	return s.writeAside(ctx, "unlock "+lock.Name, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM lock WHERE name = $1 AND token = $2`, lock.Name, lock.token)
		return err
	})
}

type lockKey struct{}

// heldLocks is a lock of a context, and those taken before it.
type heldLocks struct {
	lock   Lock
	before *heldLocks
}

// WithLock returns a context in which nothing is written once the lock is lost:
// each transaction looks whether it is still there.
func WithLock(ctx context.Context, lock Lock) context.Context {
	before, _ := ctx.Value(lockKey{}).(*heldLocks)
	return context.WithValue(ctx, lockKey{}, &heldLocks{lock, before})
}

// checkLocks is a *LostError where a lock of the context is somebody else's now.
func checkLocks(ctx context.Context, tx *sql.Tx) error {
	held, _ := ctx.Value(lockKey{}).(*heldLocks)
	for ; held != nil; held = held.before {
		_, found, err := first(ctx, tx, scanOne[string], `SELECT name FROM lock WHERE name = $1 AND token = $2`, held.lock.Name, held.lock.token)
		if err != nil || !found {
			return lostUnless(err, held.lock)
		}
	}
	return nil
}

func lostUnless(err error, lock Lock) error {
	if err != nil {
		return err
	}
	return &LostError{lock.Name}
}
