package store

import (
	"context"
	"fmt"
	"time"
)

// APIToken is what a program proves with whose it is.
type APIToken struct {
	ID        string
	Hash      string // SHA-256 of the secret, hexadecimal
	User      string // id
	Name      string
	Scopes    []string // names of permissions; nil is all of the owner's
	CreatedAt time.Time
	CreatedBy string
	ExpiresAt time.Time
	UsedAt    time.Time // zero until it is used
}

const tokenColumns = `t.id, t.hash, t.user_id, t.name, t.scopes, t.created_at, t.created_by, t.expires_at, t.used_at`

func (t *APIToken) columns() []any {
	return []any{&t.ID, &t.Hash, &t.User, &t.Name, inJSON{&t.Scopes}, text{&t.CreatedAt}, &t.CreatedBy, text{&t.ExpiresAt}, maybe{&t.UsedAt}}
}

func scanToken(r row) (t APIToken, err error) {
	err = r.Scan(t.columns()...)
	return t, err
}

// Token returns a token and its user, in one query.
func (i Identities) Token(ctx context.Context, id string) (APIToken, Holder, error) {
	type found struct {
		token APIToken
		row   holderRow
	}
	rows, err := list(ctx, i.q, func(r row) (f found, err error) {
		err = r.Scan(append(f.token.columns(), f.row.columns()...)...)
		return f, err
	}, `SELECT `+tokenColumns+`, `+holderColumns+` FROM api_token t JOIN user_account u ON u.id = t.user_id
		LEFT JOIN user_grant g ON g.user_id = u.id WHERE t.id = $1 ORDER BY g.organization, g.role`, id)
	if err != nil {
		return APIToken{}, Holder{}, fmt.Errorf("read the token: %w", err)
	}
	if len(rows) == 0 {
		return APIToken{}, Holder{}, fmt.Errorf("the token %w", ErrNotFound)
	}
	var h Holder
	for _, r := range rows {
		h.add(r.row)
	}
	return rows[0].token, h, nil
}

// Tokens returns the tokens of a user, the newest first.
func (i Identities) Tokens(ctx context.Context, user string) ([]APIToken, error) {
	tokens, err := list(ctx, i.q, scanToken, `SELECT `+tokenColumns+` FROM api_token t WHERE t.user_id = $1 ORDER BY t.created_at DESC, t.id`, user)
	if err != nil {
		return nil, fmt.Errorf("read the tokens of %s: %w", user, err)
	}
	return tokens, nil
}

// CreateToken adds a token.
func (c IdentityChange) CreateToken(ctx context.Context, t APIToken) error {
	scopes, err := inJSON{t.Scopes}.text()
	if err != nil {
		return err
	}
	_, err = c.run(ctx,
		`INSERT INTO api_token (id, hash, user_id, name, scopes, created_at, created_by, expires_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')`,
		t.ID, t.Hash, t.User, t.Name, scopes, timeText(t.CreatedAt), t.CreatedBy, timeText(t.ExpiresAt))
	return err
}

// TouchToken says when a token was last used.
func (c IdentityChange) TouchToken(ctx context.Context, id string, at time.Time) error {
	_, err := c.run(ctx, `UPDATE api_token SET used_at = $2 WHERE id = $1`, id, timeText(at))
	return err
}

// DeleteToken removes a token of a user.
func (c IdentityChange) DeleteToken(ctx context.Context, user, id string) error {
	return c.must(ctx, "token "+id, `DELETE FROM api_token WHERE user_id = $1 AND id = $2`, user, id)
}
