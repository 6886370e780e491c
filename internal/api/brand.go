package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/brand"
	"github.com/sluice-billing/sluice/internal/store"
)

// brandOperations say how those that sell show themselves to those they sell to, and
// what the reseller tells its customers.
var brandOperations = []described{
	ListBrands, ShowBrand, SaveBrand, RemoveBrand, SaveBrandLogo, RemoveBrandLogo, DownloadBrandLogo, ShowCurrentBrand,
	ListAnnouncements, ShowAnnouncement, AddAnnouncement, SaveAnnouncement, RemoveAnnouncement, ListPortalAnnouncements, DismissAnnouncement,
}

func (d *Desk) brands() *brand.Brands { return brand.New(d.Store) }

// OfBrand names whose brand it is.
type OfBrand struct {
	Organization string `path:"organization" maxLength:"200" doc:"The organization that shows itself: reseller, or the id of a customer that sells on" example:"reseller"`
}

// seller is an organization that sells, or an error that says that there is none.
func (d *Desk) seller(id string) (access.Organization, error) {
	o, ok := d.session.Rights.Tree().Organization(id)
	if !ok || o.Kind != access.KindReseller {
		return o, fmt.Errorf("a reseller %s %w", id, store.ErrNotFound)
	}
	return o, nil
}

// brandRefused names the field of a request that is wrong.
func brandRefused(err error) error {
	var refused *brand.RefusedError
	if errors.As(err, &refused) {
		return invalid("body."+refused.Field, "%s", refused.Why)
	}
	return err
}

// ListBrands lists the brands.
var ListBrands = Listing[*Desk, struct{}, brand.Brand]{
	ID: "list-brands", Path: "/brands", Tag: "Brand", Title: "List brands", Needs: access.ReadConfig, Kept: true,
	About: "How the reseller and those that sell on show themselves to their customers; those alone that have a brand.",
	Key:   func(b brand.Brand) string { return b.Organization },
	Do: func(ctx context.Context, d *Desk, _ struct{}) ([]brand.Brand, error) {
		return d.brands().All(ctx)
	},
}

// ShowBrand returns the brand of an organization.
var ShowBrand = Operation[*Desk, OfBrand, brand.Brand]{
	ID: "show-brand", Method: http.MethodGet, Path: "/brands/{organization}", Tag: "Brand", Title: "Show a brand", Needs: access.ReadConfig, Kept: true,
	About: "How an organization shows itself to its customers. Where nothing was saved yet, version is 0 and the name is the declared one.",
	Do: func(ctx context.Context, d *Desk, in OfBrand) (brand.Brand, error) {
		o, err := d.seller(in.Organization)
		if err != nil {
			return brand.Brand{}, err
		}
		b, err := d.brands().Of(ctx, o.ID)
		if errors.Is(err, store.ErrNotFound) {
			return brand.Brand{Organization: o.ID, Name: o.Name, Logos: []brand.Logo{}}, nil
		}
		return b, err
	},
}

// BrandInput is a brand to save.
type BrandInput struct {
	OfBrand
	Body struct {
		Name       string `json:"name" maxLength:"200" doc:"What pages and mail say" example:"Akatsuki Cloud"`
		Accent     string `json:"accent,omitempty" maxLength:"7" doc:"The colour of what there is to press, such as #0b6363. Its contrast to the light ground of the pages must be 4.5 or more; what is refused names the nearest colour that has it"`
		AccentDark string `json:"accent_dark,omitempty" maxLength:"7" doc:"The same on dark ground; made of accent where it is not given"`
		Domain     string `json:"domain,omitempty" maxLength:"253" doc:"A host name at which the server is reached in this brand, such as billing.example.com"`
		Sender     struct {
			Name    string `json:"name,omitempty" maxLength:"200"`
			Address string `json:"address,omitempty" maxLength:"254"`
		} `json:"mail_sender,omitempty" doc:"Who mail to customers comes from"`
		Support struct {
			Email string `json:"email,omitempty" maxLength:"254"`
			Phone string `json:"phone,omitempty" maxLength:"200"`
			URL   string `json:"url,omitempty" maxLength:"2000" doc:"https://…"`
		} `json:"support,omitempty" doc:"Whom customers ask"`
		Footer   string `json:"footer,omitempty" maxLength:"500" doc:"Plain text below each page, with line breaks"`
		Language string `json:"language,omitempty" enum:"en,ja" doc:"The language for whoever has chosen none"`
	}
}

// SaveBrand puts a brand in force.
var SaveBrand = Operation[*Desk, BrandInput, brand.Brand]{
	ID: "save-brand", Method: http.MethodPut, Path: "/brands/{organization}", Tag: "Brand", Title: "Save a brand", Needs: access.WriteConfig,
	About: "Replaces all of it but the logos. It is in force at once: for customers of the organization when they are signed in, and for everybody at its domain. Refused where a colour cannot be read on the pages' ground, and where another brand has the domain.",
	Do: func(ctx context.Context, d *Desk, in BrandInput) (brand.Brand, error) {
		o, err := d.seller(in.Organization)
		if err != nil {
			return brand.Brand{}, err
		}
		b := in.Body
		if o.ID != access.Root && d.session.isOwnHost(b.Domain) {
			return brand.Brand{}, invalid("body.domain", "%s is where the server itself is reached; it shows the brand of the reseller", b.Domain)
		}
		saved, err := d.brands().Save(ctx, brand.Brand{
			Organization: o.ID, Name: b.Name, Accent: b.Accent, AccentDark: b.AccentDark, Domain: b.Domain, Sender: brand.Sender(b.Sender),
			Support: brand.Support(b.Support), Footer: b.Footer, Language: b.Language,
		}, d.User)
		return saved, brandRefused(err)
	},
}

// isOwnHost tells whether a host is the one of the server's origin.
func (s *Session) isOwnHost(host string) bool {
	if s.service == nil || host == "" {
		return false
	}
	origin, err := url.Parse(s.service.Origin)
	return err == nil && strings.EqualFold(origin.Hostname(), strings.TrimSuffix(host, "."))
}

// RemoveBrand forgets a brand.
var RemoveBrand = Operation[*Desk, OfBrand, Done]{
	ID: "remove-brand", Method: http.MethodDelete, Path: "/brands/{organization}", Tag: "Brand", Title: "Remove a brand", Needs: access.WriteConfig,
	About: "Forgets it with its logos. Its customers see the declared name of the organization from then on.",
	Do: func(ctx context.Context, d *Desk, in OfBrand) (Done, error) {
		return Done{true}, d.brands().Remove(ctx, in.Organization, d.User)
	},
}

// OfLogo names a logo of a brand.
type OfLogo struct {
	OfBrand
	Variant string `path:"variant" enum:"light,dark,icon" doc:"On light ground, on dark ground, or the square icon of the browser's tab" example:"light"`
}

// LogoInput is a logo to save.
type LogoInput struct {
	OfLogo
	RawBody []byte `contentType:"application/octet-stream" doc:"A PNG or JPEG file of at most 200 KiB, with 16 to 2048 pixels each side; an icon is square"`
}

// SaveBrandLogo keeps a logo.
var SaveBrandLogo = Operation[*Desk, LogoInput, brand.Brand]{
	ID: "save-brand-logo", Method: http.MethodPut, Path: "/brands/{organization}/logos/{variant}", Tag: "Brand", Title: "Save a logo of a brand", Needs: access.WriteConfig,
	About:  "Replaces the one before. The picture is read to its end before it is kept. SVG is refused, since it may hold scripts. Refused where the brand was not saved yet.",
	Upload: brand.MostBytes + 1, // which is too large already
	Do: func(ctx context.Context, d *Desk, in LogoInput) (brand.Brand, error) {
		o, err := d.seller(in.Organization)
		if err != nil {
			return brand.Brand{}, err
		}
		brands := d.brands()
		if _, err := brands.Of(ctx, o.ID); errors.Is(err, store.ErrNotFound) {
			return brand.Brand{}, fmt.Errorf("the brand of %s has no name yet; save it before its logos", o.ID)
		}
		if _, err := brands.SaveLogo(ctx, o.ID, in.Variant, in.RawBody, d.User); err != nil {
			return brand.Brand{}, brandRefused(err)
		}
		return brands.Of(ctx, o.ID)
	},
}

// RemoveBrandLogo takes a logo away.
var RemoveBrandLogo = Operation[*Desk, OfLogo, Done]{
	ID: "remove-brand-logo", Method: http.MethodDelete, Path: "/brands/{organization}/logos/{variant}", Tag: "Brand", Title: "Remove a logo of a brand", Needs: access.WriteConfig,
	About: "Pages show the name alone where there is none.",
	Do: func(ctx context.Context, d *Desk, in OfLogo) (Done, error) {
		return Done{true}, d.brands().RemoveLogo(ctx, in.Organization, in.Variant, d.User)
	},
}

// DownloadBrandLogo returns a logo.
var DownloadBrandLogo = Download[*Desk, OfLogo]{
	ID: "download-brand-logo", Path: "/brands/{organization}/logos/{variant}", Tag: "Brand", Title: "Download a logo of a brand", Needs: access.ReadConfig,
	About: "The file as it was saved. Pages load it from the address that `show-current-brand` names.", MediaTypes: []string{"image/png", "image/jpeg"},
	Do: func(ctx context.Context, d *Desk, in OfLogo) (File, error) {
		l, data, err := d.brands().Logo(ctx, in.Organization, in.Variant)
		return File{in.Variant + "." + strings.TrimPrefix(l.MediaType, "image/"), l.MediaType, data}, err
	},
}

// CurrentBrandQuery chooses for which organization of the caller's.
type CurrentBrandQuery struct {
	Organization string `query:"organization" maxLength:"200" doc:"One of the caller's organizations; the first where it is not given"`
}

// ShowCurrentBrand tells how pages should look.
var ShowCurrentBrand = Operation[*Session, CurrentBrandQuery, brand.Appearance]{
	ID: "show-current-brand", Method: http.MethodGet, Path: "/brand/current", Tag: "Brand", Title: "Show the brand that pages are in", Open: true,
	About: "The brand whose domain the request was sent to; else that of whom the caller buys from; else the reseller's. Where there is none, the declared name alone. `/brand/theme.css` has the colours of the domain as a style sheet.",
	Do: func(ctx context.Context, s *Session, in CurrentBrandQuery) (brand.Appearance, error) {
		service := opened(ctx)
		if service == nil {
			return brand.Appearance{}, fmt.Errorf("only a server has pages; name one with --server")
		}
		brands := brand.New(service.Home.Store)
		if b, ok, err := brands.At(ctx, requestOf(ctx).Host); ok || err != nil {
			return b.Appearance(), err
		}
		_, tree, err := service.current(ctx)
		if err != nil {
			return brand.Appearance{}, err
		}
		seller, err := s.sellerOf(tree, in.Organization)
		if err != nil {
			return brand.Appearance{}, err
		}
		b, err := brands.Of(ctx, seller)
		if errors.Is(err, store.ErrNotFound) {
			o, _ := tree.Organization(seller)
			return brand.Appearance{Name: o.Name, Pictures: []brand.Picture{}}, nil
		}
		return b.Appearance(), err
	},
}

// sellerOf is whom the caller's organization buys from: one that is chosen, else the
// first. It is the root for its own people, and for nobody.
func (s *Session) sellerOf(tree access.Tree, chosen string) (string, error) {
	for _, g := range s.Who.Grants {
		id := g.Organization
		if chosen != "" && tree.Within(chosen, id) {
			id = chosen
		} else if chosen != "" {
			continue
		}
		customer, _, _ := strings.Cut(id, "/")
		if o, ok := tree.Organization(customer); ok && o.Parent != "" {
			return o.Parent, nil
		} else if ok {
			return o.ID, nil
		}
	}
	if chosen != "" {
		return "", fmt.Errorf("organization %s %w", chosen, store.ErrNotFound)
	}
	return access.Root, nil
}
