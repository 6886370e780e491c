// Package insight says in facts what months mean: what a month comes to, what it
// will come to (Forecast), why it is another sum than the month before (Change),
// and what a reseller looks at first (Dashboard). It says nothing in sentences;
// pages do that, in their reader's language.
//
// What a buyer may see is in types of its own, Overview and all below it, which
// have no field for what was paid above (R5). Amounts are exact, without tax, in
// the provider's currency, and never added across currencies.
package insight

import (
	"github.com/sluice-billing/sluice/internal/answer"
	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/explore"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/receivable"
)

// Insights tell what months mean.
type Insights struct {
	home        *month.Installation
	explorer    *explore.Explorer
	earnings    *earnings.Earnings
	answers     *answer.Answers
	receivables *receivable.Receivables
}

// New returns the insights of an installation.
func New(home *month.Installation, x *explore.Explorer, es *earnings.Earnings, as *answer.Answers, rs *receivable.Receivables) *Insights {
	return &Insights{home, x, es, as, rs}
}
