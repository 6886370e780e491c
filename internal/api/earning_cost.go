package api

import (
	"bytes"
	"context"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/money"
)

// OriginalCostQuery says what of a month's original cost is wanted, and how.
type OriginalCostQuery struct {
	InMonth
	Invoice      string         `query:"invoice" maxLength:"200" doc:"Of one provider invoice alone, by its id"`
	Currency     money.Currency `query:"currency" maxLength:"10" doc:"Convert to this currency; goes with rounding"`
	Rounding     money.Rounding `query:"rounding" enum:"half-up,half-even,down,up" doc:"How converted amounts are rounded; goes with currency"`
	PreviewLines bool           `query:"preview_lines" doc:"Also lines without a provider invoice id, which are not final"`
}

const aboutOriginalCost = "What the provider bills for a closed month: for each provider invoice a row for the usage of each account, and one for each other thing on it, with the provider's tax apart. " +
	"Amounts are after discounts in columns, exact, in the provider's currency. The rows of an invoice add up to its lines. " +
	"With `currency` every row is converted by the rate that the provider's invoice names, else by that of its payer, else by the common one, and rounded; an invoice without a rate is refused."

// ShowOriginalCost tells what the provider bills the reseller, by its invoices.
var ShowOriginalCost = Operation[*Desk, OriginalCostQuery, earnings.OriginalCost]{
	ID: "show-original-cost", Method: http.MethodGet, Path: "/months/{period}/original-cost", Tag: "Earnings", Title: "Show what the provider bills the reseller", Needs: access.ReadMargin,
	About: aboutOriginalCost, Do: originalCost,
}

// DownloadOriginalCost is what the provider bills as accountants of resellers know it.
var DownloadOriginalCost = Download[*Desk, OriginalCostQuery]{
	ID: "download-original-cost", Path: "/months/{period}/original-cost.csv", Tag: "Earnings", Title: "Download what the provider bills the reseller", Needs: access.ReadMargin,
	About: aboutOriginalCost + " As CSV, with the columns that accountants of resellers know.", MediaTypes: []string{"text/csv"},
	Do: func(ctx context.Context, d *Desk, in OriginalCostQuery) (File, error) {
		cost, err := originalCost(ctx, d, in)
		if err != nil {
			return File{}, err
		}
		rows := [][]string{OriginalCostTitles}
		for _, r := range cost.Rows {
			rows = append(rows, OriginalCostCells(cost, r))
		}
		var data bytes.Buffer
		if err := deliver.WriteRows(&data, "the original cost", rows); err != nil {
			return File{}, err
		}
		return File{"original-cost-" + in.Period.String() + ".csv", "text/csv", data.Bytes()}, nil
	},
}

func originalCost(ctx context.Context, d *Desk, in OriginalCostQuery) (earnings.OriginalCost, error) {
	if (in.Currency == "") != (in.Rounding == "") {
		return earnings.OriginalCost{}, invalid("query.rounding", "goes together with currency: converted amounts must be rounded")
	}
	return d.Earnings.OriginalCost(ctx, in.Period, earnings.OriginalCostOptions{
		Invoice: in.Invoice, Currency: in.Currency, Rounding: in.Rounding, PreviewLines: in.PreviewLines,
	})
}

// OriginalCostTitles are those that accountants of resellers know.
var OriginalCostTitles = []string{
	"BillingGroupID", "BillingGroupName", "Project Code", "Payer accountID", "Vendor", "Invoice ID", "CustomerID", "Type", "Description",
	"Charge", "Tax", "Total", "Exchange rate", "Currency",
}

// OriginalCostCells are a row below the titles. Converted amounts have the digits
// of their currency, others all that they have.
func OriginalCostCells(c earnings.OriginalCost, r earnings.OriginalRow) []string {
	amount := money.Decimal.String
	if c.Currency != "" {
		amount = func(d money.Decimal) string { return d.Fixed(c.Currency.Digits()) }
	}
	rate := ""
	if r.Rate != nil {
		rate = r.Rate.String()
	}
	return []string{
		r.Group, r.GroupName, r.Project, r.Payer, r.Provider, r.Invoice, r.Account, r.Type, r.Description,
		amount(r.Charge), amount(r.Tax), amount(r.Total), rate, string(r.Currency),
	}
}
