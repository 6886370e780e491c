package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/sample"
)

// shownAccounts is how many accounts the result names.
const shownAccounts = 12

func newGenerate(c *cli) *cobra.Command {
	var o sample.Options
	var month, out string
	var moves []string
	cmd := &cobra.Command{
		Use:     "generate --period PERIOD --out DIR",
		GroupID: "try",
		Short:   "Make an invented month of exports",
		Long: `Generate writes a month of exports as a provider delivers them, with manifest, below a folder, and
expected-totals.json beside it: the sums that a reader of the files must find. Everything is invented and
follows from the options and the seed; the same options give the same bytes.

The month has reservations and savings plans of every kind, which cross accounts as in a payer that shares them all.
Without --invoice-id the lines carry no provider's invoice id, as in a month that is not final yet.

An account that changes payers in mid-month takes two calls, one for each payer, with the same --move.`,
		Example: `  sluice generate --period 2026-10 --out exports/
  sluice generate --period 2026-10 --lines 5000000 --accounts 400 --chunks 8 --format cur2 --out big/
  sluice generate --period 2026-10 --discounts columns --split-cost --commitments 30 --lines 50000 --out zoo/`,
		Args: takes(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error { return runGenerate(c, cmd, o, month, out, moves) },
	}
	flags := cmd.Flags()
	flags.Int64Var(&o.Lines, "lines", 10_000, "lines of all files together, at least 100")
	flags.IntVar(&o.Accounts, "accounts", 10, "linked accounts besides the payer's own")
	flags.StringVar(&o.Format, "format", "cur-csv-gz", "`format` of the files: "+strings.Join(sample.Formats, ", "))
	flags.Uint64Var(&o.Seed, "seed", 1, "another seed makes other usage")
	flags.StringVar(&month, "period", "", "the `month`, such as 2026-10")
	flags.IntVar(&o.Chunks, "chunks", 1, "data files")
	flags.StringVar(&o.Payer, "payer", "111111111111", "`id` of the payer, 12 digits")
	flags.StringVar(&o.InvoiceID, "invoice-id", "", "the provider's invoice `id` on every line")
	flags.IntVar(&o.FirstAccount, "first-account", 200_000_000_001, "`number` of the first linked account")
	flags.IntVar(&o.Commitments, "commitments", 0, "about so many reservations and savings plans; 0 for as many as suit the size")
	flags.StringVar((*string)(&o.Discounts), "discounts", "", "negotiated discounts of all kinds: lines of their own, or columns with net costs (`lines|columns`)")
	flags.BoolVar(&o.SplitCost, "split-cost", false, "add rows of split cost allocation, which repeat cost")
	flags.StringArrayVar(&moves, "move", nil, "an account that is another payer's from a day on, `ACCOUNT:DAY:PAYER`; may be repeated")
	flags.IntVar(&o.Restate, "restate", 0, "a later version of the month, 1 or more, with a few lines changed")
	flags.StringVar(&out, "out", "", "`folder` to write to")
	registerCompletion(cmd, "format", cobra.FixedCompletions(sample.Formats, cobra.ShellCompDirectiveNoFileComp))
	if err := cmd.MarkFlagDirname("out"); err != nil {
		panic(err) // the flag is defined above
	}
	return cmd
}

func runGenerate(c *cli, cmd *cobra.Command, o sample.Options, month, out string, moves []string) error {
	switch {
	case month == "":
		return wrong(cmd, "no month is given; name one such as 2026-10 with --period")
	case out == "":
		return wrong(cmd, "no folder is given; name it with --out")
	case !slices.Contains(sample.Formats, o.Format):
		return wrong(cmd, fmt.Sprintf("%q is not a format; use one of %s", o.Format, strings.Join(sample.Formats, ", ")))
	}
	var err error
	if o.Period, err = period(cmd, month); err != nil {
		return err
	}
	for _, m := range moves {
		move, err := parseMove(m)
		if err != nil {
			return wrong(cmd, err.Error())
		}
		o.Moves = append(o.Moves, move)
	}
	defer c.finish()
	totals, err := sample.Generate(c.progress(cmd.Context()), out, o)
	if err != nil {
		return err
	}
	return c.result(totals, func(w io.Writer) {
		fmt.Fprintf(w, "%s of %s in %s\n", counted(totals.Rows, "line", "lines"), o.Period, out)
		var f figures
		accounts := slices.Sorted(maps.Keys(totals.ByAccount))
		shown := accounts[:min(len(accounts), shownAccounts)]
		for _, account := range shown {
			f.add("account "+account, totals.ByAccount[account], "USD")
		}
		f.add("all", totals.Unblended, "USD")
		f.write(w, "  ")
		if more := len(accounts) - len(shown); more > 0 {
			fmt.Fprintf(w, "%s more: expected-totals.json beside the export has them all\n", counted(int64(more), "account", "accounts"))
		}
	})
}

// parseMove reads ACCOUNT:DAY:PAYER.
func parseMove(text string) (sample.Move, error) {
	parts := strings.Split(text, ":")
	if len(parts) != 3 {
		return sample.Move{}, fmt.Errorf("%q is not a move; write it as 200000000003:2026-10-15:222222222222", text)
	}
	day, err := billing.ParseDay(parts[1])
	if err != nil {
		return sample.Move{}, fmt.Errorf("the day of the move %q: %w", text, err)
	}
	return sample.Move{Account: parts[0], Day: day, To: parts[2]}, nil
}
