package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/sheet"
)

// OfMonth chooses a month in a query.
type OfMonth struct {
	Month billing.Period `query:"month" doc:"Only of this month, such as 2026-10"`
}

// ListRates lists the exchange rates in force.
var ListRates = Listing[*Desk, OfMonth, billing.ExchangeRate]{
	ID: "list-exchange-rates", Path: "/exchange-rates", Tag: "Exchange rates", Title: "List exchange rates", Needs: access.ReadConfig,
	About: "The exchange rates in force, of one month or of all, by month, currencies and level. One unit of `from` is `rate` units of `to`.",
	Key:   config.RateID,
	Do: func(ctx context.Context, d *Desk, in OfMonth) ([]billing.ExchangeRate, error) {
		rates, err := d.Rates.Of(ctx, in.Month)
		return append([]billing.ExchangeRate{}, rates...), err
	},
}

// RatesApplied is what became of exchange rates that were taken over.
type RatesApplied struct {
	Applied
	Kept []KeptRates `json:"kept,omitempty" doc:"The months of which issued documents keep the rates they were made with"`
}

// KeptRates is a month whose issued documents keep their rates.
type KeptRates struct {
	Month  billing.Period `json:"month"`
	Groups int            `json:"groups" doc:"How many billing groups have issued documents"`
}

// ImportRatesInput is a file of exchange rates.
type ImportRatesInput struct {
	Name   string `query:"name" maxLength:"255" doc:"The name of the file, for messages"`
	DryRun bool   `query:"dry_run" doc:"Say what would change, and change nothing"`
	ForcingQuery
	RawBody []byte
}

// ImportRates reads exchange rates from CSV and puts them in force.
var ImportRates = Operation[*Desk, ImportRatesInput, RatesApplied]{
	ID: "import-exchange-rates", Method: http.MethodPost, Path: "/exchange-rates/import", Tag: "Exchange rates", Title: "Import exchange rates from CSV", Needs: access.ReadConfig, Upload: sheet.MaxSize + 1,
	About: "Reads a CSV file with the columns month, from, to and rate, and where wanted level, payer and group. " +
		"The rates become part of the configuration as apply-config puts it in force; a rate that is there already is changed, others stay.\n\n" +
		"Refused with `invalid` where a row cannot be taken: then none is. Needs the permission `rates.write` or `config.write`.",
	Do: func(ctx context.Context, d *Desk, in ImportRatesInput) (RatesApplied, error) {
		if err := d.mayChange([]config.Change{{Kind: exchangeRates}}); err != nil {
			return RatesApplied{}, err
		}
		wanted, err := d.Rates.Read(ctx, in.Name, in.RawBody)
		if err != nil {
			return RatesApplied{}, err
		}
		return d.takeRates(ctx, declaring{wanted: wanted, dry: in.DryRun, Forcing: Forcing(in.ForcingQuery)})
	},
}

// NamedRatesInput says which rates to take over from the provider.
type NamedRatesInput struct {
	InMonth
	Body struct {
		DryRun bool `json:"dry_run,omitempty" doc:"Say what would change, and change nothing"`
		Forcing
	}
}

// TakeNamedRates puts in force the exchange rates that the provider names.
var TakeNamedRates = Operation[*Desk, NamedRatesInput, RatesApplied]{
	ID: "take-named-exchange-rates", Method: http.MethodPost, Path: "/months/{period}/exchange-rates/from-invoices", Tag: "Exchange rates", Title: "Take the exchange rates that the provider names", Needs: access.ReadConfig,
	About: "Takes the rates of payers that the provider itself names for a month: `exchange_rate` of the provider's invoices, as they are declared, and the rate that lines of an export carry. " +
		"They become rates of level payer. Where two of one payer and pair differ, nothing is taken. Needs the permission `rates.write` or `config.write`.",
	Do: func(ctx context.Context, d *Desk, in NamedRatesInput) (RatesApplied, error) {
		if err := d.mayChange([]config.Change{{Kind: exchangeRates}}); err != nil {
			return RatesApplied{}, err
		}
		named, err := d.Rates.Named(ctx, in.Period)
		if err != nil {
			return RatesApplied{}, err
		}
		if len(named) == 0 {
			return RatesApplied{}, fmt.Errorf("the provider names no exchange rate for %s: no provider invoice has an exchange_rate, and no line that is loaded carries one", in.Period)
		}
		var wanted billing.Config
		for _, r := range named {
			wanted.ExchangeRates = append(wanted.ExchangeRates, r.ExchangeRate)
		}
		return d.takeRates(ctx, declaring{wanted: wanted, dry: in.Body.DryRun, Forcing: in.Body.Forcing})
	},
}

// takeRates puts rates in force, and tells which issued documents keep others.
func (d *Desk) takeRates(ctx context.Context, how declaring) (RatesApplied, error) {
	changes, err := d.declare(ctx, how)
	done := RatesApplied{Applied: Applied{changes}}
	if err != nil || how.dry {
		return done, err
	}
	var months []billing.Period
	for _, r := range how.wanted.ExchangeRates {
		changed := slices.ContainsFunc(changes, func(c config.Change) bool { return c.ID == config.RateID(r) })
		if changed && !slices.Contains(months, r.Month) {
			months = append(months, r.Month)
		}
	}
	for _, m := range months {
		issued, err := d.Items.IssuedGroups(ctx, m)
		if err != nil {
			return done, err
		}
		if len(issued) > 0 {
			done.Kept = append(done.Kept, KeptRates{m, len(issued)})
		}
	}
	return done, nil
}
