package backend

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/sluice-billing/sluice/backend/backendv1"
)

// Bounds of a batch, as the contract has them.
const (
	mostRows    = 1000
	mostBatch   = 1 << 20 // bytes as a message
	aroundRow   = 16      // bytes that a row takes beside itself, at most
	longestWait = 5 * time.Second
)

// teller checks rows, and sends them in batches. Its first error is its last: what comes
// after it is refused with the same.
type teller struct {
	month    Month
	currency string // of rows that name none
	send     func(*backendv1.CostsResponse) error

	batch []*backendv1.Row
	size  int // bytes
	sent  time.Time
	rows  int64
	sums  Sums
	err   error
}

func (t *teller) tell(r Row) error {
	if t.err == nil {
		t.err = t.add(r)
	}
	return t.err
}

func (t *teller) add(r Row) error {
	if err := t.check(r); err != nil {
		return fmt.Errorf("row %d of the backend: %w", t.rows+1, err)
	}
	message := r.message()
	size := proto.Size(message) + aroundRow
	if size > mostBatch {
		return fmt.Errorf("row %d of the backend has %d bytes, more than %d; shorten its texts", t.rows+1, size, mostBatch)
	}
	if t.size+size > mostBatch {
		if err := t.flush(); err != nil {
			return err
		}
	}
	if t.sent.IsZero() {
		t.sent = time.Now()
	}
	t.batch, t.size = append(t.batch, message), t.size+size
	t.rows++
	currency := r.Currency
	if currency == "" {
		currency = t.currency
	}
	if err := t.sums.Add(currency, r.Cost); err != nil {
		return err
	}
	// Who waits is told something now and then, also where rows come slowly.
	if len(t.batch) == mostRows || time.Since(t.sent) > longestWait {
		return t.flush()
	}
	return nil
}

func (t *teller) check(r Row) error {
	if !t.month.Contains(r.Date) {
		return fmt.Errorf("its date %q is not in %s; tell rows of the month that was asked for, with dates as 2026-10-31 or 2026-10", clip(r.Date), t.month)
	}
	if !knownCategory(r.Category) {
		return fmt.Errorf("its category %q is none of %v", clip(r.Category), Categories)
	}
	if r.Currency == "" && t.currency == "" {
		return fmt.Errorf("it has no currency, and the description names none either; tell it in one of the two")
	}
	if err := CheckAmount(r.Cost); err != nil {
		return fmt.Errorf("its cost: %w", err)
	}
	for name, amount := range map[string]string{"quantity": r.Quantity, "list cost": r.ListCost} {
		if amount == "" {
			continue
		}
		if err := CheckAmount(amount); err != nil {
			return fmt.Errorf("its %s: %w", name, err)
		}
	}
	return nil
}

func (t *teller) flush() error {
	if len(t.batch) == 0 {
		return nil
	}
	err := t.send(&backendv1.CostsResponse{Part: &backendv1.CostsResponse_Batch{Batch: &backendv1.Batch{Rows: t.batch}}})
	t.batch, t.size, t.sent = nil, 0, time.Now()
	return err
}

// finish sends what is left, and the summary. A vendor that went on after an error has
// told no whole month.
func (t *teller) finish() error {
	if t.err != nil {
		return t.err
	}
	if err := t.flush(); err != nil {
		return err
	}
	return t.send(&backendv1.CostsResponse{Part: &backendv1.CostsResponse_Summary{Summary: &backendv1.Summary{Rows: t.rows, Cost: t.sums.Texts()}}})
}

func (r Row) message() *backendv1.Row {
	return &backendv1.Row{
		Date: r.Date, Account: r.Account, AccountName: r.AccountName, Category: r.Category,
		Service: r.Service, Region: r.Region, UsageType: r.UsageType, Resource: r.Resource, Description: r.Description,
		Quantity: r.Quantity, Unit: r.Unit, Cost: r.Cost, ListCost: r.ListCost, Currency: r.Currency,
		InvoiceId: r.InvoiceID, Tags: r.Tags,
	}
}
