// Package server is HTTP around the operations: it listens, knows who stands
// before it and how much they may ask for, logs, counts, and stops in good order.
// Each handler here does one of these and wraps the next one.
package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/api"
)

// visit is what is known of a request while it is answered.
type visit struct {
	id    string
	route string

	mu     sync.Mutex
	caller string
}

type visitKey struct{}

// visitOf is nil outside a request.
func visitOf(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}

// RequestID returns the id of the request that the context belongs to; it is in
// the header X-Request-ID of the answer and in the log. Empty outside a request.
func RequestID(ctx context.Context) string {
	if v := visitOf(ctx); v != nil {
		return v.id
	}
	return ""
}

// NameCaller says who calls, for the log of the request: a name or an id, never
// a secret. Outside a request it does nothing.
func NameCaller(ctx context.Context, name string) {
	if v := visitOf(ctx); v != nil {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.caller = name
	}
}

// Routes names the operation of a request for logs, metrics and traces. There
// are as many names as patterns, and one more, whatever is asked for.
type Routes struct{ mux *http.ServeMux }

// NewRoutes takes patterns of net/http, such as "GET /api/v1/invoices/{id}".
func NewRoutes(patterns ...string) Routes {
	mux := http.NewServeMux()
	for _, pattern := range patterns {
		mux.Handle(pattern, http.NotFoundHandler())
	}
	return Routes{mux}
}

// Of returns the path of the pattern that a request matches, or "other".
func (routes Routes) Of(r *http.Request) string {
	_, pattern := routes.mux.Handler(r)
	if _, path, found := strings.Cut(pattern, " "); found {
		pattern = path
	}
	if pattern == "" {
		return "other"
	}
	return pattern
}

// askedID is what a request's id from a trusted proxy must look like.
var askedID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// Log writes a line for each request, gives it an id, counts it, and answers
// what panics. It stands before all other handlers but Forwarded, which removes
// ids that come from outside. The line has no query, no body and no header that
// could hold a secret.
type Log struct {
	To      *slog.Logger
	Routes  Routes
	Metrics *Metrics // may be nil
}

// Wrap returns the handler with the log before it.
func (l Log) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := time.Now()
		v := &visit{id: r.Header.Get("X-Request-ID"), route: l.Routes.Of(r)}
		if !askedID.MatchString(v.id) {
			v.id = ulid.Make().String()
		}
		w.Header().Set("X-Request-ID", v.id)
		r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
		out := &counted{ResponseWriter: w}
		left := l.Metrics.entered()
		defer func() {
			if p := recover(); p != nil {
				l.panicked(out, r, v, p)
			}
			left(r.Method, v.route, out.code(), time.Since(begun))
			l.write(r, v, out, time.Since(begun))
		}()
		next.ServeHTTP(out, r)
	})
}

func (l Log) write(r *http.Request, v *visit, out *counted, took time.Duration) {
	level := slog.LevelInfo
	switch {
	case out.code() >= http.StatusInternalServerError:
		level = slog.LevelWarn
	case r.URL.Path == LivePath || r.URL.Path == ReadyPath:
		level = slog.LevelDebug // every few seconds, the same
	}
	v.mu.Lock()
	caller := v.caller
	v.mu.Unlock()
	l.To.LogAttrs(r.Context(), level, "request",
		slog.String("request", v.id), slog.String("method", shortened(r.Method, 16)), slog.String("route", v.route),
		slog.Int("status", out.code()), slog.Int64("bytes", out.bytes), slog.Int64("ms", took.Milliseconds()),
		slog.String("caller", caller), slog.String("address", api.AddressOf(r)), slog.String("agent", shortened(r.UserAgent(), 200)))
}

// panicked logs a fault of the program, and tells the client nothing of it.
func (l Log) panicked(out *counted, r *http.Request, v *visit, p any) {
	if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		out.aborted = true // the handler gave up on a client that is gone; nothing can be answered
		return
	}
	l.To.LogAttrs(r.Context(), slog.LevelError, "a request panicked",
		slog.String("request", v.id), slog.String("route", v.route), slog.String("panic", fmt.Sprint(p)), slog.String("stack", string(debug.Stack())))
	if out.status == 0 {
		refuse(out, r, http.StatusInternalServerError, "failed",
			"something failed inside the server; try again, and give whoever runs it the id of this request")
	}
}

func shortened(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// counted remembers what was answered.
type counted struct {
	http.ResponseWriter
	status  int // 0 until something was written
	bytes   int64
	aborted bool
}

// code is the status as it is logged: 499 where the client was gone before there
// was an answer.
func (c *counted) code() int {
	const gone = 499
	switch {
	case c.aborted:
		return gone
	case c.status == 0:
		return http.StatusOK
	}
	return c.status
}

// WriteHeader implements http.ResponseWriter.
func (c *counted) WriteHeader(status int) {
	if c.status == 0 && status >= http.StatusOK {
		c.status = status
	}
	c.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (c *counted) Write(data []byte) (int, error) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	n, err := c.ResponseWriter.Write(data)
	c.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController, and with it streams, reach the connection.
func (c *counted) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// refuse answers with a problem, as the operations do (RFC 9457).
func refuse(w http.ResponseWriter, r *http.Request, status int, code, detail string) {
	body, err := json.Marshal(map[string]any{
		"type": "/docs/problems#" + code, "title": http.StatusText(status), "status": status, "code": code, "detail": detail, "instance": RequestID(r.Context()),
	})
	if err != nil {
		body = []byte(`{}`) // texts and numbers can be written
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}
