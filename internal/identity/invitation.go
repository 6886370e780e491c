package identity

import (
	"context"
	"errors"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/store"
)

// Purposes of links.
const (
	forSetUp      = "set-up"
	forInvitation = "invitation"
	forReset      = "reset"
)

const (
	setUpTime      = 24 * time.Hour
	invitationTime = 7 * 24 * time.Hour
	resetTime      = time.Hour
)

// Link lets whoever has it do one thing once. It is given only when it is made.
type Link struct {
	Purpose   string // set-up, invitation or reset
	Token     string
	ExpiresAt time.Time
}

// URL is the page of the console that takes the link. The token stands behind #,
// so that no server and no proxy logs it.
func (l Link) URL(origin string) string { return origin + "/" + l.Purpose + "#" + l.Token }

// newLink makes a link within a change; the links that the user had end.
func (d *Directory) newLink(ctx context.Context, c store.IdentityChange, purpose, user string, lasts time.Duration) (Link, error) {
	if user != "" {
		if err := c.DeleteLinks(ctx, user); err != nil {
			return Link{}, err
		}
	}
	l := Link{purpose, newSecret(), d.now().Add(lasts)}
	if err := c.CreateLink(ctx, store.Link{
		Hash: hashed(l.Token), Purpose: purpose, User: user, CreatedAt: d.now(), CreatedBy: actor(ctx), ExpiresAt: l.ExpiresAt,
	}); err != nil {
		return Link{}, err
	}
	subject := "user/" + user
	if user == "" {
		subject = "installation"
	}
	return l, d.audit(ctx, c, "link."+purpose, subject, "good until "+l.ExpiresAt.Format(time.RFC3339))
}

// link reads a link that is good for a purpose, in a change or before it.
func (d *Directory) link(ctx context.Context, i store.Identities, purpose, token string) (store.Link, error) {
	l, err := i.Link(ctx, hashed(token))
	if errors.Is(err, store.ErrNotFound) || (err == nil && (l.Purpose != purpose || !d.now().Before(l.ExpiresAt))) {
		return store.Link{}, &Error{Code: purpose + "-expired", Message: "this link has expired or was used already; ask for a new one"}
	}
	return l, err
}

// Invitation is what a link is for, to show beside the form that takes it.
type Invitation struct {
	Purpose   string // invitation or reset
	Email     string
	Name      string
	ExpiresAt time.Time
}

// InvitationOf says whom an invitation, or a link for a new password, is for.
func (d *Directory) InvitationOf(ctx context.Context, token string) (Invitation, error) {
	l, err := d.link(ctx, d.store.Identities(), forInvitation, token)
	var gone *Error
	if errors.As(err, &gone) {
		l, err = d.link(ctx, d.store.Identities(), forReset, token)
	}
	if err != nil {
		return Invitation{}, err
	}
	u, err := d.store.Identities().User(ctx, l.User)
	if err != nil {
		return Invitation{}, forPeople(err)
	}
	return Invitation{l.Purpose, u.Email, u.Name, l.ExpiresAt}, nil
}

// SetUpLink makes a link for the first owner, good for a day. There is none, and
// needed is false, once there is any user.
func (d *Directory) SetUpLink(ctx context.Context) (l Link, needed bool, err error) {
	err = d.change(ctx, "make the set-up link", func(c store.IdentityChange) error {
		n, err := c.CountUsers(ctx)
		if needed = err == nil && n == 0; !needed {
			return err
		}
		l, err = d.newLink(ctx, c, forSetUp, "", setUpTime)
		return err
	})
	return l, needed && err == nil, err
}

// SetUp makes the first owner of the installation, for a set-up link. It refuses
// with already-set-up where there is a user.
func (d *Directory) SetUp(ctx context.Context, token, email, name, password string) (User, error) {
	already := &Error{Code: AlreadySetUp, Message: "this installation is set up already; sign in, or ask an owner for an invitation"}
	switch n, err := d.store.Identities().CountUsers(ctx); {
	case err != nil:
		return User{}, err
	case n > 0:
		return User{}, already
	}
	if _, err := d.link(ctx, d.store.Identities(), forSetUp, token); err != nil {
		return User{}, err
	}
	email, err := normalEmail(email)
	if err != nil {
		return User{}, err
	}
	u := store.User{ID: d.newID(), Kind: Person, Email: email, Name: name, JoinedAt: d.now()}
	if u.Password, err = d.newPassword(ctx, password, u); err != nil {
		return User{}, err
	}
	return d.create(ctx, u, []access.Grant{{Organization: access.Root, Role: access.Owner}}, func(c store.IdentityChange) error {
		switch n, err := c.CountUsers(ctx); {
		case err != nil:
			return err
		case n > 1: // with the one that was just made
			return already
		}
		if _, err := d.link(ctx, c.Identities, forSetUp, token); err != nil {
			return err
		}
		return c.DeleteLinks(ctx, "")
	})
}

// InvitationOrder is whom to invite. Grants are in force from the moment they
// join.
type InvitationOrder struct {
	Email, Name, Locale, ExternalID string
	Grants                          []access.Grant
}

// Invite adds a person and returns the link, good for a week, that they join with.
// The caller sends it, and asks access whether the actor may give the grants.
func (d *Directory) Invite(ctx context.Context, o InvitationOrder) (User, Link, error) {
	email, err := normalEmail(o.Email)
	if err != nil {
		return User{}, Link{}, err
	}
	u := store.User{ID: d.newID(), Kind: Person, Email: email, Name: o.Name, Locale: o.Locale, ExternalID: o.ExternalID}
	var l Link
	invited, err := d.create(ctx, u, o.Grants, func(c store.IdentityChange) (err error) {
		l, err = d.newLink(ctx, c, forInvitation, u.ID, invitationTime)
		return err
	})
	if err != nil {
		return User{}, Link{}, err
	}
	return invited, l, nil
}

// InviteAgain returns a new link for somebody who was invited and has not joined;
// the one before ends.
func (d *Directory) InviteAgain(ctx context.Context, user string) (Link, error) {
	return d.linkFor(ctx, user, forInvitation, invitationTime)
}

// ResetLink returns a link, good for an hour, with which somebody who has joined
// sets a new password. Whoever has it can become the user, but for a second
// factor: the caller asks access whether the actor holds at least the user's
// roles.
func (d *Directory) ResetLink(ctx context.Context, user string) (Link, error) {
	return d.linkFor(ctx, user, forReset, resetTime)
}

func (d *Directory) linkFor(ctx context.Context, user, purpose string, lasts time.Duration) (l Link, err error) {
	err = d.change(ctx, "make a link for "+user, func(c store.IdentityChange) error {
		u, err := c.User(ctx, user)
		switch {
		case err != nil:
			return err
		case u.Kind != Person:
			return invalid("%s is a service account, which has tokens only", u.Name)
		case !u.Active:
			return invalid("%s is disabled; enable the user first", u.Email)
		case purpose == forInvitation && !u.JoinedAt.IsZero():
			return invalid("%s has joined already; a reset link sets a new password", u.Email)
		case purpose == forReset && u.JoinedAt.IsZero():
			return invalid("%s has not joined yet; invite them again", u.Email)
		}
		l, err = d.newLink(ctx, c, purpose, user, lasts)
		return err
	})
	if err != nil {
		return Link{}, err
	}
	return l, nil
}

// AcceptInvitation takes an invitation: the user has joined, under a name and with
// a password. An empty name leaves the one they were invited under. They sign in
// next.
func (d *Directory) AcceptInvitation(ctx context.Context, token, name, password string) (User, error) {
	return d.passwordByLink(ctx, forInvitation, token, name, password)
}

// ResetPassword takes a link for a new password. All sessions of the user end. A
// second factor is asked for as before.
func (d *Directory) ResetPassword(ctx context.Context, token, password string) (User, error) {
	return d.passwordByLink(ctx, forReset, token, "", password)
}

func (d *Directory) passwordByLink(ctx context.Context, purpose, token, name, password string) (User, error) {
	l, err := d.link(ctx, d.store.Identities(), purpose, token)
	if err != nil {
		return User{}, err
	}
	u, err := d.store.Identities().User(ctx, l.User)
	if err != nil {
		return User{}, forPeople(err)
	}
	if !u.Active {
		return User{}, &Error{Code: purpose + "-expired", Message: "the account is disabled; ask whoever invited you"}
	}
	if name, err = line("name", name); err != nil {
		return User{}, err
	}
	hash, err := d.newPassword(ctx, password, u)
	if err != nil {
		return User{}, err
	}
	err = d.change(ctx, "set the password of "+u.ID, func(c store.IdentityChange) error {
		if _, err := d.link(ctx, c.Identities, purpose, token); err != nil {
			return err
		}
		if err := d.setPassword(ctx, c, u.ID, u.Version, hash, "", func(u *store.User) {
			if name != "" {
				u.Name = name
			}
			if u.JoinedAt.IsZero() {
				u.JoinedAt = d.now()
			}
		}); err != nil {
			return err
		}
		if err := d.forgive(ctx, c, []try{{accountLimit, u.Email}}); err != nil {
			return err
		}
		return c.Audit(ctx, store.AuditEntry{At: d.now(), By: u.Email, Action: "link.use", Subject: "user/" + u.ID, Detail: purpose})
	})
	if err != nil {
		return User{}, err
	}
	return d.User(ctx, u.ID)
}
