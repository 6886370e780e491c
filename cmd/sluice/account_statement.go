package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

func newAccountStatement(c *cli) *cobra.Command {
	var from, to string
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
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				out, err := api.ShowAccountStatement.Call(ctx, at, api.AccountQuery{Holder: args[0], From: api.On(first), To: api.On(last)})
				if err != nil {
					return err
				}
				statements := out.Statements
				return c.write(listing[accountRow]{
					whole: map[string]any{"statements": statements},
					rows:  accountRows(statements),
					none:  fmt.Sprintf("There are no documents or payments of %s until %s.", args[0], last),
					show: func(w io.Writer) {
						for _, s := range statements {
							writeAccountStatement(w, s)
						}
					},
					csv: accountCSV,
				})
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&from, "from", "", "first `day` (default the first of the month of the last day)")
	flags.StringVar(&to, "to", "", "last `day` (default today, UTC)")
	c.offersCSV(cmd)
	return cmd
}

func writeAccountStatement(w io.Writer, s invoice.AccountStatement) {
	fmt.Fprintf(w, "Statement of %s in %s, %s to %s\n", s.Holder, s.Currency, s.From, s.To)
	t := newTable("DATE", "WHAT", "NUMBER", "DUE", ">AMOUNT", ">BALANCE", "NOTE")
	t.add("", "opening balance", "", "", "", grouped(s.Opening.Fixed(s.Digits)), "")
	for _, l := range s.Lines {
		t.add(l.On.String(), l.What, l.Name, dayOrNone(l.Due), grouped(l.Amount.Fixed(s.Digits)), grouped(l.Balance.Fixed(s.Digits)), l.Note)
	}
	t.add("", "closing balance", "", "", "", grouped(s.Closing.Fixed(s.Digits)), "")
	t.write(w, "  ")
}

// accountRow is one document or payment, or the balance before the first or after
// the last of them, which has no amount.
type accountRow struct {
	Holder   string         `json:"holder"`
	Currency money.Currency `json:"currency"`
	Date     billing.Day    `json:"date"`
	What     string         `json:"what"`
	Number   string         `json:"number,omitempty"`
	Due      *billing.Day   `json:"due,omitempty"`
	Amount   *money.Decimal `json:"amount,omitempty"`
	Balance  money.Decimal  `json:"balance"`
	Note     string         `json:"note,omitempty"`
	digits   int32
}

func accountRows(statements []invoice.AccountStatement) (rows []accountRow) {
	for _, s := range statements {
		add := func(on billing.Day, what string, balance money.Decimal) *accountRow {
			rows = append(rows, accountRow{Holder: s.Holder, Currency: s.Currency, Date: on, What: what, Balance: balance, digits: s.Digits})
			return &rows[len(rows)-1]
		}
		add(s.From, "opening balance", s.Opening)
		for _, l := range s.Lines {
			row := add(l.On, l.What, l.Balance)
			row.Number, row.Due, row.Amount, row.Note = l.Name, l.Due, &l.Amount, l.Note
		}
		add(s.To, "closing balance", s.Closing)
	}
	return rows
}

var accountCSV = grid[accountRow]{
	[]string{"holder", "currency", "date", "what", "number", "due", "amount", "balance", "note"},
	func(r accountRow) []string {
		amount := ""
		if r.Amount != nil {
			amount = r.Amount.Fixed(r.digits)
		}
		return []string{r.Holder, string(r.Currency), r.Date.String(), r.What, r.Number, dayOrNone(r.Due), amount, r.Balance.Fixed(r.digits), r.Note}
	},
}
