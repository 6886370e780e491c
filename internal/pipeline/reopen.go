package pipeline

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/month"
)

// Reopened says what opening a month again did.
type Reopened struct {
	Period billing.Period `json:"period"`
	Payers []string       `json:"payers"` // whose month was closed
	Issued int            `json:"issued"` // documents that are issued, and stay so
	Reason string         `json:"reason"`
}

// Reopen opens a closed month again, for a reason that is kept with the name of
// who does it: its payers become rated, and changes of the configuration may
// reach it (R18) until the next close. Issued documents stay as they are.
func (p *Pipeline) Reopen(ctx context.Context, period billing.Period, reason string) (Reopened, error) {
	r := Reopened{Period: period, Payers: []string{}, Reason: strings.TrimSpace(reason)}
	if r.Reason == "" {
		return r, errors.New("opening a month again needs a reason")
	}
	ctx, unlock, err := p.home.Lock(ctx, period)
	if err != nil {
		return r, err
	}
	defer unlock()
	states, err := p.home.Store.PeriodStates(ctx, period)
	if err != nil {
		return r, err
	}
	documents, err := p.home.Store.Invoices(ctx, period)
	if err != nil {
		return r, err
	}
	for _, s := range states {
		if month.IsClosed(s) {
			r.Payers = append(r.Payers, s.Payer)
		}
	}
	for _, d := range documents {
		if month.IsIssued(d) {
			r.Issued++
		}
	}
	before, err := p.home.Store.Reopened(ctx, period)
	if err != nil {
		return r, err
	}
	if before == nil && len(r.Payers) == 0 && r.Issued == 0 {
		return r, fmt.Errorf("%s is not closed: it is open to changes as it is", period)
	}
	return r, p.home.Store.ReopenPeriod(ctx, period, p.home.User, r.Reason)
}
