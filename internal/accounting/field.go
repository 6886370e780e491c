package accounting

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// row is what fields are of: a document, one of its lines, an entry of its journal.
type row struct {
	b *book
	s *sale
	p *posting
	n int // of the row within its document, from 1
}

// What a template may name, and the rows of a table. Each level has the fields of
// those before it.
const (
	ofParty  = iota // a document without what rules say of its customer
	ofBilled        // a line without what rules say of it
	ofMemo          // a document without its memo
	ofDocument
	ofLine
	ofEntry

	rowsOfDocuments = "document"
	rowsOfLines     = "line"
	rowsOfEntries   = "entry"
)

// fieldsOf is what the columns of a table may name.
func fieldsOf(rows string) int {
	switch rows {
	case rowsOfDocuments:
		return ofDocument
	case rowsOfEntries:
		return ofEntry
	}
	return ofLine
}

// Field is something that a template of a mapping can name.
type Field struct {
	Name  string // as in {name}
	Means string
	level []int
	value func(*export, row) string
}

var (
	everywhere  = []int{ofParty, ofBilled, ofMemo, ofDocument, ofLine, ofEntry}
	inDocuments = []int{ofMemo, ofDocument, ofLine, ofEntry}
	inTables    = []int{ofDocument, ofLine, ofEntry}
	inLines     = []int{ofBilled, ofLine}
	inMapped    = []int{ofLine}
	inEntries   = []int{ofEntry}
)

// Fields are those that templates can name: of documents, lines (rows: line) and
// entries of the journal (rows: entry).
func Fields() []Field { return slices.Concat(documentFields(), lineFields(), entryFields()) }

func documentFields() []Field {
	return []Field{
		{"number", "number of the document", everywhere, func(_ *export, r row) string { return r.b.inv.Number }},
		{"id", "id of the document in Sluice", everywhere, func(_ *export, r row) string { return r.b.inv.ID }},
		{"document", "invoice, credit-note or debit-note", everywhere, func(_ *export, r row) string { return string(r.b.inv.Document) }},
		{"corrects", "number of the invoice that a note corrects", everywhere, func(_ *export, r row) string {
			if r.b.inv.Corrects == nil {
				return ""
			}
			return r.b.inv.Corrects.Number
		}},
		{"issue_date", "day of issue", everywhere, func(x *export, r row) string { return x.written(r.b.day()) }},
		{"due_date", "day of payment", everywhere, func(x *export, r row) string { return x.written(r.b.due()) }},
		{"period", "month that is billed, as 2026-10", everywhere, func(_ *export, r row) string { return r.b.inv.Period.String() }},
		{"period_first", "its first day", everywhere, func(x *export, r row) string { return x.written(r.b.inv.Period.FirstDay()) }},
		{"period_last", "its last day", everywhere, func(x *export, r row) string { return x.written(r.b.inv.Period.LastDay()) }},
		{"group", "id of the billing group", everywhere, func(_ *export, r row) string { return r.b.inv.Group }},
		{"customer", "id of the customer", everywhere, func(_ *export, r row) string { return r.b.inv.Customer }},
		{"buyer", "name of the buyer", everywhere, func(_ *export, r row) string { return r.b.inv.Buyer.Name }},
		{"buyer_country", "its country, as DE", everywhere, func(_ *export, r row) string { return countryOf(r.b.inv.Buyer) }},
		{"buyer_tax_registration", "its tax number", everywhere, func(_ *export, r row) string { return r.b.inv.Buyer.TaxRegistration }},
		{"buyer_email", "its e-mail address", everywhere, func(_ *export, r row) string { return email(r.b.inv.Buyer) }},
		{"seller", "name of the seller", everywhere, func(_ *export, r row) string { return r.b.inv.Seller.Name }},
		{"title", "subject of the document", everywhere, func(_ *export, r row) string { return r.b.inv.Title }},
		{"buyer_reference", "BT-10", everywhere, reference(func(f billing.References) string { return f.Buyer })},
		{"order", "number of the purchase order, BT-13", everywhere, reference(func(f billing.References) string { return f.Order })},
		{"contract", "BT-12", everywhere, reference(func(f billing.References) string { return f.Contract })},
		{"project", "BT-11", everywhere, reference(func(f billing.References) string { return f.Project })},
		{"accounting", "the buyer's own account or cost centre, BT-19", everywhere, reference(func(f billing.References) string { return f.Accounting })},
		{"currency", "of the document", everywhere, func(_ *export, r row) string { return string(r.b.inv.Currency) }},
		{"before_tax", "sum without tax", everywhere, sum(func(inv invoice.Invoice) money.Decimal { return inv.BeforeTax })},
		{"tax_total", "sum of taxes", everywhere, sum(func(inv invoice.Invoice) money.Decimal { return inv.TaxTotal })},
		{"total", "sum with tax", everywhere, sum(func(inv invoice.Invoice) money.Decimal { return inv.Total })},
		{"prepaid", "what the balance pays; negative where it is given something", everywhere, sum(func(inv invoice.Invoice) money.Decimal { return inv.PrepaidUsed.Sub(inv.Carried) })},
		{"payable", "what is to be paid", everywhere, sum(func(inv invoice.Invoice) money.Decimal { return inv.Payable })},
		{"memo", "the text of the mapping", inTables, func(x *export, r row) string { return x.memo(r.b) }},
		{"customer_code", "of the mapping", inDocuments, func(x *export, r row) string { return x.customer(r.b, func(c CustomerRule) string { return c.Code }) }},
		{"customer_name", "of the mapping", inDocuments, func(x *export, r row) string { return x.name(r.b) }},
		{"receivable", "account of what the customer owes", inDocuments, func(x *export, r row) string { return x.receivable(r.b) }},
		{"agreement", "of the mapping", inDocuments, func(x *export, r row) string {
			return x.customer(r.b, func(c CustomerRule) string { return c.Agreement })
		}},
	}
}

func lineFields() []Field {
	return []Field{
		{"line", "number of the line or entry in its document", []int{ofLine, ofEntry}, func(_ *export, r row) string { return fmt.Sprint(r.n) }},
		{"kind", "what a line is, such as usage or support; of an entry also receivable and tax", []int{ofBilled, ofLine, ofEntry}, func(_ *export, r row) string {
			if r.p != nil {
				return r.p.kind
			}
			return r.s.kind
		}},
		{"label", "the service, or what the line is called", inLines, func(_ *export, r row) string { return r.s.label }},
		{"provider", "aws, azure …", inLines, func(_ *export, r row) string { return r.s.provider }},
		{"cloud_account", "account or subscription of the cloud", inLines, func(_ *export, r row) string { return r.s.account }},
		{"cloud_account_name", "its name", inLines, func(_ *export, r row) string { return r.s.name }},
		{"quantity", "1 where the line has none", inLines, func(x *export, r row) string { return x.number(r.s.quantity.String()) }},
		{"unit_price", "of one, without tax", inLines, func(x *export, r row) string { return x.number(fixed(r.s.price, r.b.inv.Digits)) }},
		{"net", "amount without tax", inLines, func(x *export, r row) string { return x.number(fixed(r.s.net, r.b.inv.Digits)) }},
		{"tax", "the line's part of the tax", inLines, func(x *export, r row) string { return x.number(fixed(r.s.share, r.b.inv.Digits)) }},
		{"gross", "amount with tax", inLines, func(x *export, r row) string { return x.number(fixed(r.s.gross(), r.b.inv.Digits)) }},
		{"tax_category", "standard, reduced, exempt …; none where no tax is stated", inLines, func(_ *export, r row) string { return r.s.tax.category }},
		{"tax_percent", "of tax", inLines, func(x *export, r row) string { return x.number(r.s.tax.percent.String()) }},
		{"item", "product of the mapping", inMapped, func(x *export, r row) string { return x.item(r.b, r.s) }},
		{"tax_code", "of the mapping", []int{ofLine, ofEntry}, func(x *export, r row) string {
			if r.p != nil {
				return r.p.code
			}
			return x.code(r.b, r.s.tax)
		}},
		{"account", "of the mapping", []int{ofLine, ofEntry}, func(x *export, r row) string {
			if r.p != nil {
				return r.p.account
			}
			return x.account(r.b, r.s)
		}},
		{"sub_account", "of the mapping", []int{ofLine, ofEntry}, func(x *export, r row) string {
			if r.p != nil {
				return r.p.subAccount
			}
			return x.subAccount(r.b, r.s)
		}},
		{"department", "of the mapping", []int{ofLine, ofEntry}, func(x *export, r row) string {
			if r.p != nil {
				return r.p.department
			}
			return x.department(r.b, r.s)
		}},
	}
}

func entryFields() []Field {
	return []Field{
		{"side", "debit or credit", inEntries, func(_ *export, r row) string {
			if r.p.amount.Sign() < 0 {
				return "credit"
			}
			return "debit"
		}},
		{"debit", "amount of a debit, else empty", inEntries, func(x *export, r row) string { return x.number(r.p.debit(r.b.inv.Digits)) }},
		{"credit", "amount of a credit, else empty", inEntries, func(x *export, r row) string { return x.number(r.p.credit(r.b.inv.Digits)) }},
		{"amount", "a debit, or a credit as a negative amount", inEntries, func(x *export, r row) string { return x.number(fixed(r.p.amount, r.b.inv.Digits)) }},
		{"tax_within", "tax within the amount, where the mapping says tax: included", inEntries, func(x *export, r row) string { return x.number(fixed(r.p.tax, r.b.inv.Digits)) }},
	}
}

func reference(of func(billing.References) string) func(*export, row) string {
	return func(_ *export, r row) string {
		if r.b.inv.References == nil {
			return ""
		}
		return of(*r.b.inv.References)
	}
}

func sum(of func(invoice.Invoice) money.Decimal) func(*export, row) string {
	return func(x *export, r row) string { return x.number(fixed(of(r.b.inv), r.b.inv.Digits)) }
}

func email(p invoice.Party) string {
	if p.ContactPoint == nil {
		return ""
	}
	return p.ContactPoint.Email
}

// number is a number in the form that the table has it.
func (x *export) number(n string) string {
	if x.m.File.Decimal == "comma" {
		return strings.ReplaceAll(n, ".", ",")
	}
	return n
}

// memo is the text of a document's bookings.
func (x *export) memo(b *book) string { return single(x.fill(x.m.Memo, row{b: b})) }

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// fill puts the fields of a row into a text, which template has looked at.
func (x *export) fill(text string, r row) string {
	return placeholder.ReplaceAllStringFunc(text, func(name string) string {
		return x.fields[name].value(x, r)
	})
}

// template refuses a text that names what there is not.
func template(at, text string, level int) error {
	for _, name := range placeholder.FindAllString(text, -1) {
		var known []string
		for _, f := range Fields() {
			if slices.Contains(f.level, level) {
				known = append(known, "{"+f.Name+"}")
			}
		}
		if !slices.Contains(known, name) {
			return fmt.Errorf("the mapping, %s: %s is not a field that is known here; use one of %s", at, cmp.Or(name, "{}"), strings.Join(known, " "))
		}
	}
	return nil
}
