package pipeline

import (
	"context"

	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/proof"
)

// proveEntries shows R32 g.
func (p *Pipeline) proveEntries(ctx context.Context, m *month.Work, c *proof.Certificate) (err error) {
	if c.Entries, err = p.entries.Prove(ctx, m); err != nil {
		return err
	}
	for _, e := range c.Entries {
		if !e.Residue.IsZero() {
			c.Residue("(g) adjusting entries: lines %s, collected %s and differences %s, of which %s are accounted for; %s %s are left",
				e.Lake, e.Collected, e.Differences, money.Sum(e.Open, e.Applied, e.Kept, e.Priced, e.Parts), e.Residue, e.Currency)
		}
	}
	return nil
}
