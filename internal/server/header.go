package server

import (
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/rs/cors"
)

// contentPolicy lets pages load what this server has, and nothing else; nobody
// may show them in a frame.
const contentPolicy = "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"

// Headers are what each answer tells browsers about how to treat it.
type Headers struct {
	Content string // the Content-Security-Policy where another one than the usual is needed
}

// Wrap returns the handler with the headers set; it may set others itself.
func (h Headers) Wrap(next http.Handler) http.Handler {
	policy := h.Content
	if policy == "" {
		policy = contentPolicy
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		set := w.Header()
		set.Set("Content-Security-Policy", policy)
		set.Set("X-Content-Type-Options", "nosniff")
		set.Set("X-Frame-Options", "DENY") // for browsers that do not know frame-ancestors
		set.Set("Referrer-Policy", "no-referrer")
		set.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		set.Set("Cross-Origin-Opener-Policy", "same-origin")
		set.Set("Cross-Origin-Resource-Policy", "same-origin")
		if Secure(r) {
			set.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// CORS lets programs in browsers call from other origins, such as
// https://portal.example.com, with a token; cookies are not sent along. Without
// origins nothing is let in.
func CORS(origins []string) func(http.Handler) http.Handler {
	if len(origins) == 0 {
		return func(next http.Handler) http.Handler { return next }
	}
	c := cors.New(cors.Options{
		AllowedOrigins: origins,
		AllowedMethods: []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete},
		AllowedHeaders: []string{"Accept", "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match"},
		ExposedHeaders: []string{"ETag", "Link", "Location", "Retry-After", "X-Request-ID", "Content-Disposition"},
		MaxAge:         int((10 * time.Minute).Seconds()),
	})
	return func(next http.Handler) http.Handler {
		allowed := c.Handler(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if slices.Contains(origins, r.Header.Get("Origin")) {
				w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
			}
			allowed.ServeHTTP(w, r)
		})
	}
}

// Forgery refuses changes that another site makes a browser send: those with a
// cookie, or without any credential, as when signing in. Programs that show a
// token are let through, since no site can make a browser show one.
type Forgery struct {
	Cookie  string   // of the session
	Origins []string // other origins that may send changes, such as a portal's own
}

// Wrap returns the handler with the check before it, or an error that names an
// origin which is none.
func (f Forgery) Wrap(next http.Handler) (http.Handler, error) {
	browser := http.NewCrossOriginProtection()
	for _, origin := range f.Origins {
		if err := browser.AddTrustedOrigin(origin); err != nil {
			return nil, err
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.Header.Get("Authorization"), "Bearer "), !changes(r):
		case browser.Check(r) != nil:
			refuse(w, r, http.StatusForbidden, "denied", "the request comes from another site; changes with a session come from the pages of this server")
			return
		case f.unproven(r):
			refuse(w, r, http.StatusForbidden, "denied", "a change with a session needs the header X-CSRF-Token; programs use a token instead of a session")
			return
		case formed(r):
			refuse(w, r, http.StatusUnsupportedMediaType, "unsupported", "a body is sent as application/json, or as the type that the operation names")
			return
		}
		next.ServeHTTP(w, r)
	}), nil
}

func changes(r *http.Request) bool {
	return r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions
}

// unproven tells whether a change with a session comes from what is either no
// browser or one too old to say where a request comes from, without the header
// that no other site can set.
func (f Forgery) unproven(r *http.Request) bool {
	if _, err := r.Cookie(f.Cookie); err != nil {
		return false
	}
	return r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == "" && r.Header.Get("X-CSRF-Token") == ""
}

// formed tells whether a body is of a type that a form of another site can send
// without asking first.
func formed(r *http.Request) bool {
	if r.ContentLength == 0 || r.Body == nil || r.Body == http.NoBody {
		return false
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err != nil || slices.Contains([]string{"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"}, kind)
}
