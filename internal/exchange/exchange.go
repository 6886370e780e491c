// Package exchange owns where a month's exchange rates come from: the provider's
// exports, the spreadsheets that are read in, the configuration; and whether they
// agree. It converts nothing: package invoice does.
package exchange

import "github.com/sluice-billing/sluice/internal/month"

// Rates are the exchange rates of an installation's months.
type Rates struct{ home *month.Installation }

// New returns the exchange rates of an installation.
func New(home *month.Installation) *Rates { return &Rates{home} }
