package client

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"
)

// Pending is long work that a server has begun, and that a T comes of.
type Pending[T any] struct {
	Job Job // as it was when it was begun

	client *Client
}

// begin sends a request for long work.
func begin[T any](ctx context.Context, c *Client, r request) (*Pending[T], error) {
	j, err := ask[Job](ctx, c, r)
	if err != nil {
		return nil, err
	}
	return &Pending[T]{j, c}, nil
}

// Wait waits for the end of the work and returns what came of it. Where it failed,
// the error is the *Problem that the server has on record. Who waits may be told of
// each change of the job; watch may be nil. When the context ends, the work goes on:
// CancelJob ends it.
func (p *Pending[T]) Wait(ctx context.Context, watch func(Job)) (result T, err error) {
	const tries = 10
	for range tries {
		var j Job
		for j, err = range p.client.WatchJob(ctx, p.Job.ID) {
			if err == nil && watch != nil {
				watch(j)
			}
		}
		switch {
		case err != nil && (ctx.Err() != nil || errors.As(err, new(*Problem))):
			return result, err
		case err != nil, j.Finished.IsZero(): // the connection broke
			continue
		case j.Error != nil:
			return result, j.Error
		case j.State != "done":
			return result, fmt.Errorf("job %s was %s", j.ID, j.State)
		}
		return result, json.Unmarshal(j.Result, &result)
	}
	return result, errors.Join(fmt.Errorf("job %s goes on at the server, but cannot be watched", p.Job.ID), err)
}

// WatchJob goes through what happens to a job while it does. The last one is that of
// its end, unless the connection breaks or there is an error.
func (c *Client) WatchJob(ctx context.Context, id string, options ...Option) iter.Seq2[Job, error] {
	return func(yield func(Job, error) bool) {
		answer, err := c.send(ctx, request{method: http.MethodGet, path: "/api/v1/jobs/" + url.PathEscape(id) + "/events", options: options})
		if err != nil {
			yield(Job{}, err)
			return
		}
		defer answer.Body.Close()
		for e, err := range Events(answer.Body) {
			var j Job
			switch {
			case err != nil:
			case e.Name == "problem":
				p := new(Problem)
				if err = json.Unmarshal(e.Data, p); err == nil {
					err = p
				}
			default:
				err = json.Unmarshal(e.Data, &j)
			}
			if !yield(j, err) || err != nil || !j.Finished.IsZero() {
				return
			}
		}
	}
}

// Event is a server-sent event.
type Event struct {
	Name string
	Data []byte // good until the next one is asked for
}

// Events goes through the events of a stream until it ends. An error is the last.
func Events(stream io.Reader) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		const longest = 64 << 20 // a certificate of thousands of groups is in the last event
		lines := bufio.NewScanner(stream)
		lines.Buffer(nil, longest)
		var e Event
		for lines.Scan() {
			if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				e.Name = name
				continue
			}
			var ok bool
			if e.Data, ok = bytes.CutPrefix(lines.Bytes(), []byte("data: ")); ok && !yield(e, nil) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(Event{}, err)
		}
	}
}
