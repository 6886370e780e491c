// Package workspace holds how people have set up the web application for themselves:
// their preferences, and the pages with filters that they keep by a name.
package workspace

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/store"
)

// Preferences are what somebody has chosen; what is empty is left to the browser and
// to the brand.
type Preferences struct {
	Language     string `json:"language,omitempty"`
	ColourScheme string `json:"colour_scheme,omitempty"`
	Density      string `json:"density,omitempty"` // of tables
	NumberFormat string `json:"number_format,omitempty"`
	DateFormat   string `json:"date_format,omitempty"`
	TimeZone     string `json:"time_zone,omitempty"` // such as Asia/Tokyo
	Rail         string `json:"rail,omitempty"`      // the console's navigation
	// Columns are those that a table shows, by the table's name, in their order.
	Columns map[string][]string `json:"columns"`
	// Dismissed are the ids of announcements that need not be shown any more.
	Dismissed []string `json:"dismissed_announcements"`
}

// Choices are what a preference can be, by its name. A number and a date stand for how
// they are written.
var Choices = map[string][]string{
	"language":      {"en", "ja"},
	"colour_scheme": {"light", "dark"},
	"density":       {"comfortable", "compact"},
	"number_format": {"1,234.5", "1.234,5", "1 234,5", "1'234.5"},
	"date_format":   {"2026-10-31", "31/10/2026", "10/31/2026", "31.10.2026"},
	"rail":          {"open", "icons"},
}

const (
	mostTables    = 60
	mostColumns   = 60  // of a table
	mostDismissed = 300 // announcements; the oldest are forgotten first
)

var (
	name = regexp.MustCompile(`^[a-z][a-z0-9_.-]{0,59}$`)                                // of a table, a column or a page
	zone = regexp.MustCompile(`^[A-Z][A-Za-z0-9_+-]{1,30}(/[A-Za-z0-9_+-]{1,30}){0,2}$`) // as the tz database has them
)

// RefusedError says why something cannot be as it was given.
type RefusedError struct {
	Field string
	Why   string
}

// Error implements error.
func (e *RefusedError) Error() string { return e.Field + " " + e.Why }

// PreferenceChange is what is to be different; what is nil stays, and an empty text
// takes a choice back.
type PreferenceChange struct {
	Language, ColourScheme, Density, NumberFormat, DateFormat, TimeZone, Rail *string

	Columns map[string][]string // by table; a table without columns is as if nothing was chosen
	Dismiss []string            // ids of announcements, beside those dismissed before
}

// Desks is the door to how people have set up the application. It is safe for use by
// several goroutines.
type Desks struct{ records *store.Store }

// New returns the door on the records.
func New(records *store.Store) *Desks { return &Desks{records} }

// Preferences returns what a user has chosen.
func (d *Desks) Preferences(ctx context.Context, user string) (Preferences, error) {
	kept, err := d.records.Preferences(ctx, user)
	if err != nil {
		return Preferences{}, err
	}
	return read(kept)
}

func read(kept json.RawMessage) (p Preferences, err error) {
	if len(kept) > 0 {
		err = json.Unmarshal(kept, &p)
	}
	if p.Columns == nil {
		p.Columns = map[string][]string{}
	}
	if p.Dismissed == nil {
		p.Dismissed = []string{}
	}
	return p, err
}

// ChangePreferences changes what a user has chosen and returns all of it. What cannot
// be chosen is a *RefusedError.
func (d *Desks) ChangePreferences(ctx context.Context, user string, c PreferenceChange) (changed Preferences, err error) {
	err = d.records.ChangePreferences(ctx, user, func(kept json.RawMessage) (json.RawMessage, error) {
		if changed, err = read(kept); err != nil {
			return nil, err
		}
		if err := changed.apply(c); err != nil {
			return nil, err
		}
		return json.Marshal(changed)
	})
	return changed, err
}

func (p *Preferences) apply(c PreferenceChange) error {
	for _, choice := range []struct {
		name   string
		wanted *string
		kept   *string
	}{
		{"language", c.Language, &p.Language}, {"colour_scheme", c.ColourScheme, &p.ColourScheme}, {"density", c.Density, &p.Density},
		{"number_format", c.NumberFormat, &p.NumberFormat}, {"date_format", c.DateFormat, &p.DateFormat}, {"rail", c.Rail, &p.Rail},
	} {
		if choice.wanted == nil {
			continue
		}
		if *choice.wanted != "" && !slices.Contains(Choices[choice.name], *choice.wanted) {
			return &RefusedError{choice.name, "must be one of " + strings.Join(Choices[choice.name], "; ")}
		}
		*choice.kept = *choice.wanted
	}
	if c.TimeZone != nil {
		if *c.TimeZone != "" && !zone.MatchString(*c.TimeZone) {
			return &RefusedError{"time_zone", "is no time zone such as Asia/Tokyo"}
		}
		p.TimeZone = *c.TimeZone
	}
	if err := p.choose(c.Columns); err != nil {
		return err
	}
	for _, id := range c.Dismiss {
		if id != "" && !slices.Contains(p.Dismissed, id) {
			p.Dismissed = append(p.Dismissed, id)
		}
	}
	p.Dismissed = p.Dismissed[max(0, len(p.Dismissed)-mostDismissed):]
	return nil
}

// choose keeps which columns tables show.
func (p *Preferences) choose(columns map[string][]string) error {
	for table, shown := range columns {
		if !name.MatchString(table) {
			return &RefusedError{"columns", fmt.Sprintf("names a table %q; names have small letters, digits, - and _", table)}
		}
		if len(shown) > mostColumns {
			return &RefusedError{"columns", fmt.Sprintf("has %d columns of %s; at most %d are kept", len(shown), table, mostColumns)}
		}
		for _, column := range shown {
			if !name.MatchString(column) {
				return &RefusedError{"columns", fmt.Sprintf("names a column %q of %s; names have small letters, digits, - and _", column, table)}
			}
		}
		if len(shown) == 0 {
			delete(p.Columns, table)
			continue
		}
		p.Columns[table] = slices.Clone(shown)
	}
	if len(p.Columns) > mostTables {
		return &RefusedError{"columns", fmt.Sprintf("has %d tables; at most %d are kept", len(p.Columns), mostTables)}
	}
	return nil
}
