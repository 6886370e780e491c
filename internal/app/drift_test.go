package app_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/trial"
)

// driftOf compares September with the exports of now, and checks what holds of
// every drift: what the provider changed adds up to the exports.
func driftOf(t *testing.T, a *app.App) trial.Drift {
	t.Helper()
	d, err := a.Trials.Drift(context.Background(), september(t))
	if err != nil {
		t.Fatal(err)
	}
	exports, owners := money.Zero, money.Zero
	for _, x := range d.Exports {
		exports = exports.Add(x.Cost.Difference)
	}
	for _, o := range d.Provider {
		owners = owners.Add(o.Cost.Difference)
		if o.Cost.Difference.IsZero() {
			t.Errorf("%s %s %s is said to differ by nothing", o.Group, o.Account, o.Service)
		}
	}
	if !exports.Equal(owners) {
		t.Errorf("the exports differ by %s, their owners by %s", exports, owners)
	}
	return d
}

// ofPayer is a usage file with another payer and invoice.
func ofPayer(t *testing.T, payer, invoice string, lines ...string) string {
	t.Helper()
	text, err := os.ReadFile(usageFile(t, lines...))
	if err != nil {
		t.Fatal(err)
	}
	return writeFile(t, "other.csv", strings.ReplaceAll(string(text), "111111111111,1001,", payer+","+invoice+","))
}

// What later exports do to a closed and issued month, and nothing changed by
// looking: by hand, 20 dollars more for acme, who pays 121 yen for each; 10 less
// for beta; 5 of the reseller's own.
func TestDrift(t *testing.T) {
	a, ctx := open(t, strings.Replace(needing, "provider: aws}]", `provider: aws}, {id: "222222222222", provider: aws}]`, 1)), context.Background()
	if _, err := a.Trials.Drift(ctx, september(t)); err == nil || !strings.Contains(err.Error(), "2026-09") {
		t.Errorf("drift of a month that is not rated: %v", err)
	}
	deliverUsage(t, a, "200000000001 Usage AmazonEC2 1 100", "200000000002 Usage AmazonS3 1 50", "200000000009 Usage AmazonEC2 1 7")
	provedMonth(t, closeMonth(t, a, september(t)))
	issueDrafts(t, a)
	if d := driftOf(t, a); len(d.Exports)+len(d.Provider)+len(d.Charged.Proposals) > 0 {
		t.Errorf("there is no drift, and it says %+v", d)
	}

	deliverUsage(t, a, "200000000001 Usage AmazonEC2 1 120", "200000000002 Usage AmazonS3 1 40", "200000000009 Usage AmazonEC2 1 7", "200000000009 Usage AmazonS3 1 5")
	before := stored(t, a, september(t))
	d := driftOf(t, a)
	if len(d.Exports) != 1 || d.Exports[0].Payer != "111111111111" || d.Exports[0].Rows != [2]int64{3, 4} || d.Exports[0].Was == d.Exports[0].Is {
		t.Errorf("exports %+v", d.Exports)
	}
	amountIs(t, "cost before", d.Exports[0].Cost.Before, "157")
	amountIs(t, "cost after", d.Exports[0].Cost.After, "172")
	byOwner := map[string]string{}
	for _, o := range d.Provider {
		byOwner[o.Group+" "+o.Account] += o.Cost.Difference.String()
	}
	for owner, want := range map[string]string{"acme 200000000001": "20", "beta 200000000002": "-10", "reseller 200000000009": "5"} {
		if byOwner[owner] != want || len(byOwner) != 3 {
			t.Errorf("R28: by owner the provider changed %v; want %s for %s", byOwner, want, owner)
		}
	}
	amountIs(t, "what customers pay", d.Charged.Totals[0].Difference, "12") // 22 − 10
	sameAsNotes(t, a, d, map[string]string{"2026-09/acme": "2420", "2026-09/beta": "-10"}, before)

	// The first report of another payer is new, and the others stay as they are.
	file := ofPayer(t, "222222222222", "2002", "200000000001 Usage AmazonEC2 1 10", "200000000002 Usage AmazonRDS 1 3")
	if _, err := a.Pipeline.IngestFiles(ctx, "222222222222", september(t), []string{file}); err != nil {
		t.Fatal(err)
	}
	before = stored(t, a, september(t))
	d = driftOf(t, a)
	if len(d.Exports) != 1 || d.Exports[0].Payer != "222222222222" || d.Exports[0].Was != "" || d.Exports[0].Rows != [2]int64{0, 2} {
		t.Errorf("exports %+v", d.Exports)
	}
	sameAsNotes(t, a, d, map[string]string{"2026-09/acme": "1210", "2026-09/beta": "3"}, before)
}

// sameAsNotes wants the proposals of a drift to be the notes that a close drafts
// then, and issues them; looking has changed no document.
func sameAsNotes(t *testing.T, a *app.App, d trial.Drift, want map[string]string, before map[string]string) {
	t.Helper()
	for id, document := range stored(t, a, september(t)) {
		if before[id] != document {
			t.Errorf("looking at the drift changed %s", id)
		}
	}
	if len(d.Charged.Proposals) != len(want) {
		t.Errorf("%d proposals, want %d", len(d.Charged.Proposals), len(want))
	}
	provedMonth(t, closeMonth(t, a, september(t)))
	notes := issueDrafts(t, a)
	for _, p := range d.Charged.Proposals {
		if p.Problem != "" {
			t.Errorf("%s: %s", p.ID, p.Problem)
		}
		amountIs(t, "proposed for "+p.ID, p.Total.Difference, want[p.ID])
		found := false
		for _, note := range notes {
			if note.Corrects != nil && note.Corrects.ID == p.ID {
				found = true
				if !note.Total.Equal(p.Total.Difference) || !note.BeforeTax.Equal(p.Net.Difference) || !note.TaxTotal.Equal(p.Tax.Difference) {
					t.Errorf("%s is over %s, proposed were %s", note.ID, note.Total, p.Total.Difference)
				}
			}
		}
		if !found {
			t.Errorf("no note corrects %s", p.ID)
		}
	}
}
