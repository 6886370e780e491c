package billing

import (
	"context"
	"fmt"

	"github.com/sluice-billing/sluice/internal/money"
)

// Severity says what a finding does to a close.
type Severity string

const (
	Hold Severity = "hold" // stops the close until it is resolved or waived
	Warn Severity = "warn" // shown, stops nothing
	Info Severity = "info" // worth knowing, such as a proof that was not possible
)

// Finding is something the data says that a person should know: a stored
// fact with a stable code, never a log line. Amounts are exact, before tax.
type Finding struct {
	Code     string        `json:"code"` // stable, such as "unassigned" or "lost-digits"
	Severity Severity      `json:"severity"`
	Subject  string        `json:"subject"`            // what it is about: a payer, an account, a line type
	File     string        `json:"file,omitempty"`     // the provider's file, where it has one
	Row      int64         `json:"row,omitempty"`      // first row in it, counted from 1 without the header
	Count    int64         `json:"count,omitempty"`    // how many rows
	Amount   money.Decimal `json:"amount"`             // money concerned, in Currency
	Currency string        `json:"currency,omitempty"` // of Amount
	Message  string        `json:"message"`            // what happened and what to do next
}

// Where names file and row for a person, or is empty.
func (f Finding) Where() string {
	switch {
	case f.File == "":
		return ""
	case f.Row == 0:
		return f.File
	default:
		return fmt.Sprintf("%s row %d", f.File, f.Row)
	}
}

// Report is what went into a stage: rows, and the provider's own cost of them
// by currency, exact. The pipeline compares it with what the stage before left
// behind and with what the stage wrote, and goes on only when they are equal.
type Report struct {
	RowsIn int64
	In     Money
}

// Kept checks that the next stage, whose report is given, took in all that this
// one did. The error names the work between them.
func (r Report) Kept(work string, next Report) error {
	if diff := next.In.Minus(r.In); len(diff) > 0 || next.RowsIn != r.RowsIn {
		return fmt.Errorf("%s did not conserve money: %d lines went in and %d came out, with a difference of %v; no charges were put in force. This is a fault of Sluice, please report it",
			work, r.RowsIn, next.RowsIn, diff)
	}
	return nil
}

// Money is an exact sum per currency.
type Money map[money.Currency]money.Decimal

// Add adds amount to the sum of its currency.
func (m Money) Add(c money.Currency, amount money.Decimal) { m[c] = m[c].Add(amount) }

// Minus returns m − o with the currencies of difference 0 left out: an empty
// result says that both hold the same money.
func (m Money) Minus(o Money) Money {
	diff := Money{}
	for c, a := range m {
		diff.Add(c, a)
	}
	for c, a := range o {
		diff.Add(c, a.Neg())
	}
	for c, a := range diff {
		if a.IsZero() {
			delete(diff, c)
		}
	}
	return diff
}

// Progress is told that done of total units of the named work are finished, be
// they bytes, rows or documents; total 0 means it is not known. It must be safe
// for use by several goroutines.
type Progress func(work string, done, total int64)

type progressKey struct{}

// WithProgress returns a context whose long work reports to p.
func WithProgress(ctx context.Context, p Progress) context.Context {
	return context.WithValue(ctx, progressKey{}, p)
}

// Step reports progress to the context's Progress, if it has one.
func Step(ctx context.Context, work string, done, total int64) {
	if told, ok := ctx.Value(progressKey{}).(Progress); ok {
		told(work, done, total)
	}
}
