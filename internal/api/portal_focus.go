package api

import (
	"context"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/view"
)

// portalFileOperations are files of portals that are written as they are sent.
var portalFileOperations = []described{DownloadFocus}

// FocusQuery names a billing group and a month.
type FocusQuery struct {
	Group  string         `path:"group" maxLength:"200" doc:"One of one's billing groups"`
	Period billing.Period `query:"period" required:"true" doc:"The month" example:"2026-10"`
}

// DownloadFocus returns a month of a billing group as FOCUS.
var DownloadFocus = Stream[*view.View, FocusQuery]{
	ID: "download-focus", Path: "/portal/groups/{group}/focus", Tag: "Portal", Title: "Download a month of one's billing group as FOCUS",
	Needs: access.ReadUsage, Feature: access.FeatureDownload,
	About: "What the group is charged, line by line and by day, as CSV packed by gzip, with the columns of FOCUS 1.2 and none besides. All costs in it are the group's own price: " +
		"exact, without tax, in the provider's currency. `BilledCost` adds up to what the invoice's usage comes to. Needs the features `downloads` and `usage`.",
	MediaTypes: []string{"application/gzip"},
	Do: func(ctx context.Context, v *view.View, in FocusQuery) (Streamed, error) {
		month, err := v.Focus(ctx, in.Period, in.Group, access.FeatureUsage)
		if err != nil {
			return Streamed{}, err
		}
		return Streamed{Name: month.FileName(), MediaType: "application/gzip", Write: month.Write}, nil
	},
}
