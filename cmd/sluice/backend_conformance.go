package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/backend/conformance"
	"github.com/sluice-billing/sluice/internal/api"
)

// conformanceOptions say by what a backend is tried against the contract.
type conformanceOptions struct {
	wanted                    bool
	credential, period, large string
}

func (o *conformanceOptions) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&o.wanted, "conformance", false, "try the backend against the contract")
	flags.StringVar(&o.credential, "credential", "", "with --conformance: `id` of a credential that works (default the first that is declared)")
	flags.StringVar(&o.period, "period", "", "with --conformance: a `month` that has costs (default the last month)")
	flags.StringVar(&o.large, "large", "", "with --conformance: a `month` of more than a thousand rows in one part")
}

// check refuses options that go with --conformance alone.
func (o *conformanceOptions) check(cmd *cobra.Command) error {
	for _, name := range []string{"credential", "period", "large"} {
		if !o.wanted && cmd.Flags().Changed(name) {
			return wrong(cmd, "--"+name+" goes with --conformance")
		}
	}
	return nil
}

// conformance tries a backend, and fails where the backend does.
func (c *cli) conformance(cmd *cobra.Command, o conformanceOptions, name string) error {
	in := api.TryBackendInput{OneBackend: api.OneBackend{Name: name}}
	in.Body.Credential = o.credential
	if o.period != "" {
		p, err := period(cmd, o.period)
		if err != nil {
			return err
		}
		in.Body.Period = &p
	}
	if o.large != "" {
		p, err := period(cmd, o.large)
		if err != nil {
			return err
		}
		in.Body.Large = &p
	}
	return c.place(cmd, func(ctx context.Context, at api.Place) error {
		tried, err := api.TryBackend.Call(ctx, at, in)
		if err != nil {
			return err
		}
		if err := c.result(tried, func(w io.Writer) { writeTried(w, tried) }); err != nil || tried.OK {
			return err
		}
		return fmt.Errorf("backend %s does not keep the contract in %d of %d trials; tell who makes it", tried.Name, tried.Failed, len(tried.Trials))
	})
}

func writeTried(w io.Writer, tried api.TriedBackend) {
	by := "without a credential"
	if tried.Credential != "" {
		by = "with credential " + tried.Credential
	}
	fmt.Fprintf(w, "Backend %s is tried against the contract, %s, for %s.\n", tried.Name, by, tried.Period)
	results := make([]conformance.Result, len(tried.Trials))
	for i, x := range tried.Trials {
		results[i] = conformance.Result{Name: x.Name, Contract: x.Contract, Skipped: x.Skipped}
		if !x.OK {
			results[i].Err = errors.New(x.Problem)
		}
	}
	_, _ = conformance.Write(w, results) // as all that is printed for people, it is not printed twice
}
