package api

import (
	"context"
	"strconv"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/explore"
	"github.com/sluice-billing/sluice/internal/view"
)

// UsageQuery asks what was used.
type UsageQuery struct {
	OfOrganization
	Period billing.Period `query:"period" doc:"The month; from and to ask for several" example:"2026-10"`
	MonthsQuery
	By string `query:"by" default:"service" maxLength:"1000" doc:"What to sum by, divided by commas, at most 4: group, day, month, account, account_name, service, region, usage_type, tag:KEY" example:"day,service"`
	SumQuery
}

// ListUsage sums up what was used.
var ListUsage = Listing[*view.View, UsageQuery, view.Usage]{
	ID: "list-usage", Path: "/portal/usage", Tag: "Portal", Title: "Sum up one's usage", Needs: access.ReadUsage, Feature: access.FeatureUsage, Kept: true,
	About: "What was used at the caller's own price, by any of the dimensions and by the tags of one's own resources: exact, without tax, in the provider's currency. Nothing in it tells what was paid above. " +
		"Months that are not priced count for nothing. The first question about a month that was just priced waits until its sums are made.",
	Key: func(u view.Usage) string {
		return rowKey(u.Tags, u.Group, u.Day, u.Month, u.Account, u.Name, u.Service, u.Region, u.UsageType, u.Unit, string(u.Currency), strconv.FormatBool(u.Other))
	},
	Do: func(ctx context.Context, v *view.View, in UsageQuery) ([]view.Usage, error) {
		if in.From.IsZero() {
			in.From = in.Period
		}
		from, to, err := in.months(ctx, v.Newest)
		if err != nil {
			return nil, err
		}
		asked, err := in.question(from, to, in.By)
		if err != nil || from.IsZero() {
			return []view.Usage{}, err
		}
		rows, err := v.Usage(ctx, view.Question{Question: asked, Organization: in.Organization})
		return rows, unexplored(err)
	},
}

// UsageValuesQuery asks for the values of a dimension of one's usage.
type UsageValuesQuery struct {
	OfOrganization
	ValuesQuery
}

// ListUsageValues lists the values of a dimension of one's usage.
var ListUsageValues = Listing[*view.View, UsageValuesQuery, explore.Value]{
	ID: "list-usage-values", Path: "/portal/usage/values", Tag: "Portal", Title: "List the values of a dimension of one's usage", Needs: access.ReadUsage, Feature: access.FeatureUsage, Kept: true,
	About: "What one's usage can be filtered by in months, with one's own price of it: the 100 dearest.",
	Key:   func(x explore.Value) string { return x.Value },
	Do: func(ctx context.Context, v *view.View, in UsageValuesQuery) ([]explore.Value, error) {
		from, to, err := in.months(ctx, v.Newest)
		if err != nil {
			return nil, err
		}
		values, err := v.UsageValues(ctx, from, to, in.Organization, explore.Dimension(in.Dimension), in.Contains)
		return values, unexplored(err)
	},
}

// UsageMonthsQuery chooses months of one's usage.
type UsageMonthsQuery struct {
	OfOrganization
	MonthsQuery
}

// ListUsageDimensions lists what one's usage can be summed by.
var ListUsageDimensions = Listing[*view.View, UsageMonthsQuery, ExploreDimension]{
	ID: "list-usage-dimensions", Path: "/portal/usage/dimensions", Tag: "Portal", Title: "List what one's usage can be summed by", Needs: access.ReadUsage, Feature: access.FeatureUsage, Kept: true,
	About: "The dimensions, and the keys of the tags on one's own lines.",
	Key:   func(d ExploreDimension) string { return d.Dimension },
	Do: func(ctx context.Context, v *view.View, in UsageMonthsQuery) ([]ExploreDimension, error) {
		from, to, err := in.months(ctx, v.Newest)
		if err != nil {
			return nil, err
		}
		tags, err := v.UsageTags(ctx, from, to, in.Organization)
		return dimensionsOf(explore.ShownDimensions(), tags), unexplored(err)
	},
}
