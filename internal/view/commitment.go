package view

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/answer"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/store"
)

// Commitment is what a billing group has of a reservation or savings plan in a
// month: its own, or units that it was given. Nothing of it tells what it costs the
// seller, who else it helps, or whose the units were.
type Commitment struct {
	Group    string          `json:"group"`
	ID       string          `json:"id"` // of units that were given, the end of it, which names no account
	Provider string          `json:"provider"`
	Kind     commitment.Kind `json:"kind"`
	Service  string          `json:"service,omitempty"`
	Covers   string          `json:"covers,omitempty"` // such as m5.large
	Region   string          `json:"region,omitempty"`
	Zone     string          `json:"zone,omitempty"`
	Class    string          `json:"class,omitempty"` // standard or convertible
	Term     string          `json:"term,omitempty"`
	Payment  string          `json:"payment,omitempty"`
	Start    *time.Time      `json:"start,omitempty"` // UTC
	End      *time.Time      `json:"end,omitempty"`   // UTC, exclusive
	Given    bool            `json:"given"`           // by the reseller, out of somebody else's
	Units    money.Decimal   `json:"units"`           // reserved instances, or money an hour of a plan

	// What the group could use in the month, and what it used by itself:
	// instance-hours, or money of a plan. Not there where the export does not tell.
	Available   *money.Decimal `json:"available,omitempty"`
	Used        *money.Decimal `json:"used,omitempty"`
	Utilization *money.Decimal `json:"utilization,omitempty"` // used ÷ available, from 0 to 1

	// What it saved, at the group's own prices: exact, tax out, in Currency. Not
	// there where the group is not billed as if it were alone, or something that was
	// covered has no public price.
	Currency money.Currency `json:"currency"`
	OnDemand *money.Decimal `json:"on_demand,omitempty"` // what was covered, at the provider's public price
	Charged  *money.Decimal `json:"charged,omitempty"`   // what the group is charged for it
	Fees     *money.Decimal `json:"fees,omitempty"`      // what the group is charged for the commitment's fees
	Saved    *money.Decimal `json:"saved,omitempty"`     // on demand, less charged and fees
}

// Commitments are those of the view's billing groups in a month, as it was priced
// last; none while it is not priced.
func (v *View) Commitments(ctx context.Context, period billing.Period, organization string) ([]Commitment, error) {
	groups, err := v.Groups(organization)
	if err != nil {
		return nil, err
	}
	all := []Commitment{}
	_, err = v.home.Store.CurrentRated(ctx, period)
	if errors.Is(err, store.ErrNotFound) || len(groups) == 0 {
		return all, nil
	}
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(groups))
	for i, g := range groups {
		ids[i] = g.ID
	}
	own, err := v.home.Answers.OwnCommitments(ctx, period, ids)
	if err != nil {
		return nil, err
	}
	for _, o := range own {
		all = append(all, commitmentOf(o))
	}
	return all, nil
}

// commitmentOf takes what may be seen.
func commitmentOf(o answer.Own) Commitment {
	c := o.Commitment
	seen := Commitment{
		Group: o.Group, ID: c.ID, Provider: c.Provider, Kind: c.Kind, Service: c.Shape.Service, Covers: strings.Trim(c.Shape.Family+"."+c.Shape.Size, "."),
		Region: c.Shape.Region, Zone: c.Zone, Class: c.Class, Term: c.Term, Payment: c.Payment, Start: c.Start, End: c.End,
		Given: o.Given, Units: o.Units, Available: o.Available, Used: o.Used, Utilization: o.Utilization, Currency: c.Currency,
	}
	if o.Given {
		seen.ID = c.ID[strings.LastIndexAny(c.ID, "/:")+1:]
	}
	if s := o.Saving; s != nil {
		saved := s.Saved()
		seen.OnDemand, seen.Charged, seen.Fees, seen.Saved = &s.OnDemand, &s.Charged, &s.Fees, &saved
	}
	return seen
}
