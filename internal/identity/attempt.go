package identity

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/sluice-billing/sluice/internal/store"
)

// limit says how many wrong proofs are free, and how long the delay after more
// grows: it doubles from two seconds on.
type limit struct {
	name    string
	free    int64
	longest time.Duration
}

var (
	accountLimit = limit{"account", 5, 15 * time.Minute}  // passwords of one e-mail address
	factorLimit  = limit{"factor", 5, 15 * time.Minute}   // one-time codes of one user
	addressLimit = limit{"address", 30, 15 * time.Minute} // passwords and codes from one network address
	startLimit   = limit{"start", 300, 15 * time.Minute}  // sign-ins with passkeys and elsewhere that one network address begins and does not end
)

// forgetTries is how long wrong tries count.
const forgetTries = 24 * time.Hour

// delay is how long nothing is tried after so many wrong proofs.
func (l limit) delay(failures int64) time.Duration {
	if failures <= l.free {
		return 0
	}
	over := min(failures-l.free, 20) // 2^20 s is longer than any longest
	return min(time.Second<<over, l.longest)
}

// notBefore is when the next try is allowed. Without a delay that is any time, not
// now: the clock of another server may be behind.
func (l limit) notBefore(a store.Attempt) time.Time {
	delay := l.delay(a.Failures)
	if delay == 0 {
		return time.Time{}
	}
	return a.LastAt.Add(delay)
}

// try is one proof, counted against a limit.
type try struct {
	limit limit
	of    string // e-mail address, user, network address
}

// subject is what the records call it. E-mail addresses are hashed: people type
// their passwords there.
func (t try) subject() string {
	if t.limit == accountLimit {
		return t.limit.name + "/" + hashed(t.of)
	}
	return t.limit.name + "/" + t.of
}

// fromAddress is a try from where a visit comes from: an IPv4 address, or the 64
// bits of an IPv6 network, which one customer of a provider has. It is none where
// the address is not known.
func fromAddress(v Visit) []try { return byNetwork(addressLimit, v) }

// startFrom is a sign-in that begins where a visit comes from.
func startFrom(v Visit) []try { return byNetwork(startLimit, v) }

func byNetwork(l limit, v Visit) []try {
	address, err := netip.ParseAddr(v.Address)
	if err != nil {
		return nil
	}
	address = address.Unmap().WithZone("")
	if address.Is6() {
		network, err := address.Prefix(64)
		if err != nil {
			return nil
		}
		return []try{{l, network.String()}}
	}
	return []try{{l, address.String()}}
}

// admit counts tries as wrong before they are made, so that many at once count as
// many, and refuses with too-many-tries while one of them is delayed. Whoever
// turns out right is forgiven. The counts are on record: all servers share them.
func (d *Directory) admit(ctx context.Context, tries []try) error {
	now := d.now()
	return forPeople(d.store.ChangeIdentities(ctx, "count a sign-in", func(c store.IdentityChange) error {
		counted := make([]store.Attempt, len(tries))
		for i, t := range tries {
			a, err := c.Attempt(ctx, t.subject())
			if err != nil {
				return err
			}
			if wait := a.NotBefore.Sub(now); wait > 0 {
				wait = wait.Truncate(time.Second) + time.Second
				return &Error{Code: TooManyTries, Message: fmt.Sprintf("too many tries; try again in %s", wait), RetryAfter: wait}
			}
			if now.Sub(a.LastAt) >= forgetTries {
				a.Failures = 0
			}
			a.Failures++
			a.LastAt = now
			a.NotBefore = t.limit.notBefore(a)
			counted[i] = a
		}
		for _, a := range counted {
			if err := c.SaveAttempt(ctx, a); err != nil {
				return err
			}
		}
		return nil
	}))
}

// forgive takes back tries that turned out right: all of an account or a user,
// but of a network address only the one, since others are there, too.
func (d *Directory) forgive(ctx context.Context, c store.IdentityChange, tries []try) error {
	for _, t := range tries {
		a, err := c.Attempt(ctx, t.subject())
		if err != nil {
			return err
		}
		a.Failures--
		a.NotBefore = t.limit.notBefore(a)
		if t.limit != addressLimit && t.limit != startLimit {
			a.Failures = 0
		}
		if err := c.SaveAttempt(ctx, a); err != nil {
			return err
		}
	}
	return nil
}
