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
	"github.com/sluice-billing/sluice/internal/receivable"
)

func newPrepaid(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "prepaid",
		GroupID: "month",
		Short:   "Keep what customers pay in advance",
		Long: `Prepaid keeps a balance for each billing group and currency. Invoices of groups whose settings say prepaid
use it when they are issued, and credits that are carried go to it. Entries are only ever added, and the
balance is never negative.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(
		c.posting("add", invoice.LedgerTopUp, "Add a top-up", `Add records what a customer paid in advance. Where it expires, what is left of it on that day is gone; what
expires first is used first.`, "  sluice prepaid add acme-main 5000 --key BANK-8812\n  sluice prepaid add acme-main 5000 --expires 2028-01-01"),
		c.posting("refund", invoice.LedgerRefund, "Pay back what is left", `Refund records what was paid back to the customer. No more than the balance can be.`,
			"  sluice prepaid refund acme-main 1200 --reference \"contract ended\""),
		c.posting("correct", invoice.LedgerCorrection, "Correct the balance", `Correct raises the balance, or lowers it where the amount is negative, and keeps why.`,
			"  sluice prepaid correct acme-main --reference \"top-up of 3 May was typed twice\" -- -500"),
		newPrepaidList(c), newPrepaidBalance(c),
	)
	return cmd
}

// posting makes the command that posts entries of a kind. Amounts of refunds are
// typed as what is paid.
func (c *cli) posting(name string, kind invoice.LedgerKind, short, long, example string) *cobra.Command {
	var on, expires, currency string
	var in api.PostingInput
	in.Body.Kind = kind
	cmd := &cobra.Command{
		Use: name + " GROUP AMOUNT", Short: short, Example: example,
		Long: long + `

The key keeps an entry from being posted twice: the same key with the same facts changes nothing, with other
facts it is refused. Without --key it is made of the facts.`,
		Args: takes(2, 2, "GROUP and AMOUNT"),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			in.Body.Group = args[0]
			if in.Body.Amount, err = money.Parse(args[1]); err != nil {
				return wrong(cmd, err.Error())
			}
			if kind != invoice.LedgerCorrection && in.Body.Amount.Sign() <= 0 {
				return wrong(cmd, fmt.Sprintf("the amount of a %s is more than 0; `sluice prepaid correct` corrects", kind))
			}
			if kind == invoice.LedgerCorrection && in.Body.Reference == "" {
				return wrong(cmd, "a correction needs a reason; give it with --reference")
			}
			day, err := dayOrToday(cmd, on)
			if err != nil {
				return err
			}
			if expires != "" {
				last, err := dayOrToday(cmd, expires)
				if err != nil {
					return err
				}
				in.Body.Expires = &last
			}
			in.Body.Currency, in.Body.On = money.Currency(currency), &day
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				posting, err := api.PostPrepaid.Call(ctx, at, in)
				if err != nil {
					return err
				}
				return c.result(posting, func(w io.Writer) { writePosting(w, posting) })
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&on, "on", "", "`day` it counts from (default today, UTC)")
	flags.StringVar(&currency, "currency", "", "of the amount (default that of the group's invoices)")
	flags.StringVar(&in.Body.Key, "key", "", "the bank's reference, which no other entry has")
	flags.StringVar(&in.Body.Reference, "reference", "", "`text` that is kept with it")
	if kind == invoice.LedgerTopUp {
		flags.StringVar(&expires, "expires", "", "first `day` on which it cannot be used any more")
	}
	return cmd
}

func writePosting(w io.Writer, p receivable.PrepaidPosting) {
	if !p.New {
		fmt.Fprintf(w, "It was posted before, with the key %q; nothing has changed. Another --key posts it once more.\n", p.Key)
	}
	fmt.Fprintf(w, "The balance of %s on %s is %s %s.\n", p.Group, p.AsOf, amountOf(p.Balance, p.Currency), p.Currency)
}

func newPrepaidList(c *cli) *cobra.Command {
	var asOf string
	cmd := &cobra.Command{
		Use:   "list [GROUP]",
		Short: "List the entries of the prepaid ledger",
		Long:  `List shows what came in, went out and expired until the end of a day, with the balance after each.`,
		Example: `  sluice prepaid list
  sluice prepaid list acme-main --as-of 2026-12-31`,
		Args: takes(0, 1, "GROUP"),
		RunE: c.placedDay(&asOf, func(ctx context.Context, at api.Place, day billing.Day, args []string) error {
			lines, err := api.ListPrepaid.Call(ctx, at, api.PrepaidQuery{Group: firstOf(args), AsOf: api.On(day)})
			if err != nil {
				return err
			}
			return c.write(listing[invoice.LedgerLine]{
				whole: map[string]any{"entries": lines}, rows: lines, none: nothingPrepaid, table: ledgerTable,
			})
		}),
	}
	cmd.Flags().StringVar(&asOf, "as-of", "", "last `day` (default today, UTC)")
	return cmd
}

// nothingPrepaid is said where the ledger has nothing to show.
const nothingPrepaid = "Nothing is prepaid; `sluice prepaid add` records a top-up."

var ledgerTable = grid[invoice.LedgerLine]{
	[]string{"GROUP", "DATE", "KIND", ">AMOUNT", ">BALANCE", "", "EXPIRES", "FOR", "NOTE"},
	func(l invoice.LedgerLine) []string {
		return []string{
			l.Group, l.On.String(), string(l.Kind), amountOf(l.Amount, l.Currency), amountOf(l.Balance, l.Currency), string(l.Currency),
			dayOrNone(l.Expires), l.Invoice, l.Reference,
		}
	},
}

func newPrepaidBalance(c *cli) *cobra.Command {
	var asOf string
	cmd := &cobra.Command{
		Use:   "balance [GROUP]",
		Short: "Show what is left of what was prepaid",
		Long:  `Balance shows what billing groups have prepaid, and not used, at the end of a day.`,
		Example: `  sluice prepaid balance
  sluice prepaid balance acme-main --as-of 2026-12-31`,
		Args: takes(0, 1, "GROUP"),
		RunE: c.placedDay(&asOf, func(ctx context.Context, at api.Place, day billing.Day, args []string) error {
			balances, err := api.ListPrepaidBalances.Call(ctx, at, api.PrepaidQuery{Group: firstOf(args), AsOf: api.On(day)})
			if err != nil {
				return err
			}
			return c.write(listing[receivable.PrepaidBalance]{
				whole: struct {
					AsOf     billing.Day                 `json:"as_of"`
					Balances []receivable.PrepaidBalance `json:"balances"`
				}{day, balances},
				rows:  balances,
				none:  nothingPrepaid,
				table: balanceTable,
			})
		}),
	}
	cmd.Flags().StringVar(&asOf, "as-of", "", "`day` (default today, UTC)")
	return cmd
}

var balanceTable = grid[receivable.PrepaidBalance]{
	[]string{"GROUP", ">BALANCE", ""},
	func(b receivable.PrepaidBalance) []string {
		return []string{b.Group, amountOf(b.Balance, b.Currency), string(b.Currency)}
	},
}

// firstOf is the first argument, or nothing.
func firstOf(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}
