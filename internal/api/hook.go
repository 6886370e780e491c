package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/store"
	"github.com/sluice-billing/sluice/internal/webhook"
)

// hookOperations set up webhooks and look at what was sent.
var hookOperations = []described{
	ListWebhooks, ShowWebhook, CreateWebhook, ChangeWebhook, RemoveWebhook, RotateWebhook, TestWebhook, ListDeliveries, ReplayDelivery, ReplayWebhook,
}

// hooks are the webhooks of the server.
func (s *Session) hooks() (*webhook.Webhooks, error) {
	if s.service == nil {
		return nil, fmt.Errorf("only a server sends webhooks; name one with --server")
	}
	return s.service.Hooks, nil
}

// hook is an endpoint of the caller's organizations.
func (s *Session) hook(ctx context.Context, id string) (webhook.Endpoint, error) {
	hooks, err := s.hooks()
	if err != nil {
		return webhook.Endpoint{}, err
	}
	heads, err := s.heads(access.WriteWebhooks, access.FeatureWebhooks)
	if err != nil {
		return webhook.Endpoint{}, err
	}
	e, err := hooks.Endpoint(ctx, id)
	if err != nil || !s.inside(heads, e.Organization) {
		return webhook.Endpoint{}, fmt.Errorf("webhook %s %w", id, store.ErrNotFound)
	}
	return e, nil
}

// by is how the audit names the caller.
func (s *Session) by() string { return s.home.User }

// ListWebhooks lists where events are sent.
var ListWebhooks = Listing[*Session, struct{}, webhook.Endpoint]{
	ID: "list-webhooks", Path: "/webhooks", Tag: "Webhooks", Title: "List webhooks", Needs: access.WriteWebhooks,
	About: "Where events of the caller's organizations are sent; never their secrets.",
	Key:   func(e webhook.Endpoint) string { return e.ID },
	Do: func(ctx context.Context, s *Session, _ struct{}) ([]webhook.Endpoint, error) {
		hooks, err := s.hooks()
		if err != nil {
			return nil, err
		}
		heads, err := s.heads(access.WriteWebhooks, access.FeatureWebhooks)
		if err != nil {
			return nil, err
		}
		all, err := hooks.Endpoints(ctx)
		return slices.DeleteFunc(all, func(e webhook.Endpoint) bool { return !s.inside(heads, e.Organization) }), err
	},
}

// ShowWebhook returns an endpoint.
var ShowWebhook = Operation[*Session, ByID, webhook.Endpoint]{
	ID: "show-webhook", Method: http.MethodGet, Path: "/webhooks/{id}", Tag: "Webhooks", Title: "Show a webhook", Needs: access.WriteWebhooks,
	About: "Where it sends what, and why it does not where it was switched off.",
	Do: func(ctx context.Context, s *Session, in ByID) (webhook.Endpoint, error) {
		return s.hook(ctx, in.ID)
	},
}

// WebhookInput is a new endpoint.
type WebhookInput struct {
	Body struct {
		Organization string   `json:"organization" maxLength:"200" doc:"It gets what concerns this organization and those below it"`
		URL          string   `json:"url" format:"uri" maxLength:"2000" doc:"https://…, open to the Internet unless the server allows others"`
		Kinds        []string `json:"kinds,omitempty" maxItems:"100" doc:"Kinds of events, such as invoice.issued or invoice.*; all where none is given"`
		Description  string   `json:"description,omitempty" maxLength:"500"`
	}
}

// WebhookSecret is an endpoint with the secret that its events are signed with.
type WebhookSecret struct {
	Webhook webhook.Endpoint `json:"webhook"`
	Secret  string           `json:"secret" doc:"whsec_…: what events are signed with, as Standard Webhooks says; shown only now"`
}

// CreateWebhook makes an endpoint.
var CreateWebhook = Operation[*Session, WebhookInput, WebhookSecret]{
	ID: "create-webhook", Method: http.MethodPost, Path: "/webhooks", Tag: "Webhooks", Title: "Set up a webhook", Needs: access.WriteWebhooks, Creates: true,
	About: "Events are sent from now on, signed as [Standard Webhooks](https://www.standardwebhooks.com) says, and sent again until they were taken.",
	Do: func(ctx context.Context, s *Session, in WebhookInput) (WebhookSecret, error) {
		hooks, err := s.hooks()
		if err != nil {
			return WebhookSecret{}, err
		}
		heads, err := s.heads(access.WriteWebhooks, access.FeatureWebhooks)
		if err != nil {
			return WebhookSecret{}, err
		}
		if !s.inside(heads, in.Body.Organization) {
			return WebhookSecret{}, invalid("body.organization", "%q is not among your organizations", in.Body.Organization)
		}
		b := in.Body
		e, text, err := hooks.Add(ctx, webhook.Order{Organization: b.Organization, URL: b.URL, Kinds: b.Kinds, Description: b.Description}, s.by())
		if err != nil {
			return WebhookSecret{}, err
		}
		return WebhookSecret{e, text.Reveal()}, nil
	},
}

// ChangeWebhookInput is what to change; what is not given stays.
type ChangeWebhookInput struct {
	ByID
	Body struct {
		URL         *string  `json:"url,omitempty" maxLength:"2000"`
		Kinds       []string `json:"kinds,omitempty" maxItems:"100"`
		Description *string  `json:"description,omitempty" maxLength:"500"`
		Active      *bool    `json:"active,omitempty" doc:"One that is active again gets what happened meanwhile"`
	}
}

// ChangeWebhook changes an endpoint.
var ChangeWebhook = Operation[*Session, ChangeWebhookInput, webhook.Endpoint]{
	ID: "change-webhook", Method: http.MethodPatch, Path: "/webhooks/{id}", Tag: "Webhooks", Title: "Change a webhook", Needs: access.WriteWebhooks,
	About: "Its address, its kinds of events, or whether it is active.",
	Do: func(ctx context.Context, s *Session, in ChangeWebhookInput) (webhook.Endpoint, error) {
		e, err := s.hook(ctx, in.ID)
		if err != nil {
			return webhook.Endpoint{}, err
		}
		b := in.Body
		return s.service.Hooks.Change(ctx, e.ID, e.Version, webhook.Change{URL: b.URL, Kinds: b.Kinds, Description: b.Description, Active: b.Active}, s.by())
	},
}

// RemoveWebhook takes an endpoint away.
var RemoveWebhook = Operation[*Session, ByID, Done]{
	ID: "remove-webhook", Method: http.MethodDelete, Path: "/webhooks/{id}", Tag: "Webhooks", Title: "Take a webhook away", Needs: access.WriteWebhooks,
	About: "Nothing is sent any more; its deliveries are forgotten.",
	Do: func(ctx context.Context, s *Session, in ByID) (Done, error) {
		e, err := s.hook(ctx, in.ID)
		if err != nil {
			return Done{}, err
		}
		return Done{true}, s.service.Hooks.Delete(ctx, e.ID, s.by())
	},
}

// RotateWebhook gives an endpoint a new secret.
var RotateWebhook = Operation[*Session, ByID, WebhookSecret]{
	ID: "rotate-webhook", Method: http.MethodPost, Path: "/webhooks/{id}/rotate", Tag: "Webhooks", Title: "Change the secret of a webhook", Needs: access.WriteWebhooks,
	About: "For a day events are signed with both secrets, the new one and the one before.",
	Do: func(ctx context.Context, s *Session, in ByID) (WebhookSecret, error) {
		e, err := s.hook(ctx, in.ID)
		if err != nil {
			return WebhookSecret{}, err
		}
		text, err := s.service.Hooks.RotateSecret(ctx, e.ID, s.by())
		if err != nil {
			return WebhookSecret{}, err
		}
		return WebhookSecret{e, text.Reveal()}, nil
	},
}

// Delivery is an event that is, or was, sent to an endpoint.
type Delivery = store.WebhookDelivery

// TestWebhook sends a test event.
var TestWebhook = Operation[*Session, ByID, Delivery]{
	ID: "test-webhook", Method: http.MethodPost, Path: "/webhooks/{id}/test", Tag: "Webhooks", Title: "Send a test event", Needs: access.WriteWebhooks,
	About: "An event of kind webhook.test, in the next moment, once.",
	Do: func(ctx context.Context, s *Session, in ByID) (Delivery, error) {
		e, err := s.hook(ctx, in.ID)
		if err != nil {
			return Delivery{}, err
		}
		return s.service.Hooks.Test(ctx, e.ID, s.by())
	},
}

// ListDeliveries lists what was sent to an endpoint.
var ListDeliveries = Listing[*Session, ByID, Delivery]{
	ID: "list-deliveries", Path: "/webhooks/{id}/deliveries", Tag: "Webhooks", Title: "List what was sent", Needs: access.WriteWebhooks,
	About: "The newest thousand events for an endpoint, with what became of each.",
	Key:   func(d Delivery) string { return d.ID },
	Do: func(ctx context.Context, s *Session, in ByID) ([]Delivery, error) {
		const most = 1000
		e, err := s.hook(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return s.service.Hooks.Deliveries(ctx, e.ID, "", 0, most)
	},
}

// OfWebhook names a delivery of an endpoint.
type OfWebhook struct {
	ByID
	Delivery string `path:"delivery" maxLength:"200" doc:"The id of the delivery"`
}

// ReplayDelivery sends an event again.
var ReplayDelivery = Operation[*Session, OfWebhook, Done]{
	ID: "replay-delivery", Method: http.MethodPost, Path: "/webhooks/{id}/deliveries/{delivery}/replay", Tag: "Webhooks", Title: "Send an event again", Needs: access.WriteWebhooks,
	About: "Whatever came of it before; its webhook-id is the same.",
	Do: func(ctx context.Context, s *Session, in OfWebhook) (Done, error) {
		e, err := s.hook(ctx, in.ID)
		if err != nil {
			return Done{}, err
		}
		d, _, err := s.service.Hooks.Delivery(ctx, in.Delivery)
		if err != nil || d.Endpoint != e.ID {
			return Done{}, fmt.Errorf("delivery %s %w", in.Delivery, store.ErrNotFound)
		}
		return Done{true}, s.service.Hooks.Replay(ctx, d.ID, s.by())
	},
}

// ReplayInput says since when to send events again.
type ReplayInput struct {
	ByID
	Body struct {
		Since time.Time `json:"since" doc:"All events since then"`
	}
}

// Replayed says how many events are sent again.
type Replayed struct {
	Events int `json:"events"`
}

// ReplayWebhook sends all events since a time again.
var ReplayWebhook = Operation[*Session, ReplayInput, Replayed]{
	ID: "replay-webhook", Method: http.MethodPost, Path: "/webhooks/{id}/replay", Tag: "Webhooks", Title: "Send all events since a time again", Needs: access.WriteWebhooks,
	About: "For an endpoint that lost what it had; each webhook-id is the same as before.",
	Do: func(ctx context.Context, s *Session, in ReplayInput) (Replayed, error) {
		e, err := s.hook(ctx, in.ID)
		if err != nil {
			return Replayed{}, err
		}
		n, err := s.service.Hooks.ReplaySince(ctx, e.ID, in.Body.Since, s.by())
		return Replayed{n}, err
	},
}
