package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/sluice-billing/sluice/backend"
)

// vendor is the program `vendor SOCKET FILE` of scripts: a backend whose vendor
// charges, in every month, the rows of a file that begin with it, and takes the key
// that the file says.
func vendor() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := backend.Serve(ctx, "unix://"+os.Args[1], vendorFile(os.Args[2])); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// vendorFile is read anew with each question.
type vendorFile string

func (v vendorFile) read() (says struct {
	Key  string
	Lies bool
	Many int // how often it tells the first row
	Rows []backend.Row
}, err error,
) {
	text, err := os.ReadFile(string(v))
	if err != nil {
		return says, err
	}
	return says, json.Unmarshal(text, &says)
}

func (v vendorFile) Describe(context.Context, map[string]string) (backend.Description, error) {
	return backend.Description{
		Name: "Hyper billing", Version: "1.2.0", Provider: "hyper", Currency: "EUR",
		Schemas: map[string]string{"hyper_key": `{"type":"object","properties":{"Account":{"type":"string"},"Email":{"type":"string"},"Key":{"type":"string","writeOnly":true}},"required":["Account","Key"]}`},
		Rules:   []backend.Rule{{Name: "spare", Conditions: []backend.Condition{{Field: "service", Is: "Spare"}}, Account: "spare"}},
	}, nil
}

func (v vendorFile) Verify(_ context.Context, a backend.Access) ([]backend.Account, error) {
	says, err := v.read()
	if err == nil && a.Fields["Key"] != says.Key {
		err = backend.Refused("the key of account " + a.Fields["Account"] + " is not valid; make a new one in the vendor's console")
	}
	return []backend.Account{{ID: "h-1", Name: "Hyper one"}, {ID: "h-2"}}, err
}

func (v vendorFile) Plan(ctx context.Context, a backend.Access, m backend.Month, _ time.Time) ([]backend.Task, error) {
	_, err := v.Verify(ctx, a)
	return []backend.Task{{ID: "all", Name: "all of it"}}, err
}

func (v vendorFile) Costs(ctx context.Context, a backend.Access, m backend.Month, task string, tell func(backend.Row) error) error {
	if _, err := v.Verify(ctx, a); err != nil {
		return err
	}
	if task != "all" {
		return backend.NoSuchTask(task)
	}
	says, err := v.read()
	for i, r := range says.Rows {
		times := 1
		if i == 0 && says.Many > 0 {
			times = says.Many
		}
		for range times {
			if err == nil && m.Contains(r.Date) {
				err = tell(r)
			}
		}
	}
	if says.Lies && err == nil {
		err = errors.New("the vendor's disk is full")
	}
	return err
}
