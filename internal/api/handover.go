package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/handover"
	"github.com/sluice-billing/sluice/internal/mailroom"
	"github.com/sluice-billing/sluice/internal/secret"
)

// handoverOperations say what goes where, and look at what went.
var handoverOperations = []described{
	ListHandoverKinds, ListRoutes, ShowRoute, AddRoute, ChangeRoute, RemoveRoute, TestRoute, ShowHostKey, HandOverMonth,
	ListHandovers, ShowHandover, RetryHandover, CancelHandover, HandOverInvoice, RunHandovers,
}

// HandoverKind is what can be handed over.
type HandoverKind struct {
	What    string   `json:"what" doc:"Its name in routes"`
	Formats []string `json:"formats" doc:"In which it can be written"`
}

// ListHandoverKinds lists what can be handed over.
var ListHandoverKinds = Listing[*Desk, struct{}, HandoverKind]{
	ID: "list-handover-kinds", Path: "/handover/kinds", Tag: "Hand-over", Title: "List what can be handed over", Needs: access.ReadConfig, Kept: true,
	About: "Documents and data sets, each with its formats. One without formats cannot be handed over by this server.",
	Key:   func(k HandoverKind) string { return k.What },
	Do: func(context.Context, *Desk, struct{}) ([]HandoverKind, error) {
		var all []HandoverKind
		for _, what := range handover.Kinds() {
			all = append(all, HandoverKind{what, mailroom.Formats(what)})
		}
		return all, nil
	},
}

// RoutesQuery chooses routes.
type RoutesQuery struct {
	Customer string `query:"customer" maxLength:"200" doc:"Only of this customer"`
	Asked    bool   `query:"asked" doc:"Also those that were made for one document that was handed over by hand"`
}

// ListRoutes lists what goes where.
var ListRoutes = Listing[*Desk, RoutesQuery, handover.Route]{
	ID: "list-handover-routes", Path: "/handover/routes", Tag: "Hand-over", Title: "List the routes", Needs: access.ReadConfig,
	About: "What of customers' documents and data goes where, how and when; never their secrets.",
	Key:   func(r handover.Route) string { return r.ID },
	Do: func(ctx context.Context, d *Desk, in RoutesQuery) ([]handover.Route, error) {
		m, err := d.mailroom(ctx)
		if err != nil {
			return nil, err
		}
		all, err := m.Handovers.Routes(ctx)
		return slices.DeleteFunc(all, func(r handover.Route) bool {
			return in.Customer != "" && r.Customer != in.Customer || !in.Asked && r.Description == byHand
		}), err
	},
}

// ShowRoute returns a route.
var ShowRoute = Operation[*Desk, ByID, handover.Route]{
	ID: "show-handover-route", Method: http.MethodGet, Path: "/handover/routes/{id}", Tag: "Hand-over", Title: "Show a route", Needs: access.ReadConfig,
	About: "What of a customer's documents and data goes where, how and when, without its secret.",
	Do: func(ctx context.Context, d *Desk, in ByID) (handover.Route, error) {
		m, err := d.mailroom(ctx)
		if err != nil {
			return handover.Route{}, err
		}
		return m.Handovers.Route(ctx, in.ID)
	},
}

// RouteWish says what a route is to do.
type RouteWish struct {
	Groups      []string  `json:"groups,omitempty" maxItems:"200" doc:"Billing groups of the customer; all where none is given"`
	What        []string  `json:"what" minItems:"1" maxItems:"20" doc:"Such as invoice, credit-note, reminder, statement or focus; see list-handover-kinds" example:"[\"invoice\",\"credit-note\"]"`
	Formats     []string  `json:"formats" minItems:"1" maxItems:"20" doc:"Each kind goes in those that it has" example:"[\"pdf\"]"`
	By          string    `json:"by" enum:"mail,sftp,bucket,folder,peppol" doc:"How it goes" example:"mail"`
	When        RouteWhen `json:"when" doc:"When it goes"`
	To          []string  `json:"to,omitempty" maxItems:"50" doc:"Addresses, of mail"`
	Cc          []string  `json:"cc,omitempty" maxItems:"50" doc:"Addresses, of mail"`
	LinkDays    int       `json:"link_days,omitempty" minimum:"0" maximum:"365" doc:"For how many days a link works that goes in the place of documents; 0 attaches them"`
	Target      string    `json:"target,omitempty" maxLength:"2048" doc:"sftp://user@host/folder, s3://bucket/prefix?region=…, gs://bucket/prefix, azblob://container/prefix?storage_account=… or file:///folder. In its path {customer}, {what}, {period} and {subject} stand for what goes"`
	HostKey     string    `json:"host_key,omitempty" maxLength:"2048" doc:"SHA256 fingerprint of an SFTP server's key, or several with spaces between"`
	Description string    `json:"description,omitempty" maxLength:"500" doc:"For people"`
}

// RouteWhen says when a route hands over.
type RouteWhen struct {
	On   string `json:"on" enum:"publish,issue,daily,monthly,request" doc:"What it waits for; request hands over nothing by itself" example:"publish"`
	Day  int    `json:"day,omitempty" minimum:"0" maximum:"28" doc:"Of the month, where it is monthly"`
	Hour int    `json:"hour,omitempty" minimum:"0" maximum:"23" doc:"Where it is daily or monthly"`
	Zone string `json:"zone,omitempty" maxLength:"100" doc:"Of the hour; UTC where it is not given" example:"Asia/Tokyo"`
}

func (w RouteWish) wish() handover.Wish {
	return handover.Wish{
		Groups: w.Groups, What: w.What, Formats: w.Formats, By: w.By, When: handover.When(w.When), To: w.To, Cc: w.Cc, LinkDays: w.LinkDays,
		Target: w.Target, HostKey: w.HostKey, Description: w.Description,
	}
}

// byHand is the description of routes that are made for one document.
const byHand = "by hand"

// checkRoute refuses groups of others, and what is kept for routes made by hand.
func (d *Desk) checkRoute(customer string, w RouteWish) error {
	if w.Description == byHand {
		return invalid("body.description", "is that of routes that are made for one document; write another one")
	}
	for _, id := range w.Groups {
		if !slices.ContainsFunc(d.Declared.BillingGroups, func(g billing.BillingGroup) bool { return g.ID == id && g.Customer == customer }) {
			return invalid("body.groups", "%s is no billing group of %s", id, customer)
		}
	}
	return nil
}

// RouteInput is a new route.
type RouteInput struct {
	Body struct {
		Customer string `json:"customer" minLength:"1" maxLength:"200" doc:"Whose documents and data they are; reseller for the reseller's own data" example:"aozora"`
		RouteWish
		Secret string `json:"secret,omitempty" maxLength:"65536" writeOnly:"true" doc:"Password or private key of SFTP, ACCESS-KEY-ID:SECRET of S3, JSON key of Google, shared access signature of Azure. Kept encrypted, and never shown"`
	}
}

// AddRoute makes a route.
var AddRoute = Operation[*Desk, RouteInput, handover.Route]{
	ID: "add-handover-route", Method: http.MethodPost, Path: "/handover/routes", Tag: "Hand-over", Title: "Set up a route", Needs: access.WriteConfig, Creates: true,
	About: "It gets what happens from now on; `hand-over-month` hands over what was before. A thing goes by a route once.",
	Do: func(ctx context.Context, d *Desk, in RouteInput) (handover.Route, error) {
		m, err := d.mailroom(ctx)
		if err != nil {
			return handover.Route{}, err
		}
		owner, err := d.sellingTo(in.Body.Customer)
		if err != nil {
			return handover.Route{}, invalid("body.customer", "%s", err)
		}
		if err := d.checkRoute(in.Body.Customer, in.Body.RouteWish); err != nil {
			return handover.Route{}, err
		}
		order := handover.Order{Owner: owner, Customer: in.Body.Customer, Wish: in.Body.wish()}
		if in.Body.Secret != "" {
			order.Secret = secret.TextOf(in.Body.Secret)
		}
		r, err := m.Handovers.Add(ctx, order, d.User)
		return r, outwardRefused(err)
	},
}

// ChangeRouteInput is what a route is to do from now on.
type ChangeRouteInput struct {
	ByID
	Body struct {
		RouteWish
		Secret  *string `json:"secret,omitempty" maxLength:"65536" writeOnly:"true" doc:"The one before stays where it is not given, unless the target is on another server; an empty one takes it away"`
		Enabled *bool   `json:"enabled,omitempty" doc:"False hands nothing over; one that is enabled again gets what happens from then on"`
	}
}

// ChangeRoute changes a route.
var ChangeRoute = Operation[*Desk, ChangeRouteInput, handover.Route]{
	ID: "change-handover-route", Method: http.MethodPut, Path: "/handover/routes/{id}", Tag: "Hand-over", Title: "Change a route", Needs: access.WriteConfig,
	About: "Replaces all of it but its customer and a secret that is not given. What waits goes as the route says when it is tried.",
	Do: func(ctx context.Context, d *Desk, in ChangeRouteInput) (handover.Route, error) {
		m, err := d.mailroom(ctx)
		if err != nil {
			return handover.Route{}, err
		}
		was, err := m.Handovers.Route(ctx, in.ID)
		if err != nil {
			return handover.Route{}, err
		}
		if err := d.checkRoute(was.Customer, in.Body.RouteWish); err != nil {
			return handover.Route{}, err
		}
		wish := in.Body.wish()
		r, err := m.Handovers.Change(ctx, in.ID, was.Version, handover.Change{Wish: &wish, Secret: secretOf(in.Body.Secret), Enabled: in.Body.Enabled}, d.User)
		return r, outwardRefused(err)
	},
}

// RemoveRoute takes a route away.
var RemoveRoute = Operation[*Desk, ByID, Done]{
	ID: "remove-handover-route", Method: http.MethodDelete, Path: "/handover/routes/{id}", Tag: "Hand-over", Title: "Take a route away", Needs: access.WriteConfig,
	About: "Nothing goes by it any more; its hand-overs are forgotten. That a document was sent stays with the document.",
	Do: func(ctx context.Context, d *Desk, in ByID) (Done, error) {
		m, err := d.mailroom(ctx)
		if err != nil {
			return Done{}, err
		}
		return Done{true}, m.Handovers.Remove(ctx, in.ID, d.User)
	},
}

// TestRoute hands a test over.
var TestRoute = Operation[*Desk, ByID, Handover]{
	ID: "test-handover-route", Method: http.MethodPost, Path: "/handover/routes/{id}/test", Tag: "Hand-over", Title: "Try a route", Needs: access.WriteConfig,
	About: "Hands a small file, or a message that says it is a test, over in the next moment, once. `show-handover` tells what came of it. What the route would hand over of a month, `hand-over-month` tells with dry_run.",
	Do: func(ctx context.Context, d *Desk, in ByID) (Handover, error) {
		m, err := d.mailroom(ctx)
		if err != nil {
			return Handover{}, err
		}
		if _, err := m.Handovers.Route(ctx, in.ID); err != nil {
			return Handover{}, err
		}
		return m.Handovers.Test(ctx, in.ID, d.User)
	},
}

// HostKeyInput names a server.
type HostKeyInput struct {
	Body struct {
		Target string `json:"target" maxLength:"2048" doc:"sftp://user@host/folder" example:"sftp://acme@files.example.com/invoices"`
	}
}

// ShownHostKey is what a server shows of itself.
type ShownHostKey struct {
	HostKey string `json:"host_key" doc:"SHA256 fingerprint, to be compared with what the server's owner says: it proves nothing by itself"`
}

// ShowHostKey asks an SFTP server for its key.
var ShowHostKey = Operation[*Desk, HostKeyInput, ShownHostKey]{
	ID: "show-host-key", Method: http.MethodPost, Path: "/handover/host-key", Tag: "Hand-over", Title: "Ask an SFTP server for its key", Needs: access.WriteConfig,
	About: "The fingerprint that it shows now, to be written into the route once it is compared with what the server's owner says.",
	Do: func(ctx context.Context, d *Desk, in HostKeyInput) (ShownHostKey, error) {
		m, err := d.mailroom(ctx)
		if err != nil {
			return ShownHostKey{}, err
		}
		key, err := m.Handovers.HostKey(ctx, in.Body.Target)
		if err != nil {
			return ShownHostKey{}, fmt.Errorf("%s shows no key: %w", strings.TrimSpace(in.Body.Target), outwardRefused(err))
		}
		return ShownHostKey{key}, nil
	},
}
