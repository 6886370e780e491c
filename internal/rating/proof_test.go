package rating_test

import (
	"context"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/rating"
)

func oneGroup(basis billing.Basis, rules ...billing.PriceRule) billing.Config {
	return billing.Config{
		Payers:        []billing.Payer{{ID: payer, Provider: "aws"}},
		PriceBooks:    []billing.PriceBook{{ID: "book", Rules: rules}},
		BillingGroups: []billing.BillingGroup{{ID: "g", CostBasis: basis, PriceBook: billing.Attach("book"), Claims: []billing.Claim{{Accounts: []string{"200000000001"}}}}},
	}
}

func used(id, account, unblended string) line {
	l := newLine(id, "Usage", "AmazonEC2", "2026-10-05")
	l["account"], l["unblended"], l["amount"] = account, unblended, "1"
	return l
}

// R1: what nobody owns holds the close, one finding an account with its lines
// and money. Covered usage that would be free at list holds it too.
func TestFindings(t *testing.T) {
	covered := newLine("r", "DiscountedUsage", "AmazonEC2", "2026-10-05")
	covered["unblended"], covered["effective"] = "0", "0.05"
	again := newLine("r", "DiscountedUsage", "AmazonEC2", "2026-10-06")
	again["unblended"], again["effective"] = "0", "0.07"
	listed := newLine("s", "DiscountedUsage", "AmazonEC2", "2026-10-06")
	listed["unblended"], listed["effective"], listed["list"] = "0", "0.07", "0.1"
	c := oneGroup(billing.List)
	s, _ := rated(t, openEngine(t), t.TempDir(), c, []line{
		used("a", "200000000001", "1"), used("b", "200000000002", "2.5"), used("c", "200000000002", "0.25"), used("d", "200000000003", "-4"),
		covered, again, listed,
	})
	defer s.Close()
	got, err := rating.Findings(context.Background(), s, c)
	if err != nil {
		t.Fatal(err)
	}
	want := []billing.Finding{
		{Code: "unassigned", Subject: "200000000002", Count: 2, Amount: money.MustParse("2.75")},
		{Code: "unassigned", Subject: "200000000003", Count: 1, Amount: money.MustParse("-4")},
		{Code: "no-list-price", Subject: "g", Count: 2, Amount: money.MustParse("0.12")},
	}
	if len(got) != len(want) {
		t.Fatalf("findings %+v", got)
	}
	for i, w := range want {
		g := got[i]
		if g.Code != w.Code || g.Severity != billing.Hold || g.Subject != w.Subject || g.Count != w.Count || !g.Amount.Equal(w.Amount) || g.Currency != "USD" || g.Message == "" {
			t.Errorf("finding %+v, want %+v", g, w)
		}
	}
}

// R32 c: charges that are not the lines are refused, whether a line or a cent
// is missing.
func TestConservedRefuses(t *testing.T) {
	s, done := rated(t, openEngine(t), t.TempDir(), oneGroup(billing.Unblended), []line{used("a", "200000000001", "1"), used("b", "200000000001", "2")})
	defer s.Close()
	for name, change := range map[string]billing.Report{
		"a cent":     {RowsIn: 2, In: billing.Money{"USD": money.MustParse("3.01")}},
		"a line":     {RowsIn: 3, In: done.In},
		"a currency": {RowsIn: 2, In: billing.Money{"USD": money.MustParse("3"), "CNY": money.MustParse("1")}},
	} {
		if err := rating.Conserved(context.Background(), s, change); err == nil || !strings.Contains(err.Error(), "did not conserve money") {
			t.Errorf("%s is missing: %v", name, err)
		}
	}
}

// A month without lines is rated to no charges, which can be read.
func TestNoLines(t *testing.T) {
	s, done := rated(t, openEngine(t), t.TempDir(), oneGroup(billing.Unblended), nil)
	defer s.Close()
	if got := table(t, s, `SELECT count(*) FROM charges WHERE "group" IS NOT NULL`); got[0][0] != "0" || done.RowsIn != 0 || len(done.In) != 0 {
		t.Errorf("%s charges of %d lines and %v", got[0][0], done.RowsIn, done.In)
	}
}

// The largest and the smallest numbers that a line can have are priced to the
// last digit, and what does not fit is an error, never another number.
func TestExtremes(t *testing.T) {
	percent := money.MustParse("0.0001")
	small, large := used("a", "200000000001", "0.000000000000000001"), used("b", "200000000001", "9999999999999.999999999999999999")
	s, _ := rated(t, openEngine(t), t.TempDir(), oneGroup(billing.Unblended, billing.PriceRule{Name: "r", Percent: &percent}), []line{small, large})
	defer s.Close()
	for i, r := range table(t, s, `SELECT CAST(billed_cost AS VARCHAR) FROM charges ORDER BY resource_id`) {
		// × 1.000001: 10^-18 + 10^-24, and 10^13 + 10^7 − 10^-18 − 10^-24.
		if want := []string{"0.000000000000000001000001", "10000009999999.999999999999999998999999"}[i]; number(t, r[0]) != want {
			t.Errorf("price %s, want %s", r[0], want)
		}
	}

	// Worked out by hand, with a product far beyond what DECIMAL(38,30) holds.
	for amount, want := range map[string][2]string{
		"12345678901.5":   {"0.000000000123", "1.518518504884500000000000"},
		"500000000000.25": {"0.5", "250000000000.125000000000000000000000"},
	} {
		price, one := money.MustParse(want[0]), used("p", "200000000001", "1")
		one["amount"] = amount
		s, _ := rated(t, openEngine(t), t.TempDir(), oneGroup(billing.Unblended, billing.PriceRule{Name: "r", UnitPrice: &price}), []line{one})
		if got := table(t, s, `SELECT CAST(billed_cost AS VARCHAR) FROM charges`)[0][0]; got != want[1] {
			t.Errorf("%s × %s = %s, want %s", amount, want[0], got, want[1])
		}
		s.Close()
	}

	unit, many := money.MustParse("2"), used("c", "200000000001", "1")
	many["amount"] = "99999999999999999999"
	_, _, err := rate(openEngine(t), t.TempDir(), oneGroup(billing.Unblended, billing.PriceRule{Name: "r", UnitPrice: &unit}), []line{many})
	if err == nil || !strings.Contains(err.Error(), "writing the charges of 2026-10") {
		t.Errorf("2 × 10^20 gave %v, want an error of the stage", err)
	}
}
