package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
)

// documentChain is all documents of a group, month and provider.
type documentChain struct {
	group, provider string
	inForce         []invoice.Invoice // issued, and not voided
	drafts          []invoice.Invoice
}

// chainsIn sorts the documents of one month by chains, in the order of group and
// provider.
func chainsIn(documents []invoice.Invoice) (chains []documentChain) {
	for _, inv := range documents {
		at := slices.IndexFunc(chains, func(c documentChain) bool { return c.group == inv.Group && c.provider == inv.Provider })
		if at < 0 {
			at = len(chains)
			chains = append(chains, documentChain{group: inv.Group, provider: inv.Provider})
		}
		if inv.State == invoice.Issued {
			chains[at].inForce = append(chains[at].inForce, inv)
		} else {
			chains[at].drafts = append(chains[at].drafts, inv)
		}
	}
	for i := range chains {
		invoice.SortChain(chains[i].inForce)
		chains[i].inForce = invoice.InForce(chains[i].inForce)
	}
	slices.SortFunc(chains, func(a, b documentChain) int {
		return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.provider, b.provider))
	})
	return chains
}

// chainIn is the chain of a group and provider; an empty one where there is none.
func chainIn(chains []documentChain, group, provider string) documentChain {
	for _, c := range chains {
		if c.group == group && c.provider == provider {
			return c
		}
	}
	return documentChain{group: group, provider: provider}
}

// asBilled is what a month that others are compared with came to: what is in
// force, or the draft where nothing is.
func (c documentChain) asBilled() []invoice.Invoice {
	if len(c.inForce) > 0 {
		return c.inForce
	}
	return c.drafts
}

// asDrafted is what a month comes to once its draft is issued.
func (c documentChain) asDrafted() []invoice.Invoice { return slices.Concat(c.inForce, c.drafts) }

// Compare says by how much a document, by its id or number, differs from those of
// the same group and provider in the month before, or from another document. Each
// side counts with the invoice and the notes in force; a draft together with what
// it corrects. It is an error when a document that is named was voided.
func (p *Pipeline) Compare(ctx context.Context, idOrNumber, with string) (c invoice.Comparison, err error) {
	inv, err := p.Invoice(ctx, idOrNumber)
	if err != nil {
		return c, err
	}
	now, err := p.countedWith(ctx, inv)
	if err != nil {
		return c, err
	}
	if with != "" {
		other, err := p.Invoice(ctx, with)
		if err != nil {
			return c, err
		}
		before, err := p.countedWith(ctx, other)
		return invoice.Compare(before, now), err
	}
	documents, err := p.documents(ctx, inv.Period.Previous())
	return invoice.Compare(chainIn(chainsIn(documents), inv.Group, inv.Provider).asBilled(), now), err
}

// countedWith are the documents that a document comes to its chain's sum with.
func (p *Pipeline) countedWith(ctx context.Context, inv invoice.Invoice) ([]invoice.Invoice, error) {
	documents, err := p.documents(ctx, inv.Period)
	if err != nil {
		return nil, err
	}
	chain := chainIn(chainsIn(documents), inv.Group, inv.Provider)
	if inv.State == invoice.Draft {
		return chain.asDrafted(), nil
	}
	if !slices.ContainsFunc(chain.inForce, func(x invoice.Invoice) bool { return x.ID == inv.ID }) {
		return nil, fmt.Errorf("%s was voided: nothing of it is left to compare; name the document that was made in its place", inv.ID)
	}
	return chain.inForce, nil
}

// CompareMonth compares all documents of a month with those of the month before,
// each group and provider with its own; drafts count with what they correct. Those
// that were there before and are not now are among them. The biggest difference
// comes first, within each currency.
func (p *Pipeline) CompareMonth(ctx context.Context, period billing.Period) ([]invoice.Comparison, error) {
	documents, err := p.documents(ctx, period)
	if err != nil {
		return nil, err
	}
	earlier, err := p.documents(ctx, period.Previous())
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
