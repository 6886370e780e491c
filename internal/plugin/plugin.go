// Package plugin asks billing backends: programs that tell over gRPC what a vendor
// charges. It speaks the contract of backend/proto, the data-source protocol of
// Cloudforet's cost analysis, and the billing protocol of SpaceONE 1.5, and hides
// which of them it is. Amounts never are binary fractions, also where a protocol
// carries them so: they are read by their shortest decimal form.
package plugin

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/secret"
)

// Row is what a vendor charges for something of a day, or of the whole month.
type Row struct {
	Day         billing.Day // UTC; the first of the month where Monthly
	Monthly     bool        // the backend tells no days
	Account     string      // the vendor's id of the account that used it; may be empty
	AccountName string
	Category    string // Usage (where it is empty), Purchase, Tax, Credit or Adjustment
	Service     string
	Region      string
	UsageType   string
	Resource    string
	Description string
	Quantity    money.Decimal
	Unit        string
	Cost        money.Decimal
	ListCost    *money.Decimal // public price; nil where it is not told
	Currency    string         // ISO 4217
	InvoiceID   string         // the vendor's invoice; empty while the month is open
	Tags        map[string]string
	// Measures are further figures that the backend tells of the row, by name, each as it
	// is written: a number by its shortest decimal form. No money is worked out from them.
	Measures map[string]string
}

// Described is what a backend says of itself.
type Described struct {
	Name     string `json:"name"`
	Version  string `json:"version"`
	Protocol string `json:"protocol"`           // as Backend.Protocol
	Provider string `json:"provider,omitempty"` // as it calls the vendor
	Currency string `json:"currency,omitempty"` // of rows that name none
	// Schemas say, by name, which fields a credential has: JSON Schema objects, whose
	// secret fields have writeOnly.
	Schemas map[string]json.RawMessage `json:"schemas,omitempty"`
	// Rules come with it, and hold before those that are declared.
	Rules []billing.SourceRule `json:"rules,omitempty"`
	// Notes say what of the backend's own settings Sluice cannot do, each with what to do
	// instead.
	Notes []string `json:"notes,omitempty"`
}

// Account is one that a credential reaches.
type Account struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

// Credential is what a backend is given to come in: all fields, also those that are
// secret.
type Credential struct {
	Schema string // without the name of the backend
	Fields map[string]secret.Text
}

// Hidden is a text, such as an error of somebody who was given the credential, in one
// line, not too long, and without the values of its fields.
func (c Credential) Hidden(text string) string { return words(text, c) }

// Task is a part of a month's rows that is asked for by itself. Its text is the
// backend's own.
type Task struct {
	Text json.RawMessage
	Name string // for people
}

// Total is what a backend says it told; Rows is -1 where its protocol says nothing.
type Total struct {
	Rows int64
	Cost map[string]money.Decimal // by currency
}

// Backend is one that was reached. Close it. Its errors are for people: they say what
// it did, and what to do. Everything ends with its context.
type Backend interface {
	// Describe asks what it is. It needs no credential.
	Describe(ctx context.Context) (Described, error)
	// Verify lets the backend try a credential at its vendor. A credential that does
	// not work is a *RefusedError.
	Verify(ctx context.Context, c Credential) ([]Account, error)
	// Tasks asks in how many parts a month is told.
	Tasks(ctx context.Context, c Credential, period billing.Period, since time.Time) ([]Task, error)
	// Rows streams the rows of a task. The last pair is an error, or nothing; what the
	// backend says it told is in total then. A row outside the month, of no currency,
	// or of an amount that is none is an error, and so is a total that does not agree.
	Rows(ctx context.Context, c Credential, period billing.Period, t Task, total *Total) iter.Seq2[Row, error]
	Close() error
}

// RefusedError says that a credential was not accepted.
type RefusedError struct{ Reason string }

// Error says why, and what to do.
func (e *RefusedError) Error() string { return e.Reason }
