package invoice

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// discountCharge lowers what usage and fees come to.
var discountCharge = charge{
	part: PartDiscounts,
	check: func(set Settings) []Wrong {
		if d := set.Group.Invoice.Discount; d != nil {
			return notOneOf("discount.base", cmp.Or(d.Base, onUsage), onUsage, onUsageAndSupport, onSubtotal)
		}
		return nil
	},
	draft: (*drafting).discounts,
	prove: (*proof).discounts,
	total: (*proof).discountTotal,
	of: func(inv Invoice) (lines []Charge) {
		for _, d := range inv.Discounts {
			words := append([]string{d.Percent.String(), "% of", d.Base}, slices.Concat(d.Services, d.Accounts)...)
			lines = append(lines, Charge{Part: PartDiscounts, Kind: "discount", Label: strings.Join(words, " "), Amount: d.Amount.Neg(), Of: d})
		}
		return lines
	},
}

// UsageDiscount is the percent that comes off usage of a service of an account: by
// the nearest discount, alone (R24), that of the group on its subtotal included. Base
// of the group's discount is filled in, as in frozen settings.
func UsageDiscount(settings billing.InvoiceSettings, account, service string) money.Decimal {
	switch at := nearestDiscount(settings, account, service); {
	case at >= 0:
		return settings.ServiceDiscounts[at].Percent
	case settings.Discount != nil:
		return settings.Discount.Percent
	default:
		return money.Zero
	}
}

// nearestDiscount returns the discount on a line of usage. One for the service goes
// before one for the account, that before the group's; of those for the service, one
// that names the account goes first. It is the position in the settings' service
// discounts, or groupDiscount, or noDiscount: one on the subtotal is not on lines.
func nearestDiscount(settings billing.InvoiceSettings, account, service string) int {
	best, rank := noDiscount, 0
	if g := settings.Discount; g != nil && g.Base != onSubtotal {
		best, rank = groupDiscount, 1
	}
	for i, s := range settings.ServiceDiscounts {
		if len(s.Accounts) > 0 && !slices.Contains(s.Accounts, account) || len(s.Services) > 0 && !serves(settings, s, service) {
			continue
		}
		near := 2
		if len(s.Services) > 0 {
			near = 3 + min(len(s.Accounts), 1)
		}
		if near > rank {
			best, rank = i, near
		}
	}
	return best
}

const (
	noDiscount    = -2
	groupDiscount = -1
)

// serves tells whether a discount is on a service; otherServices is every one
// that no discount names.
func serves(settings billing.InvoiceSettings, s billing.ServiceDiscount, service string) bool {
	if slices.Contains(s.Services, service) {
		return true
	}
	return slices.Contains(s.Services, billing.OtherServices) &&
		!slices.ContainsFunc(settings.ServiceDiscounts, func(o billing.ServiceDiscount) bool {
			return slices.Contains(o.Services, service)
		})
}

// discountOf is nearestDiscount by the settings of the document.
func (d *drafting) discountOf(account, service string) int {
	return nearestDiscount(d.set.Group.Invoice, account, service)
}

// discounts takes off what is agreed (E.6, R24). A discount of 0 is not shown.
func (d *drafting) discounts() error {
	inv, settings := d.inv, d.set.Group.Invoice
	add := func(x Discount) {
		if !x.Percent.IsZero() {
			inv.Discounts = append(inv.Discounts, x)
			inv.DiscountTotal = inv.DiscountTotal.Add(x.Amount)
		}
	}
	for i, s := range settings.ServiceDiscounts {
		amount := d.usageDiscount(i, "")
		add(Discount{Percent: s.Percent, Base: onUsage, Services: s.Services, Accounts: s.Accounts, Amount: amount})
	}
	if g := settings.Discount; g != nil {
		x := Discount{Percent: g.Percent, Base: g.Base}
		switch g.Base {
		case onSubtotal:
			base := inv.Subtotal.Sub(d.discountedUsage())
			x.Amount = base.Sub(inv.round(without(base, g.Percent)))
		default:
			x.Amount = d.usageDiscount(groupDiscount, "").Add(d.supportDiscount())
		}
		add(x)
	}
	inv.AfterDiscount = inv.Subtotal.Sub(inv.DiscountTotal)
	inv.BeforeTax = inv.AfterDiscount // to which the charges after it add
	return nil
}

// usageDiscount is what one discount takes off the usage of an account, or of all
// where it is empty. It follows the rounding point, so that what is left of a
// line is itself a rounded exact amount.
func (d *drafting) usageDiscount(discount int, account string) money.Decimal {
	byLine, exact := money.Zero, money.Zero
	for a, line := range d.inv.usageLines {
		if d.discountOf(a.Account, line.Service) != discount || account != "" && a.Account != account {
			continue
		}
		percent := UsageDiscount(d.set.Group.Invoice, a.Account, line.Service)
		byLine = byLine.Add(line.Amount.Sub(d.inv.round(without(line.Exact, percent))))
		exact = exact.Add(line.Exact.Percent(percent))
	}
	if d.inv.Rounding.Point == perService {
		return byLine
	}
	return d.inv.round(exact)
}

// discountedUsage is the usage that has a discount of its own: one on the
// subtotal leaves it alone.
func (d *drafting) discountedUsage() money.Decimal {
	sum := money.Zero
	for a, line := range d.inv.usageLines {
		if d.discountOf(a.Account, line.Service) != noDiscount {
			sum = sum.Add(line.Amount)
		}
	}
	return sum
}

// supportDiscount is what the group's discount takes off support.
func (d *drafting) supportDiscount() money.Decimal {
	g := d.set.Group.Invoice.Discount
	if g == nil || g.Base != onUsageAndSupport {
		return money.Zero
	}
	return d.inv.SupportTotal.Sub(d.inv.round(without(d.inv.SupportTotal, g.Percent)))
}

// without is what is left of an amount after a percent is taken off.
func without(amount, percent money.Decimal) money.Decimal { return amount.Sub(amount.Percent(percent)) }
