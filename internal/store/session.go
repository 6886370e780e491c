package store

import (
	"context"
	"fmt"
	"time"
)

// Session is somebody signed in with a browser or a program that keeps a cookie.
type Session struct {
	ID           string
	Hash         string // SHA-256 of the cookie's value, hexadecimal
	User         string // id
	Method       string // such as password, passkey, sso
	SecondFactor bool
	Address      string // where it began
	UserAgent    string
	CreatedAt    time.Time
	SeenAt       time.Time
}

// Holder is the user of a session or token as every request needs it.
type Holder struct {
	ID, Kind, Name, Email string
	Active                bool
	Grants                []UserGrant // organization and role only
	NeedsSecondFactor     bool        // one of the organizations of its grants, or the one that a unit is of, requires one
}

// holderColumns are what holder reads, in a query that joins user_account u and
// user_grant g. There is a row for each grant.
const holderColumns = `u.id, u.kind, u.name, COALESCE(u.email, ''), u.active, COALESCE(g.organization, ''), COALESCE(g.role, ''),
	EXISTS (SELECT 1 FROM second_factor_rule r WHERE r.organization = g.organization
	 OR substr(g.organization, 1, length(r.organization) + 1) = r.organization || '/')`

// holderRow is one row of such a query; grant is empty for a user without any.
type holderRow struct {
	holder   Holder
	grant    UserGrant
	required bool
}

func (h *holderRow) columns() []any {
	return []any{&h.holder.ID, &h.holder.Kind, &h.holder.Name, &h.holder.Email, &h.holder.Active, &h.grant.Organization, &h.grant.Role, &h.required}
}

func (h *Holder) add(r holderRow) {
	if h.ID == "" {
		*h = r.holder
	}
	if r.grant.Role != "" {
		h.Grants = append(h.Grants, r.grant)
	}
	h.NeedsSecondFactor = h.NeedsSecondFactor || r.required
}

const sessionColumns = `s.id, s.hash, s.user_id, s.method, s.second_factor, s.address, s.user_agent, s.created_at, s.seen_at`

func (s *Session) columns() []any {
	return []any{&s.ID, &s.Hash, &s.User, &s.Method, &s.SecondFactor, &s.Address, &s.UserAgent, text{&s.CreatedAt}, text{&s.SeenAt}}
}

func scanSession(r row) (s Session, err error) {
	err = r.Scan(s.columns()...)
	return s, err
}

// SessionByHash returns the session with the hash of a cookie's value, and its
// user, in one query.
func (i Identities) SessionByHash(ctx context.Context, hash string) (Session, Holder, error) {
	type found struct {
		session Session
		row     holderRow
	}
	rows, err := list(ctx, i.q, func(r row) (f found, err error) {
		err = r.Scan(append(f.session.columns(), f.row.columns()...)...)
		return f, err
	}, `SELECT `+sessionColumns+`, `+holderColumns+` FROM user_session s JOIN user_account u ON u.id = s.user_id
		LEFT JOIN user_grant g ON g.user_id = u.id WHERE s.hash = $1 ORDER BY g.organization, g.role`, hash)
	if err != nil {
		return Session{}, Holder{}, fmt.Errorf("read the session: %w", err)
	}
	if len(rows) == 0 {
		return Session{}, Holder{}, fmt.Errorf("the session %w", ErrNotFound)
	}
	var h Holder
	for _, r := range rows {
		h.add(r.row)
	}
	return rows[0].session, h, nil
}

// Sessions returns the sessions of a user, the newest first.
func (i Identities) Sessions(ctx context.Context, user string) ([]Session, error) {
	sessions, err := list(ctx, i.q, scanSession, `SELECT `+sessionColumns+` FROM user_session s WHERE s.user_id = $1 ORDER BY s.created_at DESC, s.id`, user)
	if err != nil {
		return nil, fmt.Errorf("read the sessions of %s: %w", user, err)
	}
	return sessions, nil
}

// Session returns a session of a user.
func (i Identities) Session(ctx context.Context, user, id string) (Session, error) {
	return oneOf(ctx, i.q, "session "+id, scanSession, `SELECT `+sessionColumns+` FROM user_session s WHERE s.user_id = $1 AND s.id = $2`, user, id)
}

// CreateSession adds a session.
func (c IdentityChange) CreateSession(ctx context.Context, s Session) error {
	_, err := c.run(ctx,
		`INSERT INTO user_session (id, hash, user_id, method, second_factor, address, user_agent, created_at, seen_at)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		s.ID, s.Hash, s.User, s.Method, s.SecondFactor, s.Address, s.UserAgent, timeText(s.CreatedAt), timeText(s.SeenAt))
	return err
}

// RotateSession gives a session another hash, and says whether it has a second
// factor by now.
func (c IdentityChange) RotateSession(ctx context.Context, id, hash string, secondFactor bool) error {
	return c.must(ctx, "session "+id, `UPDATE user_session SET hash = $2, second_factor = $3 WHERE id = $1`, id, hash, secondFactor)
}

// TouchSession says when a session was last seen.
func (c IdentityChange) TouchSession(ctx context.Context, id string, at time.Time) error {
	_, err := c.run(ctx, `UPDATE user_session SET seen_at = $2 WHERE id = $1`, id, timeText(at))
	return err
}

// DeleteSession removes a session of a user.
func (c IdentityChange) DeleteSession(ctx context.Context, user, id string) error {
	return c.must(ctx, "session "+id, `DELETE FROM user_session WHERE user_id = $1 AND id = $2`, user, id)
}

// DeleteSessions removes the sessions of a user, but for one to keep where it is
// not empty. It says how many there were.
func (c IdentityChange) DeleteSessions(ctx context.Context, user, keep string) (int64, error) {
	return c.run(ctx, `DELETE FROM user_session WHERE user_id = $1 AND id <> $2`, user, keep)
}

// DeleteExpired removes what is of no use any more: sessions seen last before idle
// or begun before oldest, links and ceremonies that ended before now, and wrong
// tries that are older than tries.
func (c IdentityChange) DeleteExpired(ctx context.Context, now, idle, oldest, tries time.Time) (int64, error) {
	var all int64
	for _, x := range []struct {
		statement string
		at        time.Time
	}{
		{`DELETE FROM user_session WHERE seen_at < $1`, idle},
		{`DELETE FROM user_session WHERE created_at < $1`, oldest},
		{`DELETE FROM one_time_link WHERE expires_at < $1`, now},
		{`DELETE FROM ceremony WHERE expires_at < $1`, now},
		{`DELETE FROM signin_attempt WHERE last_at < $1`, tries},
	} {
		n, err := c.run(ctx, x.statement, timeText(x.at))
		if err != nil {
			return all, err
		}
		all += n
	}
	return all, nil
}
