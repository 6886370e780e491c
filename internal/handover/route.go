package handover

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

// Wish says what a route is to do.
type Wish struct {
	Groups  []string `json:"groups,omitempty"` // billing groups; all of the customer's where there are none
	What    []string `json:"what"`             // of Kinds
	Formats []string `json:"formats"`          // pdf, csv, xrechnung, parquet …; each kind takes those that it has
	By      string   `json:"by"`               // mail, sftp, bucket, folder or peppol
	When    When     `json:"when"`
	To      []string `json:"to,omitempty"` // addresses, of mail
	Cc      []string `json:"cc,omitempty"`
	// LinkDays is for how long links work that go in the place of documents; 0 is
	// attachments.
	LinkDays int `json:"link_days,omitempty"`
	// Target is where files go: sftp://user@host/folder, s3://bucket/prefix?region=…,
	// gs://bucket/prefix, azblob://container/prefix?storage_account=…, file:///folder. In
	// its path {customer}, {what}, {period} and {subject} stand for what is handed over.
	Target string `json:"target,omitempty"`
	// HostKey is the SHA256 fingerprint of an SFTP server's key, or several with
	// spaces between.
	HostKey     string `json:"host_key,omitempty"`
	Description string `json:"description,omitempty"` // for people
}

// Route says what of a customer's documents and data goes where, without its secret.
type Route struct {
	ID       string `json:"id"`
	Owner    string `json:"owner"`    // the organization that set it up
	Customer string `json:"customer"` // the organization whose documents and data they are
	Wish
	HasSecret bool      `json:"has_secret"`
	Enabled   bool      `json:"enabled"`
	Due       time.Time `json:"due,omitzero"` // when its schedule is due next, UTC
	CreatedAt time.Time `json:"created_at"`
	CreatedBy string    `json:"created_by"`
	Version   int64     `json:"version"`
}

func routeOf(x store.HandoverRoute) (Route, error) {
	r := Route{
		ID: x.ID, Owner: x.Owner, Customer: x.Customer, HasSecret: x.Secret != "", Enabled: x.Enabled, Due: x.Due,
		CreatedAt: x.CreatedAt, CreatedBy: x.CreatedBy, Version: x.Version,
	}
	if err := json.Unmarshal(x.Route, &r.Wish); err != nil {
		return r, fmt.Errorf("the route %s is damaged; remove it and set it up anew: %w", x.ID, err)
	}
	return r, nil
}

// about is what a route's secret is sealed about.
func about(id string) string { return "handover/" + id }

// Routes returns those of all organizations, in the order in which they were made.
// Who may see which is the caller's to say.
func (h *Handovers) Routes(ctx context.Context) ([]Route, error) {
	kept, err := h.records.HandoverRoutes(ctx)
	if err != nil {
		return nil, err
	}
	return routesOf(kept)
}

func routesOf(kept []store.HandoverRoute) ([]Route, error) {
	all := make([]Route, len(kept))
	for i, x := range kept {
		var err error
		if all[i], err = routeOf(x); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Route returns a route, or store.ErrNotFound.
func (h *Handovers) Route(ctx context.Context, id string) (Route, error) {
	x, err := h.records.HandoverRoute(ctx, id)
	if err != nil {
		return Route{}, err
	}
	return routeOf(x)
}

// Order is what a new route is made of. Secret is the password or private key of an
// SFTP server, or what the bucket's provider asks for: ACCESS-KEY-ID:SECRET of S3, the
// JSON key of a service account of Google, a shared access signature of Azure.
type Order struct {
	Owner    string
	Customer string
	Wish     Wish
	Secret   secret.Text
}

// Add makes a route, which gets what happens from now on. What cannot be is a
// *RefusedError.
func (h *Handovers) Add(ctx context.Context, o Order, by string) (Route, error) {
	r := Route{ID: ulid.Make().String(), Owner: o.Owner, Customer: o.Customer, Wish: o.Wish, HasSecret: !o.Secret.IsZero()}
	if err := h.check(r, o.Secret); err != nil {
		return Route{}, err
	}
	x := store.HandoverRoute{ID: r.ID, Owner: r.Owner, Customer: r.Customer, Enabled: true, CreatedBy: by, Due: o.Wish.When.Next(h.now())}
	var err error
	if x.Route, err = json.Marshal(o.Wish); err != nil {
		return Route{}, err
	}
	if x.Secret, err = h.seal(r.ID, o.Secret); err != nil {
		return Route{}, err
	}
	if x, err = h.records.AddHandoverRoute(ctx, x); err != nil {
		return Route{}, err
	}
	return routeOf(x)
}

func (h *Handovers) seal(id string, plain secret.Text) (string, error) {
	if plain.IsZero() {
		return "", nil
	}
	return h.keys.Seal([]byte(plain.Reveal()), about(id))
}

// Change is what is to be different; what is nil stays.
type Change struct {
	Wish    *Wish
	Secret  *secret.Text // an empty one takes it away
	Enabled *bool        // a route that is enabled again gets what happens from now on
}

// Change changes a route. Version 0 is whichever is in force; another one that is not
// in force is refused with store.ErrChangedMeanwhile. A secret stays only with the
// server it was given for: a target elsewhere needs it again.
func (h *Handovers) Change(ctx context.Context, id string, version int64, c Change, by string) (Route, error) {
	changed, err := h.records.ChangeHandoverRoute(ctx, id, version, by, func(x *store.HandoverRoute) error {
		r, err := routeOf(*x)
		if err != nil {
			return err
		}
		when, enabled := r.When, x.Enabled
		var plain secret.Text
		if c.Secret != nil {
			plain, r.HasSecret = *c.Secret, !c.Secret.IsZero()
			if x.Secret, err = h.seal(id, plain); err != nil {
				return err
			}
		}
		if c.Wish != nil {
			if c.Secret == nil && r.HasSecret && !sameServer(r.Wish, *c.Wish) {
				return &RefusedError{"secret", "is not given; it is not sent to another server than the one it was given for"}
			}
			r.Wish = *c.Wish
		}
		if c.Enabled != nil {
			x.Enabled = *c.Enabled
		}
		if err := h.check(r, plain); err != nil {
			return err
		}
		if r.When != when || x.Enabled && !enabled {
			x.Due = r.When.Next(h.now())
		}
		x.Route, err = json.Marshal(r.Wish)
		return err
	})
	if err != nil {
		return Route{}, err
	}
	return routeOf(changed)
}

// Remove forgets a route with its hand-overs, or returns store.ErrNotFound. That a
// document was sent stays with the document.
func (h *Handovers) Remove(ctx context.Context, id, by string) error {
	return h.records.DeleteHandoverRoute(ctx, id, by)
}

// Wanted returns a function that tells whether a kind of a customer's group has a
// route that is enabled: whether reminders of it go out, for one.
func (h *Handovers) Wanted(ctx context.Context, what string) (func(customer, group string) bool, error) {
	all, err := h.Routes(ctx)
	if err != nil {
		return nil, err
	}
	return func(customer, group string) bool {
		return slices.ContainsFunc(all, func(r Route) bool {
			return r.Enabled && r.When.On != OnRequest && r.Customer == customer && slices.Contains(r.What, what) && r.takesGroup(group)
		})
	}, nil
}

func (r Route) takesGroup(group string) bool {
	return len(r.Groups) == 0 || slices.Contains(r.Groups, group)
}
