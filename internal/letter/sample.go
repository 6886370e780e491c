package letter

import (
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/brand"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// Preview is a message of a kind with made-up values, exactly as a real one would be
// made: with everything that can stand in it. A brand without an address to send from
// has a made-up one here.
func Preview(kind Kind, language string, own Own, b brand.Brand) (Message, error) {
	if b.Sender.Address == "" {
		b.Sender.Address = "billing@example.com"
	}
	l, err := sample(kind, language, b.Name)
	if err != nil {
		return Message{}, err
	}
	m, err := Compose(l, own, b)
	m.ID, m.At, m.To = "preview", sampleTime, []string{"accounts@example.com"}
	return m, err
}

var sampleTime = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// sample is a letter with made-up values, in which all fields of its kind have one.
func sample(kind Kind, language, seller string) (Letter, error) {
	l := Letter{Kind: kind, Language: language}
	if kind == Test {
		return l, nil
	}
	l.Link, l.Expires = "https://billing.example.com/d/EXAMPLE", sampleTime.AddDate(0, 0, 14)
	period := billing.PeriodOf(sampleTime).Previous()
	name := "example.pdf"
	switch kind {
	case Reminder:
		f, err := OfReminder(invoice.Reminder{
			Step: 1, Invoice: sampleDocument(kind, language, seller), Open: sampleTotal, Days: 7, Today: billing.DayOf(sampleTime) + 37,
		}, nil)
		if err != nil {
			return l, err
		}
		l.Fields = f
	case Statement:
		l.Fields = OfStatement(invoice.AccountStatement{
			Currency: "USD", Digits: 2, From: period.FirstDay(), To: period.LastDay(), Opening: money.MustParse("100"), Closing: sampleTotal,
		}, sampleCustomer, language)
	case Data:
		name, l.Fields = "focus-2026-10.parquet", OfData("FOCUS 1.2", sampleCustomer, period, language)
	case Report:
		name, l.Fields = "report-2026-10.csv", OfReport("Costs by account", period, language)
	case Invitation:
		l.Fields = OfInvitation("Ann Example")
		return l, nil
	case CreditNote:
		l.Fields = OfInvoice(sampleDocument(kind, language, seller), money.Decimal{})
	default:
		l.Fields = OfInvoice(sampleDocument(kind, language, seller), sampleTotal)
	}
	l.Attachments = []Attachment{{name, "application/octet-stream", []byte("made up\n")}}
	return l, nil
}

const sampleCustomer = "ACME Inc."

var sampleTotal = money.MustParse("1234.50")

func sampleDocument(kind Kind, language, seller string) invoice.Invoice {
	issued := billing.DayOf(sampleTime)
	due := issued + 30
	inv := invoice.Invoice{
		Number: "INV-2026-000017", Document: invoice.DocumentKind(kind), Period: billing.PeriodOf(sampleTime).Previous(), Language: language,
		Title: "Cloud services", Seller: invoice.Party{Name: seller}, Buyer: invoice.Party{Name: sampleCustomer},
		Payment: []string{"Example Bank", "IBAN DE02 1203 0000 0000 2020 51"}, IssueDate: &issued, DueDate: &due,
		Currency: "USD", Digits: 2, Total: sampleTotal, Payable: sampleTotal,
	}
	if kind == CreditNote || kind == DebitNote {
		inv.Corrects = &invoice.Reference{Number: "INV-2026-000003"}
	}
	if kind == CreditNote {
		inv.Total, inv.Payable = sampleTotal.Neg(), sampleTotal.Neg()
	}
	return inv
}
