package receivable

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sheet"
)

// paymentColumns are what a list of a bank can tell. Date, amount and key must be
// there; currency too, unless all documents that are named are in one.
var paymentColumns = []string{"date", "amount", "currency", "key", "payer", "reference", "method", "customer", "documents"}

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
	Why     string `json:"why,omitempty"` // it was skipped or refused, or that it was taken back
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

// Import records the payments of a bank's list. A line pays for the
// documents it names; else for those whose number stands in its reference; else
// for the oldest of the customer it names. A line that names none of them is
// refused, and so is one whose key is on record with other facts; the others are
// recorded all the same. Amounts of zero or less are skipped. A dry run records
// nothing, and says what would be.
//
// It is an error when the list cannot be read, as it is larger than a sheet may
// be or not UTF-8; nothing is recorded then.
func (rs *Receivables) Import(ctx context.Context, file io.Reader, list PaymentList, dryRun bool) ([]ListedPayment, error) {
	data, err := io.ReadAll(io.LimitReader(file, sheet.MaxSize+1))
	if err != nil {
		return nil, err
	}
	text, err := sheet.Text(data)
	if err != nil {
		return nil, err
	}
	lines, err := list.read(text)
	if err != nil {
		return nil, err
	}
	books, err := rs.All(ctx)
	if err != nil {
		return nil, err
	}
	for i := range lines {
		l := &lines[i]
		if l.Outcome != "" {
			continue
		}
		if len(l.order.Documents) == 0 {
			l.order.Documents = documentsFor(books, l.order.Payment)
		}
		if dryRun {
			err = rs.wouldAdd(ctx, &books, l)
		} else {
			err = rs.addListed(ctx, books, l)
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

func (rs *Receivables) addListed(ctx context.Context, books invoice.Receivables, l *ListedPayment) error {
	record, err := rs.addPayment(ctx, books, l.order)
	if err != nil {
		return err
	}
	l.Outcome, l.ID, l.Customer, l.Currency = PaymentKnown, record.ID, record.Customer, record.Currency
	l.Settles, l.Unallocated = record.Settles, record.Unallocated
	if record.New {
		l.Outcome = PaymentRecorded
	}
	if record.ReversedBy != "" {
		l.Why = "it was taken back by " + record.ReversedBy
	}
	return nil
}

// wouldAdd does in the books what addListed would do on record.
func (rs *Receivables) wouldAdd(ctx context.Context, books *invoice.Receivables, l *ListedPayment) error {
	payment, claims, err := rs.orderly(ctx, *books, l.order)
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

// documentsFor are the documents that a payment is for which names none: those it
// was recorded for where its key is on record, as more may be issued since; else
// those whose number stands in its reference.
func documentsFor(books invoice.Receivables, payment invoice.Payment) []string {
	for _, known := range books.Payments {
		if known.Key == payment.Key {
			return numbersIn(books, known.Named, payment.Currency)
		}
	}
	return numbersIn(books, payment.Reference, payment.Currency)
}

// numbersIn are the numbers of documents that stand in a text as words of their
// own, in the order of the documents. Where a number is part of a longer one, such
// as 2026-7 of INV-2026-7, the longer one is meant.
func numbersIn(books invoice.Receivables, text string, currency money.Currency) (numbers []string) {
	var candidates, found []string
	for _, d := range books.Documents {
		if currency == "" || d.Currency == currency {
			candidates = append(candidates, d.Number)
		}
	}
	longest := slices.SortedStableFunc(slices.Values(candidates), func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	for _, number := range longest {
		rest, names := withoutWord(text, number)
		if names {
			text, found = rest, append(found, number)
		}
	}
	for _, number := range candidates {
		if slices.Contains(found, number) {
			numbers = append(numbers, number)
		}
	}
	return numbers
}

// withoutWord takes a word out of a text wherever no letter or digit stands right
// beside it; found is false where it nowhere stands so.
func withoutWord(text, word string) (rest string, found bool) {
	for {
		before, after, is := strings.Cut(text, word)
		if !is || word == "" {
			return rest + text, found
		}
		last, _ := utf8.DecodeLastRuneInString(rest + before)
		next, _ := utf8.DecodeRuneInString(after)
		if partOfNumber(last) || partOfNumber(next) {
			rest += before + word
		} else {
			rest, found = rest+before+" ", true
		}
		text = after
	}
}

func partOfNumber(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// read returns the lines of the list; those that came in are open orders.
func (list PaymentList) read(text []byte) ([]ListedPayment, error) {
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comma = list.Separator
	head, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the list is empty; its first line names the columns")
	}
	if err != nil {
		return nil, err
	}
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
		if !slices.Contains(paymentColumns, column) {
			return nil, fmt.Errorf("%q is no column of a payment; use %s", column, strings.Join(paymentColumns, ", "))
		}
	}
	place := map[string]int{}
	for _, column := range paymentColumns {
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
	paid, err := list.amount(cell("amount"))
	if err != nil {
		return ListedPayment{}, err
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

// How banks write amounts. Signs of thousands stand where they divide thousands,
// or lakhs, so that 1,50 is never read as 150.
var (
	pointAmount = regexp.MustCompile(`^[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3})(\.[0-9]+)?$`)
	commaAmount = regexp.MustCompile(`^[+-]?([0-9]+|[0-9]{1,3}(\.[0-9]{2,3})*\.[0-9]{3})(,[0-9]+)?$`)
)

// amount reads an amount as the list writes them.
func (list PaymentList) amount(text string) (money.Decimal, error) {
	form, plain := pointAmount, strings.NewReplacer(",", "")
	wrong := fmt.Errorf("the amount: %q is not one such as 1,234.50; --decimal-comma reads those such as 1.234,50", text)
	if list.DecimalComma {
		form, plain = commaAmount, strings.NewReplacer(".", "", ",", ".")
		wrong = fmt.Errorf("the amount: %q is not one such as 1.234,50; without --decimal-comma it is read as 1,234.50", text)
	}
	if len(text) > 64 || !form.MatchString(text) {
		return money.Zero, wrong
	}
	return money.Parse(plain.Replace(text))
}
