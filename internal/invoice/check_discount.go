package invoice

import (
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

var hundred = money.FromInt(100)

// left is what is left of an amount after a percent is taken off.
func left(amount, percent money.Decimal) money.Decimal { return amount.Percent(hundred.Sub(percent)) }

// agreedDiscounts are those of services and accounts, and the group's after them.
func agreedDiscounts(set billing.InvoiceSettings) (agreed []Discount) {
	for _, s := range set.ServiceDiscounts {
		agreed = append(agreed, Discount{Percent: s.Percent, Base: onUsage, Services: s.Services, Accounts: s.Accounts})
	}
	if g := set.Discount; g != nil {
		agreed = append(agreed, Discount{Percent: g.Percent, Base: g.Base})
	}
	return agreed
}

// nearest is the place of the one discount on a line of usage (R24): the first
// that names service and account, else the service, else the account, else the
// group's; -1 for none.
func (p *proof) nearest(account, service string) int {
	mine, named := p.set.ServiceDiscounts, false
	for _, s := range mine {
		named = named || slices.Contains(s.Services, service)
	}
	onAccount := func(s billing.ServiceDiscount) bool { return slices.Contains(s.Accounts, account) }
	onService := func(s billing.ServiceDiscount) bool {
		return slices.Contains(s.Services, service) || !named && slices.Contains(s.Services, billing.OtherServices)
	}
	for _, near := range []func(billing.ServiceDiscount) bool{
		func(s billing.ServiceDiscount) bool { return onService(s) && onAccount(s) },
		func(s billing.ServiceDiscount) bool { return onService(s) && len(s.Accounts) == 0 },
		func(s billing.ServiceDiscount) bool {
			return len(s.Services) == 0 && (onAccount(s) || len(s.Accounts) == 0)
		},
	} {
		if i := slices.IndexFunc(mine, near); i >= 0 {
			return i
		}
	}
	if g := p.set.Discount; g != nil && g.Base != onSubtotal {
		return len(mine)
	}
	return -1
}

// discounts proves each discount.
func (p *proof) discounts() {
	var want []Discount
	for i, d := range p.agreed {
		if !d.Percent.IsZero() {
			d.Amount = p.discount(i)
			want = append(want, d)
		}
	}
	if !p.count("discounts", len(want), len(p.inv.Discounts)) {
		return
	}
	for i, d := range want {
		name, got := fmt.Sprintf("discount %d", i+1), p.inv.Discounts[i]
		p.equal(name+": percent", d.Percent, got.Percent)
		p.same(name+": base", d.Base, got.Base)
		p.same(name+": services", fmt.Sprintf("%q", d.Services), fmt.Sprintf("%q", got.Services))
		p.same(name+": accounts", fmt.Sprintf("%q", d.Accounts), fmt.Sprintf("%q", got.Accounts))
		p.equal(name+": amount", d.Amount, got.Amount)
	}
}

// discountTotal proves the total of discounts, and what they leave: that is what
// the charges after them add to.
func (p *proof) discountTotal() {
	inv := p.inv
	p.equal("discount total", amounts(inv.Discounts, func(d Discount) money.Decimal { return d.Amount }), inv.DiscountTotal)
	p.equal("after discount", inv.Subtotal.Sub(inv.DiscountTotal), inv.AfterDiscount)
	p.soFar = inv.AfterDiscount
}

// discount is what an agreed discount takes off.
func (p *proof) discount(at int) money.Decimal {
	d := p.agreed[at]
	switch d.Base {
	case onSubtotal: // of what has no discount of its own
		base := p.inv.Subtotal
		for _, l := range p.used {
			if l.discount >= 0 {
				base = base.Sub(l.Amount)
			}
		}
		return base.Sub(p.rounded(left(base, d.Percent)))
	case onUsageAndSupport:
		return p.taken(at, "").Add(p.supportTaken())
	}
	return p.taken(at, "")
}

// taken is what an agreed discount takes off usage, of one account where it is
// named: from each rounded line what is left of it, or once where lines do not
// add up.
func (p *proof) taken(at int, account string) money.Decimal {
	fromLines, exact := money.Zero, money.Zero
	for _, l := range p.used {
		if l.discount == at && (account == "" || l.account == account) {
			fromLines = fromLines.Add(l.Amount).Sub(p.rounded(left(l.Exact, p.agreed[at].Percent)))
			exact = exact.Add(l.Exact)
		}
	}
	if p.inv.Rounding.Point == perService {
		return fromLines
	}
	return p.rounded(exact.Percent(p.agreed[at].Percent))
}

// supportTaken is what the group's discount takes off support.
func (p *proof) supportTaken() money.Decimal {
	if g := p.set.Discount; g != nil && g.Base == onUsageAndSupport {
		return p.inv.SupportTotal.Sub(p.rounded(left(p.inv.SupportTotal, g.Percent)))
	}
	return money.Zero
}

// discounted is the exact cost of a line as fees on discounted usage take it:
// less its discount, or the group's on the subtotal where it has none.
func (p *proof) discounted(l usedLine) money.Decimal {
	if l.discount >= 0 {
		return left(l.Cost, p.agreed[l.discount].Percent)
	}
	if g := p.set.Discount; g != nil && g.Base == onSubtotal {
		return left(l.Cost, g.Percent)
	}
	return l.Cost
}
