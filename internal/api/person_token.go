package api

import (
	"context"
	"net/http"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/identity"
)

// ServiceAccountInput is a program that gets tokens of its own.
type ServiceAccountInput struct {
	Body struct {
		Name       string         `json:"name" minLength:"1" maxLength:"200" doc:"What the program is called in the audit"`
		ExternalID string         `json:"external_id,omitempty" maxLength:"200"`
		Grants     []access.Grant `json:"grants" minItems:"1" maxItems:"100" doc:"What it may do where"`
	}
}

// CreateServiceAccount makes a user for a program.
var CreateServiceAccount = Operation[*Session, ServiceAccountInput, identity.User]{
	ID: "create-service-account", Method: http.MethodPost, Path: "/service-accounts", Tag: "People", Title: "Make a service account", Needs: access.WriteUsers, Creates: true,
	About: "A user for a program: it has no password, and signs in with tokens only.",
	Do: func(ctx context.Context, s *Session, in ServiceAccountInput) (identity.User, error) {
		people, err := s.directory(ctx)
		if err != nil {
			return identity.User{}, err
		}
		heads, err := s.heads(access.WriteUsers, access.FeatureTokens)
		if err != nil {
			return identity.User{}, err
		}
		if err := s.grantable(heads, in.Body.Grants); err != nil {
			return identity.User{}, err
		}
		return people.CreateServiceAccount(ctx, in.Body.Name, in.Body.ExternalID, in.Body.Grants)
	},
}

// TokenInput is a token to make.
type TokenInput struct {
	Name   string   `json:"name" minLength:"1" maxLength:"200" doc:"What it is for"`
	Scopes []string `json:"scopes,omitempty" maxItems:"100" doc:"The permissions that bound it; all of its owner's where none is given"`
	Days   int      `json:"days" minimum:"1" maximum:"366" doc:"For how many days it is good"`
}

// NewToken is a token with its secret, which is shown once.
type NewToken struct {
	identity.Token
	Secret string `json:"secret" doc:"The token; it is shown only now"`
}

func (in TokenInput) order(user string) identity.TokenOrder {
	const day = 24 * time.Hour
	return identity.TokenOrder{User: user, Name: in.Name, Scopes: in.Scopes, Expires: time.Duration(in.Days) * day}
}

// UserTokenInput is a token for somebody else.
type UserTokenInput struct {
	ByID
	Body TokenInput
}

// serviceAccount is a service account that the caller governs: nobody makes tokens
// for another person.
func (s *Session) serviceAccount(ctx context.Context, id string) (identity.User, error) {
	u, err := s.governed(ctx, id)
	if err == nil && u.Kind != identity.Service {
		err = &Problem{Code: "denied", Detail: "people make their tokens themselves; make a service account for a program"}
	}
	return u, err
}

// CreateUserToken makes a token for a service account.
var CreateUserToken = Operation[*Session, UserTokenInput, NewToken]{
	ID: "create-user-token", Method: http.MethodPost, Path: "/users/{id}/tokens", Tag: "People", Title: "Make a token for a service account", Needs: access.WriteUsers, Creates: true,
	About: "A token with which a program signs in. It is shown once.",
	Do: func(ctx context.Context, s *Session, in UserTokenInput) (NewToken, error) {
		u, err := s.serviceAccount(ctx, in.ID)
		if err != nil {
			return NewToken{}, err
		}
		people, err := s.directory(ctx)
		if err != nil {
			return NewToken{}, err
		}
		t, text, err := people.CreateToken(ctx, in.Body.order(u.ID))
		return NewToken{t, text}, err
	},
}

// ListUserTokens lists the tokens of a user.
var ListUserTokens = Listing[*Session, ByID, identity.Token]{
	ID: "list-user-tokens", Path: "/users/{id}/tokens", Tag: "People", Title: "List the tokens of a user", Needs: access.ReadUsers,
	About: "Names, scopes and when they were used; never the tokens themselves.",
	Key:   func(t identity.Token) string { return t.ID },
	Do: func(ctx context.Context, s *Session, in ByID) ([]identity.Token, error) {
		u, _, _, err := s.user(ctx, access.ReadUsers, in.ID)
		if err != nil {
			return nil, err
		}
		people, err := s.directory(ctx)
		if err != nil {
			return nil, err
		}
		return people.Tokens(ctx, u.ID)
	},
}

// OfUser names something of a user.
type OfUser struct {
	ByID
	Token string `path:"token" maxLength:"200" doc:"The id of the token"`
}

// RevokeUserToken ends a token of a user.
var RevokeUserToken = Operation[*Session, OfUser, Done]{
	ID: "revoke-user-token", Method: http.MethodDelete, Path: "/users/{id}/tokens/{token}", Tag: "People", Title: "End a token of a user", Needs: access.WriteUsers,
	About: "It is refused from then on.",
	Do: func(ctx context.Context, s *Session, in OfUser) (Done, error) {
		u, err := s.governed(ctx, in.ID)
		if err != nil {
			return Done{}, err
		}
		people, err := s.directory(ctx)
		if err != nil {
			return Done{}, err
		}
		return Done{true}, people.RevokeToken(ctx, u.ID, in.Token)
	},
}

// ListUserSessions lists the sessions of a user.
var ListUserSessions = Listing[*Session, ByID, identity.Session]{
	ID: "list-user-sessions", Path: "/users/{id}/sessions", Tag: "People", Title: "List the sessions of a user", Needs: access.ReadUsers,
	About: "Where the user is signed in, and since when.",
	Key:   func(t identity.Session) string { return t.ID },
	Do: func(ctx context.Context, s *Session, in ByID) ([]identity.Session, error) {
		u, _, _, err := s.user(ctx, access.ReadUsers, in.ID)
		if err != nil {
			return nil, err
		}
		people, err := s.directory(ctx)
		if err != nil {
			return nil, err
		}
		return people.Sessions(ctx, u.ID)
	},
}

// RevokeUserSessions signs a user out everywhere.
var RevokeUserSessions = Operation[*Session, ByID, Done]{
	ID: "revoke-user-sessions", Method: http.MethodDelete, Path: "/users/{id}/sessions", Tag: "People", Title: "Sign a user out everywhere", Needs: access.WriteUsers,
	About: "Ends all sessions of the user.",
	Do: func(ctx context.Context, s *Session, in ByID) (Done, error) {
		u, err := s.governed(ctx, in.ID)
		if err != nil {
			return Done{}, err
		}
		people, err := s.directory(ctx)
		if err != nil {
			return Done{}, err
		}
		_, err = people.RevokeSessions(ctx, u.ID, "")
		return Done{true}, err
	},
}

// SecondFactorRule says of which organizations users must prove who they are twice.
type SecondFactorRule struct {
	Organizations []string `json:"organizations"`
}

// ShowSecondFactorRule tells who needs a second factor.
var ShowSecondFactorRule = Operation[*Session, struct{}, SecondFactorRule]{
	ID: "show-second-factor-rule", Method: http.MethodGet, Path: "/second-factor", Tag: "People", Title: "Show who needs a second factor", Needs: access.ReadUsers,
	About: "The organizations, among the caller's, whose users need a second factor to sign in.",
	Do: func(ctx context.Context, s *Session, _ struct{}) (SecondFactorRule, error) {
		people, err := s.directory(ctx)
		if err != nil {
			return SecondFactorRule{}, err
		}
		heads, err := s.heads(access.ReadUsers, access.FeatureUsers)
		if err != nil {
			return SecondFactorRule{}, err
		}
		all, err := people.SecondFactorRequired(ctx)
		rule := SecondFactorRule{[]string{}}
		for _, id := range all {
			if s.inside(heads, id) {
				rule.Organizations = append(rule.Organizations, id)
			}
		}
		return rule, err
	},
}

// SecondFactorInput sets the rule of an organization.
type SecondFactorInput struct {
	Body struct {
		Organization string `json:"organization" maxLength:"200" doc:"One of the caller's organizations"`
		Required     bool   `json:"required"`
	}
}

// ChangeSecondFactorRule sets whether users of an organization need a second factor.
var ChangeSecondFactorRule = Operation[*Session, SecondFactorInput, Done]{
	ID: "change-second-factor-rule", Method: http.MethodPut, Path: "/second-factor", Tag: "People", Title: "Say who needs a second factor", Needs: access.WriteUsers,
	About: "Where it is required, users of the organization can do nothing until they have one.",
	Do: func(ctx context.Context, s *Session, in SecondFactorInput) (Done, error) {
		people, err := s.directory(ctx)
		if err != nil {
			return Done{}, err
		}
		heads, err := s.heads(access.WriteUsers, access.FeatureUsers)
		if err != nil {
			return Done{}, err
		}
		if !s.inside(heads, in.Body.Organization) {
			return Done{}, invalid("body.organization", "%q is not among your organizations", in.Body.Organization)
		}
		return Done{true}, people.SetSecondFactorRequired(ctx, in.Body.Organization, in.Body.Required)
	},
}
