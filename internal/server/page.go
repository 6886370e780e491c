package server

import (
	"net/http"

	"github.com/sluice-billing/sluice/internal/api"
)

// servePages offers what is read in a browser.
func servePages(mux *http.ServeMux, service *api.Service) {
	mux.Handle("GET /{$}", http.RedirectHandler("/docs", http.StatusSeeOther))
}
