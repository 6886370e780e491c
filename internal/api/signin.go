package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/sluice-billing/sluice/internal/identity"
)

// signInOperations are open to everybody: with them people prove who they are.
var signInOperations = []described{
	SignInOptions, SignIn, FinishSignIn, BeginPasskeySignIn, FinishPasskeySignIn, ShowInvitation, AcceptInvitation, ResetPassword, SetUp,
}

// visit is from where the caller comes.
func visit(ctx context.Context) identity.Visit {
	r := requestOf(ctx)
	return identity.Visit{Address: AddressOf(r), UserAgent: r.UserAgent()}
}

// opened is the service for an operation that nobody needs to be signed in for.
func opened(ctx context.Context) *Service {
	s, _ := ctx.Value(serviceKey{}).(*Service)
	return s
}

type serviceKey struct{}

// SignedIn is what comes of a try to sign in. The session itself is in a cookie.
type SignedIn struct {
	User    *identity.User `json:"user,omitempty" doc:"Who is signed in; not there as long as a second factor is missing"`
	CSRF    string         `json:"csrf_token,omitempty" doc:"To be sent as X-CSRF-Token with every change"`
	Pending string         `json:"pending,omitempty" doc:"A second factor is missing: send it with this"`
	Factors []string       `json:"factors,omitempty" doc:"The second factors that the user has: totp, recovery-code, passkey"`

	cookie *http.Cookie
}

// cookies are set with the answer.
func (s SignedIn) cookies() []http.Cookie {
	if s.cookie == nil {
		return nil
	}
	return []http.Cookie{*s.cookie}
}

func signedIn(s *Service, done identity.SignIn) SignedIn {
	if done.Cookie == "" {
		return SignedIn{Pending: done.Pending, Factors: done.Factors}
	}
	return SignedIn{User: &done.User, CSRF: identity.CSRFToken(done.Cookie), cookie: s.cookie(done.Cookie, done.Session.ExpiresAt)}
}

// cookie holds a session. It is sent with navigation from elsewhere, but no script
// reads it, and no other site's form posts with it.
func (s *Service) cookie(value string, expires time.Time) *http.Cookie {
	return &http.Cookie{Name: CookieName, Value: value, Path: "/", Expires: expires, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode}
}

// SignInWays are the ways to sign in.
type SignInWays struct {
	Password  bool        `json:"password"`
	Passkey   bool        `json:"passkey"`
	Providers []SignInWay `json:"providers"`
}

// SignInWay is a provider of single sign-on.
type SignInWay struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// SignInOptions tells how one can sign in.
var SignInOptions = Operation[*Session, struct{}, SignInWays]{
	ID: "sign-in-options", Method: http.MethodGet, Path: "/sign-in", Tag: "Sign in", Title: "Show the ways to sign in", Open: true,
	About: "Whether passkeys can be used, and the providers of single sign-on.",
	Do: func(ctx context.Context, _ *Session, _ struct{}) (SignInWays, error) {
		s := opened(ctx)
		ways := SignInWays{Password: true, Passkey: s.Origin != "", Providers: []SignInWay{}}
		all, err := s.People.Providers(ctx)
		for _, p := range all {
			if p.Active {
				ways.Providers = append(ways.Providers, SignInWay{p.ID, p.Name})
			}
		}
		return ways, err
	},
}

// SignInInput is a password with whose it is.
type SignInInput struct {
	Body struct {
		Email    string `json:"email" maxLength:"254"`
		Password string `json:"password" maxLength:"512"`
	}
}

// SignIn signs in with a password.
var SignIn = Operation[*Session, SignInInput, SignedIn]{
	ID: "sign-in", Method: http.MethodPost, Path: "/sign-in", Tag: "Sign in", Title: "Sign in with a password", Open: true,
	About: "Sets the session's cookie, or asks for a second factor. After several wrong passwords the next try must wait.",
	Do: func(ctx context.Context, _ *Session, in SignInInput) (SignedIn, error) {
		s := opened(ctx)
		done, err := s.People.SignIn(ctx, in.Body.Email, in.Body.Password, visit(ctx))
		if err != nil {
			return SignedIn{}, err
		}
		return signedIn(s, done), nil
	},
}

// FactorInput is a second factor.
type FactorInput struct {
	Body struct {
		Pending string `json:"pending" maxLength:"500" doc:"From the first step"`
		Code    string `json:"code" maxLength:"100" doc:"A one-time code, or a recovery code"`
	}
}

// FinishSignIn gives the second factor.
var FinishSignIn = Operation[*Session, FactorInput, SignedIn]{
	ID: "finish-sign-in", Method: http.MethodPost, Path: "/sign-in/second-factor", Tag: "Sign in", Title: "Give the second factor", Open: true,
	About: "A one-time code or a recovery code. Each is good once.",
	Do: func(ctx context.Context, _ *Session, in FactorInput) (SignedIn, error) {
		s := opened(ctx)
		done, err := s.People.FinishSignIn(ctx, in.Body.Pending, in.Body.Code, visit(ctx))
		if err != nil {
			return SignedIn{}, err
		}
		return signedIn(s, done), nil
	},
}

// Ceremony is what a browser needs to use a passkey.
type Ceremony struct {
	Handle  string          `json:"handle" doc:"To be sent with the browser's answer"`
	Options json.RawMessage `json:"options" doc:"For navigator.credentials"`
}

// BeginPasskeySignIn begins to sign in with a passkey.
var BeginPasskeySignIn = Operation[*Session, struct{}, Ceremony]{
	ID: "begin-passkey-sign-in", Method: http.MethodPost, Path: "/sign-in/passkey", Tag: "Sign in", Title: "Begin to sign in with a passkey", Open: true,
	About: "What the browser needs for navigator.credentials.get.",
	Do: func(ctx context.Context, _ *Session, _ struct{}) (Ceremony, error) {
		handle, options, err := opened(ctx).People.BeginPasskeySignIn(ctx, visit(ctx))
		return Ceremony{handle, options}, err
	},
}

// PasskeyInput is a browser's answer.
type PasskeyInput struct {
	Body struct {
		Handle   string          `json:"handle" maxLength:"500"`
		Response json.RawMessage `json:"response" doc:"What navigator.credentials gave, as JSON"`
	}
}

// FinishPasskeySignIn signs in with a passkey.
var FinishPasskeySignIn = Operation[*Session, PasskeyInput, SignedIn]{
	ID: "finish-passkey-sign-in", Method: http.MethodPut, Path: "/sign-in/passkey", Tag: "Sign in", Title: "Sign in with a passkey", Open: true,
	About: "A passkey is two factors in one.",
	Do: func(ctx context.Context, _ *Session, in PasskeyInput) (SignedIn, error) {
		s := opened(ctx)
		done, err := s.People.FinishPasskeySignIn(ctx, in.Body.Handle, in.Body.Response, visit(ctx))
		if err != nil {
			return SignedIn{}, err
		}
		return signedIn(s, done), nil
	},
}

// LinkToken names an invitation.
type LinkToken struct {
	Token string `query:"token" required:"true" maxLength:"500" doc:"From the link"`
}

// LinkShown is what a link is for.
type LinkShown struct {
	Purpose string    `json:"purpose" doc:"invitation or reset"`
	Email   string    `json:"email"`
	Name    string    `json:"name"`
	Expires time.Time `json:"expires"`
}

// ShowInvitation tells what a link is for.
var ShowInvitation = Operation[*Session, LinkToken, LinkShown]{
	ID: "show-invitation", Method: http.MethodGet, Path: "/invitation", Tag: "Sign in", Title: "Show what a link is for", Open: true,
	About: "Whom an invitation, or a link to set a password, is for.",
	Do: func(ctx context.Context, _ *Session, in LinkToken) (LinkShown, error) {
		i, err := opened(ctx).People.InvitationOf(ctx, in.Token)
		return LinkShown{i.Purpose, i.Email, i.Name, i.ExpiresAt}, err
	},
}

// JoinInput is what somebody gives who was invited.
type JoinInput struct {
	Body struct {
		Token    string `json:"token" maxLength:"500"`
		Name     string `json:"name" maxLength:"200"`
		Password string `json:"password" maxLength:"512"`
	}
}

// AcceptInvitation makes a user of somebody who was invited.
var AcceptInvitation = Operation[*Session, JoinInput, identity.User]{
	ID: "accept-invitation", Method: http.MethodPost, Path: "/invitation", Tag: "Sign in", Title: "Accept an invitation", Open: true,
	About: "Sets name and password. The link is used up.",
	Do: func(ctx context.Context, _ *Session, in JoinInput) (identity.User, error) {
		return opened(ctx).People.AcceptInvitation(ctx, in.Body.Token, in.Body.Name, in.Body.Password)
	},
}

// ResetInput is a new password.
type ResetInput struct {
	Body struct {
		Token    string `json:"token" maxLength:"500"`
		Password string `json:"password" maxLength:"512"`
	}
}

// ResetPassword sets a new password.
var ResetPassword = Operation[*Session, ResetInput, Done]{
	ID: "reset-password", Method: http.MethodPost, Path: "/password-reset", Tag: "Sign in", Title: "Set a new password by a link", Open: true,
	About: "Ends all sessions of the user. The link is used up.",
	Do: func(ctx context.Context, _ *Session, in ResetInput) (Done, error) {
		_, err := opened(ctx).People.ResetPassword(ctx, in.Body.Token, in.Body.Password)
		return Done{err == nil}, err
	},
}

// SetUpInput is the first user.
type SetUpInput struct {
	Body struct {
		Token    string `json:"token" maxLength:"500" doc:"From the link that the server printed when it was started"`
		Email    string `json:"email" format:"email" maxLength:"254"`
		Name     string `json:"name" minLength:"1" maxLength:"200"`
		Password string `json:"password" maxLength:"512"`
	}
}

// SetUp makes the first user, who owns the installation.
var SetUp = Operation[*Session, SetUpInput, identity.User]{
	ID: "set-up", Method: http.MethodPost, Path: "/set-up", Tag: "Sign in", Title: "Make the first user", Open: true, Creates: true,
	About: "Works once, with the link that the server printed when it was started the first time.",
	Do: func(ctx context.Context, _ *Session, in SetUpInput) (identity.User, error) {
		return opened(ctx).People.SetUp(ctx, in.Body.Token, in.Body.Email, in.Body.Name, in.Body.Password)
	},
}
