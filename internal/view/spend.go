package view

import (
	"context"

	"github.com/sluice-billing/sluice/internal/spend"
)

// Spend is what an organization of the view spends, at its own prices, and how it
// stands with the places that its own bills are read from.
type Spend struct {
	spend.Told
	Sources []spend.Standing `json:"sources"`
}

// own bounds a question of spend to an organization of the view, at its price. Where
// none is named it is the only one the caller belongs to, or the first of several.
func (v *View) own(a spend.Asked) (spend.Asked, error) {
	if a.Organization == "" {
		a.Organization = v.heads[0]
	}
	a.Measure, a.WithUnassigned = spend.Price, false
	return a, v.sees(a.Organization)
}

func (v *View) spends() *spend.Spends { return spend.New(v.home.Installation, v.home.Explorer) }

// Spend tells what an organization of the view spends, with all units below it.
func (v *View) Spend(ctx context.Context, a spend.Asked) (Spend, error) {
	a, err := v.own(a)
	if err != nil {
		return Spend{}, err
	}
	told, err := v.spends().Of(ctx, v.declared, a)
	mine := Spend{Told: told.Told, Sources: []spend.Standing{}}
	for _, s := range told.Sources {
		mine.Sources = append(mine.Sources, s.Standing)
	}
	return mine, err
}

// SpendBills tells what an organization of the view spent in its last months, by
// category and usage type.
func (v *View) SpendBills(ctx context.Context, a spend.Asked, months int) (spend.Bills, error) {
	a, err := v.own(a)
	if err != nil {
		return spend.Bills{}, err
	}
	return v.spends().Bills(ctx, v.declared, a, months)
}

// SpendRegisters tells what an organization of the view spends day by day in a month.
func (v *View) SpendRegisters(ctx context.Context, a spend.Asked) (spend.Registers, error) {
	a, err := v.own(a)
	if err != nil {
		return spend.Registers{}, err
	}
	return v.spends().Registers(ctx, v.declared, a)
}

// SpendEstimate tells what a month will come to for an organization of the view.
func (v *View) SpendEstimate(ctx context.Context, a spend.Asked) (spend.EstimateOf, error) {
	a, err := v.own(a)
	if err != nil {
		return spend.EstimateOf{}, err
	}
	return v.spends().Estimate(ctx, v.declared, a)
}
