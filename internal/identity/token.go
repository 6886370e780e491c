package identity

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"hash/crc32"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/store"
)

// A token is slu_, its id in small letters, _, and 59 characters of base 32: 32
// random bytes and the CRC-32 of all before it, so that what is mistyped, cut
// short or made up is known without the records, and scanners of source code find
// tokens by their form.
const (
	tokenPrefix  = "slu_"
	tokenSecret  = 52 // characters of the random bytes
	tokenSum     = 7  // characters of the checksum
	tokenLongest = 366 * 24 * time.Hour
)

var tokenText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Token is an API token, without its secret.
type Token struct {
	ID        string    `json:"id"`
	UserID    string    `json:"user_id"`
	Name      string    `json:"name"`
	Scopes    []string  `json:"scopes"` // names of permissions; null is all of the owner's
	CreatedAt time.Time `json:"created_at"`
	CreatedBy string    `json:"created_by"`
	ExpiresAt time.Time `json:"expires_at"`
	UsedAt    time.Time `json:"used_at,omitzero"` // to the minute
}

func tokenOf(t store.APIToken) Token {
	return Token{ID: t.ID, UserID: t.User, Name: t.Name, Scopes: t.Scopes, CreatedAt: t.CreatedAt, CreatedBy: t.CreatedBy, ExpiresAt: t.ExpiresAt, UsedAt: t.UsedAt}
}

// writeToken writes a token from its id and its secret.
func writeToken(id, secret string) string {
	token := tokenPrefix + strings.ToLower(id) + "_" + secret
	return token + tokenText.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(token))))
}

// parseToken takes a token apart; ok is false for what was never a token.
func parseToken(token string) (id, secret string, ok bool) {
	rest, ok := strings.CutPrefix(token, tokenPrefix)
	small, secret, cut := strings.Cut(rest, "_")
	if !ok || !cut || len(small) != ulid.EncodedSize || len(secret) != tokenSecret+tokenSum {
		return "", "", false
	}
	id, secret = strings.ToUpper(small), secret[:tokenSecret]
	raw, err := tokenText.DecodeString(secret)
	if err != nil || tokenText.EncodeToString(raw) != secret || writeToken(id, secret) != token {
		return "", "", false
	}
	if _, err := ulid.ParseStrict(id); err != nil {
		return "", "", false
	}
	return id, secret, true
}

// TokenOrder is a token to make.
type TokenOrder struct {
	User    string // id of a person or service account
	Name    string
	Scopes  []string      // names of permissions; nil is all of the owner's
	Expires time.Duration // from now on, at most a year
}

// CreateToken makes an API token and returns its text, given only here. Whatever
// its scopes, it never allows more than its owner may do at the time. The caller
// asks access whether the actor may make one for the user.
func (d *Directory) CreateToken(ctx context.Context, o TokenOrder) (Token, string, error) {
	name, err := line("name of the token", o.Name)
	if err != nil {
		return Token{}, "", err
	}
	if name == "" {
		return Token{}, "", invalid("a token needs a name that says what it is for")
	}
	if o.Expires <= 0 || o.Expires > tokenLongest {
		return Token{}, "", invalid("a token is good for a year at most; say for how many days")
	}
	for _, scope := range o.Scopes {
		if !slices.Contains(access.PermissionNames(), scope) {
			return Token{}, "", invalid("there is no permission %q; a token's scopes are names of permissions", scope)
		}
	}
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails, it says
	secret, now := tokenText.EncodeToString(raw), d.now()
	t := store.APIToken{
		ID: d.newID(), Hash: hashed(secret), User: o.User, Name: name, Scopes: o.Scopes, CreatedAt: now, CreatedBy: actor(ctx), ExpiresAt: now.Add(o.Expires),
	}
	err = d.change(ctx, "create token "+name, func(c store.IdentityChange) error {
		u, err := c.User(ctx, o.User)
		if err != nil {
			return err
		}
		if !u.Active {
			return invalid("the user is disabled; enable the user first")
		}
		if err := c.CreateToken(ctx, t); err != nil {
			return err
		}
		detail := name + ", until " + t.ExpiresAt.Format(time.RFC3339)
		if o.Scopes != nil {
			detail += ", for " + strings.Join(o.Scopes, ", ")
		}
		return d.audit(ctx, c, "token.create", "user/"+o.User, "token "+t.ID+": "+detail)
	})
	if err != nil {
		return Token{}, "", err
	}
	return tokenOf(t), writeToken(t.ID, secret), nil
}

// Tokens returns the tokens of a user, expired ones included, the newest first.
func (d *Directory) Tokens(ctx context.Context, user string) ([]Token, error) {
	all, err := d.store.Identities().Tokens(ctx, user)
	if err != nil {
		return nil, err
	}
	tokens := make([]Token, len(all))
	for i, t := range all {
		tokens[i] = tokenOf(t)
	}
	return tokens, nil
}

// RevokeToken ends a token of a user.
func (d *Directory) RevokeToken(ctx context.Context, user, id string) error {
	return d.change(ctx, "revoke token "+id, func(c store.IdentityChange) error {
		if err := c.DeleteToken(ctx, user, id); err != nil {
			return err
		}
		return d.audit(ctx, c, "token.revoke", "user/"+user, "token "+id)
	})
}
