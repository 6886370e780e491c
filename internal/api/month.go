package api

import (
	"context"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/pipeline"
	"github.com/sluice-billing/sluice/internal/proof"
)

// InMonth names a month.
type InMonth struct {
	Period billing.Period `path:"period" doc:"The month, such as 2026-10" example:"2026-10"`
}

// ListMonths lists where the months stand that have something loaded.
var ListMonths = Listing[*Desk, struct{}, pipeline.Status]{
	ID: "list-months", Path: "/months", Tag: "Months", Title: "List months", Needs: access.ReadMonths, Kept: true,
	About: "Where each month stands that has something loaded, the oldest first: the states of its payers, loads, findings and documents.",
	Key:   func(s pipeline.Status) string { return s.Period.String() },
	Do: func(ctx context.Context, d *Desk, _ struct{}) ([]pipeline.Status, error) {
		periods, err := d.Pipeline.Periods(ctx)
		if err != nil {
			return nil, err
		}
		all := []pipeline.Status{}
		for _, p := range periods {
			s, err := d.Pipeline.Status(ctx, p)
			if err != nil {
				return nil, err
			}
			all = append(all, s)
		}
		return all, nil
	},
}

// ShowMonth tells where a month stands.
var ShowMonth = Operation[*Desk, InMonth, pipeline.Status]{
	ID: "show-month", Method: http.MethodGet, Path: "/months/{period}", Tag: "Months", Title: "Show a month", Needs: access.ReadMonths, Kept: true,
	About: "The state of every payer's month and why, what is loaded, the findings and which of them hold the close, the documents, and whether the certificate is a proof.",
	Do: func(ctx context.Context, d *Desk, in InMonth) (pipeline.Status, error) {
		return d.Pipeline.Status(ctx, in.Period)
	},
}

// ShowCertificate returns the proof of a month as it was made last.
var ShowCertificate = Operation[*Desk, InMonth, proof.Certificate]{
	ID: "show-certificate", Method: http.MethodGet, Path: "/months/{period}/certificate", Tag: "Months", Title: "Show the certificate of a month", Needs: access.ReadMonths, Kept: true,
	About: "What the last close, or proof since, made of the provider's money: every amount followed from its lines to the documents, and what is left over.",
	Do: func(ctx context.Context, d *Desk, in InMonth) (proof.Certificate, error) {
		return proof.OnRecord(ctx, d.Store, in.Period)
	},
}

// CloseInput says how to close a month.
type CloseInput struct {
	InMonth
	Body struct {
		Preview bool     `json:"preview,omitempty" doc:"Look ahead: draft even where findings hold the close. Previews cannot be issued"`
		Groups  []string `json:"groups,omitempty" maxItems:"10000" doc:"Close these billing groups before the rest"`
		Wait    bool     `json:"wait,omitempty" doc:"Queue while another run works on the month, instead of being refused"`
	}
}

// CloseMonth runs a whole month.
var CloseMonth = Operation[*Desk, CloseInput, proof.Certificate]{
	ID: "close-month", Method: http.MethodPost, Path: "/months/{period}/close", Tag: "Months", Title: "Close a month", Needs: access.RunMonths,
	About: "Loads what is new, prices every line, drafts the invoices and proves them. It can be done again at any time: drafts are made anew, issued invoices never change. " +
		"Findings that hold the close end it before the drafts, with the problem `held`.",
	Long: true, Exclusive: func(in CloseInput) string { return "month/" + in.Period.String() },
	Do: func(ctx context.Context, d *Desk, in CloseInput) (proof.Certificate, error) {
		if in.Body.Preview && len(in.Body.Groups) > 0 {
			return proof.Certificate{}, invalid("body.groups", "closes for good and preview does not; give one of the two")
		}
		certificate, err := d.Pipeline.CloseBy(ctx, in.Period, pipeline.Closing{Preview: in.Body.Preview, Groups: in.Body.Groups, Wait: in.Body.Wait})
		d.prepareQuestions(ctx, in.Period)
		return certificate, err
	},
}
