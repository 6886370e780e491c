package plugin

import (
	"context"
	"net"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/sluice-billing/sluice/backend"
	"github.com/sluice-billing/sluice/backend/backendv1"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/secret"
)

var (
	october    = mustPeriod("2026-10")
	credential = Credential{Schema: "key", Fields: map[string]secret.Text{"account": secret.TextOf("1001"), "key": secret.TextOf("hunter-two")}}
)

func mustPeriod(s string) billing.Period {
	p, err := billing.ParsePeriod(s)
	if err != nil {
		panic(err)
	}
	return p
}

// listening serves what register adds to a real server, and returns its address.
func listening(t *testing.T, register func(*grpc.Server), options ...grpc.ServerOption) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := grpc.NewServer(options...)
	register(s)
	go s.Serve(l)
	t.Cleanup(s.Stop)
	return l.Addr().String()
}

// reached dials a backend, and closes it with the test.
func reached(t *testing.T, b billing.Backend, options ...grpc.DialOption) Backend {
	t.Helper()
	if b.Name == "" {
		b.Name = "hyper"
	}
	found, err := dial(t.Context(), b, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { found.Close() })
	return found
}

// crooked is a backend that answers whatever a test wants.
type crooked struct {
	backendv1.UnimplementedBackendServer
	describe func(*backendv1.DescribeRequest) (*backendv1.DescribeResponse, error)
	verify   func(context.Context, *backendv1.VerifyRequest) (*backendv1.VerifyResponse, error)
	plan     func(*backendv1.PlanRequest) (*backendv1.PlanResponse, error)
	costs    func(*backendv1.CostsRequest, backendv1.Backend_CostsServer) error
}

func (c crooked) Describe(_ context.Context, r *backendv1.DescribeRequest) (*backendv1.DescribeResponse, error) {
	if c.describe != nil {
		return c.describe(r)
	}
	return &backendv1.DescribeResponse{Revision: 1, Name: "Crooked", Version: "1.0.0", Currency: "EUR", Schemas: map[string]string{"key": `{"type":"object"}`}}, nil
}

func (c crooked) Verify(ctx context.Context, r *backendv1.VerifyRequest) (*backendv1.VerifyResponse, error) {
	return c.verify(ctx, r)
}

func (c crooked) Plan(_ context.Context, r *backendv1.PlanRequest) (*backendv1.PlanResponse, error) {
	return c.plan(r)
}

func (c crooked) Costs(r *backendv1.CostsRequest, s backendv1.Backend_CostsServer) error {
	return c.costs(r, s)
}

func serving(t *testing.T, c crooked) string {
	return "grpc://" + listening(t, func(s *grpc.Server) { backendv1.RegisterBackendServer(s, c) })
}

func batch(rows ...*backendv1.Row) *backendv1.CostsResponse {
	return &backendv1.CostsResponse{Part: &backendv1.CostsResponse_Batch{Batch: &backendv1.Batch{Rows: rows}}}
}

func summary(rows int64, cost map[string]string) *backendv1.CostsResponse {
	return &backendv1.CostsResponse{Part: &backendv1.CostsResponse_Summary{Summary: &backendv1.Summary{Rows: rows, Cost: cost}}}
}

// rowsOf reads a task to its end.
func rowsOf(t *testing.T, b Backend, task Task) (rows []Row, total Total, err error) {
	t.Helper()
	for row, err := range b.Rows(t.Context(), credential, october, task, &total) {
		if err != nil {
			return rows, total, err
		}
		rows = append(rows, row)
	}
	return rows, total, nil
}

// vendor is a vendor that tells what it is supposed to.
type vendor struct {
	rows int // of task big
}

func (vendor) Describe(context.Context, map[string]string) (backend.Description, error) {
	return backend.Description{
		Name: "Hyper", Version: "1.2.3", Provider: "hyper", Currency: "USD",
		Schemas: map[string]string{"key": `{"type":"object","properties":{"key":{"type":"string","writeOnly":true}}}`},
		Rules: []backend.Rule{
			{Name: "web", Conditions: []backend.Condition{{Field: "tag:team", Is: "web"}}, Account: "web", GoOn: true},
			{Name: "odd", Conditions: []backend.Condition{{Field: "colour", Is: "blue"}}, Account: "blue"},
		},
	}, nil
}

func (vendor) Verify(_ context.Context, a backend.Access) ([]backend.Account, error) {
	if a.Fields["key"] != "hunter-two" {
		return nil, backend.Refused("key " + a.Fields["key"] + " is not known to the vendor")
	}
	return []backend.Account{{ID: a.Fields["account"], Name: "Main"}}, nil
}

func (vendor) Plan(_ context.Context, _ backend.Access, m backend.Month, since time.Time) ([]backend.Task, error) {
	return []backend.Task{{ID: "small", Name: m.String()}, {ID: "big", Name: since.Format(time.RFC3339)}}, nil
}

func (v vendor) Costs(_ context.Context, a backend.Access, m backend.Month, task string, tell func(backend.Row) error) error {
	switch task {
	case "small":
		for _, row := range []backend.Row{
			{Date: "2026-10-01", Account: "1001", AccountName: "Main", Service: "Compute", Region: "eu-1", UsageType: "vm.small", Resource: "vm-7", Description: "a machine",
				Quantity: "24", Unit: "hours", Cost: "0.1", ListCost: "0.25", InvoiceID: "INV-1", Tags: map[string]string{"team": "web"}},
			{Date: "2026-10", Category: "Credit", Cost: "-1e-7", Currency: "USD"},
			{Date: "2026-10-31", Cost: "0.2", Currency: "KRW"},
		} {
			if err := tell(row); err != nil {
				return err
			}
		}
		return nil
	case "big":
		for range v.rows {
			if err := tell(backend.Row{Date: m.String(), Service: "Storage", Cost: "0.01"}); err != nil {
				return err
			}
		}
		return nil
	}
	return backend.NoSuchTask(task)
}

// sdk serves a vendor with the package for who writes backends.
func sdk(t *testing.T, v backend.Vendor) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- backend.Server{Vendor: v}.ServeOn(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return "grpc://" + l.Addr().String()
}
