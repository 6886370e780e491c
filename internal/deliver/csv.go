package deliver

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// writeCSV writes one row for every line of the invoice, all of the same
// shape, for spreadsheets and databases. Kinds: usage, marketplace, discount
// (negative when it lowers the total), additional_item, tax, total. Amounts are
// in the billing currency, rounded, tax out; the rows above `total` add up to
// it where the invoice is rounded per service.
func writeCSV(w io.Writer, inv invoice.Invoice) error {
	type cells struct {
		account, name, kind, label, cost, costCurrency, rate string
		amount                                               money.Decimal
		taxFree                                              string
	}
	rows := [][]string{{
		"invoice_id", "number", "period", "group", "buyer", "account", "account_name", "kind", "service_or_label",
		"cost", "cost_currency", "exchange_rate", "amount", "currency", "tax_free",
	}}
	add := func(c cells) {
		rows = append(rows, []string{
			inv.ID, inv.Number, inv.Period.String(), inv.Group, inv.Buyer.Name, c.account, c.name, c.kind, c.label,
			c.cost, c.costCurrency, c.rate, c.amount.Fixed(inv.Digits), string(inv.Currency), c.taxFree,
		})
	}

	for _, account := range inv.Accounts {
		for _, line := range account.Lines {
			add(cells{
				account: account.Account, name: account.Name, kind: string(line.Kind), label: line.Service,
				cost: line.Cost.String(), costCurrency: string(line.CostCurrency), rate: line.Rate.String(),
				amount: line.Amount, taxFree: "false",
			})
		}
	}
	if d := inv.Discount; d != nil {
		add(cells{kind: "discount", label: d.Percent.String() + "% on " + d.Base, amount: d.Amount.Neg(), taxFree: "false"})
	}
	for _, item := range inv.AdditionalItems {
		add(cells{kind: "additional_item", label: item.Label, amount: item.Amount, taxFree: strconv.FormatBool(item.TaxFree)})
	}
	for _, tax := range inv.Taxes {
		label := tax.Label
		if label == "" {
			label = tax.Category
		}
		add(cells{kind: "tax", label: label + " " + tax.Percent.String() + "%", amount: tax.Amount})
	}
	add(cells{kind: "total", amount: inv.Total})
	return writeRows(w, inv.ID, rows)
}

// writeRows writes the rows with line feeds, every cell made safe.
func writeRows(w io.Writer, id string, rows [][]string) error {
	out := csv.NewWriter(w)
	for _, row := range rows {
		for i := range row {
			row[i] = inert(row[i])
		}
		if err := out.Write(row); err != nil {
			return fmt.Errorf("writing invoice %s as CSV: %w", id, err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("writing invoice %s as CSV: %w", id, err)
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
