package store

import (
	"context"
	"time"
)

// Link is a token that is good for one time; whoever has it may do what its
// purpose says.
type Link struct {
	Hash      string // SHA-256 of the token, hexadecimal
	Purpose   string // set-up, invitation or reset
	User      string // id; empty for set-up
	CreatedAt time.Time
	CreatedBy string
	ExpiresAt time.Time
}

func scanLink(r row) (l Link, err error) {
	err = r.Scan(&l.Hash, &l.Purpose, &l.User, text{&l.CreatedAt}, &l.CreatedBy, text{&l.ExpiresAt})
	return l, err
}

// Link returns the link with a hash; the link may have expired.
func (i Identities) Link(ctx context.Context, hash string) (Link, error) {
	return oneOf(ctx, i.q, "the link", scanLink, `SELECT hash, purpose, user_id, created_at, created_by, expires_at FROM one_time_link WHERE hash = $1`, hash)
}

// CreateLink adds a link.
func (c IdentityChange) CreateLink(ctx context.Context, l Link) error {
	_, err := c.run(ctx, `INSERT INTO one_time_link (hash, purpose, user_id, created_at, created_by, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		l.Hash, l.Purpose, l.User, timeText(l.CreatedAt), l.CreatedBy, timeText(l.ExpiresAt))
	return err
}

// DeleteLinks removes the links of a user; those to set up are of the user "".
func (c IdentityChange) DeleteLinks(ctx context.Context, user string) error {
	_, err := c.run(ctx, `DELETE FROM one_time_link WHERE user_id = $1`, user)
	return err
}

// Ceremony is a sign-in, or the registration of a passkey, under way.
type Ceremony struct {
	ID        string // SHA-256 of its handle, hexadecimal
	Kind      string
	User      string // id; empty where it is not known yet
	State     string // sealed
	ExpiresAt time.Time
}

func scanCeremony(r row) (c Ceremony, err error) {
	err = r.Scan(&c.ID, &c.Kind, &c.User, &c.State, text{&c.ExpiresAt})
	return c, err
}

// Ceremony returns a ceremony of a kind; it may have expired.
func (i Identities) Ceremony(ctx context.Context, kind, id string) (Ceremony, error) {
	return oneOf(ctx, i.q, "the sign-in", scanCeremony, `SELECT id, kind, user_id, state, expires_at FROM ceremony WHERE kind = $1 AND id = $2`, kind, id)
}

// CreateCeremony adds a ceremony.
func (c IdentityChange) CreateCeremony(ctx context.Context, x Ceremony) error {
	_, err := c.run(ctx, `INSERT INTO ceremony (id, kind, user_id, state, expires_at) VALUES ($1, $2, $3, $4, $5)`,
		x.ID, x.Kind, x.User, x.State, timeText(x.ExpiresAt))
	return err
}

// EndCeremony removes a ceremony; ErrNotFound where somebody else has ended it.
func (c IdentityChange) EndCeremony(ctx context.Context, id string) error {
	return c.must(ctx, "the sign-in", `DELETE FROM ceremony WHERE id = $1`, id)
}
