package identity

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"

	"github.com/sluice-billing/sluice/internal/store"
)

// hasher makes and compares hashes of passwords with argon2id. Each one takes 64
// MiB, so only a few run at once; some more wait, the rest are sent away, so that
// a flood of sign-ins cannot eat the memory.
type hasher struct {
	params  argon2id.Params
	slots   chan struct{}
	waiting atomic.Int64
	worked  atomic.Int64 // hashes computed; a test counts that unknown users cost one, too
	nobody  string       // a hash that no password has
}

const hashQueue = 64

func newHasher(slots int) *hasher {
	h := &hasher{params: argon2id.Params{Memory: 64 * 1024, Iterations: 3, Parallelism: 2, SaltLength: 16, KeyLength: 32}, slots: make(chan struct{}, slots)}
	h.nobody = nobodysHash(h.params)
	return h
}

// nobodysHash is made of random bytes instead of a password.
func nobodysHash(p argon2id.Params) string {
	random := make([]byte, p.SaltLength+p.KeyLength)
	_, _ = rand.Read(random) // never fails, it says
	text := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", p.Memory, p.Iterations, p.Parallelism, text(random[:p.SaltLength]), text(random[p.SaltLength:]))
}

// use runs work when there is a place for it.
func (h *hasher) use(ctx context.Context, work func() error) error {
	if h.waiting.Add(1) > hashQueue {
		h.waiting.Add(-1)
		return &Error{Code: TooManyTries, Message: "too many people are signing in at once; try again in a few seconds", RetryAfter: 5 * time.Second}
	}
	select {
	case h.slots <- struct{}{}:
		h.waiting.Add(-1)
	case <-ctx.Done():
		h.waiting.Add(-1)
		return context.Cause(ctx)
	}
	defer func() { <-h.slots }()
	h.worked.Add(1)
	return work()
}

// hash returns the hash of a password in its text form.
func (h *hasher) hash(ctx context.Context, password string) (hash string, err error) {
	err = h.use(ctx, func() (err error) {
		hash, err = argon2id.CreateHash(norm.NFKC.String(password), &h.params)
		return err
	})
	return hash, err
}

// matches tells whether a password has a hash. Without a hash it does the same
// work and says no, so that the time says nothing of who has an account.
func (h *hasher) matches(ctx context.Context, password, hash string) (match bool, err error) {
	known := hash != ""
	if !known {
		hash = h.nobody
	}
	if len(password) > passwordBytes {
		password = "" // nobody's, and not worth hashing at that length
	}
	err = h.use(ctx, func() (err error) {
		match, err = argon2id.ComparePasswordAndHash(norm.NFKC.String(password), hash)
		return err
	})
	return match && known, err
}

// ChangePassword gives a user another password, for the current one. All other
// sessions end; the one that asks goes on with a new cookie, which is returned.
func (d *Directory) ChangePassword(ctx context.Context, user, session, current, password string) (cookie string, err error) {
	u, err := d.store.Identities().User(ctx, user)
	if err != nil {
		return "", forPeople(err)
	}
	tries := []try{{accountLimit, u.Email}}
	if err := d.admit(ctx, tries); err != nil {
		return "", err
	}
	match, err := d.passwords.matches(ctx, current, u.Password)
	if err != nil {
		return "", err
	}
	if !match {
		return "", &Error{Code: BadCredentials, Message: "the current password is another one"}
	}
	hash, err := d.newPassword(ctx, password, u)
	if err != nil {
		return "", err
	}
	err = d.change(ctx, "change the password of "+user, func(c store.IdentityChange) error {
		if cookie, err = d.rotate(ctx, c, user, session, false); err != nil {
			return err
		}
		if err := d.forgive(ctx, c, tries); err != nil {
			return err
		}
		return d.setPassword(ctx, c, user, u.Version, hash, session, nil)
	})
	return cookie, err
}

// newPassword returns the hash of a password that may be a user's.
func (d *Directory) newPassword(ctx context.Context, password string, u store.User) (hash string, err error) {
	if err := CheckPassword(password, u.Email, u.Name, d.options.Product); err != nil {
		return "", err
	}
	return d.passwords.hash(ctx, password)
}

// setPassword puts a hash on record within a change, with more of the user where
// given, ends the user's sessions but for one to keep, and all links. It refuses
// where the user is no longer at the version that was looked at.
func (d *Directory) setPassword(ctx context.Context, c store.IdentityChange, user string, version int64, hash, keep string, more func(u *store.User)) error {
	u, err := c.User(ctx, user)
	if err != nil {
		return err
	}
	if u.Version != version {
		return fmt.Errorf("user %s %w", user, store.ErrChangedMeanwhile)
	}
	u.Password, u.UpdatedAt = hash, d.now()
	if more != nil {
		more(&u)
	}
	if err := c.SaveUser(ctx, u); err != nil {
		return err
	}
	if err := c.DeleteLinks(ctx, user); err != nil {
		return err
	}
	if _, err := d.endSessions(ctx, c, user, keep, "the password changed"); err != nil {
		return err
	}
	return d.audit(ctx, c, "user.password", "user/"+user, "set")
}
