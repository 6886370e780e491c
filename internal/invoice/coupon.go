package invoice

import (
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// couponCharge is what coupons take off.
var couponCharge = charge{
	part: PartCoupons,
	once: func(set *Settings) { // a percent is of each document, an amount of the month
		s := &set.Group.Invoice
		s.Coupons = slices.DeleteFunc(slices.Clone(s.Coupons), func(code string) bool {
			return slices.ContainsFunc(set.Coupons, func(x billing.Coupon) bool { return x.Code == code && x.Amount != nil })
		})
	},
	draft: (*drafting).coupons,
	prove: (*proof).coupons,
	of: func(inv Invoice) (lines []Charge) {
		for _, c := range inv.Coupons {
			lines = append(lines, Charge{Part: PartCoupons, Kind: "coupon", Label: c.Label, Amount: c.Amount, Of: c, apart: c.Code})
		}
		return lines
	},
}

// coupons takes off what the group's coupons are worth in the month. An amount
// takes off no more than there is.
func (d *drafting) coupons() error {
	for _, code := range d.set.Group.Invoice.Coupons {
		at := slices.IndexFunc(d.set.Coupons, func(c billing.Coupon) bool { return c.Code == code })
		if at < 0 {
			return fmt.Errorf("coupon %q is not declared; declare it under coupons", code)
		}
		c := d.set.Coupons[at]
		switch {
		case !during(d.inv.Period, c.From, c.To):
			continue
		case len(c.Groups) > 0 && !slices.Contains(c.Groups, d.inv.Group):
			return fmt.Errorf("coupon %s is not for billing group %s; take its code away, or name the group at the coupon", code, d.inv.Group)
		case c.Amount != nil && c.Currency != d.inv.Currency:
			return fmt.Errorf("coupon %s is in %s, the invoice in %s; use one in %s", code, c.Currency, d.inv.Currency, d.inv.Currency)
		}
		var worth money.Decimal
		if c.Percent != nil {
			worth = d.inv.round(d.inv.AfterDiscount.Percent(*c.Percent))
		} else {
			worth = smaller(d.inv.round(*c.Amount), larger(d.inv.BeforeTax, money.Zero))
		}
		if worth.IsZero() {
			continue
		}
		d.inv.Coupons = append(d.inv.Coupons, Coupon{Code: code, Label: c.Label, Percent: c.Percent, Amount: worth.Neg()})
		d.charge(worth.Neg(), "")
	}
	return nil
}
