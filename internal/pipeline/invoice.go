package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/store"
)

// Invoices returns the documents of a month, or of all months.
func (p *Pipeline) Invoices(ctx context.Context, period billing.Period) ([]invoice.Invoice, error) {
	return p.documents(ctx, period)
}

// Invoice returns a document by its id or number.
func (p *Pipeline) Invoice(ctx context.Context, idOrNumber string) (invoice.Invoice, error) {
	var inv invoice.Invoice
	stored, err := p.Store.Invoice(ctx, idOrNumber)
	if err != nil {
		return inv, err
	}
	return inv, json.Unmarshal(stored.Document, &inv)
}

// Issue makes a draft binding: it gets the next number of its series, the date,
// and is never changed again. Drafts of a preview, and of a month whose
// certificate has a residue, are not issued.
func (p *Pipeline) Issue(ctx context.Context, id string, on billing.Day) (invoice.Invoice, error) {
	draft, err := p.Invoice(ctx, id)
	if err != nil {
		return draft, err
	}
	unlock, err := p.lock(draft.Period)
	if err != nil {
		return draft, err
	}
	defer unlock()
	if draft, err = p.Invoice(ctx, id); err != nil { // as no other run can change it any more
		return draft, err
	}
	if draft.Preview {
		return draft, fmt.Errorf("%s is a preview: close %s without --preview first", draft.ID, draft.Period)
	}
	pattern, err := p.issuable(ctx, draft)
	if err != nil {
		return draft, err
	}
	var issued invoice.Invoice
	_, err = p.Store.IssueInvoice(ctx,
		store.Issue{Invoice: draft.ID, Series: invoice.SeriesKey(pattern, on, draft.Group), By: p.User, At: p.Now().UTC()},
		func(stored store.Invoice, seq int64) (string, json.RawMessage, error) {
			if err := json.Unmarshal(stored.Document, &issued); err != nil {
				return "", nil, err
			}
			issued = issued.Issue(invoice.Series(pattern, on, draft.Group, seq), on)
			document, err := json.Marshal(issued)
			return issued.Number, document, err
		})
	return issued, err
}

// issuable refuses a draft that is older than data or rules in force, or whose
// month is not proved. It returns the numbering of the draft's group as it was
// when it was drafted.
func (p *Pipeline) issuable(ctx context.Context, draft invoice.Invoice) (series string, err error) {
	r, detail, err := p.currentRating(ctx, draft.Period)
	if err != nil {
		return "", err
	}
	c, err := p.Config(ctx)
	if err != nil {
		return "", err
	}
	loads, _, err := p.inForce(ctx, c, draft.Period)
	if err != nil {
		return "", err
	}
	if stale(r, c, loads) {
		return "", fmt.Errorf("%s was drafted before the last change of data or configuration: close %s again, look at it, then issue it", draft.ID, draft.Period)
	}
	certificate, err := p.certificate(ctx, draft.Period)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return "", fmt.Errorf("%s has no certificate: close %s again", draft.ID, draft.Period)
	case err != nil:
		return "", err
	case certificate.against(draft.ID) > 0:
		return "", fmt.Errorf("the certificate of %s has a residue: `sluice reconcile %s` says where", draft.Period, draft.Period)
	}
	for _, g := range detail.Config.BillingGroups {
		if g.ID == draft.Group {
			return numberingOf(detail.Config, g), nil
		}
	}
	return "", fmt.Errorf("billing group %q is not in the configuration that %s was rated with", draft.Group, draft.Period)
}
