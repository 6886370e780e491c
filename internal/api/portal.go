package api

import (
	"context"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/receivable"
	"github.com/sluice-billing/sluice/internal/view"
)

// portalOperations are what organizations see of themselves.
var portalOperations = []described{
	ListOrganizations, ListPortalGroups, ListPortalMonths, ListBills, ShowBill, DownloadBill, ListUsage, ListUsageValues, ListUsageDimensions, ListBalances, ShowStatement, ShowTierMargin, ListPortalCommitments, ListPortalFees,
}

// OfOrganization bounds what is asked to one organization of the caller's.
type OfOrganization struct {
	Organization string `query:"organization" maxLength:"200" doc:"Only of this organization and what is below it; all of the caller's where it is not given"`
}

// ListOrganizations lists the organizations of the caller.
var ListOrganizations = Listing[*view.View, struct{}, access.Organization]{
	ID: "list-organizations", Path: "/organizations", Tag: "Organizations", Title: "List organizations", Needs: access.ReadBills, Kept: true,
	About: "The organizations that the caller belongs to, and all below them: the reseller, those that sell on, customers and their units.",
	Key:   func(o access.Organization) string { return o.ID },
	Do: func(_ context.Context, v *view.View, _ struct{}) ([]access.Organization, error) {
		return v.Organizations(), nil
	},
}

// ListPortalGroups lists the billing groups of the caller.
var ListPortalGroups = Listing[*view.View, OfOrganization, view.Group]{
	ID: "list-portal-groups", Path: "/portal/groups", Tag: "Portal", Title: "List one's billing groups", Needs: access.ReadBills, Kept: true,
	About: "The billing groups that the caller's organizations buy for themselves, and those they sell to.",
	Key:   func(g view.Group) string { return g.ID },
	Do: func(_ context.Context, v *view.View, in OfOrganization) ([]view.Group, error) {
		return v.Groups(in.Organization)
	},
}

// PortalMonth is a month that has usage to look at.
type PortalMonth struct {
	Period billing.Period `json:"period"`
}

// ListPortalMonths lists the months that have usage.
var ListPortalMonths = Listing[*view.View, struct{}, PortalMonth]{
	ID: "list-portal-months", Path: "/portal/months", Tag: "Portal", Title: "List months with usage", Needs: access.ReadUsage, Feature: access.FeatureUsage, Kept: true,
	About: "The months that were priced, the oldest first.",
	Key:   func(m PortalMonth) string { return m.Period.String() },
	Do: func(ctx context.Context, v *view.View, _ struct{}) ([]PortalMonth, error) {
		periods, err := v.Periods(ctx)
		all := make([]PortalMonth, len(periods))
		for i, p := range periods {
			all[i].Period = p
		}
		return all, err
	},
}

// BillsQuery chooses bills.
type BillsQuery struct {
	OfOrganization
	Period billing.Period `query:"period" doc:"Only of this month"`
}

// ListBills lists the documents that the caller may see.
var ListBills = Listing[*view.View, BillsQuery, view.Bill]{
	ID: "list-bills", Path: "/portal/invoices", Tag: "Portal", Title: "List one's invoices and notes", Needs: access.ReadBills, Feature: access.FeatureInvoices, Kept: true,
	About: "What the caller's organizations were billed, as far as it was published, and what they bill to those below them, as far as it was issued. Amounts are rounded, with tax.",
	Key:   func(b view.Bill) string { return b.ID },
	Do: func(ctx context.Context, v *view.View, in BillsQuery) ([]view.Bill, error) {
		return v.Bills(ctx, in.Period, in.Organization)
	},
}

// ShowBill returns one document.
var ShowBill = Operation[*view.View, ByID, view.Document]{
	ID: "show-bill", Method: http.MethodGet, Path: "/portal/invoices/{id}", Tag: "Portal", Title: "Show one of one's invoices or notes", Needs: access.ReadBills, Feature: access.FeatureInvoices, Kept: true,
	About: "All that is printed on it, by its id (with its slashes as %2F) or number, and where it stands.",
	Do: func(ctx context.Context, v *view.View, in ByID) (view.Document, error) {
		return v.Bill(ctx, in.ID)
	},
}

// BalancesQuery asks for balances of a day.
type BalancesQuery struct {
	OfOrganization
	On Date `query:"on" required:"true" doc:"At the end of this day, UTC" example:"2026-10-31"`
}

// ListBalances lists prepaid balances.
var ListBalances = Listing[*view.View, BalancesQuery, receivable.PrepaidBalance]{
	ID: "list-balances", Path: "/portal/balances", Tag: "Portal", Title: "List one's prepaid balances", Needs: access.ReadPayments, Feature: access.FeaturePayments, Kept: true,
	About: "What is left of what was paid ahead, for each billing group and currency.",
	Key:   func(b receivable.PrepaidBalance) string { return b.Group + " " + string(b.Currency) },
	Do: func(ctx context.Context, v *view.View, in BalancesQuery) ([]receivable.PrepaidBalance, error) {
		return v.Prepaid(ctx, in.Organization, in.On.Day)
	},
}

// StatementQuery asks for a statement of account.
type StatementQuery struct {
	Group string `path:"group" maxLength:"200" doc:"A billing group"`
	From  Date   `query:"from" required:"true" doc:"First day" example:"2026-10-01"`
	To    Date   `query:"to" required:"true" doc:"Last day" example:"2026-10-31"`
}

// Statements are statements of account, one for each currency.
type Statements struct {
	Statements []invoice.AccountStatement `json:"statements"`
}

// ShowStatement returns the statement of account of a billing group.
var ShowStatement = Operation[*view.View, StatementQuery, Statements]{
	ID: "show-statement", Method: http.MethodGet, Path: "/portal/groups/{group}/statement", Tag: "Portal", Title: "Show the statement of account of one's billing group", Needs: access.ReadPayments, Feature: access.FeaturePayments, Kept: true,
	About: "What was billed and paid between two days, and what was open before and after, for each currency.",
	Do: func(ctx context.Context, v *view.View, in StatementQuery) (Statements, error) {
		all, err := v.AccountStatement(ctx, in.Group, in.From.Day, in.To.Day)
		if all == nil {
			all = []invoice.AccountStatement{}
		}
		return Statements{all}, err
	},
}

// TierQuery names a month and a billing group that sells on.
type TierQuery struct {
	Group  string         `path:"group" maxLength:"200" doc:"One of one's own billing groups, that sells on"`
	Period billing.Period `query:"period" required:"true" doc:"The month" example:"2026-10"`
}

// ShowTierMargin tells what a billing group earned by selling on.
var ShowTierMargin = Operation[*view.View, TierQuery, earnings.TierMonth]{
	ID: "show-tier-margin", Method: http.MethodGet, Path: "/portal/groups/{group}/margin", Tag: "Portal", Title: "Show what one earned by selling on", Needs: access.ReadUsage, Kept: true,
	About: "What a billing group that sells on bought and sold in a month, and what is between the two. It says nothing of what the same usage cost whom it buys from.",
	Do: func(ctx context.Context, v *view.View, in TierQuery) (earnings.TierMonth, error) {
		return v.TierMargin(ctx, in.Period, in.Group)
	},
}
