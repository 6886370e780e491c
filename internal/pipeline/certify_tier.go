package pipeline

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/proof"
)

//go:embed sql/resold.sql
var resoldSQL string

// proveTiers shows R16 where billing groups resell.
func proveTiers(ctx context.Context, m *month.Work, c *proof.Certificate) error {
	r := earnings.ResaleOf(m.Config)
	if len(r.Tiers) == 0 {
		return nil
	}
	sellers := append([]string{assign.Reseller}, r.Tiers...)
	bought, final, err := boughtBy(ctx, m, sellers)
	if err != nil {
		return err
	}
	for _, d := range c.Totals {
		bought[assign.Reseller].Add(d.Currency, d.Cost)
	}
	sold, err := soldBy(ctx, m, r)
	if err != nil {
		return err
	}
	gaps, err := resoldGaps(ctx, m)
	if err != nil {
		return err
	}
	lines := billing.Money{}
	for _, p := range c.Provider {
		_, lake := p.AfterDiscounts()
		lines.Add(p.Currency, lake)
	}
	for _, currency := range slices.Sorted(maps.Keys(lines)) {
		t := proof.TierProof{Currency: currency, Final: final[currency], Cost: lines[currency]}
		t.Residue = t.Cost.Sub(t.Final)
		for _, seller := range sellers {
			s := proof.SellerProof{Seller: seller, Bought: bought[seller][currency], Sold: sold[seller][currency], Residue: gaps[seller][currency]}
			s.Margin = s.Sold.Sub(s.Bought)
			t.Residue = t.Residue.Add(s.Margin)
			t.Sellers = append(t.Sellers, s)
			if !s.Residue.IsZero() {
				c.Residue("(R16) %s: its prices do not start from what it is charged for the same; they differ by %s %s", seller, s.Residue, currency)
			}
		}
		if !t.Residue.IsZero() {
			c.Residue("(R16) the margins of all sellers are not what those who use are charged, %s, less what the provider bills, %s; %s %s are left",
				t.Final, t.Cost, t.Residue, currency)
		}
		c.Tiers = append(c.Tiers, t)
	}
	return nil
}

// boughtBy is what each seller is charged by another one for what it resells, and
// what those who use are charged, whoever sells to them: exact, tax out.
func boughtBy(ctx context.Context, m *month.Work, sellers []string) (bought map[string]billing.Money, final billing.Money, err error) {
	sales, err := earnings.ReadSales(ctx, m)
	if err != nil {
		return nil, nil, err
	}
	bought, final = map[string]billing.Money{}, billing.Money{}
	for _, seller := range sellers {
		bought[seller] = billing.Money{}
	}
	for _, s := range sales {
		if s.Group == s.Owner {
			final.Add(s.Currency, s.Amount)
		} else if bought[s.Group] != nil {
			bought[s.Group].Add(s.Currency, s.Amount)
		}
	}
	return bought, final, nil
}

// soldBy is what each seller's statements come to: exact, tax out.
func soldBy(ctx context.Context, m *month.Work, r earnings.Resale) (map[string]billing.Money, error) {
	statements, err := m.Statements(ctx)
	if err != nil {
		return nil, err
	}
	sold := map[string]billing.Money{}
	for _, s := range statements {
		seller := cmp.Or(r.Parent[s.Group], assign.Reseller)
		if sold[seller] == nil {
			sold[seller] = billing.Money{}
		}
		for currency, amount := range s.Total() {
			sold[seller].Add(currency, amount)
		}
	}
	return sold, nil
}

// resoldGaps is what the prices of each tier start from, less what the tier is
// charged for the same, where that is not 0.
func resoldGaps(ctx context.Context, m *month.Work) (map[string]billing.Money, error) {
	type row struct {
		currency money.Currency
		tier     string
		sum      money.Decimal
	}
	rows, err := engine.Collect(ctx, m.Session, func(r *row) []any { return []any{&r.currency, &r.tier, engine.Exact(&r.sum)} }, resoldSQL)
	if err != nil {
		return nil, fmt.Errorf("comparing what tiers pay in %s with what their prices start from: %w", m.Period, err)
	}
	gaps := map[string]billing.Money{}
	for _, r := range rows {
		if gaps[r.tier] == nil {
			gaps[r.tier] = billing.Money{}
		}
		gaps[r.tier].Add(r.currency, r.sum)
	}
	return gaps, nil
}
