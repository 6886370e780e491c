package api

import (
	"context"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/insight"
	"github.com/sluice-billing/sluice/internal/view"
)

// insightOperations say what months mean.
var insightOperations = []described{ShowDashboard, ShowChanges, ShowOverview}

// OfPeriod names the month that is asked about.
type OfPeriod struct {
	Period billing.Period `query:"period" required:"true" doc:"The month" example:"2026-10"`
}

// ShowDashboard tells what a month earns.
var ShowDashboard = Operation[*Desk, OfPeriod, insight.Dashboard]{
	ID: "show-dashboard", Method: http.MethodGet, Path: "/dashboard", Tag: "Earnings", Title: "Show what a month earns, at a glance", Needs: access.ReadMargin, Kept: true,
	About: "A month beside the one before, in each currency of the provider: what is billed, its cost and margin, and what the margin comes from; price and cost day by day, and what they will come to; " +
		"the ten customers with the highest price, margin and change; what is nobody's. Then what the reseller's documents add, how far commitments are used and whom they help, and what customers owe. " +
		"`receivables` are left out for whom has no permission to see payments. Of a month that is not rated only they are told, and `rated` is false.\n\n" +
		"Amounts are exact and without tax. A forecast adds to what there is the mean of the last 7 full days for each day to come; what is there once in a month counts once. " +
		"Its band is a day lower or higher by the mean distance of those days from their mean.",
	Do: func(ctx context.Context, d *Desk, in OfPeriod) (insight.Dashboard, error) {
		return d.Insights.Dashboard(ctx, in.Period, d.May(access.ReadPayments) == nil)
	},
}

// ChangesQuery asks why two months differ.
type ChangesQuery struct {
	OfPeriod
	Against  billing.Period `query:"against" doc:"The month it is compared with; the one before where it is not given" example:"2026-09"`
	Group    string         `query:"group" maxLength:"200" doc:"Of one billing group alone, by its id"`
	Customer string         `query:"customer" maxLength:"200" doc:"Of one customer's billing groups, by its id"`
	Top      int            `query:"top" default:"10" minimum:"1" maximum:"200" doc:"How many changes are named in each currency"`
}

// groups are the billing groups that are asked about; none where it is all that the
// reseller sells itself.
func (q ChangesQuery) groups(c billing.Config) ([]string, error) {
	if q.Group != "" && q.Customer != "" {
		return nil, invalid("query.customer", "give a billing group or a customer, not both")
	}
	if q.Group == "" && q.Customer == "" {
		return nil, nil
	}
	var ids []string
	for _, g := range c.BillingGroups {
		if g.ID == q.Group || q.Customer != "" && g.Customer == q.Customer {
			ids = append(ids, g.ID)
		}
	}
	switch {
	case len(ids) > 0:
		return ids, nil
	case q.Group != "":
		return nil, invalid("query.group", "there is no billing group %q", q.Group)
	}
	return nil, invalid("query.customer", "there is no customer %q with a billing group", q.Customer)
}

// ShowChanges tells why two months differ.
var ShowChanges = Operation[*Desk, ChangesQuery, insight.Changes]{
	ID: "show-changes", Method: http.MethodGet, Path: "/changes", Tag: "Earnings", Title: "Show why a month is another sum than another", Needs: access.ReadUsage, Kept: true,
	About: "What customers pay for usage in a month less what they pay in the one it is compared with, by account, service and usage type, the largest change first. " +
		"Each change is the sum of an effect of usage and one of price; what is named and `rest` add up to the whole, to the last digit. A service or account that is new or gone is one change. " +
		"Where the month is not over, its full days are compared with the same days. Amounts are exact and without tax, in the provider's currency.\n\n" +
		"`invoices` is what the invoices charge otherwise beside usage, such as support, discounts, tax and entries, where both months have one; it is empty for whom may not see invoices.",
	Do: func(ctx context.Context, d *Desk, in ChangesQuery) (insight.Changes, error) {
		groups, err := in.groups(d.Declared)
		if err != nil {
			return insight.Changes{}, err
		}
		q := insight.ChangesQuestion{Period: in.Period, Against: in.Against, Groups: groups, Top: in.Top, WithInvoices: d.May(access.ReadBills) == nil}
		if q.Against.IsZero() {
			q.Against = in.Period.Previous()
		}
		if !q.Against.Before(q.Period) {
			return insight.Changes{}, invalid("query.against", "%s is not before %s", q.Against, q.Period)
		}
		return d.Insights.Changes(ctx, q)
	},
}

// OverviewQuery asks what will be paid for a month.
type OverviewQuery struct {
	OfOrganization
	OfPeriod
}

// ShowOverview tells what organizations will pay for a month, and why.
var ShowOverview = Operation[*view.View, OverviewQuery, insight.Overview]{
	ID: "show-overview", Method: http.MethodGet, Path: "/portal/overview", Tag: "Portal", Title: "Show what one will pay for a month, and why it is different", Needs: access.ReadUsage, Feature: access.FeatureUsage, Kept: true,
	About: "What the caller's organizations buy, at their own prices: the month so far, what it will come to, the month before, day by day, and the largest changes between the two. " +
		"Amounts are exact, without tax and what invoices add, in the provider's currency. Where the month is not over, its full days are compared with the same days of the month before.\n\n" +
		"A forecast adds to what there is the mean of the last 7 full days for each day to come; what is there once in a month counts once. " +
		"`invoices` is what published invoices charge otherwise beside usage, where both months have one.",
	Do: func(ctx context.Context, v *view.View, in OverviewQuery) (insight.Overview, error) {
		return v.Overview(ctx, in.Period, in.Organization)
	},
}
