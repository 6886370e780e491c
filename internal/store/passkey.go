package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Passkey is a key pair that a user's device holds; here is the public half.
type Passkey struct {
	ID           string
	CredentialID string // what the device calls it, base64 for URLs
	User         string // id
	Name         string // what the user calls it
	Credential   json.RawMessage
	CreatedAt    time.Time
	UsedAt       time.Time // zero until it is used
}

const selectPasskeys = `SELECT id, credential_id, user_id, name, credential, created_at, used_at FROM passkey`

func scanPasskey(r row) (p Passkey, err error) {
	err = r.Scan(&p.ID, &p.CredentialID, &p.User, &p.Name, (*[]byte)(&p.Credential), text{&p.CreatedAt}, maybe{&p.UsedAt})
	return p, err
}

// Passkeys returns the passkeys of a user, the oldest first.
func (i Identities) Passkeys(ctx context.Context, user string) ([]Passkey, error) {
	passkeys, err := list(ctx, i.q, scanPasskey, selectPasskeys+` WHERE user_id = $1 ORDER BY created_at, id`, user)
	if err != nil {
		return nil, fmt.Errorf("read the passkeys of %s: %w", user, err)
	}
	return passkeys, nil
}

// CreatePasskey adds a passkey, unless somebody has this one already.
func (c IdentityChange) CreatePasskey(ctx context.Context, p Passkey) (added bool, err error) {
	if err := requireJSON("the passkey", p.Credential); err != nil {
		return false, err
	}
	n, err := c.run(ctx,
		`INSERT INTO passkey (id, credential_id, user_id, name, credential, created_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, '')
		 ON CONFLICT (credential_id) DO NOTHING`,
		p.ID, p.CredentialID, p.User, p.Name, string(p.Credential), timeText(p.CreatedAt))
	return n == 1, err
}

// SavePasskey replaces the name, the credential and the last use of a passkey.
func (c IdentityChange) SavePasskey(ctx context.Context, p Passkey) error {
	return c.must(ctx, "passkey "+p.ID, `UPDATE passkey SET name = $3, credential = $4, used_at = $5 WHERE id = $1 AND user_id = $2`,
		p.ID, p.User, p.Name, string(p.Credential), maybeText(p.UsedAt))
}

// DeletePasskey removes a passkey of a user.
func (c IdentityChange) DeletePasskey(ctx context.Context, user, id string) error {
	return c.must(ctx, "passkey "+id, `DELETE FROM passkey WHERE user_id = $1 AND id = $2`, user, id)
}
