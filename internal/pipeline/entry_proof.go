package pipeline

import (
	"context"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/entry"
	"github.com/sluice-billing/sluice/internal/money"
)

// EntryProof follows the adjusting entries of a month in one currency (R32 g):
// what the lines say, what was collected of them with the differences that new
// deliveries made, and what became of that. Lake = Collected + Differences = Open
// + Applied + Kept + Priced + Parts. Entries that a person wrote come from no
// line and are in none of these.
type EntryProof struct {
	Currency    money.Currency `json:"currency"`
	Lake        money.Decimal  `json:"lake"`        // Σ lines of class entry, fenced ones left out
	Collected   money.Decimal  `json:"collected"`   // Σ entries as they stand: those decided on as they were then
	Differences money.Decimal  `json:"differences"` // Σ difference entries: what the export says now − Collected
	Open        money.Decimal  `json:"open"`
	Applied     money.Decimal  `json:"applied"` // on invoices of this or another month
	Kept        money.Decimal  `json:"kept"`
	Priced      money.Decimal  `json:"priced"` // billed with usage, by price rules
	Parts       money.Decimal  `json:"parts"`  // of those that are split or allocated, whatever became of them
	Residue     money.Decimal  `json:"residue"`
}

// proveEntries shows R32 g.
func (p *Pipeline) proveEntries(ctx context.Context, m *month, c *Certificate) (err error) {
	if c.Entries, err = p.EntryProof(ctx, m); err != nil {
		return err
	}
	for _, e := range c.Entries {
		if !e.Residue.IsZero() {
			c.residue("(g) adjusting entries: lines %s, collected %s and differences %s, of which %s are accounted for; %s %s are left",
				e.Lake, e.Collected, e.Differences, money.Sum(e.Open, e.Applied, e.Kept, e.Priced, e.Parts), e.Residue, e.Currency)
		}
	}
	return nil
}

// EntryProof proves the adjusting entries of a month whose lines are open, by
// currency. Where the entries were collected from other loads than the month was
// rated from, or never were, there is nothing to compare, and no proof.
func (p *Pipeline) EntryProof(ctx context.Context, m *month) ([]EntryProof, error) {
	proofs := []EntryProof{}
	collected, found, err := p.Store.EntryLoads(ctx, m.period)
	if err != nil || !found || !slices.Equal(collected, loadIDs(m.loads)) {
		return proofs, err
	}
	byCurrency, err := entryLines(ctx, m)
	if err != nil {
		return nil, err
	}
	entries, err := p.entriesOf(ctx, m.period)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.Origin == entry.Custom {
			continue
		}
		if byCurrency[e.Currency] == nil {
			byCurrency[e.Currency] = &EntryProof{Currency: e.Currency}
		}
		byCurrency[e.Currency].add(e)
	}
	for _, currency := range sortedCurrencies(byCurrency) {
		proof := byCurrency[currency]
		counted := proof.Collected.Add(proof.Differences)
		settled := money.Sum(proof.Open, proof.Applied, proof.Kept, proof.Priced, proof.Parts)
		proof.Residue = largest(proof.Lake.Sub(counted), counted.Sub(settled))
		proofs = append(proofs, *proof)
	}
	return proofs, nil
}

// add counts an entry where it came from, and where it went.
func (p *EntryProof) add(e entry.Entry) {
	switch e.Origin {
	case entry.Collected:
		p.Collected = p.Collected.Add(e.Amount)
	case entry.Difference:
		p.Differences = p.Differences.Add(e.Amount)
	}
	switch {
	case e.IsDivided():
	case e.Origin == entry.Part:
		p.Parts = p.Parts.Add(e.Amount)
	case e.State == entry.Applied:
		p.Applied = p.Applied.Add(e.Amount)
	case e.State == entry.Kept:
		p.Kept = p.Kept.Add(e.Amount)
	case e.State == entry.Priced:
		p.Priced = p.Priced.Add(e.Amount)
	default:
		p.Open = p.Open.Add(e.Amount)
	}
}

// entryLines sums the lines of class entry in the lake, by currency.
func entryLines(ctx context.Context, m *month) (map[money.Currency]*EntryProof, error) {
	type row struct {
		currency money.Currency
		amount   string
	}
	rows, err := engine.Collect(ctx, m.session, func(r *row) []any { return []any{&r.currency, &r.amount} }, `
		SELECT billing_currency, CAST(SUM(billed_cost) AS VARCHAR)
		FROM line_items
		WHERE x_class = 'entry' AND (x_fence IS NULL OR x_fence <> 'split-cost')
		GROUP BY billing_currency`)
	if err != nil {
		return nil, fmt.Errorf("summing the adjusting entries of %s: %w", m.period, err)
	}
	byCurrency := map[money.Currency]*EntryProof{}
	for _, r := range rows {
		sum, err := money.Parse(r.amount)
		if err != nil {
			return nil, err
		}
		byCurrency[r.currency] = &EntryProof{Currency: r.currency, Lake: sum}
	}
	return byCurrency, nil
}
