package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// Sizes and times that bound what one request can take.
const (
	DefaultBody   = 1 << 20          // bytes of a body, where an operation says nothing else
	answerTime    = 2 * time.Minute  // to answer a request, but for streams and files
	fileTime      = 30 * time.Minute // to send a file
	bodyTime      = 30 * time.Second // to send a body, and
	slowestUpload = 64 << 10         // bytes a second more of it
)

// Limits bounds requests: their bodies and their times. What it refuses is
// answered before the operation begins.
type Limits struct {
	Body   func(*http.Request) int64 // the most bytes of a request's body; nil or 0 is DefaultBody
	Stream func(*http.Request) bool  // whether the answer is a stream that lasts; nil is none
	File   func(*http.Request) bool  // whether the answer is a file that may take long to send; nil is none
	Ending context.Context           // ends streams when the server stops; nil is never
}

// Wrap returns the handler with the bounds before it.
func (l Limits) Wrap(next http.Handler) http.Handler {
	is := func(of func(*http.Request) bool, r *http.Request) bool { return of != nil && of(r) }
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		most := int64(DefaultBody)
		if l.Body != nil {
			if own := l.Body(r); own > 0 {
				most = own
			}
		}
		if r.ContentLength > most {
			w.Header().Set("Connection", "close")
			refuse(w, r, http.StatusRequestEntityTooLarge, "too-large", "the body is larger than what is read here")
			return
		}
		connection := http.NewResponseController(w)
		if r.Body != nil && r.Body != http.NoBody {
			allowed := bodyTime + time.Duration(most/slowestUpload)*time.Second
			_ = connection.SetReadDeadline(time.Now().Add(allowed)) // where it cannot be set, the other bounds hold
			r.Body = &body{http.MaxBytesReader(w, r.Body, most), connection}
		}
		ctx, cancel := r.Context(), context.CancelFunc(func() {})
		switch {
		case is(l.Stream, r):
			_ = connection.SetWriteDeadline(time.Time{})
			ctx, cancel = context.WithCancel(ctx)
			if l.Ending != nil {
				defer context.AfterFunc(l.Ending, cancel)()
			}
		case is(l.File, r):
			_ = connection.SetWriteDeadline(time.Now().Add(fileTime))
		default:
			ctx, cancel = context.WithTimeout(ctx, answerTime)
			_ = connection.SetWriteDeadline(time.Now().Add(answerTime + bodyTime))
		}
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// body takes the deadline away when all of it was read: one that passes later
// would end the request's context.
type body struct {
	io.ReadCloser
	connection *http.ResponseController
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		_ = b.connection.SetReadDeadline(time.Time{})
	}
	return n, err
}

// Streams tells whether a request is for a stream: server-sent events.
func Streams(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/events")
}

// Crowd bounds how many requests are answered at a time. Who comes when it is
// full waits a moment, and is sent away then. Streams are counted apart, since
// they last.
type Crowd struct {
	requests, streams chan struct{}
	patience          time.Duration
	stream            func(*http.Request) bool
}

// NewCrowd lets as many requests and streams at a time through.
func NewCrowd(requests, streams int, patience time.Duration, stream func(*http.Request) bool) *Crowd {
	return &Crowd{make(chan struct{}, requests), make(chan struct{}, streams), patience, stream}
}

// Wrap returns the handler with the bound before it.
func (c *Crowd) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		room := c.requests
		if c.stream(r) {
			room = c.streams
		}
		if !enter(r.Context(), room, c.patience) {
			w.Header().Set("Retry-After", "1")
			refuse(w, r, http.StatusServiceUnavailable, "unavailable", "the server is busy with other requests; try again in a second")
			return
		}
		defer func() { <-room }()
		next.ServeHTTP(w, r)
	})
}

func enter(ctx context.Context, room chan struct{}, patience time.Duration) bool {
	select {
	case room <- struct{}{}:
		return true
	default:
	}
	wait := time.NewTimer(patience)
	defer wait.Stop()
	select {
	case room <- struct{}{}:
		return true
	case <-ctx.Done():
	case <-wait.C:
	}
	return false
}
