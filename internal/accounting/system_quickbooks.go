package accounting

import (
	"strings"
)

// quickBooks is the import of invoices of QuickBooks Online: one row for each line,
// with the columns of Intuit's sample file for companies with taxes (Import data,
// Invoices), which its help names. Credit notes have an import and a file of their
// own, with positive amounts. Amounts are without tax, and ItemTaxAmount is the
// line's part of it: choose "exclusive of tax" when importing.
var quickBooks = System{
	Name: "quickbooks", Title: "QuickBooks Online", Files: "invoices, and credit notes in a file of their own, one row for each line, amounts without tax",
	write: func(x *export) error {
		rows, credits := [][]string{quickBooksColumns}, [][]string{quickBooksCredits}
		for _, b := range x.books {
			for i := range b.sales {
				s := x.turned(b, b.sales[i])
				head, item := []string{b.inv.Number, x.name(b), x.written(b.day())}, []string{
					x.item(b, &b.sales[i]), cut(describe(s), 4000), s.quantity.String(), fixed(s.price, b.inv.Digits), fixed(s.net, b.inv.Digits),
					x.code(b, s.tax), fixed(s.share, b.inv.Digits), string(b.inv.Currency), x.written(b.inv.Period.LastDay()),
				}
				if x.apart(b) {
					credits = append(credits, append(append(head, x.department(b, &b.sales[i]), x.memo(b)), item...))
					continue
				}
				rows = append(rows, append(append(head, x.written(b.due()), "", x.department(b, &b.sales[i]), x.memo(b)), item...))
			}
		}
		x.invoices("quickbooks", rows, credits)
		return nil
	},
}

var (
	quickBooksColumns = strings.Split("*InvoiceNo,*Customer,*InvoiceDate,*DueDate,Terms,Location,Memo,Item(Product/Service),ItemDescription,ItemQuantity,ItemRate,*ItemAmount,"+
		"ItemTaxCode,ItemTaxAmount,Currency,Service Date", ",")
	quickBooksCredits = strings.Split("*CreditMemoNo,*Customer,*CreditMemoDate,Location,Memo,Item(Product/Service),ItemDescription,ItemQuantity,ItemRate,*ItemAmount,"+
		"ItemTaxCode,ItemTaxAmount,Currency,Service Date", ",")
)

// quickBooksJournal is its import of journal entries, with the columns of Intuit's
// sample file (Import data, Journal entries; its help names the required ones). A
// journal has one line of a receivable, which names the customer.
var quickBooksJournal = System{
	Name: "quickbooks-journal", Title: "QuickBooks Online, journal entries", Files: "a journal entry for each document",
	write: func(x *export) error {
		rows := [][]string{strings.Split("*JournalNo,*JournalDate,*AccountName,*Debits,*Credits,Description,Name,Currency,Location,Class", ",")}
		for _, b := range x.books {
			for _, p := range x.journal(b) {
				name := ""
				if p.kind == kindReceivable {
					name = x.name(b)
				}
				rows = append(rows, []string{
					b.inv.Number, x.written(b.day()), p.account, p.debit(b.inv.Digits), p.credit(b.inv.Digits),
					cut(x.memo(b), 4000), name, string(b.inv.Currency), p.department, p.subAccount,
				})
			}
		}
		x.csv(x.fileName("quickbooks_journal"), charsetNamed("utf-8"), rows)
		return nil
	},
}
