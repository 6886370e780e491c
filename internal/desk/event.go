package desk

import (
	"context"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/store"
)

// Publish makes an issued document visible to the customer, or takes it out of
// sight. fresh is false when it was so before.
func (docs *Documents) Publish(ctx context.Context, idOrNumber string, visible bool) (fresh bool, err error) {
	stored, err := docs.home.Store.Invoice(ctx, idOrNumber)
	if err != nil {
		return false, err
	}
	kind := invoice.EventPublished
	if !visible {
		kind = invoice.EventUnpublished
	}
	return docs.record(ctx, stored, kind, docs.home.Today(), "")
}

// MarkSent records that an issued document went to the customer on a day: detail
// says how and to whom.
func (docs *Documents) MarkSent(ctx context.Context, idOrNumber string, on billing.Day, detail string) error {
	stored, err := docs.home.Store.Invoice(ctx, idOrNumber)
	if err != nil {
		return err
	}
	if err := docs.home.HasCome(on); err != nil {
		return err
	}
	_, err = docs.record(ctx, stored, invoice.EventSent, on, detail)
	return err
}

func (docs *Documents) record(ctx context.Context, stored store.Invoice, kind invoice.EventKind, on billing.Day, detail string) (fresh bool, err error) {
	return docs.home.Store.AppendEvent(ctx, invoice.Event{Invoice: stored.ID, Kind: kind, Hash: stored.Hash, On: on, Detail: detail, By: docs.home.User})
}
