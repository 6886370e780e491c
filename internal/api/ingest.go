package api

import (
	"context"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/pipeline"
)

// IngestInput says what to load of a month.
type IngestInput struct {
	InMonth
	Body struct {
		Source string `json:"source,omitempty" maxLength:"200" doc:"Load from the source of this name only"`
	}
}

// Ingested is what was loaded.
type Ingested struct {
	Period billing.Period    `json:"period"`
	Loads  []pipeline.Loaded `json:"loads"`
}

// IngestMonth loads what is new of a month.
var IngestMonth = Operation[*Desk, IngestInput, Ingested]{
	ID: "ingest-month", Method: http.MethodPost, Path: "/months/{period}/ingest", Tag: "Months", Title: "Load a month's exports", Needs: access.RunMonths,
	About: "Loads what is new of a month from all declared sources, or from the named one. A version that was loaded before is not loaded again. " +
		"What was loaded stays in force until its successor is whole. close-month does this too.",
	Long: true, Exclusive: func(in IngestInput) string { return "month/" + in.Period.String() },
	Do: func(ctx context.Context, d *Desk, in IngestInput) (Ingested, error) {
		loads, err := d.Pipeline.Ingest(ctx, in.Period, in.Body.Source)
		return Ingested{in.Period, append([]pipeline.Loaded{}, loads...)}, err
	},
}

// IngestFilesInput says which files to load.
type IngestFilesInput struct {
	InMonth
	Body struct {
		Payer string   `json:"payer" maxLength:"200" doc:"The payer whose files these are"`
		Files []string `json:"files" minItems:"1" maxItems:"10000" doc:"The ids of files that were uploaded. They together are one report; loading others later replaces them"`
	}
}

// IngestFiles loads files that no manifest describes.
var IngestFiles = Operation[*Desk, IngestFilesInput, Ingested]{
	ID: "ingest-files", Method: http.MethodPost, Path: "/months/{period}/files", Tag: "Months", Title: "Load files of a month", Needs: access.RunMonths,
	About: "Loads files that no manifest describes, for a payer and a month. Upload them first, with upload-file. All files of one call are one report; loading others later replaces them. " +
		"When they are loaded, the uploads are gone.",
	Long: true, Exclusive: func(in IngestFilesInput) string { return "month/" + in.Period.String() },
	Do: func(ctx context.Context, d *Desk, in IngestFilesInput) (Ingested, error) {
		paths, done, err := d.filesOf(in.Body.Files)
		if err != nil {
			return Ingested{}, err
		}
		loaded, err := d.Pipeline.IngestFiles(ctx, in.Body.Payer, in.Period, paths)
		return Ingested{in.Period, []pipeline.Loaded{loaded}}, done(err)
	},
}

// filesOf are the files to load: on the command line by their paths, at a server
// uploads by their ids. done ends their use, which went well where its error is nil.
func (d *Desk) filesOf(named []string) (paths []string, done func(error) error, err error) {
	if d.session.service == nil {
		return named, func(err error) error { return err }, nil
	}
	return d.uploads().use(named)
}
