package api

import (
	"context"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/rating"
)

// Explained names a charge or a line.
type Explained struct {
	ID string `path:"id" maxLength:"200" doc:"A charge, PERIOD/NUMBER, its slash written as %2F; or a line of a provider's file, LOAD:FILE:ROW" example:"2026-10%2F123"`
}

// ExplainedAs names a charge or a line, and who asks.
type ExplainedAs struct {
	Explained
	Group string `path:"group" maxLength:"200" doc:"The billing group that is to see it"`
}

// ExplainPrice derives a price.
var ExplainPrice = Operation[*Desk, Explained, rating.Explanation]{
	ID: "explain-price", Method: http.MethodGet, Path: "/explanations/{id}", Tag: "Prices", Title: "Explain a price", Needs: access.ReadPrices, Kept: true,
	About: "Derives a price: the provider's cost, the base, the rule that won and those it shadowed, the price, the place on the invoice, and the rows of the provider's file it was made of. " +
		"Where commitments or volume tiers matter, it says of each part of a line what the provider did, what became of that, and why. " +
		"What is sold on by resellers below is told with it. It uses the rules the month was priced with, not those of today. " +
		"A charge is explained by its lines, a line by its parts and the charge each of them is in.",
	Do: func(ctx context.Context, d *Desk, in Explained) (rating.Explanation, error) {
		return d.Answers.Why(ctx, in.ID)
	},
}

// ExplainPriceAs tells what a billing group may see of a price.
var ExplainPriceAs = Operation[*Desk, ExplainedAs, rating.TierExplanation]{
	ID: "explain-price-as", Method: http.MethodGet, Path: "/explanations/{id}/as/{group}", Tag: "Prices", Title: "Explain a price as a billing group sees it", Needs: access.ReadPrices, Kept: true,
	About: "What a billing group may see of a price: what it pays, how the prices of what is sold on below it came about, and no cost above it. Refused where the group has no part in it.",
	Do: func(ctx context.Context, d *Desk, in ExplainedAs) (rating.TierExplanation, error) {
		return d.Answers.WhyAs(ctx, in.ID, in.Group)
	},
}
