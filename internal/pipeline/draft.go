package pipeline

import (
	"context"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/proof"
)

// Draft makes the drafts of a rated month again, of the named groups or of all,
// from the charges in force and with what is agreed now: settings, exchange rates,
// entries, items, names. It is an error when prices or data have changed: then the
// month must be closed again.
func (p *Pipeline) Draft(ctx context.Context, period billing.Period, groups []string) (proof.Certificate, error) {
	ctx, c, unlock, err := p.home.LockConfig(ctx, period)
	if err != nil {
		return proof.Certificate{}, err
	}
	defer unlock()
	if err := month.KnownGroups(c, groups); err != nil {
		return proof.Certificate{}, err
	}
	m, err := p.home.OpenRated(ctx, period)
	if err != nil {
		return proof.Certificate{}, err
	}
	defer m.Session.Close()
	if err := p.documents.RatedAsDeclared(ctx, c, period); err != nil {
		return proof.Certificate{}, err
	}
	m.Config = c
	if err := p.documents.Draft(ctx, m, groups); err != nil {
		return proof.Certificate{}, err
	}
	return p.certify(ctx, m)
}
