package letter

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// Field is what a text can name in braces.
type Field struct {
	Name  string `json:"name"`
	Means string `json:"means"`
	Kinds []Kind `json:"kinds"` // in whose texts it can stand
}

var (
	documents = []Kind{Invoice, CreditNote, DebitNote, Reminder}
	carrying  = []Kind{Invoice, CreditNote, DebitNote, Reminder, Statement, Data, Report}
)

// FieldList is what texts can name, in the order in which it is shown.
var FieldList = []Field{
	{"seller", "the name of the brand", Kinds},
	{"support", "where to ask: address of mail, page or phone of the brand", Kinds},
	{"customer", "the buyer's name", append(slices.Clone(documents), Statement, Data)},
	{"number", "number of the document", documents},
	{"title", "title of the document", documents},
	{"period", "the month, such as October 2026", append(slices.Clone(documents), Data, Report)},
	{"issued", "date of the document", documents},
	{"due", "when it is due; not where nothing is open", documents},
	{"total", "total with tax; of a credit note what is credited", documents},
	{"open", "what is left to be paid, with tax; not where that is nothing", documents},
	{"payment", "how to pay, line by line", documents},
	{"corrects", "number of the invoice that a note corrects", documents},
	{"subject", "heading of the reminder's text", []Kind{Reminder}},
	{"reminder", "the reminder's text, as the settings of reminders have it", []Kind{Reminder}},
	{"days", "days since the due date", []Kind{Reminder}},
	{"from", "first day of the statement", []Kind{Statement}},
	{"to", "last day of the statement", []Kind{Statement}},
	{"opening", "what was owed before the first day", []Kind{Statement}},
	{"closing", "what is owed after the last day", []Kind{Statement}},
	{"data", "what data it is, such as FOCUS 1.2", []Kind{Data}},
	{"report", "name of the report", []Kind{Report}},
	{"inviter", "who invites", []Kind{Invitation}},
	{"attachments", "names of the files that are attached", carrying},
	{"link", "where to get what is not attached, or the way in", append(slices.Clone(carrying), Invitation)},
	{"link_expires", "when the link ends", append(slices.Clone(carrying), Invitation)},
}

// fieldsOf are the names that texts of a kind can have.
func fieldsOf(kind Kind) (names []string) {
	for _, f := range FieldList {
		if slices.Contains(f.Kinds, kind) {
			names = append(names, f.Name)
		}
	}
	return names
}

// Fields are values by the names of FieldList, as a letter has them: amounts and dates
// are written in its language. What is empty is as if it were not there.
type Fields map[string]string

// OfInvoice returns the fields of an issued document. Open is what is left to be paid
// of it, with tax, in its currency.
func OfInvoice(inv invoice.Invoice, open money.Decimal) Fields {
	amount := func(d money.Decimal) string { return invoice.LetterAmount(inv.Language, d, inv.Digits, inv.Currency) }
	f := Fields{
		"customer": inv.Buyer.Name, "number": inv.Number, "title": inv.Title, "period": month(inv.Period, inv.Language),
		"payment": strings.Join(inv.Payment, "\n"), "total": amount(inv.Total),
	}
	if inv.Document == invoice.DocumentCreditNote && inv.Total.Sign() < 0 {
		f["total"] = amount(inv.Total.Neg()) // its name says in which direction
	}
	if inv.IssueDate != nil {
		f["issued"] = invoice.LetterDay(inv.Language, *inv.IssueDate)
	}
	if inv.Corrects != nil {
		f["corrects"] = inv.Corrects.Number
	}
	if open.Sign() <= 0 {
		delete(f, "payment")
		return f
	}
	f["open"] = amount(open)
	if inv.DueDate != nil {
		f["due"] = invoice.LetterDay(inv.Language, *inv.DueDate)
	}
	return f
}

// OfReminder returns the fields of a reminder, whose text is that of its step. It is an
// error where the reseller's own text of the step names something unknown.
func OfReminder(r invoice.Reminder, steps []billing.Reminder) (Fields, error) {
	text, err := r.Letter(steps)
	if err != nil {
		return nil, err
	}
	f := OfInvoice(r.Invoice, r.Open)
	heading, rest, _ := strings.Cut(text, "\n")
	f["subject"], f["reminder"] = heading, unwrap(strings.TrimSpace(rest))
	f["days"] = strconv.Itoa(r.Days)
	return f, nil
}

// OfStatement returns the fields of a statement of account.
func OfStatement(s invoice.AccountStatement, customer, language string) Fields {
	amount := func(d money.Decimal) string { return invoice.LetterAmount(language, d, s.Digits, s.Currency) }
	return Fields{
		"customer": customer, "from": invoice.LetterDay(language, s.From), "to": invoice.LetterDay(language, s.To),
		"opening": amount(s.Opening), "closing": amount(s.Closing),
	}
}

// OfData returns the fields of a data set of a month.
func OfData(data, customer string, period billing.Period, language string) Fields {
	return Fields{"data": data, "customer": customer, "period": month(period, language)}
}

// OfReport returns the fields of a report of a month.
func OfReport(report string, period billing.Period, language string) Fields {
	return Fields{"report": report, "period": month(period, language)}
}

// OfInvitation returns the fields of an invitation by a person.
func OfInvitation(inviter string) Fields { return Fields{"inviter": inviter} }
