package store

import (
	"context"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
)

// LoadedMonths returns the newest month that anything is loaded of from a payer, by the
// source that it came from; nothing of a payer that nothing was ever loaded of.
func (s *Store) LoadedMonths(ctx context.Context, payer string) (map[string]billing.Period, error) {
	type newest struct {
		source string
		month  billing.Period
	}
	months, err := list(ctx, s.db, func(r row) (x newest, err error) {
		err = r.Scan(&x.source, text{&x.month})
		return x, err
	}, `SELECT source, MAX(period) FROM current_load WHERE payer = $1 GROUP BY source`, payer)
	if err != nil {
		return nil, fmt.Errorf("read what is loaded of payer %s: %w", payer, err)
	}
	all := map[string]billing.Period{}
	for _, x := range months {
		all[x.source] = x.month
	}
	return all, nil
}
