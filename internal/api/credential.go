package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/collect"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/credential"
	"github.com/sluice-billing/sluice/internal/plugin"
	"github.com/sluice-billing/sluice/internal/probe"
	"github.com/sluice-billing/sluice/internal/secret"
)

// credentialOperations keep and try what Sluice comes into accounts with.
var credentialOperations = []described{ListCredentials, SaveCredential, RemoveCredential, VerifyCredential, ResolveCredential}

// CredentialRow is a credential without its secrets.
type CredentialRow struct {
	billing.Credential
	Sealed  bool     `json:"sealed" doc:"Secret fields are kept of it"`
	Sources []string `json:"sources" doc:"What is read with it"`
}

// ListCredentials lists by what Sluice comes into accounts.
var ListCredentials = Listing[*Desk, struct{}, CredentialRow]{
	ID: "list-credentials", Path: "/credentials", Tag: "Configuration", Title: "List the credentials", Needs: access.ReadConfig,
	About: "By what Sluice comes into accounts at providers and vendors, whose each is and what is read with it; never their secrets. Nobody is asked.",
	Key:   func(c CredentialRow) string { return c.ID },
	Do: func(ctx context.Context, d *Desk, _ struct{}) ([]CredentialRow, error) {
		return d.credentials(ctx, d.Declared)
	},
}

func (d *Desk) credentials(ctx context.Context, c billing.Config) ([]CredentialRow, error) {
	rows := []CredentialRow{}
	if len(c.Credentials) == 0 {
		return rows, nil
	}
	keys, err := d.Keys(ctx)
	if err != nil {
		return nil, err
	}
	names, err := keys.Names(ctx)
	if err != nil {
		return nil, err
	}
	for _, x := range c.Credentials {
		row := CredentialRow{Credential: x, Sources: []string{}, Sealed: slices.ContainsFunc(names, func(n secret.Named) bool { return n.Name == x.SecretName() })}
		for _, s := range c.Sources {
			if s.Credential == x.ID {
				row.Sources = append(row.Sources, s.Name)
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// OneCredential names a credential.
type OneCredential struct {
	ID string `path:"id" maxLength:"80" doc:"The credential, as declared" example:"payer-a"`
}

// SaveCredentialInput is a credential as it shall be.
type SaveCredentialInput struct {
	OneCredential
	Body struct {
		Name         string            `json:"name,omitempty" maxLength:"200" doc:"For people" example:"Payer A"`
		Organization string            `json:"organization,omitempty" maxLength:"250" doc:"Whose it is: a customer, customer/unit, or the reseller where it is not given" example:"reseller"`
		Purpose      string            `json:"purpose,omitempty" enum:"pricing,account" doc:"pricing reads bills and prices, account is one that is used; pricing where it is not given" example:"pricing"`
		Provider     string            `json:"provider,omitempty" maxLength:"80" doc:"At whom, such as aws; that of the schema, or of its backend, where it is not given" example:"aws"`
		Schema       string            `json:"schema" maxLength:"250" doc:"Which fields it has; see list-credential-schemas" example:"aws-role"`
		Account      string            `json:"account,omitempty" maxLength:"200" doc:"The provider's id of the account that it is of; what the provider says where it is not given" example:"111122223333"`
		BillingOnly  bool              `json:"billing_only,omitempty" doc:"The account is known by its id alone, and opens nothing"`
		Fields       map[string]string `json:"fields,omitempty" doc:"Those that are no secret" example:"{\"role_arn\":\"arn:aws:iam::111122223333:role/sluice\",\"external_id\":\"quiet-river-17\"}"`
		Secrets      map[string]string `json:"secrets,omitempty" writeOnly:"true" doc:"Its secret fields: kept sealed, and never shown. Those that were saved before stay where they are not given; an empty one is forgotten" example:"{\"secret_access_key\":\"…\"}"`
		Unverified   bool              `json:"unverified,omitempty" doc:"Save it also where it does not work yet"`
		Forcing
	}
}

// SavedCredential is what was put in force.
type SavedCredential struct {
	Credential CredentialRow       `json:"credential" doc:"As it is in force"`
	Verified   credential.Verified `json:"verified" doc:"What it reaches"`
	Problem    string              `json:"problem,omitempty" doc:"Why it does not work, where it was saved nevertheless"`
	Changes    []config.Change     `json:"changes" doc:"What it changed in the configuration"`
}

// SaveCredential verifies a credential and puts it in force.
var SaveCredential = Operation[*Desk, SaveCredentialInput, SavedCredential]{
	ID: "save-credential", Method: http.MethodPut, Path: "/credentials/{id}", Tag: "Configuration", Title: "Save a credential", Needs: access.WriteConfig,
	About: "Tries it really, where there is somebody to ask: AWS says whom its keys and its role make of Sluice, a backend tries it at its vendor. Then it is put in force, with its secrets sealed. " +
		"Refused where it does not work, unless `unverified` is given; nothing is changed then.",
	Do: func(ctx context.Context, d *Desk, in SaveCredentialInput) (out SavedCredential, err error) {
		now, err := d.Config(ctx)
		if err != nil {
			return out, err
		}
		keys, err := d.Keys(ctx)
		if err != nil {
			return out, err
		}
		o, err := in.wanted(ctx, keys, now)
		if err != nil {
			return out, err
		}
		if o, err = d.byForm(ctx, now, o); err != nil {
			return out, err
		}
		if problems := credential.Check(o, d.Now().UTC()); len(problems) > 0 {
			return out, fieldProblem(problems)
		}
		dry := declaring{wanted: billing.Config{Credentials: []billing.Credential{o.Credential}}, Forcing: in.Body.Forcing, dry: true}
		if _, err := d.declare(ctx, dry); err != nil {
			return out, err
		}
		verified, err := credential.Verify(ctx, o, d.Now().UTC(), probe.Verifiers(d.Installation, now))
		var refused *credential.RefusedError
		switch {
		case errors.As(err, &refused) && in.Body.Unverified:
			out.Problem = refused.Error()
		case err != nil:
			return out, err
		}
		out.Verified = verified
		o.Account = cmp.Or(o.Account, verified.Account)
		out.Changes, err = d.declareSealed(ctx, keys, o.Credential, o.Secrets, declaring{wanted: billing.Config{Credentials: []billing.Credential{o.Credential}}, Forcing: in.Body.Forcing})
		if err != nil {
			return out, err
		}
		now.Credentials = []billing.Credential{o.Credential}
		rows, err := d.credentials(ctx, now)
		if err != nil {
			return out, err
		}
		out.Credential = rows[0]
		return out, nil
	},
}

// wanted is the credential as it is asked for, with the secrets that stay.
func (in SaveCredentialInput) wanted(ctx context.Context, keys *secret.Keyring, now billing.Config) (credential.Opened, error) {
	b := in.Body
	if name, _, ok := collect.SchemaOf(b.Schema); ok && b.Provider == "" {
		if backend, err := collect.BackendOf(now, name); err == nil {
			b.Provider = backend.Provider
		}
	}
	o := credential.Opened{Secrets: map[string]secret.Text{}, Credential: billing.Credential{
		ID: in.ID, Name: b.Name, Organization: cmp.Or(b.Organization, access.Root), Purpose: cmp.Or(b.Purpose, billing.PricingCredential), Provider: cmp.Or(b.Provider, credential.ProviderOf(b.Schema)),
		Schema: b.Schema, Account: b.Account, BillingOnly: b.BillingOnly, Fields: b.Fields,
	}}
	if in.ID != strings.ToLower(in.ID) {
		return o, invalid("path.id", "%q has capital letters; write the id of a credential in small ones", in.ID)
	}
	if was, there := credential.Of(now, in.ID); there && was.Schema == b.Schema {
		kept, err := credential.Open(ctx, keys, was)
		if err != nil {
			return o, err
		}
		o.Secrets = kept.Secrets
	}
	for name, text := range b.Secrets {
		if o.Secrets[name] = secret.TextOf(text); text == "" {
			delete(o.Secrets, name)
		}
	}
	return o, nil
}

// fieldProblem says which fields of a credential are wrong.
func fieldProblem(problems []credential.FieldProblem) *Problem {
	at := func(p credential.FieldProblem) string {
		switch p.Field {
		case "schema", "provider", "account":
			return "body." + p.Field
		}
		return "body.fields." + p.Field
	}
	out := invalid(at(problems[0]), "%s", problems[0].Says)
	for _, p := range problems[1:] {
		out.Errors = append(out.Errors, Fault{Location: at(p), Message: p.Says})
	}
	return out
}

// RemoveCredential takes a credential away.
var RemoveCredential = Operation[*Desk, OneCredential, Applied]{
	ID: "remove-credential", Method: http.MethodDelete, Path: "/credentials/{id}", Tag: "Configuration", Title: "Remove a credential", Needs: access.WriteConfig,
	About: "Takes it out of the configuration, and forgets its secrets. Refused while a source names it.",
	Do: func(ctx context.Context, d *Desk, in OneCredential) (Applied, error) {
		c, err := d.credential(ctx, in.ID)
		if err != nil {
			return Applied{}, err
		}
		keys, err := d.Keys(ctx)
		if err != nil {
			return Applied{}, err
		}
		changes, err := d.declare(ctx, declaring{remove: &OneResource{OfKind: OfKind{Kind: "credentials"}, ID: in.ID}})
		if err != nil {
			return Applied{}, err
		}
		return Applied{changes}, credential.Save(ctx, keys, c, nil, d.User)
	},
}

// credential finds a declared one.
func (d *Desk) credential(ctx context.Context, id string) (billing.Credential, error) {
	now, err := d.Config(ctx)
	if err != nil {
		return billing.Credential{}, err
	}
	c, there := credential.Of(now, id)
	if !there {
		return c, &Problem{Code: "not-found", Detail: fmt.Sprintf("no credential is called %q; `sluice credential list` lists the declared ones", id)}
	}
	return c, nil
}

// VerifiedCredential is what came of trying a credential.
type VerifiedCredential struct {
	ID       string              `json:"id" doc:"The credential"`
	OK       bool                `json:"ok" doc:"It works, as far as somebody can be asked"`
	Part     string              `json:"part,omitempty" enum:"fields,keys,role,account" doc:"What of it does not work"`
	Says     string              `json:"says" doc:"What is so, for people"`
	Advice   string              `json:"advice,omitempty" doc:"What to do, where it does not work"`
	Verified credential.Verified `json:"verified" doc:"What it reaches"`
}

// VerifyCredential tries a credential.
var VerifyCredential = Operation[*Desk, OneCredential, VerifiedCredential]{
	ID: "verify-credential", Method: http.MethodPost, Path: "/credentials/{id}/verify", Tag: "Configuration", Title: "Try a credential", Needs: access.RunMonths,
	About: "Asks AWS, or the backend, whether it works, really. One that does not is no error: the answer says why, and what to do. Keys of Google and signatures of Azure are looked at alone; check-source opens a bucket with them.",
	Do: func(ctx context.Context, d *Desk, in OneCredential) (VerifiedCredential, error) {
		out := VerifiedCredential{ID: in.ID, Verified: credential.Verified{Accounts: []plugin.Account{}}}
		c, err := d.credential(ctx, in.ID)
		if err != nil {
			return out, err
		}
		keys, err := d.Keys(ctx)
		if err != nil {
			return out, err
		}
		o, err := credential.Open(ctx, keys, c)
		if err != nil {
			return out, err
		}
		verified, err := credential.Verify(ctx, o, d.Now().UTC(), probe.Verifiers(d.Installation, d.Declared))
		var refused *credential.RefusedError
		if errors.As(err, &refused) {
			out.Part, out.Says, out.Advice = refused.Part, refused.Says, refused.Advice
			return out, nil
		}
		out.OK, out.Says, out.Verified = err == nil, verified.Says, verified
		return out, err
	},
}

// ResolvingQuery says whose credential is looked for.
type ResolvingQuery struct {
	Organization string `query:"organization" required:"true" maxLength:"250" doc:"reseller, a customer, or customer/unit" example:"acme/shop"`
	Provider     string `query:"provider" required:"true" maxLength:"80" doc:"At whom" example:"aws"`
}

// ResolvedCredential is the credential of an organization, and how it was found.
type ResolvedCredential struct {
	Organization string            `json:"organization"`
	Provider     string            `json:"provider"`
	Credential   string            `json:"credential,omitempty" doc:"The one that is taken; not there where there is none"`
	Stops        []credential.Stop `json:"stops" doc:"Where it was looked for, in this order"`
}

// ResolveCredential says by which credential an organization's bills are read.
var ResolveCredential = Operation[*Desk, ResolvingQuery, ResolvedCredential]{
	ID: "resolve-credential", Method: http.MethodGet, Path: "/credential-trail", Tag: "Configuration", Title: "Say which credential is taken", Needs: access.ReadConfig, Kept: true,
	About: "By which credential the bills of an organization are read at a provider: its own pricing credential, else that of those above it up to the reseller, else its own account's. Says where it was looked for.",
	Do: func(_ context.Context, d *Desk, in ResolvingQuery) (ResolvedCredential, error) {
		if _, known := access.TreeOf(d.Declared).Organization(in.Organization); !known {
			return ResolvedCredential{}, invalid("query.organization", "%q is no organization; use reseller, the id of a customer, or customer/unit", in.Organization)
		}
		out := ResolvedCredential{in.Organization, in.Provider, "", credential.Trail(d.Declared, in.Organization, in.Provider)}
		for _, s := range out.Stops {
			if s.Taken {
				out.Credential = s.Credential
			}
		}
		return out, nil
	},
}
