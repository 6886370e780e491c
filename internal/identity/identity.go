// Package identity knows people and programs, and takes the proof of who they
// are: passwords, one-time codes, passkeys, single sign-on, API tokens. It says
// which roles were granted to whom; what a role allows is for package access, and
// who may change whom is for its caller to ask there.
//
// Directory is the door. Of everything that somebody carries to prove who they
// are (cookies, tokens, links, recovery codes) only a hash is on record; seeds
// of one-time codes and secrets of providers are sealed. Every change is
// audited in its own transaction, never with a secret. Errors that are meant for
// the one who asks are of type *Error, with a stable code.
package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

// Options say where the installation is reached.
type Options struct {
	Product      string // the name that phones show beside one-time codes and passkeys; Sluice where empty
	Origin       string // where browsers reach the server, such as https://billing.example.com; without it there are no passkeys and no single sign-on
	RelyingParty string // the domain that passkeys are of; the host of Origin where empty
	Callback     string // path that providers of single sign-on send the browser back to; /api/v1/sign-in/sso/callback where empty
	AllowPrivate bool   // providers of single sign-on may have private addresses, and http on loopback ones
	Hashers      int    // passwords that are hashed at once, each with 64 MiB; 2 where it is 0
}

// Directory is who may sign in. It is safe for use by several goroutines, and
// several processes may use one store: what one changes is true in the others
// within two seconds.
type Directory struct {
	store     *store.Store
	keys      *secret.Keyring
	clock     func() time.Time
	options   Options
	passwords *hasher
	passkeys  *webauthn.WebAuthn // nil without an origin
	known     *cache
	issuers   *issuers
}

// New returns the directory on the records, which seals with keys. It refuses an
// origin that is no origin.
func New(records *store.Store, keys *secret.Keyring, now func() time.Time, o Options) (*Directory, error) {
	if o.Product == "" {
		o.Product = "Sluice"
	}
	if o.Callback == "" {
		o.Callback = "/api/v1/sign-in/sso/callback"
	}
	if o.Hashers <= 0 {
		o.Hashers = 2
	}
	d := &Directory{store: records, keys: keys, clock: now, options: o, passwords: newHasher(o.Hashers), known: newCache(), issuers: newIssuers(o.AllowPrivate)}
	if o.Origin == "" {
		return d, nil
	}
	origin, err := url.Parse(o.Origin)
	if err != nil || (origin.Scheme != "https" && origin.Scheme != "http") || origin.Host == "" || strings.Trim(origin.Path, "/") != "" || origin.RawQuery != "" {
		return nil, fmt.Errorf("the origin %q is not like https://billing.example.com", o.Origin)
	}
	d.options.Origin = origin.Scheme + "://" + origin.Host
	if d.options.RelyingParty == "" {
		d.options.RelyingParty = origin.Hostname()
	}
	if d.passkeys, err = newPasskeys(d.options); err != nil {
		return nil, fmt.Errorf("passkeys of %s: %w", d.options.RelyingParty, err)
	}
	return d, nil
}

// Visit is where a sign-in comes from.
type Visit struct {
	Address   string // IP address, without a port
	UserAgent string
}

// now is the time as the records keep it.
func (d *Directory) now() time.Time { return d.clock().UTC().Truncate(time.Microsecond) }

// change makes one change of the records, and forgets what was cached, so that it
// is in force in this process when it returns.
func (d *Directory) change(ctx context.Context, action string, change func(c store.IdentityChange) error) error {
	err := d.store.ChangeIdentities(ctx, action, change)
	d.known.forget()
	return forPeople(err)
}

// audit adds an entry on something that the actor of the context does.
func (d *Directory) audit(ctx context.Context, c store.IdentityChange, action, subject, detail string) error {
	return c.Audit(ctx, store.AuditEntry{At: d.now(), By: actor(ctx), Action: action, Subject: subject, Detail: detail})
}

// actor is who acts in the context, for the audit.
func actor(ctx context.Context) string {
	if name := billing.ActorOf(ctx).Name; name != "" {
		return name
	}
	return "sluice" // the program itself, such as at its start
}

// newID returns an id that is not guessed and sorts by the time it was made.
func (d *Directory) newID() string {
	return ulid.MustNew(ulid.Timestamp(d.clock()), rand.Reader).String()
}

// newSecret returns 32 random bytes as text that fits into a cookie and a URL.
func newSecret() string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails, it says
	return base64.RawURLEncoding.EncodeToString(raw)
}

// hashed is what the records keep of a secret of many random bits.
func hashed(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Clean removes expired sessions, links and sign-ins, and wrong tries that are
// forgotten. It is called now and then.
func (d *Directory) Clean(ctx context.Context) (removed int64, err error) {
	now := d.now()
	err = d.change(ctx, "remove expired sessions", func(c store.IdentityChange) (err error) {
		removed, err = c.DeleteExpired(ctx, now, now.Add(-sessionIdle), now.Add(-sessionLongest), now.Add(-forgetTries))
		return err
	})
	return removed, err
}

// Error is for whoever asked: what went wrong and what to do, and a code that
// programs can rely on.
type Error struct {
	Code       string
	Message    string
	RetryAfter time.Duration // with too-many-tries: when to try again
}

// Error implements error.
func (e *Error) Error() string { return e.Message }

// Status is the HTTP status that says the same.
func (e *Error) Status() int {
	switch e.Code {
	case BadCredentials, BadCode, PasskeyRefused, NotSignedIn, SignInExpired, SSORefused:
		return http.StatusUnauthorized
	case TooManyTries:
		return http.StatusTooManyRequests
	case NotFound:
		return http.StatusNotFound
	case EmailTaken, LastOwner, AlreadySetUp, AlreadyEnrolled:
		return http.StatusConflict
	case ChangedMeanwhile:
		return http.StatusPreconditionFailed
	case InvitationExpired, ResetExpired, SetUpExpired:
		return http.StatusGone
	case SSOUnreachable:
		return http.StatusBadGateway
	}
	return http.StatusUnprocessableEntity
}

// Codes of errors.
const (
	BadCredentials    = "bad-credentials"    // e-mail address or password, and nobody says which
	BadCode           = "bad-code"           // one-time code or recovery code
	TooManyTries      = "too-many-tries"     // RetryAfter says when it goes on
	NotSignedIn       = "not-signed-in"      // no, or no longer, a session or token
	SignInExpired     = "sign-in-expired"    // a sign-in in steps took too long or was ended
	InvitationExpired = "invitation-expired" // or used, or never made
	ResetExpired      = "reset-expired"
	SetUpExpired      = "set-up-expired"
	AlreadySetUp      = "already-set-up"
	PasswordTooWeak   = "password-too-weak"
	LastOwner         = "last-owner"
	EmailTaken        = "email-taken"
	EmailInvalid      = "email-invalid"
	Invalid           = "invalid" // anything else in what was asked
	NotFound          = "not-found"
	ChangedMeanwhile  = "changed-meanwhile"
	AlreadyEnrolled   = "already-enrolled"
	PasskeyRefused    = "passkey-refused"
	SSORefused        = "sso-refused"
	SSOUnreachable    = "sso-unreachable"
	NoOrigin          = "no-origin" // the server does not know where browsers reach it
)

func invalid(format string, args ...any) *Error {
	return &Error{Code: Invalid, Message: fmt.Sprintf(format, args...)}
}

// forPeople turns what the records say into an Error where it is for the one who
// asked.
func forPeople(err error) error {
	var ours *Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &ours):
		return ours
	case errors.Is(err, store.ErrEmailTaken):
		return &Error{Code: EmailTaken, Message: "another user has this e-mail address; change that one instead"}
	case errors.Is(err, store.ErrChangedMeanwhile):
		return &Error{Code: ChangedMeanwhile, Message: err.Error()}
	case errors.Is(err, store.ErrNotFound):
		return &Error{Code: NotFound, Message: err.Error()}
	}
	return err
}
