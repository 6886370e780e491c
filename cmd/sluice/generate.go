package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/sample"
)

// shownAccounts is how many accounts the result names.
const shownAccounts = 12

func newGenerate(c *cli) *cobra.Command {
	var o sample.Options
	var month, out string
	cmd := &cobra.Command{
		Use:     "generate --period PERIOD --out DIR",
		GroupID: "try",
		Short:   "Make an invented month of exports",
		Long: `Generate writes a month of exports as a provider delivers them, with manifest, below a folder, and
expected-totals.json beside it: the sums that a reader of the files must find. Everything is invented and
follows from the options and the seed; the same options give the same bytes.

Without --invoice-id the lines carry no provider's invoice id, as in a month that is not final yet.`,
		Example: `  sluice generate --period 2026-10 --out exports/
  sluice generate --period 2026-10 --lines 5000000 --accounts 400 --chunks 8 --format cur2 --out big/`,
		Args: takes(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error { return runGenerate(c, cmd, o, month, out) },
	}
	flags := cmd.Flags()
	flags.Int64Var(&o.Lines, "lines", 10_000, "lines of all files together, at least 100")
	flags.IntVar(&o.Accounts, "accounts", 10, "linked accounts besides the payer's own")
	flags.StringVar(&o.Format, "format", "cur-csv-gz", strings.Join(sample.Formats, ", "))
	flags.Uint64Var(&o.Seed, "seed", 1, "another seed makes other usage")
	flags.StringVar(&month, "period", "", "the `month`, such as 2026-10")
	flags.IntVar(&o.Chunks, "chunks", 1, "data files")
	flags.StringVar(&o.Payer, "payer", "111111111111", "`id` of the payer, 12 digits")
	flags.StringVar(&o.InvoiceID, "invoice-id", "", "the provider's invoice `id` on every line")
	flags.StringVar(&out, "out", "", "`folder` to write to")
	registerCompletion(cmd, "format", cobra.FixedCompletions(sample.Formats, cobra.ShellCompDirectiveNoFileComp))
	if err := cmd.MarkFlagDirname("out"); err != nil {
		panic(err) // the flag is defined above
	}
	return cmd
}

func runGenerate(c *cli, cmd *cobra.Command, o sample.Options, month, out string) error {
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
