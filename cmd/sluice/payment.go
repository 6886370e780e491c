package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/receivable"
)

func newPayment(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "payment",
		GroupID: "month",
		Short:   "Record what customers pay",
		Long: `Payment records what customers pay and which invoices it settles. Entries are only ever added: a wrong
one is reversed. The same payment recorded twice changes nothing.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newPaymentAdd(c), newPaymentList(c), newPaymentAllocate(c), newPaymentReverse(c), newPaymentImport(c))
	return cmd
}

// dayOrToday reads a day that was given as an option.
func dayOrToday(cmd *cobra.Command, text string) (billing.Day, error) {
	if text == "" {
		return billing.DayOf(time.Now()), nil
	}
	day, err := billing.ParseDay(text)
	if err != nil {
		return 0, wrong(cmd, err.Error())
	}
	return day, nil
}

func newPaymentAdd(c *cli) *cobra.Command {
	var amount, currency, on string
	var in api.PaymentInput
	cmd := &cobra.Command{
		Use:   "add AMOUNT",
		Short: "Record a payment",
		Long: `Add records a payment and gives it to the documents that --for names, else to the customer's invoices,
the oldest due date first. No document gets more than is open of it; what is left stays unallocated until
"sluice payment allocate" gives it away. A negative amount is one that was paid back to the customer, and
goes to credit notes.

The key, such as the bank's reference, keeps a payment from being recorded twice: the same key with the same
facts changes nothing, with other facts it is refused. Without --key it is made of day, customer, amount and
reference.`,
		Example: `  sluice payment add 2543.13 --for INV-2026-000002 --on 2026-12-04 --key BANK-7781
  sluice payment add 3000 --customer acme --currency USD --reference "Nov and Dec"
  sluice payment add 600 --for INV-2026-000002=500 --for INV-2026-000005`,
		Args: takes(1, 1, "AMOUNT"),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			amount = args[0]
			if in.Body.Amount, err = money.Parse(amount); err != nil {
				return wrong(cmd, err.Error())
			}
			day, err := dayOrToday(cmd, on)
			if err != nil {
				return err
			}
			if in.Body.Customer == "" && len(in.Body.Documents) == 0 {
				return wrong(cmd, "say who paid with --customer, or what for with --for")
			}
			if currency == "" && len(in.Body.Documents) == 0 {
				return wrong(cmd, "say with --currency what the amount is in")
			}
			in.Body.Currency, in.Body.On = money.Currency(currency), &day
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				record, err := api.AddPayment.Call(ctx, at, in)
				if err != nil {
					return err
				}
				return c.result(record, func(w io.Writer) { writePayment(w, record) })
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&in.Body.Customer, "customer", "", "`id` of the customer (default that of the documents)")
	flags.StringArrayVar(&in.Body.Documents, "for", nil, "`document` it pays for, by number or id; =AMOUNT gives it only so much; can be repeated")
	flags.BoolVar(&in.Body.OldestFirst, "rest", false, "give what is left to the customer's oldest invoices")
	flags.StringVar(&currency, "currency", "", "of the amount (default that of the documents)")
	flags.StringVar(&on, "on", "", "value `date` (default today, UTC)")
	flags.StringVar(&in.Body.Key, "key", "", "the bank's reference, which no other payment has")
	flags.StringVar(&in.Body.Payer, "payer", "", "`name` of who paid")
	flags.StringVar(&in.Body.Method, "method", "", "such as bank transfer")
	flags.StringVar(&in.Body.Reference, "reference", "", "`text` of the payer")
	registerCompletion(cmd, "for", c.completeInvoice)
	return cmd
}

func writePayment(w io.Writer, r receivable.PaymentRecord) {
	switch {
	case r.New:
		fmt.Fprintf(w, "%s is recorded: %s %s of %s on %s.\n", r.ID, amountOf(r.Amount, r.Currency), r.Currency, r.Customer, r.On)
	case r.ReversedBy != "":
		fmt.Fprintf(w, "%s was recorded before, on %s, and taken back by %s; nothing has changed. Another --key records it once more.\n", r.ID, billing.DayOf(r.At), r.ReversedBy)
		return
	default:
		fmt.Fprintf(w, "%s was recorded before, on %s; nothing has changed.\n", r.ID, billing.DayOf(r.At))
	}
	writeSettles(w, r.Settles, r.Currency)
	if !r.Unallocated.IsZero() {
		fmt.Fprintf(w, "  %s %s is unallocated.\n", amountOf(r.Unallocated, r.Currency), r.Currency)
	}
}

func writeSettles(w io.Writer, settles []receivable.Settles, currency money.Currency) {
	for _, s := range settles {
		if !s.Amount.IsZero() {
			fmt.Fprintf(w, "  %s %s for %s\n", amountOf(s.Amount, currency), currency, s.Number)
		}
	}
}

// dayOrNone is empty where there is no day.
func dayOrNone(day *billing.Day) string {
	if day == nil {
		return ""
	}
	return day.String()
}

// amountOf writes an amount with its currency's digits, or all it has where
// these are more.
func amountOf(d money.Decimal, currency money.Currency) string {
	return grouped(d.Fixed(max(currency.Digits(), d.Scale())))
}

func newPaymentList(c *cli) *cobra.Command {
	var wanted api.PaymentsQuery
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List payments, write-offs and reversals",
		Long:  `List shows all entries in the order in which they were recorded, what each settles and what is unallocated.`,
		Example: `  sluice payment list
  sluice payment list --customer acme --unallocated`,
		Args: takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			shown, err := api.ListPayments.Call(ctx, at, wanted)
			if err != nil {
				return err
			}
			return c.write(listing[receivable.PaymentRecord]{
				whole: map[string]any{"payments": shown}, rows: shown, none: "There are none.", table: paymentTable,
			})
		}),
	}
	cmd.Flags().StringVar(&wanted.Customer, "customer", "", "only those of this customer `id`")
	cmd.Flags().BoolVar(&wanted.Unallocated, "unallocated", false, "only those of which something is left to be given")
	return cmd
}

var paymentTable = grid[receivable.PaymentRecord]{
	[]string{"ID", "DATE", "KIND", "CUSTOMER", ">AMOUNT", "", ">UNALLOCATED", "FOR", "NOTE"},
	func(r receivable.PaymentRecord) []string {
		note := r.Reference
		if r.ReversedBy != "" {
			note = "reversed by " + r.ReversedBy
		}
		if r.Kind == invoice.Reversal {
			note = "of " + r.Reverses + ": " + note
		}
		return []string{
			r.ID, r.On.String(), string(r.Kind), r.Customer, amountOf(r.Amount, r.Currency), string(r.Currency),
			amountOf(r.Unallocated, r.Currency), settledNumbers(r.Settles), note,
		}
	},
}

func settledNumbers(settles []receivable.Settles) string {
	numbers := make([]string, len(settles))
	for i, s := range settles {
		numbers[i] = s.Number
	}
	return strings.Join(numbers, " ")
}
