package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/adjustment"
	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/entry"
)

// termOptions are how entries are applied, as it is typed.
type termOptions struct {
	group, rate string
	taxFree     bool
}

func (o *termOptions) flags(c *cli, cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&o.group, "group", "", "billing `group` that is billed (default the owner of the entry's account)")
	flags.StringVar(&o.rate, "rate", "", "exchange `rate` of its own, into the group's currency (default that of the account)")
	flags.BoolVar(&o.taxFree, "tax-free", false, "charge no tax on it")
	registerCompletion(cmd, "group", c.completeGroup)
}

func (o *termOptions) terms(cmd *cobra.Command) (api.EntryTerms, error) {
	rate, err := optionalNumber(cmd, "rate", o.rate)
	return api.EntryTerms{Group: o.group, Rate: rate, TaxFree: o.taxFree}, err
}

func newEntryApply(c *cli) *cobra.Command {
	var o termOptions
	var into, reason string
	cmd := &cobra.Command{
		Use:   "apply ID… --into PERIOD",
		Short: "Put entries on the invoices of a month",
		Long: `Apply puts open entries on invoices, all of those that are named or none: in the account that each is of, of
the billing group that owns the account on the entry's day. Where that group buys from another one, the
outermost group is billed. --group bills another group. The month may be any whose invoice for the group is
not issued.`,
		Example: `  sluice entry apply E-0123456789ab --into 2026-10
  sluice entry apply E-0123456789ab E-ba9876543210 --into 2026-11 --group acme-main --tax-free
  sluice entry apply E-0123456789ab --into 2026-10 --rate 151.20 --reason "the rate of the purchase"`,
		Args:              takes(1, -1, "the ID of an entry"),
		ValidArgsFunction: c.completeEntry(entry.Open),
		RunE: func(cmd *cobra.Command, args []string) error {
			if into == "" {
				return wrong(cmd, "no month is given; name that of the invoice with --into")
			}
			p, err := period(cmd, into)
			if err != nil {
				return err
			}
			var in api.ApplyEntriesInput
			if in.Body.EntryTerms, err = o.terms(cmd); err != nil {
				return err
			}
			in.Body.IDs, in.Body.Into, in.Body.Reason = args, p, reason
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				done, err := api.ApplyEntries.Call(ctx, at, in)
				return c.decided(done, appliedTo(done.Entries), err)
			})
		},
	}
	cmd.Flags().StringVar(&into, "into", "", "`month` of the invoice, such as 2026-10")
	o.flags(c, cmd)
	reasonFlag(cmd, &reason)
	registerCompletion(cmd, "into", c.completePeriod)
	return cmd
}

// decided writes entries after a decision on them; drafts of the months follow.
func (c *cli) decided(done api.DecidedEntries, months []billing.Period, err error) error {
	if err != nil {
		return err
	}
	return c.write(listing[entry.Entry]{
		whole: done,
		rows:  done.Entries,
		show: func(w io.Writer) {
			writeEntries(w, done.Entries)
			writeFollows(w, months)
		},
	})
}

func chosenEntries(ids []string, reason string) (in api.EntriesInput) {
	in.Body.IDs, in.Body.Reason = ids, reason
	return in
}

func newEntryRestore(c *cli) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "restore ID…",
		Short: "Take entries off again",
		Long: `Restore makes applied and kept entries open again, all of those that are named or none, as long as the
invoice that they are on is not issued. Rules leave them alone from then on.`,
		Example:           `  sluice entry restore E-0123456789ab --reason "belongs to next month"`,
		Args:              takes(1, -1, "the ID of an entry"),
		ValidArgsFunction: c.completeEntry(entry.Applied, entry.Kept),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			done, err := api.RestoreEntries.Call(ctx, at, chosenEntries(args, reason))
			return c.decided(done, nil, err)
		}),
	}
	reasonFlag(cmd, &reason)
	return cmd
}

func newEntryKeep(c *cli) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "keep ID…",
		Short: "Leave entries with the reseller",
		Long: `Keep says that open entries are the reseller's own: no customer is billed for them or gets them, and nobody
is asked again. Restore makes them open again.`,
		Example:           `  sluice entry keep E-0123456789ab --reason "partner discount"`,
		Args:              takes(1, -1, "the ID of an entry"),
		ValidArgsFunction: c.completeEntry(entry.Open),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			done, err := api.KeepEntries.Call(ctx, at, chosenEntries(args, reason))
			return c.decided(done, nil, err)
		}),
	}
	reasonFlag(cmd, &reason)
	return cmd
}

func newEntryRules(c *cli) *cobra.Command {
	var dryRun bool
	cmd := &cobra.Command{
		Use:   "rules PERIOD",
		Short: "Let the rules decide on a month's entries",
		Long: `Rules lets the entry_rules of the configuration decide on a month's open entries, as every load of the month
does: each is applied to its own month, or kept. Entries that a person decided on, also by restoring them, are
left alone. With --dry-run it shows what they would do, and changes nothing.`,
		Example: `  sluice entry rules 2026-10 --dry-run
  sluice entry rules 2026-10`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: c.placedMonth(func(ctx context.Context, at api.Place, p billing.Period) error {
			decide := api.FollowEntryRules
			if dryRun {
				decide = api.PreviewEntryRules
			}
			done, err := decide.Call(ctx, at, api.InMonth{Period: p})
			if err != nil {
				return err
			}
			return c.write(listing[adjustment.Ruling]{
				whole: done,
				rows:  done.Rulings,
				show:  func(w io.Writer) { writeRulings(w, done.Rulings, dryRun) },
			})
		}),
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "show what the rules would do, and change nothing")
	return cmd
}

func writeRulings(w io.Writer, rulings []adjustment.Ruling, dryRun bool) {
	var followed, refused []adjustment.Ruling
	for _, r := range rulings {
		if r.Refused == "" {
			followed = append(followed, r)
		} else {
			refused = append(refused, r)
		}
	}
	if len(followed) == 0 {
		fmt.Fprintln(w, "The rules change nothing.")
	} else {
		var entries []entry.Entry
		for _, r := range followed {
			entries = append(entries, r.Entry)
		}
		writeEntries(w, entries)
		if dryRun {
			fmt.Fprintln(w, "Nothing was changed.")
		} else {
			writeFollows(w, appliedTo(entries))
		}
	}
	for _, r := range refused {
		fmt.Fprint(w, wrap(fmt.Sprintf("Rule %s cannot be followed: %s", r.Rule, r.Refused), ""))
	}
}
