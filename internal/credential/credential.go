// Package credential keeps by what Sluice comes into accounts at providers: which
// fields each kind has, which of several is taken, what is secret of them, and what
// they open.
package credential

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

// Schemas of credentials that Sluice opens by itself.
const (
	AWSRole    = "aws-role"    // role_arn, external_id: assumed by the identity that Sluice runs as
	AWSKey     = "aws-key"     // access_key_id, and secret_access_key, which is secret; role_arn and external_id where the keys assume a role
	AWSAccount = "aws-account" // nothing but the account's id: billing only
	GoogleKey  = "google-key"  // key, secret: JSON key of a service account
	AzureSAS   = "azure-sas"   // signature, secret: a shared access signature of a container
)

// Field is one of a credential.
type Field struct {
	Name   string `json:"name"`
	Secret bool   `json:"secret,omitempty"` // kept sealed, and never shown
	Needed bool   `json:"needed,omitempty"`
}

// Known lists the fields of the schemas that Sluice opens by itself.
func Known() map[string][]Field {
	return map[string][]Field{
		AWSRole:    {{"role_arn", false, true}, {"external_id", false, true}},
		AWSKey:     {{"access_key_id", false, true}, {"secret_access_key", true, true}, {"role_arn", false, false}, {"external_id", false, false}},
		AWSAccount: {},
		GoogleKey:  {{"key", true, true}},
		AzureSAS:   {{"signature", true, true}},
	}
}

// Opened is a credential with all its fields.
type Opened struct {
	billing.Credential
	Secrets map[string]secret.Text
}

// Field returns a field, whether it is secret or not; empty where it is not given.
func (o Opened) Field(name string) secret.Text {
	if text, ok := o.Secrets[name]; ok {
		return text
	}
	return secret.TextOf(o.Fields[name])
}

// All are its fields, those that are secret and those that are not.
func (o Opened) All() map[string]secret.Text {
	all := maps.Clone(o.Secrets)
	if all == nil {
		all = map[string]secret.Text{}
	}
	for name, text := range o.Fields {
		if _, hidden := all[name]; !hidden {
			all[name] = secret.TextOf(text)
		}
	}
	return all
}

// Open reads the secret fields of a credential. One without secrets has none.
func Open(ctx context.Context, keys *secret.Keyring, c billing.Credential) (Opened, error) {
	o := Opened{Credential: c, Secrets: map[string]secret.Text{}}
	sealed, err := keys.Get(ctx, c.SecretName())
	switch {
	case errors.Is(err, store.ErrNotFound):
		return o, nil
	case err != nil:
		return o, fmt.Errorf("credential %s: %w", c.ID, err)
	}
	texts := map[string]string{}
	if err := json.Unmarshal([]byte(sealed.Reveal()), &texts); err != nil {
		return o, fmt.Errorf("the secret of credential %s cannot be read; save it again", c.ID)
	}
	for name, text := range texts {
		o.Secrets[name] = secret.TextOf(text)
	}
	return o, nil
}

// Save keeps the secret fields of a credential, in the place of those before. Without
// any, what was kept is forgotten.
func Save(ctx context.Context, keys *secret.Keyring, c billing.Credential, fields map[string]secret.Text, by string) error {
	if len(fields) == 0 {
		err := keys.Delete(ctx, c.SecretName(), by)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	}
	texts := map[string]string{}
	for name, text := range fields {
		texts[name] = text.Reveal()
	}
	data, err := json.Marshal(texts)
	if err != nil {
		return err
	}
	return keys.Set(ctx, c.SecretName(), secret.TextOf(string(data)), by)
}

// Of finds a credential by its id.
func Of(c billing.Config, id string) (billing.Credential, bool) {
	i := slices.IndexFunc(c.Credentials, func(x billing.Credential) bool { return x.ID == id })
	if i < 0 {
		return billing.Credential{}, false
	}
	return c.Credentials[i], true
}

// Nearest finds by which credential an organization reads bills of a provider: the
// pricing credential of its own, of those above it, unit by unit up to the customer
// and the reseller, else its own account's, unless that is for billing only.
func Nearest(c billing.Config, organization, provider string) (billing.Credential, bool) {
	tree := access.TreeOf(c)
	at := func(id, purpose string) (billing.Credential, bool) {
		i := slices.IndexFunc(c.Credentials, func(x billing.Credential) bool {
			return x.Organization == id && x.Purpose == purpose && x.Provider == provider && !x.BillingOnly
		})
		if i < 0 {
			return billing.Credential{}, false
		}
		return c.Credentials[i], true
	}
	for id := organization; id != ""; {
		if x, ok := at(id, billing.PricingCredential); ok {
			return x, true
		}
		o, _ := tree.Organization(id)
		id = o.Parent
	}
	return at(organization, billing.AccountCredential)
}
