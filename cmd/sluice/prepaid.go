package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/pipeline"
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
// typed as what is paid, and go out.
func (c *cli) posting(name string, kind invoice.LedgerKind, short, long, example string) *cobra.Command {
	var on, expires, currency string
	e := invoice.LedgerEntry{Kind: kind}
	cmd := &cobra.Command{
		Use: name + " GROUP AMOUNT", Short: short, Example: example,
		Long: long + `

The key keeps an entry from being posted twice: the same key with the same facts changes nothing, with other
facts it is refused. Without --key it is made of the facts.`,
		Args: takes(2, 2, "GROUP and AMOUNT"),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			e.Group = args[0]
			if e.Amount, err = money.Parse(args[1]); err != nil {
				return wrong(cmd, err.Error())
			}
			if kind != invoice.LedgerCorrection && e.Amount.Sign() <= 0 {
				return wrong(cmd, fmt.Sprintf("the amount of a %s is more than 0; `sluice prepaid correct` corrects", kind))
			}
			if kind == invoice.LedgerRefund {
				e.Amount = e.Amount.Neg()
			}
			if kind == invoice.LedgerCorrection && e.Reference == "" {
				return wrong(cmd, "a correction needs a reason; give it with --reference")
			}
			if e.On, err = dayOrToday(cmd, on); err != nil {
				return err
			}
			if expires != "" {
				last, err := dayOrToday(cmd, expires)
				if err != nil {
					return err
				}
				e.Expires = &last
			}
			e.Currency = money.Currency(currency)
			return c.with(cmd, func(ctx context.Context, a *app.App) error {
				posting, err := a.PostPrepaid(ctx, e)
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
	flags.StringVar(&e.Key, "key", "", "the bank's reference, which no other entry has")
	flags.StringVar(&e.Reference, "reference", "", "`text` that is kept with it")
	if kind == invoice.LedgerTopUp {
		flags.StringVar(&expires, "expires", "", "first `day` on which it cannot be used any more")
	}
	return cmd
}

func writePosting(w io.Writer, p pipeline.PrepaidPosting) {
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
		RunE: func(cmd *cobra.Command, args []string) error {
			day, err := dayOrToday(cmd, asOf)
			if err != nil {
				return err
			}
			return c.with(cmd, func(ctx context.Context, a *app.App) error {
				lines, err := a.Prepaid(ctx, firstOf(args), day)
				if err != nil {
					return err
				}
				return c.result(map[string]any{"entries": lines}, func(w io.Writer) { writeLedger(w, lines) })
			})
		},
	}
	cmd.Flags().StringVar(&asOf, "as-of", "", "last `day` (default today, UTC)")
	return cmd
}

func writeLedger(w io.Writer, lines []invoice.LedgerLine) {
	if len(lines) == 0 {
		fmt.Fprintln(w, "Nothing is prepaid; `sluice prepaid add` records a top-up.")
		return
	}
	t := newTable("GROUP", "DATE", "KIND", ">AMOUNT", ">BALANCE", "", "EXPIRES", "FOR", "NOTE")
	for _, l := range lines {
		expires := ""
		if l.Expires != nil {
			expires = l.Expires.String()
		}
		t.add(l.Group, l.On.String(), string(l.Kind), amountOf(l.Amount, l.Currency), amountOf(l.Balance, l.Currency), string(l.Currency),
			expires, l.Invoice, l.Reference)
	}
	t.write(w, "")
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
		RunE: func(cmd *cobra.Command, args []string) error {
			day, err := dayOrToday(cmd, asOf)
			if err != nil {
				return err
			}
			return c.with(cmd, func(ctx context.Context, a *app.App) error {
				balances, err := a.PrepaidBalances(ctx, firstOf(args), day)
				if err != nil {
					return err
				}
				return c.result(struct {
					AsOf     billing.Day               `json:"as_of"`
					Balances []pipeline.PrepaidBalance `json:"balances"`
				}{day, balances}, func(w io.Writer) {
					if len(balances) == 0 {
						fmt.Fprintln(w, "Nothing is prepaid; `sluice prepaid add` records a top-up.")
						return
					}
					t := newTable("GROUP", ">BALANCE", "")
					for _, b := range balances {
						t.add(b.Group, amountOf(b.Balance, b.Currency), string(b.Currency))
					}
					t.write(w, "")
				})
			})
		},
	}
	cmd.Flags().StringVar(&asOf, "as-of", "", "`day` (default today, UTC)")
	return cmd
}

// firstOf is the first argument, or nothing.
func firstOf(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}
