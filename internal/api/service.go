package api

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/identity"
	"github.com/sluice-billing/sluice/internal/job"
	"github.com/sluice-billing/sluice/internal/mailroom"
	"github.com/sluice-billing/sluice/internal/report"
	"github.com/sluice-billing/sluice/internal/webhook"
)

// Base is where the operations are.
const Base = "/api/v1"

// Service answers requests: it knows the installation, who people are, and the
// jobs. It is made once for a server.
type Service struct {
	Home      *app.App
	People    *identity.Directory
	Jobs      *job.Queue
	Hooks     *webhook.Webhooks
	Reports   *report.Reports
	Mailroom  *mailroom.Mailroom
	Log       *slog.Logger
	Version   string
	Dir       string // of the installation
	RequestID func(context.Context) string
	// MostUploads bounds the bytes of all uploaded files that wait for their use; 20 GiB
	// where it is 0.
	MostUploads int64
	// NameCaller tells the log who calls.
	NameCaller func(ctx context.Context, name string)
	Origin     string // where browsers reach the server, such as https://billing.example.com
	Secure     bool   // cookies go over TLS alone

	byID    map[string]described
	bounds  *http.ServeMux   // of operations with other bounds than usual
	uploads map[string]int64 // by its patterns
	files   map[string]bool
	streams map[string]bool
	kept    map[string]bool
	answers answers

	operations http.Handler // without the guard, for who was recognised before

	mu       sync.Mutex
	revision int64 // of what is declared
	declared billing.Config
	tree     access.Tree
}

// Start registers what jobs do, and returns the handler of everything below Base
// and of the OpenAPI document.
func (s *Service) Start() http.Handler {
	mux := http.NewServeMux()
	on := humago.New(mux, s.settings())
	s.byID = map[string]described{}
	s.bound()
	for _, o := range operations {
		r := o.route()
		s.byID[r.ID] = o
		o.register(on, s)
		if r.Long {
			s.Jobs.Register(r.ID, s.work)
		}
	}
	complete(on.OpenAPI())
	s.serveSSO(mux)
	mux.Handle(Base+"/", s.elsewhere(mux))
	s.operations = mux
	return s.guarded(mux)
}

// Upload is the most bytes that a request's body may have; 0 is what is usual.
func (s *Service) Upload(r *http.Request) int64 {
	_, pattern := s.bounds.Handler(r)
	return s.uploads[pattern]
}

// IsFile tells whether a request is for a file, which may take long to send.
func (s *Service) IsFile(r *http.Request) bool {
	_, pattern := s.bounds.Handler(r)
	return s.files[pattern]
}

// isStreamed tells whether a request is for a file that is written as it is sent.
func (s *Service) isStreamed(r *http.Request) bool {
	_, pattern := s.bounds.Handler(r)
	return s.streams[pattern]
}

// bound notes which operations read or send more than usual.
func (s *Service) bound() {
	s.bounds, s.uploads, s.files = http.NewServeMux(), map[string]int64{}, map[string]bool{}
	s.streams, s.kept = map[string]bool{}, map[string]bool{}
	for _, r := range Routes() {
		if pattern := r.Method + " " + Base + r.Path; r.File || r.Upload > 0 || r.Kept {
			s.bounds.HandleFunc(pattern, func(http.ResponseWriter, *http.Request) {})
			s.uploads[pattern], s.files[pattern], s.streams[pattern], s.kept[pattern] = r.Upload, r.File, r.Streamed, r.Kept
		}
	}
}

// Routes are all operations there are.
func Routes() []Route {
	routes := make([]Route, len(operations))
	for i, o := range operations {
		routes[i] = o.route()
	}
	return routes
}

func (s *Service) settings() huma.Config {
	huma.NewError = humaProblem
	huma.DefaultArrayNullable = false // a list with nothing in it is []
	c := huma.DefaultConfig("Sluice", s.Version)
	c.Info.Description = about
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "/openapi", "", ""
	c.CreateHooks = nil // no $schema in answers: a document is the same whoever reads it
	c.RejectUnknownQueryParameters = false
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer", Description: "An API token, slu_…"},
		"session": {Type: "apiKey", In: "cookie", Name: CookieName, Description: "The session of a browser; changes need the header X-CSRF-Token, too"},
	}
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	for _, a := range aliases {
		c.Components.Schemas.RegisterTypeAlias(a[0], a[1])
	}
	c.Formats = map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat, "text/csv": csvFormat}
	c.DefaultFormat = "application/json"
	c.Transformers = []huma.Transformer{onlyFields}
	c.Tags = tags
	return c
}

// document is how an operation stands in the OpenAPI document.
func (s *Service) document(r Route) huma.Operation {
	op := huma.Operation{
		OperationID: r.ID, Method: r.Method, Path: Base + r.Path, Summary: r.Title, Description: r.describe(), Tags: []string{r.Tag},
		DefaultStatus: http.StatusOK, Security: []map[string][]string{{"token": {}}, {"session": {}}},
		Errors: []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusInternalServerError},
	}
	if r.Open {
		op.Security = []map[string][]string{}
	}
	if r.Creates {
		op.DefaultStatus = http.StatusCreated
	}
	return op
}

// gate refuses whoever may not ask for an operation that works on On, before anything
// of the request is read: what is wrong with it is nobody else's business.
func gate[On any](s *Service, op *huma.Operation, route Route) {
	op.Middlewares = append(op.Middlewares, func(c huma.Context, next func(huma.Context)) {
		_, err := reach[On](c.Context(), sessionOf(c.Context()), route)
		if err == nil {
			next(c)
			return
		}
		r, w := humago.Unwrap(c)
		s.refuse(w, r, err)
	})
}

// describe is the operation's text with whom it is for.
func (r Route) describe() string {
	text := []string{r.About}
	switch {
	case r.Open:
		text = append(text, "Nobody needs to be signed in.")
	case r.For == ForReseller:
		text = append(text, "For people of the reseller. Needs the permission `"+string(r.Needs)+"`.")
	case r.For == ForMembers:
		text = append(text, "For everybody, bounded to the organizations they belong to. Needs the permission `"+string(r.Needs)+"` there.")
		if r.Feature != "" {
			text = append(text, "Customers see it where the feature `"+r.Feature+"` is switched on for them.")
		}
	case r.Needs != "":
		text = append(text, "Needs the permission `"+string(r.Needs)+"`.")
	}
	return strings.TrimSpace(strings.Join(text, "\n\n"))
}

// session is the session of somebody who has proved who they are. What is declared
// is read anew when it has changed.
func (s *Service) session(ctx context.Context, who identity.Principal) (*Session, error) {
	declared, tree, err := s.current(ctx)
	if err != nil {
		return nil, err
	}
	return &Session{
		Who: who, Rights: access.RightsOf(tree, access.RolesOf(declared), who.Grants, who.Scopes),
		home: s.Home.As(nameOf(who)), declared: declared, service: s,
	}, nil
}

// nameOf is how the audit names somebody.
func nameOf(who identity.Principal) string { return cmp.Or(who.Email, who.Name) }

func (s *Service) current(ctx context.Context) (billing.Config, access.Tree, error) {
	revision, err := s.Home.Store.ConfigRevision(ctx)
	if err != nil {
		return billing.Config{}, access.Tree{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if revision != s.revision || revision == 0 {
		declared, err := s.Home.Config(ctx)
		if err != nil {
			return billing.Config{}, access.Tree{}, err
		}
		s.revision, s.declared, s.tree = revision, declared, access.TreeOf(declared)
	}
	return s.declared, s.tree, nil
}

// schemaName names types of different packages apart: invoice.Draft and
// pipeline.Draft.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	at := strings.LastIndexByte(t.PkgPath(), '/') + 1
	if pkg := t.PkgPath()[at:]; pkg != "" && pkg != "api" && t.Name() != "" && !strings.ContainsRune(t.Name(), '[') {
		return strings.ToUpper(pkg[:1]) + pkg[1:] + name
	}
	return name
}
