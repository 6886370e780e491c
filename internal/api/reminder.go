package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/receivable"
)

// DueReminder is a letter that is due. Open is with tax.
type DueReminder struct {
	Invoice  string         `json:"invoice" doc:"Id of the document"`
	Number   string         `json:"number"`
	Step     int            `json:"step" doc:"Counted from 1"`
	Customer string         `json:"customer"`
	Due      billing.Day    `json:"due_date"`
	Days     int            `json:"days_overdue"`
	Open     money.Decimal  `json:"open"`
	Currency money.Currency `json:"currency"`
	Letter   string         `json:"letter" doc:"Its text, in the customer's language"`
}

// DayQuery names a day.
type DayQuery struct {
	AsOf Date `query:"as_of" doc:"The day; today, UTC, where it is not given" example:"2026-12-31"`
}

// ListReminders lists the reminders that are due.
var ListReminders = Listing[*Desk, DayQuery, DueReminder]{
	ID: "list-reminders", Path: "/reminders", Tag: "Payments", Title: "List the reminders that are due", Needs: access.ReadPayments,
	About: "Letters about overdue invoices, in the customer's language and in steps: 7, 21 and 51 days after the due date, unless the reseller's reminders say otherwise. A letter is due until it is recorded that it was written.",
	Key:   func(r DueReminder) string { return fmt.Sprintf("%s %d", r.Invoice, r.Step) },
	Do: func(ctx context.Context, d *Desk, in DayQuery) ([]DueReminder, error) {
		due, err := d.Receivables.Reminders(ctx, in.AsOf.or(d.Today()))
		all := make([]DueReminder, len(due))
		for i, r := range due {
			all[i] = DueReminder{
				Invoice: r.Invoice.ID, Number: r.Invoice.Number, Step: r.Step, Customer: r.Customer, Due: *r.Invoice.DueDate, Days: r.Days,
				Open: r.Open, Currency: r.Invoice.Currency, Letter: r.Letter,
			}
		}
		return all, err
	},
}

// WrittenReminder is a letter that was written.
type WrittenReminder struct {
	Invoice string `json:"invoice" maxLength:"300" doc:"Id of the document"`
	Step    int    `json:"step" minimum:"1" doc:"Which of its reminders"`
	Place   string `json:"place,omitempty" maxLength:"4000" doc:"Where it is, such as a file, or how it went to whom"`
}

// RemindersInput names letters that were written.
type RemindersInput struct {
	Body struct {
		AsOf      *billing.Day      `json:"as_of,omitempty" doc:"The day of the letters; today, UTC, where it is not given"`
		Reminders []WrittenReminder `json:"reminders" minItems:"1" maxItems:"100000"`
	}
}

// RecordReminders records that customers are reminded.
var RecordReminders = Operation[*Desk, RemindersInput, DocumentChanges]{
	ID: "record-reminders", Method: http.MethodPost, Path: "/reminders", Tag: "Payments", Title: "Record that reminders were written", Needs: access.SendBills,
	About:  "Records that letters that were due were written; the same step of an invoice is never due again. It sends nothing. A letter that is not due on that day, and one of a day to come, is refused.\n\n" + onlyFirst,
	Upload: mostNamed,
	Do: func(ctx context.Context, d *Desk, in RemindersInput) (DocumentChanges, error) {
		day := dayOr(in.Body.AsOf, d.Today())
		due, err := d.Receivables.Reminders(ctx, day)
		if err != nil {
			return DocumentChanges{Changes: []DocumentChange{}}, err
		}
		open := map[string]receivable.Reminder{}
		for _, r := range due {
			open[r.Invoice.ID] = r
		}
		ids, written := []string{}, map[string]WrittenReminder{}
		for _, r := range in.Body.Reminders {
			ids, written[r.Invoice] = append(ids, r.Invoice), r
		}
		return d.oneByOne(ctx, ids, func(id string) (bool, error) {
			r, is := open[id]
			if !is || r.Step != written[id].Step {
				return false, fmt.Errorf("reminder %d of %s is not due on %s, or was written before", written[id].Step, id, day)
			}
			return d.Receivables.Reminded(ctx, r, written[id].Place)
		})
	},
}
