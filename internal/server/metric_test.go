package server

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestMetrics(t *testing.T) {
	m := NewMetrics(Watched{
		Version: "1.2.3",
		Jobs: func(context.Context) (map[string]int64, error) {
			return map[string]int64{"queued": 12345, "failed": 0}, nil
		},
		Ping: func(context.Context) error { return nil },
	})
	h := Log{To: quiet(), Routes: NewRoutes("GET /api/v1/jobs/{id}"), Metrics: m}.Wrap(fine)
	for range 3 {
		answered(h, "GET", "/api/v1/jobs/7", "")
	}
	answered(h, "BREW", "/x", "")
	m.JobEnded("close", "done", 90*time.Second)
	m.Delivered("refused", time.Second)
	text := answered(m.Handler(), "GET", "/metrics", "").Body.String()
	for _, want := range []string{
		`sluice_http_requests_total{method="GET",route="/api/v1/jobs/{id}",status="200"} 3`,
		`sluice_http_requests_total{method="other",route="other",status="200"} 1`,
		`sluice_http_request_duration_seconds_count{method="GET",route="/api/v1/jobs/{id}"} 3`,
		`sluice_http_requests_in_flight 0`,
		`sluice_jobs{state="queued"} 12345`,
		`sluice_jobs{state="failed"} 0`,
		`sluice_job_duration_seconds_sum{kind="close",state="done"} 90`,
		`sluice_webhook_delivery_duration_seconds_count{outcome="refused"} 1`,
		`sluice_records_up 1`,
		`sluice_build_info{version="1.2.3"} 1`,
		"go_goroutines ", "process_resident_memory_bytes ", "sluice_records_ping_seconds ",
	} {
		if !strings.Contains(text, "\n"+want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
	down := NewMetrics(Watched{Ping: func(context.Context) error { return errNo }, Jobs: func(context.Context) (map[string]int64, error) { return nil, errNo }})
	if text := answered(down.Handler(), "GET", "/metrics", "").Body.String(); !strings.Contains(text, "sluice_records_up 0") || strings.Contains(text, "sluice_jobs{") {
		t.Error("records that cannot be reached are not told of")
	}
}

// Spans go to the collector that the environment names, without secrets.
func TestTraces(t *testing.T) {
	got := make(chan string, 10)
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- r.URL.Path + string(body)
	}))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	traces, err := NewTraces(t.Context(), "1.2.3", NewRoutes("GET /api/v1/invitations/{token}"))
	ok(t, err)
	h := traces.Wrap(fine)
	answered(h, "GET", LivePath, "")
	answered(h, "GET", "/api/v1/invitations/7?token=hunter2", "", "Authorization", "Bearer hunter2", "Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	ok(t, traces.Close(t.Context()))
	close(got)
	var all string
	for one := range got {
		all += one
	}
	if !strings.HasPrefix(all, "/v1/traces") || !strings.Contains(all, "GET /api/v1/invitations/{token}") || !strings.Contains(all, "1.2.3") {
		t.Errorf("the collector got %q", all)
	}
	if strings.Contains(all, "hunter2") || strings.Contains(all, LivePath) {
		t.Error("the collector got a secret, or health checks")
	}
}

func TestNoTracesUnlessAsked(t *testing.T) {
	for _, name := range traceEnvironment {
		t.Setenv(name, "")
	}
	traces, err := NewTraces(t.Context(), "", Routes{})
	ok(t, err)
	if answered(traces.Wrap(fine), "GET", "/", "").Body.String() != "fine" || traces.provider != nil {
		t.Error("traces are made for nobody")
	}
	ok(t, traces.Close(t.Context()))
}
