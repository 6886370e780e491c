package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Where the health of a server is asked for, by nobody in particular.
const (
	LivePath  = "/livez"  // the process answers; restart it where it does not
	ReadyPath = "/readyz" // requests may be sent to it
)

// Check is something that a server needs to answer requests.
type Check struct {
	Name string // a word, which the public sees
	Do   func(context.Context) error
}

// Health says whether a server lives and is ready.
type Health struct {
	checks   []Check
	log      *slog.Logger
	stopping atomic.Bool

	mu      sync.Mutex
	checked time.Time
	failing []string
}

// NewHealth makes the health of a server out of what it needs.
func NewHealth(log *slog.Logger, checks ...Check) *Health { return &Health{checks: checks, log: log} }

// Wrap answers questions for health, before anybody is asked who they are.
func (h *Health) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			next.ServeHTTP(w, r)
		case r.URL.Path == LivePath:
			answerHealth(w, http.StatusOK, "alive", nil)
		case r.URL.Path == ReadyPath:
			if failing := h.Failing(r.Context()); len(failing) > 0 {
				answerHealth(w, http.StatusServiceUnavailable, "not ready", failing)
				return
			}
			answerHealth(w, http.StatusOK, "ready", nil)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func answerHealth(w http.ResponseWriter, status int, state string, failing []string) {
	body, err := json.Marshal(struct {
		Status  string   `json:"status"`
		Failing []string `json:"failing,omitempty"`
	}{state, failing})
	if err != nil {
		body = []byte(`{}`) // texts can be written
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}

// Stop makes the server not ready, so that no more requests are sent to it.
func (h *Health) Stop() { h.stopping.Store(true) }

// Failing names what keeps the server from being ready. Checks are made at most
// once a second, whoever asks how often; why one failed is in the log.
func (h *Health) Failing(ctx context.Context) []string {
	if h.stopping.Load() {
		return []string{"stopping"}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if time.Since(h.checked) < time.Second {
		return h.failing
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	h.failing = nil
	for _, check := range h.checks {
		if err := check.Do(ctx); err != nil {
			h.log.Error("the server is not ready", "check", check.Name, "error", err)
			h.failing = append(h.failing, check.Name)
		}
	}
	h.checked = time.Now()
	return h.failing
}

// Writable checks that files can be made in a folder, by making one.
func Writable(name, folder string) Check {
	return Check{Name: name, Do: func(context.Context) error {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		file, err := os.CreateTemp(folder, ".ready-*")
		if err != nil {
			return err
		}
		return errors.Join(file.Close(), os.Remove(file.Name()))
	}}
}

// NewHTTP is an http.Server with bounds on what a client can hold up; Limits has
// those of single requests.
func NewHTTP(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug), // of handshakes and clients that went away
	}
}

// Serve answers requests until the context ends, and stops in good order: the
// server is not ready any more, goes on for the delay in which a load balancer
// notices, and gives running requests the grace to end. end is called when it
// begins to wait for them, to end streams.
func Serve(ctx context.Context, s *http.Server, l net.Listener, h *Health, delay, grace time.Duration, end func()) error {
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve at %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	h.Stop()
	time.Sleep(delay)
	end()
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := s.Shutdown(within); err != nil {
		return errors.Join(fmt.Errorf("requests were still being answered %s after the server was to stop; they were broken off", grace), s.Close())
	}
	return nil
}
