package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/store"
)

// Resource is a version of one declared thing.
type Resource struct {
	Kind    string          `json:"kind"`
	ID      string          `json:"id"`
	Version int             `json:"version" doc:"Counted from 1; versions never change"`
	At      time.Time       `json:"applied_at"`
	By      string          `json:"applied_by"`
	Removed bool            `json:"removed,omitempty" doc:"This version says that it is gone; spec is what it was"`
	Spec    json.RawMessage `json:"spec" doc:"As in the configuration; its schema is config.schema.json"`
}

func resourceOf(r store.Resource) Resource {
	return Resource{r.Kind, r.ID, r.Version, r.AppliedAt, r.By, r.Removed, r.Spec}
}

// OfKind names a section of the configuration.
type OfKind struct {
	Kind string `path:"kind" maxLength:"50" doc:"A section of the configuration" example:"customers"`
}

// OneResource names a declared thing.
type OneResource struct {
	OfKind
	ID string `path:"id" maxLength:"1000" doc:"What tells it from others of its section: its id, name or code; of an exchange rate such as 2026-10 USD JPY common"`
}

// seen is an error where there is no such section, or the caller may not see it.
func (in OfKind) seen(d *Desk) error {
	switch {
	case !slices.Contains(config.Kinds(), in.Kind):
		return &Problem{Code: "not-found", Detail: config.UnknownKind(in.Kind).Error()}
	case in.Kind == priceBooks:
		return d.May(access.ReadPrices)
	}
	return nil
}

// ListResources lists the things that a section declares.
var ListResources = Listing[*Desk, OfKind, Resource]{
	ID: "list-resources", Path: "/config/{kind}", Tag: "Configuration", Title: "List a section of the configuration", Needs: access.ReadConfig,
	About: "The things in force of one section, such as `customers`, `billing_groups` or `exchange_rates`, by id. Price books need the permission `prices.read`.",
	Key:   func(r Resource) string { return r.ID },
	Do: func(ctx context.Context, d *Desk, in OfKind) ([]Resource, error) {
		if err := in.seen(d); err != nil {
			return nil, err
		}
		resources, err := d.Store.Resources(ctx)
		all := []Resource{}
		for _, r := range resources {
			if r.Kind == in.Kind {
				all = append(all, resourceOf(r))
			}
		}
		return all, err
	},
}

// ShowResource returns one declared thing.
var ShowResource = Operation[*Desk, OneResource, Resource]{
	ID: "show-resource", Method: http.MethodGet, Path: "/config/{kind}/{id}", Tag: "Configuration", Title: "Show a declared thing", Needs: access.ReadConfig,
	About: "What is in force of it. Price books need the permission `prices.read`.",
	Do: func(ctx context.Context, d *Desk, in OneResource) (Resource, error) {
		versions, err := d.versions(ctx, in)
		if err != nil {
			return Resource{}, err
		}
		newest := versions[len(versions)-1]
		if newest.Removed {
			return Resource{}, notDeclared(in)
		}
		return newest, nil
	},
}

// ListResourceVersions lists all versions of a declared thing.
var ListResourceVersions = Listing[*Desk, OneResource, Resource]{
	ID: "list-resource-versions", Path: "/config/{kind}/{id}/versions", Tag: "Configuration", Title: "List the versions of a declared thing", Needs: access.ReadConfig,
	About: "Every version of it, the oldest first; also of what is removed. Price books need the permission `prices.read`.",
	Key:   func(r Resource) string { return strconv.Itoa(r.Version) },
	Do: func(ctx context.Context, d *Desk, in OneResource) ([]Resource, error) {
		return d.versions(ctx, in)
	},
}

func (d *Desk) versions(ctx context.Context, in OneResource) ([]Resource, error) {
	if err := in.seen(d); err != nil {
		return nil, err
	}
	found, err := d.Store.ResourceVersions(ctx, store.ResourceKey{Kind: in.Kind, ID: in.ID})
	if errors.Is(err, store.ErrNotFound) {
		return nil, notDeclared(in)
	}
	all := make([]Resource, len(found))
	for i, r := range found {
		all[i] = resourceOf(r)
	}
	return all, err
}

func notDeclared(in OneResource) error {
	return &Problem{Code: "not-found", Detail: fmt.Sprintf("%s[%s] is not declared", in.Kind, in.ID)}
}

// PutResourceInput is one declared thing as it shall be.
type PutResourceInput struct {
	OneResource
	ForcingQuery
	Body json.RawMessage `doc:"As in the configuration; its schema is config.schema.json"`
}

// ForcingQuery is Forcing for requests whose body is something else, or that have none.
type ForcingQuery struct {
	Force  bool   `query:"force" doc:"Change months that are closed, too; needs the permission closed.change and a reason"`
	Reason string `query:"reason" maxLength:"2000" doc:"With force: why, in a text that auditors will read"`
}

// PutResource declares one thing.
var PutResource = Operation[*Desk, PutResourceInput, Applied]{
	ID: "put-resource", Method: http.MethodPut, Path: "/config/{kind}/{id}", Tag: "Configuration", Title: "Declare a thing", Needs: access.ReadConfig, Upload: mostConfig,
	About: "Puts it in force as a new version, or for the first time. It is declared whole: what the body leaves out has its default. " +
		"Refused, and the same permissions needed, as by apply-config; with If-Match, unless it is what the caller has seen.",
	Do: func(ctx context.Context, d *Desk, in PutResourceInput) (Applied, error) {
		if err := d.mayTouch(in.OfKind); err != nil {
			return Applied{}, err
		}
		wanted, id, err := config.DecodeResource(in.Kind, in.Body)
		switch {
		case err != nil:
			return Applied{}, invalid("body", "%s", err)
		case id != in.ID:
			return Applied{}, invalid("body", "is %s[%s], and the path names %s[%s]", in.Kind, id, in.Kind, in.ID)
		}
		changes, err := d.declare(ctx, declaring{wanted: wanted, Forcing: Forcing(in.ForcingQuery)})
		return Applied{changes}, err
	},
}

// RemoveResourceInput names a declared thing that shall be gone.
type RemoveResourceInput struct {
	OneResource
	ForcingQuery
}

// RemoveResource takes one thing out of the configuration.
var RemoveResource = Operation[*Desk, RemoveResourceInput, Applied]{
	ID: "remove-resource", Method: http.MethodDelete, Path: "/config/{kind}/{id}", Tag: "Configuration", Title: "Remove a declared thing", Needs: access.ReadConfig,
	About: "Takes it out of the configuration; its versions stay. Refused where others refer to it, and otherwise as by apply-config.",
	Do: func(ctx context.Context, d *Desk, in RemoveResourceInput) (Applied, error) {
		if err := d.mayTouch(in.OfKind); err != nil {
			return Applied{}, err
		}
		changes, err := d.declare(ctx, declaring{remove: &in.OneResource, Forcing: Forcing(in.ForcingQuery)})
		return Applied{changes}, err
	},
}

// mayTouch is an error where the caller may not change a section, or there is none.
func (d *Desk) mayTouch(in OfKind) error {
	if err := in.seen(d); err != nil {
		return err
	}
	if in.Kind == roles {
		return d.May(access.WriteUsers)
	}
	return d.mayChange([]config.Change{{Kind: in.Kind}})
}
