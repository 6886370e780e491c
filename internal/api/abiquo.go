package api

import (
	"bytes"
	"cmp"
	"context"
	"net/http"

	"github.com/sluice-billing/sluice/internal/abiquo"
	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/config"
)

// abiquoOperations read what other platforms keep of customers.
var abiquoOperations = []described{ImportAbiquo}

// ImportAbiquoInput is a file of an Abiquo platform.
type ImportAbiquoInput struct {
	Name      string `query:"name" maxLength:"255" doc:"The name of the file, for messages" example:"enterprises.json"`
	Reseller  string `query:"reseller" maxLength:"255" doc:"The name of the enterprise whose installation this is; needed where no reseller is above all others"`
	Currency  string `query:"currency" maxLength:"3" doc:"Of enterprises without currency_code, ISO 4217" example:"USD"`
	NetPrices bool   `query:"net_prices" doc:"Lines of AWS cost less by the partner's discount, which has no lines of its own"`
	RawBody   []byte
}

// ImportedAbiquo is what a file comes to.
type ImportedAbiquo struct {
	Config   string        `json:"config" doc:"A configuration file, in YAML, for plan-config and apply-config"`
	Notes    []abiquo.Note `json:"notes" doc:"What became of each property"`
	Problems []string      `json:"problems" doc:"What the configuration by itself lacks, or what does not fit together in it"`
}

// ImportAbiquo reads a file of an Abiquo platform.
var ImportAbiquo = Operation[*Desk, ImportAbiquoInput, ImportedAbiquo]{
	ID: "import-abiquo", Method: http.MethodPost, Path: "/config/import/abiquo", Tag: "Configuration", Title: "Make a configuration of Abiquo's enterprises", Needs: access.WriteConfig, Upload: abiquo.MaxSize + 1,
	About: "Reads enterprises with their billing properties, credentials and price factors, in JSON as Abiquo's API has them or as properties in sections, and says the same in a configuration: reseller, customers, units, sources, billing groups, price books. " +
		"Notes say of each property what became of it: taken, assumed where the file does not say it, by hand, or left. It puts nothing in force, and reads no secrets. Needs the permission `prices.read`, too.",
	Do: func(_ context.Context, d *Desk, in ImportAbiquoInput) (ImportedAbiquo, error) {
		if err := d.May(access.ReadPrices); err != nil {
			return ImportedAbiquo{}, err
		}
		read, err := abiquo.Import(cmp.Or(in.Name, "the file"), in.RawBody, abiquo.Options{Reseller: in.Reseller, Currency: in.Currency, NetPrices: in.NetPrices})
		if err != nil {
			return ImportedAbiquo{}, invalid("body", "%s", err)
		}
		made := ImportedAbiquo{Notes: read.Notes, Problems: []string{}}
		for _, problem := range config.Check(read.Config) {
			made.Problems = append(made.Problems, problem.String())
		}
		var yaml bytes.Buffer
		if err := config.Write(&yaml, read.Config); err != nil {
			return ImportedAbiquo{}, invalid("body", "%s", err)
		}
		made.Config = yaml.String()
		return made, nil
	},
}
