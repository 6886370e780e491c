package insight

import (
	"cmp"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// PartChange is a change of what invoices charge beside usage, in their currency,
// rounded, over all documents together.
type PartChange struct {
	Part     string         `json:"part"` // of the invoice, such as support, discounts, tax; or entries
	Currency money.Currency `json:"currency"`
	Before   money.Decimal  `json:"before"`
	After    money.Decimal  `json:"after"`
	Change   money.Decimal  `json:"change"`
}

// PartEntries are adjusting entries, such as fees, refunds and credits of the provider.
const PartEntries = "entries"

// sumsOfParts are parts of invoices that sum others up, or say how they are paid.
var sumsOfParts = map[string]bool{
	invoice.PartUsage: true, invoice.PartSubtotal: true, invoice.PartAfterDiscount: true, invoice.PartBeforeTax: true,
	invoice.PartTotal: true, invoice.PartPrepaid: true, invoice.PartCarried: true, invoice.PartPayable: true,
}

// partsBetween tells by how much invoices of a month charge otherwise than those of
// another beside usage: of each billing group and provider that has documents of
// both, in one currency. What did not change is left out.
func partsBetween(documents []invoice.Invoice, period, against billing.Period) []PartChange {
	type chain struct{ group, provider string }
	now, before := map[chain][]invoice.Invoice{}, map[chain][]invoice.Invoice{}
	var order []chain
	for _, d := range documents {
		key := chain{d.Group, d.Provider}
		switch d.Period {
		case period:
			if now[key] == nil {
				order = append(order, key)
			}
			now[key] = append(now[key], d)
		case against:
			before[key] = append(before[key], d)
		}
	}
	sums := partSums{}
	for _, key := range order {
		was, is := counted(before[key]), counted(now[key])
		if len(was) > 0 && len(is) > 0 {
			sums.add(invoice.Compare(was, is))
		}
	}
	return sums.list()
}

// counted are the documents of a chain that count: what is in force, or the drafts
// where nothing is.
func counted(chain []invoice.Invoice) []invoice.Invoice {
	var issued, drafts []invoice.Invoice
	for _, d := range chain {
		if d.State == invoice.Issued {
			issued = append(issued, d)
		} else {
			drafts = append(drafts, d)
		}
	}
	invoice.SortChain(issued)
	if inForce := invoice.InForce(issued); len(inForce) > 0 {
		return inForce
	}
	return drafts
}

// partSums are changes by part and currency, in the order they came in.
type partSums []PartChange

func (s *partSums) add(c invoice.Comparison) {
	if c.ByCost {
		return // the currency of the documents changed
	}
	for _, service := range c.Services {
		if service.Kind == statement.Entry {
			s.plus(PartEntries, service.Change)
		}
	}
	for _, p := range c.Parts {
		if p.Of == "" && !sumsOfParts[p.Part] {
			s.plus(p.Part, p.Change)
		}
	}
}

func (s *partSums) plus(part string, c invoice.Change) {
	for i := range *s {
		if at := &(*s)[i]; at.Part == part && at.Currency == c.Currency {
			at.Before, at.After, at.Change = at.Before.Add(c.Before), at.After.Add(c.Now), at.Change.Add(c.Difference)
			return
		}
	}
	*s = append(*s, PartChange{part, c.Currency, c.Before, c.Now, c.Difference})
}

// list are the changes, the largest first within each currency.
func (s partSums) list() []PartChange {
	changes := []PartChange{}
	for _, p := range s {
		if !p.Change.IsZero() {
			changes = append(changes, p)
		}
	}
	slices.SortStableFunc(changes, func(a, b PartChange) int {
		return cmp.Or(cmp.Compare(a.Currency, b.Currency), size(b.Change).Cmp(size(a.Change)), cmp.Compare(a.Part, b.Part))
	})
	return changes
}
