// Package backend is what a billing backend is written with: a program that tells Sluice
// over gRPC what a vendor charges. Write a Vendor, and give it to Main or Serve; batches,
// sums, limits, health and a stop in good order are done here. The contract is
// proto/sluice/backend/v1/backend.proto; package conformance tries a backend out.
//
// Amounts are decimal text everywhere, such as "12.5" or "1e-7", days are UTC.
package backend

import (
	"context"
	"fmt"
	"time"
)

//go:generate sh generate.sh

// Revision of the contract that this package speaks.
const Revision = 1

// Vendor tells what somebody charges. All functions may be called by several callers at
// once, and end when their context does. An error is shown to people as it is: one
// sentence that says what happened and what to do, without anything secret. Refused,
// NoSuchTask and Busy say what kind of error it is.
type Vendor interface {
	// Describe says what the backend is. It asks nobody, and needs no credential.
	Describe(ctx context.Context, options map[string]string) (Description, error)
	// Verify tries a credential at the vendor, and returns the accounts that it reaches.
	Verify(ctx context.Context, a Access) ([]Account, error)
	// Plan says in which parts a month is told; none where there is nothing. since is when
	// it was told last, zero for the first time: a hint, all rows are wanted.
	Plan(ctx context.Context, a Access, m Month, since time.Time) ([]Task, error)
	// Costs tells the rows of a task of a month, one after the other. An error that tell
	// returns ends it: return that error. The rows are the same in the same order for as
	// long as nothing changes at the vendor.
	Costs(ctx context.Context, a Access, m Month, task string, tell func(Row) error) error
}

// Description is what a backend says of itself.
type Description struct {
	Name     string // for people, such as "Hyper billing"
	Version  string // of the backend, such as 1.4.0
	Provider string // the vendor, such as hyper
	Currency string // ISO 4217, of rows that name none; may be empty
	// Schemas of credentials, by name: JSON Schemas of objects whose properties are
	// strings, with "writeOnly": true where they are secret. At least one.
	Schemas map[string]string
	Rules   []Rule
}

// Rule gives rows to an account, where its conditions hold.
type Rule struct {
	Name       string
	When       string // all (also where it is empty), any, or always, with no condition
	Conditions []Condition
	Account    string // the rows are of this account
	GoOn       bool   // later rules may change what this one says
}

// Condition looks at one value of a row; exactly one of its tests is given. A value that
// is not there holds for none.
type Condition struct {
	// Field is account, account_name, service, region, usage_type, resource, description,
	// category, or tag:<key>.
	Field                          string
	Is, Not, Contains, NotContains string
}

// Access is by what the vendor is asked, for one question. Nothing of it is kept, logged
// or returned.
type Access struct {
	Schema  string            // one of the description's
	Fields  map[string]string // of the credential, also those that are secret
	Options map[string]string // the backend's settings in the configuration of Sluice
}

// String shows which schema the access has, and nothing secret.
func (a Access) String() string { return fmt.Sprintf("a credential of schema %q", a.Schema) }

// GoString is String.
func (a Access) GoString() string { return a.String() }

// Account is one that a credential reaches.
type Account struct {
	ID   string
	Name string
}

// Task is a part of a month. Its id is given back when its costs are asked for.
type Task struct {
	ID   string // at most 4,096 bytes, nothing secret
	Name string // for people
}

// Row is what the vendor charges for something of a day, or of the whole month.
type Row struct {
	Date        string // a day of the month, 2026-10-31, or the month itself, 2026-10
	Account     string // the vendor's id of the account that used it
	AccountName string
	Category    string // Usage (also where it is empty), Purchase, Tax, Credit or Adjustment
	Service     string
	Region      string
	UsageType   string
	Resource    string
	Description string
	Quantity    string // decimal text; empty where it is not known
	Unit        string
	Cost        string // decimal text, what is charged; without tax, unless the category is Tax
	ListCost    string // decimal text, by the public price; empty where it is not known
	Currency    string // ISO 4217, of both costs; the description's where it is empty
	InvoiceID   string // the vendor's invoice; empty while the month is open
	Tags        map[string]string
}

// Categories that a row may have, beside none, which is Usage.
var Categories = []string{"Usage", "Purchase", "Tax", "Credit", "Adjustment"}

// Month is a calendar month in UTC.
type Month struct {
	Year  int
	Month time.Month
}

// ParseMonth reads "2026-10".
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil {
		return Month{}, fmt.Errorf("%q is not a month; write it as 2026-10", clip(s))
	}
	return Month{t.Year(), t.Month()}, nil
}

// String writes the month as 2026-10.
func (m Month) String() string { return m.Start().Format("2006-01") }

// Start is the first instant of the month.
func (m Month) Start() time.Time { return time.Date(m.Year, m.Month, 1, 0, 0, 0, 0, time.UTC) }

// End is the first instant after the month.
func (m Month) End() time.Time { return m.Start().AddDate(0, 1, 0) }

// Contains tells whether a date as rows have it, 2026-10-31 or 2026-10, is in the month.
func (m Month) Contains(date string) bool {
	if date == m.String() {
		return true
	}
	day, err := time.Parse(time.DateOnly, date)
	return err == nil && !day.Before(m.Start()) && day.Before(m.End())
}

func clip(s string) string {
	if len(s) > 80 {
		return s[:77] + "..."
	}
	return s
}
