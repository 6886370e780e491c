// Package client is Sluice's API for Go programs. The operations and their types
// are generated from the OpenAPI document of the server; New gives a client that
// signs requests with a token, tries again what may be tried again, and sends each
// creation with a key of its own, so that a repetition never creates twice.
//
// Amounts are decimals as text, such as "1234.56", beside their currency; months and
// days are text, such as "2026-10" and "2026-10-31"; times are UTC. Lists are gone
// through with range, and fetch page by page. Long work is a Pending.
package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Transport sends requests to a server.
type Transport struct {
	Token string // an API token, slu_…
	HTTP  *http.Client
	Tries int // how often a request is sent at most; 4 where it is 0
}

const (
	firstPause   = 200 * time.Millisecond
	longestPause = 30 * time.Second
	usualTries   = 4
)

// Do implements HttpRequestDoer. A request that was not answered, or answered with
// 429 or 503, is sent again where that cannot do anything twice.
func (t *Transport) Do(r *http.Request) (*http.Response, error) {
	if t.Token != "" {
		r.Header.Set("Authorization", "Bearer "+t.Token)
	}
	if r.Method == http.MethodPost && r.Header.Get("Idempotency-Key") == "" {
		r.Header.Set("Idempotency-Key", rand.Text())
	}
	body, err := rewindable(r)
	if err != nil {
		return nil, err
	}
	tries := t.Tries
	if tries == 0 {
		tries = usualTries
	}
	for pause := firstPause; ; pause *= 2 {
		tries--
		if r.Body, err = body(); err != nil {
			return nil, err
		}
		answer, err := t.HTTP.Do(r)
		wait := pause
		switch {
		case err == nil && answer.StatusCode != http.StatusTooManyRequests && answer.StatusCode != http.StatusServiceUnavailable:
			return answer, nil
		case tries <= 0 || r.Context().Err() != nil:
			return answer, err
		case err == nil:
			if seconds, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil {
				wait = min(max(wait, time.Duration(seconds)*time.Second), longestPause)
			}
			err = errors.Join(drain(answer.Body))
		}
		select {
		case <-r.Context().Done():
			return nil, r.Context().Err()
		case <-time.After(wait):
		}
	}
}

// rewindable gives a request's body as often as it is sent.
func rewindable(r *http.Request) (func() (io.ReadCloser, error), error) {
	switch {
	case r.Body == nil:
		return func() (io.ReadCloser, error) { return http.NoBody, nil }, nil
	case r.GetBody != nil:
		return r.GetBody, r.Body.Close()
	}
	defer r.Body.Close()
	data, err := io.ReadAll(r.Body)
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }, err
}

func drain(body io.ReadCloser) error {
	const most = 1 << 16
	_, err := io.CopyN(io.Discard, body, most)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return errors.Join(err, body.Close())
}

// Remote is a server.
type Remote struct {
	Base      *url.URL // such as https://billing.example.com
	Transport *Transport
}

// At is the server at an address, with a token.
func At(server, token string) (*Remote, error) {
	base, err := url.Parse(server)
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return nil, fmt.Errorf("%q is no address of a server; write it as https://billing.example.com", server)
	}
	return &Remote{Base: base, Transport: &Transport{Token: token, HTTP: &http.Client{}}}, nil
}

// Send sends a request: path below the server's address, escaped; query, header and
// body may be nil.
func (r *Remote) Send(ctx context.Context, method, path string, query url.Values, header http.Header, body []byte) (*http.Response, error) {
	return r.Stream(ctx, method, path, query, header, bytes.NewReader(body))
}

// Stream is Send for a body that may be large. What can be read again from its
// beginning, such as a file, is not held in memory.
func (r *Remote) Stream(ctx context.Context, method, path string, query url.Values, header http.Header, body io.Reader) (*http.Response, error) {
	to := *r.Base
	to.RawQuery = query.Encode()
	unescaped, err := url.PathUnescape(path)
	if err != nil {
		return nil, err
	}
	to.Path, to.RawPath = strings.TrimSuffix(to.Path, "/")+unescaped, strings.TrimSuffix(to.EscapedPath(), "/")+path
	request, err := http.NewRequestWithContext(ctx, method, to.String(), body)
	if err != nil {
		return nil, err
	}
	if again, ok := body.(io.ReadSeeker); ok && request.GetBody == nil {
		if request.ContentLength, err = again.Seek(0, io.SeekEnd); err != nil {
			return nil, err
		}
		request.GetBody = func() (io.ReadCloser, error) {
			_, err := again.Seek(0, io.SeekStart)
			return io.NopCloser(again), err
		}
		request.Body = io.NopCloser(again)
	}
	for name, values := range header {
		request.Header[name] = values
	}
	return r.Transport.Do(request)
}
