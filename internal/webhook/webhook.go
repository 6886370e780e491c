// Package webhook sends events to the programs of resellers and their customers, as
// https://www.standardwebhooks.com says: a signed POST for each event, tried again
// for days where it is not taken, with a log of what came of each try.
//
// Events come from the outbox, which is written with what they tell of. Each event
// gets one delivery for each endpoint that is to know it. Deliveries are leased, so
// that several servers send at once and none sends what another one has in hand. An
// event is sent at least once: where a server stops after sending and before it
// says so, it is sent again, with the same webhook-id.
package webhook

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

// TestKind is the kind of an event that is sent to one endpoint to see whether it
// works.
const TestKind = "webhook.test"

// oldSecretFor is how long the secret of before a rotation signs as well.
const oldSecretFor = 24 * time.Hour

// Options of sending.
type Options struct {
	// Below returns a function that tells whether an organization is below another
	// one, not itself. It is asked for once a round. Nil is a tree in which all are
	// below the root and nothing else.
	Below func(ctx context.Context) (func(organization, of string) bool, error)
	// AllowPrivate lets endpoints have private addresses and plain http: for tests and
	// intranets.
	AllowPrivate bool
	Timeout      time.Duration // of one request; 15 s where it is 0
	AtOnce       int           // requests at a time; 16 where it is 0
}

// Webhooks is the door to endpoints and deliveries. It is safe for use by several
// goroutines.
type Webhooks struct {
	records *store.Store
	keys    *secret.Keyring
	now     func() time.Time
	options Options
	client  *http.Client
	owner   string // of leases
}

// New returns the webhooks of an installation.
func New(records *store.Store, keys *secret.Keyring, now func() time.Time, o Options) *Webhooks {
	o.Timeout, o.AtOnce = cmp.Or(o.Timeout, 15*time.Second), cmp.Or(o.AtOnce, 16)
	if o.Below == nil {
		o.Below = func(context.Context) (func(organization, of string) bool, error) {
			return func(organization, of string) bool { return of == store.RootOrganization && organization != of }, nil
		}
	}
	return &Webhooks{records: records, keys: keys, now: now, options: o, client: newClient(o), owner: ulid.Make().String()}
}

// Endpoint is where events are sent to, without its secret.
type Endpoint struct {
	ID             string    `json:"id"`
	Organization   string    `json:"organization"` // it gets what concerns it and those below it
	URL            string    `json:"url"`
	Kinds          []string  `json:"kinds"` // of events, such as "invoice.*"; "*" is all
	Description    string    `json:"description,omitempty"`
	Active         bool      `json:"active"`
	Disabled       string    `json:"disabled,omitempty"` // why it is not active
	OldSecretUntil time.Time `json:"old_secret_until,omitzero"`
	CreatedAt      time.Time `json:"created_at"`
	CreatedBy      string    `json:"created_by"`
	Version        int64     `json:"version"`
}

func endpointOf(e store.WebhookEndpoint) Endpoint {
	return Endpoint{
		ID: e.ID, Organization: e.Organization, URL: e.URL, Kinds: e.Kinds, Description: e.Description, Active: e.Active, Disabled: e.Disabled,
		OldSecretUntil: e.OldUntil, CreatedAt: e.CreatedAt, CreatedBy: e.CreatedBy, Version: e.Version,
	}
}

// about is what an endpoint's secret is sealed about.
func about(id string) string { return "webhook/" + id }

// Endpoints returns those of all organizations, in the order in which they were
// made. Who may see which is the caller's to say.
func (w *Webhooks) Endpoints(ctx context.Context) ([]Endpoint, error) {
	all, err := w.records.Webhooks(ctx)
	endpoints := make([]Endpoint, len(all))
	for i, e := range all {
		endpoints[i] = endpointOf(e)
	}
	return endpoints, err
}

// Endpoint returns an endpoint, or store.ErrNotFound.
func (w *Webhooks) Endpoint(ctx context.Context, id string) (Endpoint, error) {
	e, err := w.records.Webhook(ctx, id)
	return endpointOf(e), err
}

// Order is what a new endpoint is made of.
type Order struct {
	Organization string
	URL          string
	Kinds        []string // all where there are none
	Description  string
}

// Add makes an endpoint, which gets the events from now on. It returns the secret
// that its deliveries are signed with, which is not shown again. An address that
// is not to be sent to, or a kind that there is not, is a *RefusedError.
func (w *Webhooks) Add(ctx context.Context, o Order, by string) (Endpoint, secret.Text, error) {
	if err := w.check(o.URL, o.Kinds, o.Description); err != nil {
		return Endpoint{}, secret.Text{}, err
	}
	if len(o.Kinds) == 0 {
		o.Kinds = []string{"*"}
	}
	id := ulid.Make().String()
	fresh, sealed, err := w.newSecret(id)
	if err != nil {
		return Endpoint{}, secret.Text{}, err
	}
	added, err := w.records.AddWebhook(ctx, store.WebhookEndpoint{
		ID: id, Organization: o.Organization, URL: o.URL, Kinds: o.Kinds, Description: o.Description, Secret: sealed, Active: true, CreatedBy: by,
	})
	if err != nil {
		return Endpoint{}, secret.Text{}, err
	}
	return endpointOf(added), fresh, nil
}

// newSecret makes a secret of an endpoint, and seals it.
func (w *Webhooks) newSecret(id string) (fresh secret.Text, sealed string, err error) {
	key := make([]byte, 32)
	rand.Read(key) // never fails
	plain := "whsec_" + base64.StdEncoding.EncodeToString(key)
	sealed, err = w.keys.Seal([]byte(plain), about(id))
	return secret.TextOf(plain), sealed, err
}

// Change is what is to be different; what is nil stays.
type Change struct {
	URL         *string
	Kinds       []string
	Description *string
	Active      *bool // an endpoint that is active again gets what happened meanwhile
}

// Change changes an endpoint. Version 0 is whichever is in force; another one that
// is not in force is refused with store.ErrChangedMeanwhile.
func (w *Webhooks) Change(ctx context.Context, id string, version int64, c Change, by string) (Endpoint, error) {
	changed, err := w.records.ChangeWebhook(ctx, id, version, by, "webhook.change", func(e *store.WebhookEndpoint) error {
		if c.URL != nil {
			e.URL = *c.URL
		}
		if c.Kinds != nil {
			e.Kinds = c.Kinds
		}
		if c.Description != nil {
			e.Description = *c.Description
		}
		if c.Active != nil {
			e.Active, e.Disabled = *c.Active, ""
			if !e.Active {
				e.Disabled = "by " + by
			}
		}
		return w.check(e.URL, e.Kinds, e.Description)
	})
	return endpointOf(changed), err
}

// RotateSecret gives an endpoint a new secret and returns it. For a day deliveries
// are signed with the old one as well.
func (w *Webhooks) RotateSecret(ctx context.Context, id, by string) (secret.Text, error) {
	fresh, sealed, err := w.newSecret(id)
	if err != nil {
		return secret.Text{}, err
	}
	_, err = w.records.ChangeWebhook(ctx, id, 0, by, "webhook.rotate-secret", func(e *store.WebhookEndpoint) error {
		e.OldSecret, e.OldUntil, e.Secret = e.Secret, w.now().Add(oldSecretFor), sealed
		return nil
	})
	if err != nil {
		return secret.Text{}, err
	}
	return fresh, nil
}

// Delete forgets an endpoint with its deliveries, or returns store.ErrNotFound.
func (w *Webhooks) Delete(ctx context.Context, id, by string) error {
	return w.records.DeleteWebhook(ctx, id, by)
}

// RefusedError says why an endpoint cannot be as it was asked for.
type RefusedError struct {
	Field string // url, kinds or description
	Why   string
}

func (e *RefusedError) Error() string { return "the webhook's " + e.Field + " " + e.Why }

// families are the kinds of events, by what comes before the first dot.
var families = []string{"month", "invoice", "payment", "entry", "resource", "user", "job", "webhook"}

const (
	mostKinds       = 50
	mostDescription = 500 // bytes
)

// check refuses what an endpoint cannot have.
func (w *Webhooks) check(address string, kinds []string, description string) error {
	if why := refuseAddress(address, w.options.AllowPrivate); why != "" {
		return &RefusedError{"url", why}
	}
	if len(kinds) > mostKinds {
		return &RefusedError{"kinds", fmt.Sprintf("are more than %d", mostKinds)}
	}
	for _, kind := range kinds {
		family, rest, dotted := strings.Cut(kind, ".")
		if kind != "*" && (!slices.Contains(families, family) || !dotted || rest == "" || strings.Contains(strings.TrimSuffix(rest, "*"), "*")) {
			return &RefusedError{"kinds", fmt.Sprintf("have %.100q, which is none: name one such as invoice.issued, all of a family such as invoice.*, or *; the families are %s", kind, strings.Join(families, ", "))}
		}
	}
	if len(description) > mostDescription {
		return &RefusedError{"description", fmt.Sprintf("is longer than %d bytes", mostDescription)}
	}
	return nil
}

// wanted tells whether a kind is among those that are asked for.
func wanted(kinds []string, kind string) bool {
	return slices.ContainsFunc(kinds, func(asked string) bool {
		begin, more := strings.CutSuffix(asked, "*")
		return asked == kind || more && strings.HasPrefix(kind, begin)
	})
}
