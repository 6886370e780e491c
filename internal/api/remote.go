package api

import (
	"context"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/client"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/pipeline"
	"github.com/sluice-billing/sluice/internal/trial"
)

// ask sends an operation to the server, waits for its job where it is a long one,
// and reads what came of it into out.
func (at Place) ask(ctx context.Context, r Route, in, out any) error {
	if !r.Long {
		return at.send(ctx, r, in, nil, out)
	}
	var j Job
	if err := at.send(ctx, r, in, nil, &j); err != nil {
		return err
	}
	j, err := at.follow(ctx, j.ID)
	if err != nil {
		return err
	}
	switch {
	case j.Error != nil:
		return j.Error.typed()
	case j.State != "done":
		return fmt.Errorf("job %s was %s", j.ID, j.State)
	}
	return json.Unmarshal(j.Result, out)
}

// askPage sends a list for the page behind a cursor.
func (at Place) askPage(ctx context.Context, r Route, in any, cursor string, out any) error {
	more := url.Values{"limit": {strconv.Itoa(mostLimit)}}
	if cursor != "" {
		more.Set("cursor", cursor)
	}
	return at.send(ctx, r, in, more, out)
}

// send sends a request and reads the answer, or a *Problem.
func (at Place) send(ctx context.Context, r Route, in any, more url.Values, out any) error {
	answer, err := at.request(ctx, r, in, more)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	return json.NewDecoder(answer.Body).Decode(out)
}

// request sends a request; its answer is a good one.
func (at Place) request(ctx context.Context, r Route, in any, more url.Values) (*http.Response, error) {
	path, query, header, body, err := encode(r.Path, in)
	if err != nil {
		return nil, err
	}
	for name, values := range more {
		query[name] = values
	}
	answer, err := at.Remote.Send(ctx, r.Method, Base+path, query, header, body)
	if err != nil {
		return nil, fmt.Errorf("ask the server %s: %w", at.Remote.Base.Host, err)
	}
	if answer.StatusCode < http.StatusMultipleChoices {
		return answer, nil
	}
	defer answer.Body.Close()
	return nil, problemFrom(answer)
}

func problemFrom(answer *http.Response) error {
	const most = 1 << 20
	data, err := io.ReadAll(io.LimitReader(answer.Body, most))
	var p Problem
	if err != nil || json.Unmarshal(data, &p) != nil || p.Code == "" {
		return fmt.Errorf("the server answered %s, which is no answer of Sluice's", answer.Status)
	}
	return p.typed()
}

// typed is the error that the operation would have returned in this process, where
// callers tell it from others.
func (p *Problem) typed() error {
	switch p.Code {
	case "held":
		period, err := billing.ParsePeriod(p.Period)
		if err != nil {
			return p
		}
		return &pipeline.HeldError{Period: period, Findings: p.Findings}
	case "invalid-config":
		var problems config.Problems
		for _, f := range p.Errors {
			problems = append(problems, config.Problem{Path: f.Location, Message: f.Message, Spots: f.Spots})
		}
		return &declaredError{p.Detail, problems}
	case "closed-month":
		reached := &trial.ReachedError{}
		for _, f := range p.Errors {
			period, err := billing.ParsePeriod(f.Location)
			if err != nil {
				return p
			}
			if n := len(reached.Months); n == 0 || reached.Months[n-1].Period != period {
				reached.Months = append(reached.Months, trial.Reach{Period: period})
			}
			last := &reached.Months[len(reached.Months)-1]
			last.What = append(last.What, f.Message)
		}
		return reached
	}
	return p
}

// declaredError is what is wrong with what would be declared, in the words of who
// refused it: they may say more, such as of which month it is.
type declaredError struct {
	detail   string
	problems config.Problems
}

func (e *declaredError) Error() string { return e.detail }

func (e *declaredError) Unwrap() error { return e.problems }

// encode puts an operation's input where its tags say.
func encode(pattern string, in any) (path string, query url.Values, header http.Header, body []byte, err error) {
	path, query, header = pattern, url.Values{}, http.Header{}
	v := reflect.ValueOf(in)
	for _, f := range reflect.VisibleFields(v.Type()) {
		if f.Anonymous {
			continue
		}
		value := v.FieldByIndex(f.Index)
		switch name, explode := strings.CutSuffix(f.Tag.Get("query"), ",explode"); {
		case f.Tag.Get("path") != "":
			text, err := paramText(value)
			if err != nil {
				return "", nil, nil, nil, err
			}
			path = strings.Replace(path, "{"+f.Tag.Get("path")+"}", url.PathEscape(text), 1)
		case f.Name == "Body":
			header.Set("Content-Type", "application/json")
			if body, err = json.Marshal(value.Interface()); err != nil {
				return "", nil, nil, nil, err
			}
		case f.Name == "RawBody":
			header.Set("Content-Type", "application/octet-stream")
			body = value.Bytes()
		case name != "" && !value.IsZero():
			if value.Kind() == reflect.Slice {
				for i := range value.Len() {
					text, err := paramText(value.Index(i))
					if err != nil {
						return "", nil, nil, nil, err
					}
					query.Add(name, text)
				}
				if !explode {
					query.Set(name, strings.Join(query[name], ","))
				}
				continue
			}
			text, err := paramText(value)
			if err != nil {
				return "", nil, nil, nil, err
			}
			query.Set(name, text)
		}
	}
	return path, query, header, body, nil
}

func paramText(v reflect.Value) (string, error) {
	if t, ok := v.Interface().(encoding.TextMarshaler); ok {
		text, err := t.MarshalText()
		return string(text), err
	}
	return fmt.Sprint(v.Interface()), nil
}

// follow shows how far a job is until it ends. Where the connection breaks it is
// taken up again. Who interrupts cancels the job.
func (at Place) follow(ctx context.Context, id string) (Job, error) {
	const tries = 10
	var last error
	seen := map[string]JobWork{}
	for range tries {
		j, err := at.watch(ctx, id, seen)
		if err == nil {
			return j, nil
		}
		var p *Problem
		if ctx.Err() != nil {
			cancelled := context.WithoutCancel(ctx)
			return Job{}, errors.Join(ctx.Err(), at.send(cancelled, CancelJob.route(), ByID{id}, nil, new(Job)))
		}
		if errors.As(err, &p) {
			return Job{}, err
		}
		last = err
	}
	return Job{}, fmt.Errorf("job %s goes on at the server, but cannot be watched: %w", id, last)
}

// watch reads the events of a job until the one of its end. What was seen of its
// works is not shown again.
func (at Place) watch(ctx context.Context, id string, seen map[string]JobWork) (Job, error) {
	answer, err := at.request(ctx, watching{}.route(), ByID{id}, nil)
	if err != nil {
		return Job{}, err
	}
	defer answer.Body.Close()
	for e, err := range client.Events(answer.Body) {
		if err != nil {
			return Job{}, err
		}
		if e.Name == "problem" {
			p := new(Problem)
			if err := json.Unmarshal(e.Data, p); err != nil {
				return Job{}, err
			}
			return Job{}, p
		}
		var j Job
		if err := json.Unmarshal(e.Data, &j); err != nil {
			return Job{}, err
		}
		for _, w := range j.Works {
			if at.Watch != nil && seen[w.Work] != w {
				seen[w.Work] = w
				at.Watch(w.Work, w.Done, w.Of)
			}
		}
		if j.Finished != nil {
			return j, nil
		}
	}
	return Job{}, errors.New("the connection ended")
}
