package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/identity"
	"github.com/sluice-billing/sluice/internal/store"
	"github.com/sluice-billing/sluice/internal/view"
)

// personOperations are what is done about users, grants and roles.
var personOperations = []described{
	ListRoles, ListPermissions, ListUsers, ShowUser, InviteUser, InviteAgain, ChangeUser, ChangeGrants, RemoveUser, ResetUser,
	CreateServiceAccount, ListUserTokens, CreateUserToken, RevokeUserToken, ListUserSessions, RevokeUserSessions,
	ShowSecondFactorRule, ChangeSecondFactorRule,
}

// What commands say of users.
type (
	// User is somebody who signs in, or a program with tokens.
	User = identity.User
	// Grant is a role in an organization.
	Grant = access.Grant
	// Role is a named set of permissions.
	Role = access.Role
)

// people is the directory of the server, for what people do about themselves; whoever
// runs the program in the installation's folder is none of its users.
func (s *Session) people() (*identity.Directory, error) {
	if s.service == nil {
		return nil, fmt.Errorf("only a server knows who you are; name one with --server")
	}
	return s.service.People, nil
}

// directory is where users are: of the server, or of the installation in which the
// command line works. A server beside it knows a change within seconds.
func (s *Session) directory(ctx context.Context) (*identity.Directory, error) {
	if s.service != nil {
		return s.service.People, nil
	}
	keys, err := s.home.Keys(ctx)
	if err != nil {
		return nil, err
	}
	return identity.New(s.home.Store, keys, s.home.Now, identity.Options{Origin: s.home.Mail.Origin})
}

// linking is directory for what makes a link: somebody must know where it is opened.
func (s *Session) linking(ctx context.Context) (people *identity.Directory, origin string, err error) {
	if s.service != nil {
		return s.service.People, s.service.Origin, nil
	}
	if origin = strings.TrimSuffix(s.home.Mail.Origin, "/"); origin == "" {
		return nil, "", &Problem{Code: "refused", Detail: "nobody knows where the link is opened; give the address of the server in SLUICE_ORIGIN, such as https://billing.example.com"}
	}
	people, err = s.directory(ctx)
	return people, origin, err
}

// heads are the organizations in which the caller may do something about people,
// each with all below it.
func (s *Session) heads(p access.Permission, feature string) ([]string, error) {
	heads := s.Rights.Heads(p)
	if len(heads) == 0 {
		return nil, denied(p)
	}
	on := slices.DeleteFunc(heads, func(id string) bool {
		return id != access.Root && !access.Features(s.declared, id)[feature]
	})
	if len(on) == 0 {
		return nil, &Problem{Status: http.StatusForbidden, Code: "switched-off", Detail: feature + " " + view.ErrSwitchedOff.Error()}
	}
	return on, nil
}

// inside tells whether an organization is among heads and what is below them.
func (s *Session) inside(heads []string, organization string) bool {
	return slices.ContainsFunc(heads, func(head string) bool { return s.Rights.Tree().Within(organization, head) })
}

// seen is a user as far as the caller sees them: with the grants inside heads. It
// is false where there is none; somebody without any grant is seen by the
// reseller alone.
func (s *Session) seen(u identity.User, heads []string) (identity.User, bool) {
	if slices.Contains(heads, access.Root) {
		return u, true
	}
	u.Grants = slices.DeleteFunc(slices.Clone(u.Grants), func(g identity.Grant) bool { return !s.inside(heads, g.Organization) })
	return u, len(u.Grants) > 0
}

// user is one user that the caller sees, whole, and what of their grants the caller
// sees.
func (s *Session) user(ctx context.Context, p access.Permission, id string) (whole, seen identity.User, heads []string, err error) {
	people, err := s.directory(ctx)
	if err != nil {
		return whole, seen, nil, err
	}
	if heads, err = s.heads(p, access.FeatureUsers); err != nil {
		return whole, seen, nil, err
	}
	unknown := fmt.Errorf("user %s %w", id, store.ErrNotFound)
	if whole, err = people.User(ctx, id); err != nil {
		return whole, seen, nil, unknown
	}
	seen, ok := s.seen(whole, heads)
	if !ok {
		return whole, seen, nil, unknown
	}
	return whole, seen, heads, nil
}

// governed is user for what reaches all that the user may do, such as a new
// password: the caller must see every grant, and may do all of it.
func (s *Session) governed(ctx context.Context, id string) (identity.User, error) {
	whole, seen, _, err := s.user(ctx, access.WriteUsers, id)
	if err != nil {
		return whole, err
	}
	if len(seen.Grants) != len(whole.Grants) || !s.coversAll(whole.Grants) {
		return whole, &Problem{Code: "denied", Detail: "this user may do more than you; ask somebody who may do all of it"}
	}
	return whole, nil
}

func (s *Session) coversAll(grants []identity.Grant) bool {
	return !slices.ContainsFunc(grants, func(g identity.Grant) bool { return !s.covers(g.Grant) })
}

// covers tells whether the caller may do all that a grant gives. A role that is not
// there any more gives nothing.
func (s *Session) covers(g access.Grant) bool {
	for _, role := range access.RolesOf(s.declared) {
		if role.ID == g.Role {
			return s.Rights.Covers(role, g.Organization)
		}
	}
	return true
}

// grantable refuses grants that the caller may not give: outside heads, of a role
// that is not there, or of more than the caller may do.
func (s *Session) grantable(heads []string, grants []access.Grant) error {
	for i, g := range grants {
		at := fmt.Sprintf("body.grants[%d]", i)
		switch {
		case !s.inside(heads, g.Organization):
			return invalid(at+".organization", "%q is not among your organizations", g.Organization)
		case !slices.ContainsFunc(access.RolesOf(s.declared), func(r access.Role) bool { return r.ID == g.Role }):
			return invalid(at+".role", "%q is no role; the list of roles names them", g.Role)
		case !s.covers(g):
			return &Problem{Code: "denied", Detail: fmt.Sprintf("the role %s in %s allows more than you may do yourself", g.Role, g.Organization)}
		}
	}
	return nil
}

// ListRoles lists the roles.
var ListRoles = Listing[*Session, struct{}, access.Role]{
	ID: "list-roles", Path: "/roles", Tag: "People", Title: "List roles", Needs: access.ReadUsers,
	About: "The roles that can be granted, with what they allow: those built in, and those that the reseller declares.",
	Key:   func(r access.Role) string { return r.ID },
	Do: func(_ context.Context, s *Session, _ struct{}) ([]access.Role, error) {
		return access.RolesOf(s.declared), nil
	},
}

// ListPermissions lists what roles can allow.
var ListPermissions = Listing[*Session, struct{}, access.Described]{
	ID: "list-permissions", Path: "/permissions", Tag: "People", Title: "List permissions", Needs: access.ReadUsers,
	About: "What roles can allow. Those with `own` are meaningful for customers, too.",
	Key:   func(d access.Described) string { return string(d.Permission) },
	Do: func(context.Context, *Session, struct{}) ([]access.Described, error) {
		return access.Permissions, nil
	},
}

// ListUsers lists users and service accounts.
var ListUsers = Listing[*Session, struct{}, identity.User]{
	ID: "list-users", Path: "/users", Tag: "People", Title: "List users", Needs: access.ReadUsers, Kept: true,
	About: "The users and service accounts that have a role in the caller's organizations, with the grants there.",
	Key:   func(u identity.User) string { return u.ID },
	Do: func(ctx context.Context, s *Session, _ struct{}) ([]identity.User, error) {
		people, err := s.directory(ctx)
		if err != nil {
			return nil, err
		}
		heads, err := s.heads(access.ReadUsers, access.FeatureUsers)
		if err != nil {
			return nil, err
		}
		all, err := people.Users(ctx)
		users := []identity.User{}
		for _, u := range all {
			if seen, ok := s.seen(u, heads); ok {
				users = append(users, seen)
			}
		}
		return users, err
	},
}

// ShowUser returns a user.
var ShowUser = Operation[*Session, ByID, identity.User]{
	ID: "show-user", Method: http.MethodGet, Path: "/users/{id}", Tag: "People", Title: "Show a user", Needs: access.ReadUsers,
	About: "A user or service account, with the grants in the caller's organizations.",
	Do: func(ctx context.Context, s *Session, in ByID) (identity.User, error) {
		_, seen, _, err := s.user(ctx, access.ReadUsers, in.ID)
		return seen, err
	},
}

// InviteInput is whom to invite.
type InviteInput struct {
	Body struct {
		Email      string         `json:"email" format:"email" maxLength:"254" doc:"Where the user gets mail, and what they sign in with"`
		Name       string         `json:"name,omitempty" maxLength:"200" doc:"Their name; they may change it"`
		Locale     string         `json:"locale,omitempty" maxLength:"35" doc:"The language of the user, such as ja"`
		ExternalID string         `json:"external_id,omitempty" maxLength:"200" doc:"Their id in a directory that manages users"`
		Grants     []access.Grant `json:"grants" minItems:"1" maxItems:"100" doc:"What they may do where"`
	}
}

// Invited is a user with the link that makes them one.
type Invited struct {
	User    identity.User `json:"user"`
	Link    string        `json:"link" doc:"To be sent to the user; it works once, and is shown only now"`
	Expires time.Time     `json:"expires"`
}

// InviteUser invites a user.
var InviteUser = Operation[*Session, InviteInput, Invited]{
	ID: "invite-user", Method: http.MethodPost, Path: "/users", Tag: "People", Title: "Invite a user", Needs: access.WriteUsers, Creates: true,
	About: "Makes a user who sets a password by the link in the answer. Nobody can give a role that allows more than they may do themselves.",
	Do: func(ctx context.Context, s *Session, in InviteInput) (Invited, error) {
		people, origin, err := s.linking(ctx)
		if err != nil {
			return Invited{}, err
		}
		heads, err := s.heads(access.WriteUsers, access.FeatureUsers)
		if err != nil {
			return Invited{}, err
		}
		if err := s.grantable(heads, in.Body.Grants); err != nil {
			return Invited{}, err
		}
		u, link, err := people.Invite(ctx, identity.InvitationOrder{
			Email: in.Body.Email, Name: in.Body.Name, Locale: in.Body.Locale, ExternalID: in.Body.ExternalID, Grants: in.Body.Grants,
		})
		return Invited{u, link.URL(origin), link.ExpiresAt}, err
	},
}

// newLink makes a link for a user whom the caller governs.
func (s *Session) newLink(ctx context.Context, id string, link func(*identity.Directory, context.Context, string) (identity.Link, error)) (Invited, error) {
	people, origin, err := s.linking(ctx)
	if err != nil {
		return Invited{}, err
	}
	u, err := s.governed(ctx, id)
	if err != nil {
		return Invited{}, err
	}
	made, err := link(people, ctx, u.ID)
	return Invited{u, made.URL(origin), made.ExpiresAt}, err
}

// InviteAgain makes a new link for somebody who has not joined yet.
var InviteAgain = Operation[*Session, ByID, Invited]{
	ID: "invite-again", Method: http.MethodPost, Path: "/users/{id}/invite", Tag: "People", Title: "Invite a user again", Needs: access.WriteUsers,
	About: "A new link for a user who has not joined yet; the one before ends.",
	Do: func(ctx context.Context, s *Session, in ByID) (Invited, error) {
		return s.newLink(ctx, in.ID, (*identity.Directory).InviteAgain)
	},
}

// ResetUser makes a link with which a user sets a new password.
var ResetUser = Operation[*Session, ByID, Invited]{
	ID: "reset-user", Method: http.MethodPost, Path: "/users/{id}/reset", Tag: "People", Title: "Let a user set a new password", Needs: access.WriteUsers,
	About: "A link with which the user sets a new password; it works once, for an hour. Refused for users who may do more than the caller.",
	Do: func(ctx context.Context, s *Session, in ByID) (Invited, error) {
		return s.newLink(ctx, in.ID, (*identity.Directory).ResetLink)
	},
}

// ChangeUserInput is what to change of a user; what is not given stays.
type ChangeUserInput struct {
	ByID
	Body struct {
		Name       *string `json:"name,omitempty" maxLength:"200"`
		Email      *string `json:"email,omitempty" format:"email" maxLength:"254"`
		Locale     *string `json:"locale,omitempty" maxLength:"35"`
		ExternalID *string `json:"external_id,omitempty" maxLength:"200"`
		Active     *bool   `json:"active,omitempty" doc:"Whether the user can sign in; false ends all sessions"`
	}
}

// ChangeUser changes a user.
var ChangeUser = Operation[*Session, ChangeUserInput, identity.User]{
	ID: "change-user", Method: http.MethodPatch, Path: "/users/{id}", Tag: "People", Title: "Change a user", Needs: access.WriteUsers,
	About: "Changes name, address, language, or whether they can sign in. Refused for users who may do more than the caller, and where nobody would be left who owns the installation.",
	Do: func(ctx context.Context, s *Session, in ChangeUserInput) (identity.User, error) {
		u, err := s.governed(ctx, in.ID)
		if err != nil {
			return identity.User{}, err
		}
		people, err := s.directory(ctx)
		if err != nil {
			return identity.User{}, err
		}
		b := in.Body
		return people.ChangeUser(ctx, u.ID, u.Version, identity.UserChange{Name: b.Name, Email: b.Email, Locale: b.Locale, ExternalID: b.ExternalID, Active: b.Active})
	},
}

// GrantsInput is what a user may do from now on.
type GrantsInput struct {
	ByID
	Body struct {
		Grants []access.Grant `json:"grants" maxItems:"100" doc:"All grants in the caller's organizations; those elsewhere stay"`
	}
}

// ChangeGrants replaces the grants of a user.
var ChangeGrants = Operation[*Session, GrantsInput, identity.User]{
	ID: "change-grants", Method: http.MethodPut, Path: "/users/{id}/grants", Tag: "People", Title: "Change what a user may do", Needs: access.WriteUsers,
	About: "Replaces the user's grants in the caller's organizations. Nobody can give or take a role that allows more than they may do themselves.",
	Do: func(ctx context.Context, s *Session, in GrantsInput) (identity.User, error) {
		whole, seen, heads, err := s.user(ctx, access.WriteUsers, in.ID)
		if err != nil {
			return identity.User{}, err
		}
		if err := s.grantable(heads, in.Body.Grants); err != nil {
			return identity.User{}, err
		}
		wanted := slices.Clone(in.Body.Grants)
		for _, g := range whole.Grants {
			switch visible := slices.Contains(seen.Grants, g); {
			case !visible:
				wanted = append(wanted, g.Grant)
			case !slices.Contains(in.Body.Grants, g.Grant) && !s.covers(g.Grant):
				return identity.User{}, &Problem{Code: "denied", Detail: fmt.Sprintf("the role %s in %s allows more than you may do yourself; it is not yours to take", g.Role, g.Organization)}
			}
		}
		people, err := s.directory(ctx)
		if err != nil {
			return identity.User{}, err
		}
		changed, err := people.ChangeUser(ctx, whole.ID, whole.Version, identity.UserChange{Grants: &wanted})
		changed, _ = s.seen(changed, heads)
		return changed, err
	},
}

// Done says that something was done of which there is nothing to show.
type Done struct {
	Done bool `json:"done"`
}

// RemoveUser removes a user.
var RemoveUser = Operation[*Session, ByID, Done]{
	ID: "remove-user", Method: http.MethodDelete, Path: "/users/{id}", Tag: "People", Title: "Remove a user", Needs: access.WriteUsers,
	About: "Removes a user or service account with all sessions and tokens; the audit keeps what they did. Refused for users who may do more than the caller, and for the last owner.",
	Do: func(ctx context.Context, s *Session, in ByID) (Done, error) {
		u, err := s.governed(ctx, in.ID)
		if err != nil {
			return Done{}, err
		}
		people, err := s.directory(ctx)
		if err != nil {
			return Done{}, err
		}
		return Done{true}, people.RemoveUser(ctx, u.ID)
	},
}
