package mailroom

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/handover"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/letter"
)

// fields are what a message says of what it carries, and in which language: that of
// the document, else that of the customer.
func (m *Mailroom) fields(ctx context.Context, x handover.Mail) (letter.Fields, string, error) {
	if x.Letter == letter.Test {
		b, err := m.brandOf(ctx, x.Owner)
		return nil, cmp.Or(b.Language, "en"), err
	}
	if x.Document != "" {
		inv, err := m.documents.Invoice(ctx, x.Document)
		if err != nil {
			return nil, "", err
		}
		f, err := m.ofDocument(ctx, x, inv.Language)
		return f, inv.Language, err
	}
	c, err := m.home.Config(ctx)
	if err != nil {
		return nil, "", err
	}
	language, name := languageOf(c, x.Customer), nameOf(c, x.Customer)
	if x.Letter != letter.Statement {
		return letter.OfData(titles[x.What], name, x.Period, language), language, nil
	}
	f, err := m.ofStatement(ctx, x, name, language)
	return f, language, err
}

// titles are how letters call data sets.
var titles = map[string]string{"focus": "FOCUS 1.2", "cur2": "CUR 2.0", "accounting": "accounting"}

// ofDocument are the fields of a letter about a document, in a language. An unknown one
// is store.ErrNotFound.
func (m *Mailroom) ofDocument(ctx context.Context, x handover.Mail, language string) (letter.Fields, error) {
	if !isDocument(x.Letter) {
		return nil, errOtherKind
	}
	inv, err := m.documents.Invoice(ctx, x.Document)
	if err != nil {
		return nil, err
	}
	if inv.State == invoice.Draft {
		return nil, fmt.Errorf("document %s is a draft; letters are about issued ones", inv.ID)
	}
	_, standings, err := m.receivables.OfGroup(ctx, inv.Group)
	if err != nil {
		return nil, err
	}
	open := standings[inv.ID].Open
	inv.Language = language
	if x.Letter != letter.Reminder {
		return letter.OfInvoice(inv, open), nil
	}
	if inv.DueDate == nil {
		return nil, errors.New("the document has no due date, so nobody is reminded of it")
	}
	steps, err := m.receivables.Steps(ctx, inv.Group)
	if err != nil {
		return nil, err
	}
	today := billing.DayOf(x.At)
	return letter.OfReminder(invoice.Reminder{Step: x.Step, Invoice: inv, Open: open, Days: max(0, int(today-*inv.DueDate)), Today: today}, steps)
}

// ofStatement are the fields of a letter with a customer's statement of account of a
// month. What is owed in several currencies stands side by side.
func (m *Mailroom) ofStatement(ctx context.Context, x handover.Mail, name, language string) (letter.Fields, error) {
	all, err := m.statements(ctx, x.Customer, x.Period)
	if err != nil {
		return nil, err
	}
	var f letter.Fields
	for i, s := range all {
		one := letter.OfStatement(s, name, language)
		if i == 0 {
			f = one
			continue
		}
		for _, field := range []string{"opening", "closing"} {
			f[field] += ", " + one[field]
		}
	}
	return f, nil
}

// statements are a customer's statements of account of a month, one for each currency.
// Where there is nothing to state it is refused for good.
func (m *Mailroom) statements(ctx context.Context, customer string, period billing.Period) ([]invoice.AccountStatement, error) {
	from, to := period.FirstDay(), period.LastDay()
	all, err := m.receivables.AccountStatements(ctx, customer, from, to)
	if err == nil && len(all) == 0 {
		err = &handover.FinalError{Err: fmt.Errorf("there is nothing on the account of %s up to %s", customer, to)}
	}
	return all, err
}
