// Package desk owns the documents of a month until they are issued or voided. It lays
// on a desk all that they are made from, drafts them, tells which drafts are not what
// they would be now, compares them with what is expected, keeps their settings of the
// month, and approves, issues and voids them. It does no arithmetic on documents, which
// is of package invoice, and knows nothing of what is paid, which is of package
// receivable.
package desk

import (
	"github.com/sluice-billing/sluice/internal/adjustment"
	"github.com/sluice-billing/sluice/internal/item"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/receivable"
)

// Documents are the documents of an installation.
type Documents struct {
	home        *month.Installation
	entries     *adjustment.Entries
	items       *item.Items
	receivables *receivable.Receivables
}

// New returns the documents of an installation, on which its entries and items stand
// and to which notes are given as payment.
func New(home *month.Installation, entries *adjustment.Entries, items *item.Items, receivables *receivable.Receivables) *Documents {
	return &Documents{home, entries, items, receivables}
}
