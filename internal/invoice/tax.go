package invoice

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/tax"
)

// taxCategories are what something can be taxed as (R25).
var taxCategories = []string{"standard", "reduced", "zero", "exempt", "reverse-charge", "out-of-scope"}

// levied tells whether a tax of this category is charged at all. The others
// only state that, and why, nothing is: zero, exempt, reverse-charge and
// out-of-scope.
func levied(category string) bool { return category == "standard" || category == "reduced" }

// taxesOn leaves the taxes that hold on a day.
func taxesOn(taxes []billing.Tax, day billing.Day) (held []billing.Tax) {
	for _, t := range taxes {
		if (t.From == nil || *t.From <= day) && (t.To == nil || day < *t.To) {
			held = append(held, t)
		}
	}
	return held
}

// checkTaxes refuses settings that could be read in two ways: the tax-free
// amounts have one treatment.
func checkTaxes(taxes []billing.Tax) error {
	for _, t := range taxes {
		if err := oneOf("category of tax", t.Category, taxCategories...); err != nil {
			return fmt.Errorf("R25: %w", err)
		}
		if !levied(t.Category) && !t.Percent.IsZero() {
			return fmt.Errorf("R25: the tax of category %q has a percent of %s, but only standard and reduced are charged; name one of them, or write percent 0", t.Category, t.Percent)
		}
	}
	if len(taxes) == 0 {
		return nil
	}
	var stated []string
	for _, t := range taxes[1:] {
		if !levied(t.Category) && t.Category != taxes[0].Category {
			stated = append(stated, t.Category)
		}
	}
	if slices.Contains(stated, "exempt") && len(stated) > 1 {
		stated = []string{"exempt"} // it is for what is tax-free; items name the others
	}
	if len(stated) > 1 {
		return fmt.Errorf("R25: %d taxes that are not charged follow the first (%q); only one of them, or the one of category exempt, can hold for what is tax-free", len(stated), stated)
	}
	return nil
}

// checkTaxesOfAllDays is checkTaxes on each day from which other taxes hold than
// before.
func checkTaxesOfAllDays(taxes []billing.Tax) error {
	days := []billing.Day{math.MinInt32}
	for _, t := range taxes {
		for _, day := range []*billing.Day{t.From, t.To} {
			if day != nil {
				days = append(days, *day)
			}
		}
	}
	for _, day := range days {
		if err := checkTaxes(taxesOn(taxes, day)); err != nil {
			return err
		}
	}
	return nil
}

// taxes computes each tax once, on the whole document (R25). The first one, and
// every further one of its category, is on all that is left before tax but for
// what is free of it and what names another category; those of other categories
// are on what names them. One that is not charged also states why tax-free
// amounts are free; it is left out where there is nothing for it.
func (d *drafting) taxes() error {
	inv, taxes := d.inv, d.set.Group.Invoice.Tax
	main := inv.BeforeTax.Sub(inv.TaxFree)
	for _, category := range slices.Sorted(maps.Keys(d.taxed)) {
		if !slices.ContainsFunc(taxes, func(t billing.Tax) bool { return t.Category == category }) {
			return fmt.Errorf("R25: something on the invoice is taxed as %q, and the group has no tax of that category; declare it under tax", category)
		}
		if category != taxes[0].Category {
			main = main.Sub(d.taxed[category])
		}
	}
	free := freeCategory(taxes)
	for _, t := range taxes {
		base := main
		if t.Category != taxes[0].Category {
			base = d.taxed[t.Category]
			_, named := d.taxed[t.Category]
			if t.Category == free && d.taxFree {
				base, named = base.Add(inv.TaxFree), true
			}
			if !named {
				continue
			}
		}
		amount := inv.round(base.Percent(t.Percent))
		inv.Taxes = append(inv.Taxes, Tax{
			Category: t.Category, Label: t.Label, Percent: t.Percent, Reason: t.Reason, Base: base, Amount: amount,
		})
		inv.TaxTotal = inv.TaxTotal.Add(amount)
	}
	d.stateTax()
	return nil
}

// stateTax puts the common rate on the document by which its tax is stated in the
// currency that the seller reports it in, where the month has one.
func (d *drafting) stateTax() {
	seller := d.set.Reseller.Address
	if seller == nil || d.inv.TaxTotal.IsZero() {
		return
	}
	own := tax.Currency(seller.Country)
	if own == "" || own == d.inv.Currency {
		return
	}
	if _, err := d.exchange.common(d.inv.Currency, own); err != nil {
		_, _ = d.exchange.common(own, d.inv.Currency) // without either, an e-invoice says that it is missing
	}
}

// freeCategory is the category that tax-free amounts are stated under: exempt, or
// the one that is not charged and is not that of usage.
func freeCategory(taxes []billing.Tax) (category string) {
	for _, t := range taxes[min(1, len(taxes)):] {
		if !levied(t.Category) && t.Category != taxes[0].Category && category != "exempt" {
			category = t.Category
		}
	}
	return category
}
