package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/sluice-billing/sluice/internal/store"
)

// Methods of signing in.
const (
	byPassword = "password"
	byPasskey  = "passkey"
	bySSO      = "sso"
)

// SignIn is what a step of signing in leads to: a session, or the question for a
// second factor.
type SignIn struct {
	User    User
	Session Session
	Cookie  string   // the session's value, given only here; empty while a second factor is missing
	Pending string   // handle for FinishSignIn; empty once there is a session
	Factors []string // with Pending: totp, recovery-code, and passkey where there is one, which signs in by itself
}

// pending is a sign-in that lacks the second factor.
const pendingKind, pendingTime = "second-factor", 10 * time.Minute

// SignIn takes a password. It answers bad-credentials to an unknown user, a wrong
// password and a disabled user alike, with the same work, and too-many-tries after
// too many of them.
func (d *Directory) SignIn(ctx context.Context, email, password string, v Visit) (SignIn, error) {
	normal, emailErr := normalEmail(email)
	tries := append([]try{{accountLimit, normal}}, fromAddress(v)...)
	if err := d.admit(ctx, tries); err != nil {
		return SignIn{}, err
	}
	var u store.User
	if emailErr == nil {
		var err error
		if u, err = d.store.Identities().UserByEmail(ctx, normal); err != nil && !errors.Is(err, store.ErrNotFound) {
			return SignIn{}, err
		}
	}
	match, err := d.passwords.matches(ctx, password, u.Password)
	if err != nil {
		return SignIn{}, err
	}
	if !match || !u.Active {
		return SignIn{}, d.refuse(ctx, u.ID, byPassword, &Error{Code: BadCredentials, Message: "e-mail address or password are wrong"})
	}
	return d.begin(ctx, u, byPassword, false, v, func(c store.IdentityChange) error { return d.forgive(ctx, c, tries) })
}

// refuse audits a proof that was wrong and returns the answer to it. What was
// typed is not kept: it may be a password in the wrong field.
func (d *Directory) refuse(ctx context.Context, user, method string, answer *Error) error {
	subject := "user/unknown"
	if user != "" {
		subject = "user/" + user
	}
	if err := d.store.ChangeIdentities(ctx, "keep a sign-in that failed", func(c store.IdentityChange) error {
		return c.Audit(ctx, store.AuditEntry{At: d.now(), By: "not signed in", Action: "signin.fail", Subject: subject, Detail: method})
	}); err != nil {
		return err
	}
	return answer
}

// begin gives a user who has proved who they are a session, or asks for the second
// factor that they have. More is done in the same transaction.
func (d *Directory) begin(ctx context.Context, u store.User, method string, secondFactor bool, v Visit, more func(c store.IdentityChange) error) (SignIn, error) {
	var done SignIn
	err := d.change(ctx, "sign in", func(c store.IdentityChange) error {
		fresh, err := c.User(ctx, u.ID)
		if err != nil {
			return err
		}
		if !fresh.Active || fresh.Password != u.Password {
			return &Error{Code: BadCredentials, Message: "the account was changed meanwhile; sign in again"}
		}
		if more != nil {
			if err := more(c); err != nil {
				return err
			}
		}
		if fresh.TOTPConfirmed && !secondFactor {
			done, err = d.ask(ctx, c, fresh, method)
			return err
		}
		done, err = d.open(ctx, c, fresh, method, secondFactor, v)
		return err
	})
	if err != nil {
		return SignIn{}, err
	}
	return done, nil
}

// ask keeps a sign-in that lacks the second factor.
func (d *Directory) ask(ctx context.Context, c store.IdentityChange, u store.User, method string) (SignIn, error) {
	passkeys, err := c.Passkeys(ctx, u.ID)
	if err != nil {
		return SignIn{}, err
	}
	factors := []string{"totp", "recovery-code"}
	if len(passkeys) > 0 {
		factors = append(factors, byPasskey)
	}
	handle, err := d.keep(ctx, c, pendingKind, u.ID, pendingTime, method)
	return SignIn{Pending: handle, Factors: factors}, err
}

// open makes the session.
func (d *Directory) open(ctx context.Context, c store.IdentityChange, u store.User, method string, secondFactor bool, v Visit) (SignIn, error) {
	now := d.now()
	if u.JoinedAt.IsZero() {
		u.JoinedAt, u.UpdatedAt = now, now
		if err := c.SaveUser(ctx, u); err != nil {
			return SignIn{}, err
		}
		u.Version++
	}
	cookie := newSecret()
	s := store.Session{
		ID: d.newID(), Hash: hashed(cookie), User: u.ID, Method: method, SecondFactor: secondFactor,
		Address: shortened(v.Address), UserAgent: shortened(v.UserAgent), CreatedAt: now, SeenAt: now,
	}
	if err := c.CreateSession(ctx, s); err != nil {
		return SignIn{}, err
	}
	detail := fmt.Sprintf("%s, second factor: %t, session %s", method, secondFactor, s.ID)
	if err := c.Audit(ctx, store.AuditEntry{At: now, By: u.Email, Action: "signin.ok", Subject: "user/" + u.ID, Detail: detail}); err != nil {
		return SignIn{}, err
	}
	return SignIn{User: userOf(u), Session: sessionOf(s), Cookie: cookie}, nil
}

// FinishSignIn takes the second factor of a sign-in that is pending: a one-time
// code of six digits, or a recovery code. It answers bad-code to a wrong one,
// too-many-tries after too many, and sign-in-expired where the sign-in is over.
func (d *Directory) FinishSignIn(ctx context.Context, pending, code string, v Visit) (SignIn, error) {
	ceremony, err := d.ceremony(ctx, pendingKind, pending)
	if err != nil {
		return SignIn{}, err
	}
	var method string
	if err := d.state(ceremony, &method); err != nil {
		return SignIn{}, err
	}
	tries := append([]try{{factorLimit, ceremony.User}}, fromAddress(v)...)
	if err := d.admit(ctx, tries); err != nil {
		return SignIn{}, err
	}
	var done SignIn
	err = d.change(ctx, "sign in", func(c store.IdentityChange) error {
		u, err := c.User(ctx, ceremony.User)
		if err != nil {
			return err
		}
		if !u.Active {
			return expired()
		}
		if err := d.end(ctx, c, ceremony); err != nil {
			return err
		}
		if err := d.secondFactor(ctx, c, u, code); err != nil {
			return err
		}
		if err := d.forgive(ctx, c, tries); err != nil {
			return err
		}
		done, err = d.open(ctx, c, u, method, true, v)
		return err
	})
	var wrong *Error
	if errors.As(err, &wrong) && wrong.Code == BadCode {
		return SignIn{}, d.refuse(ctx, ceremony.User, "second factor", wrong)
	}
	if err != nil {
		return SignIn{}, err
	}
	return done, nil
}

func expired() *Error {
	return &Error{Code: SignInExpired, Message: "this sign-in is over or took too long; begin again"}
}

// keep begins a ceremony and returns its handle. The state is sealed.
func (d *Directory) keep(ctx context.Context, c store.IdentityChange, kind, user string, lasts time.Duration, state any) (handle string, err error) {
	handle = newSecret()
	document, err := json.Marshal(state)
	if err != nil {
		return "", err
	}
	sealed, err := d.keys.Seal(document, "ceremony/"+hashed(handle))
	if err != nil {
		return "", err
	}
	return handle, c.CreateCeremony(ctx, store.Ceremony{ID: hashed(handle), Kind: kind, User: user, State: sealed, ExpiresAt: d.now().Add(lasts)})
}

// ceremony returns a ceremony that is under way.
func (d *Directory) ceremony(ctx context.Context, kind, handle string) (store.Ceremony, error) {
	x, err := d.store.Identities().Ceremony(ctx, kind, hashed(handle))
	if errors.Is(err, store.ErrNotFound) || (err == nil && !d.now().Before(x.ExpiresAt)) {
		return x, expired()
	}
	return x, err
}

// state opens what a ceremony keeps.
func (d *Directory) state(x store.Ceremony, into any) error {
	document, err := d.keys.Open(x.State, "ceremony/"+x.ID)
	if err != nil {
		return err
	}
	return json.Unmarshal(document, into)
}

// end ends a ceremony: whoever comes second has nothing.
func (d *Directory) end(ctx context.Context, c store.IdentityChange, x store.Ceremony) error {
	err := c.EndCeremony(ctx, x.ID)
	if errors.Is(err, store.ErrNotFound) {
		return expired()
	}
	return err
}
