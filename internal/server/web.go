package server

import (
	"bytes"
	"crypto/rand"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

// applications are the programs of the web application: where each begins, and its
// page. Everything below is an address within the program.
var applications = map[string]string{"/console/": "console.html", "/portal/": "portal.html"}

// serveApplications offers the console and the portal.
func serveApplications(mux *http.ServeMux, files fs.FS) {
	for at, name := range applications {
		page, err := fs.ReadFile(files, name)
		if err != nil {
			mux.HandleFunc("GET "+at, notBuilt)
			continue
		}
		mux.HandleFunc("GET "+at, func(w http.ResponseWriter, r *http.Request) { sendApplication(w, page) })
	}
	mux.Handle("GET /assets/{file}", assets{files})
}

// notBuilt says why there is no console; everything else is there.
func notBuilt(w http.ResponseWriter, r *http.Request) {
	http.Error(w, "This program was built without the web application. Build it with: make web build", http.StatusNotFound)
}

// sendApplication sends the page of a program. Styles that its scripts make are let
// in by a word that is another one each time.
func sendApplication(w http.ResponseWriter, page []byte) {
	nonce := rand.Text()
	w.Header().Set("Content-Security-Policy", contentPolicy+"; style-src 'self' 'nonce-"+nonce+"'; img-src 'self' blob:; connect-src 'self'; frame-src blob:")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(bytes.ReplaceAll(page, []byte("{{nonce}}"), []byte(nonce)))
}

// assets are files that never change: their names hold a hash of what is in them.
type assets struct{ files fs.FS }

// encodings are the compressed forms of a file, the smallest first.
var encodings = []struct{ name, ending string }{{"br", ".br"}, {"gzip", ".gz"}}

func (a assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := "assets/" + r.PathValue("file")
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" || !fs.ValidPath(name) {
		http.NotFound(w, r)
		return
	}
	w.Header().Add("Vary", "Accept-Encoding")
	for _, e := range encodings {
		if !accepts(r, e.name) {
			continue
		}
		if data, err := fs.ReadFile(a.files, name+e.ending); err == nil {
			w.Header().Set("Content-Encoding", e.name)
			sendForever(w, kind, data)
			return
		}
	}
	data, err := fs.ReadFile(a.files, name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	sendForever(w, kind, data)
}

func sendForever(w http.ResponseWriter, kind string, data []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(data)
}

// accepts tells whether a browser takes an encoding.
func accepts(r *http.Request, encoding string) bool {
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) == encoding {
			return strings.ReplaceAll(quality, " ", "") != "q=0"
		}
	}
	return false
}
