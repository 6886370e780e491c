package api

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Document is the OpenAPI document of all operations, as a server of a version
// offers it.
func Document(version string) *huma.OpenAPI {
	s := &Service{Version: version}
	on := humago.New(http.NewServeMux(), s.settings())
	for _, o := range operations {
		o.register(on, s)
	}
	complete(on.OpenAPI())
	return on.OpenAPI()
}

// complete says in the document what the types of the operations do not: what
// stands before all of them asks and answers in headers, which errors there are,
// and an example of everything.
func complete(doc *huma.OpenAPI) {
	doc.Servers = []*huma.Server{{URL: "/", Description: "The server that this document is from"}}
	doc.Info.License = &huma.License{Name: "Apache 2.0", Identifier: "Apache-2.0"}
	problem := doc.Components.Schemas.Map()["Problem"]
	for _, c := range codes {
		problem.Properties["code"].Enum = append(problem.Properties["code"].Enum, c.code)
	}
	for name, fields := range mayBeNull {
		of := doc.Components.Schemas.Map()[name].Properties
		for _, field := range fields {
			of[field] = &huma.Schema{AnyOf: []*huma.Schema{of[field], {Type: "null"}}}
		}
		doc.Components.Schemas.Map()[name].PrecomputeMessages()
	}
	bill := doc.Components.Schemas.Map()["ViewDocument"]
	for _, field := range []string{"inputs", "settings", "usage_residue"} { // which are the seller's
		delete(bill.Properties, field)
	}
	bill.PrecomputeMessages()
	doc.Components.Responses = problems()
	for _, o := range operations {
		r := o.route()
		op := documented(doc, r)
		completeParameters(op, r)
		completeAnswers(op, r)
		completeErrors(op, r)
		if e, ok := examples()[r.ID]; ok {
			e.illustrate(op)
		}
	}
}

// documented is an operation in the document.
func documented(doc *huma.OpenAPI, r Route) *huma.Operation {
	path := doc.Paths[Base+r.Path]
	switch r.Method {
	case http.MethodGet:
		return path.Get
	case http.MethodPost:
		return path.Post
	case http.MethodPut:
		return path.Put
	case http.MethodPatch:
		return path.Patch
	}
	return path.Delete
}

// The headers of requests that are read before an operation is.
var (
	ifNoneMatch = &huma.Param{Name: "If-None-Match", In: "header", Description: "The ETag of what the caller has; where that is still so, the answer is 304 without a body.", Schema: &huma.Schema{Type: huma.TypeString}}
	ifMatch     = &huma.Param{Name: "If-Match", In: "header", Description: "The ETag of what the caller has seen; where somebody has changed it meanwhile, the request is refused with `changed`.", Schema: &huma.Schema{Type: huma.TypeString}}
	onceKey     = &huma.Param{Name: "Idempotency-Key", In: "header", Description: "A key that the caller makes up for this request, such as a UUID. A repetition with the same key does nothing, and has the same answer.", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: new(mostKey)}}
	csrfToken   = &huma.Param{Name: "X-CSRF-Token", In: "header", Description: "`csrf_token` of `show-me`; needed with the session of a browser, not with a token.", Schema: &huma.Schema{Type: huma.TypeString}}
)

// The headers of answers.
var (
	etag       = &huma.Param{Description: "The version of what was read: send it as If-None-Match or If-Match", Schema: &huma.Schema{Type: huma.TypeString}}
	replayed   = &huma.Param{Description: "`true` where a request with this Idempotency-Key was answered so before", Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"true"}}}
	retryAfter = &huma.Param{Description: "Seconds to wait before it makes sense to try again", Schema: &huma.Schema{Type: huma.TypeInteger}}
)

// completeParameters adds the headers that every request of its kind may have. Of
// lists the parameters of pages become its own, since each has its own examples.
func completeParameters(op *huma.Operation, r Route) {
	for i, p := range op.Parameters {
		if slices.Contains(pageParameters, p) {
			op.Parameters[i] = new(*p)
		}
	}
	switch {
	case r.ID == watching{}.route().ID:
	case r.Method == http.MethodGet:
		op.Parameters = append(op.Parameters, ifNoneMatch)
	case !r.Open:
		op.Parameters = append(op.Parameters, ifMatch, csrfToken)
		if r.Method == http.MethodPost {
			op.Parameters = append(op.Parameters, onceKey)
		}
	}
}

// setsCookie are the schemas of answers that come with the cookie of a session.
var setsCookie = []string{"SignedIn", "Renewed", "Recovery"}

// completeAnswers describes what is answered where all is well.
func completeAnswers(op *huma.Operation, r Route) {
	for status, answer := range op.Responses {
		if status >= "300" {
			continue
		}
		if answer.Headers == nil {
			answer.Headers = map[string]*huma.Param{}
		}
		if body := answer.Content["application/json"]; body != nil && !slices.ContainsFunc(setsCookie, func(name string) bool { return strings.HasSuffix(body.Schema.Ref, "/"+name) }) {
			delete(answer.Headers, "Set-Cookie")
		}
		switch {
		case r.ID == watching{}.route().ID:
			answer.Description = "Events, until the job ends"
		case r.Long:
			answer.Description = "The job that does it. When it is done, its `result` is what `x-result` says"
		case r.List:
			answer.Description = "A page of the list; as CSV, a row for each thing"
			answer.Content["text/csv"] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
		case !r.File:
			answer.Description = "Done; this is what came of it"
		}
		if r.Method == http.MethodGet && r.ID != (watching{}).route().ID {
			answer.Headers["ETag"] = etag
			op.Responses["304"] = &huma.Response{Description: "It is what If-None-Match says; there is no body", Headers: map[string]*huma.Param{"ETag": etag}}
		}
		if r.Method == http.MethodPost && !r.Open {
			answer.Headers["Idempotent-Replayed"] = replayed
		}
	}
}

// completeErrors says with which codes an operation is refused, and leaves out what
// cannot happen to it.
func completeErrors(op *huma.Operation, r Route) {
	statuses := []int{
		http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict,
		http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable,
	}
	if r.Method != http.MethodGet {
		statuses = append(statuses, http.StatusPreconditionFailed, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	if r.Open {
		statuses = append(statuses, http.StatusGone)
	}
	for status := range op.Responses {
		if status >= "400" || status == "default" {
			delete(op.Responses, status)
		}
	}
	for _, status := range statuses {
		op.Responses[strconv.Itoa(status)] = &huma.Response{Ref: "#/components/responses/" + problemName(status)}
	}
}

func problemName(status int) string { return "Problem" + strconv.Itoa(status) }

// problems are the answers with an error, one for each status that there is a code of.
func problems() map[string]*huma.Response {
	all := map[string]*huma.Response{}
	for _, c := range codes {
		if all[problemName(c.status)] != nil || c.status == http.StatusMethodNotAllowed || c.status == http.StatusBadGateway { // which no operation answers
			continue
		}
		p := &Problem{Status: c.status, Code: c.code, Detail: c.means}
		p.complete()
		answer := &huma.Response{
			Description: meansOf(c.status),
			Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}, Example: p}},
		}
		if c.status == http.StatusTooManyRequests || c.status == http.StatusServiceUnavailable {
			answer.Headers = map[string]*huma.Param{"Retry-After": retryAfter}
		}
		all[problemName(c.status)] = answer
	}
	return all
}

// mayBeNull are the fields of answers that are null where there is no such thing.
var mayBeNull = map[string][]string{
	"TrialRuleDifference": {"rule_before", "rule_after"},
	"EarningsProfitSum":   {"percent"},
	"EarningsProfitRow":   {"percent"},
}

func meansOf(status int) string {
	var lines []string
	for _, c := range codes {
		if c.status == status {
			lines = append(lines, fmt.Sprintf("- `%s`: %s", c.code, c.means))
		}
	}
	return http.StatusText(status) + ":\n\n" + strings.Join(lines, "\n")
}
