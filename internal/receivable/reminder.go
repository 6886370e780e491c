package receivable

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
)

// Reminder is a letter that is due.
type Reminder struct {
	invoice.Reminder
	Customer string
	Letter   string // its text, in the customer's language
	hash     string // of the document
}

// Reminders returns the letters that are due on a day, oldest due date first: at
// most one for each overdue document, the next of the seller's steps. What was
// reminded of already is on record by step, so a letter is due once. Documents of
// tiers have the steps that come with Sluice.
func (rs *Receivables) Reminders(ctx context.Context, asOf billing.Day) ([]Reminder, error) {
	c, err := rs.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	documents, err := rs.recordedDocuments(ctx, billing.Period{})
	if err != nil {
		return nil, err
	}
	due := []Reminder{}
	for _, d := range documents {
		standing := d.standing(asOf)
		if standing.DaysOverdue == 0 {
			continue
		}
		steps := remindersOf(c, d.document.Group)
		step, is := invoice.NextReminder(steps, standing.DaysOverdue, d.events, asOf)
		if !is {
			continue
		}
		r := Reminder{
			Reminder: invoice.Reminder{Step: step, Invoice: d.document, Open: standing.Open, Days: standing.DaysOverdue, Today: asOf},
			Customer: customerOfDocument(c, d.document), hash: d.stored.Hash,
		}
		if r.Letter, err = r.Reminder.Letter(steps); err != nil {
			return nil, fmt.Errorf("reminder of %s: %w", d.document.Number, err)
		}
		due = append(due, r)
	}
	slices.SortStableFunc(due, func(a, b Reminder) int { return cmp.Compare(*a.Invoice.DueDate, *b.Invoice.DueDate) })
	return due, nil
}

// Steps are the reminders that the customer of a billing group gets, in their order.
func (rs *Receivables) Steps(ctx context.Context, group string) ([]billing.Reminder, error) {
	c, err := rs.home.Config(ctx)
	return remindersOf(c, group), err
}

// remindersOf are the steps of who sends the group its documents.
func remindersOf(c billing.Config, group string) []billing.Reminder {
	for _, g := range c.BillingGroups {
		if g.ID == group && g.Parent != "" {
			return invoice.DefaultReminders
		}
	}
	if c.Reseller == nil || len(c.Reseller.Reminders) == 0 {
		return invoice.DefaultReminders
	}
	return c.Reseller.Reminders
}

// Reminded records that the letter was written, to a place. fresh is false when
// its step was written before. A letter of a day to come is refused: the next step
// would keep its distance to that day.
func (rs *Receivables) Reminded(ctx context.Context, r Reminder, place string) (fresh bool, err error) {
	if err := rs.home.HasCome(r.Today); err != nil {
		return false, err
	}
	return rs.home.Store.AppendEvent(ctx, invoice.Event{
		Invoice: r.Invoice.ID, Kind: invoice.EventReminded, Hash: r.hash, On: r.Today, Step: r.Step, Detail: place, By: rs.home.User,
	})
}
