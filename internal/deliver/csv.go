package deliver

import (
	"cmp"
	"iter"
	"slices"
	"strconv"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/spread"
)

// tidyListing has one row for every line of the invoice, all of the same
// shape, for spreadsheets and databases. Kinds, in this order: usage,
// marketplace, entry, rounding; those of invoice.Charges, from support to coupon;
// tax, total, prepaid, carried, payable. Amounts are in the billing currency, rounded, tax out, negative
// where they lower the total. The rows above `total` add up to it; it and the
// rows between add up to `payable`. rounding is what usage has more than its
// rounded lines where it is rounded per account or invoice (R20). An empty
// tax_category is that of usage; the label of a tax ends with its percentage.
var tidyListing = listing{
	name: "lines",
	columns: slices.Concat(
		texts("invoice_id", "number", "period", "group", "buyer", "account", "account_name", "kind", "service_or_label"),
		numbers("cost"), texts("cost_currency"), numbers("exchange_rate"), amounts("amount"), texts("currency", "tax_free"),
		texts("tax_category", "entry", "provider", "document", "corrects"),
	),
	rows: func(inv invoice.Invoice, _ Options) iter.Seq[spread.Row] {
		rows := csvRows{inv: inv}
		rows.lines()
		rows.charges()
		for _, tax := range inv.Taxes {
			label := cmp.Or(tax.Label, tax.Category) + " " + tax.Percent.String() + "%"
			rows.add(csvRow{kind: "tax", label: label, category: tax.Category, amount: tax.Amount})
		}
		rows.add(csvRow{kind: "total", amount: inv.Total})
		if !inv.PrepaidUsed.IsZero() {
			rows.add(csvRow{kind: "prepaid", amount: inv.PrepaidUsed.Neg()})
		}
		if !inv.Carried.IsZero() {
			rows.add(csvRow{kind: "carried", amount: inv.Carried})
		}
		rows.add(csvRow{kind: "payable", amount: inv.Payable})
		return slices.Values(rows.rows)
	},
}

// csvRows are the rows of one invoice.
type csvRows struct {
	inv  invoice.Invoice
	rows []spread.Row
}

// csvRow is what a row has of its own; empty where it has nothing to say.
type csvRow struct {
	account, name, provider, kind, label, cost, costCurrency, rate string
	amount                                                         money.Decimal
	taxFree, category, entry                                       string
}

func (r *csvRows) add(row csvRow) {
	inv, corrects := r.inv, ""
	if inv.Corrects != nil {
		corrects = inv.Corrects.Number
	}
	r.rows = append(r.rows, spread.Row{Cells: []string{
		inv.ID, inv.Number, inv.Period.String(), inv.Group, inv.Buyer.Name, row.account, row.name, row.kind, row.label,
		row.cost, row.costCurrency, row.rate, row.amount.Fixed(inv.Digits), string(inv.Currency), row.taxFree,
		row.category, row.entry, cmp.Or(row.provider, inv.Provider), string(inv.Document), corrects,
	}})
}

// charge adds a row of what is charged, for an account or for the group.
func (r *csvRows) charge(row csvRow) {
	for _, account := range r.inv.Accounts {
		if row.account != "" && account.Account == row.account {
			row.name = account.Name
		}
	}
	row.taxFree = cmp.Or(row.taxFree, "false")
	r.add(row)
}

// lines adds usage, marketplace and entries (E.1 to E.3).
func (r *csvRows) lines() {
	rest := r.inv.UsageTotal
	for _, account := range r.inv.Accounts {
		for _, line := range account.Lines {
			r.charge(csvRow{
				account: account.Account, provider: account.Provider, kind: string(line.Kind), label: line.Service,
				cost: line.Cost.String(), costCurrency: string(line.CostCurrency), rate: line.Rate.String(),
				amount: line.Amount, taxFree: strconv.FormatBool(line.TaxFree), entry: line.Entry,
			})
			rest = rest.Sub(line.Amount)
		}
	}
	if !rest.IsZero() {
		r.charge(csvRow{kind: "rounding", label: r.inv.Rounding.Point, amount: rest})
	}
}

// charges adds what the document has beside usage (E.4 to E.8).
func (r *csvRows) charges() {
	for c := range r.inv.Charges() {
		label, account := labelOf(c)
		r.charge(csvRow{
			kind: c.Kind, label: label, account: account, provider: c.Provider, category: c.Tax, amount: c.Amount,
			taxFree: strconv.FormatBool(c.TaxFree),
		})
	}
}
