package pipeline

import (
	"context"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
)

// Commitments hands the reports on a month's commitments to ask, as the month
// was rated last. It is an error when the month is not rated yet.
func (p *Pipeline) Commitments(ctx context.Context, period billing.Period, ask func(*commitment.Reports) error) error {
	m, err := p.openRated(ctx, period)
	if err != nil {
		return err
	}
	defer m.session.Close()
	work, err := p.assigned(m)
	if err != nil {
		return err
	}
	r, err := commitment.OpenReports(ctx, m.session, work)
	if err != nil {
		return err
	}
	return ask(r)
}
