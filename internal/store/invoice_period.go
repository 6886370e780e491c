package store

import (
	"context"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
)

// DocumentPeriods returns every period that has a document, drafts included,
// oldest first.
func (s *Store) DocumentPeriods(ctx context.Context) ([]billing.Period, error) {
	periods, err := list(ctx, s.db, scanPeriod, `SELECT DISTINCT period FROM invoice ORDER BY period`)
	if err != nil {
		return nil, fmt.Errorf("read the periods of the documents: %w", err)
	}
	return periods, nil
}
