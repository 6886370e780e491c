package conformance

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/sluice-billing/sluice/backend"
	"github.com/sluice-billing/sluice/backend/backendv1"
)

// shop is a vendor that does everything right.
type shop struct{}

func (shop) Describe(context.Context, map[string]string) (backend.Description, error) {
	return backend.Description{Name: "Shop", Version: "1.0.0", Currency: "EUR", Schemas: map[string]string{
		"key": `{"type":"object","properties":{"key":{"type":"string","writeOnly":true}},"required":["key"]}`}}, nil
}

func (shop) Verify(_ context.Context, a backend.Access) ([]backend.Account, error) {
	if a.Fields["key"] != "opensesame" {
		return nil, backend.Refused("the key " + a.Fields["key"] + " is unknown")
	}
	return []backend.Account{{ID: "1"}, {ID: "2"}}, nil
}

func (shop) Plan(_ context.Context, _ backend.Access, m backend.Month, _ time.Time) ([]backend.Task, error) {
	if m.Year < 2020 {
		return nil, nil
	}
	return []backend.Task{{ID: "1"}, {ID: "2"}}, nil
}

func (v shop) Costs(ctx context.Context, a backend.Access, m backend.Month, task string, tell func(backend.Row) error) error {
	if _, err := v.Verify(ctx, a); err != nil {
		return err
	}
	if task != "1" && task != "2" {
		return backend.NoSuchTask(task)
	}
	rows := 10
	if m.Month == time.September {
		rows = 5000
	}
	for range rows {
		if err := tell(backend.Row{Date: m.String() + "-07", Service: "Things", Cost: "0.10"}); err != nil {
			return err
		}
	}
	return nil
}

var target = Target{Schema: "key", Fields: map[string]string{"key": "opensesame"}, Month: "2026-10", Large: "2026-09", IdleSeconds: 5}

func TestGoodBackend(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- backend.Server{Vendor: shop{}}.ServeOn(ctx, l) }()
	at := target
	at.Address = "grpc://" + l.Addr().String()
	Run(t, at)
	for _, r := range Try(t.Context(), at) {
		if r.Skipped != "" {
			t.Errorf("%s was skipped: %s", r.Name, r.Skipped)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// bent is a backend on the contract itself, with one answer of it bent by a test.
type bent struct {
	backendv1.UnimplementedBackendServer
	describe func(*backendv1.DescribeResponse)
	verify   func(*backendv1.VerifyRequest) error
	plan     func(*backendv1.PlanRequest, *backendv1.PlanResponse) error
	costs    func(*backendv1.CostsRequest, backendv1.Backend_CostsServer) error
	asked    int // for costs
}

func (b *bent) Describe(context.Context, *backendv1.DescribeRequest) (*backendv1.DescribeResponse, error) {
	d := &backendv1.DescribeResponse{Revision: 1, Name: "Bent", Version: "1", Currency: "EUR", Schemas: map[string]string{
		"key": `{"type":"object","properties":{"key":{"type":"string","writeOnly":true}}}`}}
	if b.describe != nil {
		b.describe(d)
	}
	return d, nil
}

func (b *bent) Verify(_ context.Context, r *backendv1.VerifyRequest) (*backendv1.VerifyResponse, error) {
	if b.verify != nil {
		return &backendv1.VerifyResponse{}, b.verify(r)
	}
	return &backendv1.VerifyResponse{}, rightKey(r.GetCredential())
}

func rightKey(c *backendv1.Credential) error {
	if c.GetFields()["key"] != "opensesame" {
		return status.Error(codes.Unauthenticated, "no")
	}
	return nil
}

func (b *bent) Plan(_ context.Context, r *backendv1.PlanRequest) (*backendv1.PlanResponse, error) {
	if _, err := backend.ParseMonth(r.GetMonth()); err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	answer := &backendv1.PlanResponse{}
	if r.GetMonth() != longAgo {
		answer.Tasks = []*backendv1.Task{{Id: "1"}}
	}
	if b.plan != nil {
		return answer, b.plan(r, answer)
	}
	return answer, nil
}

func (b *bent) Costs(r *backendv1.CostsRequest, s backendv1.Backend_CostsServer) error {
	if err := rightKey(r.GetCredential()); err != nil {
		return err
	}
	if r.GetTask() != "1" {
		return status.Error(codes.NotFound, "no such task")
	}
	b.asked++
	if b.costs != nil {
		return b.costs(r, s)
	}
	return send(s, 1, "1", row("1"))
}

func row(cost string) *backendv1.Row { return &backendv1.Row{Date: "2026-10-07", Cost: cost} }

func send(s backendv1.Backend_CostsServer, rows int64, sum string, batch ...*backendv1.Row) error {
	return errors.Join(s.Send(&backendv1.CostsResponse{Part: &backendv1.CostsResponse_Batch{Batch: &backendv1.Batch{Rows: batch}}}),
		s.Send(&backendv1.CostsResponse{Part: &backendv1.CostsResponse_Summary{Summary: &backendv1.Summary{Rows: rows, Cost: map[string]string{"EUR": sum}}}}))
}

// Each thing that a backend may do wrong fails a trial that says so.
func TestBentBackends(t *testing.T) {
	tests := []struct {
		name  string
		b     *bent
		trial string // that fails
		want  string
	}{
		{"as it should be", &bent{}, "", ""},
		{"no version", &bent{describe: func(d *backendv1.DescribeResponse) { d.Version = "" }}, "describes itself", "name or version is empty"},
		{"newer", &bent{describe: func(d *backendv1.DescribeResponse) { d.Revision = 9 }}, "describes itself", "revision is 9"},
		{"no schema", &bent{describe: func(d *backendv1.DescribeResponse) { d.Schemas = nil }}, "describes itself", "schemas are empty"},
		{"rule for nobody", &bent{describe: func(d *backendv1.DescribeResponse) { d.Rules = []*backendv1.Rule{{When: "always"}} }}, "describes itself", "account is empty"},
		{"secret that is shown", &bent{describe: func(d *backendv1.DescribeResponse) {
			d.Schemas["key"] = `{"type":"object","properties":{"key":{"type":"string"}}}`
		}}, "has schemas of credentials", `give it "writeOnly": true`},
		{"number in a credential", &bent{describe: func(d *backendv1.DescribeResponse) {
			d.Schemas["key"] = `{"type":"object","properties":{"port":{"type":"integer"}}}`
		}}, "has schemas of credentials", "fields of credentials are strings"},
		{"no JSON Schema", &bent{describe: func(d *backendv1.DescribeResponse) { d.Schemas["key"] = `{"type":"things"}` }}, "has schemas of credentials", "is no JSON Schema"},
		{"accepts everything", &bent{verify: func(*backendv1.VerifyRequest) error { return nil }}, "refuses a credential that does not", "ask the vendor, really"},
		{"refuses everything", &bent{verify: func(*backendv1.VerifyRequest) error { return status.Error(codes.Unauthenticated, "no") }}, "accepts a credential that works", "Verify failed"},
		{"tells the secret", &bent{verify: func(r *backendv1.VerifyRequest) error {
			if rightKey(r.GetCredential()) == nil {
				return nil
			}
			return status.Error(codes.Unauthenticated, "bad key "+r.GetCredential().GetFields()["key"])
		}}, "refuses a credential that does not", "repeats the secret field key"},
		{"task twice", &bent{plan: func(_ *backendv1.PlanRequest, p *backendv1.PlanResponse) error {
			if len(p.Tasks) > 0 {
				p.Tasks = append(p.Tasks, p.Tasks[0])
			}
			return nil
		}}, "plans a month", "or one that another has"},
		{"secret in a task", &bent{plan: func(_ *backendv1.PlanRequest, p *backendv1.PlanResponse) error {
			for _, x := range p.Tasks {
				x.Name = "with opensesame"
			}
			return nil
		}}, "plans a month", "has the secret field key in it"},
		{"other month", &bent{costs: func(_ *backendv1.CostsRequest, s backendv1.Backend_CostsServer) error {
			return send(s, 1, "1", &backendv1.Row{Date: "2026-11-01", Cost: "1"})
		}}, "tells a month, and sums it up", `date "2026-11-01" is not in 2026-10`},
		{"wrong sum", &bent{costs: func(_ *backendv1.CostsRequest, s backendv1.Backend_CostsServer) error {
			return send(s, 1, "1.01", row("1"))
		}},
			"tells a month, and sums it up", "the summary says map[EUR:1.01], and the rows come to map[EUR:1]"},
		{"wrong count", &bent{costs: func(_ *backendv1.CostsRequest, s backendv1.Backend_CostsServer) error {
			return send(s, 2, "1", row("1"))
		}},
			"tells a month, and sums it up", "the summary has 2 rows, and 1 came"},
		{"no summary", &bent{costs: func(_ *backendv1.CostsRequest, s backendv1.Backend_CostsServer) error { return nil }},
			"tells a month, and sums it up", "ended without a summary"},
		{"amount of another form", &bent{costs: func(_ *backendv1.CostsRequest, s backendv1.Backend_CostsServer) error {
			return send(s, 1, "1", row("1,00"))
		}},
			"tells a month, and sums it up", `"1,00" is not a decimal number`},
		{"without end", &bent{costs: func(_ *backendv1.CostsRequest, s backendv1.Backend_CostsServer) error {
			for {
				if err := s.Send(&backendv1.CostsResponse{Part: &backendv1.CostsResponse_Batch{Batch: &backendv1.Batch{Rows: slices.Repeat([]*backendv1.Row{row("1")}, 1000)}}}); err != nil {
					return err
				}
			}
		}}, "tells a month, and sums it up", "it told more than 2000 rows of one task"},
		{"large batch", &bent{costs: func(_ *backendv1.CostsRequest, s backendv1.Backend_CostsServer) error {
			return send(s, 1001, "1001", slices.Repeat([]*backendv1.Row{row("1")}, 1001)...)
		}}, "tells a month, and sums it up", "a batch has 1001 rows, more than 1000"},
		{"large message", &bent{costs: func(_ *backendv1.CostsRequest, s backendv1.Backend_CostsServer) error {
			return send(s, 1, "1", &backendv1.Row{Date: "2026-10-07", Cost: "1", Description: strings.Repeat("x", mostMessage+1)})
		}}, "tells a month, and sums it up", "more than 1048576"},
	}
	// What changes from question to question is told apart by when it is asked.
	drifting := &bent{}
	drifting.costs = func(_ *backendv1.CostsRequest, s backendv1.Backend_CostsServer) error {
		cost := strings.Repeat("1", drifting.asked%7+1)
		return send(s, 1, cost, row(cost))
	}
	tests = append(tests, struct {
		name  string
		b     *bent
		trial string
		want  string
	}{"drifts", drifting, "tells the same when it is asked again", "other rows, or another order"})
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			// One worker: what a test bends is not guarded.
			s := grpc.NewServer(grpc.MaxConcurrentStreams(1))
			backendv1.RegisterBackendServer(s, test.b)
			grpc_health_v1.RegisterHealthServer(s, health.NewServer())
			go s.Serve(l)
			defer s.Stop()
			at := target
			at.Address, at.Large, at.MostRows = "grpc://"+l.Addr().String(), "", 2000
			failed := ""
			for _, r := range Try(t.Context(), at) {
				if r.Contract == "" {
					t.Errorf("trial %q does not say what the contract says", r.Name)
				}
				if r.Err == nil {
					continue
				}
				if failed == "" && (r.Name != test.trial || !strings.Contains(r.Err.Error(), test.want)) {
					t.Errorf("trial %q failed with %v; wanted %q, %s", r.Name, r.Err, test.trial, test.want)
				}
				failed = r.Name
			}
			if failed == "" && test.trial != "" {
				t.Error("no trial failed")
			}
		})
	}
}

// What is printed says of each trial how it went, and of one that failed what was to be.
func TestWrittenResults(t *testing.T) {
	var out strings.Builder
	failed, err := Write(&out, []Result{{Name: "one"}, {Name: "two", Contract: "it does", Err: errors.New("it does not")}, {Name: "three", Skipped: "no time"}})
	const want = "ok       one\nFAILED   two\n         it does not\n         the contract: it does\nskipped  three: no time\n"
	if failed != 1 || err != nil || out.String() != want {
		t.Errorf("%d failed, %v:\n%s", failed, err, out.String())
	}
}

// What cannot be reached is said once.
func TestNobodyThere(t *testing.T) {
	at := target
	at.Address, at.IdleSeconds = "grpc://127.0.0.1:1", 1
	results := Try(t.Context(), at)
	if len(results) != 1 || results[0].Err == nil {
		t.Errorf("%+v", results)
	}
}
