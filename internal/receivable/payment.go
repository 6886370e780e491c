package receivable

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// PaymentOrder is a payment that is to be recorded.
type PaymentOrder struct {
	invoice.Payment // ID, Kind, At and By are given by the records
	// Documents are what it pays for: numbers or ids, each with =AMOUNT where it
	// gets only so much. None: the customer's oldest first.
	Documents []string
	// OldestFirst gives to the customer's oldest documents what the named ones do
	// not take.
	OldestFirst bool
}

// PaymentRecord is a payment with what it settles.
type PaymentRecord struct {
	invoice.Payment
	Settles     []Settles     `json:"settles"`
	Unallocated money.Decimal `json:"unallocated"`
	ReversedBy  string        `json:"reversed_by,omitempty"` // id
	New         bool          `json:"new"`                   // recorded just now; else it was on record with the same facts
}

// Settles is what a payment, or a credit note, gives to a document.
type Settles struct {
	ID     string        `json:"id"`
	Number string        `json:"number"`
	Amount money.Decimal `json:"amount"`
}

// Add records a payment and gives it to documents, never more than is
// open of each; what is left stays unallocated. Where the order leaves them out,
// customer and currency are those of the named documents, and the key is made of
// the facts. A key that is on record with the same facts changes nothing.
func (rs *Receivables) Add(ctx context.Context, order PaymentOrder) (PaymentRecord, error) {
	books, err := rs.All(ctx)
	if err != nil {
		return PaymentRecord{}, err
	}
	return rs.addPayment(ctx, books, order)
}

// addPayment is Add for many payments: the books are read once.
func (rs *Receivables) addPayment(ctx context.Context, books invoice.Receivables, order PaymentOrder) (PaymentRecord, error) {
	payment, claims, err := rs.orderly(ctx, books, order)
	if err != nil {
		return PaymentRecord{}, err
	}
	recorded, fresh, err := rs.home.Store.RecordPayment(ctx, payment, claims.allocator(payment.On))
	if err != nil {
		return PaymentRecord{}, err
	}
	record := PaymentRecord{Payment: recorded, Settles: []Settles{}, Unallocated: recorded.Amount, New: fresh}
	for _, q := range books.Payments {
		if q.Reverses == recorded.ID {
			record.ReversedBy = q.ID
		}
	}
	settlements, err := rs.home.Store.Settlements(ctx, recorded.ID)
	for _, s := range settlements {
		record.gives(s, numberOf(books, s.Invoice))
	}
	return record, err
}

// gives counts in what the payment gives to a document.
func (r *PaymentRecord) gives(s invoice.Settlement, number string) {
	r.Unallocated = r.Unallocated.Sub(s.Amount)
	of := slices.IndexFunc(r.Settles, func(x Settles) bool { return x.ID == s.Invoice })
	if of < 0 {
		of, r.Settles = len(r.Settles), append(r.Settles, Settles{ID: s.Invoice, Number: number})
	}
	r.Settles[of].Amount = r.Settles[of].Amount.Add(s.Amount)
}

// orderly fills in what the order leaves out, and checks it.
func (rs *Receivables) orderly(ctx context.Context, books invoice.Receivables, order PaymentOrder) (invoice.Payment, claims, error) {
	payment := order.Payment
	payment.Kind, payment.By, payment.Named = invoice.PaidIn, rs.home.User, strings.Join(order.Documents, " ")
	if err := rs.home.HasCome(payment.On); err != nil {
		return payment, nil, err
	}
	named, err := claimsNamed(books, order.Documents)
	if err != nil {
		return payment, nil, err
	}
	for _, d := range named {
		payment.Customer, payment.Currency = cmp.Or(payment.Customer, d.Customer), cmp.Or(payment.Currency, d.Currency)
		if d.Customer != payment.Customer || d.Currency != payment.Currency {
			return payment, nil, fmt.Errorf("%s is of customer %s in %s, the payment of customer %s in %s; record a payment for each",
				d.Number, d.Customer, d.Currency, payment.Customer, payment.Currency)
		}
	}
	if err := payment.Currency.Check(); err != nil {
		return payment, nil, err
	}
	if payment.Amount.IsZero() {
		return payment, nil, errors.New("the amount of the payment is 0")
	}
	digits := payment.Currency.Digits()
	for _, d := range books.Documents {
		if d.Currency == payment.Currency {
			digits = max(digits, d.Digits)
		}
	}
	if payment.Amount.Scale() > digits {
		return payment, nil, fmt.Errorf("the amount %s has more digits after the point than amounts in %s, which have %d; nobody pays that", payment.Amount, payment.Currency, digits)
	}
	if len(named) == 0 {
		if err := rs.customerNamed(ctx, payment.Customer); err != nil {
			return payment, nil, err
		}
	}
	if len(named) == 0 || order.OldestFirst {
		named = append(named, oldestFirst(books, payment, named)...)
	}
	if payment.Key == "" {
		payment.Key = fmt.Sprintf("%s %s %s %s %s", payment.On, payment.Customer, payment.Amount, payment.Currency, payment.Reference)
	}
	return payment, named, nil
}

// claims are the documents that an amount can go to, in their order.
type claims []claim

type claim struct {
	invoice.Receivable
	part *money.Decimal // what it gets; nil: as much as is open
}

// claimsNamed finds documents by NUMBER or ID, each with =AMOUNT where it gets
// only so much.
func claimsNamed(books invoice.Receivables, names []string) (claims, error) {
	var all claims
	for _, name := range names {
		document, amount, limited := name, "", false
		at := documentNamed(books, name)
		if cut := strings.LastIndexByte(name, '='); at < 0 && cut >= 0 { // a number may hold the sign itself
			document, amount, limited = name[:cut], name[cut+1:], true
			at = documentNamed(books, document)
		}
		if at < 0 {
			return nil, fmt.Errorf("%s is no issued document; `sluice invoice list` shows them", document)
		}
		c := claim{Receivable: books.Documents[at]}
		if slices.ContainsFunc(all, func(x claim) bool { return x.ID == c.ID }) {
			return nil, fmt.Errorf("%s is named twice", c.Number)
		}
		if limited {
			part, err := money.Parse(amount)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			c.part = &part
		}
		all = append(all, c)
	}
	return all, nil
}

// documentNamed is the place of a document by its number or id, or below 0.
func documentNamed(books invoice.Receivables, name string) int {
	return slices.IndexFunc(books.Documents, func(d invoice.Receivable) bool { return d.Number == name || d.ID == name })
}

// oldestFirst are the customer's other documents in the payment's currency, by
// due date.
func oldestFirst(books invoice.Receivables, payment invoice.Payment, but claims) (all claims) {
	for _, d := range books.Documents {
		if d.Customer == payment.Customer && d.Currency == payment.Currency &&
			!slices.ContainsFunc(but, func(c claim) bool { return c.ID == d.ID }) {
			all = append(all, claim{Receivable: d})
		}
	}
	slices.SortFunc(all, func(a, b claim) int {
		return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Issued, b.Issued), cmp.Compare(a.Number, b.Number))
	})
	return all
}

// allocator gives what is there to the claims, on that day or when the document
// was issued.
func (c claims) allocator(on billing.Day) func(money.Decimal, func(string) money.Decimal) ([]invoice.Part, error) {
	return func(unallocated money.Decimal, settled func(string) money.Decimal) ([]invoice.Part, error) {
		wanted := make([]invoice.Claim, len(c))
		for i, d := range c {
			wanted[i] = invoice.Claim{ID: d.ID, Name: d.Number, Issued: d.Issued, Open: d.Payable.Sub(settled(d.ID)), Part: d.part}
		}
		parts, _, err := invoice.Allocate(unallocated, on, wanted)
		return parts, err
	}
}

// Allocate gives what is unallocated of a payment, or open of a credit
// note, to documents: the named ones, each with =AMOUNT where it gets only so
// much, else the oldest first. It returns what was given now.
func (rs *Receivables) Allocate(ctx context.Context, source string, on billing.Day, documents []string) ([]Settles, error) {
	if err := rs.home.HasCome(on); err != nil {
		return nil, err
	}
	books, err := rs.All(ctx)
	if err != nil {
		return nil, err
	}
	named, err := claimsNamed(books, documents)
	if err != nil {
		return nil, err
	}
	from, note, err := sourceOf(books, source)
	if err != nil {
		return nil, err
	}
	if len(named) == 0 {
		named = oldestFirst(books, from, nil)
	}
	for _, d := range named {
		if d.Customer != from.Customer || d.Currency != from.Currency {
			return nil, fmt.Errorf("%s is of customer %s in %s, %s of customer %s in %s", d.Number, d.Customer, d.Currency, source, from.Customer, from.Currency)
		}
	}
	var given []invoice.Part
	allocate := func(unallocated money.Decimal, settled func(string) money.Decimal) (parts []invoice.Part, err error) {
		if unallocated.IsZero() || note != nil && unallocated.Sign() < 0 {
			return nil, errors.New("nothing of it is left to be given")
		}
		given, err = named.allocator(max(on, from.On))(unallocated, settled)
		return given, err
	}
	if note != nil {
		err = rs.home.Store.AllocateCreditNote(ctx, note.ID, rs.home.User, note.Payable, allocate)
	} else {
		err = rs.home.Store.AllocatePayment(ctx, from.ID, rs.home.User, allocate)
	}
	settles := []Settles{}
	for _, part := range given {
		settles = append(settles, Settles{ID: part.Invoice, Number: numberOf(books, part.Invoice), Amount: part.Amount})
	}
	return settles, err
}

// sourceOf finds a payment by its id, or a credit note by its number or id, which
// it returns too.
func sourceOf(books invoice.Receivables, source string) (invoice.Payment, *invoice.Receivable, error) {
	for _, q := range books.Payments {
		if q.ID == source {
			return q, nil, nil
		}
	}
	for _, d := range books.Documents {
		if d.Number != source && d.ID != source {
			continue
		}
		if d.Payable.Sign() >= 0 {
			return invoice.Payment{}, nil, fmt.Errorf("%s is no credit note; only payments and credit notes settle others", source)
		}
		return invoice.Payment{Customer: d.Customer, Currency: d.Currency, On: d.Issued}, &d, nil
	}
	return invoice.Payment{}, nil, fmt.Errorf("%s is neither a payment nor an issued credit note; `sluice payment list` shows the payments", source)
}

// Reverse takes a payment or write-off back; what it settled is open
// again. Of a credit note, it takes back what was given to documents.
func (rs *Receivables) Reverse(ctx context.Context, source string, on billing.Day, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return errors.New("a reversal needs a reason")
	}
	if err := rs.home.HasCome(on); err != nil {
		return err
	}
	books, err := rs.All(ctx)
	if err != nil {
		return err
	}
	from, note, err := sourceOf(books, source)
	if err != nil {
		return err
	}
	reversal := invoice.Payment{On: on, Reference: reason, By: rs.home.User}
	if note != nil {
		return rs.home.Store.ReleaseCreditNote(ctx, note.ID, reversal)
	}
	_, err = rs.home.Store.ReversePayment(ctx, from.ID, reversal)
	return err
}

// WriteOff gives up what is still open of an issued document. Reversing the
// entry, which it returns, undoes it.
func (rs *Receivables) WriteOff(ctx context.Context, idOrNumber string, on billing.Day, reason string) (PaymentRecord, error) {
	if strings.TrimSpace(reason) == "" {
		return PaymentRecord{}, errors.New("a write-off needs a reason")
	}
	if err := rs.home.HasCome(on); err != nil {
		return PaymentRecord{}, err
	}
	books, err := rs.All(ctx)
	if err != nil {
		return PaymentRecord{}, err
	}
	named, err := claimsNamed(books, []string{idOrNumber})
	if err != nil {
		return PaymentRecord{}, err
	}
	d := named[0]
	open := d.Payable.Sub(invoice.Settled(d.ID, books.Settlements))
	if open.Sign() <= 0 {
		return PaymentRecord{}, fmt.Errorf("nothing of %s is left to be paid", d.Number)
	}
	if on < d.Issued {
		return PaymentRecord{}, fmt.Errorf("%s was issued on %s, so it cannot be written off on %s", d.Number, d.Issued, on)
	}
	// The number of settlements so far tells a second write-off, after the first
	// was reversed, from the same one again.
	into := len(slices.DeleteFunc(slices.Clone(books.Settlements), func(s invoice.Settlement) bool { return s.Invoice != d.ID }))
	d.part = &open
	recorded, _, err := rs.home.Store.RecordPayment(ctx, invoice.Payment{
		Key: fmt.Sprintf("write-off of %s (%d)", d.ID, into), Kind: invoice.WrittenOff, Customer: d.Customer, On: on, Amount: open,
		Currency: d.Currency, Reference: reason, Named: d.ID, By: rs.home.User,
	}, claims{d}.allocator(on))
	if err != nil {
		return PaymentRecord{}, err
	}
	record, err := rs.payment(ctx, recorded.ID)
	record.New = true
	return record, err
}

// payment returns a payment by its id.
func (rs *Receivables) payment(ctx context.Context, id string) (PaymentRecord, error) {
	all, err := rs.Payments(ctx)
	if err != nil {
		return PaymentRecord{}, err
	}
	for _, r := range all {
		if r.ID == id {
			return r, nil
		}
	}
	return PaymentRecord{}, fmt.Errorf("there is no payment %s; `sluice payment list` shows the payments", id)
}

// Payments returns all entries in the order in which they were recorded, with
// what each settles now.
func (rs *Receivables) Payments(ctx context.Context) ([]PaymentRecord, error) {
	books, err := rs.All(ctx)
	if err != nil {
		return nil, err
	}
	all, place := []PaymentRecord{}, map[string]int{}
	for _, q := range books.Payments {
		place[q.ID] = len(all)
		all = append(all, PaymentRecord{Payment: q, Settles: []Settles{}, Unallocated: q.Amount})
		if at, is := place[q.Reverses]; is {
			all[at].ReversedBy = q.ID
		}
	}
	for _, s := range books.Settlements {
		at, is := place[s.Source]
		if !is {
			continue // out of a credit note
		}
		all[at].gives(s, numberOf(books, s.Invoice))
	}
	return all, nil
}

func numberOf(books invoice.Receivables, id string) string {
	for _, d := range books.Documents {
		if d.ID == id {
			return d.Number
		}
	}
	return id
}
