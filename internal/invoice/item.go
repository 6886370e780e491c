package invoice

import (
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// shortfalls adds what the month is below its minimum, and, in the last month of
// an interval, what its months are below the commitment to spend.
func (d *drafting) shortfalls() error {
	inv, settings := d.inv, d.set.Group.Invoice
	if spend := settings.SpendCommitment; spend != nil && settles(*spend, inv.Period) {
		d.shortfall("commitment", spend.Label, spend.Amount, d.set.Spent.Add(Counted(*inv, *spend)))
	}
	if least := settings.Minimum; least != nil {
		d.shortfall("minimum", least.Label, least.Amount, inv.BeforeTax)
	}
	return nil
}

func (d *drafting) shortfall(kind, label string, promised, counted money.Decimal) {
	amount := d.inv.round(promised.Sub(counted))
	if amount.Sign() > 0 {
		d.inv.Shortfalls = append(d.inv.Shortfalls, Shortfall{Kind: kind, Label: label, Promised: promised, Counted: counted, Amount: amount})
		d.charge(amount, "")
	}
}

// Counted is what a document counts towards a commitment to spend.
func Counted(inv Invoice, spend billing.SpendCommitment) money.Decimal {
	if spend.Base == onUsage {
		return inv.UsageTotal
	}
	return inv.AfterDiscount
}

// Interval returns the first and the last month of the commitment's interval that
// a month is in; false where it is in none.
func Interval(spend billing.SpendCommitment, month billing.Period) (first, last billing.Period, ok bool) {
	if month.Before(spend.From) || spend.To != nil && !month.Before(*spend.To) {
		return first, last, false
	}
	for first = spend.From; ; first = last.Next() {
		last = first
		for range max(spend.Every, 1) - 1 {
			last = last.Next()
		}
		if !last.Before(month) {
			break
		}
	}
	if spend.To != nil && !last.Before(*spend.To) { // an interval that the end cuts off is settled in its last month
		for last = first; last.Next().Before(*spend.To); last = last.Next() {
		}
	}
	return first, last, true
}

// settles tells whether an interval of the commitment ends with the month.
func settles(spend billing.SpendCommitment, month billing.Period) bool {
	_, last, ok := Interval(spend, month)
	return ok && last == month
}

// items adds the additional items of the month (E.8), standing ones first; their
// prices are in the invoice's currency.
func (d *drafting) items() error {
	for _, item := range slices.Concat(d.set.Group.Invoice.AdditionalItems, d.set.Items) {
		if !during(d.inv.Period, item.From, item.To) {
			continue
		}
		amount := d.inv.round(item.UnitPrice.Mul(item.Quantity))
		d.inv.AdditionalItems = append(d.inv.AdditionalItems, Item{
			Label: item.Label, UnitPrice: item.UnitPrice, Quantity: item.Quantity, TaxFree: item.TaxFree, Tax: item.Tax, Amount: amount,
		})
		if item.TaxFree {
			d.setTaxFree(amount)
			d.charge(amount, "")
			continue
		}
		d.charge(amount, item.Tax)
	}
	return nil
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
