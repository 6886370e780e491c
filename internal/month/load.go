package month

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/store"
)

// InForce returns the loads that a month consists of: the current ones, but
// for those of a source that is not declared any more, which are left out.
// A renamed source would otherwise bill its month twice.
func (home *Installation) InForce(ctx context.Context, c billing.Config, period billing.Period) (in, left []store.Load, err error) {
	current, err := home.Store.CurrentLoads(ctx, period)
	if err != nil {
		return nil, nil, err
	}
	for _, l := range current {
		if l.Source == ByHand || HasSource(c, l.Source) {
			in = append(in, l)
		} else {
			left = append(left, l)
		}
	}
	return in, left, nil
}

// HasSource tells whether a source of that name is declared.
func HasSource(c billing.Config, name string) bool {
	for _, s := range c.Sources {
		if s.Name == name {
			return true
		}
	}
	return false
}

// Rests tells whether nothing is awaited of a payer in a month: it has sources, and all
// of them have ended; or they are collected, and nobody has what the payer's accounts use
// before a later month.
func Rests(c billing.Config, payer string, period billing.Period) bool {
	rests, collected := false, true
	for _, s := range c.Sources {
		if s.Payer != payer {
			continue
		}
		rests = true
		if !s.Ended {
			collected = collected && (s.Kind == billing.FromBackend || s.Kind == billing.Pushed)
			rests = collected && beginsAfter(c, payer, period)
		}
		if !rests {
			return false
		}
	}
	return rests
}

// beginsAfter tells whether the first day on which a group has what a payer's accounts
// use is after a month.
func beginsAfter(c billing.Config, payer string, period billing.Period) bool {
	after := false
	for _, g := range c.BillingGroups {
		for _, e := range g.Enrol {
			if e.Payer != payer {
				continue
			}
			if e.From < period.Next().FirstDay() {
				return false
			}
			after = true
		}
	}
	return after
}

// ByHand stands for a source where files were named by hand; no declared source
// can be called so.
const ByHand = "(files)"

// PayerOf finds a declared payer by its id.
func PayerOf(c billing.Config, id string) (billing.Payer, error) {
	for _, payer := range c.Payers {
		if payer.ID == id {
			return payer, nil
		}
	}
	return billing.Payer{}, fmt.Errorf("payer %q is not declared; add it to payers in the configuration and apply it", id)
}

// TotalsOf reads what was summed while the files of a load were parsed.
func TotalsOf(l store.Load) (ingest.Totals, error) {
	var t ingest.Totals
	if err := json.Unmarshal(l.Totals, &t); err != nil {
		return t, fmt.Errorf("the record of load %s: %w", l.ID, err)
	}
	return t, nil
}
