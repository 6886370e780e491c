package deliver

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// writeCSV writes one row for every line of the invoice, all of the same
// shape, for spreadsheets and databases. Kinds, in this order: usage,
// marketplace, entry, rounding; those of invoice.Charges, from support to coupon;
// tax, total, prepaid, carried, payable. Amounts are in the billing currency, rounded, tax out, negative
// where they lower the total. The rows above `total` add up to it; it and the
// rows between add up to `payable`. rounding is what usage has more than its
// rounded lines where it is rounded per account or invoice (R20). An empty
// tax_category is that of usage; the label of a tax ends with its percentage.
func writeCSV(w io.Writer, inv invoice.Invoice) error {
	rows := csvRows{inv: inv, rows: [][]string{{
		"invoice_id", "number", "period", "group", "buyer", "account", "account_name", "kind", "service_or_label",
		"cost", "cost_currency", "exchange_rate", "amount", "currency", "tax_free",
		"tax_category", "entry", "provider", "document", "corrects",
	}}}
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
	return WriteRows(w, "invoice "+inv.ID, rows.rows)
}

// csvRows are the rows of one invoice.
type csvRows struct {
	inv  invoice.Invoice
	rows [][]string
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
	r.rows = append(r.rows, []string{
		inv.ID, inv.Number, inv.Period.String(), inv.Group, inv.Buyer.Name, row.account, row.name, row.kind, row.label,
		row.cost, row.costCurrency, row.rate, row.amount.Fixed(inv.Digits), string(inv.Currency), row.taxFree,
		row.category, row.entry, cmp.Or(row.provider, inv.Provider), string(inv.Document), corrects,
	})
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
		row := csvRow{
			kind: c.Kind, label: c.Name(), account: c.Account, provider: c.Provider, category: c.Tax, amount: c.Amount,
			taxFree: strconv.FormatBool(c.TaxFree),
		}
		switch of := c.Of.(type) {
		case invoice.Discount:
			row.label, row.account = of.Percent.String()+"% on "+of.Base, strings.Join(of.Accounts, " ")
			if len(of.Services) > 0 {
				row.label += " of " + strings.Join(of.Services, ", ")
			}
		case invoice.Shortfall:
			row.label = of.Label // its kind says the rest
		case invoice.Coupon:
			row.label = strings.TrimSpace(of.Code + " " + of.Label)
		}
		r.charge(row)
	}
}

// WriteRows writes rows as CSV with line feeds. A cell that a spreadsheet would
// run as a formula gets an apostrophe before it; the rows are changed in place.
// what names in an error what is written, such as an invoice.
func WriteRows(w io.Writer, what string, rows [][]string) error {
	out := csv.NewWriter(w)
	for _, row := range rows {
		for i := range row {
			row[i] = inert(row[i])
		}
		if err := out.Write(row); err != nil {
			return fmt.Errorf("writing %s as CSV: %w", what, err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("writing %s as CSV: %w", what, err)
	}
	return nil
}

// inert puts an apostrophe before a cell that a spreadsheet would run as a
// formula. Names come from customers and providers, so any cell may be one.
// Numbers stay as they are: -12.50 is not a formula.
func inert(cell string) string {
	if cell == "" {
		return cell
	}
	switch cell[0] {
	case '=', '+', '-', '@', '\t', '\r':
		if _, err := money.Parse(cell); err != nil {
			return "'" + cell
		}
	}
	return cell
}
