package api

import (
	"context"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/proof"
)

// DraftInput names a month, and billing groups in it.
type DraftInput struct {
	InMonth
	Body struct {
		Groups []string `json:"groups,omitempty" maxItems:"100000" doc:"Only the drafts of these billing groups; all where none is named"`
	}
}

// DraftMonth makes the drafts of a month again.
var DraftMonth = Operation[*Desk, DraftInput, proof.Certificate]{
	ID: "draft-month", Method: http.MethodPost, Path: "/months/{period}/draft", Tag: "Months", Title: "Make drafts again", Needs: access.RunMonths,
	About: "Makes the drafts of a rated month again: with its settings, exchange rates, applied entries, items and names as they are now, and the charges in force. Nothing is priced again; " +
		"where prices or data changed it is refused, and the month is closed again instead. Documents that are issued stay; where the month comes to something else now, the draft is the credit or debit note that corrects them.",
	Upload: mostNamed,
	Long:   true, Exclusive: func(in DraftInput) string { return "month/" + in.Period.String() },
	Do: func(ctx context.Context, d *Desk, in DraftInput) (proof.Certificate, error) {
		return d.Pipeline.Draft(ctx, in.Period, in.Body.Groups)
	},
}

// ShowNeeds says what a month needs to be up to date.
var ShowNeeds = Operation[*Desk, InMonth, desk.Needs]{
	ID: "show-needs", Method: http.MethodGet, Path: "/months/{period}/needs", Tag: "Months", Title: "Say what a month needs to be up to date", Needs: access.ReadBills,
	About: "Compares a month with what is declared, agreed and loaded now. Where ownership, price books, commitments or data changed, the month must be closed again, and `rating` names what. " +
		"Where settings, exchange rates, entries, items or names changed, `drafts` are those that would become others, with why and by how much. `masters` are the billing groups whose settings of the month are not those of their master any more.",
	Do: func(ctx context.Context, d *Desk, in InMonth) (desk.Needs, error) {
		return d.Documents.Needs(ctx, in.Period)
	},
}
