package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/money"
)

func newInvoiceDraft(c *cli) *cobra.Command {
	var groups []string
	cmd := &cobra.Command{
		Use:   "draft PERIOD",
		Short: "Make drafts again from what is agreed now",
		Long: `Draft makes the drafts of a rated month again: with its settings, exchange rates, applied entries, items and
names as they are now, and the charges in force. Nothing is priced again; where prices or data changed, close the
month instead. Documents that are issued stay; where the month comes to something else now, the draft is the
credit or debit note that corrects them. "sluice invoice needs" says beforehand what would change.`,
		Example: `  sluice invoice draft 2026-10
  sluice invoice draft 2026-10 --group acme-main`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: c.placedMonth(func(ctx context.Context, at api.Place, p billing.Period) error {
			in := api.DraftInput{InMonth: api.InMonth{Period: p}}
			in.Body.Groups = groups
			certificate, err := api.DraftMonth.Call(ctx, at, in)
			if err != nil {
				return err
			}
			if err := runInvoiceList(ctx, c, at, p); err != nil {
				return err
			}
			if !certificate.Proved() {
				return &residueError{certificate.Period, len(certificate.Residues)}
			}
			return nil
		}),
	}
	cmd.Flags().StringArrayVar(&groups, "group", nil, "only the drafts of one billing group, by its `id`; may be repeated")
	registerCompletion(cmd, "group", c.completeGroup)
	return cmd
}

func newInvoiceNeeds(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "needs PERIOD",
		Short: "Say what a month needs to be up to date",
		Long: `Needs compares a month with what is declared, agreed and loaded now. Where ownership, price books, commitments
or data changed, the month must be closed again. Where settings, exchange rates, entries, items or names changed,
the drafts that would become others are listed, with why and by how much; "sluice invoice draft" makes them. Months
whose settings are not those of the group's master any more are named, too: "sluice invoice settings revert" takes
the master's.`,
		Example:           `  sluice invoice needs 2026-10`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: c.placedMonth(func(ctx context.Context, at api.Place, p billing.Period) error {
			needs, err := api.ShowNeeds.Call(ctx, at, api.InMonth{Period: p})
			if err != nil {
				return err
			}
			return c.result(needs, func(w io.Writer) { writeNeeds(w, needs) })
		}),
	}
}

func writeNeeds(w io.Writer, n desk.Needs) {
	if len(n.Rating) > 0 {
		fmt.Fprintf(w, "Close %s with `sluice close %s`. Not rated, or changed since:\n", n.Period, n.Period)
		for _, what := range n.Rating {
			fmt.Fprintf(w, "  %s\n", what)
		}
		return
	}
	if len(n.Drafts) == 0 {
		fmt.Fprintf(w, "The documents of %s are what they would be if they were made now.\n", n.Period)
	} else {
		fmt.Fprintf(w, "Make drafts again with `sluice invoice draft %s`:\n", n.Period)
		t := newTable("ID", "DOCUMENT", "CHANGE", ">TOTAL", ">WOULD BE", ">BY", "", "WHY")
		for _, d := range n.Drafts {
			amount := func(of money.Decimal) string { return grouped(of.Fixed(d.Digits)) }
			if d.Change == desk.Undraftable {
				amount = func(money.Decimal) string { return "" }
			}
			t.add(d.ID, string(d.Document), d.Change, amount(d.Total.Before), amount(d.Total.After), amount(d.Total.Difference),
				string(d.Currency), strings.Join(d.Why, ", "))
		}
		t.write(w, "  ")
	}
	if len(n.Masters) > 0 {
		fmt.Fprintf(w, "Not as their master has it; `sluice invoice settings revert %s --group ID` takes the master's:\n", n.Period)
		writeDifferingMasters(w, n.Masters)
	}
}

func writeDifferingMasters(w io.Writer, all []desk.MonthSettings) {
	t := newTable("GROUP", "EDITED", "SETTINGS")
	for _, s := range all {
		edited := ""
		if s.Edited {
			edited = "for this month"
		}
		t.add(s.Group, edited, strings.Join(s.Differs, ", "))
	}
	t.write(w, "  ")
}

func newInvoiceVoid(c *cli) *cobra.Command {
	var reason, date string
	cmd := &cobra.Command{
		Use:   "void ID --reason TEXT",
		Short: "Take an issued invoice back",
		Long: `Void issues a credit note over all that is in force of an invoice and its notes, and names the invoice and the
reason. Neither document is ever changed. What was prepaid goes back to the balance. The month of the billing group
can be drafted and issued anew afterwards.`,
		Example:           `  sluice invoice void INV-2026-000017 --reason "sent to the wrong company" --date 2026-11-12`,
		Args:              takes(1, 1, "ID"),
		ValidArgsFunction: c.completeInvoice,
		RunE: func(cmd *cobra.Command, args []string) error {
			if strings.TrimSpace(reason) == "" {
				return wrong(cmd, "an invoice is voided for a reason; give it with --reason")
			}
			on, err := dayOrToday(cmd, date)
			if err != nil {
				return err
			}
			in := api.SettleInput{ByDocument: api.ByDocument{ID: args[0]}}
			in.Body.Reason, in.Body.On = reason, &on
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				note, err := api.VoidInvoice.Call(ctx, at, in)
				if err != nil {
					return err
				}
				issued := []listedInvoice{listInvoice(note)}
				return c.write(listing[listedInvoice]{
					whole: map[string]any{"issued": issued}, rows: issued,
					show: func(w io.Writer) {
						issuedTable.tabled(issued).write(w, "")
						fmt.Fprintf(w, "To bill the month anew: `sluice invoice draft %s --group %s`\n", note.Period, note.Group)
					},
				})
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, in a `text` that is printed on the credit note")
	cmd.Flags().StringVar(&date, "date", "", "issue `date` of the credit note (default today, UTC)")
	return cmd
}
