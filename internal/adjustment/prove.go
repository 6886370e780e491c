package adjustment

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/entry"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/proof"
)

// Prove proves the adjusting entries of a month whose lines are open, by
// currency. Where the entries were collected from other loads than the month was
// rated from, or never were, there is nothing to compare, and no proof.
func (es *Entries) Prove(ctx context.Context, m *month.Work) ([]proof.EntryProof, error) {
	proofs := []proof.EntryProof{}
	collected, found, err := es.home.Store.EntryLoads(ctx, m.Period)
	if err != nil || !found || !slices.Equal(collected, loadIDs(m.Loads)) {
		return proofs, err
	}
	byCurrency, err := entryLines(ctx, m)
	if err != nil {
		return nil, err
	}
	entries, err := es.entriesOf(ctx, m.Period)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.Origin == entry.Custom {
			continue
		}
		if byCurrency[e.Currency] == nil {
			byCurrency[e.Currency] = &proof.EntryProof{Currency: e.Currency}
		}
		byCurrency[e.Currency].Add(e)
	}
	for _, currency := range slices.Sorted(maps.Keys(byCurrency)) {
		one := byCurrency[currency]
		counted := one.Collected.Add(one.Differences)
		settled := money.Sum(one.Open, one.Applied, one.Kept, one.Priced, one.Parts)
		one.Residue = proof.Largest(one.Lake.Sub(counted), counted.Sub(settled))
		proofs = append(proofs, *one)
	}
	return proofs, nil
}

// entryLines sums the lines of class entry in the lake, by currency.
func entryLines(ctx context.Context, m *month.Work) (map[money.Currency]*proof.EntryProof, error) {
	type row struct {
		currency money.Currency
		amount   money.Decimal
	}
	rows, err := engine.Collect(ctx, m.Session, func(r *row) []any { return []any{&r.currency, engine.Exact(&r.amount)} }, `
		SELECT billing_currency, CAST(SUM(billed_cost) AS VARCHAR)
		FROM line_items
		WHERE x_class = 'entry' AND (x_fence IS NULL OR x_fence <> 'split-cost')
		GROUP BY billing_currency`)
	if err != nil {
		return nil, fmt.Errorf("summing the adjusting entries of %s: %w", m.Period, err)
	}
	byCurrency := map[money.Currency]*proof.EntryProof{}
	for _, r := range rows {
		byCurrency[r.currency] = &proof.EntryProof{Currency: r.currency, Lake: r.amount}
	}
	return byCurrency, nil
}
