package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/trial"
)

// mostConfig is the largest configuration that is read, in bytes.
const mostConfig = 32 << 20

// Configuration is a configuration in a request, as an object or as the text of a
// configuration file: a field that there is not is refused, and defaults are filled
// in as they are of files. What is wrong with a text is said by line and column.
type Configuration billing.Config

// textName is what a text of a request is called where its faults are told.
const textName = "config"

// UnmarshalJSON implements json.Unmarshaler.
func (c *Configuration) UnmarshalJSON(data []byte) error {
	read, err := readConfiguration(data)
	*c = Configuration(read)
	return err
}

func readConfiguration(data []byte) (billing.Config, error) {
	if !bytes.HasPrefix(data, []byte(`"`)) {
		return config.Decode(data)
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return billing.Config{}, err
	}
	return config.Parse(textName, []byte(text))
}

// Schema implements huma.SchemaProvider.
func (Configuration) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{
		OneOf:       []*huma.Schema{configSchema{}.Schema(r), {Type: huma.TypeString, MaxLength: new(mostConfig), Description: "A configuration file, in YAML"}},
		Description: "A configuration as an object, or as the text of a configuration file; its schema is config.schema.json",
	}
}

// Sections chooses sections of the configuration.
type Sections struct {
	Kinds []string `query:"kinds" maxItems:"50" doc:"Only these sections, such as customers,billing_groups; all that the caller may see where it is not given"`
}

// ShowConfig returns what is declared.
var ShowConfig = Operation[*Desk, Sections, billing.Config]{
	ID: "show-config", Method: http.MethodGet, Path: "/config", Tag: "Configuration", Title: "Show the configuration", Needs: access.ReadConfig,
	About: "What is in force, with the names of the configuration file. Price books are there for callers with the permission `prices.read` alone.",
	Do:    func(_ context.Context, d *Desk, in Sections) (billing.Config, error) { return d.sections(in.Kinds) },
}

// DownloadConfig returns what is declared as a configuration file.
var DownloadConfig = Download[*Desk, Sections]{
	ID: "download-config", Path: "/config.yaml", Tag: "Configuration", Title: "Download the configuration", Needs: access.ReadConfig,
	About:      "What is in force as a configuration file, in YAML; applying it again changes nothing. Price books are in it for callers with the permission `prices.read` alone.",
	MediaTypes: []string{"application/yaml"},
	Do: func(_ context.Context, d *Desk, in Sections) (File, error) {
		c, err := d.sections(in.Kinds)
		if err != nil {
			return File{}, err
		}
		var yaml bytes.Buffer
		err = config.Write(&yaml, c)
		return File{"config.yaml", "application/yaml", yaml.Bytes()}, err
	},
}

// DownloadConfigSchema returns the JSON Schema of a configuration file.
var DownloadConfigSchema = Download[*Session, struct{}]{
	ID: "download-config-schema", Path: "/config.schema.json", Tag: "Configuration", Title: "Download the schema of the configuration",
	About:      "The JSON Schema of a configuration file, which is also that of the configuration as JSON.",
	MediaTypes: []string{"application/schema+json"},
	Do: func(context.Context, *Session, struct{}) (File, error) {
		return File{"config.schema.json", "application/schema+json", config.Schema()}, nil
	},
}

// sections are those of the configuration that the caller may see: the named ones,
// or all.
func (d *Desk) sections(kinds []string) (billing.Config, error) {
	prices := d.May(access.ReadPrices)
	if len(kinds) == 0 {
		c := d.Declared
		if prices != nil {
			c.PriceBooks = nil
		}
		return c, nil
	}
	for _, kind := range kinds {
		if kind == priceBooks && prices != nil {
			return billing.Config{}, prices
		}
	}
	c, err := config.Only(d.Declared, kinds...)
	if err != nil {
		return c, invalid("query.kinds", "%s", err)
	}
	return c, nil
}

// PlanInput is a configuration to compare with what is in force.
type PlanInput struct {
	Body struct {
		Config Configuration `json:"config"`
		Prune  bool          `json:"prune,omitempty" doc:"Also remove what it does not name"`
		Closed bool          `json:"closed,omitempty" doc:"Tell which closed months it would change, too"`
	}
}

// Plan is what applying a configuration would do.
type Plan struct {
	Changes []config.Change `json:"changes" doc:"What would be added, changed and removed"`
	Basis   int64           `json:"basis" doc:"The revision that it was compared with; give it to apply-config, and nothing else is put in force"`
	Closed  []trial.Reach   `json:"closed_months,omitempty" doc:"The closed months that would be priced in another way, where that was asked for"`
}

// PlanConfig compares a configuration with what is in force.
var PlanConfig = Operation[*Desk, PlanInput, Plan]{
	ID: "plan-config", Method: http.MethodPost, Path: "/config/plan", Tag: "Configuration", Title: "Show what a configuration would change", Needs: access.ReadConfig, Upload: mostConfig,
	About: "Compares the configuration with what is in force, and shows what apply-config would add, change and, with `prune`, remove. Changes nothing. " +
		"Price books are compared for callers with the permission `prices.read` alone.",
	Do: func(ctx context.Context, d *Desk, in PlanInput) (Plan, error) {
		changes, basis, err := d.compare(ctx, declaring{wanted: billing.Config(in.Body.Config), prune: in.Body.Prune})
		if err != nil {
			return Plan{}, err
		}
		p := Plan{Changes: changes, Basis: basis}
		if in.Body.Closed {
			p.Closed, err = d.reached(ctx, changes)
		}
		return p, err
	},
}

// ApplyInput is a configuration to put in force.
type ApplyInput struct {
	Body struct {
		Config Configuration `json:"config"`
		Prune  bool          `json:"prune,omitempty" doc:"Also remove what it does not name"`
		Forcing
		Basis *int64 `json:"basis,omitempty" minimum:"0" doc:"The basis of a plan: refused where anything was declared since"`
	}
}

// Forcing is the leave to change months that are closed (R18).
type Forcing struct {
	Force  bool   `json:"force,omitempty" doc:"Change months that are closed, too; needs the permission closed.change and a reason"`
	Reason string `json:"reason,omitempty" maxLength:"2000" doc:"With force: why, in a text that auditors will read"`
}

// Applied is what was put in force.
type Applied struct {
	Changes []config.Change `json:"changes" doc:"What was added, changed and removed; nothing where it was in force already"`
}

// ApplyConfig puts a configuration in force.
var ApplyConfig = Operation[*Desk, ApplyInput, Applied]{
	ID: "apply-config", Method: http.MethodPost, Path: "/config/apply", Tag: "Configuration", Title: "Put a configuration in force", Needs: access.ReadConfig, Upload: mostConfig,
	About: "Checks the configuration against everything declared before, and puts it in force, all of it or nothing. What it does not name stays as it is, unless `prune` is given.\n\n" +
		"Open months use it with their next close. What would change how a closed month is priced is refused with the problem `closed-month`, unless `force` and a reason are given. " +
		"It is refused with `changed` where somebody else has changed the same things meanwhile, or anything since `basis`.\n\n" +
		"Changes of price books need the permission `prices.write`, of exchange rates `rates.write` or `config.write`, of roles `users.write`, all others `config.write`.",
	Do: func(ctx context.Context, d *Desk, in ApplyInput) (Applied, error) {
		if err := d.mayDeclare(); err != nil {
			return Applied{}, err
		}
		changes, err := d.declare(ctx, declaring{wanted: billing.Config(in.Body.Config), prune: in.Body.Prune, Forcing: in.Body.Forcing, basis: in.Body.Basis})
		return Applied{changes}, err
	},
}
