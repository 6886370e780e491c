package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

//go:generate go run ./generate

// Client asks a server. It is safe for use by several goroutines.
type Client struct{ at *Remote }

// New is a client of the server at an address such as https://billing.example.com,
// which it asks with an API token.
func New(server, token string) (*Client, error) {
	at, err := At(server, token)
	if err != nil {
		return nil, err
	}
	return &Client{at}, nil
}

// Error is what went wrong, for people. Operations return a *Problem where the
// server refused; its Code tells refusals apart.
func (p *Problem) Error() string { return p.Detail }

// Maybe is a value in a change that can be taken away: the thing keeps what it has
// where the Maybe is nil, and has nothing any more where its Value is.
type Maybe[T any] struct{ Value *T }

// MarshalJSON implements json.Marshaler.
func (m Maybe[T]) MarshalJSON() ([]byte, error) { return json.Marshal(m.Value) }

// Option is what a request says beside its arguments.
type Option func(*options)

type options struct {
	header   http.Header
	answered func(*http.Response)
}

// IfMatch lets a change be made only where the thing still has the ETag that was
// seen.
func IfMatch(etag string) Option {
	return func(o *options) { o.header.Set("If-Match", etag) }
}

// IdempotencyKey is the key of a creation: one that is sent again with the same key
// is not done again. Without it each call has a key of its own.
func IdempotencyKey(key string) Option {
	return func(o *options) { o.header.Set("Idempotency-Key", key) }
}

// Answered sees each answer before its body is read, such as for the header ETag.
func Answered(see func(*http.Response)) Option {
	return func(o *options) { o.answered = see }
}

// request is what an operation sends.
type request struct {
	method, path string // the path from the server's address on, escaped
	query        url.Values
	media        string // of the body
	body         io.Reader
	options      []Option
}

// send sends a request; the answer is a good one.
func (c *Client) send(ctx context.Context, r request) (*http.Response, error) {
	o := options{header: http.Header{}}
	if r.body != nil {
		o.header.Set("Content-Type", r.media)
	}
	for _, option := range r.options {
		option(&o)
	}
	answer, err := c.at.Stream(ctx, r.method, r.path, r.query, o.header, r.body)
	if err != nil {
		return nil, fmt.Errorf("ask the server %s: %w", c.at.Base.Host, err)
	}
	if o.answered != nil {
		o.answered(answer)
	}
	if answer.StatusCode < http.StatusMultipleChoices {
		return answer, nil
	}
	defer answer.Body.Close()
	const most = 1 << 20
	data, err := io.ReadAll(io.LimitReader(answer.Body, most))
	p := new(Problem)
	if err != nil || json.Unmarshal(data, p) != nil || p.Code == "" {
		return nil, fmt.Errorf("the server %s answered %s, which is no answer of Sluice's", c.at.Base.Host, answer.Status)
	}
	return nil, p
}

// ask sends a request and reads the answer.
func ask[Out any](ctx context.Context, c *Client, r request) (out Out, err error) {
	answer, err := c.send(ctx, r)
	if err != nil {
		return out, err
	}
	defer answer.Body.Close()
	return out, json.NewDecoder(answer.Body).Decode(&out)
}

// withJSON is a request with a body.
func (r request) withJSON(body any) request {
	data, err := json.Marshal(body)
	if err != nil {
		panic(err) // the types of bodies can all be written
	}
	r.media, r.body = "application/json", bytes.NewReader(data)
	return r
}

// withFile is a request with a file as its body.
func (r request) withFile(media string, file io.Reader) request {
	r.media, r.body = media, file
	return r
}

// rows goes through a list, a page at a time. After an error it ends.
func rows[Row any](ctx context.Context, c *Client, r request) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for {
			page, err := ask[struct {
				Items []Row  `json:"items"`
				Next  string `json:"next"`
			}](ctx, c, r)
			if err != nil {
				var none Row
				yield(none, err)
				return
			}
			for _, row := range page.Items {
				if !yield(row, nil) {
					return
				}
			}
			if page.Next == "" {
				return
			}
			r.query.Set("cursor", page.Next)
		}
	}
}

// File is a file that a server made.
type File struct {
	Name      string
	MediaType string
	Data      []byte
}

// fetch sends a request for a file.
func fetch(ctx context.Context, c *Client, r request) (File, error) {
	answer, err := c.send(ctx, r)
	if err != nil {
		return File{}, err
	}
	defer answer.Body.Close()
	file := File{MediaType: answer.Header.Get("Content-Type")}
	if _, parameters, err := mime.ParseMediaType(answer.Header.Get("Content-Disposition")); err == nil {
		file.Name = parameters["filename"]
	}
	file.Data, err = io.ReadAll(answer.Body)
	return file, err
}

// query collects the parameters that are given.
type query url.Values

func (q query) text(name, value string) query {
	if value != "" {
		q[name] = []string{value}
	}
	return q
}

func (q query) time(name string, value time.Time) query {
	if value.IsZero() {
		return q
	}
	return q.text(name, value.Format(time.RFC3339Nano))
}

func (q query) number(name string, value int64) query {
	if value != 0 {
		q[name] = []string{strconv.FormatInt(value, 10)}
	}
	return q
}

func (q query) yes(name string, value bool) query {
	if value {
		q[name] = []string{"true"}
	}
	return q
}

func (q query) each(name string, values []string) query {
	if len(values) > 0 {
		q[name] = values
	}
	return q
}

func (q query) list(name string, values []string) query {
	return q.text(name, strings.Join(values, ","))
}
