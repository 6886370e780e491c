// Package item owns the additional items that are written for one month of a billing
// group: adding, removing, and reading them from a spreadsheet. Items that come again
// every month are settings of the group, and what an item does on a document is of
// package invoice.
package item

import "github.com/sluice-billing/sluice/internal/month"

// Items are the additional items of an installation's months.
type Items struct{ home *month.Installation }

// New returns the additional items of an installation.
func New(home *month.Installation) *Items { return &Items{home} }
