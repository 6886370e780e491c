package sample

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
)

// demoDays is how much of the open month the exports have.
const demoDays = 6

// DemoOpenMonth is the month after DemoMonths, of which OpenDemo has the first days.
func DemoOpenMonth() billing.Period {
	months := DemoMonths()
	return months[len(months)-1].Next()
}

// OpenDemo writes what Demo does, as it is some days later: the first six days of
// DemoOpenMonth are there, which the provider has not closed, and the customers may
// use every part of the portal.
func OpenDemo(ctx context.Context, dir string, seed uint64) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	months, open := DemoMonths(), DemoOpenMonth()
	expected, err := demoExports(ctx, dir, seed, months)
	if err != nil {
		return err
	}
	c := demoConfig(dir, append(months, open), expected)
	c.Reseller.Portal = map[string]bool{}
	for _, feature := range access.FeatureNames() {
		c.Reseller.Portal[feature] = true
	}
	_, seal := DemoSeal()
	c.InvoiceLayouts[0].Stamp = &billing.LayoutPicture{Picture: seal, Alt: "角印", Width: 20}
	// What customers buy is on their bills; the support plans are left for a person to decide on.
	c.EntryRules = append(c.EntryRules, billing.EntryRule{ID: "what-is-bought", Any: []billing.EntryFilter{{Kind: equal("upfront", "marketplace")}}, Action: "apply"})
	for _, payer := range demoPayers {
		totals, err := generate(ctx, filepath.Join(dir, "exports", payer.id), payer.options(seed, open), demoDays)
		if err != nil {
			return fmt.Errorf("making the demo's first days of %s of payer %s: %w", open, payer.id, err)
		}
		expected = append(expected, DemoTotals{payer.id, open, totals})
	}
	return writeDemo(dir, c, expected)
}
