package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func never(json.RawMessage) bool { return false }

// take takes a lock in the name of somebody.
func take(t *testing.T, s *Store, by string, lease time.Duration) (Lock, error) {
	t.Helper()
	return s.TakeLock(t.Context(), "month 2026-10", fmt.Appendf(nil, "%q", by), lease, never)
}

func TestLockIsOfOne(t *testing.T) {
	s := openNew(t)
	other := again(t, s)
	ann, err := take(t, s, "ann", time.Minute)
	ok(t, err)
	_, err = take(t, other, "bob", time.Minute)
	var held *HeldError
	if !errors.As(err, &held) || string(held.Holder) != `"ann"` {
		t.Fatalf("taking it a second time: %v, want it to say that ann has it", err)
	}
	if _, err := other.TakeLock(t.Context(), "month 2026-11", []byte(`"bob"`), time.Minute, never); err != nil {
		t.Errorf("another lock: %v", err)
	}
	ok(t, s.RenewLock(t.Context(), ann, time.Minute))
	ok(t, s.FreeLock(t.Context(), ann))
	bob, err := take(t, other, "bob", time.Minute)
	ok(t, err)
	ok(t, s.FreeLock(t.Context(), ann)) // a second time: it must not free the lock of bob
	ok(t, other.RenewLock(t.Context(), bob, time.Minute))
}

// A lock is taken over when its lease ends, or when its holder is known to be
// gone; from then on the one before records nothing.
func TestLockIsLost(t *testing.T) {
	s := openNew(t)
	tests := map[string]struct {
		lease time.Duration
		gone  func(json.RawMessage) bool
	}{
		"the lease is over":  {-time.Second, never},
		"the holder is gone": {time.Minute, func(holder json.RawMessage) bool { return string(holder) == `"ann"` }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			ann, err := s.TakeLock(t.Context(), name, []byte(`"ann"`), test.lease, test.gone)
			ok(t, err)
			working := WithLock(t.Context(), ann)
			ok(t, s.SetPeriodState(working, "1", october, PeriodReady, name))
			_, err = s.TakeLock(t.Context(), name, []byte(`"bob"`), time.Minute, test.gone)
			ok(t, err)

			var lost *LostError
			if err := s.RenewLock(t.Context(), ann, time.Minute); !errors.As(err, &lost) {
				t.Errorf("renewing: %v", err)
			}
			if err := s.SetPeriodState(working, "1", october, PeriodRated, ""); !errors.As(err, &lost) || lost.Name != name {
				t.Errorf("writing: %v", err)
			}
			inner, err := s.TakeLock(working, "inside "+name, []byte(`"ann"`), time.Minute, never)
			if !errors.As(err, &lost) {
				t.Errorf("taking another lock inside: %+v, %v", inner, err)
			}
			states, err := s.PeriodStates(t.Context(), october)
			ok(t, err)
			if states[0].State != PeriodReady || states[0].Reason != name {
				t.Errorf("the state is %+v after a write without the lock", states[0])
			}
		})
	}
}

// Nobody else took it meanwhile: whoever was held up goes on.
func TestLockIsRenewedLate(t *testing.T) {
	s := openNew(t)
	ann, err := take(t, s, "ann", -time.Second)
	ok(t, err)
	ok(t, s.SetPeriodState(WithLock(t.Context(), ann), "1", october, PeriodReady, ""))
	ok(t, s.RenewLock(t.Context(), ann, time.Minute))
	_, err = take(t, s, "bob", time.Minute)
	if !errors.As(err, new(*HeldError)) {
		t.Errorf("bob took what is renewed: %v", err)
	}
}

// Of many who take it again and again at once, never do two have it.
func TestLockOfMany(t *testing.T) {
	s := openNew(t)
	stores := []*Store{s, again(t, s)}
	var inside, most, times atomic.Int64
	var wait sync.WaitGroup
	for i := range 6 {
		wait.Go(func() {
			for taken := 0; taken < 5; {
				lock, err := stores[i%2].TakeLock(t.Context(), "one", []byte(`{}`), time.Minute, never)
				if errors.As(err, new(*HeldError)) {
					time.Sleep(time.Millisecond)
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				most.Store(max(most.Load(), inside.Add(1)))
				times.Add(1)
				inside.Add(-1)
				if err := stores[i%2].FreeLock(t.Context(), lock); err != nil {
					t.Error(err)
				}
				taken++
			}
		})
	}
	wait.Wait()
	if most.Load() != 1 || times.Load() != 30 {
		t.Errorf("taken %d times, by up to %d at once", times.Load(), most.Load())
	}
}
