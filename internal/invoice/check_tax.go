package invoice

import (
	"fmt"

	"github.com/sluice-billing/sluice/internal/money"
)

// taxes proves the base and the amount of each tax, and their total (R25).
func (p *proof) taxes() {
	inv := p.inv
	if p.whole {
		want := p.taxBases()
		if p.count("taxes", len(want), len(inv.Taxes)) {
			for i, w := range want {
				name, got := fmt.Sprintf("tax %d %s", i+1, w.Category), inv.Taxes[i]
				p.same(name+": category", w.Category, got.Category)
				p.same(name+": label", w.Label, got.Label)
				p.same(name+": reason", w.Reason, got.Reason)
				p.equal(name+": percent", w.Percent, got.Percent)
				p.equal(name+": base", w.Base, got.Base)
				p.equal(name+": amount", p.rounded(got.Percent.Mul(got.Base).Percent(money.FromInt(1))), got.Amount)
			}
		}
	}
	p.equal("tax total", amounts(inv.Taxes, func(t Tax) money.Decimal { return t.Amount }), inv.TaxTotal)
}

// taxBases are the taxes that the document has to state, with their bases.
func (p *proof) taxBases() (want []Tax) {
	stated, free := p.namedCategories(), p.tellsFree()
	if len(p.set.Tax) == 0 {
		return nil
	}
	usual := p.set.Tax[0].Category
	rest := p.inv.BeforeTax.Sub(p.inv.TaxFree)
	for category, sum := range stated {
		if category != usual {
			rest = rest.Sub(sum)
		}
	}
	if p.hasTaxFree() && free != "" {
		stated[free] = stated[free].Add(p.inv.TaxFree)
	}
	stated[usual] = rest
	for _, t := range p.set.Tax {
		if base, needed := stated[t.Category]; needed {
			want = append(want, Tax{Category: t.Category, Label: t.Label, Percent: t.Percent, Reason: t.Reason, Base: base})
		}
	}
	return want
}

// namedCategories sums what is taxed as it says itself, by category.
func (p *proof) namedCategories() map[string]money.Decimal {
	sums := map[string]money.Decimal{}
	for c := range p.inv.Charges() {
		if c.Tax != "" && !c.TaxFree {
			sums[c.Tax] = sums[c.Tax].Add(c.Amount)
		}
	}
	return sums
}

// hasTaxFree tells whether an entry or a charge is free of tax, even of amount 0.
func (p *proof) hasTaxFree() bool {
	for c := range p.inv.Charges() {
		if c.TaxFree {
			return true
		}
	}
	for _, a := range p.inv.Accounts {
		for _, l := range a.Lines {
			if l.TaxFree {
				return true
			}
		}
	}
	return false
}

// tellsFree is the category that says why something is free of tax: exempt where
// it is agreed, else the one that is not charged, other than that of usage.
func (p *proof) tellsFree() (category string) {
	for i, t := range p.set.Tax {
		switch {
		case i == 0, t.Category == p.set.Tax[0].Category, t.Category == "standard", t.Category == "reduced":
		case t.Category == "exempt":
			return t.Category
		case category == "":
			category = t.Category
		}
	}
	return category
}
