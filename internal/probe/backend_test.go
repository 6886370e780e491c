package probe

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/backend"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/credential"
	"github.com/sluice-billing/sluice/internal/secret"
)

// orchard is a vendor that knows one key.
type orchard struct{}

func (orchard) Describe(context.Context, map[string]string) (backend.Description, error) {
	return backend.Description{Name: "Orchard", Version: "1.0.0", Provider: "orchard", Currency: "EUR", Schemas: map[string]string{
		"key": `{"type": "object", "properties": {"Key": {"type": "string", "writeOnly": true}}, "required": ["Key"]}`,
	}}, nil
}

func (orchard) Verify(_ context.Context, a backend.Access) ([]backend.Account, error) {
	if a.Fields["Key"] != "k-1" {
		return nil, backend.Refused("the key is unknown; make a new one")
	}
	return []backend.Account{{ID: "a-1"}, {ID: "a-2"}}, nil
}

func (orchard) Plan(context.Context, backend.Access, backend.Month, time.Time) ([]backend.Task, error) {
	return nil, nil
}

func (orchard) Costs(context.Context, backend.Access, backend.Month, string, func(backend.Row) error) error {
	return nil
}

// A backend is asked, over gRPC, whether it takes the credential of a source.
func TestBackends(t *testing.T) {
	folder, err := os.MkdirTemp("", "b") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	socket := filepath.Join(folder, "s")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- backend.Server{Vendor: orchard{}}.ServeOn(ctx, l) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	home := newHome(t)
	keys, err := home.Keys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := billing.Source{Name: "b", Kind: billing.FromBackend, Backend: "orchard", Credential: "v", Payer: "azure-1"}
	for name, c := range map[string]struct {
		address, schema, key string
		state                string
		words                []string
	}{
		"taken":        {"unix://" + socket, "backend/orchard", "k-1", OK, []string{"backend orchard takes it, and reaches 2 accounts"}},
		"by its name":  {"unix://" + socket, "backend/orchard/key", "k-1", OK, []string{"reaches 2 accounts"}},
		"refused":      {"unix://" + socket, "backend/orchard", "k-2", Failed, []string{"backend orchard does not take credential v: ", "the key is unknown", "save it again"}},
		"other schema": {"unix://" + socket, "backend/orchard/token", "k-1", Failed, []string{"credential v: ", "sluice backend verify orchard"}},
		"nobody there": {"unix://" + socket + "x", "backend/orchard", "k-1", Failed, []string{"orchard", "verify the credential again"}},
	} {
		t.Run(name, func(t *testing.T) {
			config := configOf(s)
			config.Backends = []billing.Backend{{Name: "orchard", Address: c.address, Provider: "orchard"}}
			config.Credentials = []billing.Credential{{ID: "v", Organization: "reseller", Purpose: "pricing", Provider: "orchard", Schema: c.schema}}
			if err := credential.Save(t.Context(), keys, config.Credentials[0], map[string]secret.Text{"Key": secret.TextOf(c.key)}, "ann"); err != nil {
				t.Fatal(err)
			}
			r, err := Check(t.Context(), home, config, s, Options{})
			if err != nil {
				t.Fatal(err)
			}
			stepOf(t, r, Credential, c.state, c.words...)
			stepOf(t, r, Bucket, Skipped, "a backend tells its rows by itself")
			for _, x := range r.Steps {
				if strings.Contains(x.Says+x.Advice, "k-2") {
					t.Errorf("%s tells the key: %s", x.Name, x.Says)
				}
			}
		})
	}
}
