// Package earnings owns the reports on what a reseller, or a billing group that sells
// on, earns in rated months: the margin with its sources, profit by customer and
// project, the margin of a tier, and what the usage cost at first. It only reads:
// prices come from package rating, documents from package desk.
package earnings

import "github.com/sluice-billing/sluice/internal/month"

// Earnings tell what a reseller earns.
type Earnings struct{ home *month.Installation }

// New returns the earnings of an installation.
func New(home *month.Installation) *Earnings { return &Earnings{home} }
