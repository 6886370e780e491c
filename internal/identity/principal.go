package identity

import (
	"context"
	"crypto/subtle"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/store"
)

// Principal is whoever has proved who they are.
type Principal struct {
	UserID            string
	Name              string
	Email             string // empty for service accounts
	Kind              string // Person or Service
	Grants            []access.Grant
	Scopes            []string // names of permissions that bound a token further; nil is no bound
	SessionID         string   // of one of the two
	TokenID           string
	SecondFactor      bool // of a session: proved with two factors
	NeedsSecondFactor bool // an organization requires a second factor and the session has none: Grants are withheld until there is one
}

// Kinds of user.
const (
	Person  = store.Person
	Service = store.Service // a program: it has tokens only
)

// notSignedIn is the one answer to every credential that is not good.
func notSignedIn() *Error {
	return &Error{Code: NotSignedIn, Message: "not signed in, or no longer; sign in and try again"}
}

// Authenticate says whose a credential is: the value of a session's cookie, or an
// API token. It returns an *Error with code not-signed-in for anything that is not,
// or no longer, good. It is cheap: one read of the records, and none for two
// seconds after. Grants are as they are now, not as they were at sign-in.
func (d *Directory) Authenticate(ctx context.Context, credential string) (Principal, error) {
	if credential == "" || len(credential) > 256 {
		return Principal{}, notSignedIn()
	}
	key := hashed(credential)
	if p, ok := d.known.get(key, d.now()); ok {
		return p, nil
	}
	generation := d.known.generation()
	read := d.bySession
	if strings.HasPrefix(credential, tokenPrefix) {
		read = d.byToken
	}
	p, expires, err := read(ctx, credential)
	if err != nil {
		return Principal{}, err
	}
	d.known.put(key, p, generation, d.now(), expires)
	return p, nil
}

func (d *Directory) bySession(ctx context.Context, cookie string) (Principal, time.Time, error) {
	s, h, err := d.store.Identities().SessionByHash(ctx, hashed(cookie))
	if errors.Is(err, store.ErrNotFound) {
		return Principal{}, time.Time{}, notSignedIn()
	}
	if err != nil {
		return Principal{}, time.Time{}, err
	}
	now, expires := d.now(), sessionExpires(s)
	if !h.Active || !now.Before(expires) {
		return Principal{}, time.Time{}, notSignedIn()
	}
	if now.Sub(s.SeenAt) >= touchEvery {
		d.touch(ctx, func(ctx context.Context, c store.IdentityChange) error { return c.TouchSession(ctx, s.ID, now) })
	}
	p := principalOf(h)
	p.SessionID, p.SecondFactor = s.ID, s.SecondFactor
	if h.NeedsSecondFactor && !s.SecondFactor {
		p.NeedsSecondFactor, p.Grants = true, nil
	}
	return p, expires, nil
}

func (d *Directory) byToken(ctx context.Context, token string) (Principal, time.Time, error) {
	id, secret, ok := parseToken(token)
	if !ok {
		return Principal{}, time.Time{}, notSignedIn()
	}
	t, h, err := d.store.Identities().Token(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return Principal{}, time.Time{}, notSignedIn()
	}
	if err != nil {
		return Principal{}, time.Time{}, err
	}
	now := d.now()
	if subtle.ConstantTimeCompare([]byte(t.Hash), []byte(hashed(secret))) != 1 || !h.Active || !now.Before(t.ExpiresAt) {
		return Principal{}, time.Time{}, notSignedIn()
	}
	if now.Sub(t.UsedAt) >= touchEvery {
		d.touch(ctx, func(ctx context.Context, c store.IdentityChange) error { return c.TouchToken(ctx, t.ID, now) })
	}
	p := principalOf(h)
	p.TokenID, p.Scopes = t.ID, t.Scopes
	return p, t.ExpiresAt, nil
}

// touch keeps when something was last used. Where the records are busy it is left
// to the next request: nobody waits for it.
func (d *Directory) touch(ctx context.Context, touch func(ctx context.Context, c store.IdentityChange) error) {
	ctx, cancel := context.WithTimeout(ctx, touchTime)
	defer cancel()
	_ = d.store.NoteIdentities(ctx, "keep when somebody was seen", func(c store.IdentityChange) error { return touch(ctx, c) })
}

func principalOf(h store.Holder) Principal {
	p := Principal{UserID: h.ID, Name: h.Name, Email: h.Email, Kind: h.Kind}
	for _, g := range h.Grants {
		p.Grants = append(p.Grants, access.Grant{Organization: g.Organization, Role: g.Role})
	}
	return p
}

const (
	cacheTime  = 2 * time.Second
	cacheMost  = 10_000
	touchEvery = time.Minute
	touchTime  = 250 * time.Millisecond
)

// cache keeps whose credentials are for a short time. Any change empties it; a
// principal that was read before a change is not kept after it.
type cache struct {
	mu      sync.Mutex
	changes int64
	entries map[string]cached
}

type cached struct {
	principal Principal
	until     time.Time
}

func newCache() *cache { return &cache{entries: map[string]cached{}} }

func (c *cache) get(key string, now time.Time) (Principal, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	return e.principal, ok && now.Before(e.until)
}

func (c *cache) generation() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.changes
}

func (c *cache) put(key string, p Principal, generation int64, now, expires time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.changes != generation {
		return
	}
	if len(c.entries) >= cacheMost {
		clear(c.entries)
	}
	until := now.Add(cacheTime)
	if expires.Before(until) {
		until = expires
	}
	c.entries[key] = cached{p, until}
}

func (c *cache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes++
	clear(c.entries)
}
