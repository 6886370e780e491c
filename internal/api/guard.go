package api

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/identity"
	"github.com/sluice-billing/sluice/internal/store"
)

// CookieName is the cookie that holds the session of a browser.
const CookieName = "sluice_session"

// mostBody is the largest body of a request that is kept to be compared with a
// repetition, in bytes; uploads are bounded by their operations besides.
const mostBody = 64 << 20

// mostKey is how long an Idempotency-Key may be, in bytes.
const mostKey = 255

// guarded stands before all operations: it finds out who calls, names the version
// of what is read, holds changes to the version they were made for, and does a
// request with an Idempotency-Key once.
func (s *Service) guarded(next http.Handler) http.Handler {
	lists := http.NewServeMux()
	for _, r := range Routes() {
		if r.List {
			lists.HandleFunc("GET "+Base+r.Path, func(http.ResponseWriter, *http.Request) {})
		}
	}
	var objects keyedLocks
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		session, ctx, err := s.recognise(r)
		r = withRequest(r.WithContext(context.WithValue(ctx, serviceKey{}, s)), session)
		if err == nil {
			err = checkAddress(r)
		}
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		if _, list := lists.Handler(r); list == "" && strings.Contains(r.Header.Get("Accept"), "text/csv") {
			r.Header.Set("Accept", "application/json") // only lists are tables
		}
		switch {
		case r.Method == http.MethodGet || r.Method == http.MethodHead:
			s.tagged(w, r, next)
		default:
			if wanted := r.Header.Get("If-Match"); wanted != "" {
				defer objects.lock(objectOf(r.URL.EscapedPath()))()
				if err := s.unchanged(r, next, wanted); err != nil {
					s.refuse(w, r, err)
					return
				}
			}
			if key := r.Header.Get("Idempotency-Key"); key != "" && r.Method == http.MethodPost {
				s.once(w, r, next, key)
				return
			}
			next.ServeHTTP(w, r)
		}
	})
}

// objectOf is the path of the thing that a request changes, whatever is done to it:
// a collection, and which of it.
func objectOf(path string) string {
	parts := strings.SplitN(strings.TrimPrefix(path, Base+"/"), "/", 3)
	return strings.Join(parts[:min(2, len(parts))], "/")
}

// recognise finds out who calls by token or cookie; nobody is a nil session. The
// context names the caller in the audit.
func (s *Service) recognise(r *http.Request) (*Session, context.Context, error) {
	ctx := r.Context()
	credential, via := "", ""
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		credential, via = strings.TrimSpace(token), "token"
	} else if cookie, err := r.Cookie(CookieName); err == nil {
		credential, via = cookie.Value, "web"
	}
	if credential == "" {
		return nil, billing.WithActor(ctx, billing.Actor{Via: "web", Address: AddressOf(r)}), nil
	}
	who, err := s.People.Authenticate(ctx, credential)
	if err != nil {
		var refused *identity.Error
		if errors.As(err, &refused) && via == "web" {
			return nil, ctx, nil // a session that has ended is nobody's
		}
		return nil, ctx, err
	}
	ctx = billing.WithActor(ctx, billing.Actor{Name: nameOf(who), Via: via, Address: AddressOf(r), Token: cmp.Or(who.TokenID, who.SessionID)})
	s.NameCaller(ctx, nameOf(who))
	session, err := s.session(ctx, who)
	return session, ctx, err
}

// AddressOf is the caller's IP address; who stands before this handler has put
// that of the client there, where a trusted proxy named it.
func AddressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

func (s *Service) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var p *Problem
	errors.As(s.problem(r.Context(), err), &p)
	data, err := json.Marshal(p)
	if err != nil {
		data = []byte(`{}`) // texts and numbers can be written
	}
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(data, '\n'))
}

// answer records what a handler writes.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newAnswer() *answer { return &answer{header: http.Header{}} }

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Write implements http.ResponseWriter.
func (a *answer) Write(data []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(data)
}

// send writes the answer to who asked.
func (a *answer) send(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(max(a.status, http.StatusOK))
	_, _ = w.Write(a.body.Bytes())
}

// tag is the version of what was read: equal bytes, equal tag.
func (a *answer) tag() string {
	sum := sha256.Sum256(a.body.Bytes())
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`
}

// tagged gives what is read an ETag, and says where it is what the caller has.
// What is sent while it happens, such as progress, goes straight through.
func (s *Service) tagged(w http.ResponseWriter, r *http.Request, next http.Handler) {
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Add("Vary", "Authorization, Cookie, Accept")
	if strings.HasSuffix(r.URL.Path, "/events") || s.isStreamed(r) {
		next.ServeHTTP(w, r)
		return
	}
	key := s.keepsake(r)
	a := s.answers.or(key, func() *answer {
		a, asked := newAnswer(), r
		if key != "" { // others may wait for it, too
			const patience = time.Minute
			ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), patience)
			defer cancel()
			asked = r.WithContext(ctx)
		}
		next.ServeHTTP(a, asked)
		if a.status == http.StatusOK {
			a.header.Set("ETag", a.tag())
		}
		return a
	})
	if a.status == http.StatusOK {
		if has := r.Header.Get("If-None-Match"); has != "" && matches(has, a.header.Get("ETag")) {
			w.Header().Set("ETag", a.header.Get("ETag"))
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	a.send(w)
}

// matches tells whether a list of tags has one, or is a star.
func matches(list, tag string) bool {
	for one := range strings.SplitSeq(list, ",") {
		one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
		if one == "*" || one == tag {
			return true
		}
	}
	return false
}

// unchanged is an error unless what a request changes is still what the caller has
// seen: what a GET of the same path shows, or of the one above it where that path
// is something to do with it, such as /invoices/{id}/approve.
func (s *Service) unchanged(r *http.Request, next http.Handler, wanted string) error {
	path := r.URL.EscapedPath() // an id may hold a slash
	for range 2 {
		read := r.Clone(r.Context())
		read.Method, read.Body, read.ContentLength = http.MethodGet, http.NoBody, 0
		at := *r.URL
		unescaped, err := url.PathUnescape(path)
		if err != nil {
			return err
		}
		at.Path, at.RawPath, at.RawQuery = unescaped, path, ""
		read.URL = &at
		read.Header = http.Header{"Accept": {"application/json"}}
		read = withRequest(read, sessionOf(r.Context()))
		a := newAnswer()
		next.ServeHTTP(a, read)
		if a.status == http.StatusOK {
			if matches(wanted, a.tag()) {
				return nil
			}
			return &Problem{Code: "changed", Detail: "it is not what If-Match says any more; read it again, and decide anew"}
		}
		path = path[:strings.LastIndexByte(path, '/')]
	}
	return &Problem{Code: "changed", Detail: "there is nothing here that If-Match could be compared with"}
}

// once does a request with an Idempotency-Key, or answers as it was answered
// before.
func (s *Service) once(w http.ResponseWriter, r *http.Request, next http.Handler, key string) {
	if len(key) > mostKey {
		s.refuse(w, r, invalid("header.Idempotency-Key", "is longer than %d characters", mostKey))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
	if err != nil {
		s.refuse(w, r, &Problem{Code: "too-large", Detail: "the body is larger than allowed"})
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	sum := sha256.New()
	for _, part := range []string{r.Method, r.URL.RequestURI(), string(body)} {
		_, _ = io.WriteString(sum, part+"\x00")
	}
	caller := "nobody"
	if session := sessionOf(r.Context()); session != nil {
		caller = session.Who.UserID
	}
	order := store.Request{Caller: caller, Key: key, Hash: base64.RawURLEncoding.EncodeToString(sum.Sum(nil))}
	before, err := s.Home.Store.BeginRequest(r.Context(), order)
	switch {
	case errors.Is(err, store.ErrKeyReused):
		err = &Problem{Code: "key-reused", Detail: "the Idempotency-Key was used for another request; take a new one"}
	case errors.Is(err, store.ErrRequestRunning):
		err = &Problem{Code: "busy", Detail: "a request with this Idempotency-Key is being answered; try again in a moment"}
	case errors.Is(err, store.ErrRequestDone):
		err = &Problem{Code: "already-done", Detail: "a request with this Idempotency-Key was done, and its answer is lost; look at what came of it"}
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	if before != nil {
		a := newAnswer()
		a.status = before.Status
		if json.Unmarshal(before.Header, &a.header) == nil {
			a.header.Set("Idempotent-Replayed", "true")
		}
		a.body.Write(before.Body)
		a.send(w)
		return
	}
	a := newAnswer()
	next.ServeHTTP(a, r.WithContext(store.WithRequest(r.Context(), order)))
	s.keep(r.Context(), order, a)
	a.send(w)
}

// keep records the answer of a request, so that a repetition has the same.
func (s *Service) keep(ctx context.Context, order store.Request, a *answer) {
	header, err := json.Marshal(a.header)
	if err == nil {
		order.Status, order.Header, order.Body = a.status, header, a.body.Bytes()
		err = s.Home.Store.EndRequest(context.WithoutCancel(ctx), order)
	}
	if err != nil {
		s.Log.ErrorContext(ctx, "the answer of a request with an Idempotency-Key was not kept", "error", err.Error())
	}
}

// keyedLocks are locks by name, of which only those in use take room.
type keyedLocks struct {
	mu    sync.Mutex
	locks map[string]*keyedLock
}

type keyedLock struct {
	sync.Mutex
	users int
}

func (k *keyedLocks) lock(name string) (unlock func()) {
	k.mu.Lock()
	if k.locks == nil {
		k.locks = map[string]*keyedLock{}
	}
	l := k.locks[name]
	if l == nil {
		l = &keyedLock{}
		k.locks[name] = l
	}
	l.users++
	k.mu.Unlock()
	l.Lock()
	return func() {
		l.Unlock()
		k.mu.Lock()
		defer k.mu.Unlock()
		if l.users--; l.users == 0 {
			delete(k.locks, name)
		}
	}
}
