package api

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/identity"
	"github.com/sluice-billing/sluice/internal/secret"
)

// providerOperations set up single sign-on.
var providerOperations = []described{ListProviders, SaveProvider, RemoveProvider}

// ListProviders lists the providers of single sign-on.
var ListProviders = Listing[*Desk, struct{}, identity.Provider]{
	ID: "list-providers", Path: "/sign-on-providers", Tag: "People", Title: "List providers of single sign-on", Needs: access.WriteSecrets,
	About: "The OpenID Connect providers that users can sign in with; never their secrets.",
	Key:   func(p identity.Provider) string { return p.ID },
	Do: func(ctx context.Context, d *Desk, _ struct{}) ([]identity.Provider, error) {
		people, err := d.session.people()
		if err != nil {
			return nil, err
		}
		return people.Providers(ctx)
	},
}

// ProviderInput is a provider of single sign-on.
type ProviderInput struct {
	ID   string `path:"id" maxLength:"80" pattern:"^[a-z0-9][a-z0-9-]*$" doc:"A short name, part of the address"`
	Body struct {
		Name         string         `json:"name" minLength:"1" maxLength:"100" doc:"What the button says"`
		Issuer       string         `json:"issuer" maxLength:"500" doc:"The provider's issuer, https://…" example:"https://login.example.com"`
		ClientID     string         `json:"client_id" maxLength:"500"`
		ClientSecret string         `json:"client_secret,omitempty" maxLength:"2000" doc:"Kept encrypted, and never shown; the one before stays where it is not given"`
		Domains      []string       `json:"domains,omitempty" maxItems:"100" doc:"The domains of e-mail addresses that it may vouch for"`
		JustInTime   bool           `json:"just_in_time,omitempty" doc:"Whoever signs in there the first time is made a user"`
		Grants       []access.Grant `json:"grants,omitempty" maxItems:"100" doc:"What those users may do"`
		SecondFactor bool           `json:"second_factor,omitempty" doc:"The provider asks for a second factor itself"`
		Active       bool           `json:"active"`
	}
}

// SaveProvider sets up a provider of single sign-on.
var SaveProvider = Operation[*Desk, ProviderInput, identity.Provider]{
	ID: "save-provider", Method: http.MethodPut, Path: "/sign-on-providers/{id}", Tag: "People", Title: "Set up a provider of single sign-on", Needs: access.WriteSecrets,
	About: "Any OpenID Connect provider. It is asked for its configuration at once, and refused where that cannot be read. Only addresses that are open to the Internet are asked, unless the server allows others.",
	Do: func(ctx context.Context, d *Desk, in ProviderInput) (identity.Provider, error) {
		people, err := d.session.people()
		if err != nil {
			return identity.Provider{}, err
		}
		if err := d.session.grantable([]string{access.Root}, in.Body.Grants); err != nil {
			return identity.Provider{}, err
		}
		p := identity.Provider{
			ID: in.ID, Name: in.Body.Name, Issuer: in.Body.Issuer, ClientID: in.Body.ClientID, Domains: in.Body.Domains,
			JustInTime: in.Body.JustInTime, Grants: in.Body.Grants, SecondFactor: in.Body.SecondFactor, Active: in.Body.Active,
		}
		before, err := people.Providers(ctx)
		if err != nil {
			return identity.Provider{}, err
		}
		for _, b := range before {
			if b.ID == in.ID {
				p.Version = b.Version
			}
		}
		saved, err := people.SaveProvider(ctx, p, secret.TextOf(in.Body.ClientSecret))
		if refused := new(identity.Error); errors.As(err, &refused) && refused.Code == identity.SSOUnreachable {
			err = invalid("body.issuer", "%s", refused.Message)
		}
		return saved, err
	},
}

// RemoveProvider takes a provider away.
var RemoveProvider = Operation[*Desk, ByID, Done]{
	ID: "remove-provider", Method: http.MethodDelete, Path: "/sign-on-providers/{id}", Tag: "People", Title: "Take a provider of single sign-on away", Needs: access.WriteSecrets,
	About: "Users who signed in there need a password, or another provider.",
	Do: func(ctx context.Context, d *Desk, in ByID) (Done, error) {
		people, err := d.session.people()
		if err != nil {
			return Done{}, err
		}
		return Done{true}, people.RemoveProvider(ctx, in.ID)
	},
}

// ssoCookie binds a sign-in at a provider to the browser that began it.
const ssoCookie = "sluice_sso"

// serveSSO offers the two pages that a browser is led over: to the provider, and
// back.
func (s *Service) serveSSO(mux *http.ServeMux) {
	mux.HandleFunc("GET "+Base+"/sign-in/sso/{provider}", func(w http.ResponseWriter, r *http.Request) {
		o := identity.SSOOrder{Provider: r.PathValue("provider"), ReturnTo: r.URL.Query().Get("return_to")}
		if session := sessionOf(r.Context()); session != nil && r.URL.Query().Get("link") != "" && session.Who.SessionID != "" {
			o.LinkTo = session.Who.UserID
		}
		start, err := s.People.BeginSSO(r.Context(), o, visit(r.Context()))
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		const tenMinutes = 600
		http.SetCookie(w, &http.Cookie{Name: ssoCookie, Value: start.Browser, Path: Base + "/sign-in/sso", MaxAge: tenMinutes, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode})
		http.Redirect(w, r, start.URL, http.StatusSeeOther)
	})
	mux.HandleFunc("GET "+Base+"/sign-in/sso/callback", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		back := identity.SSOCallback{State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Error: q.Get("error")}
		if c, err := r.Cookie(ssoCookie); err == nil {
			back.Browser = c.Value
		}
		http.SetCookie(w, &http.Cookie{Name: ssoCookie, Path: Base + "/sign-in/sso", MaxAge: -1, HttpOnly: true, Secure: s.Secure})
		done, returnTo, err := s.People.FinishSSO(r.Context(), back, visit(r.Context()))
		if err != nil && strings.Contains(r.Header.Get("Accept"), "text/html") {
			p, _ := ProblemOf(err)
			http.Redirect(w, r, "/sign-in#problem="+p.Code, http.StatusSeeOther)
			return
		}
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		if done.Cookie != "" {
			http.SetCookie(w, s.cookie(done.Cookie, done.Session.ExpiresAt))
		} else if done.Pending != "" {
			returnTo = "/sign-in#pending=" + done.Pending
		}
		if !strings.HasPrefix(returnTo, "/") || strings.HasPrefix(returnTo, "//") {
			returnTo = "/"
		}
		http.Redirect(w, r, returnTo, http.StatusSeeOther)
	})
}
