package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/identity"
)

// ownOperations are what people do about themselves.
var ownOperations = []described{
	ShowMe, SignOut, ChangePassword, EnrolTOTP, ConfirmTOTP, DisableTOTP, RenewRecoveryCodes,
	ListPasskeys, BeginPasskey, FinishPasskey, RenamePasskey, RemovePasskey,
	ListSessions, RevokeSession, RevokeOtherSessions, ListTokens, CreateToken, RevokeToken,
}

// Me is the caller.
type Me struct {
	ID                string        `json:"id"`
	Name              string        `json:"name"`
	Email             string        `json:"email,omitempty"`
	Kind              string        `json:"kind"`
	SecondFactor      bool          `json:"second_factor" doc:"Signed in with two factors"`
	NeedsSecondFactor bool          `json:"needs_second_factor,omitempty" doc:"Nothing can be done until there is a second factor"`
	TOTP              bool          `json:"has_totp" doc:"One-time codes are asked for after the password"`
	CSRF              string        `json:"csrf_token,omitempty" doc:"To be sent as X-CSRF-Token with every change; for sessions of browsers"`
	Places            []Surrounding `json:"organizations"`
}

// Surrounding is an organization of the caller's, with what they may do there.
type Surrounding struct {
	access.Organization
	Permissions []access.Permission `json:"permissions"`
	Features    map[string]bool     `json:"features" doc:"What of the portal is switched on"`
}

// ShowMe tells who the caller is.
var ShowMe = Operation[*Session, struct{}, Me]{
	ID: "show-me", Method: http.MethodGet, Path: "/me", Tag: "Me", Title: "Show who one is",
	About: "Who the caller is, the organizations they belong to, and what they may do in each.",
	Do: func(ctx context.Context, s *Session, _ struct{}) (Me, error) {
		me := Me{
			ID: s.Who.UserID, Name: s.Who.Name, Email: s.Who.Email, Kind: s.Who.Kind,
			SecondFactor: s.Who.SecondFactor, NeedsSecondFactor: s.Who.NeedsSecondFactor, Places: []Surrounding{},
		}
		if cookie := sessionCookie(ctx); cookie != "" {
			me.CSRF = identity.CSRFToken(cookie)
		}
		if s.service != nil {
			user, err := s.service.People.User(ctx, s.Who.UserID)
			if err != nil {
				return Me{}, err
			}
			me.TOTP = user.TOTP
		}
		seen := map[string]bool{}
		for _, g := range s.Who.Grants {
			o, ok := s.Rights.Tree().Organization(g.Organization)
			if !ok || seen[o.ID] {
				continue
			}
			seen[o.ID] = true
			me.Places = append(me.Places, Surrounding{o, s.Rights.Permissions(o.ID), access.Features(s.declared, o.ID)})
		}
		return me, nil
	},
}

// sessionCookie is the value of the caller's cookie; empty for who came with a
// token.
func sessionCookie(ctx context.Context) string {
	r := requestOf(ctx)
	if r == nil || r.Header.Get("Authorization") != "" {
		return ""
	}
	c, err := r.Cookie(CookieName)
	if err != nil {
		return ""
	}
	return c.Value
}

// Renewed says that something was done, and that the session has a new cookie.
type Renewed struct {
	Done bool   `json:"done"`
	CSRF string `json:"csrf_token,omitempty" doc:"To be sent as X-CSRF-Token from now on"`

	cookie *http.Cookie
}

func (r Renewed) cookies() []http.Cookie {
	if r.cookie == nil {
		return nil
	}
	return []http.Cookie{*r.cookie}
}

// renewed gives the caller's browser a new cookie, which lasts as long as sessions
// do at most.
func (s *Session) renewed(cookie string) Renewed {
	const longest = 30 * 24 * time.Hour
	if cookie == "" {
		return Renewed{Done: true}
	}
	return Renewed{true, identity.CSRFToken(cookie), s.service.cookie(cookie, time.Now().Add(longest))}
}

// SignOut ends the session.
var SignOut = Operation[*Session, struct{}, Renewed]{
	ID: "sign-out", Method: http.MethodPost, Path: "/sign-out", Tag: "Me", Title: "Sign out",
	About: "Ends the session, and takes its cookie away.",
	Do: func(ctx context.Context, s *Session, _ struct{}) (Renewed, error) {
		people, err := s.asPerson()
		if err != nil {
			return Renewed{}, err
		}
		gone := s.service.cookie("", time.Unix(1, 0))
		gone.MaxAge = -1
		return Renewed{Done: true, cookie: gone}, people.RevokeSession(ctx, s.Who.UserID, s.Who.SessionID)
	},
}

// asPerson refuses callers with a token: who has one must not get a password, a
// passkey or another token with it.
func (s *Session) asPerson() (*identity.Directory, error) {
	people, err := s.people()
	if err == nil && s.Who.SessionID == "" {
		err = &Problem{Status: http.StatusForbidden, Code: "denied", Detail: "this needs somebody who is signed in; a token is not enough"}
	}
	return people, err
}

// PasswordInput is a password and the one before.
type PasswordInput struct {
	Body struct {
		Current  string `json:"current" maxLength:"512"`
		Password string `json:"password" maxLength:"512"`
	}
}

// ChangePassword sets another password.
var ChangePassword = Operation[*Session, PasswordInput, Renewed]{
	ID: "change-password", Method: http.MethodPut, Path: "/me/password", Tag: "Me", Title: "Change one's password",
	About: "Ends all other sessions. A password has 12 to 128 characters and is not one that is well known.",
	Do: func(ctx context.Context, s *Session, in PasswordInput) (Renewed, error) {
		people, err := s.asPerson()
		if err != nil {
			return Renewed{}, err
		}
		cookie, err := people.ChangePassword(ctx, s.Who.UserID, s.Who.SessionID, in.Body.Current, in.Body.Password)
		return s.renewed(cookie), err
	},
}

// Seed is what an authenticator needs.
type Seed struct {
	Seed string `json:"seed" doc:"To type in"`
	URL  string `json:"url" doc:"otpauth://…, for a QR code"`
}

// EnrolTOTP begins to use one-time codes.
var EnrolTOTP = Operation[*Session, struct{}, Seed]{
	ID: "enrol-totp", Method: http.MethodPost, Path: "/me/totp", Tag: "Me", Title: "Begin to use one-time codes",
	About: "The seed for an authenticator. Codes are asked for once one was confirmed.",
	Do: func(ctx context.Context, s *Session, _ struct{}) (Seed, error) {
		people, err := s.asPerson()
		if err != nil {
			return Seed{}, err
		}
		e, err := people.EnrolTOTP(ctx, s.Who.UserID)
		return Seed{e.Seed, e.URL}, err
	},
}

// CodeInput is a one-time code.
type CodeInput struct {
	Body struct {
		Code string `json:"code" maxLength:"20"`
	}
}

// Recovery are the codes that replace an authenticator.
type Recovery struct {
	Renewed
	Codes []string `json:"recovery_codes" doc:"Each is good once; they are shown only now"`
}

// ConfirmTOTP turns one-time codes on.
var ConfirmTOTP = Operation[*Session, CodeInput, Recovery]{
	ID: "confirm-totp", Method: http.MethodPut, Path: "/me/totp", Tag: "Me", Title: "Turn one-time codes on",
	About: "With a first code. The answer has the recovery codes.",
	Do: func(ctx context.Context, s *Session, in CodeInput) (Recovery, error) {
		people, err := s.asPerson()
		if err != nil {
			return Recovery{}, err
		}
		codes, cookie, err := people.ConfirmTOTP(ctx, s.Who.UserID, s.Who.SessionID, in.Body.Code)
		return Recovery{s.renewed(cookie), codes}, err
	},
}

// DisableTOTP turns one-time codes off.
var DisableTOTP = Operation[*Session, struct{}, Done]{
	ID: "disable-totp", Method: http.MethodDelete, Path: "/me/totp", Tag: "Me", Title: "Turn one-time codes off",
	About: "Recovery codes end, too. It needs a session that was opened with two factors.",
	Do: func(ctx context.Context, s *Session, _ struct{}) (Done, error) {
		people, err := s.asPerson()
		if err != nil {
			return Done{}, err
		}
		if !s.Who.SecondFactor {
			return Done{}, &Problem{Status: http.StatusForbidden, Code: "denied", Detail: "sign in with your second factor first"}
		}
		return Done{true}, people.DisableTOTP(ctx, s.Who.UserID)
	},
}

// RenewRecoveryCodes replaces the recovery codes.
var RenewRecoveryCodes = Operation[*Session, struct{}, Recovery]{
	ID: "renew-recovery-codes", Method: http.MethodPost, Path: "/me/recovery-codes", Tag: "Me", Title: "Make new recovery codes",
	About: "Those before end.",
	Do: func(ctx context.Context, s *Session, _ struct{}) (Recovery, error) {
		people, err := s.asPerson()
		if err != nil {
			return Recovery{}, err
		}
		codes, err := people.RenewRecoveryCodes(ctx, s.Who.UserID)
		return Recovery{Renewed{Done: true}, codes}, err
	},
}

// ListSessions lists one's own sessions.
var ListSessions = Listing[*Session, struct{}, identity.Session]{
	ID: "list-sessions", Path: "/me/sessions", Tag: "Me", Title: "List one's sessions",
	About: "Where one is signed in, and since when.",
	Key:   func(t identity.Session) string { return t.ID },
	Do: func(ctx context.Context, s *Session, _ struct{}) ([]identity.Session, error) {
		people, err := s.people()
		if err != nil {
			return nil, err
		}
		return people.Sessions(ctx, s.Who.UserID)
	},
}

// RevokeSession ends one of one's own sessions.
var RevokeSession = Operation[*Session, ByID, Done]{
	ID: "revoke-session", Method: http.MethodDelete, Path: "/me/sessions/{id}", Tag: "Me", Title: "End one of one's sessions",
	About: "Whoever used it is signed out.",
	Do: func(ctx context.Context, s *Session, in ByID) (Done, error) {
		people, err := s.asPerson()
		if err != nil {
			return Done{}, err
		}
		return Done{true}, people.RevokeSession(ctx, s.Who.UserID, in.ID)
	},
}

// RevokeOtherSessions ends all sessions but this one.
var RevokeOtherSessions = Operation[*Session, struct{}, Done]{
	ID: "revoke-other-sessions", Method: http.MethodDelete, Path: "/me/sessions", Tag: "Me", Title: "End all other sessions",
	About: "This one stays.",
	Do: func(ctx context.Context, s *Session, _ struct{}) (Done, error) {
		people, err := s.asPerson()
		if err != nil {
			return Done{}, err
		}
		_, err = people.RevokeSessions(ctx, s.Who.UserID, s.Who.SessionID)
		return Done{true}, err
	},
}

// ListTokens lists one's own tokens.
var ListTokens = Listing[*Session, struct{}, identity.Token]{
	ID: "list-tokens", Path: "/me/tokens", Tag: "Me", Title: "List one's API tokens",
	About: "Names, scopes and when they were used; never the tokens themselves.",
	Key:   func(t identity.Token) string { return t.ID },
	Do: func(ctx context.Context, s *Session, _ struct{}) ([]identity.Token, error) {
		people, err := s.people()
		if err != nil {
			return nil, err
		}
		return people.Tokens(ctx, s.Who.UserID)
	},
}

// OwnTokenInput is a token to make for oneself.
type OwnTokenInput struct {
	Body TokenInput
}

// CreateToken makes a token for oneself.
var CreateToken = Operation[*Session, OwnTokenInput, NewToken]{
	ID: "create-token", Method: http.MethodPost, Path: "/me/tokens", Tag: "Me", Title: "Make an API token", Creates: true,
	About: "A token with which programs do what one may do oneself, bounded by its scopes. It is shown once. Customers can where the feature `api-tokens` is switched on for them.",
	Do: func(ctx context.Context, s *Session, in OwnTokenInput) (NewToken, error) {
		people, err := s.asPerson()
		if err != nil {
			return NewToken{}, err
		}
		if !s.tokensAreOn() {
			return NewToken{}, &Problem{Status: http.StatusForbidden, Code: "switched-off", Detail: "API tokens are not switched on for your organization; ask your reseller"}
		}
		t, text, err := people.CreateToken(ctx, in.Body.order(s.Who.UserID))
		return NewToken{t, text}, err
	},
}

func (s *Session) tokensAreOn() bool {
	for _, g := range s.Who.Grants {
		if g.Organization == access.Root || access.Features(s.declared, g.Organization)[access.FeatureTokens] {
			return true
		}
	}
	return false
}

// RevokeToken ends one of one's own tokens.
var RevokeToken = Operation[*Session, ByID, Done]{
	ID: "revoke-token", Method: http.MethodDelete, Path: "/me/tokens/{id}", Tag: "Me", Title: "End one of one's API tokens",
	About: "It is refused from then on.",
	Do: func(ctx context.Context, s *Session, in ByID) (Done, error) {
		people, err := s.people()
		if err != nil {
			return Done{}, err
		}
		if s.Who.SessionID == "" && s.Who.TokenID != in.ID {
			return Done{}, errors.New("a token can end itself, and no other")
		}
		return Done{true}, people.RevokeToken(ctx, s.Who.UserID, in.ID)
	},
}
