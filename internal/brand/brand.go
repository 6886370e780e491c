// Package brand holds how organizations that sell show themselves to those they sell
// to: name, pictures, colour, domain, whom to ask. Nothing that customers see needs to
// name this program.
package brand

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/store"
)

// Brand is how an organization shows itself. What is empty is left to those who show
// it; only the name must be there.
type Brand struct {
	Organization string    `json:"organization"`
	Name         string    `json:"name"`
	Accent       string    `json:"accent,omitempty"`      // such as #0b6363: what there is to press, on light ground
	AccentDark   string    `json:"accent_dark,omitempty"` // the same on dark ground; made of Accent where it is empty
	Domain       string    `json:"domain,omitempty"`      // where its pages are reached, such as billing.example.com
	Sender       Sender    `json:"mail_sender"`
	Support      Support   `json:"support"`
	Footer       string    `json:"footer,omitempty"`   // plain text with line breaks
	Language     string    `json:"language,omitempty"` // of who has chosen none: en or ja
	Logos        []Logo    `json:"logos"`
	Version      int64     `json:"version"` // 0 where nothing was saved yet
	ChangedAt    time.Time `json:"changed_at,omitzero"`
	ChangedBy    string    `json:"changed_by,omitempty"`
}

// Sender is who mail comes from.
type Sender struct {
	Name    string `json:"name,omitempty"`
	Address string `json:"address,omitempty"`
}

// Support is whom customers ask.
type Support struct {
	Email string `json:"email,omitempty"`
	Phone string `json:"phone,omitempty"`
	URL   string `json:"url,omitempty"` // https
}

// RefusedError says why a brand or a picture cannot be as it was given.
type RefusedError struct {
	Field string // such as accent or support.email
	Why   string
}

// Error implements error.
func (e *RefusedError) Error() string { return "the brand's " + e.Field + " " + e.Why }

// document is what the records keep of a brand beside its organization and domain.
type document struct {
	Name       string  `json:"name"`
	Accent     string  `json:"accent,omitempty"`
	AccentDark string  `json:"accent_dark,omitempty"`
	Domain     string  `json:"domain,omitempty"` // for the audit
	Sender     Sender  `json:"mail_sender,omitzero"`
	Support    Support `json:"support,omitzero"`
	Footer     string  `json:"footer,omitempty"`
	Language   string  `json:"language,omitempty"`
}

// Brands is the door to the brands of an installation. It is safe for use by several
// goroutines.
type Brands struct{ records *store.Store }

// New returns the brands on the records.
func New(records *store.Store) *Brands { return &Brands{records} }

// All returns the brands of all organizations, by organization.
func (b *Brands) All(ctx context.Context) ([]Brand, error) {
	kept, err := b.records.Brands(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]Brand, len(kept))
	for i, k := range kept {
		if all[i], err = b.read(ctx, k); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Of returns the brand of an organization, or store.ErrNotFound.
func (b *Brands) Of(ctx context.Context, organization string) (Brand, error) {
	kept, err := b.records.Brand(ctx, organization)
	if err != nil {
		return Brand{}, err
	}
	return b.read(ctx, kept)
}

// At returns the brand whose domain a request was sent to, which is its host, with or
// without a port. It is false where no brand has it.
func (b *Brands) At(ctx context.Context, host string) (found Brand, ok bool, err error) {
	domain, err := hostOf(host)
	if err != nil {
		return Brand{}, false, nil // no brand can have it
	}
	kept, err := b.records.BrandAt(ctx, domain)
	if errors.Is(err, store.ErrNotFound) {
		return Brand{}, false, nil
	}
	if err == nil {
		found, err = b.read(ctx, kept)
	}
	return found, err == nil, err
}

func (b *Brands) read(ctx context.Context, kept store.Brand) (Brand, error) {
	var d document
	if err := json.Unmarshal(kept.Document, &d); err != nil {
		return Brand{}, fmt.Errorf("the brand of %s: %w", kept.Organization, err)
	}
	logos, err := b.records.BrandLogos(ctx, kept.Organization)
	if err != nil {
		return Brand{}, err
	}
	out := Brand{
		Organization: kept.Organization, Name: d.Name, Accent: d.Accent, AccentDark: d.AccentDark, Domain: kept.Domain, Sender: d.Sender, Support: d.Support,
		Footer: d.Footer, Language: d.Language, Logos: []Logo{}, Version: kept.Version, ChangedAt: kept.ChangedAt, ChangedBy: kept.ChangedBy,
	}
	for _, l := range logos {
		out.Logos = append(out.Logos, logoOf(l))
	}
	return out, nil
}

// Save puts a brand in force and returns it as it is kept: colours and domain in small
// letters, the colour for dark ground filled in. What it cannot be is a *RefusedError.
// Pictures stay as they are; they are saved one by one.
func (b *Brands) Save(ctx context.Context, wanted Brand, by string) (Brand, error) {
	if err := wanted.tidy(); err != nil {
		return Brand{}, err
	}
	text, err := json.Marshal(document{
		Name: wanted.Name, Accent: wanted.Accent, AccentDark: wanted.AccentDark, Domain: wanted.Domain, Sender: wanted.Sender, Support: wanted.Support,
		Footer: wanted.Footer, Language: wanted.Language,
	})
	if err != nil {
		return Brand{}, err
	}
	saved, err := b.records.SaveBrand(ctx, store.Brand{Organization: wanted.Organization, Domain: wanted.Domain, Document: text, ChangedBy: by})
	if err != nil {
		return Brand{}, err
	}
	return b.read(ctx, saved)
}

// Remove forgets the brand of an organization with its pictures, or returns
// store.ErrNotFound.
func (b *Brands) Remove(ctx context.Context, organization, by string) error {
	return b.records.RemoveBrand(ctx, organization, by)
}

// Appearance is what anybody may see of a brand, signed in or not.
type Appearance struct {
	Name       string    `json:"name"`
	Accent     string    `json:"accent,omitempty"`
	AccentDark string    `json:"accent_dark,omitempty"`
	Pictures   []Picture `json:"pictures"`
	Support    Support   `json:"support"`
	Footer     string    `json:"footer,omitempty"`
	Language   string    `json:"language,omitempty"`
}

// Picture is where a picture of a brand is loaded from.
type Picture struct {
	Variant string `json:"variant"`
	URL     string `json:"url"` // a path of the server; another picture has another one
	Width   int    `json:"width"`
	Height  int    `json:"height"`
}

// Appearance is what anybody may see.
func (b Brand) Appearance() Appearance {
	a := Appearance{
		Name: b.Name, Accent: b.Accent, AccentDark: b.AccentDark, Pictures: []Picture{}, Support: b.Support, Footer: b.Footer, Language: b.Language,
	}
	for _, l := range b.Logos {
		a.Pictures = append(a.Pictures, Picture{l.Variant, LogoPath + l.Variant + "?v=" + l.Hash, l.Width, l.Height})
	}
	return a
}

// LogoPath is where a server offers the pictures: the variant follows.
const LogoPath = "/brand/logo/"

// Picture returns a picture of one of some variants, the first that there is; false
// where there is none of them.
func (a Appearance) Picture(variants ...string) (Picture, bool) {
	for _, v := range variants {
		for _, p := range a.Pictures {
			if p.Variant == v {
				return p, true
			}
		}
	}
	return Picture{}, false
}

// Theme is a style sheet that sets the colours; empty where the brand has none. Pages
// use --mark; --accent-light and --accent-dark are there whatever the ground is.
func (a Appearance) Theme() string {
	if a.Accent == "" {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, ":root { --accent-light: %s; --accent-dark: %s; --mark: %[1]s; --mark-ink: %s; }\n", a.Accent, a.AccentDark, inkOnLight)
	fmt.Fprintf(&b, "@media (prefers-color-scheme: dark) { :root { --mark: %s; --mark-ink: %s; } }\n", a.AccentDark, inkOnDark)
	return b.String()
}
