package mailroom

import (
	"context"
	"slices"

	"github.com/sluice-billing/sluice/internal/handover"
)

// remindedBy is what the document says of a reminder that goes by a route.
const remindedBy = "mail"

// Remind records the reminders that are due today of customers with a route for them,
// which sends them. It returns how many. The others are due until somebody writes them.
func (m *Mailroom) Remind(ctx context.Context) (n int, err error) {
	const reminder = "reminder"
	routes, err := m.Handovers.Routes(ctx)
	if err != nil || !slices.ContainsFunc(routes, func(r handover.Route) bool { return slices.Contains(r.What, reminder) }) {
		return 0, err
	}
	wanted, err := m.Handovers.Wanted(ctx, reminder)
	if err != nil {
		return 0, err
	}
	due, err := m.receivables.Reminders(ctx, m.home.Today())
	if err != nil {
		return 0, err
	}
	for _, r := range due {
		if !wanted(r.Customer, r.Invoice.Group) {
			continue
		}
		fresh, err := m.receivables.Reminded(ctx, r, remindedBy)
		if err != nil {
			return n, err
		}
		if fresh {
			n++
		}
	}
	return n, nil
}

// Deliver writes the reminders that are due, queues what routes ask for and hands over
// what is due, once: for who has no server that does so. It returns how many were taken.
func (m *Mailroom) Deliver(ctx context.Context) (sent int, err error) {
	if _, err := m.Remind(ctx); err != nil {
		return 0, err
	}
	sent, _, err = m.Handovers.Deliver(ctx)
	return sent, err
}
