package deliver

import (
	"cmp"
	"iter"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/spread"
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

	settings := discountSettings(inv)
	for _, account := range inv.Accounts {
		lines := make([]money.Decimal, len(account.Lines))
		for i, line := range account.Lines {
			leave(&lines[i], line.Amount, line.Exact, linePercent(settings, account.Account, line))
		}
		after.lines = append(after.lines, lines)
	}
	group := settings.Discount
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

// discountSettings are the document's settings as far as they are discounts: those it
// was made with, or where it is shown without them those that it names.
func discountSettings(inv invoice.Invoice) billing.InvoiceSettings {
	settings := inv.Frozen.Invoice
	if settings.Discount != nil || len(settings.ServiceDiscounts) > 0 {
		return settings
	}
	for _, d := range inv.Discounts {
		if len(d.Services)+len(d.Accounts) == 0 {
			settings.Discount = &billing.Discount{Percent: d.Percent, Base: d.Base}
			continue
		}
		settings.ServiceDiscounts = append(settings.ServiceDiscounts, billing.ServiceDiscount{Services: d.Services, Accounts: d.Accounts, Percent: d.Percent})
	}
	return settings
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

// discountListing has a row for each amount that a discount or a surcharge changes.
// discount is negative where it is a surcharge; all of them are the document's
// discount total. A row of kind remainder is what the document's discounts are more
// than those of its lines: where they were made on rounded sums, and on a note on
// which nothing but the discount changes.
var discountListing = listing{
	name: "discounts",
	columns: slices.Concat(
		texts("invoice_id", "number", "period", "group", "buyer", "provider", "account", "account_name", "kind", "service_or_label"),
		numbers("percent"), amounts("amount", "discount", "after_discount"), texts("currency"),
	),
	rows: func(inv invoice.Invoice, _ Options) iter.Seq[spread.Row] {
		var rows []spread.Row
		rest := inv.DiscountTotal
		row := func(account invoice.Account, kind, label, percent string, amount, after money.Decimal) {
			discount := amount.Sub(after)
			if discount.IsZero() {
				return
			}
			rest = rest.Sub(discount)
			rows = append(rows, spread.Row{Cells: []string{
				inv.ID, inv.Number, inv.Period.String(), inv.Group, inv.Buyer.Name,
				cmp.Or(account.Provider, inv.Provider), account.Account, account.Name, kind, label,
				percent, amount.Fixed(inv.Digits), discount.Fixed(inv.Digits), after.Fixed(inv.Digits), string(inv.Currency),
			}})
		}
		after, settings := discountedAmounts(inv), discountSettings(inv)
		for i, account := range inv.Accounts {
			for j, line := range account.Lines {
				percent := linePercent(settings, account.Account, line)
				row(account, string(line.Kind), line.Service, percent.String(), line.Amount, after.lines[i][j])
			}
		}
		group := settings.Discount
		for i, fee := range inv.Support {
			row(invoice.Account{Account: fee.Account, Provider: fee.Provider}, "support", fee.Plan, percentOn(group, "usage+support", "subtotal").String(), fee.Amount, after.support[i])
		}
		for i, fee := range inv.Agency {
			row(invoice.Account{Account: fee.Account, Provider: fee.Provider}, "agency_fee", "", percentOn(group, "subtotal").String(), fee.Amount, after.agency[i])
		}
		row(invoice.Account{}, "remainder", "", "", rest, money.Zero)
		return slices.Values(rows)
	},
}
