package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/trial"
)

// DecisionInput is what the reseller wants to decide on a commitment (R8).
type DecisionInput struct {
	Body struct {
		ID     string          `json:"id" maxLength:"1000" doc:"The commitment's id, or an end of it that no other has"`
		To     string          `json:"to,omitempty" maxLength:"200" doc:"Account or billing group that units are given to; its owner keeps them where it is left out"`
		Units  *money.Decimal  `json:"units,omitempty" doc:"Reserved instances, or money an hour of a plan; all that other entries do not give away where it is left out"`
		Policy billing.Policy  `json:"policy,omitempty" maxLength:"100" doc:"Whom it helps: group, account, reseller-keeps, as-applied or fixed-price; group where it is left out"`
		Price  *money.Decimal  `json:"price,omitempty" doc:"With fixed-price: price of a unit and hour, in the commitment's currency"`
		From   billing.Period  `json:"from" doc:"The first month in which it holds"`
		Until  *billing.Period `json:"until,omitempty" doc:"The first month in which it does not hold any more; open where it is left out"`
	}
}

// DecisionEffect is what a decision on a commitment would change.
type DecisionEffect struct {
	Entry   billing.Commitment `json:"entry" doc:"The decision as the configuration declares it"`
	Basis   int64              `json:"basis" doc:"The revision of the configuration that it was compared with; give it to apply-config, and nothing else is put in force"`
	Changes []config.Change    `json:"changes" doc:"What that changes in the configuration"`
	Moves   []trial.Move       `json:"moves" doc:"What it moves in the months that are priced"`
	Closed  []billing.Period   `json:"closed" doc:"Months that are closed and would change: they need force and a reason"`
}

// PreviewDecision tells what a decision on a commitment would move.
var PreviewDecision = Operation[*Desk, DecisionInput, DecisionEffect]{
	ID: "preview-commitment-decision", Method: http.MethodPost, Path: "/commitment-decisions/preview", Tag: "Commitments", Title: "See what a decision on a commitment would move", Needs: access.ReadMargin,
	About: "Gives units of a reservation or savings plan to another account or billing group, or decides whom it helps, and tells what that moves in every month that is priced: " +
		"exact sums of usage and marketplace, before exchange, discount and tax. Nothing is changed. To put the decision in force, give `entry` to apply-config as one of the `commitments`. " +
		"Refused where the commitment is not known, has not so many units, or the decision does not fit those that are declared.",
	Long: true,
	Do: func(ctx context.Context, d *Desk, in DecisionInput) (DecisionEffect, error) {
		e := DecisionEffect{Changes: []config.Change{}, Moves: []trial.Move{}, Closed: []billing.Period{}}
		var err error
		if e.Entry, err = d.decision(ctx, in); err != nil {
			return e, err
		}
		e.Changes, e.Basis, err = d.compare(ctx, declaring{wanted: billing.Config{Commitments: []billing.Commitment{e.Entry}}})
		if err != nil || len(e.Changes) == 0 {
			return e, err
		}
		wanted, err := d.With(ctx, e.Changes)
		if err != nil {
			return e, err
		}
		moves, err := d.Trials.Effect(ctx, wanted, in.Body.From)
		if err != nil {
			return e, err
		}
		e.Moves = append(e.Moves, moves...)
		closed, err := d.ClosedMonths(ctx, in.Body.From)
		for _, p := range closed {
			moved := slices.ContainsFunc(moves, func(m trial.Move) bool { return m.Period == p })
			if in.Body.Until == nil || p.Before(*in.Body.Until) || moved {
				e.Closed = append(e.Closed, p)
			}
		}
		return e, err
	},
}

// decision is an entry of the configuration, completed by what the installation
// knows.
func (d *Desk) decision(ctx context.Context, in DecisionInput) (billing.Commitment, error) {
	from := in.Body.From
	entry := billing.Commitment{Units: in.Body.Units, Policy: in.Body.Policy, Price: in.Body.Price, From: &from, To: in.Body.Until}
	known, err := d.Answers.FindCommitment(ctx, in.Body.ID)
	if err != nil {
		return entry, err
	}
	entry.ID = known.ID
	size, unit := known.Count, "reserved instances"
	if known.Kind.Plan() {
		size, unit = known.Hourly, "an hour"
	}
	if entry.Units != nil && size.Sign() > 0 && entry.Units.Cmp(size) > 0 {
		return entry, invalid("body.units", "%s units cannot be given away: %s has %s %s", entry.Units, known.ID, size, unit)
	}
	if in.Body.To == "" {
		return entry, nil
	}
	if entry.GiveTo = beneficiary(d.Declared, in.Body.To); entry.GiveTo == nil {
		return entry, invalid("body.to", "%q is neither a billing group nor an account that a group or the reseller has", in.Body.To)
	}
	return entry, nil
}

// beneficiary is a billing group of that id, else an account that somebody owns at
// some time, else nil.
func beneficiary(c billing.Config, id string) *billing.Beneficiary {
	owned := c.Reseller != nil && slices.Contains(c.Reseller.Accounts, id)
	for _, g := range c.BillingGroups {
		if g.ID == id {
			return &billing.Beneficiary{Group: id}
		}
		for _, claim := range g.Claims {
			owned = owned || slices.Contains(claim.Accounts, id)
		}
	}
	if !owned {
		return nil
	}
	return &billing.Beneficiary{Account: id}
}
