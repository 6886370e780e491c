package accounting

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/money"
)

// connectWise are additions to agreements: each line of a document is one that
// holds in the month that is billed. The columns are the fields of an addition that
// ConnectWise PSA shows (Agreement, Additions). It has no import of its own that is
// published; tools that load additions let their user say which column is what. It
// taxes by itself, and what the prepaid balance pays is no addition.
var connectWise = System{
	Name: "connectwise", Title: "ConnectWise PSA", Files: "additions to agreements, one for each line of a document, without tax",
	write: func(x *export) error {
		rows := [][]string{strings.Split("Company,Agreement,Sequence,Product ID,Description,Quantity,Unit Price,Ext Price,Effective Date,Cancelled Date,Bill Customer,Taxable,Currency,Invoice", ",")}
		for _, b := range x.books {
			agreement := x.customer(b, func(r CustomerRule) string { return r.Agreement })
			if agreement == "" {
				x.lack(b, "which agreement is billed", "customers: {group: "+b.inv.Group+", agreement: …}")
			}
			for i := range b.sales {
				s := &b.sales[i]
				if s.kind == kindPrepaid || s.net.IsZero() {
					continue
				}
				taxable := "False"
				if s.tax.percent.Cmp(money.Zero) > 0 {
					taxable = "True"
				}
				company := cmp.Or(x.customer(b, func(r CustomerRule) string { return r.Code }), x.name(b))
				rows = append(rows, []string{
					company, cut(agreement, 100), strconv.Itoa(i + 1), x.item(b, s), cut(describe(*s), 1000), s.quantity.String(),
					fixed(s.price, b.inv.Digits), fixed(s.net, b.inv.Digits), x.written(b.inv.Period.FirstDay()), x.written(b.inv.Period.LastDay()), "True", taxable,
					string(b.inv.Currency), b.inv.Number,
				})
			}
		}
		x.csv(x.fileName("connectwise_additions"), charsetNamed("utf-8"), rows)
		return nil
	},
}
