package api

import (
	"context"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/view"
)

// OfOrganizationInMonth asks of an organization in a month.
type OfOrganizationInMonth struct {
	OfOrganization
	Period billing.Period `query:"period" required:"true" doc:"The month" example:"2026-10"`
}

// ListPortalCommitments lists what the caller's groups have of commitments.
var ListPortalCommitments = Listing[*view.View, OfOrganizationInMonth, view.Commitment]{
	ID: "list-portal-commitments", Path: "/portal/commitments", Tag: "Portal", Title: "List one's reservations and savings plans", Needs: access.ReadUsage, Feature: access.FeatureCommitments, Kept: true,
	About: "The reservations and savings plans that the caller's billing groups own, or were given units of, in a month that is priced: their terms, how much the group used of them by itself, and what they saved it. " +
		"That is what was covered, at the provider's public price, less what the group is charged for it and for the fees: exact, without tax, in the provider's currency, and without fees that are paid once, which list-portal-fees has. It is not there for a group that is not billed " +
		"as if it were alone, nor where something that was covered has no public price. What the reseller keeps for itself is not in it.",
	Key: func(c view.Commitment) string { return c.Group + " " + c.ID },
	Do: func(ctx context.Context, v *view.View, in OfOrganizationInMonth) ([]view.Commitment, error) {
		return v.Commitments(ctx, in.Period, in.Organization)
	},
}
