package identity

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/store"
)

const (
	sessionIdle    = 12 * time.Hour
	sessionLongest = 30 * 24 * time.Hour
)

// Session is somebody signed in.
type Session struct {
	ID           string    `json:"id"`
	Method       string    `json:"method"` // password, passkey or sso
	SecondFactor bool      `json:"second_factor"`
	Address      string    `json:"address"`
	UserAgent    string    `json:"user_agent"`
	CreatedAt    time.Time `json:"created_at"`
	SeenAt       time.Time `json:"seen_at"` // to the minute
	ExpiresAt    time.Time `json:"expires_at"`
}

// sessionExpires is 12 hours after the session was last seen, at most 30 days
// after it began.
func sessionExpires(s store.Session) time.Time {
	idle, longest := s.SeenAt.Add(sessionIdle), s.CreatedAt.Add(sessionLongest)
	if idle.Before(longest) {
		return idle
	}
	return longest
}

func sessionOf(s store.Session) Session {
	return Session{
		ID: s.ID, Method: s.Method, SecondFactor: s.SecondFactor, Address: s.Address, UserAgent: s.UserAgent,
		CreatedAt: s.CreatedAt, SeenAt: s.SeenAt, ExpiresAt: sessionExpires(s),
	}
}

// Sessions returns the sessions of a user that are still good, the newest first.
func (d *Directory) Sessions(ctx context.Context, user string) ([]Session, error) {
	all, err := d.store.Identities().Sessions(ctx, user)
	if err != nil {
		return nil, err
	}
	sessions := []Session{}
	for _, s := range all {
		if d.now().Before(sessionExpires(s)) {
			sessions = append(sessions, sessionOf(s))
		}
	}
	return sessions, nil
}

// RevokeSession ends a session of a user; it is also how somebody signs out.
func (d *Directory) RevokeSession(ctx context.Context, user, id string) error {
	return d.change(ctx, "revoke session "+id, func(c store.IdentityChange) error {
		if err := c.DeleteSession(ctx, user, id); err != nil {
			return err
		}
		return d.audit(ctx, c, "session.revoke", "user/"+user, "session "+id)
	})
}

// RevokeSessions ends all sessions of a user, but for one where keep is not empty.
// It says how many there were.
func (d *Directory) RevokeSessions(ctx context.Context, user, keep string) (ended int64, err error) {
	err = d.change(ctx, "revoke the sessions of "+user, func(c store.IdentityChange) (err error) {
		ended, err = d.endSessions(ctx, c, user, keep, "asked for")
		return err
	})
	return ended, err
}

// endSessions ends sessions within a change, and says why in the audit.
func (d *Directory) endSessions(ctx context.Context, c store.IdentityChange, user, keep, why string) (int64, error) {
	ended, err := c.DeleteSessions(ctx, user, keep)
	if err != nil || ended == 0 {
		return ended, err
	}
	return ended, d.audit(ctx, c, "session.revoke", "user/"+user, fmt.Sprintf("%d sessions: %s", ended, why))
}

// rotate gives a session a new cookie when what it may do changes, so that a value
// that was caught before is worth nothing after.
func (d *Directory) rotate(ctx context.Context, c store.IdentityChange, user, session string, secondFactor bool) (cookie string, err error) {
	s, err := c.Session(ctx, user, session)
	if err != nil {
		return "", err
	}
	cookie = newSecret()
	return cookie, c.RotateSession(ctx, session, hashed(cookie), s.SecondFactor || secondFactor)
}

// CSRFToken is what a page sends along with a change, to show that it could read
// it: derived from the value of the session's cookie, which no other page knows.
func CSRFToken(cookie string) string {
	mac := hmac.New(sha256.New, []byte(cookie))
	mac.Write([]byte("sluice csrf token"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// ValidCSRFToken tells, in constant time, whether a token is that of the cookie.
func ValidCSRFToken(cookie, token string) bool {
	return cookie != "" && hmac.Equal([]byte(CSRFToken(cookie)), []byte(token))
}

// shortened keeps what a client says of itself to a bounded length.
func shortened(s string) string {
	const most = 256
	s = strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if r < ' ' {
			return -1
		}
		return r
	}, s), "")
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "")
}
