package invoice

import (
	"fmt"
	"slices"
)

// itemCharge is the lines that the reseller adds: the standing ones of the group,
// and those of one month.
var itemCharge = charge{
	part: PartAdditionalItems,
	taxed: func(set Settings) (all []Taxed) {
		for i, item := range set.Group.Invoice.AdditionalItems {
			all = append(all, Taxed{fmt.Sprintf("additional_items[%d].tax", i), item.Tax})
		}
		return all
	},
	check: func(set Settings) (wrong []Wrong) {
		for i, item := range set.Group.Invoice.AdditionalItems {
			wrong = append(wrong, noCategory(fmt.Sprintf("additional_items[%d].tax", i), item.Tax)...)
		}
		return wrong
	},
	once:  func(set *Settings) { set.Group.Invoice.AdditionalItems, set.Items = nil, nil },
	draft: (*drafting).items,
	prove: (*proof).items,
	of: func(inv Invoice) (lines []Charge) {
		for _, i := range inv.AdditionalItems {
			lines = append(lines, Charge{
				Part: PartAdditionalItems, Kind: "additional_item", Label: i.Label, Tax: i.Tax, TaxFree: i.TaxFree, Amount: i.Amount, Of: i,
			})
		}
		return lines
	},
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
