package invoice

import (
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
)

// charges tells whether a tax of this category is charged at all. The others
// only state that, and why, nothing is: zero, exempt, reverse-charge and
// out-of-scope.
func charges(category string) bool { return category == "standard" || category == "reduced" }

// checkTaxes refuses settings that could be read in two ways: what is not
// tax-free has one treatment, and so have the tax-free items.
func checkTaxes(taxes []billing.Tax) error {
	if len(taxes) == 0 {
		return nil
	}
	first, further := taxes[0], taxes[1:]
	if i := slices.IndexFunc(further, func(t billing.Tax) bool { return charges(t.Category) }); i >= 0 && !charges(first.Category) {
		return fmt.Errorf("R25: tax 1 says that nothing is charged (%s), but tax %d charges %s%%; put the charged taxes first",
			first.Category, i+2, further[i].Percent)
	}
	stated := 0
	for _, t := range further {
		if !charges(t.Category) {
			stated++
		}
	}
	if stated > 1 {
		return fmt.Errorf("R25: %d taxes that are not charged follow the first; only one of them can hold for the tax-free items", stated)
	}
	return nil
}

// setTaxes computes each tax once, on the whole document (R25). The taxable
// base is what is left before tax without the tax-free items, all of it
// rounded. The first tax, and every further one that is charged, is on the
// whole of this base (Canada: GST and PST). A further one that is not charged
// states why the tax-free items are free, and is left out without such items.
func (inv *Invoice) setTaxes(taxes []billing.Tax) {
	taxFree := slices.ContainsFunc(inv.AdditionalItems, func(i Item) bool { return i.TaxFree })
	for i, t := range taxes {
		base := inv.BeforeTax.Sub(inv.TaxFree)
		if i > 0 && !charges(t.Category) {
			if !taxFree {
				continue
			}
			base = inv.TaxFree
		}
		amount := inv.round(base.Percent(t.Percent))
		inv.Taxes = append(inv.Taxes, Tax{
			Category: t.Category, Label: t.Label, Percent: t.Percent, Reason: t.Reason, Base: base, Amount: amount,
		})
		inv.TaxTotal = inv.TaxTotal.Add(amount)
	}
}
