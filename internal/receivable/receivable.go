// Package receivable owns what happens to issued documents between their issue and
// their payment: where each of them stands, what is paid, given and written off,
// what is prepaid, statements of account, and the reminders that are due. It reads
// documents and never changes one: package desk makes and issues them. The arithmetic
// of it is in package invoice.
package receivable

import "github.com/sluice-billing/sluice/internal/month"

// Receivables are what customers owe an installation's reseller, and have paid.
type Receivables struct{ home *month.Installation }

// New returns the receivables of an installation.
func New(home *month.Installation) *Receivables { return &Receivables{home} }
