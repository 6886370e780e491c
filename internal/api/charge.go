package api

import (
	"context"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	answering "github.com/sluice-billing/sluice/internal/answer"
)

// chargeOperations are those of what a month's sums are made of.
var chargeOperations = []described{ListCharges}

// ChargesQuery asks which charges are behind a sum.
type ChargesQuery struct {
	InMonth
	Group     string `query:"group" required:"true" minLength:"1" maxLength:"200" doc:"The billing group that pays, by its id; or reseller or unassigned" example:"acme-main"`
	Account   string `query:"account" maxLength:"200" doc:"Only those of this account"`
	Service   string `query:"service" maxLength:"500" doc:"Only those of this service: its name or its code" example:"AmazonS3"`
	UsageType string `query:"usage_type" maxLength:"500" doc:"Only those of this usage type"`
	Place     string `query:"place" enum:"usage,marketplace,entry,tax,excluded,off" doc:"Only those that stand there: usage or marketplace is on the invoice"`
	Limit     int    `query:"limit" default:"200" minimum:"1" maximum:"1000" doc:"How many are listed, those with the largest prices"`
}

// ListCharges lists what a billing group is charged.
var ListCharges = Operation[*Desk, ChargesQuery, answering.Charges]{
	ID: "list-charges", Method: http.MethodGet, Path: "/months/{period}/charges", Tag: "Prices", Title: "List the charges behind a sum", Needs: access.ReadPrices, Kept: true,
	About: "What a billing group is charged in a month by the rating in force, the largest price first: each day of a usage type of a resource, with its cost, its price, and the book and rule that priced it. " +
		"`id` is what explain-price takes. `total` and `sums` are of all charges that match, listed or not, so that one sees what is left out. " +
		"Amounts are exact, in the provider's currency; cost is after discounts and with the provider's tax, as explore has it. A sale by a group that sells on has no cost of its own.\n\n" +
		"It is refused where the month is not rated, or was closed without such a group.",
	Do: func(ctx context.Context, d *Desk, in ChargesQuery) (answering.Charges, error) {
		return d.Answers.Charges(ctx, answering.ChargesQuestion{
			Period: in.Period, Group: in.Group, Account: in.Account, Service: in.Service, UsageType: in.UsageType, Place: in.Place, Limit: in.Limit,
		})
	},
}
