package server

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/sluice-billing/sluice/internal/membership"
)

// Traces sends a span of each request to an OpenTelemetry collector.
type Traces struct {
	provider *sdktrace.TracerProvider // nil: nothing is sent
	routes   Routes
}

// traceEnvironment are the variables that switch traces on.
var traceEnvironment = []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"}

// NewTraces sends traces where the environment names a collector, by the
// variables of OpenTelemetry, and otherwise nothing anywhere. Sampling and
// headers follow OTEL_TRACES_SAMPLER and OTEL_EXPORTER_OTLP_HEADERS.
func NewTraces(ctx context.Context, version string, routes Routes) (*Traces, error) {
	wanted := false
	for _, name := range traceEnvironment {
		wanted = wanted || os.Getenv(name) != ""
	}
	if !wanted {
		return &Traces{}, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("send traces to the collector of OTEL_EXPORTER_OTLP_ENDPOINT: %w", err)
	}
	about, err := resource.New(ctx,
		resource.WithAttributes(attribute.String("service.name", "sluice"), attribute.String("service.version", version)),
		resource.WithFromEnv(), resource.WithHost())
	if err != nil {
		return nil, fmt.Errorf("read OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	return &Traces{sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(about)), routes}, nil
}

// Wrap returns the handler with a span around each request but those of health
// checks. A trace that a client has begun is linked, not continued: who asks
// from outside does not decide what is sampled here.
func (t *Traces) Wrap(next http.Handler) http.Handler {
	if t.provider == nil {
		return next
	}
	return otelhttp.NewHandler(next, "request",
		otelhttp.WithTracerProvider(t.provider),
		otelhttp.WithMeterProvider(noop.NewMeterProvider()),
		otelhttp.WithPropagators(propagation.TraceContext{}),
		otelhttp.WithPublicEndpointFn(func(*http.Request) bool { return true }),
		otelhttp.WithFilter(func(r *http.Request) bool {
			return r.URL.Path != LivePath && r.URL.Path != ReadyPath && !strings.HasPrefix(r.URL.Path, linkPath) && !strings.HasPrefix(r.URL.Path, membership.PagePath)
		}),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string { return knownMethod(r.Method) + " " + t.routes.Of(r) }),
	)
}

// Close sends what is left, until the context ends.
func (t *Traces) Close(ctx context.Context) error {
	if t.provider == nil {
		return nil
	}
	return t.provider.Shutdown(ctx)
}
