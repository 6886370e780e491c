package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Item is an additional item of a billing group's invoice.
type Item struct {
	Group string `json:"group"` // id of the billing group
	billing.AdditionalItem
}

// ItemRow is an item as a row of a file says it.
type ItemRow struct {
	Item
	Line   int      // of the file, counted from 1
	Errors []string // why the row cannot be taken; Item is what could be read
}

var itemColumns = []column{
	{name: "billing_group_id", aliases: []string{"billinggroup", "groupid", "group"}, required: true},
	{name: "item_name", aliases: []string{"item", "label", "name"}, required: true},
	{name: "quantity", aliases: []string{"qty", "count"}, required: true},
	{name: "unit_cost", aliases: []string{"unitprice", "price"}, required: true},
	{name: "amount", aliases: []string{"total"}},
	{name: "tax", aliases: []string{"taxcategory"}},
	{name: "tax_free", aliases: []string{"taxexempt"}},
}

// ReadItems reads the additional items of a month: billing_group_id, item_name,
// quantity and unit_cost, in the currency of the group's invoices and without
// tax; amount, which must be quantity × unit_cost exactly; tax, a category; and
// tax_free. Whether there is such a group is not looked at. A *FileError is of a
// file that is no such table; name is in it.
func ReadItems(name string, data []byte) ([]ItemRow, error) {
	rows, err := read(name, data, itemColumns)
	if err != nil {
		return nil, err
	}
	items := make([]ItemRow, 0, len(rows))
	for _, r := range rows {
		item := Item{Group: r.text("billing_group_id"), AdditionalItem: billing.AdditionalItem{
			Label: r.text("item_name"), Quantity: r.number("quantity"), UnitPrice: r.number("unit_cost"),
			Tax: r.cells["tax"], TaxFree: r.truth("tax_free"),
		}}
		if item.Group == "" {
			r.fail("billing_group_id", "is empty; name the billing group that is charged")
		}
		r.checkAmount(item)
		items = append(items, ItemRow{Item: item, Line: r.line, Errors: r.errors})
	}
	return items, nil
}

// checkAmount compares an amount that is given with what it must be.
func (r *row) checkAmount(item Item) {
	if r.cells["amount"] == "" || len(r.errors) > 0 {
		return
	}
	amount := r.number("amount")
	if wanted := item.Quantity.Mul(item.UnitPrice); len(r.errors) == 0 && !amount.Equal(wanted) {
		r.fail("amount", "is %s, but %s × %s is %s; correct one of the three, or leave the amount out", amount, item.Quantity, item.UnitPrice, wanted)
	}
}

// WriteItems writes items so that ReadItems reads the same, for spreadsheets:
// no text in it is run as a formula.
func WriteItems(w io.Writer, items []Item) error {
	out := csv.NewWriter(w)
	var header []string
	for _, c := range itemColumns {
		header = append(header, c.name)
	}
	rows := [][]string{header}
	for _, i := range items {
		rows = append(rows, []string{
			guarded(i.Group), guarded(i.Label), i.Quantity.String(), i.UnitPrice.String(),
			i.Quantity.Mul(i.UnitPrice).String(), i.Tax, strconv.FormatBool(i.TaxFree),
		})
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("writing the items: %w", err)
	}
	return nil
}
