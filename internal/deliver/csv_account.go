package deliver

import (
	"io"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// writeAccountCSV writes the invoice in the columns that accounting tools of
// this market read. For each account a Service row per line and an Account row
// `_ACCOUNT_TOTAL`; at the end one Product row `_TOTAL` for the billing group.
// Amounts are in the billing currency and rounded; Charge is before, and
// DiscountCharge after the discount, tax out. These hold exactly:
//
//	_TOTAL DiscountCharge = Σ Service DiscountCharge + FreeFormat
//	_TOTAL Total          = _TOTAL DiscountCharge + Tax
//	Tax is computed on "DiscountCharge - TaxFree"
//
// Vendor and CustomService stay empty: an invoice covers all providers, and
// what is beyond usage is in FreeFormat.
func writeAccountCSV(w io.Writer, inv invoice.Invoice) error {
	rows := [][]string{{
		"BillingGroupID", "BillingGroupName", "CompanyName", "Vendor", "CustomerID", "CustomerName", "ServiceType", "ServiceName",
		"Charge", "DiscountCharge", "DiscountCharge - TaxFree", "FreeFormat", "CustomService", "Tax", "Total",
	}}
	text := func(d money.Decimal) string { return d.Fixed(inv.Digits) }
	add := func(account invoice.Account, serviceType, service string, amounts ...string) {
		row := []string{inv.Group, inv.Group, inv.Buyer.Name, "", account.Account, account.Name, serviceType, service}
		row = append(row, amounts...)
		rows = append(rows, append(row, make([]string, len(rows[0])-len(row))...))
	}

	discounted := discountedLines(inv)
	for i, account := range inv.Accounts {
		for j, line := range account.Lines {
			add(account, "Service", line.Service, text(line.Amount), text(discounted[i][j]))
		}
		add(account, "Account", "_ACCOUNT_TOTAL", text(account.Total), text(money.Sum(discounted[i]...)))
	}
	add(invoice.Account{}, "Product", "_TOTAL",
		text(inv.Subtotal), text(inv.BeforeTax), text(inv.BeforeTax.Sub(inv.TaxFree)), text(additional(inv)), "",
		text(inv.TaxTotal), text(inv.Total))
	return writeRows(w, inv.ID, rows)
}

// discountedLines returns what is left of each line, by account and line,
// after the discount; the sum is AfterDiscount. A line that is discounted is
// rounded from its exact amount × (1 − d), as the invoice does it. Where the
// discount, or the rounding, was made on a sum and not on lines, the small
// remainder is on the largest line.
func discountedLines(inv invoice.Invoice) [][]money.Decimal {
	after := make([][]money.Decimal, len(inv.Accounts))
	rest := inv.AfterDiscount
	var largest *money.Decimal
	var size money.Decimal
	for i, account := range inv.Accounts {
		after[i] = make([]money.Decimal, len(account.Lines))
		for j, line := range account.Lines {
			after[i][j] = line.Amount
			if inv.Discount != nil && covers(*inv.Discount, line) {
				left := line.Exact.Sub(line.Exact.Percent(inv.Discount.Percent))
				after[i][j] = left.Round(inv.Digits, inv.Rounding.Mode)
			}
			rest = rest.Sub(after[i][j])
			if largest == nil || magnitude(line.Amount).Cmp(size) > 0 {
				largest, size = &after[i][j], magnitude(line.Amount)
			}
		}
	}
	if largest != nil {
		*largest = largest.Add(rest)
	}
	return after
}

// covers tells whether the discount applies to the line: marketplace is
// outside a discount on usage.
func covers(discount invoice.Discount, line invoice.Line) bool {
	return discount.Base != "usage" || line.Kind == statement.Usage
}

func magnitude(d money.Decimal) money.Decimal {
	if d.Sign() < 0 {
		return d.Neg()
	}
	return d
}

// additional returns the sum of the additional items.
func additional(inv invoice.Invoice) money.Decimal {
	sum := money.Zero
	for _, item := range inv.AdditionalItems {
		sum = sum.Add(item.Amount)
	}
	return sum
}
