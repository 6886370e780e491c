package exchange

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sheet"
)

//go:embed sql/exchange.sql
var exchangeSQL string

// Error says which rows of a file of exchange rates cannot be taken.
type Error struct {
	File string
	Rows []string // such as "line 3: rate: is empty"
}

// Error lists the rows, a line each.
func (e *Error) Error() string {
	return fmt.Sprintf("%s: nothing was taken, because of these rows:\n  %s", e.File, strings.Join(e.Rows, "\n  "))
}

// Read reads a file of exchange rates into a configuration of them alone,
// which Plan compares with what is in force. A *Error lists every row that
// cannot be taken; another error is of a file that is no such table.
func (rs *Rates) Read(ctx context.Context, name string, data []byte) (billing.Config, error) {
	rows, err := sheet.ReadRates(name, data)
	if err != nil {
		return billing.Config{}, err
	}
	now, err := rs.home.Config(ctx)
	if err != nil {
		return billing.Config{}, err
	}
	check := config.RateCheck(now)
	wrong := &Error{File: name}
	refuse := func(line int, reason string) {
		wrong.Rows = append(wrong.Rows, fmt.Sprintf("line %d: %s", line, reason))
	}
	var wanted billing.Config
	lines := map[string]int{}
	for _, row := range rows {
		id := config.RateID(row.Rate)
		for _, reason := range row.Errors {
			refuse(row.Line, reason)
		}
		if len(row.Errors) > 0 {
			continue
		}
		if line, twice := lines[id]; twice && id != "" {
			refuse(row.Line, fmt.Sprintf("is the rate of line %d once more (%s); keep one of the two", line, id))
			continue
		}
		lines[id] = row.Line
		for _, problem := range check(row.Rate) {
			refuse(row.Line, problem.String())
		}
		wanted.ExchangeRates = append(wanted.ExchangeRates, row.Rate)
	}
	if len(wrong.Rows) > 0 {
		return billing.Config{}, wrong
	}
	return wanted, nil
}

// Of returns the rates in force, of one month or, for the zero
// period, of all, by month, currencies and level.
func (rs *Rates) Of(ctx context.Context, period billing.Period) ([]billing.ExchangeRate, error) {
	c, err := rs.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	rates := slices.DeleteFunc(c.ExchangeRates, func(r billing.ExchangeRate) bool { return !period.IsZero() && r.Month != period })
	slices.SortFunc(rates, func(a, b billing.ExchangeRate) int { return cmp.Compare(config.RateID(a), config.RateID(b)) })
	return rates, nil
}

// NamedRate is a rate that the provider names.
type NamedRate struct {
	billing.ExchangeRate
	By []string `json:"by"` // what names it: provider invoice 2000000001, or report hourly (lines: 120)
}

// Named returns the rates of payers that the provider itself names for a
// month: on its invoices, as they were entered, and in exports whose lines carry
// one. It is an error where two of one payer and pair differ; it lists them.
func (rs *Rates) Named(ctx context.Context, period billing.Period) ([]NamedRate, error) {
	c, err := rs.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	var all namedRates
	for _, i := range c.ProviderInvoices {
		if i.Month == period && i.ExchangeRate != nil {
			all.add(billing.ExchangeRate{Month: period, From: i.Currency, To: i.ExchangeTo, Rate: *i.ExchangeRate, Level: "payer", Payer: i.Payer}, "provider invoice "+i.ID)
		}
	}
	if err := rs.exportedRates(ctx, c, period, &all); err != nil {
		return nil, err
	}
	return all.agreed(period)
}

// exportedRates adds the rates that lines of the month's loads carry.
func (rs *Rates) exportedRates(ctx context.Context, c billing.Config, period billing.Period, all *namedRates) error {
	loads, _, err := rs.home.InForce(ctx, c, period)
	if err != nil {
		return err
	}
	for _, l := range loads {
		files, err := rs.home.Lake.LineItems(period, l.Payer, l.ID)
		if err != nil {
			return err
		}
		found, err := rs.lineRates(ctx, files)
		if err != nil {
			return fmt.Errorf("the exchange rates in report %s of payer %s: %w", l.Report, l.Payer, err)
		}
		for _, f := range found {
			rate, err := money.Parse(f.rate)
			if err != nil {
				return fmt.Errorf("the exchange rate in report %s of payer %s: %w", l.Report, l.Payer, err)
			}
			all.add(billing.ExchangeRate{Month: period, From: money.Currency(f.from), To: money.Currency(f.to), Rate: rate, Level: "payer", Payer: l.Payer},
				fmt.Sprintf("report %s (lines: %d)", l.Report, f.lines))
		}
	}
	return nil
}

// lineRate is a rate as some lines carry it.
type lineRate struct {
	from, to, rate string
	lines          int64
}

func (rs *Rates) lineRates(ctx context.Context, files []string) (found []lineRate, err error) {
	s, err := rs.home.Engine.Session(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.View(ctx, "line_items", files); err != nil {
		return nil, err
	}
	return engine.Collect(ctx, s, func(r *lineRate) []any { return []any{&r.from, &r.to, &r.rate, &r.lines} }, exchangeSQL)
}

// namedRates are rates of payers with what names them, each number once.
type namedRates []NamedRate

func (all *namedRates) add(r billing.ExchangeRate, by string) {
	for i, known := range *all {
		if config.RateID(known.ExchangeRate) == config.RateID(r) && known.Rate.Equal(r.Rate) {
			(*all)[i].By = append(known.By, by)
			return
		}
	}
	*all = append(*all, NamedRate{r, []string{by}})
}

// agreed returns the rates by payer and pair, or says where two of one differ.
func (all namedRates) agreed(period billing.Period) ([]NamedRate, error) {
	slices.SortFunc(all, func(a, b NamedRate) int {
		return cmp.Or(cmp.Compare(config.RateID(a.ExchangeRate), config.RateID(b.ExchangeRate)), a.Rate.Cmp(b.Rate))
	})
	var conflicts []string
	for i, r := range all {
		same := func(j int) bool {
			return j >= 0 && j < len(all) && config.RateID(all[j].ExchangeRate) == config.RateID(r.ExchangeRate)
		}
		if same(i-1) || same(i+1) {
			conflicts = append(conflicts, fmt.Sprintf("payer %s, %s to %s: %s by %s", r.Payer, r.From, r.To, r.Rate, strings.Join(r.By, ", ")))
		}
	}
	if len(conflicts) > 0 {
		return nil, fmt.Errorf("the provider names different rates for the same payer and month %s; declare the one that holds under exchange_rates:\n  %s",
			period, strings.Join(conflicts, "\n  "))
	}
	return all, nil
}
