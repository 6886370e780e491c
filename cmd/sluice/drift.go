package main

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/trial"
)

func newDrift(c *cli) *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use:     "drift PERIOD",
		GroupID: "month",
		Short:   "Show what later exports do to a month",
		Long: `Drift compares a month as it was rated with the exports that are in force now: what the provider changed, by
owner, account and service; what that does to what customers pay, at the prices the month was rated with; and the
credit or debit notes that would correct what is issued. Nothing changes. To take the new exports over, close the
month again: the notes are drafted then, to be looked at, approved and issued.

"sluice ingest" reads the sources; drift does not.`,
		Example: `  sluice ingest --period 2026-10
  sluice drift 2026-10
  sluice drift 2026-10 --by service`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: forMonth(func(cmd *cobra.Command, p billing.Period) error {
			if !slices.Contains(rateViews, by) {
				return wrong(cmd, fmt.Sprintf("differences cannot be shown by %q; use customer, service or rule", by))
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				drift, err := api.ShowDrift.Call(ctx, at, api.InMonth{Period: p})
				if err != nil {
					return err
				}
				return c.result(drift, func(w io.Writer) { writeDrift(w, drift, by) })
			})
		}),
	}
	cmd.Flags().StringVar(&by, "by", "customer", "show what customers pay by `customer`, service or rule")
	registerCompletion(cmd, "by", cobra.FixedCompletions(rateViews, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func writeDrift(w io.Writer, d trial.Drift, by string) {
	if len(d.Exports) == 0 {
		fmt.Fprintf(w, "%s was rated from the exports in force: there is no drift.\n", d.Period)
		return
	}
	section(w, "Exports")
	t := newTable("PAYER", "EXPORT", "VERSION", ">LINES", ">COST BEFORE", ">AFTER", ">DIFFERENCE", "")
	for _, x := range d.Exports {
		version := shortVersion(x.Was) + " → " + shortVersion(x.Is)
		switch {
		case x.Was == "":
			version = "new: " + shortVersion(x.Is)
		case x.Is == "":
			version = "gone: " + shortVersion(x.Was)
		}
		t.add(x.Payer, x.Report, version, grouped(strconv.FormatInt(x.Rows[1]-x.Rows[0], 10)), exact(x.Cost.Before), exact(x.Cost.After),
			exact(x.Cost.Difference), string(x.Currency))
	}
	t.write(w, "  ")
	section(w, "What the provider changed, unblended, with its tax")
	t = newTable("OWNER", "ACCOUNT", "SERVICE", "CLASS", ">BEFORE", ">AFTER", ">DIFFERENCE", "")
	for _, o := range d.Provider {
		t.add(o.Group, o.Account, o.Service, o.Class, exact(o.Cost.Before), exact(o.Cost.After), exact(o.Cost.Difference), string(o.Currency))
	}
	t.write(w, "  ")
	section(w, "What customers pay")
	tryOut{by: by}.writeDifferences(w, d.Charged)
	section(w, "What would correct issued invoices")
	writeProposals(w, d.Charged)
	fmt.Fprintf(w, "\nTo take the new exports over, `sluice close %s`, and look at the notes it drafts.\n", d.Period)
}

// digest is a version that is a hash of the files.
var digest = regexp.MustCompile(`^[0-9a-f]{32,}$`)

// shortVersion is the beginning of a version that is a hash, and all of another.
func shortVersion(version string) string {
	if digest.MatchString(version) {
		return version[:12]
	}
	return version
}
