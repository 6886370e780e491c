package identity

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/sluice-billing/sluice/internal/store"
)

const ssoKind, ssoTime = "sso", 10 * time.Minute

// SSOOrder is a sign-in elsewhere to begin.
type SSOOrder struct {
	Provider string // id
	LinkTo   string // id of the user who is signed in and links the account there to theirs; empty to sign in
	ReturnTo string // path of the page to show after it, such as /invoices; empty for the first page
}

// SSOStart is where to send the browser.
type SSOStart struct {
	URL     string
	Browser string // for a cookie of this browser (HttpOnly, SameSite=Lax, ten minutes): only it can finish
}

// ssoState is what is kept of a sign-in elsewhere. Its handle is the state
// parameter.
type ssoState struct {
	Provider, Browser, Nonce, Verifier, ReturnTo string
}

// BeginSSO begins a sign-in with a provider: authorization code with PKCE, state
// and nonce.
func (d *Directory) BeginSSO(ctx context.Context, o SSOOrder, v Visit) (SSOStart, error) {
	if err := d.noOrigin(); err != nil {
		return SSOStart{}, err
	}
	if o.ReturnTo != "" && !ownPath(o.ReturnTo) {
		return SSOStart{}, invalid("the page to return to must be a path of this server")
	}
	p, config, _, err := d.oauth(ctx, o.Provider)
	if err != nil {
		return SSOStart{}, err
	}
	if err := d.admit(ctx, startFrom(v)); err != nil {
		return SSOStart{}, err
	}
	browser := newSecret()
	s := ssoState{Provider: p.ID, Browser: hashed(browser), Nonce: newSecret(), Verifier: oauth2.GenerateVerifier(), ReturnTo: o.ReturnTo}
	var state string
	err = d.store.ChangeIdentities(ctx, "begin a sign-in", func(c store.IdentityChange) (err error) {
		state, err = d.keep(ctx, c, ssoKind, o.LinkTo, ssoTime, s)
		return err
	})
	if err != nil {
		return SSOStart{}, err
	}
	return SSOStart{config.AuthCodeURL(state, oidc.Nonce(s.Nonce), oauth2.S256ChallengeOption(s.Verifier)), browser}, nil
}

// ownPath tells whether a path stays on this server: browsers take // and /\ for
// another one.
func ownPath(path string) bool {
	u, err := url.Parse(path)
	return err == nil && u.Scheme == "" && u.Host == "" && strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") && !strings.ContainsAny(path, "\\\r\n\t")
}

// oauth returns a provider that is in use, and how to talk to it.
func (d *Directory) oauth(ctx context.Context, id string) (store.SSOProvider, *oauth2.Config, *oidc.Provider, error) {
	p, err := d.store.Identities().SSOProvider(ctx, id)
	if err != nil {
		return p, nil, nil, forPeople(err)
	}
	if !p.Active {
		return p, nil, nil, &Error{Code: SSORefused, Message: "signing in with " + p.Name + " is turned off"}
	}
	provider, err := d.issuers.find(ctx, p.Issuer, d.now())
	if err != nil { // why is for whoever sets it up, in SaveProvider
		return p, nil, nil, &Error{Code: SSOUnreachable, Message: p.Name + " cannot be reached; try again in a while, or sign in another way"}
	}
	clientSecret, err := d.keys.Open(p.Secret, "sso/"+p.ID)
	if err != nil {
		return p, nil, nil, err
	}
	return p, &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: string(clientSecret), Endpoint: provider.Endpoint(), RedirectURL: d.CallbackURL(),
		Scopes: []string{oidc.ScopeOpenID, "email", "profile"},
	}, provider, nil
}

// SSOCallback is what came back from a provider: the parameters of the callback,
// and the value of the browser's cookie.
type SSOCallback struct {
	State, Code, Issuer string // the parameters state, code and iss
	Error               string // the parameter error, where the provider refused
	Browser             string
}

// FinishSSO takes what a provider sent the browser back with. The subject of the
// provider is looked up first. One that is new is linked to the user who began
// while signed in; else to somebody who was invited and has not joined yet, by an
// e-mail address that the provider vouches for; else a user is made, where the
// provider is set up so. Somebody who has joined links from within their own
// account only. It returns the path to show next, too.
func (d *Directory) FinishSSO(ctx context.Context, back SSOCallback, v Visit) (done SignIn, returnTo string, err error) {
	if err := d.noOrigin(); err != nil {
		return SignIn{}, "", err
	}
	ceremony, err := d.ceremony(ctx, ssoKind, back.State)
	if err != nil {
		return SignIn{}, "", err
	}
	var s ssoState
	if err := d.state(ceremony, &s); err != nil {
		return SignIn{}, "", err
	}
	if subtle.ConstantTimeCompare([]byte(hashed(back.Browser)), []byte(s.Browser)) != 1 {
		return SignIn{}, "", expired()
	}
	if err := d.store.ChangeIdentities(ctx, "finish a sign-in", func(c store.IdentityChange) error { return d.end(ctx, c, ceremony) }); err != nil {
		return SignIn{}, "", forPeople(err)
	}
	p, who, err := d.claims(ctx, s, back)
	var refused *Error
	if errors.As(err, &refused) && refused.Code == SSORefused {
		return SignIn{}, "", d.refuse(ctx, ceremony.User, bySSO+" "+s.Provider, refused)
	}
	if err != nil {
		return SignIn{}, "", err
	}
	u, err := d.userOfSubject(ctx, p, who, ceremony.User)
	if errors.As(err, &refused) && refused.Code == SSORefused {
		return SignIn{}, "", d.refuse(ctx, ceremony.User, bySSO+" "+p.ID, refused)
	}
	if err != nil {
		return SignIn{}, "", err
	}
	done, err = d.begin(ctx, u, bySSO, p.SecondFactor || who.secondFactor(), v, func(c store.IdentityChange) error { return d.forgive(ctx, c, startFrom(v)) })
	return done, s.ReturnTo, err
}

// subject is who somebody is at a provider.
type subject struct {
	ID       string   `json:"sub"`
	Email    string   `json:"email"`
	Verified any      `json:"email_verified"` // some write a word instead of a boolean
	Name     string   `json:"name"`
	Locale   string   `json:"locale"`
	Methods  []string `json:"amr"`
}

// secondFactor tells whether the provider says that it asked for two (RFC 8176).
func (s subject) secondFactor() bool { return slices.Contains(s.Methods, "mfa") }

func (s subject) verified() bool { return s.Verified == true || s.Verified == "true" }

// claims exchanges the code and checks the answer.
func (d *Directory) claims(ctx context.Context, s ssoState, back SSOCallback) (store.SSOProvider, subject, error) {
	var who subject
	p, config, provider, err := d.oauth(ctx, s.Provider)
	if err != nil {
		return p, who, err
	}
	no := &Error{Code: SSORefused, Message: p.Name + " did not confirm who you are; try again"}
	if back.Error != "" || back.Code == "" || (back.Issuer != "" && back.Issuer != p.Issuer) {
		return p, who, no
	}
	ctx = oidc.ClientContext(ctx, d.issuers.client)
	token, err := config.Exchange(ctx, back.Code, oauth2.VerifierOption(s.Verifier))
	if err != nil {
		return p, who, no
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return p, who, no
	}
	checked, err := provider.Verifier(&oidc.Config{ClientID: p.ClientID, Now: d.clock}).Verify(ctx, raw)
	if err != nil || subtle.ConstantTimeCompare([]byte(checked.Nonce), []byte(s.Nonce)) != 1 {
		return p, who, no
	}
	if err := checked.Claims(&who); err != nil || who.ID == "" {
		return p, who, no
	}
	if who.Email == "" && provider.UserInfoEndpoint() != "" {
		more, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err != nil || more.Subject != who.ID {
			return p, who, no
		}
		methods := who.Methods
		if err := more.Claims(&who); err != nil {
			return p, who, no
		}
		who.Methods = methods // only the signed token says how
	}
	return p, who, nil
}

// userOfSubject finds who a subject is here, or links or makes the user.
func (d *Directory) userOfSubject(ctx context.Context, p store.SSOProvider, who subject, linkTo string) (store.User, error) {
	u, err := d.store.Identities().UserBySubject(ctx, p.Issuer, who.ID)
	switch {
	case err == nil && linkTo != "" && linkTo != u.ID:
		return u, &Error{Code: SSORefused, Message: "this account at " + p.Name + " is another user's already"}
	case err == nil && !u.Active:
		return u, &Error{Code: SSORefused, Message: "the account is disabled; ask whoever invited you"}
	case err == nil || !errors.Is(err, store.ErrNotFound):
		return u, err
	case linkTo != "":
		return d.linkUser(ctx, p, who, linkTo, nil)
	}
	nobody := &Error{Code: SSORefused, Message: "nobody here has this account at " + p.Name + "; ask for an invitation, or sign in and link it"}
	email, err := normalEmail(who.Email)
	if err != nil || !who.verified() {
		return u, nobody
	}
	if _, domain, _ := strings.Cut(email, "@"); len(p.Domains) > 0 && !slices.Contains(p.Domains, domain) {
		return u, nobody
	}
	u, err = d.store.Identities().UserByEmail(ctx, email)
	switch {
	case err == nil && u.Active && u.JoinedAt.IsZero():
		return d.linkUser(ctx, p, who, u.ID, nobody)
	case err == nil:
		return u, nobody
	case !errors.Is(err, store.ErrNotFound):
		return u, err
	case !p.JustInTime:
		return u, nobody
	}
	return d.justInTime(ctx, p, who, email)
}

// linkUser links a subject to a user who is there, and refuses somebody who has
// joined where joined says how.
func (d *Directory) linkUser(ctx context.Context, p store.SSOProvider, who subject, user string, joined *Error) (u store.User, err error) {
	err = d.change(ctx, "link an account at "+p.Name, func(c store.IdentityChange) error {
		if u, err = c.User(ctx, user); err != nil {
			return err
		}
		if !u.Active {
			return &Error{Code: SSORefused, Message: "the account is disabled; ask whoever invited you"}
		}
		if joined != nil && !u.JoinedAt.IsZero() {
			return joined
		}
		return d.linkSubject(ctx, c, p, who, u)
	})
	return u, err
}

func (d *Directory) linkSubject(ctx context.Context, c store.IdentityChange, p store.SSOProvider, who subject, u store.User) error {
	linked, err := c.LinkSubject(ctx, p.Issuer, who.ID, u.ID, d.now())
	if err != nil {
		return err
	}
	if !linked { // by a sign-in at the same time
		return &Error{Code: SSORefused, Message: "this account at " + p.Name + " was linked meanwhile; try again"}
	}
	if err := c.DeleteLinks(ctx, u.ID); err != nil {
		return err
	}
	return c.Audit(ctx, store.AuditEntry{At: d.now(), By: u.Email, Action: "sso.link", Subject: "user/" + u.ID, Detail: p.Name + ", " + p.Issuer})
}

// justInTime makes a user of a subject.
func (d *Directory) justInTime(ctx context.Context, p store.SSOProvider, who subject, email string) (store.User, error) {
	u := store.User{ID: d.newID(), Kind: Person, Email: email, Name: shortened(who.Name), Locale: shortened(who.Locale), JoinedAt: d.now()}
	if _, err := d.create(ctx, u, p.Grants, func(c store.IdentityChange) error { return d.linkSubject(ctx, c, p, who, u) }); err != nil {
		return u, err
	}
	return d.store.Identities().User(ctx, u.ID)
}
