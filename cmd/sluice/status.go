package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/pipeline"
)

func newStatus(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "status [PERIOD]",
		GroupID: "month",
		Short:   "Show where the months stand",
		Long: `Status shows where a month stands: the state of every payer's month and why, what is loaded, the findings and
which of them hold the close, the invoices, and whether the certificate is a proof.

A payer's month is open until something is loaded, collecting until the provider has closed it, then ready,
rated when it is priced, closed when it is drafted and proved, and restated when the provider changed it after
documents were issued; a number says how often.

Without a month it lists the declared sources and all months that have something loaded.`,
		Example: `  sluice status
  sluice status 2026-10`,
		Args:              takes(0, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: c.placedMonth(func(ctx context.Context, at api.Place, p billing.Period) error {
			if p.IsZero() {
				return runStatusAll(ctx, c, at)
			}
			s, err := api.ShowMonth.Call(ctx, at, api.InMonth{Period: p})
			if err != nil {
				return err
			}
			return c.result(s, func(w io.Writer) { writeStatus(w, s) })
		}),
	}
}

func runStatusAll(ctx context.Context, c *cli, at api.Place) error {
	sources, err := api.ListSources.Call(ctx, at, struct{}{})
	if err != nil {
		return err
	}
	months, err := api.ListMonths.Call(ctx, at, struct{}{})
	if err != nil {
		return err
	}
	all := struct {
		Sources []billing.Source  `json:"sources"`
		Periods []pipeline.Status `json:"periods"`
	}{sources, months}
	return c.write(listing[pipeline.Status]{
		whole: all,
		rows:  all.Periods,
		show: func(w io.Writer) {
			writeSources(w, all.Sources)
			fmt.Fprintln(w)
			writePeriods(w, all.Periods)
			writePayerStates(w, all.Periods)
		},
	})
}

func writeSources(w io.Writer, sources []billing.Source) {
	if len(sources) == 0 {
		fmt.Fprintln(w, "No sources are declared.")
		return
	}
	t := newTable("SOURCE", "FORMAT", "PAYER", "PLACE")
	for _, s := range sources {
		t.add(s.Name, s.Kind, s.Payer, s.URL)
	}
	t.write(w, "")
}

func writePeriods(w io.Writer, periods []pipeline.Status) {
	if len(periods) == 0 {
		fmt.Fprintln(w, "No month is loaded yet; `sluice close PERIOD` begins one.")
		return
	}
	t := newTable("MONTH", ">PAYERS", ">LINES", ">FINDINGS", ">HOLDING", "INVOICES", "")
	for _, s := range periods {
		var lines int64
		for _, l := range s.Loads {
			lines += l.Rows
		}
		t.add(s.Period.String(), count(int64(len(s.Payers))), count(lines), count(int64(len(s.Findings))), count(int64(s.Held)), invoiceCounts(s), standing(s))
	}
	t.write(w, "")
}

func invoiceCounts(s pipeline.Status) string {
	var parts []string
	for _, state := range slices.Sorted(maps.Keys(s.Invoices)) {
		parts = append(parts, fmt.Sprintf("%d %s", s.Invoices[state], state))
	}
	if parts == nil {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// standing says in a few words where a month stands.
func standing(s pipeline.Status) string {
	switch {
	case len(s.Loads) == 0:
		return "nothing is loaded"
	case s.Reopened != nil:
		return "opened again"
	case len(s.Groups) > 0 && s.Proved != nil && !s.Stale:
		return "closed for " + strings.Join(s.Groups, ", ") + " alone"
	case s.Held > 0 && !s.Preview:
		return "held by " + counted(int64(s.Held), "finding", "findings")
	case s.Rated == nil:
		return "loaded, not closed"
	case s.Stale:
		return "changed since it was closed"
	case s.Preview:
		return "previewed"
	case s.Proved == nil:
		return "priced, without a certificate"
	case !*s.Proved:
		return "closed, not proved"
	default:
		return "closed and proved"
	}
}

func writeStatus(w io.Writer, s pipeline.Status) {
	fmt.Fprintf(w, "%s: %s\n", s.Period, standing(s))
	if o := s.Reopened; o != nil {
		fmt.Fprint(w, wrap(fmt.Sprintf("opened again by %s on %s UTC: %s", o.By, o.At.UTC().Format("2006-01-02 15:04"), o.Reason), "  "))
	}
	if len(s.Payers) > 0 {
		fmt.Fprintln(w)
		t := newTable("PAYER", "STATE", "SINCE (UTC)", "WHY")
		for _, p := range s.Payers {
			t.add(p.Payer, stateName(p.State, p.Restated), p.At.UTC().Format("2006-01-02 15:04"), p.Reason)
		}
		t.write(w, "")
	}
	if len(s.Loads) > 0 {
		fmt.Fprintln(w)
		t := newTable("LOADED FROM", "PAYER", "REPORT", "FORMAT", ">FILES", ">LINES", ">BILLED BY THE PROVIDER")
		for _, l := range s.Loads {
			t.add(l.Source, l.Payer, l.Report, l.Format, count(int64(l.Files)), count(l.Rows), exactMoney(l.Billed))
		}
		t.write(w, "")
	}
	found, unexpected := findingsOf(s)
	if len(found) > 0 {
		fmt.Fprintln(w, "\nFINDINGS")
		writeFindings(w, found, "")
	}
	if len(unexpected) > 0 {
		fmt.Fprintln(w, "\nTO ACCEPT BEFORE ISSUE")
		writeFindings(w, unexpected, "")
	}
	if s.Rated != nil {
		fmt.Fprintf(w, "\nPriced on %s UTC; invoices: %s\n", s.Rated.UTC().Format("2006-01-02 15:04"), invoiceCounts(s))
	}
	if next := nextStep(s); next != "" {
		fmt.Fprintf(w, "\nNext: %s\n", next)
	}
}

// findingsOf divides the findings of a month into those of its data and its close,
// and what is unexpected about its drafts.
func findingsOf(s pipeline.Status) (found, unexpected []month.Finding) {
	for _, f := range s.Findings {
		if f.Stage == desk.StageApproval {
			unexpected = append(unexpected, f)
		} else {
			found = append(found, f)
		}
	}
	return found, unexpected
}

// toAccept counts what keeps drafts from being issued.
func toAccept(findings []month.Finding) (open int) {
	for _, f := range findings {
		if f.Stage == desk.StageApproval && f.Waived == nil {
			open++
		}
	}
	return open
}

// stateName is a state of R29 as it is shown: restated says how often.
func stateName(state string, restated int) string {
	if state == "restated" && restated > 0 {
		return fmt.Sprintf("%s %d", state, restated)
	}
	return state
}

// writePayerStates says why each payer stands where it does.
func writePayerStates(w io.Writer, periods []pipeline.Status) {
	t := newTable("MONTH", "PAYER", "STATE", "SINCE (UTC)", "WHY")
	for _, s := range periods {
		for _, p := range s.Payers {
			t.add(s.Period.String(), p.Payer, stateName(p.State, p.Restated), p.At.UTC().Format("2006-01-02 15:04"), p.Reason)
		}
	}
	if len(t.rows) > 0 {
		fmt.Fprintln(w)
		t.write(w, "")
	}
}

func nextStep(s pipeline.Status) string {
	switch {
	case s.Reopened != nil:
		return fmt.Sprintf("change what has to be changed; then sluice close %s", s.Period)
	case len(s.Groups) > 0 && s.Proved != nil && *s.Proved && !s.Stale:
		return fmt.Sprintf("sluice invoice issue %s/%s; when the rest is final, sluice close %s",
			s.Period, strings.Join(s.Groups, fmt.Sprintf(" %s/", s.Period)), s.Period)
	case len(s.Loads) == 0 || s.Held == 0 && (s.Rated == nil || s.Stale || s.Preview || s.Proved == nil):
		return fmt.Sprintf("sluice close %s", s.Period)
	case s.Held > 0:
		return fmt.Sprintf("resolve what holds, or sluice waive %s FINDING --reason \"…\"; then sluice close %s", s.Period, s.Period)
	case !*s.Proved:
		return fmt.Sprintf("sluice reconcile %s", s.Period)
	case s.Invoices["draft"] > 0 && toAccept(s.Findings) > 0:
		return fmt.Sprintf("sluice invoice compare --all %s; then sluice invoice accept ID --reason \"…\"", s.Period)
	case s.Invoices["draft"] > 0:
		return fmt.Sprintf("sluice invoice issue --all %s", s.Period)
	default:
		return ""
	}
}
