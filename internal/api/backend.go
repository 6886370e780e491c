package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/collect"
	"github.com/sluice-billing/sluice/internal/credential"
	"github.com/sluice-billing/sluice/internal/pipeline"
	"github.com/sluice-billing/sluice/internal/plugin"
	"github.com/sluice-billing/sluice/internal/store"
)

// backendOperations look at backends, ask them, and take what is pushed.
var backendOperations = []described{
	ListBackends, VerifyBackend, TryBackend, SyncBackend, CollectSources, ListCredentialSchemas, ListServiceAccounts, SaveServiceAccount, RemoveServiceAccount,
	PushBill, PushRegister, ListPushed, ShowPushed, RemovePushed,
}

// reachTime bounds how long a backend may take to say what it is, while somebody waits.
const reachTime = 20 * time.Second

// BackendRow is a backend with its sources.
type BackendRow struct {
	Name     string           `json:"name" doc:"As declared"`
	Address  string           `json:"address" doc:"Where it listens"`
	Protocol string           `json:"protocol" doc:"Which it speaks: sluice, cloudforet or cloudforet-billing"`
	Provider string           `json:"provider" doc:"Whose lines it tells"`
	Failing  bool             `json:"failing" doc:"The last try of one of its sources failed"`
	Sources  []SourceStanding `json:"sources" doc:"What is read by it, and how that went last"`
}

// ListBackends lists the declared backends.
var ListBackends = Listing[*Desk, struct{}, BackendRow]{
	ID: "list-backends", Path: "/backends", Tag: "Backends", Title: "List the backends", Needs: access.ReadConfig,
	About: "The programs that are asked what a vendor charges, with the sources that are read by them: when each was last read whole, and why the last try failed. Nothing is asked.",
	Key:   func(b BackendRow) string { return b.Name },
	Do: func(ctx context.Context, d *Desk, _ struct{}) ([]BackendRow, error) {
		states, err := d.standings(ctx)
		if err != nil {
			return nil, err
		}
		rows := []BackendRow{}
		for _, b := range d.Declared.Backends {
			row := BackendRow{Name: b.Name, Address: b.Address, Protocol: b.Protocol, Provider: b.Provider, Sources: []SourceStanding{}}
			if row.Protocol == "" {
				row.Protocol = plugin.Sluice
			}
			for _, s := range d.Declared.Sources {
				if s.Kind == billing.FromBackend && s.Backend == b.Name {
					row.Sources = append(row.Sources, states[s.Name])
					row.Failing = row.Failing || states[s.Name].Failing
				}
			}
			rows = append(rows, row)
		}
		return rows, nil
	},
}

// OneBackend names a backend.
type OneBackend struct {
	Name string `path:"name" maxLength:"100" doc:"The backend, as declared" example:"hyper"`
}

// ReachedAccount is an account that a credential reaches.
type ReachedAccount struct {
	ID   string `json:"id" doc:"The provider's"`
	Name string `json:"name,omitempty" doc:"The provider's, too"`
}

// TriedCredential is what came of trying a credential.
type TriedCredential struct {
	ID           string           `json:"id" doc:"The credential"`
	Organization string           `json:"organization" doc:"Whose it is"`
	OK           bool             `json:"ok" doc:"The vendor accepted it"`
	Problem      string           `json:"problem,omitempty" doc:"Why not, and what to do"`
	Accounts     []ReachedAccount `json:"accounts" doc:"The accounts that it reaches"`
}

// VerifiedBackend is what a backend says of itself, and of its credentials.
type VerifiedBackend struct {
	Name        string               `json:"name" doc:"As declared"`
	Calls       string               `json:"calls_itself" doc:"How it calls itself"`
	Version     string               `json:"version" doc:"Its own"`
	Protocol    string               `json:"protocol" doc:"That it speaks"`
	Currency    string               `json:"currency,omitempty" doc:"Of rows that name none"`
	Schemas     []string             `json:"schemas" doc:"Of credentials that it takes"`
	Rules       []billing.SourceRule `json:"rules" doc:"That come with it, and hold before those that are declared"`
	OK          bool                 `json:"ok" doc:"All its credentials were accepted"`
	Credentials []TriedCredential    `json:"credentials" doc:"Every declared credential of it, and whether it works"`
}

// VerifyBackend asks a backend what it is, and tries its credentials.
var VerifyBackend = Operation[*Desk, OneBackend, VerifiedBackend]{
	ID: "verify-backend", Method: http.MethodPost, Path: "/backends/{name}/verify", Tag: "Backends", Title: "Verify a backend", Needs: access.RunMonths,
	About: "Asks it what it is, and lets it try every declared credential at its vendor, really. A credential that does not work is no error: it says why. Nothing is collected.",
	Long:  true,
	Check: func(d *Desk, in OneBackend) error { _, err := d.backend(in.Name); return err },
	Do: func(ctx context.Context, d *Desk, in OneBackend) (VerifiedBackend, error) {
		b, err := d.backend(in.Name)
		if err != nil {
			return VerifiedBackend{}, err
		}
		collector := d.Pipeline.Collector()
		says, err := collector.Describe(ctx, b)
		if err != nil {
			return VerifiedBackend{}, outside(err)
		}
		out := VerifiedBackend{
			Name: b.Name, Calls: says.Name, Version: says.Version, Protocol: says.Protocol, Currency: says.Currency,
			Schemas: append([]string{}, slices.Sorted(maps.Keys(says.Schemas))...), Rules: append([]billing.SourceRule{}, says.Rules...), OK: true, Credentials: []TriedCredential{},
		}
		for _, c := range d.Declared.Credentials {
			if name, _, ok := collect.SchemaOf(c.Schema); !ok || name != b.Name {
				continue
			}
			tried := TriedCredential{ID: c.ID, Organization: c.Organization, Accounts: []ReachedAccount{}}
			with, err := collector.Credential(ctx, c, says)
			if err == nil {
				tried.Accounts, err = d.try(ctx, b, with)
			}
			if ctx.Err() != nil {
				return out, ctx.Err()
			}
			if err == nil {
				if err := d.sawReached(ctx, c.ID, tried.Accounts); err != nil {
					return out, err
				}
			}
			if tried.OK = err == nil; err != nil {
				tried.Problem, out.OK = outside(err).Error(), false
			}
			out.Credentials = append(out.Credentials, tried)
		}
		return out, nil
	},
}

// try lets a backend try a credential.
func (d *Desk) try(ctx context.Context, b billing.Backend, with plugin.Credential) ([]ReachedAccount, error) {
	accounts, err := d.Pipeline.Collector().Verify(ctx, b, with)
	reached := []ReachedAccount{}
	for _, a := range accounts {
		reached = append(reached, ReachedAccount(a))
	}
	return reached, err
}

// backend finds a declared backend.
func (d *Desk) backend(name string) (billing.Backend, error) {
	b, err := collect.BackendOf(d.Declared, name)
	if err != nil {
		return b, &Problem{Code: "not-found", Detail: err.Error()}
	}
	return b, nil
}

// outside is an error of a backend or its vendor, which is told to people as it is: it
// is of a machine that is not this one.
func outside(err error) error {
	if err == nil || errors.As(err, new(*Problem)) || errors.Is(err, context.Canceled) || store.Failed(err) {
		return err
	}
	return &Problem{Code: "refused", Detail: err.Error()}
}

// ReadingWish says which months to read.
type ReadingWish struct {
	Periods []billing.Period `json:"periods,omitempty" maxItems:"36" doc:"The months; where none is given, the last ones" example:"[\"2026-10\"]"`
	Months  int              `json:"months,omitempty" minimum:"0" maximum:"36" doc:"Where no month is given: how many, this one first; 2 where it is not said" example:"2"`
}

// periods are the months that are wished.
func (w ReadingWish) periods(now time.Time) []billing.Period {
	if len(w.Periods) > 0 {
		return w.Periods
	}
	if w.Months == 0 {
		w.Months = 2
	}
	return pipeline.LastMonths(now, w.Months)
}

// ReadSources is what was read.
type ReadSources struct {
	Readings []pipeline.Reading `json:"readings" doc:"Of each source and month"`
	Failed   int                `json:"failed" doc:"How many of them failed; what was loaded before is in force there"`
}

// read reads sources, because somebody asks.
func (d *Desk) read(ctx context.Context, sources []string, w ReadingWish) (ReadSources, error) {
	readings, err := d.Pipeline.ReadWhenAsked(ctx, sources, w.periods(d.Now()))
	out := ReadSources{Readings: append([]pipeline.Reading{}, readings...)}
	for _, r := range out.Readings {
		if r.Problem != "" {
			out.Failed++
		}
	}
	var often *pipeline.TooOftenError
	if errors.As(err, &often) {
		return out, &Problem{Code: "too-many", Detail: often.Error(), wait: often.Again.Sub(d.Now())}
	}
	return out, err
}

// SyncBackendInput says of which months a backend is asked.
type SyncBackendInput struct {
	OneBackend
	Body ReadingWish
}

// SyncBackend collects what a backend tells.
var SyncBackend = Operation[*Desk, SyncBackendInput, ReadSources]{
	ID: "sync-backend", Method: http.MethodPost, Path: "/backends/{name}/sync", Tag: "Backends", Title: "Collect what a backend tells", Needs: access.RunMonths,
	About: "Reads all sources of the backend over some months and loads what is new. One that fails does not stop the others, and what was loaded before stays in force. " +
		"Refused where a source was read today as often as `collection.requests` of the reseller allows.",
	Long: true, Exclusive: func(in SyncBackendInput) string { return "backend/" + in.Name },
	Check: func(d *Desk, in SyncBackendInput) error { _, err := d.backend(in.Name); return err },
	Do: func(ctx context.Context, d *Desk, in SyncBackendInput) (ReadSources, error) {
		var sources []string
		for _, s := range d.Declared.Sources {
			if s.Kind == billing.FromBackend && s.Backend == in.Name {
				sources = append(sources, s.Name)
			}
		}
		if len(sources) == 0 {
			return ReadSources{}, &Problem{Code: "refused", Detail: fmt.Sprintf("backend %s has no source; add a service account, or declare a source of kind backend", in.Name)}
		}
		return d.read(ctx, sources, in.Body)
	},
}

// CollectSourcesInput says what to read.
type CollectSourcesInput struct {
	Body struct {
		Sources []string `json:"sources,omitempty" maxItems:"1000" doc:"By their names; all where none is given" example:"[\"hyper-shop\"]"`
		ReadingWish
	}
}

// CollectSources reads sources anew.
var CollectSources = Operation[*Desk, CollectSourcesInput, ReadSources]{
	ID: "collect-sources", Method: http.MethodPost, Path: "/sources/collect", Tag: "Backends", Title: "Read sources anew", Needs: access.RunMonths,
	About: "Reads sources of any kind over some months, as a server does every night, and loads what is new. One that fails does not stop the others. " +
		"Refused where a source was read today as often as `collection.requests` of the reseller allows.",
	Long: true, Exclusive: func(CollectSourcesInput) string { return "collection" },
	Do: func(ctx context.Context, d *Desk, in CollectSourcesInput) (ReadSources, error) {
		sources := in.Body.Sources
		if len(sources) == 0 {
			for _, s := range d.Declared.Sources {
				sources = append(sources, s.Name)
			}
		}
		return d.read(ctx, sources, in.Body.ReadingWish)
	},
}

// CredentialForm says what a credential of a schema asks for.
type CredentialForm struct {
	Schema  string          `json:"schema" doc:"Its name, as credentials have it"`
	Backend string          `json:"backend,omitempty" doc:"Whose it is"`
	Fields  []FormField     `json:"fields" doc:"In the order of a form"`
	JSON    json.RawMessage `json:"json_schema,omitempty" doc:"As the backend describes it"`
	Problem string          `json:"problem,omitempty" doc:"Why the backend does not say"`
}

// FormField is a field of a form.
type FormField struct {
	Name   string   `json:"name" doc:"Of the field"`
	Title  string   `json:"title,omitempty" doc:"For people"`
	About  string   `json:"about,omitempty" doc:"For people"`
	Secret bool     `json:"secret" doc:"It is kept sealed, and never shown"`
	Needed bool     `json:"needed" doc:"It must be given"`
	Words  []string `json:"words,omitempty" doc:"The only values that it takes"`
}

// ListCredentialSchemas lists what forms of credentials ask for.
var ListCredentialSchemas = Listing[*Desk, struct{}, CredentialForm]{
	ID: "list-credential-schemas", Path: "/credential-schemas", Tag: "Backends", Title: "List the schemas of credentials", Needs: access.ReadConfig,
	About: "What a credential of each kind asks for: those that Sluice opens by itself, and those of each declared backend, which is asked. One that does not answer says why in `problem`.",
	Key:   func(f CredentialForm) string { return f.Schema },
	Do: func(ctx context.Context, d *Desk, _ struct{}) ([]CredentialForm, error) {
		forms := []CredentialForm{}
		known := credential.Known()
		for _, name := range slices.Sorted(maps.Keys(known)) {
			f := CredentialForm{Schema: name, Fields: []FormField{}}
			for _, x := range known[name] {
				f.Fields = append(f.Fields, FormField{Name: x.Name, Secret: x.Secret, Needed: x.Needed})
			}
			forms = append(forms, f)
		}
		for _, b := range d.Declared.Backends {
			within, cancel := context.WithTimeout(ctx, reachTime)
			says, err := d.Pipeline.Collector().Describe(within, b)
			cancel()
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if err != nil {
				forms = append(forms, CredentialForm{Schema: collect.SchemaPrefix + b.Name, Backend: b.Name, Fields: []FormField{}, Problem: err.Error()})
				continue
			}
			for _, name := range slices.Sorted(maps.Keys(says.Schemas)) {
				f := CredentialForm{Schema: collect.SchemaPrefix + b.Name + "/" + name, Backend: b.Name, JSON: says.Schemas[name]}
				form, err := collect.FormOf(says.Schemas[name])
				if err != nil {
					f.Problem = fmt.Sprintf("backend %s describes schema %s in a way that cannot be read; ask who makes it", b.Name, name)
				}
				f.Fields = formFields(form)
				forms = append(forms, f)
			}
		}
		return forms, nil
	},
}

func formFields(form []collect.Field) []FormField {
	fields := []FormField{}
	for _, x := range form {
		fields = append(fields, FormField(x))
	}
	return fields
}
