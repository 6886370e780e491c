package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/sluice-billing/sluice/client"
	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/identity"
	"github.com/sluice-billing/sluice/internal/view"
)

// Place is where operations are called: in this process, by a session, or at a
// server. Exactly one of the two is set.
type Place struct {
	Session *Session
	Remote  *client.Remote
	Watch   billing.Progress // is told how far a long operation at a server is; may be nil
}

// Session is a caller with what they may do, for the time of a request or of a
// command. What people do about themselves works on it.
type Session struct {
	Who    identity.Principal
	Rights access.Rights

	home     *app.App // in the caller's name
	declared billing.Config
	service  *Service // nil on the command line
}

// Desk is what the reseller's people work on: the whole installation.
type Desk struct {
	*app.App
	Declared billing.Config // when the request began
	session  *Session
}

// May is an error unless the caller has another permission beside the one that
// the operation needs.
func (d *Desk) May(p access.Permission) error {
	if d.session.Rights.May(p, access.Root) {
		return nil
	}
	return denied(p)
}

// Local is the session of whoever runs the program in the installation's folder:
// everything is allowed.
func Local(a *app.App, declared billing.Config) *Session {
	return &Session{
		Who:    identity.Principal{Name: a.User, Kind: "operator"},
		Rights: access.Everything(access.TreeOf(declared)), home: a, declared: declared,
	}
}

// audienceOf says whom an operation is for, by what it works on.
func audienceOf[On any]() Audience {
	switch any(*new(On)).(type) {
	case *Desk:
		return ForReseller
	case *view.View:
		return ForMembers
	case *Session:
		return ForAnyone
	}
	panic(fmt.Sprintf("no operation works on %T", *new(On)))
}

// reach gives an operation what it works on, where the caller may have that.
func reach[On any](ctx context.Context, s *Session, r Route) (on On, err error) {
	if s == nil {
		if !r.Open {
			return on, &Problem{Status: http.StatusUnauthorized, Code: "not-signed-in", Detail: "nobody is signed in; sign in, or send an API token as Authorization: Bearer"}
		}
		s = &Session{}
	}
	switch at := any(&on).(type) {
	case **Desk:
		if !s.Rights.May(r.Needs, access.Root) {
			return on, denied(r.Needs)
		}
		*at = &Desk{App: s.home, Declared: s.declared, session: s}
	case **view.View:
		if *at, err = view.Of(s.home, s.declared, s.Rights, r.Needs, r.Feature); err != nil {
			return on, deniedBecause(err)
		}
	case **Session:
		if r.Needs != "" && !s.Rights.Anywhere(r.Needs) {
			return on, denied(r.Needs)
		}
		*at = s
	}
	return on, nil
}

type sessionKey struct{}
type requestKey struct{}

// withRequest makes a request and its session known to the operations that answer it.
func withRequest(r *http.Request, s *Session) *http.Request {
	ctx := context.WithValue(r.Context(), requestKey{}, r)
	if s != nil {
		ctx = context.WithValue(ctx, sessionKey{}, s)
	}
	return r.WithContext(ctx)
}

func sessionOf(ctx context.Context) *Session {
	s, _ := ctx.Value(sessionKey{}).(*Session)
	return s
}

// requestOf is the request that is being answered.
func requestOf(ctx context.Context) *http.Request {
	r, _ := ctx.Value(requestKey{}).(*http.Request)
	return r
}
