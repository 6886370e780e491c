package backend_test

import (
	"context"
	"fmt"
	"time"

	"github.com/sluice-billing/sluice/backend"
)

type orchard struct{}

func (orchard) Describe(context.Context, map[string]string) (backend.Description, error) {
	return backend.Description{
		Name: "Orchard hosting", Version: "1.0.0", Currency: "EUR",
		Schemas: map[string]string{"key": `{"type": "object", "properties": {
			"key": {"type": "string", "title": "Key", "writeOnly": true}}, "required": ["key"]}`},
	}, nil
}

func (orchard) Verify(_ context.Context, a backend.Access) ([]backend.Account, error) {
	if a.Fields["key"] != "opensesame" {
		return nil, backend.Refused("the key is unknown to Orchard hosting; make a new one at its console")
	}
	return []backend.Account{{ID: "4711", Name: "Main"}}, nil
}

func (orchard) Plan(context.Context, backend.Access, backend.Month, time.Time) ([]backend.Task, error) {
	return []backend.Task{{ID: "all", Name: "everything"}}, nil
}

func (orchard) Costs(_ context.Context, _ backend.Access, m backend.Month, task string, tell func(backend.Row) error) error {
	if task != "all" {
		return backend.NoSuchTask(task)
	}
	return tell(backend.Row{Date: m.String() + "-01", Account: "4711", Service: "Machines", Cost: "12.50"})
}

// A backend is a Vendor that is served. In a program of its own, Main(orchard{}) does it.
func ExampleServe() {
	ctx, stop := context.WithCancel(context.Background())
	stop() // so that the example ends
	fmt.Println(backend.Serve(ctx, "grpc://127.0.0.1:0", orchard{}))
	// Output: <nil>
}
