package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

func newReminder(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "reminder",
		GroupID: "month",
		Short:   "Remind customers of what is overdue",
		Long: `Reminder shows and writes letters about overdue invoices, in the customer's language and in steps: 7, 21 and
51 days after the due date, unless the reseller's reminders say otherwise. Each step is written once.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newReminderList(c), newReminderWrite(c))
	return cmd
}

// listedReminder is what a list says of a letter. Open is with tax.
type listedReminder struct {
	Number   string         `json:"number"`
	Step     int            `json:"step"`
	Customer string         `json:"customer"`
	Due      billing.Day    `json:"due_date"`
	Days     int            `json:"days_overdue"`
	Open     money.Decimal  `json:"open"`
	Currency money.Currency `json:"currency"`
	File     string         `json:"file,omitempty"`
}

func listReminder(r api.DueReminder, file string) listedReminder {
	return listedReminder{
		Number: r.Number, Step: r.Step, Customer: r.Customer, Due: r.Due, Days: r.Days, Open: r.Open, Currency: r.Currency, File: file,
	}
}

func (c *cli) reminders(reminders []listedReminder) error {
	return c.write(listing[listedReminder]{
		whole: map[string]any{"reminders": reminders}, rows: reminders, none: "No reminder is due.", table: reminderTable,
	})
}

var reminderTable = grid[listedReminder]{
	[]string{"NUMBER", ">STEP", "CUSTOMER", "DUE", ">DAYS", ">OPEN", "", "FILE"},
	func(r listedReminder) []string {
		return []string{
			r.Number, fmt.Sprint(r.Step), r.Customer, r.Due.String(), fmt.Sprint(r.Days), amountOf(r.Open, r.Currency), string(r.Currency), r.File,
		}
	},
}

func newReminderList(c *cli) *cobra.Command {
	var asOf string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the reminders that are due",
		Long:  `List shows the letters that "sluice reminder write" would write.`,
		Example: `  sluice reminder list
  sluice reminder list --as-of 2027-01-15`,
		Args: takes(0, 0, ""),
		RunE: c.placedDay(&asOf, func(ctx context.Context, at api.Place, day billing.Day, _ []string) error {
			due, err := api.ListReminders.Call(ctx, at, api.DayQuery{AsOf: api.On(day)})
			if err != nil {
				return err
			}
			all := []listedReminder{}
			for _, r := range due {
				all = append(all, listReminder(r, ""))
			}
			return c.reminders(all)
		}),
	}
	cmd.Flags().StringVar(&asOf, "as-of", "", "`day` (default today, UTC)")
	return cmd
}

func newReminderWrite(c *cli) *cobra.Command {
	var asOf, out string
	cmd := &cobra.Command{
		Use:   "write --out FOLDER",
		Short: "Write the reminders that are due",
		Long: `Write writes each letter that is due to a text file in the folder, and records that the customer is
reminded. It sends nothing. The same step of an invoice is never due again.`,
		Example: `  sluice reminder write --out reminders/
  sluice reminder write --out reminders/ --as-of 2027-01-15`,
		Args: takes(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return wrong(cmd, "name the folder for the letters with --out")
			}
			day, err := dayOrToday(cmd, asOf)
			if err != nil {
				return err
			}
			if day > billing.DayOf(time.Now()) {
				return wrong(cmd, fmt.Sprintf("%s is still to come; `sluice reminder list --as-of %s` shows what will be due", day, day))
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error { return writeReminders(ctx, c, at, day, out) })
		},
	}
	cmd.Flags().StringVar(&asOf, "as-of", "", "`day` of the letters (default today, UTC)")
	cmd.Flags().StringVar(&out, "out", "", "`folder` to write to")
	return cmd
}

// writeReminders writes the letters, and records those that are written. The files
// come first: a letter on record that nobody has would never be written again.
func writeReminders(ctx context.Context, c *cli, at api.Place, day billing.Day, folder string) error {
	due, err := api.ListReminders.Call(ctx, at, api.DayQuery{AsOf: api.On(day)})
	if err != nil {
		return err
	}
	var in api.RemindersInput
	in.Body.AsOf = &day
	written := []listedReminder{}
	for _, r := range due {
		inv := invoice.Invoice{ID: r.Invoice, Number: r.Number}
		file := filepath.Join(folder, deliver.FileName(inv, deliver.Format{Ending: fmt.Sprintf(".reminder-%d.txt", r.Step)}))
		err = writeFile(file, func(w io.Writer) error {
			_, err := io.WriteString(w, r.Letter)
			return err
		})
		if err != nil {
			break
		}
		written = append(written, listReminder(r, file))
		in.Body.Reminders = append(in.Body.Reminders, api.WrittenReminder{Invoice: r.Invoice, Step: r.Step, Place: file})
	}
	if len(written) > 0 {
		recorded, refused := api.RecordReminders.Call(ctx, at, in)
		written, err = written[:len(recorded.Changes)], errors.Join(err, refused, recorded.Refused.AsError())
	}
	return errors.Join(c.reminders(written), err)
}
