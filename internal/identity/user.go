package identity

import (
	"cmp"
	"context"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/store"
)

// User is a person or a program that may sign in. Ids never change, so that SCIM
// and other programs can rely on them; the e-mail address is SCIM's userName.
type User struct {
	ID         string    `json:"id"`
	Kind       string    `json:"kind"` // Person or Service
	Email      string    `json:"email,omitempty"`
	Name       string    `json:"name"`
	Locale     string    `json:"locale,omitempty"`
	ExternalID string    `json:"external_id,omitempty"`
	Active     bool      `json:"active"`
	Joined     bool      `json:"joined"`       // has proved who they are at least once
	Password   bool      `json:"has_password"` // there is one
	TOTP       bool      `json:"has_totp"`     // one-time codes are asked for
	Grants     []Grant   `json:"grants"`
	CreatedAt  time.Time `json:"created_at"`
	UpdatedAt  time.Time `json:"updated_at"`
	Version    int64     `json:"version"` // grows with every change of the user
}

// Grant is a role in an organization, and who gave it.
type Grant struct {
	access.Grant
	By string    `json:"given_by"`
	At time.Time `json:"given_at"`
}

func userOf(u store.User) User {
	x := User{
		ID: u.ID, Kind: u.Kind, Email: u.Email, Name: u.Name, Locale: u.Locale, ExternalID: u.ExternalID, Active: u.Active, Joined: !u.JoinedAt.IsZero(),
		Password: u.Password != "", TOTP: u.TOTPConfirmed, CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt, Version: u.Version, Grants: []Grant{},
	}
	for _, g := range u.Grants {
		x.Grants = append(x.Grants, Grant{access.Grant{Organization: g.Organization, Role: g.Role}, g.By, g.At})
	}
	slices.SortFunc(x.Grants, func(a, b Grant) int {
		return cmp.Or(cmp.Compare(a.Organization, b.Organization), cmp.Compare(a.Role, b.Role))
	})
	return x
}

// Users returns all users, in the order they were made in.
func (d *Directory) Users(ctx context.Context) ([]User, error) {
	all, err := d.store.Identities().Users(ctx)
	if err != nil {
		return nil, err
	}
	users := make([]User, len(all))
	for i, u := range all {
		users[i] = userOf(u)
	}
	return users, nil
}

// User returns a user by id.
func (d *Directory) User(ctx context.Context, id string) (User, error) {
	u, err := d.store.Identities().User(ctx, id)
	return userOf(u), forPeople(err)
}

// UserByEmail returns a user by e-mail address, however it is written.
func (d *Directory) UserByEmail(ctx context.Context, email string) (User, error) {
	email, err := normalEmail(email)
	if err != nil {
		return User{}, err
	}
	u, err := d.store.Identities().UserByEmail(ctx, email)
	return userOf(u), forPeople(err)
}

// UserChange is what of a user changes; nil leaves it.
type UserChange struct {
	Name, Email, Locale, ExternalID *string
	Active                          *bool
	Grants                          *[]access.Grant // replaces all
}

// ChangeUser changes a user. The version is the one that was read, or 0 for any.
// Sessions of the user end where it is disabled or loses a grant, and links where
// its e-mail address changes. It refuses with last-owner to take from the last
// active owner of the reseller what makes them that. The caller asks access
// whether the actor may: with another address, or a role, one can become
// somebody else.
func (d *Directory) ChangeUser(ctx context.Context, id string, version int64, change UserChange) (User, error) {
	var changed store.User
	err := d.change(ctx, "change user "+id, func(c store.IdentityChange) error {
		u, err := c.User(ctx, id)
		if err != nil {
			return err
		}
		if version != 0 && version != u.Version {
			return fmt.Errorf("user %s %w", id, store.ErrChangedMeanwhile)
		}
		before := u
		if err := d.apply(ctx, &u, change); err != nil {
			return err
		}
		if err := d.save(ctx, c, before, u); err != nil {
			return err
		}
		changed, err = c.User(ctx, id)
		return err
	})
	return userOf(changed), err
}

func (d *Directory) apply(ctx context.Context, u *store.User, change UserChange) (err error) {
	if change.Email != nil {
		if u.Kind != Person {
			return invalid("%s is a service account, which has no e-mail address", u.Name)
		}
		if u.Email, err = normalEmail(*change.Email); err != nil {
			return err
		}
	}
	for _, field := range []struct {
		name string
		into *string
		from *string
	}{{"name", &u.Name, change.Name}, {"locale", &u.Locale, change.Locale}, {"external id", &u.ExternalID, change.ExternalID}} {
		if field.from == nil {
			continue
		}
		if *field.into, err = line(field.name, *field.from); err != nil {
			return err
		}
	}
	if change.Active != nil {
		u.Active = *change.Active
	}
	if change.Grants != nil {
		u.Grants, err = d.granted(ctx, u.Grants, *change.Grants)
	}
	return err
}

// granted turns grants into those of the records; one that was there keeps who
// gave it.
func (d *Directory) granted(ctx context.Context, before []store.UserGrant, grants []access.Grant) ([]store.UserGrant, error) {
	var all []store.UserGrant
	for _, g := range grants {
		for _, name := range []string{g.Organization, g.Role} {
			if clean, err := line("grant", name); err != nil || clean == "" || clean != name {
				return nil, invalid("a grant needs an organization and a role")
			}
		}
		same := func(x store.UserGrant) bool { return x.Organization == g.Organization && x.Role == g.Role }
		if slices.ContainsFunc(all, same) {
			continue
		}
		if i := slices.IndexFunc(before, same); i >= 0 {
			all = append(all, before[i])
			continue
		}
		all = append(all, store.UserGrant{Organization: g.Organization, Role: g.Role, By: actor(ctx), At: d.now()})
	}
	return all, nil
}

// save puts a changed user on record and does what follows from the change.
func (d *Directory) save(ctx context.Context, c store.IdentityChange, before, after store.User) error {
	after.UpdatedAt = d.now()
	if err := c.SaveUser(ctx, after); err != nil {
		return err
	}
	if err := d.ownerStays(ctx, c, before); err != nil {
		return err
	}
	subject := "user/" + after.ID
	lost := false
	for _, g := range before.Grants {
		if !holds(after, g) {
			lost = true
			if err := d.audit(ctx, c, "grant.remove", subject, g.Role+" in "+g.Organization); err != nil {
				return err
			}
		}
	}
	for _, g := range after.Grants {
		if !holds(before, g) {
			if err := d.audit(ctx, c, "grant.add", subject, g.Role+" in "+g.Organization); err != nil {
				return err
			}
		}
	}
	if lost || !after.Active {
		if _, err := d.endSessions(ctx, c, after.ID, "", "the user may do less"); err != nil {
			return err
		}
	}
	if before.Email != after.Email {
		if err := c.DeleteLinks(ctx, after.ID); err != nil {
			return err
		}
	}
	action, detail := "user.change", described(before, after)
	switch {
	case before.Active && !after.Active:
		action = "user.disable"
	case !before.Active && after.Active:
		action = "user.enable"
	case detail == "":
		return nil
	}
	return d.audit(ctx, c, action, subject, detail)
}

func holds(u store.User, g store.UserGrant) bool {
	return slices.ContainsFunc(u.Grants, func(x store.UserGrant) bool { return x.Organization == g.Organization && x.Role == g.Role })
}

// described says what of a user changed, grants left aside.
func described(before, after store.User) string {
	var changes []string
	for _, f := range []struct{ name, before, after string }{
		{"e-mail address", before.Email, after.Email}, {"name", before.Name, after.Name}, {"locale", before.Locale, after.Locale},
		{"external id", before.ExternalID, after.ExternalID},
	} {
		if f.before != f.after {
			changes = append(changes, fmt.Sprintf("%s %q, was %q", f.name, f.after, f.before))
		}
	}
	return strings.Join(changes, "; ")
}

// ownerStays refuses a change, made already in this transaction, that has left
// the reseller without an owner who can sign in.
func (d *Directory) ownerStays(ctx context.Context, c store.IdentityChange, before store.User) error {
	if before.Kind != Person || !before.Active || before.JoinedAt.IsZero() || !holds(before, store.UserGrant{Organization: access.Root, Role: access.Owner}) {
		return nil
	}
	n, err := c.CountHolders(ctx, access.Root, access.Owner)
	if err == nil && n == 0 {
		return &Error{Code: LastOwner, Message: "this is the last active owner; make somebody else owner first"}
	}
	return err
}

// RemoveUser removes a user with all sessions, tokens and passkeys. What they did
// stays in the audit. To keep the user and lock them out, disable them.
func (d *Directory) RemoveUser(ctx context.Context, id string) error {
	return d.change(ctx, "remove user "+id, func(c store.IdentityChange) error {
		u, err := c.User(ctx, id)
		if err != nil {
			return err
		}
		if err := c.DeleteUser(ctx, id); err != nil {
			return err
		}
		if err := d.ownerStays(ctx, c, u); err != nil {
			return err
		}
		return d.audit(ctx, c, "user.remove", "user/"+id, cmp.Or(u.Email, u.Name))
	})
}

// CreateServiceAccount adds a program. It proves who it is with API tokens only.
func (d *Directory) CreateServiceAccount(ctx context.Context, name, externalID string, grants []access.Grant) (User, error) {
	u := store.User{ID: d.newID(), Kind: Service, Name: name, ExternalID: externalID, JoinedAt: d.now()}
	return d.create(ctx, u, grants, nil)
}

// create adds a user with its grants, and whatever more belongs to it in the same
// transaction.
func (d *Directory) create(ctx context.Context, u store.User, grants []access.Grant, more func(c store.IdentityChange) error) (User, error) {
	u.Active, u.CreatedAt = true, d.now()
	if err := d.apply(ctx, &u, UserChange{Name: &u.Name, Locale: &u.Locale, ExternalID: &u.ExternalID, Grants: &grants}); err != nil {
		return User{}, err
	}
	if u.Kind == Service && u.Name == "" {
		return User{}, invalid("a service account needs a name")
	}
	var created store.User
	err := d.change(ctx, "create user "+cmp.Or(u.Email, u.Name), func(c store.IdentityChange) error {
		if err := c.CreateUser(ctx, u); err != nil {
			return err
		}
		if err := d.audit(ctx, c, "user.create", "user/"+u.ID, u.Kind+" "+cmp.Or(u.Email, u.Name)); err != nil {
			return err
		}
		for _, g := range u.Grants {
			if err := d.audit(ctx, c, "grant.add", "user/"+u.ID, g.Role+" in "+g.Organization); err != nil {
				return err
			}
		}
		if more != nil {
			if err := more(c); err != nil {
				return err
			}
		}
		var err error
		created, err = c.User(ctx, u.ID)
		return err
	})
	return userOf(created), err
}

// SetSecondFactorRequired says whether people with a grant in an organization, or
// in a unit of it, must have a second factor. Where they have none their grants
// are withheld until they do.
func (d *Directory) SetSecondFactorRequired(ctx context.Context, organization string, required bool) error {
	return d.change(ctx, "require a second factor in "+organization, func(c store.IdentityChange) error {
		if err := c.SetSecondFactorRule(ctx, organization, required, actor(ctx), d.now()); err != nil {
			return err
		}
		return d.audit(ctx, c, "second-factor.require", "organization/"+organization, fmt.Sprintf("required: %t", required))
	})
}

// SecondFactorRequired returns the organizations whose people must have a second
// factor.
func (d *Directory) SecondFactorRequired(ctx context.Context) ([]string, error) {
	return d.store.Identities().SecondFactorRules(ctx)
}

// normalEmail is an e-mail address as the records keep it: in small letters, in
// one Unicode form, without a name.
func normalEmail(email string) (string, error) {
	bad := &Error{Code: EmailInvalid, Message: "this is no e-mail address; it should be like ann@example.com"}
	email = strings.ToLower(norm.NFKC.String(strings.TrimSpace(email)))
	if len(email) > 254 || !utf8.ValidString(email) || strings.ContainsFunc(email, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return "", bad
	}
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Name != "" || parsed.Address != email {
		return "", bad
	}
	return email, nil
}

// line is a short text on one line.
func line(name, s string) (string, error) {
	s = strings.TrimSpace(s)
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > 200 || strings.ContainsFunc(s, unicode.IsControl) {
		return "", invalid("the %s must be one line of at most 200 characters", name)
	}
	return s, nil
}
