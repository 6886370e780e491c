package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/sluice-billing/sluice/internal/workspace"
)

// workspaceOperations are how people set up the web application for themselves.
var workspaceOperations = []described{
	ShowPreferences, ChangePreferences, ListSavedViews, AddSavedView, ChangeSavedView, RemoveSavedView,
}

// workspace is how the server's users have set up the application; the command line
// has no users.
func (s *Session) workspace() (*workspace.Desks, error) {
	if s.service == nil {
		return nil, fmt.Errorf("only a server knows users; name one with --server")
	}
	return workspace.New(s.home.Store), nil
}

// workspaceRefused names the field of a request that is wrong.
func workspaceRefused(err error) error {
	var refused *workspace.RefusedError
	if errors.As(err, &refused) {
		return invalid("body."+refused.Field, "%s", refused.Why)
	}
	return err
}

// ShowPreferences returns what the caller has chosen.
var ShowPreferences = Operation[*Session, struct{}, workspace.Preferences]{
	ID: "show-preferences", Method: http.MethodGet, Path: "/me/preferences", Tag: "Me", Title: "Show one's preferences",
	About: "How the caller has set up the web application. What is not there is left to the browser and the brand.",
	Do: func(ctx context.Context, s *Session, _ struct{}) (workspace.Preferences, error) {
		desks, err := s.workspace()
		if err != nil {
			return workspace.Preferences{}, err
		}
		return desks.Preferences(ctx, s.Who.UserID)
	},
}

// PreferencesInput is what to change; what is not given stays, and an empty text takes a
// choice back.
type PreferencesInput struct {
	Body struct {
		Language     *string             `json:"language,omitempty" maxLength:"20" doc:"en or ja"`
		ColourScheme *string             `json:"colour_scheme,omitempty" maxLength:"20" doc:"light or dark"`
		Density      *string             `json:"density,omitempty" maxLength:"20" doc:"Of tables: comfortable or compact"`
		NumberFormat *string             `json:"number_format,omitempty" maxLength:"20" doc:"1,234.5 or 1.234,5 or 1 234,5 or 1'234.5"`
		DateFormat   *string             `json:"date_format,omitempty" maxLength:"20" doc:"2026-10-31 or 31/10/2026 or 10/31/2026 or 31.10.2026"`
		TimeZone     *string             `json:"time_zone,omitempty" maxLength:"100" doc:"As the tz database names it, such as Asia/Tokyo"`
		Rail         *string             `json:"rail,omitempty" maxLength:"20" doc:"The console's navigation: open or icons"`
		Columns      map[string][]string `json:"columns,omitempty" doc:"Which columns a table shows, in their order, by the table's name; other tables stay as they are, and one without columns is as it was at first"`
	}
}

// ChangePreferences changes what the caller has chosen.
var ChangePreferences = Operation[*Session, PreferencesInput, workspace.Preferences]{
	ID: "change-preferences", Method: http.MethodPatch, Path: "/me/preferences", Tag: "Me", Title: "Change one's preferences",
	About: "What is not given stays; an empty text takes a choice back. They concern the caller alone, and are not in the audit.",
	Do: func(ctx context.Context, s *Session, in PreferencesInput) (workspace.Preferences, error) {
		desks, err := s.workspace()
		if err != nil {
			return workspace.Preferences{}, err
		}
		b := in.Body
		changed, err := desks.ChangePreferences(ctx, s.Who.UserID, workspace.PreferenceChange{
			Language: b.Language, ColourScheme: b.ColourScheme, Density: b.Density, NumberFormat: b.NumberFormat, DateFormat: b.DateFormat,
			TimeZone: b.TimeZone, Rail: b.Rail, Columns: b.Columns,
		})
		return changed, workspaceRefused(err)
	},
}
