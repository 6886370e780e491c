package api

import (
	"cmp"
	"context"
	"encoding/json"
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
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

// ServiceAccount is an account at a vendor that a backend is asked about, and the
// project that it is for.
type ServiceAccount struct {
	ID           string            `json:"id" doc:"Of its credential"`
	Name         string            `json:"name" doc:"For people"`
	Provider     string            `json:"provider" doc:"The vendor"`
	Backend      string            `json:"backend" doc:"That is asked"`
	Schema       string            `json:"schema" doc:"Of its credential"`
	Organization string            `json:"organization" doc:"The project: customer/unit"`
	Fields       map[string]string `json:"fields" doc:"Of the credential, but for those that are secret"`
	Payer        string            `json:"payer,omitempty" doc:"Whose months its bills are"`
	Group        string            `json:"group,omitempty" doc:"The billing group that has what the payer's accounts use"`
	From         *billing.Day      `json:"from,omitempty" doc:"From which day on the billing group has it"`
	Accounts     []ReachedAccount  `json:"accounts" doc:"That it was seen to reach when it was verified last"`
	Standing     *SourceStanding   `json:"standing,omitempty" doc:"How reading it went last"`
}

// ListServiceAccounts lists the service accounts.
var ListServiceAccounts = Listing[*Desk, struct{}, ServiceAccount]{
	ID: "list-service-accounts", Path: "/vendor-accounts", Tag: "Backends", Title: "List the service accounts", Needs: access.ReadConfig,
	About: "The accounts at vendors that backends are asked about: for which project each is, when it was last read whole, how old that is, and why the last try failed.",
	Key:   func(a ServiceAccount) string { return a.ID },
	Do: func(ctx context.Context, d *Desk, _ struct{}) ([]ServiceAccount, error) {
		states, err := d.standings(ctx)
		if err != nil {
			return nil, err
		}
		reached, err := d.reachedAccounts(ctx)
		if err != nil {
			return nil, err
		}
		all := []ServiceAccount{}
		for _, c := range d.Declared.Credentials {
			if a, ok := serviceAccountOf(d.Declared, c); ok {
				if source, there := sourceOf(d.Declared, c.ID); there {
					standing := states[source.Name]
					a.Standing = &standing
				}
				a.Accounts = append(a.Accounts, reached[c.ID]...)
				all = append(all, a)
			}
		}
		return all, nil
	},
}

// reachedAccounts are what credentials were seen to reach, by their ids.
func (d *Desk) reachedAccounts(ctx context.Context) (map[string][]ReachedAccount, error) {
	seen, err := d.Store.ReachedAccounts(ctx)
	all := map[string][]ReachedAccount{}
	for _, x := range seen {
		all[x.Credential] = append(all[x.Credential], ReachedAccount{x.Account, x.Name})
	}
	return all, err
}

// sawReached keeps what a credential was seen to reach.
func (d *Desk) sawReached(ctx context.Context, credential string, accounts []ReachedAccount) error {
	seen := make([]store.ReachedAccount, len(accounts))
	for i, a := range accounts {
		seen[i] = store.ReachedAccount{Account: a.ID, Name: a.Name}
	}
	return d.Store.SawReached(ctx, credential, seen)
}

// serviceAccountOf is a credential of a backend as a service account.
func serviceAccountOf(c billing.Config, x billing.Credential) (ServiceAccount, bool) {
	backend, _, ok := collect.SchemaOf(x.Schema)
	if !ok {
		return ServiceAccount{}, false
	}
	a := ServiceAccount{
		ID: x.ID, Name: cmp.Or(x.Name, x.ID), Provider: x.Provider, Backend: backend, Schema: x.Schema, Organization: x.Organization, Fields: map[string]string{}, Accounts: []ReachedAccount{},
	}
	for name, text := range x.Fields {
		a.Fields[name] = text
	}
	if s, there := sourceOf(c, x.ID); there {
		a.Payer = s.Payer
		for _, g := range c.BillingGroups {
			for _, e := range g.Enrol {
				if e.Payer == s.Payer && e.To == nil {
					a.Group, a.From = g.ID, &e.From
				}
			}
		}
	}
	return a, true
}

// sourceOf is the source that is read with a credential of a backend.
func sourceOf(c billing.Config, credential string) (billing.Source, bool) {
	i := slices.IndexFunc(c.Sources, func(s billing.Source) bool {
		return s.Kind == billing.FromBackend && s.Credential == credential
	})
	if i < 0 {
		return billing.Source{}, false
	}
	return c.Sources[i], true
}

// SaveServiceAccountInput is a service account as it shall be.
type SaveServiceAccountInput struct {
	ID   string `path:"id" maxLength:"100" doc:"Of the credential, and of the source that is read with it" example:"hyper-shop"`
	Body SaveServiceAccountInputBody
}

// SaveServiceAccountInputBody says by what a backend comes into an account, and for whom.
type SaveServiceAccountInputBody struct {
	Backend      string            `json:"backend" maxLength:"100" doc:"That is asked, as declared" example:"hyper"`
	Name         string            `json:"name,omitempty" maxLength:"200" doc:"For people" example:"Hyper billing of the shop"`
	Provider     string            `json:"provider,omitempty" maxLength:"100" doc:"The vendor; that of the backend, which is the only one that it takes" example:"hyper"`
	Organization string            `json:"organization" minLength:"1" maxLength:"250" doc:"The project that it is for, customer/unit" example:"acme/shop"`
	Schema       string            `json:"schema,omitempty" maxLength:"200" doc:"Of the credential; where the backend has one only it need not be named" example:"hyper_key"`
	Fields       map[string]string `json:"fields,omitempty" doc:"Of the credential, as its schema asks for" example:"{\"Account\":\"4711\",\"Email\":\"billing@acme.example\"}"`
	Secrets      map[string]string `json:"secrets,omitempty" writeOnly:"true" doc:"Its secret fields: kept sealed, and never shown. Those that were saved before stay where they are not given" example:"{\"Key\":\"k-1\"}"`
	Payer        string            `json:"payer,omitempty" maxLength:"200" doc:"Whose months its bills are; one of the id of the service account where none is given" example:"hyper-shop"`
	Group        string            `json:"group,omitempty" maxLength:"100" doc:"The billing group of the project that has what is used; where the project has one it need not be named, and where it has none one is made" example:"acme-shop"`
	From         *billing.Day      `json:"from,omitempty" doc:"From which day on the project has it: given again it moves that day, earlier or later, and who had it before has it until then. Where none is given it stays as it is, or is the first of this month where the project does not have it yet" example:"2026-10-01"`
	InvoiceIDs   bool              `json:"invoice_ids,omitempty" doc:"The vendor's rows get invoice numbers when a month is final; without, a month is final when it is over" example:"false"`
	Forcing
}

// SavedServiceAccount is what was put in force.
type SavedServiceAccount struct {
	Account ServiceAccount  `json:"account" doc:"As it is in force"`
	Changes []config.Change `json:"changes" doc:"What it changed in the configuration"`
}

// SaveServiceAccount verifies a service account and puts it in force.
var SaveServiceAccount = Operation[*Desk, SaveServiceAccountInput, SavedServiceAccount]{
	ID: "save-service-account", Method: http.MethodPut, Path: "/vendor-accounts/{id}", Tag: "Backends", Title: "Save a service account", Needs: access.WriteConfig,
	About: "Lets the backend try the credential at its vendor, really, and then puts all of it in force at once: the credential, its payer, the source that is read with it, and that the project's billing group " +
		"has what the payer's accounts use, from a day on. A project without a billing group gets one, with currency, language and template of another one of the customer. " +
		"Refused with the backend's own sentence where the vendor does not accept the credential, and where it would change a closed month, unless that is forced; nothing is changed then.",
	Do: func(ctx context.Context, d *Desk, in SaveServiceAccountInput) (SavedServiceAccount, error) {
		b, err := d.backend(in.Body.Backend)
		if err != nil {
			return SavedServiceAccount{}, err
		}
		now, err := d.Config(ctx)
		if err != nil {
			return SavedServiceAccount{}, err
		}
		if in.Body.Provider != "" && in.Body.Provider != b.Provider {
			return SavedServiceAccount{}, invalid("body.provider", "is %q, and backend %s tells of %s", in.Body.Provider, b.Name, b.Provider)
		}
		if o, ok := access.TreeOf(now).Organization(in.Body.Organization); !ok || o.Kind != access.KindUnit {
			return SavedServiceAccount{}, invalid("body.organization", "%q is no project; name the unit of a customer that pays for it, as customer/unit", in.Body.Organization)
		}
		keys, err := d.Keys(ctx)
		if err != nil {
			return SavedServiceAccount{}, err
		}
		made, secrets, accounts, err := d.triedAccount(ctx, keys, now, b, in)
		if err != nil {
			return SavedServiceAccount{}, err
		}
		w := &wish{now: now}
		if err := w.serviceAccount(d, b, made, in, accounts); err != nil {
			return SavedServiceAccount{}, err
		}
		changes, err := d.declareSealed(ctx, keys, made, secrets, declaring{wanted: w.wanted, Forcing: in.Body.Forcing})
		if err != nil {
			return SavedServiceAccount{}, err
		}
		if err := d.sawReached(ctx, made.ID, accounts); err != nil {
			return SavedServiceAccount{}, err
		}
		after, err := d.Config(ctx)
		if err != nil {
			return SavedServiceAccount{}, err
		}
		account, _ := serviceAccountOf(after, made)
		account.Accounts = accounts
		return SavedServiceAccount{account, changes}, nil
	},
}

// triedAccount makes the credential of a service account and lets the backend try it.
func (d *Desk) triedAccount(ctx context.Context, keys *secret.Keyring, now billing.Config, b billing.Backend, in SaveServiceAccountInput) (made billing.Credential, secrets map[string]secret.Text, accounts []ReachedAccount, err error) {
	says, err := d.Pipeline.Collector().Describe(ctx, b)
	if err != nil {
		return made, nil, nil, outside(err)
	}
	schema := strings.TrimPrefix(strings.TrimPrefix(in.Body.Schema, collect.SchemaPrefix+b.Name), "/")
	if schema, err = collect.OneSchema(says, schema); err != nil {
		return made, nil, nil, invalid("body.schema", "%s", err)
	}
	made = billing.Credential{
		ID: in.ID, Name: in.Body.Name, Organization: in.Body.Organization, Purpose: billing.AccountCredential, Provider: b.Provider, Schema: collect.SchemaPrefix + b.Name,
	}
	if len(says.Schemas) > 1 {
		made.Schema += "/" + schema
	}
	given := map[string]secret.Text{}
	if was, there := credential.Of(now, in.ID); there {
		if name, _, ok := collect.SchemaOf(was.Schema); !ok || name != b.Name {
			return made, nil, nil, &Problem{Code: "refused", Detail: fmt.Sprintf("credential %s is there already, of schema %s; choose another id", was.ID, was.Schema)}
		}
		opened, err := credential.Open(ctx, keys, was)
		if err != nil {
			return made, nil, nil, err
		}
		for name, text := range opened.Secrets {
			given[name] = text
		}
	}
	for _, of := range []map[string]string{in.Body.Fields, in.Body.Secrets} {
		for name, text := range of {
			given[name] = secret.TextOf(text)
		}
	}
	form, err := collect.FormOf(says.Schemas[schema])
	if err != nil {
		return made, nil, nil, &Problem{Code: "refused", Detail: fmt.Sprintf("backend %s describes its credentials in a way that cannot be read; ask who makes it", b.Name)}
	}
	var faults []collect.Fault
	if made.Fields, secrets, faults = collect.Divide(form, given); len(faults) > 0 {
		p := invalid("body.fields."+faults[0].At, "%s", faults[0].Says)
		for _, f := range faults[1:] {
			p.Errors = append(p.Errors, Fault{Location: "body.fields." + f.At, Message: f.Says})
		}
		return made, nil, nil, p
	}
	all := map[string]secret.Text{}
	for name, text := range given {
		if !text.IsZero() && text.Reveal() != "" {
			all[name] = text
		}
	}
	accounts, err = d.try(ctx, b, plugin.Credential{Schema: schema, Fields: all})
	if reason, refused := collect.IsRefused(err); refused {
		return made, nil, nil, invalid("body.fields", "%s", reason)
	}
	if err != nil {
		return made, nil, nil, outside(err)
	}
	if len(accounts) == 1 && !strings.ContainsAny(accounts[0].ID, " \t\r\n") && !strings.HasPrefix(accounts[0].ID, "/") {
		made.Account = accounts[0].ID
	}
	return made, secrets, accounts, nil
}

// declareSealed puts something in force together with what is secret of a credential.
// Where it cannot be put in force, the secret is what it was before.
func (d *Desk) declareSealed(ctx context.Context, keys *secret.Keyring, of billing.Credential, secrets map[string]secret.Text, how declaring) ([]config.Change, error) {
	dry := how
	dry.dry = true
	if _, err := d.declare(ctx, dry); err != nil {
		return nil, err
	}
	before, err := credential.Open(ctx, keys, of)
	if err != nil {
		return nil, err
	}
	if err := credential.Save(ctx, keys, of, secrets, d.User); err != nil {
		return nil, err
	}
	changes, err := d.declare(ctx, how)
	if err != nil {
		return nil, errors.Join(err, credential.Save(context.WithoutCancel(ctx), keys, of, before.Secrets, d.User))
	}
	return changes, nil
}

// wish is a part of a configuration that shall be in force.
type wish struct {
	now    billing.Config
	wanted billing.Config
}

// put adds a resource, with the defaults that the configuration's file gives it.
func (w *wish) put(kind string, resource any) error {
	text, err := json.Marshal(resource)
	if err != nil {
		return err
	}
	one, _, err := config.DecodeResource(kind, text)
	if err != nil {
		return err
	}
	w.wanted.Credentials = append(w.wanted.Credentials, one.Credentials...)
	w.wanted.Payers = append(w.wanted.Payers, one.Payers...)
	w.wanted.Sources = append(w.wanted.Sources, one.Sources...)
	w.wanted.BillingGroups = append(w.wanted.BillingGroups, one.BillingGroups...)
	return nil
}
