package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Kinds of user.
const (
	Person  = "person"
	Service = "service" // a program, with tokens only
)

// ErrEmailTaken is wrapped by the error of a change that gives a user the e-mail
// address of another one.
var ErrEmailTaken = errors.New("another user has this e-mail address")

// ErrChangedMeanwhile is wrapped by the error of a change that names a version
// that is no longer in force.
var ErrChangedMeanwhile = errors.New("was changed meanwhile; read it again and try again")

// User is a person or a program that may sign in.
type User struct {
	ID            string
	Kind          string // Person or Service
	Email         string // of persons; normalised, of one user only
	Name          string
	Locale        string // such as en or de-CH; may be empty
	ExternalID    string // what another system calls the user; may be empty
	Active        bool
	Password      string    // argon2id in its text form; empty where there is none
	TOTP          string    // sealed seed of one-time codes; empty where there is none
	TOTPConfirmed bool      // a code was right once, so that it is asked for
	TOTPStep      int64     // last time step whose code was used
	JoinedAt      time.Time // zero until the user has proved who they are for the first time
	CreatedAt     time.Time
	UpdatedAt     time.Time
	Version       int64 // 1 at first, set by the store
	Grants        []UserGrant
}

// UserGrant is a role that a user has in an organization, and who gave it.
type UserGrant struct {
	Organization string
	Role         string
	By           string
	At           time.Time
}

const selectUsers = `SELECT id, kind, COALESCE(email, ''), name, locale, external_id, active, password, totp, totp_confirmed, totp_step,
	joined_at, created_at, updated_at, version FROM user_account`

func scanUser(r row) (u User, err error) {
	err = r.Scan(&u.ID, &u.Kind, &u.Email, &u.Name, &u.Locale, &u.ExternalID, &u.Active, &u.Password, &u.TOTP, &u.TOTPConfirmed, &u.TOTPStep,
		maybe{&u.JoinedAt}, text{&u.CreatedAt}, text{&u.UpdatedAt}, &u.Version)
	return u, err
}

// Users returns all users with their grants, by id, which is the order they were
// made in.
func (i Identities) Users(ctx context.Context) ([]User, error) {
	users, err := list(ctx, i.q, scanUser, selectUsers+` ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("read the users: %w", err)
	}
	type given struct {
		user  string
		grant UserGrant
	}
	grants, err := list(ctx, i.q, func(r row) (g given, err error) {
		err = r.Scan(&g.user, &g.grant.Organization, &g.grant.Role, &g.grant.By, text{&g.grant.At})
		return g, err
	}, `SELECT user_id, organization, role, given_by, given_at FROM user_grant ORDER BY organization, role`)
	if err != nil {
		return nil, fmt.Errorf("read the grants: %w", err)
	}
	at := make(map[string]int, len(users))
	for n, u := range users {
		at[u.ID] = n
	}
	for _, g := range grants {
		u := &users[at[g.user]]
		u.Grants = append(u.Grants, g.grant)
	}
	return users, nil
}

// User returns a user with its grants.
func (i Identities) User(ctx context.Context, id string) (User, error) {
	return i.userWhere(ctx, "user "+id, `id = $1`, id)
}

// UserByEmail returns the user with a normalised e-mail address.
func (i Identities) UserByEmail(ctx context.Context, email string) (User, error) {
	return i.userWhere(ctx, "user "+email, `email = $1`, email)
}

// UserBySubject returns the user that is linked to a subject of an issuer of
// single sign-on.
func (i Identities) UserBySubject(ctx context.Context, issuer, subject string) (User, error) {
	return i.userWhere(ctx, "the link of this subject at "+issuer,
		`id = (SELECT user_id FROM sso_link WHERE issuer = $1 AND subject = $2)`, issuer, subject)
}

func (i Identities) userWhere(ctx context.Context, thing, condition string, args ...any) (User, error) {
	u, err := oneOf(ctx, i.q, thing, scanUser, selectUsers+` WHERE `+condition, args...)
	if err != nil {
		return User{}, err
	}
	u.Grants, err = list(ctx, i.q, func(r row) (g UserGrant, err error) {
		err = r.Scan(&g.Organization, &g.Role, &g.By, text{&g.At})
		return g, err
	}, `SELECT organization, role, given_by, given_at FROM user_grant WHERE user_id = $1 ORDER BY organization, role`, u.ID)
	if err != nil {
		return User{}, fmt.Errorf("read the grants of %s: %w", thing, err)
	}
	return u, nil
}

// CountUsers says how many users there are.
func (i Identities) CountUsers(ctx context.Context) (int64, error) {
	n, _, err := first(ctx, i.q, scanOne[int64], `SELECT COUNT(*) FROM user_account`)
	return n, err
}

// CountHolders says how many active persons that have joined hold a role in an
// organization.
func (i Identities) CountHolders(ctx context.Context, organization, role string) (int64, error) {
	n, _, err := first(ctx, i.q, scanOne[int64],
		`SELECT COUNT(*) FROM user_account u JOIN user_grant g ON g.user_id = u.id
		 WHERE g.organization = $1 AND g.role = $2 AND u.active AND u.kind = 'person' AND u.joined_at <> ''`, organization, role)
	return n, err
}

// CreateUser adds a user with its grants.
func (c IdentityChange) CreateUser(ctx context.Context, u User) error {
	if err := require("the id of the user", u.ID, "the kind of the user", u.Kind); err != nil {
		return err
	}
	if err := c.emailFree(ctx, u); err != nil {
		return err
	}
	if _, err := c.run(ctx,
		`INSERT INTO user_account (id, kind, email, name, locale, external_id, active, password, totp, totp_confirmed, totp_step, joined_at,
		 created_at, updated_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1)`,
		u.ID, u.Kind, emailColumn(u), u.Name, u.Locale, u.ExternalID, u.Active, u.Password, u.TOTP, u.TOTPConfirmed, u.TOTPStep, maybeText(u.JoinedAt),
		timeText(u.CreatedAt), timeText(u.CreatedAt)); err != nil {
		return err
	}
	return c.replaceGrants(ctx, u)
}

// SaveUser replaces a user and its grants. The version is that which was read: it
// refuses with ErrChangedMeanwhile where another one is in force.
func (c IdentityChange) SaveUser(ctx context.Context, u User) error {
	if err := c.emailFree(ctx, u); err != nil {
		return err
	}
	n, err := c.run(ctx,
		`UPDATE user_account SET email = $3, name = $4, locale = $5, external_id = $6, active = $7, password = $8, totp = $9, totp_confirmed = $10,
		 totp_step = $11, joined_at = $12, updated_at = $13, version = version + 1 WHERE id = $1 AND version = $2`,
		u.ID, u.Version, emailColumn(u), u.Name, u.Locale, u.ExternalID, u.Active, u.Password, u.TOTP, u.TOTPConfirmed,
		u.TOTPStep, maybeText(u.JoinedAt), timeText(u.UpdatedAt))
	if err != nil {
		return err
	}
	if n != 1 {
		return fmt.Errorf("user %s %w", u.ID, ErrChangedMeanwhile)
	}
	return c.replaceGrants(ctx, u)
}

func emailColumn(u User) sql.NullString {
	return sql.NullString{String: u.Email, Valid: u.Kind == Person}
}

func (c IdentityChange) emailFree(ctx context.Context, u User) error {
	if u.Kind != Person {
		return nil
	}
	_, found, err := first(ctx, c.q, scanOne[string], `SELECT id FROM user_account WHERE email = $1 AND id <> $2`, u.Email, u.ID)
	if err != nil {
		return err
	}
	if found {
		return fmt.Errorf("%s: %w", u.Email, ErrEmailTaken)
	}
	return nil
}

func (c IdentityChange) replaceGrants(ctx context.Context, u User) error {
	if _, err := c.run(ctx, `DELETE FROM user_grant WHERE user_id = $1`, u.ID); err != nil {
		return err
	}
	for _, g := range u.Grants {
		if err := require("the organization of a grant", g.Organization, "the role of a grant", g.Role, "the name of who gives it", g.By); err != nil {
			return err
		}
		if _, err := c.run(ctx, `INSERT INTO user_grant (user_id, organization, role, given_by, given_at) VALUES ($1, $2, $3, $4, $5)`,
			u.ID, g.Organization, g.Role, g.By, timeText(g.At)); err != nil {
			return err
		}
	}
	return nil
}

// DeleteUser removes a user and everything they could prove who they are with.
func (c IdentityChange) DeleteUser(ctx context.Context, id string) error {
	for _, table := range []string{"user_grant", "recovery_code", "user_session", "api_token", "passkey", "one_time_link", "ceremony", "sso_link"} {
		if _, err := c.run(ctx, `DELETE FROM `+table+` WHERE user_id = $1`, id); err != nil {
			return err
		}
	}
	return c.must(ctx, "user "+id, `DELETE FROM user_account WHERE id = $1`, id)
}

// UseTOTPStep keeps the time step of a one-time code that was used, and tells
// whether it is later than all used before. The version of the user stays.
func (c IdentityChange) UseTOTPStep(ctx context.Context, user string, step int64) (bool, error) {
	n, err := c.run(ctx, `UPDATE user_account SET totp_step = $2 WHERE id = $1 AND totp_step < $2`, user, step)
	return n == 1, err
}

// ReplaceRecoveryCodes puts the hashes of new recovery codes in the place of the
// old ones; none removes them.
func (c IdentityChange) ReplaceRecoveryCodes(ctx context.Context, user string, hashes []string) error {
	if _, err := c.run(ctx, `DELETE FROM recovery_code WHERE user_id = $1`, user); err != nil {
		return err
	}
	for _, hash := range hashes {
		if _, err := c.run(ctx, `INSERT INTO recovery_code (user_id, hash) VALUES ($1, $2)`, user, hash); err != nil {
			return err
		}
	}
	return nil
}

// UseRecoveryCode removes a recovery code, and tells whether it was there.
func (c IdentityChange) UseRecoveryCode(ctx context.Context, user, hash string) (bool, error) {
	n, err := c.run(ctx, `DELETE FROM recovery_code WHERE user_id = $1 AND hash = $2`, user, hash)
	return n == 1, err
}

// CountRecoveryCodes says how many recovery codes a user has left.
func (i Identities) CountRecoveryCodes(ctx context.Context, user string) (int64, error) {
	n, _, err := first(ctx, i.q, scanOne[int64], `SELECT COUNT(*) FROM recovery_code WHERE user_id = $1`, user)
	return n, err
}

// SecondFactorRules returns the organizations whose people must have a second
// factor.
func (i Identities) SecondFactorRules(ctx context.Context) ([]string, error) {
	rules, err := list(ctx, i.q, scanOne[string], `SELECT organization FROM second_factor_rule ORDER BY organization`)
	if err != nil {
		return nil, fmt.Errorf("read which organizations require a second factor: %w", err)
	}
	return rules, nil
}

// SetSecondFactorRule says whether an organization's people must have a second
// factor.
func (c IdentityChange) SetSecondFactorRule(ctx context.Context, organization string, required bool, by string, at time.Time) error {
	if err := require("the organization", organization); err != nil {
		return err
	}
	if _, err := c.run(ctx, `DELETE FROM second_factor_rule WHERE organization = $1`, organization); err != nil || !required {
		return err
	}
	_, err := c.run(ctx, `INSERT INTO second_factor_rule (organization, set_by, set_at) VALUES ($1, $2, $3)`, organization, by, timeText(at))
	return err
}
