package api

import (
	"context"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/spend"
	"github.com/sluice-billing/sluice/internal/view"
)

// spendOperations tell what organizations spend, in one currency: the reseller's people
// of any, and members of their own.
var spendOperations = []described{
	ShowSpend, ShowSpendBills, ShowSpendRegisters, ShowSpendEstimate,
	ShowOwnSpend, ShowOwnSpendBills, ShowOwnSpendRegisters, ShowOwnSpendEstimate,
}

// Organization is one of the tree of organizations.
type Organization = access.Organization

// SpendTerms say how spend is told.
type SpendTerms struct {
	Currency string `query:"currency" maxLength:"3" doc:"In which all is told, ISO 4217; that of the organization's billing groups where they have one in common, else the reseller's" example:"USD"`
	Provider string `query:"provider" maxLength:"200" doc:"Of one cloud provider alone" example:"aws"`
	Day      Date   `query:"day" doc:"The last day that counts; the last one that there is data of where it is not given" example:"2026-07-31"`
}

func (t SpendTerms) asked(organization string) spend.Asked {
	return spend.Asked{Organization: organization, Currency: money.Currency(t.Currency), Provider: t.Provider, Day: t.Day.Day}
}

// SpendTable chooses the periods of the table of services.
type SpendTable struct {
	Services string `query:"services" enum:"day,month" default:"month" doc:"Services by their last 6 days or months"`
}

// BillMonths say how many months of bills are told.
type BillMonths struct {
	Months int `query:"months" minimum:"1" maximum:"12" default:"3" doc:"How many last months"`
}

// SpendOf names an organization, for the reseller's people.
type SpendOf struct {
	Organization string `query:"organization" maxLength:"200" doc:"A customer by its id, a unit as customer/unit, or reseller, which it is where it is not given" example:"aozora"`
	Measure      string `query:"measure" enum:"price,cost" default:"price" doc:"Of the reseller: what it charges, or what providers charge it, which needs the permission margin.read"`
	SpendTerms
}

// of reads whose spend is asked for, and refuses cost to whom it is not shown.
func (q SpendOf) of(d *Desk) (spend.Asked, error) {
	a := q.asked(q.Organization)
	if a.Organization == "" {
		a.Organization = access.Root
	}
	a.Measure, a.WithUnassigned = spend.Measure(q.Measure), d.May(access.ReadMargin) == nil
	if a.Measure == spend.Cost {
		return a, d.May(access.ReadMargin)
	}
	return a, nil
}

const aboutSpend = "Amounts are exact and without tax of ours; those in another currency are converted at the common rate of their month. " +
	"A rate that is not declared is listed in `missing_rates`, and figures that lack something by it are `partial`.\n\n"

const aboutEstimate = "The estimate follows a straight line, laid by least squares through the full days of the month, to its end; fees, taxes and entries, which span the month, are in no day of the line and count as they are."

// SpendQuery asks what an organization spends.
type SpendQuery struct {
	SpendOf
	SpendTable
}

// ShowSpend tells what an organization spends.
var ShowSpend = Operation[*Desk, SpendQuery, spend.Spend]{
	ID: "show-spend", Method: http.MethodGet, Path: "/spend", Tag: "Organizations", Title: "Show what an organization spends", Needs: access.ReadUsage,
	About: "What the reseller, a customer, or a unit with all that is nested in it spends: the month so far, the last one, what it will come to; the last 14 days and 12 months; services over 6 months or days, each cell marked that is more than 1.5 times the one before; " +
		"who below it spends what; and how it stands with the sources that its bills are read from: when they were last read whole, and what went wrong since. Of the reseller `unassigned` is the cost of what is nobody's, for callers with the permission `margin.read`.\n\n" + aboutSpend + aboutEstimate,
	Do: func(ctx context.Context, d *Desk, in SpendQuery) (spend.Spend, error) {
		a, err := in.of(d)
		if err != nil {
			return spend.Spend{}, err
		}
		a.Daily = in.Services == "day"
		told, err := d.spends().Of(ctx, d.Declared, a)
		return told, unexplored(err)
	},
}

func (d *Desk) spends() *spend.Spends { return spend.New(d.Installation, d.Explorer) }

// SpendBillsQuery asks for an organization's bills.
type SpendBillsQuery struct {
	SpendOf
	BillMonths
}

// ShowSpendBills tells an organization's last months by category and usage type.
var ShowSpendBills = Operation[*Desk, SpendBillsQuery, spend.Bills]{
	ID: "show-spend-bills", Method: http.MethodGet, Path: "/spend/bills", Tag: "Organizations", Title: "Show the bills of an organization by category", Needs: access.ReadUsage, Kept: true,
	About: "What a reseller, customer or unit spent in its last months, by provider, category (the service) and usage type. Of a month that is not closed it is what there is so far; one that findings hold is `held`. " + aboutSpend,
	Do: func(ctx context.Context, d *Desk, in SpendBillsQuery) (spend.Bills, error) {
		a, err := in.of(d)
		if err != nil {
			return spend.Bills{}, err
		}
		told, err := d.spends().Bills(ctx, d.Declared, a, in.Months)
		return told, unexplored(err)
	},
}

// ShowSpendRegisters tells an organization's month day by day.
var ShowSpendRegisters = Operation[*Desk, SpendOf, spend.Registers]{
	ID: "show-spend-registers", Method: http.MethodGet, Path: "/spend/registers", Tag: "Organizations", Title: "Show the daily registers of an organization", Needs: access.ReadUsage, Kept: true,
	About: "What a reseller, customer or unit spends day by day in the month of `day`, by provider and category. " + aboutSpend,
	Do: func(ctx context.Context, d *Desk, in SpendOf) (spend.Registers, error) {
		a, err := in.of(d)
		if err != nil {
			return spend.Registers{}, err
		}
		told, err := d.spends().Registers(ctx, d.Declared, a)
		return told, unexplored(err)
	},
}

// ShowSpendEstimate tells what an organization's month will come to.
var ShowSpendEstimate = Operation[*Desk, SpendOf, spend.EstimateOf]{
	ID: "show-spend-estimate", Method: http.MethodGet, Path: "/spend/estimate", Tag: "Organizations", Title: "Show what the month of an organization will come to", Needs: access.ReadUsage, Kept: true,
	About: "What the month of a reseller, customer or unit will come to, beside its last bill. " + aboutSpend + aboutEstimate,
	Do: func(ctx context.Context, d *Desk, in SpendOf) (spend.EstimateOf, error) {
		a, err := in.of(d)
		if err != nil {
			return spend.EstimateOf{}, err
		}
		told, err := d.spends().Estimate(ctx, d.Declared, a)
		return told, unexplored(err)
	},
}

// OwnSpend names one of the caller's organizations.
type OwnSpend struct {
	Organization string `query:"organization" maxLength:"200" doc:"One of the caller's organizations, or one below; the caller's own, or the first of several, where it is not given" example:"aozora"`
	SpendTerms
}

// OwnSpendQuery asks what one spends.
type OwnSpendQuery struct {
	OwnSpend
	SpendTable
}

// ShowOwnSpend tells what one's organization spends.
var ShowOwnSpend = Operation[*view.View, OwnSpendQuery, view.Spend]{
	ID: "show-own-spend", Method: http.MethodGet, Path: "/portal/spend", Tag: "Portal", Title: "Show what one's organization spends", Needs: access.ReadUsage, Feature: access.FeatureUsage,
	About: "What one of the caller's organizations spends at its own prices, with all units nested in it: the month so far, the last one, what it will come to; the last 14 days and 12 months; services over 6 months or days, each cell marked that is more than 1.5 times the one before; " +
		"which unit spends what; and how it stands with the sources that its own bills are read from.\n\n" + aboutSpend + aboutEstimate,
	Do: func(ctx context.Context, v *view.View, in OwnSpendQuery) (view.Spend, error) {
		a := in.asked(in.Organization)
		a.Daily = in.Services == "day"
		told, err := v.Spend(ctx, a)
		return told, unexplored(err)
	},
}

// OwnSpendBillsQuery asks for one's bills.
type OwnSpendBillsQuery struct {
	OwnSpend
	BillMonths
}

// ShowOwnSpendBills tells the last months of one's organization by category.
var ShowOwnSpendBills = Operation[*view.View, OwnSpendBillsQuery, spend.Bills]{
	ID: "show-own-spend-bills", Method: http.MethodGet, Path: "/portal/spend/bills", Tag: "Portal", Title: "Show the bills of one's organization by category", Needs: access.ReadUsage, Feature: access.FeatureUsage, Kept: true,
	About: "What one of the caller's organizations spent in its last months at its own prices, by provider, category (the service) and usage type. Of a month that is not closed it is what there is so far. " + aboutSpend,
	Do: func(ctx context.Context, v *view.View, in OwnSpendBillsQuery) (spend.Bills, error) {
		told, err := v.SpendBills(ctx, in.asked(in.Organization), in.Months)
		for i := range told.Bills {
			told.Bills[i].Held = false // what holds a close is the reseller's to see
		}
		return told, unexplored(err)
	},
}

// ShowOwnSpendRegisters tells the month of one's organization day by day.
var ShowOwnSpendRegisters = Operation[*view.View, OwnSpend, spend.Registers]{
	ID: "show-own-spend-registers", Method: http.MethodGet, Path: "/portal/spend/registers", Tag: "Portal", Title: "Show the daily registers of one's organization", Needs: access.ReadUsage, Feature: access.FeatureUsage, Kept: true,
	About: "What one of the caller's organizations spends at its own prices day by day in the month of `day`, by provider and category. " + aboutSpend,
	Do: func(ctx context.Context, v *view.View, in OwnSpend) (spend.Registers, error) {
		told, err := v.SpendRegisters(ctx, in.asked(in.Organization))
		return told, unexplored(err)
	},
}

// ShowOwnSpendEstimate tells what the month of one's organization will come to.
var ShowOwnSpendEstimate = Operation[*view.View, OwnSpend, spend.EstimateOf]{
	ID: "show-own-spend-estimate", Method: http.MethodGet, Path: "/portal/spend/estimate", Tag: "Portal", Title: "Show what the month of one's organization will come to", Needs: access.ReadUsage, Feature: access.FeatureUsage, Kept: true,
	About: "What the month of one of the caller's organizations will come to at its own prices, beside its last bill. " + aboutSpend + aboutEstimate,
	Do: func(ctx context.Context, v *view.View, in OwnSpend) (spend.EstimateOf, error) {
		told, err := v.SpendEstimate(ctx, in.asked(in.Organization))
		return told, unexplored(err)
	},
}
