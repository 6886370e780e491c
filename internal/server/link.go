package server

import (
	"bytes"
	"crypto/rand"
	"errors"
	"html/template"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/handover"
	"github.com/sluice-billing/sluice/internal/mailroom"
	"github.com/sluice-billing/sluice/internal/store"
)

// linkPath is where links to documents are opened; the token follows. It is kept out of
// logs and traces.
const linkPath = "/d/"

// Bounds of who opens links, for each address: far more than people need, and nothing
// for who guesses.
const (
	linksPerSecond = 2
	linksAtOnce    = 30
)

// opener shows the pages that links to documents lead to.
type opener struct {
	mail  *mailroom.Mailroom
	looks *dresser
}

// serveLinks offers the pages of links.
func serveLinks(mux *http.ServeMux, service *api.Service, looks *dresser) {
	o := &opener{service.Mailroom, looks}
	bounded := NewRate(linksPerSecond, linksAtOnce, ByAddress, time.Now).Wrap(http.HandlerFunc(o.serve))
	mux.Handle("GET "+linkPath+"{token}", bounded)
}

// linkPage is what a link's page shows; Document is nil where the link is not good.
type linkPage struct {
	form
	Nonce    string
	Colours  template.CSS
	Document *mailroom.Linked
}

// Title is the page's: the document's name, or that there is none.
func (p linkPage) Title() string {
	if p.Document == nil {
		return p.Words["linked-over"]
	}
	return p.Words["linked-"+string(p.Document.Kind)] + " " + p.Document.Number
}

// Until is the last moment of the link, UTC.
func (p linkPage) Until() string { return p.Document.Expires.UTC().Format("2006-01-02 15:04 UTC") }

func (o *opener) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Robots-Tag", "noindex, nofollow, noarchive")
	token := r.PathValue("token")
	// A program that looks at the address without being asked to, such as a filter of
	// mail, uses nothing up.
	if format := r.URL.Query().Get("download"); format != "" && r.Method == http.MethodGet {
		o.download(w, r, token, format)
		return
	}
	linked, err := o.mail.Linked(r.Context(), token)
	if err != nil {
		o.over(w, r, err)
		return
	}
	look := o.looks.of(r)
	look.Appearance, look.Branded = linked.Seller.Appearance(), true
	o.show(w, r, http.StatusOK, look, &linked)
}

func (o *opener) download(w http.ResponseWriter, r *http.Request, token, format string) {
	f, err := o.mail.Open(r.Context(), token, format)
	if err != nil {
		o.over(w, r, err)
		return
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	w.Header().Set("Content-Type", f.MediaType)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	_, _ = w.Write(f.Data) // who asked has gone where it fails
}

// over says that a link is not good. It is the same answer whether there never was such
// a link, it ended, was used up or taken back: nobody learns which.
func (o *opener) over(w http.ResponseWriter, r *http.Request, err error) {
	status := http.StatusNotFound
	if !errors.Is(err, store.ErrNotFound) && !errors.As(err, new(*handover.EndedError)) {
		status = http.StatusInternalServerError
		o.looks.log.ErrorContext(r.Context(), "the document of a link was not read", "error", err.Error())
	}
	o.show(w, r, status, o.looks.of(r), nil)
}

func (o *opener) show(w http.ResponseWriter, r *http.Request, status int, look dress, document *mailroom.Linked) {
	t := tongueOf(r, look.Language)
	if document != nil && r.URL.Query().Get("language") == "" {
		spoken, _, _ := strings.Cut(document.Language, "-")
		if i := slices.IndexFunc(tongues, func(x tongue) bool { return x.Tag == spoken }); i >= 0 {
			t = tongues[i]
		}
	}
	page := linkPage{form: form{t, "linked", tongues, look}, Nonce: rand.Text(), Colours: template.CSS(look.Theme()), Document: document}
	var b bytes.Buffer
	if err := pageTemplates.ExecuteTemplate(&b, "linked", page); err != nil {
		http.Error(w, "the page cannot be shown: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Security-Policy", contentPolicy+"; style-src 'self' 'nonce-"+page.Nonce+"'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", t.Tag)
	w.Header().Set("Vary", "Accept-Language, Cookie")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}
