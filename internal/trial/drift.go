package trial

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/store"
)

//go:embed sql/drift.sql
var driftSQL string

// Drift is what later versions of a month's exports do to it: what the provider
// changed, what it does to what customers pay, and the notes that would correct
// what is issued. Amounts are exact, tax out, but for those of the proposals.
type Drift struct {
	Period billing.Period `json:"period"`
	// Exports are those whose version is another than the month was rated from;
	// none where there is no drift.
	Exports []ExportDrift `json:"exports"`
	// Provider is what the provider bills, by owner: billing groups, reseller and
	// unassigned. The differences add up to that of the exports.
	Provider []OwnerDrift `json:"provider"`
	// Charged is what customers pay, at the prices in force.
	Charged DryRun `json:"charged"`
}

// ExportDrift is an export with the version that the month was rated from, and the
// one in force. Amounts are unblended cost, with tax.
type ExportDrift struct {
	Payer    string         `json:"payer"`
	Report   string         `json:"report"`
	Was      string         `json:"was,omitempty"` // version; empty for an export that is new
	Is       string         `json:"is,omitempty"`  // empty for one that is gone
	Currency money.Currency `json:"currency"`
	Cost     desk.Amounts   `json:"cost"`
	Rows     [2]int64       `json:"rows"` // before and after
}

// OwnerDrift is one service of an account, as the provider bills it before and
// after.
type OwnerDrift struct {
	Group    string         `json:"group"`
	Account  string         `json:"account"`
	Service  string         `json:"service"`
	Class    string         `json:"class"` // usage, commitment-fee, marketplace, entry, tax
	Currency money.Currency `json:"currency"`
	Cost     desk.Amounts   `json:"cost"`
}

// Drift compares a rated month with the exports in force now, at the prices it was
// rated with. Sources are not read: ingest does that. Nothing in force changes.
func (ts *Trials) Drift(ctx context.Context, period billing.Period) (Drift, error) {
	d := Drift{
		Period: period, Exports: []ExportDrift{}, Provider: []OwnerDrift{},
		Charged: DryRun{Period: period, Rated: true, Totals: []Difference{}, Groups: []GroupDifference{}},
	}
	c, err := ts.home.Config(ctx)
	if err != nil {
		return d, err
	}
	was, err := ts.home.OpenRated(ctx, period)
	if err != nil {
		return d, err
	}
	defer was.Session.Close()
	loads, left, err := ts.home.InForce(ctx, c, period)
	if err != nil {
		return d, err
	}
	if d.Exports, err = exportDrifts(was.Loads, loads); err != nil || len(d.Exports) == 0 {
		return d, err
	}
	before, err := ts.home.Lake.Charges(period, was.Revision, "")
	if err != nil {
		return d, err
	}
	ruled := was.Config
	is := &month.Work{Period: period, Config: ruled, Loads: loads, Left: left, Session: was.Session}
	err = ts.priceAside(ctx, is, func(after []string) error {
		if err := is.Session.View(ctx, "charges_before", before); err != nil {
			return err
		}
		if err := is.Session.View(ctx, "charges_after", after); err != nil {
			return err
		}
		if d.Provider, err = ownerDrifts(ctx, is.Session); err != nil {
			return err
		}
		cells, err := readCells(ctx, is.Session, true)
		if err != nil {
			return fmt.Errorf("comparing two versions of %s: %w", period, err)
		}
		d.Charged = DryRun{Period: period, Rated: true, NewerData: true}
		d.Charged.Totals, d.Charged.Groups = compare(cells, func(id string) buyer { return buyerOf(is, id, ruled) })
		d.Charged.Proposals, err = ts.proposals(ctx, is, "")
		return err
	})
	return d, err
}

// exportDrifts pairs the loads of two times by what they are versions of.
func exportDrifts(was, is []store.Load) ([]ExportDrift, error) {
	type version struct{ was, is *store.Load }
	pairs := map[store.LoadKey]version{}
	var keys []store.LoadKey
	add := func(l *store.Load, set func(*version)) {
		v, known := pairs[l.Key()]
		if !known {
			keys = append(keys, l.Key())
		}
		set(&v)
		pairs[l.Key()] = v
	}
	for i := range was {
		add(&was[i], func(v *version) { v.was = &was[i] })
	}
	for i := range is {
		add(&is[i], func(v *version) { v.is = &is[i] })
	}
	drifts := []ExportDrift{}
	for _, key := range keys {
		v := pairs[key]
		if v.was != nil && v.is != nil && v.was.ID == v.is.ID {
			continue
		}
		before, rowsBefore, err := loadCost(v.was)
		if err != nil {
			return nil, err
		}
		after, rowsAfter, err := loadCost(v.is)
		if err != nil {
			return nil, err
		}
		sums := billing.Money{}
		for _, side := range []billing.Money{before, after} {
			for currency := range side {
				sums[currency] = money.Zero
			}
		}
		for _, currency := range slices.Sorted(maps.Keys(sums)) {
			x := ExportDrift{
				Payer: key.Payer, Report: key.Report, Currency: currency,
				Cost: desk.Compared(before[currency], after[currency]), Rows: [2]int64{rowsBefore, rowsAfter},
			}
			if v.was != nil {
				x.Was = v.was.Version
			}
			if v.is != nil {
				x.Is = v.is.Version
			}
			drifts = append(drifts, x)
		}
	}
	slices.SortStableFunc(drifts, func(a, b ExportDrift) int {
		return cmp.Or(cmp.Compare(a.Payer, b.Payer), cmp.Compare(a.Report, b.Report), cmp.Compare(a.Currency, b.Currency))
	})
	return drifts, nil
}

// loadCost is what the files of a load bill, and how many lines they have.
func loadCost(l *store.Load) (billing.Money, int64, error) {
	if l == nil {
		return billing.Money{}, 0, nil
	}
	totals, err := month.TotalsOf(*l)
	if err != nil {
		return nil, 0, err
	}
	return totals.Money(), l.Rows, nil
}

// ownerDrifts compares what the provider bills by owner, account and service. A
// sale by a tier below the reseller is another sale of the same lines.
func ownerDrifts(ctx context.Context, s engine.Session) ([]OwnerDrift, error) {
	type row struct {
		OwnerDrift
		before, after money.Decimal
	}
	rows, err := engine.Collect(ctx, s, func(r *row) []any {
		return []any{&r.Group, &r.Account, &r.Service, &r.Class, &r.Currency, engine.Exact(&r.before), engine.Exact(&r.after)}
	}, driftSQL)
	if err != nil {
		return nil, fmt.Errorf("comparing what the provider bills: %w", err)
	}
	var all []OwnerDrift
	for _, r := range rows {
		r.Cost = desk.Compared(r.before, r.after)
		all = append(all, r.OwnerDrift)
	}
	return all, nil
}
