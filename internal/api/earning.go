package api

import (
	"context"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/money"
)

// MarginQuery chooses of whom the margin is told.
type MarginQuery struct {
	InMonth
	Group string `query:"group" maxLength:"200" doc:"Of one billing group alone, by its id; or reseller, or unassigned"`
}

// ShowMargin tells what a month earns, and by what.
var ShowMargin = Operation[*Desk, MarginQuery, earnings.Margin]{
	ID: "show-margin", Method: http.MethodGet, Path: "/months/{period}/margin", Tag: "Earnings", Title: "Show what a month earns, and by what", Needs: access.ReadMargin, Kept: true,
	About: "What customers are charged in a closed month less what the provider bills, and where it comes from. The sources add up to the margin; what is left over is `residue`, and is 0. " +
		"Where the export has discounts in columns, cost is the net cost. Amounts are exact, in the provider's currency; what the invoices add, such as fees, discount and exchange, " +
		"follows in the invoice's currency. Refused where the month is not rated.",
	Do: func(ctx context.Context, d *Desk, in MarginQuery) (earnings.Margin, error) {
		return d.Earnings.Margin(ctx, in.Period, in.Group)
	},
}

// ResaleQuery names a billing group that resells, in a month.
type ResaleQuery struct {
	InMonth
	Group string `path:"group" maxLength:"200" doc:"A billing group that is the parent of others"`
}

// ShowResaleMargin tells what a billing group earns that resells.
var ShowResaleMargin = Operation[*Desk, ResaleQuery, earnings.TierMonth]{
	ID: "show-resale-margin", Method: http.MethodGet, Path: "/months/{period}/tiers/{group}/margin", Tag: "Earnings", Title: "Show what a billing group that resells earns", Needs: access.ReadMargin, Kept: true,
	About: "A billing group that is the parent of others buys what they use and sells it to them. This is its own margin, and nothing of what the reseller pays. " +
		"Refused where the month is not rated, or nobody buys from the group.",
	Do: func(ctx context.Context, d *Desk, in ResaleQuery) (earnings.TierMonth, error) {
		return d.Earnings.TierMargin(ctx, in.Period, in.Group)
	},
}

// ProfitQuery chooses what profit is counted of.
type ProfitQuery struct {
	From     billing.Period      `query:"from" required:"true" doc:"The first month" example:"2026-07"`
	To       billing.Period      `query:"to" doc:"The last month; the first one where it is left out" example:"2026-09"`
	By       earnings.ProfitView `query:"by" enum:"customer,group,project,payer,source" default:"customer" doc:"What it is counted by"`
	Currency money.Currency      `query:"currency" maxLength:"10" doc:"What it is counted in; the reseller's currency where it is left out"`
}

// ShowProfit tells purchase, sales and profit of months in one currency.
var ShowProfit = Operation[*Desk, ProfitQuery, earnings.Profit]{
	ID: "show-profit", Method: http.MethodGet, Path: "/profit", Tag: "Earnings", Title: "Show purchase, sales and profit of months in one currency", Needs: access.ReadMargin, Kept: true,
	About: "For each month what the provider bills the reseller, what the reseller's invoices and notes bill, and what is between. Drafts count, and are also told apart. " +
		"All amounts are before tax and exact, by the months' common exchange rates; a missing rate is refused, and so is a month that is not rated. " +
		"What nobody is billed for is the reseller's own row. The rows add up to the month; what is left over is `residue`, and is 0.",
	Do: func(ctx context.Context, d *Desk, in ProfitQuery) (earnings.Profit, error) {
		if in.To.IsZero() {
			in.To = in.From
		}
		if in.To.Before(in.From) {
			return earnings.Profit{}, invalid("query.to", "%s is before %s, the first month", in.To, in.From)
		}
		if in.By == "" {
			in.By = earnings.ProfitByCustomer
		}
		return d.Earnings.Profit(ctx, in.From, in.To, in.By, in.Currency)
	},
}
