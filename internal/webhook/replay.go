package webhook

import (
	"context"
	"slices"
	"time"

	"github.com/sluice-billing/sluice/internal/store"
)

// Deliveries returns the deliveries of an endpoint, those of the newest events
// first: at most limit of those of events before a place (Seq). 0 is from the newest
// on, an empty state any of waiting, done and failed.
func (w *Webhooks) Deliveries(ctx context.Context, endpoint, state string, before int64, limit int) ([]store.WebhookDelivery, error) {
	return w.records.Deliveries(ctx, endpoint, state, before, limit)
}

// Delivery returns a delivery with what came of each try, or store.ErrNotFound.
func (w *Webhooks) Delivery(ctx context.Context, id string) (store.WebhookDelivery, []store.WebhookAttempt, error) {
	return w.records.Delivery(ctx, id)
}

// Test sends an event of kind webhook.test to one endpoint, once, in the next
// round. The delivery says what came of it.
func (w *Webhooks) Test(ctx context.Context, endpoint, by string) (store.WebhookDelivery, error) {
	return w.records.QueueTest(ctx, endpoint, TestKind, w.now(), by)
}

// Replay sends a delivery again, whatever came of it, in the next round. Its
// webhook-id is the same.
func (w *Webhooks) Replay(ctx context.Context, delivery, by string) error {
	d, _, err := w.records.Delivery(ctx, delivery)
	if err != nil {
		return err
	}
	return w.records.QueueAgain(ctx, d.Endpoint, []store.OutboxEvent{{ID: d.Event, Seq: d.Seq}}, mostTries, w.now(), by)
}

// ReplaySince sends an endpoint all events again that it is to know and that
// happened since a time, also those of before it was made. It returns how many they
// are.
func (w *Webhooks) ReplaySince(ctx context.Context, endpoint string, since time.Time, by string) (n int, err error) {
	e, err := w.records.Webhook(ctx, endpoint)
	if err != nil {
		return 0, err
	}
	below, err := w.options.Below(ctx)
	if err != nil {
		return 0, err
	}
	place, err := w.records.OutboxBefore(ctx, since)
	if err != nil {
		return 0, err
	}
	var again []store.OutboxEvent
	for {
		events, err := w.records.OutboxEvents(ctx, place, pageOfEvents)
		if err != nil {
			return 0, err
		}
		if len(events) == 0 {
			return len(again), w.records.QueueAgain(ctx, endpoint, again, mostTries, w.now(), by)
		}
		place = events[len(events)-1].Seq
		again = append(again, slices.DeleteFunc(events, func(x store.OutboxEvent) bool { return !concerns(e, x, below) })...)
	}
}

// Clear forgets events and deliveries of before a time, but for those that are
// still to be sent. A server does so once a day, with events of 30 days ago.
func (w *Webhooks) Clear(ctx context.Context, before time.Time) error {
	return w.records.ClearOutbox(ctx, before)
}
