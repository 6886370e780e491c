package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"testing"

	"github.com/sluice-billing/sluice/internal/adjustment"
	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/sample"
)

// carried wants an answer to be the same after it came from a server: what is
// printed of it, and its JSON.
func carried[T any](t *testing.T, what string, answer T, err error, show func(io.Writer, T)) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	sent, err := json.Marshal(answer)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	var came T
	if err := json.Unmarshal(sent, &came); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	var before, after bytes.Buffer
	show(&before, answer)
	show(&after, came)
	if before.Len() == 0 || before.String() != after.String() {
		t.Errorf("%s is printed in another way when it came as JSON\n%s\n%s", what, before.String(), after.String())
	}
	if again, err := json.Marshal(came); err != nil || !bytes.Equal(sent, again) {
		t.Errorf("%s is another when it came as JSON (%v)\n%s\n%s", what, err, sent, again)
	}
}

// What a server answers is printed as what is found in this process: everything
// that the demo can be asked about prices, earnings, entries and commitments.
func TestAnswersAreCarried(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a demo, which takes a while")
	}
	dir := t.TempDir()
	var stderr bytes.Buffer
	if code := run([]string{"demo", "--dir", dir, "--quiet"}, nil, io.Discard, &stderr); code != exitDone {
		t.Fatalf("the demo ends with %d: %s", code, stderr.String())
	}
	a, err := app.Open(t.Context(), app.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	err = here(t.Context(), a, func(ctx context.Context, at api.Place) error {
		months := sample.DemoMonths()
		last := months[len(months)-1]
		pricesAreCarried(ctx, t, at, last)
		monthIsCarried(ctx, t, at, api.InMonth{Period: last})
		for _, by := range earnings.ProfitViews {
			p, err := api.ShowProfit.Call(ctx, at, api.ProfitQuery{From: months[0], To: last, By: by})
			carried(t, "profit by "+string(by), p, err, writeProfit)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// pricesAreCarried asks why charges over the whole month cost what they do, the
// lines they are made of, and the same for a group that resells.
func pricesAreCarried(ctx context.Context, t *testing.T, at api.Place, m billing.Period) {
	const step, most = 2503, 60000 // a prime, so that no kind of charge is always left out
	tiers := 0
	for number := 1; number < most; number += step {
		id := fmt.Sprintf("%s/%d", m, number)
		x, err := api.ExplainPrice.Call(ctx, at, api.Explained{ID: id})
		if err != nil {
			if number < 4*step {
				t.Fatalf("charge %s: %v", id, err)
			}
			break // behind the last one
		}
		carried(t, "charge "+id, x, nil, writeExplanation)
		if number%3 == 0 {
			line := x.Parts[0].Line.ID()
			y, err := api.ExplainPrice.Call(ctx, at, api.Explained{ID: line})
			carried(t, "line "+line, y, err, writeExplanation)
		}
		if len(x.Charge.Sales) > 0 && tiers < 3 {
			tiers++
			z, err := api.ExplainPriceAs.Call(ctx, at, api.ExplainedAs{Explained: api.Explained{ID: id}, Group: x.Charge.Sales[0].Seller})
			carried(t, "charge "+id+" as its seller sees it", z, err, writeTierExplanation)
		}
	}
	if tiers == 0 {
		t.Error("no charge that is sold on was explained")
	}
}

func monthIsCarried(ctx context.Context, t *testing.T, at api.Place, m api.InMonth) {
	of := " of " + m.Period.String()
	margin, err := api.ShowMargin.Call(ctx, at, api.MarginQuery{InMonth: m})
	for _, by := range marginViews {
		carried(t, "the margin"+of, margin, err, func(w io.Writer, m earnings.Margin) { writeMargin(w, m, by) })
	}
	for _, tier := range margin.Tiers {
		sold, err := api.ShowResaleMargin.Call(ctx, at, api.ResaleQuery{InMonth: m, Group: tier.Tier})
		carried(t, "the margin of "+tier.Tier+of, sold, err, writeTierMonth)
	}
	cost, err := api.ShowOriginalCost.Call(ctx, at, api.OriginalCostQuery{InMonth: m, PreviewLines: true})
	carried(t, "the original cost"+of, cost, err, func(w io.Writer, c earnings.OriginalCost) {
		fmt.Fprint(w, originalCells(c).rows(c.Rows))
		writeOriginalNotes(w, c)
	})
	entries, err := api.ListEntries.Call(ctx, at, api.EntriesQuery{InMonth: m})
	carried(t, "the entries"+of, entries, err, func(w io.Writer, all []adjustment.Listed) { writeEntryList(w, all) })
	held, err := api.ShowCommitments.Call(ctx, at, api.CommitmentsQuery{InMonth: m})
	carried(t, "the commitments"+of, held, err, writeInventory)
	for _, one := range held.Commitments {
		detail, err := api.ShowCommitment.Call(ctx, at, api.CommitmentQuery{InMonth: m, ID: one.ID, Payer: one.Payer, Hours: true})
		carried(t, "commitment "+one.ID+of, detail, err, writeCommitment)
	}
	coverage, err := api.ListCommitmentCoverage.Call(ctx, at, m)
	carried(t, "the coverage"+of, coverage, err, func(w io.Writer, all []commitment.Coverage) { fmt.Fprint(w, coverageTable.rows(all)) })
	crossings, err := api.ListCommitmentCrossings.Call(ctx, at, api.CrossingsQuery{InMonth: m, Hours: true})
	carried(t, "the crossings"+of, crossings, err, func(w io.Writer, all []commitment.Crossing) { fmt.Fprint(w, crossingTable(all).rows(all)) })
}
