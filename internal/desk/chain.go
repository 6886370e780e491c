package desk

import (
	"cmp"
	"slices"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/statement"
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

// IsHome tells whether entries of no provider stand on issued documents.
func IsHome(inForce []invoice.Invoice) bool {
	return slices.ContainsFunc(inForce, func(x invoice.Invoice) bool {
		return slices.ContainsFunc(x.Accounts, func(a invoice.Account) bool { return a.Provider == "" })
	})
}

// PartOf leaves of a statement what is of one provider, at home with what is of
// none. A document for all has all of it.
func PartOf(s statement.Statement, provider string, atHome bool) statement.Statement {
	if provider != "" {
		s.Accounts = slices.DeleteFunc(slices.Clone(s.Accounts), func(a statement.Account) bool {
			return a.Provider != provider && (a.Provider != "" || !atHome)
		})
	}
	return s
}

// chainOf are the issued documents of one provider, or of all together, in the
// order they were issued in.
func chainOf(issued []invoice.Invoice, provider string) (chain []invoice.Invoice) {
	for _, x := range issued {
		if x.Provider == provider {
			chain = append(chain, x)
		}
	}
	invoice.SortChain(chain)
	return chain
}

// ChainsOf are the issued documents of a month, by group and provider, each chain
// in the order it was issued in.
func ChainsOf(documents []invoice.Invoice) (chains [][]invoice.Invoice) {
	type key struct{ group, provider string }
	by := map[key][]invoice.Invoice{}
	var order []key
	for _, d := range documents {
		if d.State != invoice.Issued {
			continue
		}
		k := key{d.Group, d.Provider}
		if by[k] == nil {
			order = append(order, k)
		}
		by[k] = append(by[k], d)
	}
	for _, k := range order {
		invoice.SortChain(by[k])
		chains = append(chains, by[k])
	}
	return chains
}
