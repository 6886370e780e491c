package server

import (
	"context"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/backend"
	"github.com/sluice-billing/sluice/internal/api"
)

// backends asks a vendor, and pushes bills of a private cloud.
func (h *harvest) backends() {
	address := startVendor(h.t)
	h.sinks[address] = "grpcs://hyper.akatsuki.example:8443"
	h.send(http.MethodPost, api.Base+"/config/apply", fields{"config": fields{
		"providers":    []fields{{"id": "hyper", "name": "Hyper billing"}, {"id": "our-cloud", "name": "Akatsuki private cloud"}},
		"backends":     []fields{{"name": "hyper", "address": address, "provider": "hyper"}},
		"payers":       []fields{{"id": "our-cloud-1", "provider": "our-cloud"}},
		"sources":      []fields{{"name": "private", "kind": "pushed", "payer": "our-cloud-1"}},
		"customers":    []fields{{"id": "suzume", "name": "Suzume Foods K.K.", "units": []fields{{"id": "shop", "name": "Web shop"}}}},
		"source_rules": []fields{{"id": "shop-by-tag", "conditions": []fields{{"field": "tag:project", "is": "shop"}}, "give_to": fields{"project": "suzume/shop"}}},
	}})
	h.ask("list-credential-schemas", nil, nil)
	h.ask("save-service-account", parameters{"id", "hyper-shop"}, fields{
		"backend": "hyper", "name": "Hyper billing of the shop", "organization": "suzume/shop", "fields": fields{"Account": "4711"}, "secrets": fields{"Key": "k-1"}, "from": "2026-08-01",
	})
	one := parameters{"name", "hyper"}
	h.ask("verify-backend", one, nil)
	h.ask("try-backend", one, fields{"credential": "hyper-shop", "period": "2026-08"})
	h.ask("sync-backend", one, fields{"periods": []string{"2026-08"}})
	h.ask("list-backends", nil, nil)
	h.ask("list-service-accounts", nil, nil)

	register := fields{
		"id": "vdc-17-2026-08-01", "provider": "our-cloud", "period": "2026-08", "day": "2026-08-01", "account": "vdc-17", "currency": "JPY",
		"lines": []fields{{"service": "Machines", "usage_type": "vm.small", "quantity": "24", "unit": "Hours", "amount": "120"}},
	}
	h.ask("push-register", nil, register)
	bill := fields{
		"id": "vdc-17-2026-08", "provider": "our-cloud", "period": "2026-08", "account": "vdc-17", "invoice": "C-2026-77", "currency": "JPY",
		"lines": []fields{{"service": "Machines", "usage_type": "vm.small", "quantity": "744", "unit": "Hours", "amount": "3720", "tags": fields{"project": "shop"}}},
	}
	h.ask("push-bill", nil, bill)
	h.ask("list-pushed", parameters{"period", "2026-08"}, nil)
	pushed := parameters{"source", "private", "period", "2026-08", "id", "vdc-17-2026-08-01"}
	h.ask("show-pushed", pushed, nil)
	h.ask("remove-pushed", pushed, nil)
	h.ask("collect-sources", nil, fields{"sources": []string{"private"}, "periods": []string{"2026-08"}})
	h.ask("remove-service-account", parameters{"id", "hyper-shop"}, nil)
}

// startVendor serves a backend for the length of a test, and returns its address.
func startVendor(t testing.TB) string {
	socket := filepath.Join(t.TempDir(), "vendor.sock")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- backend.Server{Vendor: hyper{}}.ServeOn(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return "unix://" + socket
}

// hyper is a vendor that charges two rows a month.
type hyper struct{}

func (hyper) Describe(context.Context, map[string]string) (backend.Description, error) {
	return backend.Description{
		Name: "Hyper billing", Version: "1.2.0", Provider: "hyper", Currency: "JPY",
		Schemas: map[string]string{"hyper_key": `{"type":"object","properties":{"Account":{"type":"string","title":"Account"},"Key":{"type":"string","title":"Key","writeOnly":true}},"required":["Account","Key"]}`},
	}, nil
}

func (hyper) Verify(_ context.Context, a backend.Access) ([]backend.Account, error) {
	if a.Fields["Key"] != "k-1" {
		return nil, backend.Refused("the key is not valid; make a new one in the vendor's console")
	}
	return []backend.Account{{ID: "h-100", Name: "Web shop"}}, nil
}

func (hyper) Plan(_ context.Context, _ backend.Access, m backend.Month, _ time.Time) ([]backend.Task, error) {
	if m.Year < 2020 {
		return nil, nil
	}
	return []backend.Task{{ID: "all", Name: "all projects"}}, nil
}

func (h hyper) Costs(ctx context.Context, a backend.Access, m backend.Month, task string, tell func(backend.Row) error) error {
	if _, err := h.Verify(ctx, a); err != nil {
		return err
	}
	if task != "all" {
		return backend.NoSuchTask(task)
	}
	for i, cost := range []string{"1250.5", "830"} {
		if err := tell(backend.Row{Date: m.Start().AddDate(0, 0, i).Format(time.DateOnly), Account: "h-100", Service: "Machines", Quantity: "24", Unit: "Hours", Cost: cost}); err != nil {
			return err
		}
	}
	return nil
}
