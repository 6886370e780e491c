package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/credential"
	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/pipeline"
	"github.com/sluice-billing/sluice/internal/probe"
	"github.com/sluice-billing/sluice/internal/source"
)

// sourceOperations look into places where exports lie, try them, and load their past.
var sourceOperations = []described{ListSourceStates, DiscoverSource, CheckSource, LoadHistory}

// SourceState is a source, and how it stands with it.
type SourceState struct {
	Kind  string `json:"kind" doc:"How its exports lie there"`
	Payer string `json:"payer" doc:"Whose months they are"`
	Place string `json:"place,omitempty" doc:"Where they lie, without parameters"`
	SourceStanding
}

// ListSourceStates lists how it stands with the sources.
var ListSourceStates = Listing[*Desk, struct{}, SourceState]{
	ID: "list-source-states", Path: "/source-states", Tag: "Configuration", Title: "List how it stands with the sources", Needs: access.ReadConfig,
	About: "Every declared source: when it was last read whole, of which month, how old that is, and why the last try failed where it did. What was read before stays in force when a try fails.",
	Key:   func(s SourceState) string { return s.Source },
	Do: func(ctx context.Context, d *Desk, _ struct{}) ([]SourceState, error) {
		standings, err := d.standings(ctx)
		if err != nil {
			return nil, err
		}
		rows := []SourceState{}
		for _, s := range d.Declared.Sources {
			rows = append(rows, SourceState{Kind: s.Kind, Payer: s.Payer, Place: source.Shown(s.URL), SourceStanding: standings[s.Name]})
		}
		return rows, nil
	},
}

// PlaceWish names a place: that of a declared source, or another one.
type PlaceWish struct {
	Source     string `json:"source,omitempty" maxLength:"100" doc:"A declared source, by its name" example:"exports"`
	URL        string `json:"url,omitempty" maxLength:"2048" doc:"Where no source is named: a folder, s3://bucket/prefix?region=…, gs://bucket/prefix or azblob://container/prefix?storage_account=…" example:"s3://acme-billing/exports?region=eu-central-1"`
	Credential string `json:"credential,omitempty" maxLength:"80" doc:"With url: a declared credential that opens it; without one, what the environment of Sluice has" example:"payer-a"`
}

// place is the source that is meant.
func (w PlaceWish) place(c billing.Config) (billing.Source, error) {
	switch {
	case w.Source != "" && w.URL != "":
		return billing.Source{}, invalid("body.url", "is given, and so is source; give one of the two")
	case w.Source == "" && w.URL == "":
		return billing.Source{}, invalid("body.source", "is missing; name a declared source, or give a url")
	case w.URL != "":
		return billing.Source{Name: "this place", URL: w.URL, Credential: w.Credential}, nil
	case w.Credential != "":
		return billing.Source{}, invalid("body.credential", "goes with url; a declared source names its own")
	}
	return declaredSource(c, w.Source)
}

// declaredSource is the source of a name.
func declaredSource(c billing.Config, name string) (billing.Source, error) {
	i := slices.IndexFunc(c.Sources, func(s billing.Source) bool { return s.Name == name })
	if i < 0 {
		return billing.Source{}, &Problem{Code: "not-found", Detail: fmt.Sprintf("no source is called %q; `sluice source list` lists the declared ones", name)}
	}
	return c.Sources[i], nil
}

// DiscoverSourceInput says where to look.
type DiscoverSourceInput struct {
	Body PlaceWish
}

// Discovered is what lies in a place.
type Discovered struct {
	Place string `json:"place" doc:"Where it was looked, without parameters"`
	source.Found
}

// DiscoverSource looks for exports in a place.
var DiscoverSource = Operation[*Desk, DiscoverSourceInput, Discovered]{
	ID: "discover-source", Method: http.MethodPost, Path: "/sources/discover", Tag: "Configuration", Title: "Find the exports in a place", Needs: access.WriteConfig, Long: true,
	About: "Looks through a bucket or folder for exports of every kind: their names, months, files, when they were delivered last, their columns as far as a manifest lists them, and whose they are. " +
		"Warns where several of them have the same money. Nothing is loaded, and nothing declared.",
	Do: func(ctx context.Context, d *Desk, in DiscoverSourceInput) (Discovered, error) {
		s, err := in.Body.place(d.Declared)
		if err != nil {
			return Discovered{}, err
		}
		if s.Kind == billing.FromBackend || s.Kind == billing.Pushed {
			return Discovered{}, invalid("body.source", "%s has no place to look through; it is of kind %s", s.Name, s.Kind)
		}
		by, err := credential.Access(ctx, d.Installation, d.Declared, s)
		if err != nil {
			return Discovered{}, err
		}
		place, err := source.Open(ctx, s.URL, by)
		if err != nil {
			return Discovered{}, err
		}
		defer place.Close()
		found, err := place.Reports(ctx, ingest.KindOf)
		return Discovered{place.String(), found}, err
	},
}

// CheckSourceInput says which source to try.
type CheckSourceInput struct {
	Body struct {
		PlaceWish
		Kind  string `json:"kind,omitempty" maxLength:"50" doc:"With url: how exports lie there" example:"aws-cur2"`
		Payer string `json:"payer,omitempty" maxLength:"200" doc:"With url: whose months these are, as declared" example:"111122223333"`
	}
}

// CheckSource tries a source step by step.
var CheckSource = Operation[*Desk, CheckSourceInput, probe.Report]{
	ID: "check-source", Method: http.MethodPost, Path: "/sources/check", Tag: "Configuration", Title: "Check a source", Needs: access.RunMonths, Long: true,
	About: "Tries each step from the credential to the rows: credential, role, bucket, region, prefix, manifest, freshness, format, hourly, resource-ids, payer, export-health. Each says what is so and, where something is wrong, how to mend it. " +
		"A declared source is checked by its name, another place by its url, kind and payer before it is declared, which needs the permission `config.write`. Nothing is loaded.",
	Do: func(ctx context.Context, d *Desk, in CheckSourceInput) (probe.Report, error) {
		s, err := in.Body.place(d.Declared)
		if err != nil {
			return probe.Report{}, err
		}
		if in.Body.URL != "" {
			if err := d.May(access.WriteConfig); err != nil {
				return probe.Report{}, err
			}
			s.Kind, s.Payer = in.Body.Kind, in.Body.Payer
		}
		if !slices.Contains(append(source.Kinds(), billing.FromBackend, billing.Pushed), s.Kind) {
			return probe.Report{}, invalid("body.kind", "%q is not a kind of source", s.Kind)
		}
		return probe.Check(ctx, d.Installation, d.Declared, s, probe.Options{})
	},
}

// LoadHistoryInput says which months of a source to load.
type LoadHistoryInput struct {
	Name string `path:"name" maxLength:"100" doc:"The source, as declared" example:"exports"`
	Body struct {
		From   *billing.Period `json:"from,omitempty" doc:"The first month; the first that lies there where it is not given" example:"2025-01"`
		To     *billing.Period `json:"to,omitempty" doc:"The last month; the newest that lies there where it is not given" example:"2026-10"`
		Closed bool            `json:"closed,omitempty" doc:"Read closed months, too: what changed in them is proposed. Without, they are passed over, which the result says"`
	}
}

// LoadHistory loads a source with its past.
var LoadHistory = Operation[*Desk, LoadHistoryInput, pipeline.History]{
	ID: "load-history", Method: http.MethodPost, Path: "/sources/{name}/history", Tag: "Configuration", Title: "Load a source with its past", Needs: access.RunMonths,
	About: "Loads month by month, the newest first, with progress in bytes and an estimate of the time that is left. It can be cancelled and begun again: what is loaded is passed over. " +
		"A month that cannot be loaded does not stop the others; the result counts such months in `failed`, and names them in `problem`.",
	Long: true, Exclusive: func(in LoadHistoryInput) string { return "source/" + in.Name },
	Check: func(d *Desk, in LoadHistoryInput) error { _, err := declaredSource(d.Declared, in.Name); return err },
	Do: func(ctx context.Context, d *Desk, in LoadHistoryInput) (pipeline.History, error) {
		span := pipeline.HistorySpan{Closed: in.Body.Closed}
		if in.Body.From != nil {
			span.From = *in.Body.From
		}
		if in.Body.To != nil {
			span.To = *in.Body.To
		}
		h, err := d.Pipeline.LoadHistory(ctx, in.Name, span)
		if errors.As(err, new(*pipeline.HistoryError)) { // it is in the result, beside what was loaded
			err = nil
		}
		return h, err
	},
}
