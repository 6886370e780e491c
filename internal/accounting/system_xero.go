package accounting

import "strings"

// xero is the template of Xero for sales invoices: one row for each line of a
// document. The columns are those of SalesInvoiceTemplate.csv, as Xero hands it out
// (Business, Invoices, Import). Its amounts are without tax; TaxAmount is the line's
// part of the tax of the document, so that Xero does not round it by itself. Xero
// takes documents in any currency, with a column for it, and negative lines; one
// that comes to less than nothing is a credit note.
var xero = System{
	Name: "xero", Title: "Xero", Files: "sales invoices and credit notes, one row for each line, amounts without tax",
	write: func(x *export) error {
		rows, credits := [][]string{xeroColumns}, [][]string{xeroColumns}
		for _, b := range x.books {
			if x.apart(b) {
				credits = append(credits, x.xero(b)...)
				continue
			}
			rows = append(rows, x.xero(b)...)
		}
		if len(x.books) > xeroMost {
			x.note("Xero imports %d documents at a time, and there are %d; export fewer, such as a billing group or month", xeroMost, len(x.books))
		}
		x.invoices("xero", rows, credits)
		return nil
	},
}

// xeroMost is how many documents Xero imports at a time.
const xeroMost = 500

var xeroColumns = strings.Split("*ContactName,EmailAddress,POAddressLine1,POAddressLine2,POAddressLine3,POAddressLine4,POCity,PORegion,POPostalCode,POCountry,"+
	"*InvoiceNumber,Reference,*InvoiceDate,*DueDate,Total,InventoryItemCode,*Description,*Quantity,*UnitAmount,Discount,*AccountCode,*TaxType,TaxAmount,"+
	"TrackingName1,TrackingOption1,TrackingName2,TrackingOption2,Currency,BrandingTheme", ",")

func (x *export) xero(b *book) (rows [][]string) {
	digits, address := b.inv.Digits, make([]string, 8)
	if p := b.inv.Buyer.Postal; p != nil {
		copy(address[:4], p.Lines)
		copy(address[4:], []string{p.City, p.Region, p.PostalCode, p.Country})
	}
	for i := range b.sales {
		s := x.turned(b, b.sales[i])
		tracking := []string{"", ""}
		if d := x.department(b, &b.sales[i]); d != "" {
			tracking = []string{"Department", d}
		}
		total := b.inv.Payable
		if x.apart(b) {
			total = total.Neg()
		}
		cells := append([]string{x.name(b), x.customer(b, func(r CustomerRule) string { return r.Email })}, address...)
		cells = append(cells, b.inv.Number, x.memo(b), x.written(b.day()), x.written(b.due()), fixed(total, digits),
			x.line(b, &b.sales[i], func(r LineRule) string { return r.Item }), cut(describe(s), 4000), s.quantity.String(), fixed(s.price, digits), "",
			x.account(b, &b.sales[i]), x.code(b, s.tax), fixed(s.share, digits))
		rows = append(rows, append(append(cells, tracking...), "", "", string(b.inv.Currency), ""))
	}
	return rows
}
