package insight

import (
	"context"
	"errors"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// Comparison says of which days two months are compared.
type Comparison struct {
	Period  billing.Period `json:"period"`
	Against billing.Period `json:"against"`
	Rated   bool           `json:"rated"` // there are prices for the month; where not, nothing follows
	Over    bool           `json:"over"`  // nothing is to come, and forecasts are totals
	// Through is the last day with usage; it may not be whole yet, unless the month is over.
	Through *billing.Day `json:"through,omitempty"`
	// Compared says whether there is a month to compare with, ComparedDays how many
	// first days of both are: 0 means whole months.
	Compared     bool `json:"compared"`
	ComparedDays int  `json:"compared_days"`
}

// Changes are why a month is another sum than another, at the price of who buys.
type Changes struct {
	Comparison
	Currencies []ChangesMoney `json:"currencies"`
	Invoices   []PartChange   `json:"invoices"` // what invoices charge beside usage, where both months have one
}

// ChangesMoney are the changes in one currency of the provider.
type ChangesMoney struct {
	Currency money.Currency `json:"currency"`
	ChangeSet
}

// ChangesQuestion asks why two months differ.
type ChangesQuestion struct {
	Period, Against billing.Period
	Groups          []string // none means all that the reseller sells itself
	Top             int      // how many changes are named in each currency
	WithInvoices    bool     // whoever asks may see documents, drafts included
}

// Changes tells why two months differ: whole months, or their first full days where
// the newer one is not over. Where one is not rated, nothing is told.
func (in *Insights) Changes(ctx context.Context, q ChangesQuestion) (c Changes, err error) {
	c = Changes{Comparison: Comparison{Period: q.Period, Against: q.Against}, Currencies: []ChangesMoney{}, Invoices: []PartChange{}}
	if q.WithInvoices {
		if c.Invoices, err = in.parts(ctx, q); err != nil {
			return c, err
		}
	}
	t, err := in.twoMonths(ctx, q.Period, q.Against, q.Groups, noCostSQL)
	if err != nil || t == nil {
		return c, err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	sets, err := t.changes(ctx, q.Top)
	if err != nil {
		return c, err
	}
	c.Comparison = t.comparison(q.Period, q.Against)
	for _, currency := range t.currencies() {
		if set, ok := sets[currency]; ok {
			c.Currencies = append(c.Currencies, ChangesMoney{currency, set})
		}
	}
	return c, nil
}

// parts tells what the invoices of the groups charge otherwise beside usage.
func (in *Insights) parts(ctx context.Context, q ChangesQuestion) ([]PartChange, error) {
	c, err := in.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	tiers := earnings.ResaleOf(c)
	var documents []invoice.Invoice
	for _, period := range []billing.Period{q.Against, q.Period} {
		all, err := in.home.Documents(ctx, period)
		if err != nil {
			return nil, err
		}
		documents = append(documents, all...)
	}
	documents = slices.DeleteFunc(documents, func(d invoice.Invoice) bool {
		if len(q.Groups) == 0 {
			return tiers.Parent[d.Group] != "" // a tier's sale, not the reseller's
		}
		return !slices.Contains(q.Groups, d.Group)
	})
	return partsBetween(documents, q.Period, q.Against), nil
}

// comparison says of which days the months are compared.
func (t *twoMonths) comparison(period, against billing.Period) Comparison {
	c := Comparison{Period: period, Against: against, Rated: true, Over: t.is.over, Through: t.is.throughDay()}
	c.ComparedDays, c.Compared = t.comparedDays()
	return c
}
