// Package notice holds what the reseller tells its customers in the portal:
// announcements, for a time, to all or to some.
package notice

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/store"
)

// Levels of announcements.
const (
	Info    = "info"
	Warning = "warning"
)

// Words are an announcement in a language.
type Words struct {
	Language string `json:"language"` // en or ja
	Title    string `json:"title"`    // one line
	Text     string `json:"text"`     // plain, with line breaks
}

// Announcement is what customers are told.
type Announcement struct {
	ID        string    `json:"id"`
	Level     string    `json:"level"` // info or warning
	Words     []Words   `json:"words"` // the first is for whoever reads none of the languages
	From      time.Time `json:"from,omitzero"`
	To        time.Time `json:"to,omitzero"` // not shown from then on; zero is without end
	Customers []string  `json:"customers"`   // of the reseller itself; none are all
	Enabled   bool      `json:"enabled"`
	Version   int64     `json:"version"`
	ChangedAt time.Time `json:"changed_at,omitzero"`
	ChangedBy string    `json:"changed_by,omitempty"`
}

// RefusedError says why an announcement cannot be as it was given.
type RefusedError struct {
	Field string // such as words[0].text
	Why   string
}

// Error implements error.
func (e *RefusedError) Error() string { return "the announcement's " + e.Field + " " + e.Why }

const (
	mostKept  = 200  // announcements
	mostTitle = 200  // characters
	mostText  = 2000 // characters
)

var languages = []string{"en", "ja"}

// In returns the words in a language, else the first ones.
func (a Announcement) In(language string) Words {
	i := slices.IndexFunc(a.Words, func(w Words) bool { return w.Language == language })
	return a.Words[max(i, 0)]
}

// InForce tells whether it is shown at a time.
func (a Announcement) InForce(at time.Time) bool {
	return a.Enabled && !at.Before(a.From) && (a.To.IsZero() || at.Before(a.To))
}

// For tells whether it is for a customer of the reseller.
func (a Announcement) For(customer string) bool {
	return len(a.Customers) == 0 || slices.Contains(a.Customers, customer)
}

// document is what the records keep.
type document struct {
	Level     string    `json:"level"`
	Words     []Words   `json:"words"`
	From      time.Time `json:"from,omitzero"`
	To        time.Time `json:"to,omitzero"`
	Customers []string  `json:"customers,omitempty"`
	Enabled   bool      `json:"enabled"`
}

func read(kept store.Announcement) (Announcement, error) {
	var d document
	if err := json.Unmarshal(kept.Document, &d); err != nil {
		return Announcement{}, fmt.Errorf("announcement %s: %w", kept.ID, err)
	}
	if d.Customers == nil {
		d.Customers = []string{}
	}
	return Announcement{
		ID: kept.ID, Level: d.Level, Words: d.Words, From: d.From, To: d.To, Customers: d.Customers, Enabled: d.Enabled,
		Version: kept.Version, ChangedAt: kept.ChangedAt, ChangedBy: kept.ChangedBy,
	}, nil
}

// Board is the door to the announcements. It is safe for use by several goroutines.
type Board struct{ records *store.Store }

// New returns the announcements on the records.
func New(records *store.Store) *Board { return &Board{records} }

// All returns all announcements, the newest first.
func (b *Board) All(ctx context.Context) ([]Announcement, error) {
	kept, err := b.records.Announcements(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]Announcement, len(kept))
	for i, k := range kept {
		if all[i], err = read(k); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// InForce returns the announcements that are shown at a time, warnings first, then the
// newest first.
func (b *Board) InForce(ctx context.Context, at time.Time) ([]Announcement, error) {
	all, err := b.All(ctx)
	all = slices.DeleteFunc(all, func(a Announcement) bool { return !a.InForce(at) })
	slices.SortStableFunc(all, func(a, b Announcement) int { return -strings.Compare(a.Level, b.Level) })
	return all, err
}

// Of returns an announcement, or store.ErrNotFound.
func (b *Board) Of(ctx context.Context, id string) (Announcement, error) {
	kept, err := b.records.Announcement(ctx, id)
	if err != nil {
		return Announcement{}, err
	}
	return read(kept)
}

// Add makes an announcement of what is wanted, whose id is given here. What it cannot
// be is a *RefusedError.
func (b *Board) Add(ctx context.Context, wanted Announcement, by string) (Announcement, error) {
	wanted.ID = ulid.Make().String()
	kept, err := wanted.kept(by)
	if err != nil {
		return Announcement{}, err
	}
	if kept, err = b.records.AddAnnouncement(ctx, kept, mostKept); err != nil {
		return Announcement{}, err
	}
	return read(kept)
}

// Save puts what is wanted in the place of the announcement with its id. What it
// cannot be is a *RefusedError.
func (b *Board) Save(ctx context.Context, wanted Announcement, by string) (Announcement, error) {
	kept, err := wanted.kept(by)
	if err != nil {
		return Announcement{}, err
	}
	if kept, err = b.records.SaveAnnouncement(ctx, kept); err != nil {
		return Announcement{}, err
	}
	return read(kept)
}

// Remove forgets an announcement, or returns store.ErrNotFound.
func (b *Board) Remove(ctx context.Context, id, by string) error {
	return b.records.RemoveAnnouncement(ctx, id, by)
}

// kept is the announcement as the records have it, checked.
func (a Announcement) kept(by string) (store.Announcement, error) {
	if a.Level != Info && a.Level != Warning {
		return store.Announcement{}, &RefusedError{"level", "must be info or warning"}
	}
	if len(a.Words) == 0 {
		return store.Announcement{}, &RefusedError{"words", "are missing; give a title and a text in one language at least"}
	}
	words := slices.Clone(a.Words)
	seen := map[string]bool{}
	for i := range words {
		if err := words[i].tidy(fmt.Sprintf("words[%d]", i)); err != nil {
			return store.Announcement{}, err
		}
		if seen[words[i].Language] {
			return store.Announcement{}, &RefusedError{fmt.Sprintf("words[%d].language", i), "is there twice"}
		}
		seen[words[i].Language] = true
	}
	if !a.To.IsZero() && !a.From.Before(a.To) {
		return store.Announcement{}, &RefusedError{"to", "is not after from"}
	}
	text, err := json.Marshal(document{a.Level, words, utc(a.From), utc(a.To), slices.Compact(slices.Sorted(slices.Values(a.Customers))), a.Enabled})
	return store.Announcement{ID: a.ID, Document: text, ChangedBy: by}, err
}

// utc keeps the zero time as it is, so that it is left out.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}

func (w *Words) tidy(at string) error {
	w.Title, w.Text = strings.TrimSpace(w.Title), strings.TrimSpace(strings.ReplaceAll(w.Text, "\r\n", "\n"))
	switch {
	case !slices.Contains(languages, w.Language):
		return &RefusedError{at + ".language", "must be one of " + strings.Join(languages, ", ")}
	case w.Title == "" || !plain(w.Title, mostTitle, ""):
		return &RefusedError{at + ".title", fmt.Sprintf("must be one line of 1 to %d characters", mostTitle)}
	case !plain(w.Text, mostText, "\n\t"):
		return &RefusedError{at + ".text", fmt.Sprintf("must be plain text of at most %d characters", mostText)}
	}
	return nil
}

// plain tells whether a text is short enough and has no control characters but some.
func plain(text string, most int, but string) bool {
	return utf8.ValidString(text) && utf8.RuneCountInString(text) <= most &&
		!strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune(but, r) })
}
