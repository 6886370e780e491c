package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/store"
	"github.com/sluice-billing/sluice/internal/workspace"
)

// memberships are the organizations that the caller has a grant in, in the order of the
// grants. What is below them is not among them.
func (s *Session) memberships() []string {
	var all []string
	for _, g := range s.Who.Grants {
		if _, there := s.Rights.Tree().Organization(g.Organization); there && !slices.Contains(all, g.Organization) {
			all = append(all, g.Organization)
		}
	}
	return all
}

// savedView is a view that the caller may open, with the door to it.
func (s *Session) savedView(ctx context.Context, id string) (workspace.SavedView, *workspace.Desks, error) {
	desks, err := s.workspace()
	if err != nil {
		return workspace.SavedView{}, nil, err
	}
	v, err := desks.SavedView(ctx, id, s.Who.UserID)
	if err == nil && !slices.Contains(s.memberships(), v.Organization) {
		err = fmt.Errorf("saved view %s %w", id, store.ErrNotFound)
	}
	return v, desks, err
}

// SavedViewsQuery chooses saved views.
type SavedViewsQuery struct {
	Organization string `query:"organization" maxLength:"200" doc:"Only of this one of the caller's organizations"`
	Page         string `query:"page" maxLength:"60" doc:"Only of this page, such as explore"`
}

// ListSavedViews lists the views that the caller may open.
var ListSavedViews = Listing[*Session, SavedViewsQuery, workspace.SavedView]{
	ID: "list-saved-views", Path: "/saved-views", Tag: "Me", Title: "List saved views",
	About: "Pages with their filters, kept by a name: the caller's own, and those shared in an organization that the caller has a role in. Those of organizations below are not among them.",
	Key:   func(v workspace.SavedView) string { return v.ID },
	Do: func(ctx context.Context, s *Session, in SavedViewsQuery) ([]workspace.SavedView, error) {
		desks, err := s.workspace()
		if err != nil {
			return nil, err
		}
		of := s.memberships()
		if in.Organization != "" {
			if !slices.Contains(of, in.Organization) {
				return nil, fmt.Errorf("organization %s %w", in.Organization, store.ErrNotFound)
			}
			of = []string{in.Organization}
		}
		all := []workspace.SavedView{}
		for _, organization := range of {
			views, err := desks.SavedViews(ctx, organization, s.Who.UserID)
			if err != nil {
				return nil, err
			}
			all = append(all, views...)
		}
		return slices.DeleteFunc(all, func(v workspace.SavedView) bool { return in.Page != "" && v.Page != in.Page }), nil
	},
}

// SavedViewInput is a view to keep.
type SavedViewInput struct {
	Body struct {
		Organization string `json:"organization,omitempty" maxLength:"200" doc:"One of the caller's organizations; the first where it is not given"`
		Name         string `json:"name" minLength:"1" maxLength:"100"`
		Page         string `json:"page" minLength:"1" maxLength:"60" doc:"Such as explore or invoices"`
		Query        string `json:"query" maxLength:"2000" doc:"What stands behind ? in the page's address"`
		Shared       bool   `json:"shared,omitempty" doc:"With everybody who has a role in the organization itself"`
	}
}

// AddSavedView keeps a view.
var AddSavedView = Operation[*Session, SavedViewInput, workspace.SavedView]{
	ID: "add-saved-view", Method: http.MethodPost, Path: "/saved-views", Tag: "Me", Title: "Save a view", Creates: true,
	About: "Keeps a page with its filters by a name, for the caller, or for everybody of one of the caller's organizations. What it shows is still asked for with the rights of who opens it.",
	Do: func(ctx context.Context, s *Session, in SavedViewInput) (workspace.SavedView, error) {
		desks, err := s.workspace()
		if err != nil {
			return workspace.SavedView{}, err
		}
		b, of := in.Body, s.memberships()
		if b.Organization == "" && len(of) > 0 {
			b.Organization = of[0]
		}
		if !slices.Contains(of, b.Organization) {
			return workspace.SavedView{}, invalid("body.organization", "%q is not among your organizations", b.Organization)
		}
		added, err := desks.AddSavedView(ctx, workspace.SavedView{Organization: b.Organization, Name: b.Name, Page: b.Page, Query: b.Query, Shared: b.Shared}, s.Who.UserID, s.by())
		return added, workspaceRefused(err)
	},
}

// SavedViewChange is what to change of a view; what is not given stays.
type SavedViewChange struct {
	ByID
	Body struct {
		Name   *string `json:"name,omitempty" minLength:"1" maxLength:"100"`
		Query  *string `json:"query,omitempty" maxLength:"2000"`
		Shared *bool   `json:"shared,omitempty"`
	}
}

// ChangeSavedView changes a view of the caller's.
var ChangeSavedView = Operation[*Session, SavedViewChange, workspace.SavedView]{
	ID: "change-saved-view", Method: http.MethodPatch, Path: "/saved-views/{id}", Tag: "Me", Title: "Change a saved view",
	About: "Its name, its filters, or whether it is shared. Refused for a view that somebody else made.",
	Do: func(ctx context.Context, s *Session, in SavedViewChange) (workspace.SavedView, error) {
		v, desks, err := s.savedView(ctx, in.ID)
		if err != nil {
			return workspace.SavedView{}, err
		}
		if !v.Own {
			return workspace.SavedView{}, &Problem{Code: "denied", Detail: "somebody else made this view; save one of your own"}
		}
		changed, err := desks.ChangeSavedView(ctx, v.ID, workspace.ViewChange{Name: in.Body.Name, Query: in.Body.Query, Shared: in.Body.Shared}, s.Who.UserID, s.by())
		return changed, workspaceRefused(err)
	},
}

// RemoveSavedView takes a view away.
var RemoveSavedView = Operation[*Session, ByID, Done]{
	ID: "remove-saved-view", Method: http.MethodDelete, Path: "/saved-views/{id}", Tag: "Me", Title: "Remove a saved view",
	About: "Of a view that somebody else shared it needs the permission `users.write` in its organization.",
	Do: func(ctx context.Context, s *Session, in ByID) (Done, error) {
		v, desks, err := s.savedView(ctx, in.ID)
		if err != nil {
			return Done{}, err
		}
		if !v.Own && !s.Rights.May(access.WriteUsers, v.Organization) {
			return Done{}, denied(access.WriteUsers)
		}
		return Done{true}, desks.RemoveSavedView(ctx, v.ID, s.by())
	},
}
