package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
)

// ErrVoided says that nothing of a document is left.
var ErrVoided = errors.New("was voided")

// Compare says by how much a document, by its id or number, differs from those of
// the same group and provider in the month before, or from another document. Each
// side counts with the invoice and the notes in force; a draft together with what
// it corrects. It is ErrVoided when a document that is named was voided.
func (docs *Documents) Compare(ctx context.Context, idOrNumber, with string) (c invoice.Comparison, err error) {
	inv, err := docs.Invoice(ctx, idOrNumber)
	if err != nil {
		return c, err
	}
	now, err := docs.countedWith(ctx, inv)
	if err != nil {
		return c, err
	}
	if with != "" {
		other, err := docs.Invoice(ctx, with)
		if err != nil {
			return c, err
		}
		before, err := docs.countedWith(ctx, other)
		return invoice.Compare(before, now), err
	}
	documents, err := docs.home.Documents(ctx, inv.Period.Previous())
	return invoice.Compare(chainIn(chainsIn(documents), inv.Group, inv.Provider).asBilled(), now), err
}

// countedWith are the documents that a document comes to its chain's sum with.
func (docs *Documents) countedWith(ctx context.Context, inv invoice.Invoice) ([]invoice.Invoice, error) {
	documents, err := docs.home.Documents(ctx, inv.Period)
	if err != nil {
		return nil, err
	}
	chain := chainIn(chainsIn(documents), inv.Group, inv.Provider)
	if inv.State == invoice.Draft {
		return chain.asDrafted(), nil
	}
	if !slices.ContainsFunc(chain.inForce, func(x invoice.Invoice) bool { return x.ID == inv.ID }) {
		return nil, fmt.Errorf("%s %w: nothing of it is left to compare; name the document that was made in its place", inv.ID, ErrVoided)
	}
	return chain.inForce, nil
}

// CompareMonth compares all documents of a month with those of the month before,
// each group and provider with its own; drafts count with what they correct. Those
// that were there before and are not now are among them. The biggest difference
// comes first, within each currency.
func (docs *Documents) CompareMonth(ctx context.Context, period billing.Period) ([]invoice.Comparison, error) {
	documents, err := docs.home.Documents(ctx, period)
	if err != nil {
		return nil, err
	}
	earlier, err := docs.home.Documents(ctx, period.Previous())
	if err != nil {
		return nil, err
	}
	now, before := chainsIn(documents), chainsIn(earlier)
	comparisons := []invoice.Comparison{}
	add := func(c, than documentChain) {
		if was, is := than.asBilled(), c.asDrafted(); len(was)+len(is) > 0 {
			comparisons = append(comparisons, invoice.Compare(was, is))
		}
	}
	for _, c := range now {
		add(c, chainIn(before, c.group, c.provider))
	}
	for _, c := range before {
		if len(chainIn(now, c.group, c.provider).asDrafted()) == 0 {
			add(documentChain{}, c)
		}
	}
	slices.SortStableFunc(comparisons, func(a, b invoice.Comparison) int {
		x, y := a.Whole(), b.Whole()
		if len(x) == 0 || len(y) == 0 {
			return cmp.Compare(len(y), len(x))
		}
		return cmp.Or(cmp.Compare(x[0].Currency, y[0].Currency), y[0].Size().Cmp(x[0].Size()))
	})
	return comparisons, nil
}
