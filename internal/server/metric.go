package server

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics counts what a server does, in Prometheus' format.
type Metrics struct {
	registry *prometheus.Registry

	requests   *prometheus.CounterVec   // by method, route, status
	durations  *prometheus.HistogramVec // by method, route
	inFlight   prometheus.Gauge
	jobs       *prometheus.HistogramVec // by kind, state
	deliveries *prometheus.HistogramVec // by outcome
}

// Watched is what is looked at each time somebody reads the metrics.
type Watched struct {
	Version string
	Jobs    func(context.Context) (map[string]int64, error) // how many jobs there are of each state; may be nil
	Ping    func(context.Context) error                     // reaches the records; may be nil
}

// NewMetrics makes the metrics of one server.
func NewMetrics(w Watched) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sluice_http_requests_total", Help: "Requests answered."}, []string{"method", "route", "status"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "sluice_http_request_duration_seconds", Help: "Time to answer a request; streams count until they end.", Buckets: prometheus.DefBuckets}, []string{"method", "route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "sluice_http_requests_in_flight", Help: "Requests being answered."}),
		jobs: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "sluice_job_duration_seconds", Help: "Time of the attempts of jobs that ended here, by what became of the job.", Buckets: prometheus.ExponentialBuckets(1, 2, 14)}, []string{"kind", "state"}),
		deliveries: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "sluice_webhook_delivery_duration_seconds", Help: "Time of the webhook deliveries that were tried here, by outcome.", Buckets: prometheus.DefBuckets}, []string{"outcome"}),
	}
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "sluice_build_info", Help: "The version that runs; always 1."}, []string{"version"})
	build.WithLabelValues(w.Version).Set(1)
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		m.requests, m.durations, m.inFlight, m.jobs, m.deliveries, build, &records{watched: w})
	return m
}

// Handler serves the metrics. It asks nobody who they are: it belongs on an
// address of its own that the public does not reach.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{EnableOpenMetrics: true, MaxRequestsInFlight: 4, Timeout: 20 * time.Second})
}

// JobEnded counts an attempt of a job that ended here.
func (m *Metrics) JobEnded(kind, state string, took time.Duration) {
	m.jobs.WithLabelValues(kind, state).Observe(took.Seconds())
}

// Delivered counts a try to deliver a webhook; the outcome is one of few words,
// such as ok, refused or failed.
func (m *Metrics) Delivered(outcome string, took time.Duration) {
	m.deliveries.WithLabelValues(outcome).Observe(took.Seconds())
}

// entered counts a request in; left counts it out. Nothing is counted without
// metrics.
func (m *Metrics) entered() (left func(method, route string, status int, took time.Duration)) {
	if m == nil {
		return func(string, string, int, time.Duration) {}
	}
	m.inFlight.Inc()
	return func(method, route string, status int, took time.Duration) {
		m.inFlight.Dec()
		method = knownMethod(method)
		m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
		m.durations.WithLabelValues(method, route).Observe(took.Seconds())
	}
}

// knownMethod bounds the names of methods, which a client chooses.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// records is what the records say when the metrics are read.
type records struct {
	watched Watched
	mu      sync.Mutex // who reads twice at a time asks the records once after the other
}

var (
	jobsByState = prometheus.NewDesc("sluice_jobs", "Jobs on record, by state, of all servers with these records.", []string{"state"}, nil)
	pingTime    = prometheus.NewDesc("sluice_records_ping_seconds", "Time to reach the records.", nil, nil)
	reachable   = prometheus.NewDesc("sluice_records_up", "Whether the records can be reached: 1 or 0.", nil, nil)
)

// Describe implements prometheus.Collector.
func (c *records) Describe(to chan<- *prometheus.Desc) {
	to <- jobsByState
	to <- pingTime
	to <- reachable
}

// Collect implements prometheus.Collector. Whole numbers go through seconds of a
// Duration, which is how Prometheus' fractions are had without naming one.
func (c *records) Collect(to chan<- prometheus.Metric) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if c.watched.Ping != nil {
		begun, up := time.Now(), 0*time.Second
		if c.watched.Ping(ctx) == nil {
			up = time.Second
			to <- prometheus.MustNewConstMetric(pingTime, prometheus.GaugeValue, time.Since(begun).Seconds())
		}
		to <- prometheus.MustNewConstMetric(reachable, prometheus.GaugeValue, up.Seconds())
	}
	if c.watched.Jobs == nil {
		return
	}
	counts, err := c.watched.Jobs(ctx)
	if err != nil {
		return // sluice_records_up tells of it
	}
	for state, n := range counts {
		to <- prometheus.MustNewConstMetric(jobsByState, prometheus.GaugeValue, (time.Duration(n) * time.Second).Seconds(), state)
	}
}
