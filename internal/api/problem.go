package api

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/credential"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/exchange"
	"github.com/sluice-billing/sluice/internal/identity"
	"github.com/sluice-billing/sluice/internal/item"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/pipeline"
	"github.com/sluice-billing/sluice/internal/sheet"
	"github.com/sluice-billing/sluice/internal/source"
	"github.com/sluice-billing/sluice/internal/store"
	"github.com/sluice-billing/sluice/internal/trial"
	"github.com/sluice-billing/sluice/internal/view"
	"github.com/sluice-billing/sluice/internal/webhook"
)

// Problem is an error as RFC 9457 has it. Code never changes its meaning; Detail
// is for people.
type Problem struct {
	Type     string  `json:"type" format:"uri-reference" doc:"Where the code is described" example:"/docs/problems#not-found"`
	Title    string  `json:"title" doc:"The status in words" example:"Not Found"`
	Status   int     `json:"status" doc:"The HTTP status" example:"404"`
	Code     string  `json:"code" doc:"What is wrong, for programs; never changes its meaning" example:"not-found"`
	Detail   string  `json:"detail" doc:"What happened, to which thing, and what to do next" example:"invoice 2026-10/acme is not on record"`
	Hint     string  `json:"hint,omitempty" doc:"What may help"`
	Record   string  `json:"record,omitempty" doc:"The id of what is on record of it, such as the invitation that was not sent"`
	Instance string  `json:"instance,omitempty" doc:"The request, as the server's log names it"`
	Errors   []Fault `json:"errors,omitempty" doc:"What is wrong at which places"`
	// Findings hold a close.
	Period   string          `json:"period,omitempty" doc:"The month it is about"`
	Findings []month.Finding `json:"findings,omitempty" doc:"The findings that hold a close"`

	wait time.Duration // before it makes sense to try again
}

// GetHeaders implements huma.HeadersError.
func (p *Problem) GetHeaders() http.Header {
	if p.wait <= 0 {
		return nil
	}
	return http.Header{"Retry-After": {strconv.FormatInt(int64((p.wait+time.Second-1)/time.Second), 10)}}
}

// Fault is something wrong at one place.
type Fault struct {
	Location string `json:"location,omitempty" doc:"Where, such as body.period or customers[3].name"`
	Message  string `json:"message" doc:"What is wrong there"`
	// Spots are of problems of a configuration.
	Spots []config.Spot `json:"spots,omitempty" doc:"The declared things that it is in or between, the one of location first"`
}

// codes are the codes there are, with what they mean and their status.
var codes = []struct {
	code   string
	status int
	means  string
}{
	{"invalid", http.StatusUnprocessableEntity, "A field has a value that it cannot have; errors says which."},
	{"malformed", http.StatusBadRequest, "The request cannot be read."},
	{"invalid-config", http.StatusUnprocessableEntity, "What would be declared does not fit together; errors says where."},
	{"incomplete", http.StatusUnprocessableEntity, "A document lacks what a format needs; errors says what, and where to fill it in."},
	{"not-signed-in", http.StatusUnauthorized, "Nobody is signed in, or the session or token has ended."},
	{"denied", http.StatusForbidden, "The caller lacks a permission, which detail names."},
	{"switched-off", http.StatusForbidden, "The reseller has not switched this on for the organization."},
	{"not-found", http.StatusNotFound, "There is no such thing, or the caller may not see it."},
	{"held", http.StatusConflict, "Findings hold the close; findings lists them."},
	{"busy", http.StatusConflict, "Other work is being done on the same thing; try again later."},
	{"refused", http.StatusConflict, "What is asked cannot be done as things stand; detail says why."},
	{"closed-month", http.StatusConflict, "It would change how a closed month is priced; give force and a reason."},
	{"already-done", http.StatusConflict, "A request with this Idempotency-Key has been done, and its answer was lost."},
	{"key-reused", http.StatusUnprocessableEntity, "The Idempotency-Key was used for another request."},
	{"bad-credentials", http.StatusUnauthorized, "The e-mail address or the password is wrong; nobody says which."},
	{"bad-code", http.StatusUnauthorized, "The one-time code or recovery code is wrong, or was used."},
	{"passkey-refused", http.StatusUnauthorized, "The passkey is not known, or its answer is not right."},
	{"sign-in-expired", http.StatusUnauthorized, "A sign-in in steps took too long, or has ended; begin again."},
	{"sso-refused", http.StatusUnauthorized, "The provider of single sign-on has not vouched for the user."},
	{"sso-unreachable", http.StatusBadGateway, "The provider of single sign-on does not answer."},
	{"too-many-tries", http.StatusTooManyRequests, "Too many wrong tries; Retry-After says when to go on."},
	{"password-too-weak", http.StatusUnprocessableEntity, "The password is too short, too long or well known."},
	{"email-invalid", http.StatusUnprocessableEntity, "The e-mail address is none."},
	{"email-taken", http.StatusConflict, "Another user has this e-mail address."},
	{"last-owner", http.StatusConflict, "Nobody would be left who owns the installation."},
	{"already-set-up", http.StatusConflict, "There is a first user."},
	{"already-enrolled", http.StatusConflict, "One-time codes are in use already."},
	{"no-origin", http.StatusUnprocessableEntity, "The server does not know where browsers reach it, and passkeys need that."},
	{"invitation-expired", http.StatusGone, "The link of the invitation was used, is too old, or never was."},
	{"reset-expired", http.StatusGone, "The link to set a password was used, is too old, or never was."},
	{"set-up-expired", http.StatusGone, "The link to set up the server was used, is too old, or never was."},
	{"changed-meanwhile", http.StatusPreconditionFailed, "Somebody else changed it at the same time; read it again."},
	{"changed", http.StatusPreconditionFailed, "The thing is not what If-Match says any more; read it again."},
	{"too-large", http.StatusRequestEntityTooLarge, "The body is larger than allowed."},
	{"not-allowed", http.StatusMethodNotAllowed, "There is something at this path, but not with this method; Allow names those it has."},
	{"unsupported", http.StatusUnsupportedMediaType, "The body is of a kind that is not read here."},
	{"too-many", http.StatusTooManyRequests, "Too many requests; Retry-After says when to go on."},
	{"failed", http.StatusInternalServerError, "Something failed inside the server; its log has instance."},
	{"unavailable", http.StatusServiceUnavailable, "The server cannot do this now; try again later."},
}

// Error implements error.
func (p *Problem) Error() string { return p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

func invalid(location, format string, args ...any) *Problem {
	message := fmt.Sprintf(format, args...)
	return &Problem{
		Status: http.StatusUnprocessableEntity, Code: "invalid", Detail: location + ": " + message,
		Errors: []Fault{{Location: location, Message: message}},
	}
}

func denied(p access.Permission) *Problem {
	return &Problem{Status: http.StatusForbidden, Code: "denied", Detail: fmt.Sprintf("this needs the permission %s; ask who manages your users for a role that has it", p)}
}

// deniedBecause says why a view was refused.
func deniedBecause(err error) *Problem {
	if errors.Is(err, view.ErrSwitchedOff) {
		return &Problem{Status: http.StatusForbidden, Code: "switched-off", Detail: err.Error()}
	}
	return &Problem{Status: http.StatusForbidden, Code: "denied", Detail: err.Error()}
}

// ProblemOf says as a Problem what went wrong. What failed inside, such as a disk
// or a database, is told to nobody: inner is true then, and the log must have it.
func ProblemOf(err error) (p *Problem, inner bool) {
	var held *pipeline.HeldError
	var person *identity.Error
	var hook *webhook.RefusedError
	var declared config.Problems
	var reached *trial.ReachedError
	var incomplete *deliver.IncompleteError
	switch {
	case errors.As(err, &p):
	case errors.As(err, &incomplete):
		p = incompleteProblem(incomplete)
	case errors.As(err, &held):
		p = &Problem{Code: "held", Detail: held.Error(), Period: held.Period.String(), Findings: held.Findings}
	case errors.As(err, &person):
		p = &Problem{Code: person.Code, Detail: person.Message, Status: person.Status(), wait: person.RetryAfter}
	case errors.As(err, &hook):
		p = &Problem{Code: "invalid", Detail: hook.Error()}
	case errors.As(err, &declared):
		p = &Problem{Code: "invalid-config", Detail: err.Error()}
		for _, d := range declared {
			p.Errors = append(p.Errors, Fault{d.Path, d.Message, d.Spots})
		}
	case errors.As(err, &reached):
		p = &Problem{Code: "closed-month", Detail: reached.Error()}
		for _, m := range reached.Months {
			for _, what := range m.What {
				p.Errors = append(p.Errors, Fault{Location: m.Period.String(), Message: what})
			}
		}
	case errors.Is(err, config.ErrChanged), errors.Is(err, store.ErrMoved):
		p = &Problem{Code: "changed", Detail: err.Error()}
	case errors.Is(err, store.ErrNotFound):
		p = &Problem{Code: "not-found", Detail: err.Error()}
	case errors.Is(err, month.ErrBusy):
		p = &Problem{Code: "busy", Detail: err.Error()}
	case errors.As(err, new(*item.Error)), errors.As(err, new(*item.KeyError)), errors.As(err, new(*exchange.Error)), errors.As(err, new(*sheet.FileError)):
		p = &Problem{Code: "invalid", Detail: err.Error()}
	case errors.As(err, new(*source.Trouble)), errors.As(err, new(*credential.RefusedError)):
		p = &Problem{Code: "refused", Detail: err.Error()} // of machines that are not this one
	case isInner(err):
		return &Problem{Status: http.StatusInternalServerError, Code: "failed", Detail: "something failed inside the server; try again, and give whoever runs it the id of this request"}, true
	default: // errors of this program are written for people
		p = &Problem{Code: "refused", Detail: err.Error()}
	}
	if p.Status == 0 {
		p.Status = statusOf(p.Code)
	}
	return p, p.Status >= http.StatusInternalServerError
}

func statusOf(code string) int {
	for _, c := range codes {
		if c.code == code {
			return c.status
		}
	}
	return http.StatusConflict
}

// isInner tells failures of the machine and of what runs beside the program from
// refusals: it names files, addresses and tables that are nobody's business.
func isInner(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || store.Failed(err) {
		return true
	}
	return errors.As(err, new(*fs.PathError)) || errors.As(err, new(*net.OpError))
}

// problem is ProblemOf for a request; it is logged where it is inner.
func (s *Service) problem(ctx context.Context, err error) error {
	p, inner := ProblemOf(err)
	p.complete()
	if r := requestOf(ctx); r != nil {
		p.Instance = s.RequestID(ctx)
	}
	if inner {
		s.Log.ErrorContext(ctx, "a request failed", "error", err.Error(), "request", p.Instance)
	}
	return p
}

func (p *Problem) complete() {
	p.Title = http.StatusText(p.Status)
	p.Type = "/docs/problems#" + p.Code
}

// humaProblem makes a Problem of what huma finds wrong with a request.
func humaProblem(status int, message string, errs ...error) huma.StatusError {
	p := &Problem{Status: status, Code: "invalid", Detail: message}
	switch status {
	case http.StatusBadRequest:
		p.Code = "malformed"
	case http.StatusRequestEntityTooLarge:
		p.Code = "too-large"
	case http.StatusUnsupportedMediaType:
		p.Code = "unsupported"
	case http.StatusRequestTimeout:
		p.Code = "malformed"
	case http.StatusInternalServerError:
		p.Code, p.Detail = "failed", "something failed inside the server"
	}
	for _, err := range errs {
		var detail *huma.ErrorDetail
		if errors.As(err, &detail) {
			for message := range strings.SplitSeq(detail.Message, "\n") { // a text says its faults one a line
				p.Errors = append(p.Errors, Fault{Location: detail.Location, Message: message})
			}
		} else if err != nil {
			p.Errors = append(p.Errors, Fault{Message: err.Error()})
		}
	}
	if len(p.Errors) > 0 && p.Code == "invalid" {
		var all []string
		for _, f := range p.Errors {
			all = append(all, strings.TrimPrefix(f.Location+": "+f.Message, ": "))
		}
		p.Detail = strings.Join(all, "; ")
	}
	p.complete()
	return p
}
