package store

import (
	"context"
	"fmt"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
)

// SSOProvider is an issuer of OpenID Connect that users may sign in with.
type SSOProvider struct {
	ID           string
	Name         string // on the button
	Issuer       string
	ClientID     string
	Secret       string   // sealed
	Domains      []string // of e-mail addresses; none is any
	Grants       []access.Grant
	JustInTime   bool // makes users that are not there yet
	SecondFactor bool // a sign-in there counts as one with a second factor
	Active       bool
	CreatedAt    time.Time
	UpdatedAt    time.Time
	Version      int64 // set by the store
}

const selectProviders = `SELECT id, name, issuer, client_id, secret, domains, grants, just_in_time, second_factor, active, created_at, updated_at, version
	FROM sso_provider`

func scanProvider(r row) (p SSOProvider, err error) {
	err = r.Scan(&p.ID, &p.Name, &p.Issuer, &p.ClientID, &p.Secret, inJSON{&p.Domains}, inJSON{&p.Grants}, &p.JustInTime, &p.SecondFactor, &p.Active,
		text{&p.CreatedAt}, text{&p.UpdatedAt}, &p.Version)
	return p, err
}

// SSOProviders returns all providers, by name.
func (i Identities) SSOProviders(ctx context.Context) ([]SSOProvider, error) {
	providers, err := list(ctx, i.q, scanProvider, selectProviders+` ORDER BY name, id`)
	if err != nil {
		return nil, fmt.Errorf("read the providers of single sign-on: %w", err)
	}
	return providers, nil
}

// SSOProvider returns one provider.
func (i Identities) SSOProvider(ctx context.Context, id string) (SSOProvider, error) {
	return oneOf(ctx, i.q, "single sign-on provider "+id, scanProvider, selectProviders+` WHERE id = $1`, id)
}

// SaveSSOProvider puts a provider on record: a new one where its version is 0,
// else in the place of the version that was read.
func (c IdentityChange) SaveSSOProvider(ctx context.Context, p SSOProvider) error {
	domains, err := inJSON{p.Domains}.text()
	if err != nil {
		return err
	}
	grants, err := inJSON{p.Grants}.text()
	if err != nil {
		return err
	}
	args := []any{p.ID, p.Version, p.Name, p.Issuer, p.ClientID, p.Secret, domains, grants, p.JustInTime, p.SecondFactor, p.Active, timeText(p.UpdatedAt)}
	if p.Version == 0 {
		_, err := c.run(ctx,
			`INSERT INTO sso_provider (id, version, name, issuer, client_id, secret, domains, grants, just_in_time, second_factor, active, created_at, updated_at)
			 VALUES ($1, $2 + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)`, args...)
		return err
	}
	n, err := c.run(ctx,
		`UPDATE sso_provider SET version = version + 1, name = $3, issuer = $4, client_id = $5, secret = $6, domains = $7, grants = $8, just_in_time = $9,
		 second_factor = $10, active = $11, updated_at = $12 WHERE id = $1 AND version = $2`, args...)
	if err == nil && n != 1 {
		err = fmt.Errorf("single sign-on provider %s %w", p.ID, ErrChangedMeanwhile)
	}
	return err
}

// DeleteSSOProvider removes a provider. Links to its subjects stay, for a provider
// of the same issuer.
func (c IdentityChange) DeleteSSOProvider(ctx context.Context, id string) error {
	return c.must(ctx, "single sign-on provider "+id, `DELETE FROM sso_provider WHERE id = $1`, id)
}

// LinkSubject says who a subject of an issuer is, unless that is said already.
func (c IdentityChange) LinkSubject(ctx context.Context, issuer, subject, user string, at time.Time) (linked bool, err error) {
	n, err := c.run(ctx, `INSERT INTO sso_link (issuer, subject, user_id, linked_at) VALUES ($1, $2, $3, $4) ON CONFLICT (issuer, subject) DO NOTHING`,
		issuer, subject, user, timeText(at))
	return n == 1, err
}
