package server

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"html/template"
	"mime"
	"net/http"
	"path"
	"sync"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/brand"
)

//go:embed page
var pageFiles embed.FS

// pageTemplates are the pages; each file defines those that it is named after.
var pageTemplates = template.Must(template.New("").Funcs(template.FuncMap{"slug": slug}).ParseFS(pageFiles, "page/*.html"))

// servePages offers what is read in a browser: the documentation of the API, and
// the forms with which people sign in and look after their account.
func servePages(mux *http.ServeMux, service *api.Service) {
	mux.Handle("GET /{$}", http.RedirectHandler("/console/", http.StatusSeeOther))
	manual := &manual{origin: service.Origin, version: service.Version}
	mux.HandleFunc("GET /docs", manual.serve)
	mux.HandleFunc("GET /docs/{subject}", manual.serve)
	looks := newDresser(service)
	for _, name := range formNames {
		mux.Handle("GET /"+name, formPage(name, service.Secure, looks))
	}
	mux.HandleFunc("GET /brand/theme.css", looks.serveTheme)
	mux.HandleFunc("GET "+brand.LogoPath+"{variant}", looks.serveLogo)
	serveLinks(mux, service, looks)
	serveInvites(mux, service, looks)
	mux.HandleFunc("POST /account/qr-code", serveQRCode)
	mux.HandleFunc("GET /page/{file}", serveAsset)
}

// serveAsset sends a style sheet or a script.
func serveAsset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	kind := mime.TypeByExtension(path.Ext(name))
	data, err := pageFiles.ReadFile("page/" + name)
	if err != nil || path.Ext(name) != ".css" && path.Ext(name) != ".js" && path.Ext(name) != ".svg" {
		http.NotFound(w, r)
		return
	}
	sendPage(w, r, kind, data)
}

// sendPage sends what changes with the program only: a browser asks each time, and
// gets it anew when it is another one.
func sendPage(w http.ResponseWriter, r *http.Request, kind string, data []byte) {
	sum := sha256.Sum256(data)
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Content-Type", kind)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(data)
}

// manual is the documentation of the API, which is made of the OpenAPI document
// when it is asked for the first time.
type manual struct {
	origin, version string

	once  sync.Once
	pages map[string][]byte // by what stands behind /docs/
	err   error
}

// leaf is what a page of the manual shows.
type leaf struct {
	Origin, Version string
	Slug            string
	Subjects        []subject
	Subject         subject
	Problems        []problem
	Count           int
}

func (m *manual) serve(w http.ResponseWriter, r *http.Request) {
	m.once.Do(func() { m.pages, m.err = m.make() })
	page, ok := m.pages[r.PathValue("subject")]
	switch {
	case m.err != nil:
		http.Error(w, "the documentation cannot be shown: "+m.err.Error(), http.StatusInternalServerError)
	case !ok:
		http.Redirect(w, r, "/docs", http.StatusSeeOther)
	default:
		sendPage(w, r, "text/html; charset=utf-8", page)
	}
}

// make makes all pages.
func (m *manual) make() (map[string][]byte, error) {
	data, err := json.Marshal(api.Document(m.version))
	if err != nil {
		return nil, err
	}
	var d document
	if err := json.Unmarshal(data, &d); err != nil {
		return nil, err
	}
	whole := leaf{Origin: m.origin, Version: m.version, Subjects: d.subjects(m.origin), Problems: problems()}
	for _, s := range whole.Subjects {
		whole.Count += len(s.Operations)
	}
	pages := map[string][]byte{}
	add := func(slug, name string, s subject) {
		var b bytes.Buffer
		l := whole
		l.Slug, l.Subject = slug, s
		err = errors.Join(err, pageTemplates.ExecuteTemplate(&b, name, l))
		pages[slug] = b.Bytes()
	}
	add("", "guide", subject{})
	add("problems", "problems", subject{})
	for _, s := range whole.Subjects {
		add(s.Slug, "subject", s)
	}
	return pages, err
}
