package app_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/sample"
)

// R7: what groups pay alone, and the fees of commitments, are in the
// certificate and leave nothing.
func TestCertificateOfCommitments(t *testing.T) {
	columns, totals := generatedReport(t, sample.Options{Lines: 4000, Accounts: 6, Seed: 4, Discounts: sample.DiscountsAsColumns})
	a, c := closedReport(t, marginGroups, columns.write(t))
	if len(c.Residues) != 0 || len(c.Alone) != 1 || len(c.Fees) != len(totals.Commitments) {
		t.Fatalf("residues %v, alone %+v, %d commitments, want %d", c.Residues, c.Alone, len(c.Fees), len(totals.Commitments))
	}
	if p := c.Alone[0]; !p.Unblended.Equal(totals.Unblended) || p.TakenBack.Sign() <= 0 || p.Given.Sign() <= 0 || !p.Residue.IsZero() {
		t.Errorf("alone %+v, unblended %s", p, totals.Unblended)
	}
	fees := map[string]sample.CommitmentTotals{}
	for _, one := range totals.Commitments {
		fees[one.ARN] = one
	}
	for _, f := range c.Fees {
		one := fees[f.ID]
		want := one.Fee.Add(one.Upfront)
		if f.Kind.Plan() {
			want = one.Reserved
		}
		if !f.Fee.Equal(want) || !f.Within || f.Owner != one.Owner {
			t.Errorf("%+v, want a fee of %s and owner %s", f, want, one.Owner)
		}
	}
	if !c.Alone[0].Sold.IsZero() {
		t.Errorf("sold %s, and nothing is at a fixed price", c.Alone[0].Sold)
	}
	again, err := a.Pipeline.Reconcile(context.Background(), september(t))
	if err != nil || len(again.Residues) != 0 || fmt.Sprint(again.Alone) != fmt.Sprint(c.Alone) || fmt.Sprint(again.Fees) != fmt.Sprint(c.Fees) {
		t.Errorf("reconciled: %v, %v", err, again.Residues)
	}
}

// R8: what is sold at a fixed price is in the proof, at the price of the hours
// that the owners' groups use; the reseller pays the fees.
func TestCertificateOfFixedPrices(t *testing.T) {
	columns, totals := generatedReport(t, sample.Options{Lines: 4000, Accounts: 6, Seed: 4, Discounts: sample.DiscountsAsColumns})
	yaml := marginGroups + "commitments:\n"
	for _, one := range totals.Commitments {
		yaml += fmt.Sprintf("  - {id: %q, policy: fixed-price, price: \"0.25\"}\n", one.ARN)
	}
	a, c := closedReport(t, yaml, columns.write(t))
	if len(c.Residues) != 0 || c.Alone[0].Sold.Sign() <= 0 || c.Alone[0].Sold.Cmp(c.Alone[0].Given) >= 0 {
		t.Errorf("residues %v, alone %+v", c.Residues, c.Alone)
	}
	addsUp(t, marginOf(t, a, "2026-09", ""))
}

// R7: parts that were changed by hand, and fees that are not what was used and
// not used, leave a residue; R10: so do negations, as a warning.
func TestCertificateOfBrokenCommitments(t *testing.T) {
	columns, _ := generatedReport(t, sample.Options{Lines: 4000, Accounts: 6, Seed: 4, Discounts: sample.DiscountsAsColumns})
	t.Run("parts", func(t *testing.T) {
		dir := t.TempDir()
		a := openAt(t, dir, afterAll)
		apply(t, a, marginGroups)
		if _, err := a.Pipeline.IngestFiles(context.Background(), "111111111111", september(t), []string{columns.write(t)}); err != nil {
			t.Fatal(err)
		}
		closeMonth(t, a, september(t))
		rewrite(t, filepath.Join(dir, "lake", "commitments", "*", "rev=*", "parts", "*", "*.parquet"), "x_treatment <> 'unshared'")
		c, err := a.Pipeline.Reconcile(context.Background(), september(t))
		if err != nil || !strings.Contains(strings.Join(c.Residues, "\n"), "(R7) payer 111111111111: unblended cost") {
			t.Errorf("R7: %v, residues %v", err, c.Residues)
		}
	})
	t.Run("negations", func(t *testing.T) {
		r, raised := columns.raised(t, func(line map[string]string) bool { return line["lineItem/LineItemType"] == "SavingsPlanNegation" })
		changed := raised["savingsPlan/SavingsPlanARN"]
		_, c := closedReport(t, marginGroups, r.write(t))
		var found []string
		for _, f := range c.Findings {
			if f.Code == "negation-mismatch" {
				found = append(found, fmt.Sprint(f.Severity, " ", f.Subject, " ", f.Amount))
			}
		}
		if len(found) != 1 || found[0] != "warn "+changed+" 0.5" {
			t.Errorf("R10: findings %v, want 0.5 of %s", found, changed)
		}
	})
	t.Run("fees", func(t *testing.T) {
		r, raised := columns.raised(t, func(line map[string]string) bool {
			return line["lineItem/LineItemType"] == "RIFee" && amount(t, line, "lineItem/UnblendedCost").Sign() > 0
		})
		changed := raised["reservation/ReservationARN"]
		_, c := closedReport(t, marginGroups, r.write(t))
		if !strings.Contains(strings.Join(c.Residues, "\n"), "(R7) "+changed) {
			t.Errorf("R7: residues %v, want one of %s", c.Residues, changed)
		}
	})
}
