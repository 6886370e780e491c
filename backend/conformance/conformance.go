// Package conformance tries a running backend against the contract: whether it says whole
// what it is, refuses what it must, and tells months as it is supposed to. Vendors run it
// in their tests, by Run, or by the command in cmd; whoever runs Sluice, by
// `sluice backend verify --conformance`.
package conformance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/sluice-billing/sluice/backend"
	"github.com/sluice-billing/sluice/backend/backendv1"
)

// Target is a backend that runs, and what it is tried with.
type Target struct {
	Address string            `json:"address"` // as the configuration of Sluice has it
	Schema  string            `json:"schema"`  // of the credential
	Fields  map[string]string `json:"fields"`  // of a credential that works
	// Wrong are the fields of one that does not. Where there are none, they are Fields
	// with all that is secret changed.
	Wrong   map[string]string `json:"wrong,omitempty"`
	Options map[string]string `json:"options,omitempty"`
	Month   string            `json:"month"` // such as 2026-10: one that has costs
	// Large is a month of more than a thousand rows in one task; without one it is not
	// tried how such months are told.
	Large string `json:"large,omitempty"`
	// IdleSeconds bounds each answer; 60 where it is 0.
	IdleSeconds int `json:"idle_seconds,omitempty"`
	// MostRows bounds the rows of a task; 5,000,000 where it is 0.
	MostRows int64 `json:"most_rows,omitempty"`
	// Dial are options of the connection, such as a certificate to trust.
	Dial []grpc.DialOption `json:"-"`
}

// Result is how one trial went: well where there is no error and no reason to skip it.
type Result struct {
	Name     string
	Contract string // what the contract says
	Err      error  // what is wrong, for who wrote the backend
	Skipped  string // why it was not tried
}

// Write writes results for people, each with what is wrong and what the contract says,
// and returns how many trials the backend failed.
func Write(w io.Writer, results []Result) (failed int, err error) {
	for _, r := range results {
		switch {
		case r.Err != nil:
			failed++
			_, err = fmt.Fprintf(w, "FAILED   %s\n         %v\n         the contract: %s\n", r.Name, r.Err, r.Contract)
		case r.Skipped != "":
			_, err = fmt.Fprintf(w, "skipped  %s: %s\n", r.Name, r.Skipped)
		default:
			_, err = fmt.Fprintf(w, "ok       %s\n", r.Name)
		}
		if err != nil {
			return failed, err
		}
	}
	return failed, nil
}

// skip ends a trial that cannot be made.
type skip string

// Error is the reason.
func (s skip) Error() string { return string(s) }

// trial is one thing that a backend has to keep.
type trial struct {
	name     string
	contract string
	try      func(context.Context, *probe) error
}

// trials in the order in which they are made; the first two are needed by all others.
var trials = []trial{
	{"answers for its health", "a backend answers grpc.health.v1.Health, and is SERVING when it can be asked", healthy},
	{"describes itself", "Describe needs no credential and asks nobody else; revision, name, version and at least one schema are there, and rules look at fields that rows have", described},
	{"has schemas of credentials", `schemas are JSON Schemas of objects whose properties are strings; what is secret has "writeOnly": true`, schemas},
	{"accepts a credential that works", "Verify tries a credential at the vendor, really, and names each account that it reaches once", accepted},
	{"refuses a credential that does not", "every question about money refuses a credential that does not work: by UNAUTHENTICATED, PERMISSION_DENIED or INVALID_ARGUMENT, in a sentence without what is secret", refused},
	{"plans a month", "all tasks together are the whole month, and no row is in two of them; each has an id of its own, of at most 4096 bytes, with nothing secret in it", planned},
	{"plans no month that is none", "a month that is none is refused by INVALID_ARGUMENT", noMonth},
	{"tells a month, and sums it up", "Costs streams batches, then one summary with the number of rows and the exact sum of each currency; dates are of the month, amounts decimal text, currencies ISO 4217", told},
	{"tells the same when it is asked again", "the same question has the same rows in the same order for as long as the vendor changes nothing", same},
	{"has nothing to tell of a month long ago", "a month without costs has no tasks, or tasks without rows, and is no error", empty},
	{"knows no task that it did not plan", "a task that there is not is refused by NOT_FOUND", unknownTask},
	{"lets a reader leave", "a stream whose reader has gone ends, and what was done for it", left},
	{"tells a large month in small messages", "however large a month is, a batch has at most 1000 rows, and a message at most 1 MiB", large},
}

const (
	needed      = 2
	defaultRows = 5_000_000
)

// probe is a backend while it is tried.
type probe struct {
	Target
	conn        *grpc.ClientConn
	client      backendv1.BackendClient
	description *backendv1.DescribeResponse
	idle        time.Duration
	most        int64 // rows of a task
}

// Try makes all trials, one after the other. It makes no others where the backend cannot be
// reached or does not say what it is.
func Try(ctx context.Context, target Target) []Result {
	conn, err := backend.Dial(target.Address, target.Dial...)
	if err != nil {
		return []Result{{Name: trials[0].name, Contract: trials[0].contract, Err: err}}
	}
	defer conn.Close()
	p := &probe{Target: target, conn: conn, client: backendv1.NewBackendClient(conn), idle: time.Minute, most: defaultRows}
	if target.IdleSeconds > 0 {
		p.idle = time.Duration(target.IdleSeconds) * time.Second
	}
	if target.MostRows > 0 {
		p.most = target.MostRows
	}
	var results []Result
	for i, x := range trials {
		r := Result{Name: x.name, Contract: x.contract, Err: x.try(ctx, p)}
		var reason skip
		if errors.As(r.Err, &reason) {
			r.Err, r.Skipped = nil, string(reason)
		}
		results = append(results, r)
		if r.Err != nil && i < needed {
			break
		}
	}
	return results
}

// Tester is what Run needs of a *testing.T.
type Tester[T any] interface {
	Helper()
	Context() context.Context
	Run(name string, f func(T)) bool
	Errorf(format string, args ...any)
	Skip(args ...any)
}

// Run makes all trials, each as a test of its own: conformance.Run(t, target).
func Run[T Tester[T]](t T, target Target) {
	t.Helper()
	for _, r := range Try(t.Context(), target) {
		t.Run(r.Name, func(t T) {
			switch {
			case r.Err != nil:
				t.Errorf("%v; the contract: %s", r.Err, r.Contract)
			case r.Skipped != "":
				t.Skip(r.Skipped)
			}
		})
	}
}

// within bounds one question.
func (p *probe) within(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, p.idle)
}

func (p *probe) credential() *backendv1.Credential {
	return &backendv1.Credential{Schema: p.Schema, Fields: p.Fields}
}

// plan asks for the tasks of a month.
func (p *probe) plan(ctx context.Context, month string) ([]*backendv1.Task, error) {
	ctx, cancel := p.within(ctx)
	defer cancel()
	answer, err := p.client.Plan(ctx, &backendv1.PlanRequest{Credential: p.credential(), Options: p.Options, Month: month})
	if err != nil {
		return nil, fmt.Errorf("Plan of %s failed: %w", month, err)
	}
	return answer.GetTasks(), nil
}

func healthy(ctx context.Context, p *probe) error {
	ctx, cancel := p.within(ctx)
	defer cancel()
	answer, err := grpc_health_v1.NewHealthClient(p.conn).Check(ctx, &grpc_health_v1.HealthCheckRequest{}, grpc.WaitForReady(true))
	if err != nil {
		return fmt.Errorf("grpc.health.v1.Health failed: %w", err)
	}
	if answer.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING {
		return fmt.Errorf("the backend says that it is %s", answer.GetStatus())
	}
	return nil
}

// isRefusal tells whether an error says that a credential was not accepted.
func isRefusal(err error) bool {
	switch status.Code(err) {
	case codes.Unauthenticated, codes.PermissionDenied, codes.InvalidArgument:
		return true
	}
	return false
}
