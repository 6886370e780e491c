// Package api holds what can be asked of Sluice: one typed operation for
// everything. The server offers them over HTTP with OpenAPI, jobs run the long
// ones, and the command line calls the same values, in its own process or at a
// server.
//
// An operation says what it works on by a type: *Desk for the reseller's people,
// *view.View for anybody, bounded to what the caller's organization may see, and
// *Session for the callers themselves. What is not reachable from that type
// cannot leak, whatever the operation does.
package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluice-billing/sluice/internal/access"
)

// Operation is one thing that can be asked.
//
// In is a struct whose fields say by their tags where they are in a request:
// path, query, or Body. Out is the body of the answer; amounts are decimals as
// text beside their currency, times are RFC 3339 in UTC.
type Operation[On, In, Out any] struct {
	ID     string // such as close-month; the name that clients are generated with
	Method string
	Path   string // below /api/v1
	Title  string // a line
	About  string // Markdown: what it does, when it is refused
	Tag    string // the subject it is listed under

	Needs   access.Permission // empty where being signed in is enough
	Feature string            // the part of the portal it belongs to; for operations on *view.View
	Open    bool              // nobody needs to be signed in

	// Long says that it takes more than a moment: over HTTP it becomes a job, whose
	// result is Out.
	Long bool
	// Exclusive names, for a long one, what no other job may work on meanwhile.
	Exclusive func(In) string
	// Check refuses what Do could not begin with, such as a name of nothing. A long one
	// that it refuses never becomes a job.
	Check func(On, In) error
	// Creates says that a new thing comes of it: 201 instead of 200.
	Creates bool
	// Kept says that the answer follows from the records and the day alone: as long as
	// nothing was changed, what was answered before is answered again.
	Kept bool
	// Upload is the most bytes that the body may have, where that is more than usual.
	Upload int64

	Do func(ctx context.Context, on On, in In) (Out, error)
}

// described is what all operations have in common, whatever their types.
type described interface {
	route() Route
	register(on huma.API, s *Service)
	run(ctx context.Context, s *Session, input json.RawMessage) (json.RawMessage, error)
}

// Route is an operation as documentation, tests and roles see it.
type Route struct {
	ID, Method, Path, Title, About, Tag string
	Needs                               access.Permission
	Feature                             string
	Open, Long, Creates, List, File     bool
	Kept                                bool
	Streamed                            bool // a file that is written as it is sent
	Upload                              int64
	For                                 Audience
}

// Audience is whom an operation is for.
type Audience string

// The audiences, by what their operations work on.
const (
	ForReseller Audience = "reseller" // people of the reseller itself
	ForMembers  Audience = "members"  // anybody, bounded to their organizations
	ForAnyone   Audience = "anyone"   // whoever calls, about themselves
)

func (o Operation[On, In, Out]) route() Route {
	return Route{
		ID: o.ID, Method: o.Method, Path: o.Path, Title: o.Title, About: o.About, Tag: o.Tag,
		Needs: o.Needs, Feature: o.Feature, Open: o.Open, Long: o.Long, Creates: o.Creates, Upload: o.Upload, Kept: o.Kept, For: audienceOf[On](),
	}
}

// Call asks: in this process, or at a server. Errors of a server are *Problem.
func (o Operation[On, In, Out]) Call(ctx context.Context, at Place, in In) (out Out, err error) {
	if at.Remote != nil {
		err = at.ask(ctx, o.route(), in, &out)
		return out, err
	}
	return o.here(ctx, at.Session, in)
}

// here does it for a caller in this process.
func (o Operation[On, In, Out]) here(ctx context.Context, s *Session, in In) (out Out, err error) {
	on, err := reach[On](ctx, s, o.route())
	if err != nil {
		return out, err
	}
	if o.Check != nil {
		if err := o.Check(on, in); err != nil {
			return out, err
		}
	}
	out, err = o.Do(ctx, on, in)
	return whole(out), err
}

// run does it with input and result as JSON, for a job.
func (o Operation[On, In, Out]) run(ctx context.Context, s *Session, input json.RawMessage) (json.RawMessage, error) {
	var in In
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, err
	}
	out, err := o.here(ctx, s, in)
	if err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

// reply is an answer as huma writes it.
type reply[Out any] struct {
	Status    int
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      Out
}

func replyWith[Out any](status int, body Out) *reply[Out] {
	r := &reply[Out]{Status: status, Body: body}
	if c, ok := any(body).(interface{ cookies() []http.Cookie }); ok {
		r.SetCookie = c.cookies()
	}
	return r
}

func (o Operation[On, In, Out]) register(on huma.API, s *Service) {
	if o.Long {
		o.registerJob(on, s)
		return
	}
	op := s.document(o.route())
	gate[On](s, &op, o.route())
	op.MaxBodyBytes = o.Upload
	huma.Register(on, op, func(ctx context.Context, in *In) (*reply[Out], error) {
		out, err := o.here(ctx, sessionOf(ctx), *in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return replyWith(op.DefaultStatus, out), nil
	})
}

// registerJob offers a long operation: it answers at once with the job.
func (o Operation[On, In, Out]) registerJob(on huma.API, s *Service) {
	op := s.document(o.route())
	gate[On](s, &op, o.route())
	op.DefaultStatus = http.StatusAccepted
	op.MaxBodyBytes = o.Upload
	result := on.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Out](), true, "")
	op.Extensions = map[string]any{"x-result": &huma.MediaType{Schema: result}}
	huma.Register(on, op, func(ctx context.Context, in *In) (*reply[Job], error) {
		if o.Check != nil {
			on, err := reach[On](ctx, sessionOf(ctx), o.route())
			if err == nil {
				err = o.Check(on, *in)
			}
			if err != nil {
				return nil, s.problem(ctx, err)
			}
		}
		exclusive := ""
		if o.Exclusive != nil {
			exclusive = o.Exclusive(*in)
		}
		begun, err := s.begin(ctx, o.route(), exclusive, *in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return replyWith(op.DefaultStatus, begun), nil
	})
}
