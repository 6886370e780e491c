package workspace

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/store"
)

// SavedView is a page of the web application with its filters, kept by a name.
type SavedView struct {
	ID           string    `json:"id"`
	Organization string    `json:"organization"`
	Name         string    `json:"name"`
	Page         string    `json:"page"`   // such as explore
	Query        string    `json:"query"`  // what stands behind ? in the page's address
	Shared       bool      `json:"shared"` // with everybody of the organization
	Own          bool      `json:"own"`    // of who asks
	Owner        string    `json:"owner,omitempty"`
	CreatedAt    time.Time `json:"created_at"`
	ChangedAt    time.Time `json:"changed_at"`
}

func viewOf(v store.SavedView, user string) SavedView {
	return SavedView{v.ID, v.Organization, v.Name, v.Page, v.Query, v.Shared, user != "" && v.User == user, v.Owner, v.CreatedAt, v.ChangedAt}
}

const (
	mostViews = 200  // of a user in an organization
	mostName  = 100  // characters
	mostQuery = 2000 // bytes
)

// SavedViews returns the views of an organization that one of its users may open: their
// own and the shared ones, in the order in which they were made. That the user is of
// the organization is for the caller to know.
func (d *Desks) SavedViews(ctx context.Context, organization, user string) ([]SavedView, error) {
	kept, err := d.records.SavedViews(ctx, organization, user)
	all := make([]SavedView, len(kept))
	for i, k := range kept {
		all[i] = viewOf(k, user)
	}
	return all, err
}

// SavedView returns a view as a user sees it; store.ErrNotFound where there is none, or
// where it is somebody else's own.
func (d *Desks) SavedView(ctx context.Context, id, user string) (SavedView, error) {
	kept, err := d.records.SavedView(ctx, id)
	if err != nil {
		return SavedView{}, err
	}
	if v := viewOf(kept, user); v.Own || v.Shared {
		return v, nil
	}
	return SavedView{}, fmt.Errorf("saved view %s %w", id, store.ErrNotFound)
}

// AddSavedView keeps a view for a user. What it cannot be is a *RefusedError.
func (d *Desks) AddSavedView(ctx context.Context, wanted SavedView, user, by string) (SavedView, error) {
	if !name.MatchString(wanted.Page) {
		return SavedView{}, &RefusedError{"page", "is no page such as explore"}
	}
	if err := wanted.tidy(); err != nil {
		return SavedView{}, err
	}
	added, err := d.records.AddSavedView(ctx, store.SavedView{
		ID: ulid.Make().String(), Organization: wanted.Organization, User: user, Name: wanted.Name, Page: wanted.Page, Query: wanted.Query, Shared: wanted.Shared,
	}, by, mostViews)
	return viewOf(added, user), err
}

// ViewChange is what is to be different of a view; what is nil stays.
type ViewChange struct {
	Name, Query *string
	Shared      *bool
}

// ChangeSavedView changes a view. What it cannot be is a *RefusedError.
func (d *Desks) ChangeSavedView(ctx context.Context, id string, c ViewChange, user, by string) (SavedView, error) {
	changed, err := d.records.ChangeSavedView(ctx, id, by, func(kept *store.SavedView) error {
		v := viewOf(*kept, user)
		if c.Name != nil {
			v.Name = *c.Name
		}
		if c.Query != nil {
			v.Query = *c.Query
		}
		if c.Shared != nil {
			v.Shared = *c.Shared
		}
		if err := v.tidy(); err != nil {
			return err
		}
		kept.Name, kept.Query, kept.Shared = v.Name, v.Query, v.Shared
		return nil
	})
	return viewOf(changed, user), err
}

// RemoveSavedView forgets a view, or returns store.ErrNotFound.
func (d *Desks) RemoveSavedView(ctx context.Context, id, by string) error {
	return d.records.RemoveSavedView(ctx, id, by)
}

func (v *SavedView) tidy() error {
	v.Name, v.Query = strings.TrimSpace(v.Name), strings.TrimPrefix(v.Query, "?")
	if v.Name == "" || !utf8.ValidString(v.Name) || utf8.RuneCountInString(v.Name) > mostName || strings.ContainsFunc(v.Name, unicode.IsControl) {
		return &RefusedError{"name", fmt.Sprintf("must be one line of 1 to %d characters", mostName)}
	}
	_, err := url.ParseQuery(v.Query)
	if err != nil || len(v.Query) > mostQuery || !utf8.ValidString(v.Query) || strings.ContainsFunc(v.Query, func(r rune) bool { return r == '#' || unicode.IsControl(r) }) {
		return &RefusedError{"query", fmt.Sprintf("is no query such as month=2026-10&group=acme, or longer than %d bytes", mostQuery)}
	}
	return nil
}
