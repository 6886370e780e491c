package collect

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/backend"
	"github.com/sluice-billing/sluice/internal/plugin"
)

// served is a vendor of as many rows of a tenth of a euro as wanted, in two tasks.
type served struct{ rows int }

func (s served) Describe(context.Context, map[string]string) (backend.Description, error) {
	return backend.Description{
		Name: "Served", Version: "1.0.0", Provider: "hyper", Currency: "EUR", Schemas: map[string]string{"key": keySchema},
		Rules: []backend.Rule{{Name: "own", Conditions: []backend.Condition{{Field: "account", Is: "a-1"}}, Account: "acme/shop"}},
	}, nil
}

func (s served) Verify(_ context.Context, a backend.Access) ([]backend.Account, error) {
	if a.Fields["Key"] != "k-1" {
		return nil, backend.Refused("the key is not valid")
	}
	return []backend.Account{{ID: "a-1"}}, nil
}

func (s served) Plan(context.Context, backend.Access, backend.Month, time.Time) ([]backend.Task, error) {
	return []backend.Task{{ID: "0"}, {ID: "1"}}, nil
}

func (s served) Costs(_ context.Context, _ backend.Access, m backend.Month, task string, tell func(backend.Row) error) error {
	for i := range s.rows {
		day := m.Start().AddDate(0, 0, i%31).Format(time.DateOnly)
		if err := tell(backend.Row{Date: day, Account: "a-" + task, Service: "Machines", Resource: fmt.Sprint(i), Cost: "0.1"}); err != nil {
			return err
		}
	}
	return nil
}

// A real backend, over gRPC: 2 × 3,000 rows of 0.1 are 600 euros, and the rules that
// come with it hold.
func TestOverGRPC(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- backend.Server{Vendor: served{3000}}.ServeOn(ctx, l) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	c := collector(t, nil)
	c.dial = plugin.Dial
	config := declared()
	config.Backends[0].Address = "unix://" + socket
	says, err := c.Describe(t.Context(), config.Backends[0])
	if err != nil || says.Name != "Served" || len(says.Rules) != 1 {
		t.Fatalf("it says %+v, %v", says, err)
	}
	_, err = c.Verify(t.Context(), config.Backends[0], plugin.Credential{Schema: "key"})
	if reason, refused := IsRefused(err); !refused || reason == "" {
		t.Errorf("without a key it is verified: %v", err)
	}
	got, err := c.Collect(t.Context(), config, config.Sources[0], may)
	if err != nil {
		t.Fatal(err)
	}
	if got.Rows != 6000 || got.Cost["EUR"].String() != "600" || got.Rules[says.Rules[0].ID] != 3000 {
		t.Errorf("collected is %+v", got)
	}
	if result := load(t, c, got); result.Totals.Rows != 6000 {
		t.Errorf("loaded are %d", result.Totals.Rows)
	}
}
