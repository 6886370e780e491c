package identity

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

// Provider is an issuer of OpenID Connect that users may sign in with. Its client
// secret is never returned.
type Provider struct {
	ID           string         `json:"id"`
	Name         string         `json:"name"` // on the button
	Issuer       string         `json:"issuer"`
	ClientID     string         `json:"client_id"`
	Domains      []string       `json:"domains"`       // of e-mail addresses that it may vouch for; none is any, but with JustInTime
	JustInTime   bool           `json:"just_in_time"`  // whoever signs in there the first time is made a user
	Grants       []access.Grant `json:"grants"`        // of those users
	SecondFactor bool           `json:"second_factor"` // it asks for a second factor itself, so that none is asked for here
	Active       bool           `json:"active"`
	CreatedAt    time.Time      `json:"created_at"`
	UpdatedAt    time.Time      `json:"updated_at"`
	Version      int64          `json:"version"`
}

func providerOf(p store.SSOProvider) Provider {
	return Provider{
		ID: p.ID, Name: p.Name, Issuer: p.Issuer, ClientID: p.ClientID, Domains: p.Domains, JustInTime: p.JustInTime, Grants: append([]access.Grant{}, p.Grants...),
		SecondFactor: p.SecondFactor, Active: p.Active, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt, Version: p.Version,
	}
}

// Providers returns all providers, by name.
func (d *Directory) Providers(ctx context.Context) ([]Provider, error) {
	all, err := d.store.Identities().SSOProviders(ctx)
	if err != nil {
		return nil, err
	}
	providers := make([]Provider, len(all))
	for i, p := range all {
		providers[i] = providerOf(p)
	}
	slices.SortFunc(providers, func(a, b Provider) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return providers, nil
}

// CallbackURL is what providers of single sign-on must be told to send browsers
// back to.
func (d *Directory) CallbackURL() string { return d.options.Origin + d.options.Callback }

// SaveProvider puts a provider on record: a new one where its version is 0, with the
// ID it has or else one made here, else in the place of the version that was read.
// An empty secret leaves the one that is there. The issuer is asked whether it is
// one; times and version are set here. The caller asks access whether the actor may give the grants.
func (d *Directory) SaveProvider(ctx context.Context, p Provider, clientSecret secret.Text) (Provider, error) {
	if err := d.noOrigin(); err != nil {
		return Provider{}, err
	}
	if err := d.checkProvider(&p); err != nil {
		return Provider{}, err
	}
	if p.Active {
		if _, err := d.issuers.find(ctx, p.Issuer, d.now()); err != nil {
			return Provider{}, err
		}
	}
	isNew := p.Version == 0
	if isNew && clientSecret.IsZero() {
		return Provider{}, invalid("the provider needs its client secret")
	}
	p.ID = cmp.Or(p.ID, d.newID())
	var saved store.SSOProvider
	err := d.change(ctx, "save single sign-on with "+p.Name, func(c store.IdentityChange) error {
		row := store.SSOProvider{
			ID: p.ID, Name: p.Name, Issuer: p.Issuer, ClientID: p.ClientID, Domains: p.Domains, Grants: p.Grants, JustInTime: p.JustInTime,
			SecondFactor: p.SecondFactor, Active: p.Active, CreatedAt: d.now(), UpdatedAt: d.now(), Version: p.Version,
		}
		before, err := c.SSOProvider(ctx, p.ID)
		switch {
		case isNew && errors.Is(err, store.ErrNotFound):
		case err != nil:
			return err
		case before.Version != p.Version:
			return fmt.Errorf("single sign-on provider %s %w", p.ID, store.ErrChangedMeanwhile)
		default:
			row.Secret, row.CreatedAt = before.Secret, before.CreatedAt
		}
		detail := p.Name + ", " + p.Issuer
		if !clientSecret.IsZero() {
			var err error
			if row.Secret, err = d.keys.Seal([]byte(clientSecret.Reveal()), "sso/"+p.ID); err != nil {
				return err
			}
			detail += ", with another secret"
		}
		if err := c.SaveSSOProvider(ctx, row); err != nil {
			return err
		}
		saved = row
		saved.Version++
		return d.audit(ctx, c, "sso.put", "sso/"+p.ID, detail)
	})
	return providerOf(saved), err
}

func (d *Directory) checkProvider(p *Provider) (err error) {
	if p.Name, err = line("name", p.Name); err != nil {
		return err
	}
	if p.ClientID, err = line("client id", p.ClientID); err != nil {
		return err
	}
	issuer, err := url.Parse(p.Issuer)
	switch {
	case err != nil || issuer.RawQuery != "" || issuer.Fragment != "":
		return invalid("the issuer %q is no address", p.Issuer)
	case p.Name == "" || p.ClientID == "":
		return invalid("a provider needs a name for its button and the client id that it gave")
	case p.JustInTime && (len(p.Domains) == 0 || len(p.Grants) == 0):
		return invalid("a provider that makes users needs the domains of their e-mail addresses and the grants they get")
	}
	if err := d.issuers.checkURL(issuer); err != nil {
		return invalid("the issuer: %v", err)
	}
	for i, domain := range p.Domains {
		p.Domains[i] = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(domain), "@"))
		if _, err := normalEmail("x@" + p.Domains[i]); err != nil {
			return invalid("%q is no domain of e-mail addresses", domain)
		}
	}
	_, err = d.granted(context.Background(), nil, p.Grants)
	return err
}

// RemoveProvider removes a provider. Who has signed in there keeps the account.
func (d *Directory) RemoveProvider(ctx context.Context, id string) error {
	return d.change(ctx, "remove single sign-on provider "+id, func(c store.IdentityChange) error {
		if err := c.DeleteSSOProvider(ctx, id); err != nil {
			return err
		}
		return d.audit(ctx, c, "sso.remove", "sso/"+id, "")
	})
}
