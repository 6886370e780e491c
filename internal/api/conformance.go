package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/collect"
	"github.com/sluice-billing/sluice/internal/plugin"
)

// TryBackendInput says by what a backend is tried.
type TryBackendInput struct {
	OneBackend
	Body struct {
		Credential string          `json:"credential,omitempty" maxLength:"200" doc:"A credential of the backend that works; the first that is declared where none is named" example:"hyper-shop"`
		Period     *billing.Period `json:"period,omitempty" doc:"A month that has costs; the last month where none is given" example:"2026-10"`
		Large      *billing.Period `json:"large,omitempty" doc:"A month of more than a thousand rows in one part; without it such months are not tried" example:"2026-03"`
	}
}

// BackendTrial is one thing that a backend has to keep.
type BackendTrial struct {
	Name     string `json:"name" doc:"What was tried"`
	OK       bool   `json:"ok" doc:"The backend keeps it, or it was skipped"`
	Contract string `json:"contract" doc:"What the contract says"`
	Problem  string `json:"problem,omitempty" doc:"What is wrong, for who made the backend"`
	Skipped  string `json:"skipped,omitempty" doc:"Why it was not tried"`
}

// TriedBackend is what came of trying a backend.
type TriedBackend struct {
	Name       string         `json:"name" doc:"As declared"`
	Credential string         `json:"credential,omitempty" doc:"By which it was tried; not there where none is declared"`
	Period     billing.Period `json:"period" doc:"The month that was asked for"`
	OK         bool           `json:"ok" doc:"It failed no trial"`
	Failed     int            `json:"failed" doc:"How many trials it failed"`
	Trials     []BackendTrial `json:"trials" doc:"In the order in which they were made; without the rest where it is not reached, or does not say what it is"`
}

// TryBackend tries a backend against the contract.
var TryBackend = Operation[*Desk, TryBackendInput, TriedBackend]{
	ID: "try-backend", Method: http.MethodPost, Path: "/backends/{name}/try", Tag: "Backends", Title: "Try a backend against the contract", Needs: access.RunMonths,
	About: "Asks what Sluice will ask, and more: whether it says whole what it is, refuses what it must, and tells months as the contract has it. It is asked with a credential that works and, some times, with one that does not, " +
		"which the vendor sees. A trial that fails is no error: it says what is wrong, and what the contract says. Nothing is collected. Only backends of protocol `sluice` can be tried.",
	Long: true, Exclusive: func(in TryBackendInput) string { return "backend/" + in.Name },
	Check: func(d *Desk, in TryBackendInput) error { _, _, err := d.trying(in); return err },
	Do: func(ctx context.Context, d *Desk, in TryBackendInput) (TriedBackend, error) {
		b, by, err := d.trying(in)
		if err != nil {
			return TriedBackend{}, err
		}
		collector := d.Pipeline.Collector()
		says, err := collector.Describe(ctx, b)
		if ctx.Err() != nil {
			return TriedBackend{}, ctx.Err()
		}
		if err != nil {
			says = plugin.Described{} // the trials say why
		}
		with := plugin.Credential{}
		if by != nil {
			with, err = collector.Credential(ctx, *by, says)
		} else {
			with.Schema, err = collect.OneSchema(says, "")
		}
		if err != nil {
			return TriedBackend{}, outside(err)
		}
		out := TriedBackend{Name: b.Name, Period: billing.PeriodOf(d.Now().UTC()).Previous(), Trials: []BackendTrial{}}
		if by != nil {
			out.Credential = by.ID
		}
		if in.Body.Period != nil {
			out.Period = *in.Body.Period
		}
		results, err := collector.Try(ctx, b, with, out.Period, in.Body.Large)
		if err != nil {
			return TriedBackend{}, outside(err)
		}
		for _, r := range results {
			trial := BackendTrial{Name: r.Name, OK: r.Err == nil, Contract: r.Contract, Skipped: r.Skipped}
			if r.Err != nil {
				trial.Problem = r.Err.Error()
				out.Failed++
			}
			out.Trials = append(out.Trials, trial)
		}
		out.OK = out.Failed == 0
		return out, nil
	},
}

// trying is the backend that is to be tried, and by which credential; nil where none of
// it is declared, and none is named.
func (d *Desk) trying(in TryBackendInput) (billing.Backend, *billing.Credential, error) {
	b, err := d.backend(in.Name)
	if err != nil {
		return b, nil, err
	}
	if err := collect.Tryable(b); err != nil {
		return b, nil, &Problem{Code: "refused", Detail: err.Error()}
	}
	named := in.Body.Credential
	i := slices.IndexFunc(d.Declared.Credentials, func(c billing.Credential) bool {
		of, _, ok := collect.SchemaOf(c.Schema)
		return ok && of == b.Name && c.ID == cmp.Or(named, c.ID)
	})
	if i >= 0 {
		return b, &d.Declared.Credentials[i], nil
	}
	if named != "" {
		return b, nil, invalid("body.credential", "%q is no credential of backend %s; name one of it, or none", named, b.Name)
	}
	return b, nil, nil
}
