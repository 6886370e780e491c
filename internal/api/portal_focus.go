package api

import (
	"cmp"
	"context"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/focus"
	"github.com/sluice-billing/sluice/internal/view"
)

// portalFileOperations are files of portals that are written as they are sent.
var portalFileOperations = []described{DownloadFocus, DownloadOwnFocus}

// DataSetQuery says what a data set is of, and how it is written.
type DataSetQuery struct {
	Period billing.Period `query:"period" required:"true" doc:"The month" example:"2026-10"`
	Set    string         `query:"data_set" enum:"cost-and-usage,invoice-detail,billing-period,cur2" default:"cost-and-usage" doc:"FOCUS's Cost and Usage, Invoice Detail or Billing Period, or the shape of AWS's CUR 2.0"`
	Format string         `query:"format" enum:"csv,parquet" default:"csv" doc:"CSV is packed by gzip, Parquet by zstd"`
}

// FocusQuery names a billing group and a month.
type FocusQuery struct {
	Group string `path:"group" maxLength:"200" doc:"One of one's billing groups"`
	DataSetQuery
}

// OwnFocusQuery names an organization and a month.
type OwnFocusQuery struct {
	Organization string `query:"organization" maxLength:"200" doc:"One of one's organizations; all of them where it is not given"`
	DataSetQuery
}

const aboutFocus = "at the price that is paid: line by line and by day, exact. There is nothing in it of what was paid above. " +
	"Documents that are published are in it with their tax, fees and discounts: the `BilledCost` of an `InvoiceId` adds up to what it asks for, in its currency. " +
	"Usage that is on none is there as it was priced last, without tax, in the provider's currency, and has no `InvoiceId`. " +
	"Who may see no documents, or has the feature `invoices` not switched on, has usage alone. Needs the features `downloads` and `usage`."

// dataSetTypes are what the files of data sets are.
var dataSetTypes = []string{focus.CSV.MediaType(), focus.Parquet.MediaType()}

// stream makes the data set of a query.
func (q DataSetQuery) stream(ctx context.Context, v *view.View, order view.DataSetOrder) (Streamed, error) {
	order.Period, order.Set, order.Format = q.Period, focus.DataSet(cmp.Or(q.Set, string(focus.CostAndUsage))), focus.Format(cmp.Or(q.Format, string(focus.CSV)))
	set, err := v.DataSet(ctx, order, access.FeatureUsage)
	return Streamed{Name: set.Name, MediaType: set.MediaType, Write: set.Write}, err
}

// DownloadFocus returns a month of a billing group as FOCUS.
var DownloadFocus = Stream[*view.View, FocusQuery]{
	ID: "download-focus", Path: "/portal/groups/{group}/focus", Tag: "Portal", Title: "Download a month of one's billing group as FOCUS",
	Needs: access.ReadUsage, Feature: access.FeatureDownload,
	About:      "What the group is charged, for cost tools, " + aboutFocus,
	MediaTypes: dataSetTypes,
	Do: func(ctx context.Context, v *view.View, in FocusQuery) (Streamed, error) {
		return in.stream(ctx, v, view.DataSetOrder{Group: in.Group})
	},
}

// DownloadOwnFocus returns a month of all billing groups of an organization as FOCUS.
var DownloadOwnFocus = Stream[*view.View, OwnFocusQuery]{
	ID: "download-own-focus", Path: "/portal/focus", Tag: "Portal", Title: "Download a month of all one's billing groups as FOCUS",
	Needs: access.ReadUsage, Feature: access.FeatureDownload,
	About:      "What the organization is charged for all that it buys itself, for cost tools, " + aboutFocus,
	MediaTypes: dataSetTypes,
	Do: func(ctx context.Context, v *view.View, in OwnFocusQuery) (Streamed, error) {
		return in.stream(ctx, v, view.DataSetOrder{Organization: in.Organization})
	},
}
