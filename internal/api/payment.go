package api

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/receivable"
	"github.com/sluice-billing/sluice/internal/sheet"
)

// PaymentsQuery chooses payments.
type PaymentsQuery struct {
	Customer    string `query:"customer" maxLength:"200" doc:"Only those of this customer"`
	Document    string `query:"document" maxLength:"200" doc:"Only those that give something to this document, by its number or id"`
	Unallocated bool   `query:"unallocated" doc:"Only those that stand and of which something is left to be given"`
}

// ListPayments lists payments, write-offs and reversals.
var ListPayments = Listing[*Desk, PaymentsQuery, receivable.PaymentRecord]{
	ID: "list-payments", Path: "/payments", Tag: "Payments", Title: "List payments, write-offs and reversals", Needs: access.ReadPayments, Kept: true,
	About: "All entries in the order in which they were recorded, what each settles and what is unallocated. Entries are only ever added: a wrong one is reversed.",
	Key:   func(r receivable.PaymentRecord) string { return r.ID },
	Do: func(ctx context.Context, d *Desk, in PaymentsQuery) ([]receivable.PaymentRecord, error) {
		all, err := d.Receivables.Payments(ctx)
		wanted := []receivable.PaymentRecord{}
		for _, r := range all {
			if in.Document != "" && !slices.ContainsFunc(r.Settles, func(s receivable.Settles) bool {
				return (s.ID == in.Document || s.Number == in.Document) && !s.Amount.IsZero()
			}) {
				continue
			}
			stands := r.ReversedBy == "" && r.Kind != invoice.Reversal
			if (in.Customer == "" || r.Customer == in.Customer) && (!in.Unallocated || stands && !r.Unallocated.IsZero()) {
				wanted = append(wanted, r)
			}
		}
		return wanted, err
	},
}

// PaymentInput is a payment to record.
type PaymentInput struct {
	Body struct {
		Amount      money.Decimal  `json:"amount" doc:"What was paid; negative: paid back to the customer"`
		Currency    money.Currency `json:"currency,omitempty" doc:"Of the amount; that of the documents where it is not given"`
		On          *billing.Day   `json:"on,omitempty" doc:"The value date; today, UTC, where it is not given"`
		Customer    string         `json:"customer,omitempty" maxLength:"200" doc:"Who paid, by id; the customer of the documents where it is not given"`
		Documents   []string       `json:"documents,omitempty" maxItems:"10000" doc:"What it pays for, by number or id; =AMOUNT behind it gives it only so much. None: the customer's oldest first"`
		OldestFirst bool           `json:"oldest_first,omitempty" doc:"Give what the documents do not take to the customer's oldest"`
		Key         string         `json:"key,omitempty" maxLength:"500" doc:"The bank's reference, which no other payment has; made of the facts where it is not given"`
		Payer       string         `json:"payer,omitempty" maxLength:"500" doc:"Name of who paid"`
		Method      string         `json:"method,omitempty" maxLength:"200" doc:"Such as bank transfer"`
		Reference   string         `json:"reference,omitempty" maxLength:"2000" doc:"Text of the payer"`
	}
}

// AddPayment records a payment.
var AddPayment = Operation[*Desk, PaymentInput, receivable.PaymentRecord]{
	ID: "add-payment", Method: http.MethodPost, Path: "/payments", Tag: "Payments", Title: "Record a payment", Needs: access.WritePayments, Creates: true,
	About: "Records a payment and gives it to the documents that are named, else to the customer's invoices, the oldest due date first. No document gets more than is open of it; what is left stays unallocated. " +
		"A negative amount is one that was paid back to the customer, and goes to credit notes.\n\n" +
		"The key keeps a payment from being recorded twice: the same key with the same facts changes nothing, with other facts it is refused.",
	Do: func(ctx context.Context, d *Desk, in PaymentInput) (receivable.PaymentRecord, error) {
		b := in.Body
		switch {
		case b.Customer == "" && len(b.Documents) == 0:
			return receivable.PaymentRecord{}, invalid("body.customer", "say who paid, or with documents what for")
		case b.Currency == "" && len(b.Documents) == 0:
			return receivable.PaymentRecord{}, invalid("body.currency", "say what the amount is in")
		}
		return d.Receivables.Add(ctx, receivable.PaymentOrder{
			Payment: invoice.Payment{
				Amount: b.Amount, Currency: b.Currency, On: dayOr(b.On, d.Today()), Customer: b.Customer,
				Key: b.Key, Payer: b.Payer, Method: b.Method, Reference: b.Reference,
			},
			Documents: b.Documents, OldestFirst: b.OldestFirst,
		})
	},
}

// BySource names what settles invoices.
type BySource struct {
	ID string `path:"id" maxLength:"300" doc:"A payment by its id, or a credit note by its number or id" example:"P-000007"`
}

// AllocateInput gives a payment to documents.
type AllocateInput struct {
	BySource
	Body struct {
		Documents []string     `json:"documents,omitempty" maxItems:"10000" doc:"Invoices, by number or id; =AMOUNT behind it gives it only so much. None: the oldest first"`
		On        *billing.Day `json:"on,omitempty" doc:"The day it counts from; today, UTC, where it is not given"`
	}
}

// Allocated is what was given to documents.
type Allocated struct {
	Source  string               `json:"source"`
	Settles []receivable.Settles `json:"settles" doc:"What was given now; none where there is no invoice that it could go to"`
}

// AllocatePayment gives what is left of a payment or credit note to invoices.
var AllocatePayment = Operation[*Desk, AllocateInput, Allocated]{
	ID: "allocate-payment", Method: http.MethodPost, Path: "/payments/{id}/allocate", Tag: "Payments", Title: "Give what is left of a payment or credit note to invoices", Needs: access.WritePayments,
	About: "Gives what is unallocated of a payment, or open of a credit note, to invoices of the same customer and currency: those that are named, else the oldest first. Refused where nothing is left.",
	Do: func(ctx context.Context, d *Desk, in AllocateInput) (Allocated, error) {
		settles, err := d.Receivables.Allocate(ctx, in.ID, dayOr(in.Body.On, d.Today()), in.Body.Documents)
		return Allocated{in.ID, settles}, err
	},
}

// ReverseInput takes a payment back.
type ReverseInput struct {
	BySource
	Body struct {
		Reason string       `json:"reason" minLength:"1" maxLength:"4000" doc:"Why; auditors will read it"`
		On     *billing.Day `json:"on,omitempty" doc:"The day it counts from; today, UTC, where it is not given"`
	}
}

// Reversed names what was taken back.
type Reversed struct {
	Reversed string `json:"reversed"`
}

// ReversePayment takes a payment or write-off back.
var ReversePayment = Operation[*Desk, ReverseInput, Reversed]{
	ID: "reverse-payment", Method: http.MethodPost, Path: "/payments/{id}/reverse", Tag: "Payments", Title: "Take a payment or write-off back", Needs: access.WritePayments,
	About: "Adds an entry that takes a payment or a write-off back: what it settled is open again. Both stay on record. Of a credit note, it takes back what was given to invoices, so that it can go to others.",
	Do: func(ctx context.Context, d *Desk, in ReverseInput) (Reversed, error) {
		return Reversed{in.ID}, d.Receivables.Reverse(ctx, in.ID, dayOr(in.Body.On, d.Today()), in.Body.Reason)
	},
}

// PaymentListInput is a bank's list, and how it is written.
type PaymentListInput struct {
	DryRun       bool     `query:"dry_run" doc:"Say what would be recorded, and record nothing"`
	Separator    string   `query:"separator" maxLength:"4" doc:"The character between columns; a comma where it is not given"`
	DecimalComma bool     `query:"decimal_comma" doc:"Amounts are written 1.234,50"`
	Columns      []string `query:"column,explode" maxItems:"9" doc:"What the bank calls a column, as NAME=HEADING; may be repeated" example:"[\"date=Buchungstag\"]"`

	RawBody []byte `contentType:"application/octet-stream" doc:"The CSV file"`
}

// list is how the bank writes it.
func (in PaymentListInput) list() (list receivable.PaymentList, err error) {
	separator := cmp.Or(in.Separator, ",")
	comma, size := utf8.DecodeRuneInString(separator)
	if size != len(separator) || comma == utf8.RuneError || comma == '"' || comma == '\n' {
		return list, invalid("query.separator", "%q is not one character that could be between columns", separator)
	}
	list = receivable.PaymentList{Separator: comma, DecimalComma: in.DecimalComma, Headings: map[string]string{}}
	for _, column := range in.Columns {
		name, heading, named := strings.Cut(column, "=")
		if !named {
			return list, invalid("query.column", "%q has no =; write NAME=HEADING", column)
		}
		list.Headings[name] = heading
	}
	return list, nil
}

// ImportedPayments are the lines of a list, and what became of each.
type ImportedPayments struct {
	Lines []receivable.ListedPayment `json:"lines"`
}

// ImportPayments records the payments of a bank's list.
var ImportPayments = Operation[*Desk, PaymentListInput, ImportedPayments]{
	ID: "import-payments", Method: http.MethodPost, Path: "/payments/import", Tag: "Payments", Title: "Record the payments of a bank's list", Needs: access.WritePayments,
	About: "Reads a CSV file whose first line names the columns: date, amount and key must be there; currency, payer, reference, method, customer and documents can be. Columns with other names are left alone.\n\n" +
		"A line pays for the documents it names; else for those whose number stands in its reference; else for the oldest of the customer it names. Lines that name none are refused, the others are recorded all the same. " +
		"The file can be imported again, also a longer one: payments on record change nothing.",
	Upload: sheet.MaxSize + 1, // one more, so that the reader says what is too large
	Do: func(ctx context.Context, d *Desk, in PaymentListInput) (out ImportedPayments, err error) {
		list, err := in.list()
		if err != nil {
			return out, err
		}
		out.Lines, err = d.Receivables.Import(ctx, bytes.NewReader(in.RawBody), list, in.DryRun)
		if out.Lines == nil && err == nil {
			out.Lines = []receivable.ListedPayment{}
		}
		return out, err
	},
}
