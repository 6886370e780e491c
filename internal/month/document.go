package month

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
)

// Documents returns the invoices of a month, or of all months when it is zero, as
// they are now.
func (home *Installation) Documents(ctx context.Context, period billing.Period) ([]invoice.Invoice, error) {
	stored, err := home.Store.Invoices(ctx, period)
	if err != nil {
		return nil, err
	}
	all := make([]invoice.Invoice, len(stored))
	for i, s := range stored {
		if err := json.Unmarshal(s.Document, &all[i]); err != nil {
			return nil, fmt.Errorf("the document of %s: %w", s.ID, err)
		}
	}
	return all, nil
}
