package api

import (
	"context"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/view"
)

// ListPortalFees lists fees, credits and refunds on the documents of the caller.
var ListPortalFees = Listing[*view.View, BillsQuery, view.Fee]{
	ID: "list-portal-fees", Path: "/portal/fees", Tag: "Portal", Title: "List fees, credits and refunds on one's invoices", Needs: access.ReadBills, Feature: access.FeatureFees, Kept: true,
	About: "The provider's fees, credits and refunds, and what was written by hand, as they are printed on the documents that the caller may see: published ones, and issued ones of those below. Drafts are not in it.",
	Key:   func(f view.Fee) string { return f.Document + " " + f.Account + " " + f.Entry },
	Do: func(ctx context.Context, v *view.View, in BillsQuery) ([]view.Fee, error) {
		return v.Fees(ctx, in.Period, in.Organization)
	},
}
