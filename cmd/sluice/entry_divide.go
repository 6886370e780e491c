package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/entry"
	"github.com/sluice-billing/sluice/internal/money"
)

func newEntrySplit(c *cli) *cobra.Command {
	var o termOptions
	var n int
	var from, reason string
	var apply bool
	cmd := &cobra.Command{
		Use:   "split ID --parts N --from PERIOD",
		Short: "Divide an entry over months",
		Long: `Split divides an open entry, such as an upfront fee, over as many months as there are parts: 12 for a year,
36 for three. Parts are equal, in the digits of the currency; the first takes what rounding leaves. The parts
are open, each with the month it is due in; with --apply they are applied at once, each to its month. The
entry itself cannot be applied any more, until "sluice entry undo" takes the parts back.`,
		Example: `  sluice entry split E-0123456789ab --parts 12 --from 2026-11
  sluice entry split E-0123456789ab --parts 36 --from 2026-11 --apply --rate 151.20`,
		Args:              takes(1, 1, "the ID of an entry"),
		ValidArgsFunction: c.completeEntry(entry.Open),
		RunE: func(cmd *cobra.Command, args []string) error {
			if n == 0 || from == "" {
				return wrong(cmd, "a split needs the number of parts and the first month; give them with --parts and --from")
			}
			first, err := period(cmd, from)
			if err != nil {
				return err
			}
			in := api.SplitEntryInput{ByID: api.ByID{ID: args[0]}}
			in.Body.Parts, in.Body.From, in.Body.Reason = n, first, reason
			switch terms, err := o.terms(cmd); {
			case err != nil:
				return err
			case apply:
				in.Body.Apply = &terms
			case o != termOptions{}:
				return wrong(cmd, "--group, --rate and --tax-free are for parts that are applied at once; give --apply too")
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				done, err := api.SplitEntry.Call(ctx, at, in)
				return c.divided(done, err)
			})
		},
	}
	cmd.Flags().IntVar(&n, "parts", 0, "`number` of months")
	cmd.Flags().StringVar(&from, "from", "", "first `month`, such as 2026-11")
	cmd.Flags().BoolVar(&apply, "apply", false, "apply each part to its month")
	o.flags(c, cmd)
	reasonFlag(cmd, &reason)
	return cmd
}

// divided writes an entry and its parts.
func (c *cli) divided(done api.DividedEntry, err error) error {
	if err != nil {
		return err
	}
	return c.result(done, func(w io.Writer) {
		fmt.Fprintf(w, "%s, %s %s, has %s:\n\n", done.Entry.ID, exact(done.Entry.Amount), done.Entry.Currency, counted(int64(len(done.Parts)), "part", "parts"))
		writeEntries(w, done.Parts)
		writeFollows(w, appliedTo(done.Parts))
	})
}

func newEntryAllocate(c *cli) *cobra.Command {
	var in api.AllocateEntryInput
	a := &in.Body
	var to []string
	cmd := &cobra.Command{
		Use:   "allocate ID --to ACCOUNT=AMOUNT… --remainder ACCOUNT | --by-usage --remainder ACCOUNT",
		Short: "Divide an entry among accounts",
		Long: `Allocate divides an open entry, such as the payer's support fee, among accounts: by amounts in the entry's
currency, or by what the accounts of its payer used in its month, at the provider's price. The remainder
account takes what is left. The parts are open. The entry itself cannot be applied any more, until
"sluice entry undo" takes the parts back.`,
		Example: `  sluice entry allocate E-0123456789ab --to 200000000001=10.00 --to 200000000002=25 --remainder 200000000001
  sluice entry allocate E-0123456789ab --by-usage --remainder 200000000001
  sluice entry allocate E-0123456789ab --by-usage --accounts 200000000001,200000000002 --remainder 200000000001`,
		Args:              takes(1, 1, "the ID of an entry"),
		ValidArgsFunction: c.completeEntry(entry.Open),
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			switch {
			case a.Remainder == "":
				return wrong(cmd, "no account is named that takes what is left; name it with --remainder")
			case a.ByUsage == (len(to) > 0):
				return wrong(cmd, "say how it is divided: give either amounts with --to, or --by-usage")
			case !a.ByUsage && len(a.Accounts) > 0:
				return wrong(cmd, "--accounts goes with --by-usage; --to names its account itself")
			}
			if a.Amounts, err = accountAmounts(cmd, to); err != nil {
				return err
			}
			in.ID = args[0]
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				done, err := api.AllocateEntry.Call(ctx, at, in)
				return c.divided(done, err)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&to, "to", nil, "`account=amount`: what an account gets; may be given again")
	flags.BoolVar(&a.ByUsage, "by-usage", false, "divide by what the accounts used")
	flags.StringSliceVar(&a.Accounts, "accounts", nil, "with --by-usage: only these `accounts` (default all of the payer that used something)")
	flags.StringVar(&a.Remainder, "remainder", "", "`account` that takes what is left")
	reasonFlag(cmd, &a.Reason)
	return cmd
}

// accountAmounts reads amounts as --to gives them.
func accountAmounts(cmd *cobra.Command, to []string) (map[string]money.Decimal, error) {
	amounts := map[string]money.Decimal{}
	for _, text := range to {
		account, number, ok := strings.Cut(text, "=")
		if !ok || account == "" {
			return nil, wrong(cmd, fmt.Sprintf("--to %s: write it as account=amount, such as 200000000001=10.00", text))
		}
		if _, twice := amounts[account]; twice {
			return nil, wrong(cmd, fmt.Sprintf("--to names account %s twice", account))
		}
		amount, err := money.Parse(number)
		if err != nil {
			return nil, wrong(cmd, fmt.Sprintf("--to %s: %v", text, err))
		}
		amounts[account] = amount
	}
	return amounts, nil
}

func newEntryUndo(c *cli) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "undo ID",
		Short: "Take a split, an allocation or an added entry back",
		Long: `Undo takes the parts of an entry back that was split or allocated, with what was done to them, as long as none
is on an issued invoice; the entry is open again. It also removes an open entry that was added by hand.`,
		Example:           `  sluice entry undo E-0123456789ab`,
		Args:              takes(1, 1, "the ID of an entry"),
		ValidArgsFunction: c.completeEntry(entry.SplitUp, entry.Allocated),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			done, err := api.UndoEntry.Call(ctx, at, api.UndoEntryInput{ByID: api.ByID{ID: args[0]}, Body: api.Because{Reason: reason}})
			if err != nil {
				return err
			}
			return c.result(done, func(w io.Writer) { writeUndone(w, done.Entry, done.Removed) })
		}),
	}
	reasonFlag(cmd, &reason)
	return cmd
}

func writeUndone(w io.Writer, whole entry.Entry, gone []entry.Entry) {
	if len(gone) == 1 && gone[0].ID == whole.ID {
		fmt.Fprintf(w, "%s, %s, is removed.\n", whole.ID, whole.Label())
		return
	}
	fmt.Fprintf(w, "%s is open again; %s gone.\n", whole.ID, counted(int64(len(gone)), "part is", "parts are"))
	writeFollows(w, appliedTo(gone))
}

func newEntryAdd(c *cli) *cobra.Command {
	var o termOptions
	var in api.AddEntryInput
	e := &in.Body
	var amount, currency string
	var apply bool
	cmd := &cobra.Command{
		Use:   "add PERIOD --amount NUMBER --currency CODE --description TEXT --account ACCOUNT | --group GROUP",
		Short: "Write an entry by hand",
		Long: `Add writes an entry that no line of the provider has, for an account or for a whole billing group. A charge is
positive, a rebate negative. The description is printed on the invoice. The entry is open like any other; with
--apply it is applied to its month at once.`,
		Example: `  sluice entry add 2026-10 --account 200000000001 --amount -25 --currency USD --description "Goodwill for the outage"
  sluice entry add 2026-10 --group acme-main --amount 300 --currency EUR --description "Migration" --apply`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			if in.Period, err = period(cmd, args[0]); err != nil {
				return err
			}
			number, err := optionalNumber(cmd, "amount", amount)
			if err != nil {
				return err
			}
			if number == nil || currency == "" {
				return wrong(cmd, "an entry needs an amount and its currency; give them with --amount and --currency")
			}
			e.Amount, e.Currency = *number, money.Currency(currency)
			if e.Account == "" {
				e.Group = o.group
			}
			terms, err := o.terms(cmd)
			switch {
			case err != nil:
				return err
			case apply:
				e.Apply = &terms
			case e.Account != "" && o.group != "" || o.rate != "" || o.taxFree:
				return wrong(cmd, "--rate, --tax-free, and --group beside --account, are for an entry that is applied at once; give --apply too")
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				added, err := api.AddEntry.Call(ctx, at, in)
				done := api.DecidedEntries{Entries: []entry.Entry{added}}
				return c.decided(done, appliedTo(done.Entries), err)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&amount, "amount", "", "`number`, negative for a rebate")
	flags.StringVar(&currency, "currency", "", "ISO 4217 `code` of the amount")
	flags.StringVar(&e.Description, "description", "", "`text` that stands on the invoice")
	flags.StringVar(&e.Account, "account", "", "`account` that it is for")
	flags.StringVar(&e.Payer, "payer", "", "`payer` of the account (default the only one)")
	flags.BoolVar(&apply, "apply", false, "apply it to its month")
	o.flags(c, cmd)
	reasonFlag(cmd, &e.Reason)
	return cmd
}
