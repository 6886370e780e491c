package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/pipeline"
)

func newMonthReadiness(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "readiness PERIOD",
		Short: "Show whether the providers have closed a month",
		Long: `Readiness counts, for every declared payer, the usage lines that carry the provider's invoice id and those
that do not yet, as far as the month is loaded. A month is ready when it is over and every usage line carries
one. It also lists the invoice ids that were seen, and which of the provider invoices that are declared have
arrived.`,
		Example: `  sluice month readiness 2026-10
  sluice month readiness 2026-10 --json`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: c.placedMonth(func(ctx context.Context, at api.Place, p billing.Period) error {
			r, err := api.ShowReadiness.Call(ctx, at, api.InMonth{Period: p})
			if err != nil {
				return err
			}
			return c.result(r, func(w io.Writer) { writeReadiness(w, r) })
		}),
	}
}

func writeReadiness(w io.Writer, r pipeline.Readiness) {
	if len(r.Payers) == 0 {
		fmt.Fprintln(w, "No payers are declared.")
		return
	}
	t := newTable("PAYER", "PROVIDER", "READY", ">WITH INVOICE ID", ">WITHOUT", "LAST LOADED (UTC)", "WHY")
	for _, p := range r.Payers {
		ready, loaded := "no", "never"
		if p.Ready {
			ready = "yes"
		}
		if p.LastLoaded != nil {
			loaded = p.LastLoaded.UTC().Format("2006-01-02 15:04")
		}
		t.add(p.Payer, p.Provider, ready, count(p.Invoiced), count(p.Open), loaded, p.Why)
	}
	t.write(w, "")
	seen := newTable("PROVIDER INVOICE", "PAYER", ">LINES", ">BILLED", "DECLARED")
	for _, p := range r.Payers {
		for _, i := range p.Invoices {
			seen.add(i.ID, p.Payer, count(i.Lines), exactMoney(i.Billed), declaredTotal(p, i.ID))
		}
		for _, e := range p.Expected {
			if !e.Arrived {
				seen.add(e.ID, p.Payer, "0", "0", declaredTotal(p, e.ID)+", has not arrived")
			}
		}
	}
	if len(seen.rows) > 0 {
		fmt.Fprintln(w)
		seen.write(w, "")
	}
}

// declaredTotal is what the provider's own document says, where it was declared.
func declaredTotal(p pipeline.PayerReadiness, id string) string {
	for _, e := range p.Expected {
		if e.ID == id {
			return exact(e.Total) + " " + string(e.Currency)
		}
	}
	return "no"
}
