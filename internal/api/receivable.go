package api

import (
	"context"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
)

// AgeingQuery says of which day and by whom what is owed is summed up.
type AgeingQuery struct {
	DayQuery
	By string `query:"by" enum:"customer,group" default:"customer" doc:"By customer or by billing group"`
}

// ListAgeing lists who owes how much for how long.
var ListAgeing = Listing[*Desk, AgeingQuery, invoice.Ageing]{
	ID: "list-ageing", Path: "/ageing", Tag: "Payments", Title: "List who owes how much for how long", Needs: access.ReadPayments, Kept: true,
	About: "What customers owe at the end of a day, by how many days it has been due. Amounts are with tax. Open credit notes and unallocated payments stand under credit. " +
		"Unallocated payments are the customer's: by billing group they have a line of their own.",
	Key: func(a invoice.Ageing) string { return a.Customer + "\x00" + a.Group + "\x00" + string(a.Currency) },
	Do: func(ctx context.Context, d *Desk, in AgeingQuery) ([]invoice.Ageing, error) {
		books, err := d.Receivables.All(ctx)
		if err != nil {
			return nil, err
		}
		return books.Ageing(in.AsOf.or(d.Today()), in.By == "group"), nil
	},
}

// AccountQuery asks for the statements of account of a customer.
type AccountQuery struct {
	Holder string `path:"holder" maxLength:"200" doc:"A customer, or a billing group, by its id" example:"acme"`
	From   Date   `query:"from" doc:"The first day; the first of the month of the last day where it is not given" example:"2026-10-01"`
	To     Date   `query:"to" doc:"The last day; today, UTC, where it is not given" example:"2026-12-31"`
}

// ShowAccountStatement returns what a customer was asked for and paid.
var ShowAccountStatement = Operation[*Desk, AccountQuery, Statements]{
	ID: "show-account-statement", Method: http.MethodGet, Path: "/account-statements/{holder}", Tag: "Payments", Title: "Show what a customer was asked for and paid", Needs: access.ReadPayments,
	About: "The documents and payments of a customer in a time, with what was owed before and after. The id of a billing group works too: it has the documents of that group alone, and of payments what settles them. " +
		"Amounts are with tax; each currency has a statement of its own.",
	Do: func(ctx context.Context, d *Desk, in AccountQuery) (Statements, error) {
		to := in.To.or(d.Today())
		from := in.From.or(billing.PeriodOf(to.Time()).FirstDay())
		all, err := d.Receivables.AccountStatements(ctx, in.Holder, from, to)
		return Statements{append([]invoice.AccountStatement{}, all...)}, err
	},
}
