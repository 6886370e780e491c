package pipeline

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// PaymentColumns are what a list of a bank can tell. Date, amount and key must be
// there; currency too, unless all documents that are named are in one.
var PaymentColumns = []string{"date", "amount", "currency", "key", "payer", "reference", "method", "customer", "documents"}

// PaymentList says how a bank writes its list.
type PaymentList struct {
	Separator    rune              // between columns
	DecimalComma bool              // 1.234,50 instead of 1,234.50
	Headings     map[string]string // of the bank, by name of the column; the name itself where it is left out
}

// ListedPayment is a line of the list, and what became of it.
type ListedPayment struct {
	Line    int    `json:"line"` // in the file, counted from 1
	Key     string `json:"key"`
	Outcome string `json:"outcome"`       // recorded | known | would-record | skipped | refused
	Why     string `json:"why,omitempty"` // it was skipped or refused
	ID      string `json:"id,omitempty"`  // of the payment
	order   PaymentOrder
	Settles []Settles `json:"settles,omitempty"`
	// Amount and what is unallocated of it are in Currency.
	Customer    string         `json:"customer,omitempty"`
	Amount      money.Decimal  `json:"amount"`
	Unallocated money.Decimal  `json:"unallocated"`
	Currency    money.Currency `json:"currency,omitempty"`
}

// What can become of a line.
const (
	PaymentRecorded    = "recorded"
	PaymentKnown       = "known" // was on record with the same facts
	PaymentWouldRecord = "would-record"
	PaymentSkipped     = "skipped" // is nothing that came in
	PaymentRefused     = "refused"
)

// ImportPayments records the payments of a bank's list. A line pays for the
// documents it names; else for those whose number stands in its reference; else
// for the oldest of the customer it names. A line that names none of them is
// refused, and so is one whose key is on record with other facts; the others are
// recorded all the same. Amounts of zero or less are skipped. A dry run records
// nothing, and says what would be.
//
// It is an error when the list cannot be read; nothing is recorded then.
func (p *Pipeline) ImportPayments(ctx context.Context, file io.Reader, list PaymentList, dryRun bool) ([]ListedPayment, error) {
	lines, err := list.read(file)
	if err != nil {
		return nil, err
	}
	books, err := p.Receivables(ctx)
	if err != nil {
		return nil, err
	}
	for i := range lines {
		l := &lines[i]
		if l.Outcome != "" {
			continue
		}
		if len(l.order.Documents) == 0 {
			l.order.Documents = numbersIn(books, l.order.Reference, l.order.Currency)
		}
		if dryRun {
			err = p.wouldAdd(ctx, &books, l)
		} else {
			err = p.addListed(ctx, l)
		}
		if ctx.Err() != nil {
			return lines, ctx.Err()
		}
		if err != nil {
			l.Outcome, l.Why = PaymentRefused, err.Error()
		}
	}
	return lines, nil
}

func (p *Pipeline) addListed(ctx context.Context, l *ListedPayment) error {
	record, err := p.AddPayment(ctx, l.order)
	if err != nil {
		return err
	}
	l.Outcome, l.ID, l.Customer, l.Currency = PaymentKnown, record.ID, record.Customer, record.Currency
	l.Settles, l.Unallocated = record.Settles, record.Unallocated
	if record.New {
		l.Outcome = PaymentRecorded
	}
	return nil
}

// wouldAdd does in the books what addListed would do on record.
func (p *Pipeline) wouldAdd(ctx context.Context, books *invoice.Receivables, l *ListedPayment) error {
	payment, claims, err := p.orderly(ctx, *books, l.order)
	if err != nil {
		return err
	}
	l.Customer, l.Currency = payment.Customer, payment.Currency
	if at := slices.IndexFunc(books.Payments, func(q invoice.Payment) bool { return q.Key == payment.Key }); at >= 0 {
		known := books.Payments[at]
		if !known.SameFacts(payment) {
			return fmt.Errorf("the key %s is that of %s, which says something else", known.Key, nameOf(known))
		}
		l.Outcome, l.ID = PaymentKnown, known.ID
		return nil
	}
	parts, err := claims.allocator(payment.On)(payment.Amount, func(id string) money.Decimal {
		return invoice.Settled(id, books.Settlements)
	})
	if err != nil {
		return err
	}
	l.Outcome, l.Unallocated = PaymentWouldRecord, payment.Amount
	books.Payments = append(books.Payments, payment)
	for _, part := range parts {
		books.Settlements = append(books.Settlements, invoice.Settlement{
			Source: payment.Key, Kind: payment.Kind, Invoice: part.Invoice, Amount: part.Amount, On: part.On})
		l.Settles = append(l.Settles, Settles{ID: part.Invoice, Number: numberOf(*books, part.Invoice), Amount: part.Amount})
		l.Unallocated = l.Unallocated.Sub(part.Amount)
	}
	return nil
}

// nameOf names a payment, also one that a dry run has not recorded.
func nameOf(p invoice.Payment) string {
	if p.ID == "" {
		return "an earlier line"
	}
	return p.ID
}

// numbersIn are the numbers of documents that stand in a text as words of their
// own, in the order of the documents.
func numbersIn(books invoice.Receivables, text string, currency money.Currency) (numbers []string) {
	partOfNumber := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	for _, d := range books.Documents {
		before, after, found := strings.Cut(text, d.Number)
		if !found || currency != "" && d.Currency != currency ||
			strings.LastIndexFunc(before, partOfNumber) == len(before)-1 && before != "" ||
			strings.IndexFunc(after, partOfNumber) == 0 {
			continue
		}
		numbers = append(numbers, d.Number)
	}
	return numbers
}

// read returns the lines of the list; those that came in are open orders.
func (list PaymentList) read(file io.Reader) ([]ListedPayment, error) {
	reader := csv.NewReader(file)
	reader.Comma = list.Separator
	head, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the list is empty; its first line names the columns")
	}
	if err != nil {
		return nil, err
	}
	head[0] = strings.TrimPrefix(head[0], "\ufeff") // some banks mark UTF-8 so
	place, err := list.places(head)
	if err != nil {
		return nil, err
	}
	lines := []ListedPayment{}
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return lines, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := reader.FieldPos(0)
		one, err := list.line(func(column string) string {
			if at, is := place[column]; is {
				return strings.TrimSpace(cells[at])
			}
			return ""
		})
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		one.Line = line
		lines = append(lines, one)
	}
}

// places finds the columns in the first line.
func (list PaymentList) places(head []string) (map[string]int, error) {
	for column := range list.Headings {
		if !slices.Contains(PaymentColumns, column) {
			return nil, fmt.Errorf("%q is no column of a payment; use %s", column, strings.Join(PaymentColumns, ", "))
		}
	}
	place := map[string]int{}
	for _, column := range PaymentColumns {
		heading, mapped := list.Headings[column]
		if !mapped {
			heading = column
		}
		at := slices.IndexFunc(head, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), heading) })
		if at >= 0 {
			place[column] = at
		} else if mapped || column == "date" || column == "amount" || column == "key" {
			return nil, fmt.Errorf("the list has no column %q for the %s; it has %s", heading, column, strings.Join(head, ", "))
		}
	}
	return place, nil
}

func (list PaymentList) line(cell func(column string) string) (ListedPayment, error) {
	amount := cell("amount")
	if list.DecimalComma {
		amount = strings.ReplaceAll(strings.ReplaceAll(amount, ".", ""), ",", ".")
	} else {
		amount = strings.ReplaceAll(amount, ",", "")
	}
	paid, err := money.Parse(amount)
	if err != nil {
		return ListedPayment{}, fmt.Errorf("the amount: %w", err)
	}
	on, err := billing.ParseDay(cell("date"))
	if err != nil {
		return ListedPayment{}, err
	}
	l := ListedPayment{Key: cell("key"), Amount: paid, Customer: cell("customer"), Currency: money.Currency(cell("currency"))}
	l.order = PaymentOrder{
		Payment: invoice.Payment{
			Key: l.Key, Customer: l.Customer, On: on, Amount: paid, Currency: l.Currency, Payer: cell("payer"), Method: cell("method"),
			Reference: cell("reference"),
		},
		Documents: strings.FieldsFunc(cell("documents"), func(r rune) bool { return r == ' ' || r == ';' || r == '|' }),
	}
	switch {
	case l.Key == "":
		l.Outcome, l.Why = PaymentRefused, "it has no key: without one it could be recorded twice"
	case paid.Sign() <= 0:
		l.Outcome, l.Why = PaymentSkipped, "nothing came in"
	}
	return l, nil
}
