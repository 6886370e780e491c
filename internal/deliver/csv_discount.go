package deliver

import (
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// discounted is what the discounts leave of each amount that may have one; all
// of them together are the document's AfterDiscount.
type discounted struct {
	lines           [][]money.Decimal // by account and line
	support, agency []money.Decimal
	rest            money.Decimal // what discounts change where no amount does, as on a note
}

// discountedAmounts spreads the discounts (R24). A line is rounded from its
// exact amount × (1 − d), as the document does it, a fee from its rounded one.
// Where the discount or the rounding was made on a sum and not on lines, the
// small remainder is on the largest amount.
func discountedAmounts(inv invoice.Invoice) discounted {
	var after discounted
	rest := inv.AfterDiscount
	var largest *money.Decimal
	var size money.Decimal
	leave := func(left *money.Decimal, amount, exact, percent money.Decimal) {
		*left = amount
		if !percent.IsZero() {
			*left = exact.Sub(exact.Percent(percent)).Round(inv.Digits, inv.Rounding.Mode)
		}
		rest = rest.Sub(*left)
		if largest == nil || magnitude(amount).Cmp(size) > 0 {
			largest, size = left, magnitude(amount)
		}
	}

	for _, account := range inv.Accounts {
		lines := make([]money.Decimal, len(account.Lines))
		for i, line := range account.Lines {
			leave(&lines[i], line.Amount, line.Exact, linePercent(inv.Frozen.Invoice, account.Account, line))
		}
		after.lines = append(after.lines, lines)
	}
	group := inv.Frozen.Invoice.Discount
	after.support = make([]money.Decimal, len(inv.Support))
	for i, fee := range inv.Support {
		leave(&after.support[i], fee.Amount, fee.Amount, percentOn(group, "usage+support", "subtotal"))
	}
	after.agency = make([]money.Decimal, len(inv.Agency))
	for i, fee := range inv.Agency {
		leave(&after.agency[i], fee.Amount, fee.Amount, percentOn(group, "subtotal"))
	}
	if largest == nil {
		after.rest = rest
		return after
	}
	*largest = largest.Add(rest)
	return after
}

// linePercent is the discount on a line of an account. Marketplace and entries have
// that on the subtotal only.
func linePercent(settings billing.InvoiceSettings, account string, line invoice.Line) money.Decimal {
	if line.Kind != statement.Usage {
		return percentOn(settings.Discount, "subtotal")
	}
	return invoice.UsageDiscount(settings, account, line.Service)
}

// percentOn is the group's discount where it is on one of the bases, else 0.
func percentOn(group *billing.Discount, bases ...string) money.Decimal {
	if group == nil || !slices.Contains(bases, group.Base) {
		return money.Zero
	}
	return group.Percent
}

func magnitude(d money.Decimal) money.Decimal {
	if d.Sign() < 0 {
		return d.Neg()
	}
	return d
}
