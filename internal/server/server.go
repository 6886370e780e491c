package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/identity"
	"github.com/sluice-billing/sluice/internal/job"
	"github.com/sluice-billing/sluice/internal/mailroom"
	"github.com/sluice-billing/sluice/internal/report"
	"github.com/sluice-billing/sluice/internal/webhook"
	"github.com/sluice-billing/sluice/web"
)

// Options say how a server is reached and what it allows.
type Options struct {
	Dir      string // of the installation: lake, uploads, keys
	Database string // address of a PostgreSQL database; a file in Dir where it is empty
	Memory   string // bound of the SQL engine
	Version  string

	Listen      string   // such as 127.0.0.1:8080
	Metrics     string   // address of its own for metrics; none where it is empty
	Origin      string   // where browsers reach it, such as https://billing.example.com; made of Listen where it is empty
	Certificate string   // file, with Key; empty without TLS or behind a proxy
	Key         string   // file
	Proxies     []string // networks whose X-Forwarded-… are believed
	Origins     []string // other origins whose pages may call
	Private     bool     // webhooks, sign-on providers, mail servers and targets of routes may have private addresses
	Access      string   // who takes e-invoices for Peppol, such as folder:/srv/peppol/out; nobody where it is empty
	Workers     int      // jobs at a time
	PerSecond   int      // requests of each caller
	Requests    int      // requests at a time
	Delay       time.Duration
	Grace       time.Duration // for requests and jobs when it stops
	Log         *slog.Logger
}

// Server is an installation that answers requests.
type Server struct {
	options  Options
	log      *slog.Logger
	home     *app.App
	people   *identity.Directory
	jobs     *job.Queue
	hooks    *webhook.Webhooks
	mail     *mailroom.Mailroom
	metrics  *Metrics
	traces   *Traces
	health   *Health
	handler  http.Handler
	listener net.Listener
	ending   context.CancelFunc // ends streams
}

// Open opens the installation and listens. Nothing is answered before Run.
func Open(ctx context.Context, o Options) (_ *Server, err error) {
	s := &Server{options: o, log: o.Log}
	if s.home, err = app.Open(ctx, app.Options{Dir: o.Dir, Database: o.Database, Memory: o.Memory}); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if s.listener, err = net.Listen("tcp", o.Listen); err != nil {
		return nil, fmt.Errorf("listen at %s: %w; --listen names another address", o.Listen, err)
	}
	if s.options.Origin == "" {
		s.options.Origin = originOf(s.listener.Addr(), o.Certificate != "")
	}
	keys, err := s.home.Keys(ctx)
	if err != nil {
		return nil, err
	}
	if s.people, err = identity.New(s.home.Store, keys, time.Now, identity.Options{Origin: s.options.Origin, AllowPrivate: o.Private}); err != nil {
		return nil, err
	}
	s.metrics = NewMetrics(Watched{Version: o.Version, Jobs: s.jobsByState, Ping: s.home.Store.Ping})
	s.jobs = job.New(s.home.Store, time.Now, job.Options{Workers: o.Workers, Grace: o.Grace, Log: s.log, Problem: api.JobProblem, Ended: func(j job.Job, took time.Duration) {
		s.metrics.JobEnded(j.Kind, string(j.State), took)
	}})
	s.hooks = webhook.New(s.home.Store, keys, time.Now, webhook.Options{AllowPrivate: o.Private, Below: s.below})
	s.mail = s.home.As("handover").Mailroom(keys, mailroom.Options{Origin: s.options.Origin, Private: o.Private, Access: o.Access})
	return s, s.assemble(ctx)
}

func (s *Server) jobsByState(ctx context.Context) (map[string]int64, error) {
	counts, err := s.jobs.Counts(ctx)
	byName := map[string]int64{}
	for state, n := range counts {
		byName[string(state)] = n
	}
	return byName, err
}

// below tells whether an organization is below another one, as declared now.
func (s *Server) below(ctx context.Context) (func(organization, of string) bool, error) {
	declared, err := s.home.Config(ctx)
	tree := access.TreeOf(declared)
	return func(organization, of string) bool { return organization != of && tree.Within(organization, of) }, err
}

// originOf is where a browser on this machine reaches an address.
func originOf(a net.Addr, tls bool) string {
	scheme := "http"
	if tls {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return scheme + "://" + a.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() || ip.IsLoopback() {
		host = "localhost" // passkeys need a name
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// assemble puts the handlers around the operations, the outermost last.
func (s *Server) assemble(ctx context.Context) error {
	origin, err := url.Parse(s.options.Origin)
	if err != nil || origin.Host == "" {
		return fmt.Errorf("--origin %q is no address such as https://billing.example.com", s.options.Origin)
	}
	service := &api.Service{
		Dir: s.options.Dir, Home: s.home, People: s.people, Jobs: s.jobs, Hooks: s.hooks, Log: s.log, Version: s.options.Version, RequestID: RequestID,
		Reports:    report.New(s.home.Store, s.options.Dir, time.Now),
		Mailroom:   s.mail,
		NameCaller: NameCaller, Origin: s.options.Origin, Secure: origin.Scheme == "https",
	}
	operations := service.Start()
	s.jobs.Every("reports", time.Minute, service.MakeReports)
	s.jobs.Every("old-reports", time.Hour, service.Reports.Clean)
	var patterns []string
	for _, r := range api.Routes() {
		patterns = append(patterns, r.Method+" "+api.Base+r.Path)
	}
	routes := NewRoutes(patterns...)
	if s.traces, err = NewTraces(ctx, s.options.Version, routes); err != nil {
		return err
	}
	forwarded, err := NewForwarded(s.options.Proxies)
	if err != nil {
		return err
	}
	s.health = NewHealth(s.log, Check{"records", s.home.Store.Ping}, Writable("lake", filepath.Join(s.options.Dir, "lake")))
	ending, end := context.WithCancel(context.WithoutCancel(ctx))
	s.ending = end

	mux := http.NewServeMux()
	mux.Handle(api.Base+"/", operations)
	mux.Handle("GET /openapi.json", operations)
	mux.Handle("GET /openapi.yaml", operations)
	servePages(mux, service)
	serveApplications(mux, web.Files())
	guarded, err := Forgery{Cookie: api.CookieName, Origins: s.options.Origins}.Wrap(
		NewRate(s.options.PerSecond, 2*s.options.PerSecond, ByCredential(api.CookieName), time.Now).Wrap(mux))
	if err != nil {
		return err
	}
	h := Limits{Body: service.Upload, Stream: Streams, File: service.IsFile, Ending: ending}.Wrap(guarded)
	h = NewCrowd(s.options.Requests, 20*s.options.Requests, time.Second, Streams).Wrap(h)
	h = NewRate(5*s.options.PerSecond, 10*s.options.PerSecond, ByAddress, time.Now).Wrap(h)
	h = Headers{}.Wrap(CORS(s.options.Origins)(h))
	h = s.health.Wrap(h)
	h = s.traces.Wrap(h)
	h = Log{To: s.log, Routes: routes, Metrics: s.metrics}.Wrap(h)
	s.handler = forwarded.Wrap(h)
	return nil
}

// Address is where the server listens.
func (s *Server) Address() net.Addr { return s.listener.Addr() }

// Origin is where browsers reach the server.
func (s *Server) Origin() string { return s.options.Origin }

// SetUpLink is where the first user is made; empty where there is one.
func (s *Server) SetUpLink(ctx context.Context) (string, error) {
	link, needed, err := s.people.SetUpLink(ctx)
	if err != nil || !needed {
		return "", err
	}
	return link.URL(s.options.Origin), nil
}

// Run answers requests and does jobs until the context ends, and then stops in
// good order: what was being answered is answered, and jobs that do not end in
// time go on at the next start.
func (s *Server) Run(ctx context.Context) error {
	h := NewHTTP(s.handler, s.log)
	listener := s.listener
	if s.options.Certificate != "" {
		certificate, err := LoadCertificate(s.options.Certificate, s.options.Key, s.log)
		if err != nil {
			return err
		}
		go certificate.Watch(ctx, time.Minute)
		listener = tls.NewListener(listener, certificate.Config())
	}
	if s.options.Metrics != "" {
		stop, err := s.serveMetrics()
		if err != nil {
			return err
		}
		defer stop()
	}
	s.duties()
	working := make(chan error, 1)
	jobs, stop := context.WithCancel(ctx)
	go func() { working <- s.jobs.Run(jobs) }()
	err := Serve(ctx, h, listener, s.health, s.options.Delay, s.options.Grace, s.ending)
	stop() // where it could not be served at all
	return errors.Join(err, <-working, s.traces.Close(context.WithoutCancel(ctx)))
}

// serveMetrics offers the metrics at an address of their own.
func (s *Server) serveMetrics() (stop func(), err error) {
	l, err := net.Listen("tcp", s.options.Metrics)
	if err != nil {
		return nil, fmt.Errorf("listen at %s for metrics: %w", s.options.Metrics, err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.metrics.Handler())
	h := NewHTTP(mux, s.log)
	go func() {
		if err := h.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("metrics are not served any more", "error", err.Error())
		}
	}()
	return func() { _ = h.Close() }, nil
}

// duties are what one of the servers does from time to time.
func (s *Server) duties() {
	const week, month = 7 * 24 * time.Hour, 30 * 24 * time.Hour
	s.jobs.Every("schedules", time.Minute, func(ctx context.Context) error {
		ctx = billing.WithActor(ctx, billing.Actor{Name: "schedule", Via: "schedule"})
		_, err := s.home.As("schedule").Pipeline.RunSchedules(ctx, false)
		return err
	})
	s.jobs.Every("collection", time.Minute, func(ctx context.Context) error {
		return s.home.As("schedule").Pipeline.Nightly(billing.WithActor(ctx, billing.Actor{Name: "schedule", Via: "schedule"}))
	})
	s.jobs.Every("webhooks", 2*time.Second, func(ctx context.Context) error {
		_, _, err := s.hooks.Deliver(ctx)
		return err
	})
	s.jobs.Every("handovers", 2*time.Second, func(ctx context.Context) error {
		_, _, err := s.mail.Handovers.Deliver(ctx)
		return err
	})
	s.jobs.Every("reminders", time.Hour, func(ctx context.Context) error {
		_, err := s.mail.Remind(billing.WithActor(ctx, billing.Actor{Name: "schedule", Via: "schedule"}))
		return err
	})
	s.jobs.Every("account-invitations", 10*time.Minute, func(ctx context.Context) error {
		_, err := s.home.As("membership").Membership.Follow(billing.WithActor(ctx, billing.Actor{Name: "membership", Via: "schedule"}))
		return err
	})
	s.jobs.Every("members", 24*time.Hour, func(ctx context.Context) error {
		_, err := s.home.As("membership").Membership.SyncAll(billing.WithActor(ctx, billing.Actor{Name: "membership", Via: "schedule"}))
		return err
	})
	s.jobs.Every("cleaning", time.Hour, func(ctx context.Context) error {
		_, ofPeople := s.people.Clean(ctx)
		_, ofJobs := s.jobs.Prune(ctx, month)
		return errors.Join(ofPeople, ofJobs, s.home.Store.ForgetRequests(ctx, time.Now().Add(-week)), s.home.Store.ForgetCollections(ctx, billing.DayOf(time.Now().Add(-month))), s.hooks.Clear(ctx, time.Now().Add(-month)), s.mail.Handovers.Clear(ctx, time.Now().Add(-month)), api.CleanFiles(s.options.Dir, time.Now()))
	})
}

// Close ends the use of the installation, after Run.
func (s *Server) Close() error {
	var err error
	if s.listener != nil {
		_ = s.listener.Close() // Run has closed it already
	}
	if s.home != nil {
		err = s.home.Close()
	}
	return err
}
