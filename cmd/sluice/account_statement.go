package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/invoice"
)

func newAccountStatement(c *cli) *cobra.Command {
	var from, to string
	var asCSV bool
	cmd := &cobra.Command{
		Use:     "account-statement CUSTOMER",
		GroupID: "month",
		Short:   "Show what a customer was asked for and paid",
		Long: `Account-statement shows the documents and payments of a customer in a time, with what was owed before and
after. The id of a billing group works too: it has the documents of that group alone, and of payments what
settles them. Amounts are with tax; each currency has a statement of its own.`,
		Example: `  sluice account-statement acme --from 2026-10-01 --to 2026-12-31
  sluice account-statement acme --from 2026-10-01 --csv`,
		Args: takes(1, 1, "CUSTOMER"),
		RunE: func(cmd *cobra.Command, args []string) error {
			last, err := dayOrToday(cmd, to)
			if err != nil {
				return err
			}
			first := billing.PeriodOf(last.Time()).FirstDay()
			if from != "" {
				if first, err = dayOrToday(cmd, from); err != nil {
					return err
				}
			}
			return c.with(cmd, func(ctx context.Context, a *app.App) error {
				statements, err := a.AccountStatements(ctx, args[0], first, last)
				if err != nil {
					return err
				}
				if asCSV {
					c.finish()
					return writeStatementsCSV(c.stdout, statements)
				}
				return c.result(map[string]any{"statements": statements}, func(w io.Writer) {
					if len(statements) == 0 {
						fmt.Fprintf(w, "There are no documents or payments of %s until %s.\n", args[0], last)
					}
					for _, s := range statements {
						writeAccountStatement(w, s)
					}
				})
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&from, "from", "", "first `day` (default the first of the month of the last day)")
	flags.StringVar(&to, "to", "", "last `day` (default today, UTC)")
	flags.BoolVar(&asCSV, "csv", false, "write CSV")
	return cmd
}

func writeAccountStatement(w io.Writer, s invoice.AccountStatement) {
	fmt.Fprintf(w, "Statement of %s in %s, %s to %s\n", s.Holder, s.Currency, s.From, s.To)
	t := newTable("DATE", "WHAT", "NUMBER", "DUE", ">AMOUNT", ">BALANCE", "NOTE")
	t.add("", "opening balance", "", "", "", grouped(s.Opening.Fixed(s.Digits)), "")
	for _, l := range s.Lines {
		due := ""
		if l.Due != nil {
			due = l.Due.String()
		}
		t.add(l.On.String(), l.What, l.Name, due, grouped(l.Amount.Fixed(s.Digits)), grouped(l.Balance.Fixed(s.Digits)), l.Note)
	}
	t.add("", "closing balance", "", "", "", grouped(s.Closing.Fixed(s.Digits)), "")
	t.write(w, "  ")
}

// writeStatementsCSV writes one line for each document and payment, between
// those of the balances. No text of a payer is run as a formula.
func writeStatementsCSV(w io.Writer, statements []invoice.AccountStatement) error {
	rows := [][]string{{"holder", "currency", "date", "what", "number", "due", "amount", "balance", "note"}}
	for _, s := range statements {
		currency := string(s.Currency)
		rows = append(rows, []string{s.Holder, currency, s.From.String(), "opening balance", "", "", "", s.Opening.Fixed(s.Digits), ""})
		for _, l := range s.Lines {
			due := ""
			if l.Due != nil {
				due = l.Due.String()
			}
			rows = append(rows, []string{s.Holder, currency, l.On.String(), l.What, l.Name, due, l.Amount.Fixed(s.Digits), l.Balance.Fixed(s.Digits), l.Note})
		}
		rows = append(rows, []string{s.Holder, currency, s.To.String(), "closing balance", "", "", "", s.Closing.Fixed(s.Digits), ""})
	}
	return deliver.WriteRows(w, "the statement", rows)
}
