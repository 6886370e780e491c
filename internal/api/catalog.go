package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/bookuse"
)

// CatalogInput says what of a month's bills is wanted.
type CatalogInput struct {
	InMonth
	Fields  []string `query:"field,explode" maxItems:"50" doc:"Only these, such as usage_type; tag:NAME and cost_category:NAME are the values of one. May be repeated; all but those where none is given"`
	Service string   `query:"service" maxLength:"200" doc:"Only what is of this service, by its code"`
	Prefix  string   `query:"prefix" maxLength:"200" doc:"Only values or labels that begin so, in any case"`
	Limit   int      `query:"limit" minimum:"1" maximum:"5000" default:"5000" doc:"Values of each field, those that cost most"`
}

// ListCatalog says what the bills of a month have.
var ListCatalog = Operation[*Desk, CatalogInput, bookuse.Catalog]{
	ID: "show-catalog", Method: http.MethodGet, Path: "/months/{period}/catalog", Tag: "Prices", Title: "Show what the bills of a month have", Needs: access.ReadConfig, Kept: true,
	About: "The services, usage types, operations, regions, instance types, payers, accounts, tags and more that the lines loaded for a month have, to choose from in an editor: of each field those that cost most. " +
		"`rule` says which fields a price rule can name in its `match`. What they cost is told to callers with the permission `prices.read`. The month need not be rated.",
	Do: func(ctx context.Context, d *Desk, in CatalogInput) (bookuse.Catalog, error) {
		catalog, err := d.BookUses.Catalog(ctx, in.Period, bookuse.CatalogQuery{Fields: in.Fields, Service: in.Service, Prefix: in.Prefix, Limit: in.Limit})
		if unknown := (*bookuse.UnknownFieldError)(nil); errors.As(err, &unknown) {
			return catalog, invalid("query.field", "%s", unknown)
		}
		if err != nil || d.May(access.ReadPrices) == nil {
			return catalog, err
		}
		for i := range catalog.Fields {
			for n := range catalog.Fields[i].Values {
				catalog.Fields[i].Values[n].Cost = nil
			}
		}
		return catalog, nil
	},
}
