package app_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sample"
)

// randomCommitting draws a configuration for a generated month: who owns the
// accounts, one of which moves, on which basis, and what is decided on each
// commitment.
func randomCommitting(t *rapid.T, folder string, totals sample.Totals, moved billing.Day) billing.Config {
	accounts := slices.Sorted(maps.Keys(totals.ByAccount))
	c := billing.Config{
		Reseller:  &billing.Reseller{Name: "Reseller", Currency: "USD", Accounts: accounts[:1]},
		Payers:    []billing.Payer{{ID: "111111111111", Provider: "aws", OnAccountMove: rapid.SampledFrom([]string{"split", "whole-month-to-new"}).Draw(t, "on move")}},
		Sources:   []billing.Source{{Name: "export", Kind: "aws-cur", URL: folder, Payer: "111111111111"}},
		Customers: []billing.Customer{{ID: "acme", Name: "ACME"}},
	}
	groups := rapid.IntRange(2, 4).Draw(t, "groups")
	for i := range groups {
		basis := rapid.SampledFrom([]billing.Basis{billing.TrueUnblended, billing.TrueUnblended, billing.Unblended, billing.Amortized}).Draw(t, "basis")
		c.BillingGroups = append(c.BillingGroups, billing.BillingGroup{ID: fmt.Sprint("g", i), Customer: "acme", Currency: "USD", CostBasis: basis})
	}
	for i, a := range accounts[1:] {
		group := rapid.IntRange(0, groups-1).Draw(t, "group")
		claim := billing.Claim{Accounts: []string{a}}
		if i == 0 {
			border := moved
			c.BillingGroups[(group+1)%groups].Claims = append(c.BillingGroups[(group+1)%groups].Claims, billing.Claim{Accounts: []string{a}, From: &border})
			claim.To = &border
		}
		c.BillingGroups[group].Claims = append(c.BillingGroups[group].Claims, claim)
	}
	price, units := money.MustParse("0.04"), money.MustParse("0.5")
	for _, x := range totals.Commitments {
		d := billing.Commitment{ID: x.ARN, Policy: rapid.SampledFrom(billing.Policies).Draw(t, "policy")}
		if d.Policy == billing.PolicyFixedPrice {
			d.Price = &price
		}
		c.Commitments = append(c.Commitments, d)
		if d.Policy != billing.PolicyAsApplied && rapid.Bool().Draw(t, "give") {
			to := fmt.Sprint("g", rapid.IntRange(0, groups-1).Draw(t, "to"))
			c.Commitments = append(c.Commitments, billing.Commitment{ID: x.ARN, GiveTo: &billing.Beneficiary{Group: to}, Units: &units})
		}
	}
	return c
}

// R7, R8, R32: whoever owns what and whatever is decided on commitments, a
// close is proved, and what the provider bills is what it was.
func TestCommitmentsAreProved(t *testing.T) {
	folder := t.TempDir()
	totals, err := sample.Generate(t.Context(), folder, sample.Options{
		Lines: 3000, Accounts: 7, Seed: 3, Period: september(t), Report: "cur", InvoiceID: "1001",
	})
	if err != nil {
		t.Fatal(err)
	}
	a, middle := openAt(t, t.TempDir(), afterAll), september(t).FirstDay()+14
	for n := range 6 {
		c := rapid.Custom(func(t *rapid.T) billing.Config { return randomCommitting(t, folder, totals, middle) }).Example(n)
		changes, err := a.Plan(context.Background(), c, true)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Apply(context.Background(), changes); err != nil {
			t.Fatal(err)
		}
		// A preview goes on where a final close would be held, by units that are not there.
		certificate, err := a.Pipeline.Close(context.Background(), september(t), true)
		if err != nil {
			t.Fatal(err)
		}
		proved(t, certificate, totals.ByInvoice)
		if total := certificate.Totals[0]; !total.Cost.Equal(totals.Unblended) || !total.Unassigned.IsZero() {
			t.Errorf("configuration %d: cost %s of %+v, want %s", n, total.Cost, total, totals.Unblended)
		}
		if t.Failed() {
			t.Fatalf("configuration %d: %+v", n, c)
		}
	}
}
