package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/brand"
	"github.com/sluice-billing/sluice/internal/store"
)

// dresser says in which brand pages are shown before anybody is signed in: that of the
// domain they are asked for at, else the reseller's.
type dresser struct {
	brands *brand.Brands
	log    *slog.Logger
	origin string
	host   string // of the origin
}

func newDresser(service *api.Service) *dresser {
	d := &dresser{brands: brand.New(service.Home.Store), log: service.Log, origin: service.Origin}
	if origin, err := url.Parse(service.Origin); err == nil {
		d.host = origin.Host
	}
	return d
}

// dress is how a page looks.
type dress struct {
	brand.Appearance
	Branded   bool   // nothing on the page needs to name this program
	Elsewhere string // the origin of the server, where the page was asked for at another one
}

// Icon is shown beside the page's title; none where there is none.
func (d dress) Icon() *brand.Picture { return d.picture(brand.Icon) }

// Logo is shown on light ground, and on dark ground where DarkLogo is none.
func (d dress) Logo() *brand.Picture { return d.picture(brand.Light, brand.Dark) }

// DarkLogo is shown on dark ground.
func (d dress) DarkLogo() *brand.Picture { return d.picture(brand.Dark) }

func (d dress) picture(variants ...string) *brand.Picture {
	if p, ok := d.Picture(variants...); ok {
		return &p
	}
	return nil
}

// of is how a page looks that is asked for. A page is shown without a brand where that
// cannot be read: people must be able to sign in.
func (d *dresser) of(r *http.Request) dress {
	look := dress{Appearance: brand.Appearance{Name: "Sluice"}}
	if !strings.EqualFold(r.Host, d.host) {
		look.Elsewhere = d.origin
	}
	b, ok, err := d.brand(r.Context(), r.Host)
	if err != nil {
		d.log.ErrorContext(r.Context(), "the brand of a page was not read", "error", err.Error())
	}
	if ok {
		look.Appearance, look.Branded = b.Appearance(), true
	}
	return look
}

func (d *dresser) brand(ctx context.Context, host string) (brand.Brand, bool, error) {
	b, ok, err := d.brands.At(ctx, host)
	if ok || err != nil {
		return b, ok, err
	}
	b, err = d.brands.Of(ctx, access.Root)
	if errors.Is(err, store.ErrNotFound) {
		return b, false, nil
	}
	return b, err == nil, err
}

// serveTheme sends the colours of the brand; a style sheet with nothing in it where
// there are none.
func (d *dresser) serveTheme(w http.ResponseWriter, r *http.Request) {
	sendPage(w, r, "text/css; charset=utf-8", []byte(d.of(r).Theme()))
}

// serveLogo sends a picture: the one that ?v= names by its hash, which never changes,
// else the one that the brand of the domain has now.
func (d *dresser) serveLogo(w http.ResponseWriter, r *http.Request) {
	hash, keep := r.URL.Query().Get("v"), "public, max-age=31536000, immutable"
	if hash == "" {
		keep = "public, max-age=300"
		b, _, err := d.brand(r.Context(), r.Host)
		if err != nil {
			d.fail(w, r, err)
			return
		}
		for _, l := range b.Logos {
			if l.Variant == r.PathValue("variant") {
				hash = l.Hash
			}
		}
	}
	l, data, err := d.brands.LogoByHash(r.Context(), hash)
	if errors.Is(err, store.ErrNotFound) {
		http.NotFound(w, r)
		return
	}
	if err != nil {
		d.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox") // it is a picture, whatever a browser may think
	w.Header().Set("Content-Type", l.MediaType)
	w.Header().Set("Cache-Control", keep)
	w.Header().Set("ETag", `"`+l.Hash+`"`)
	if r.Header.Get("If-None-Match") == `"`+l.Hash+`"` {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(data)
}

func (d *dresser) fail(w http.ResponseWriter, r *http.Request, err error) {
	d.log.ErrorContext(r.Context(), "a logo was not read", "error", err.Error())
	http.Error(w, "the logo cannot be shown now", http.StatusInternalServerError)
}
