package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/month"
)

// ListFindings lists the findings of a month.
var ListFindings = Listing[*Desk, InMonth, month.Finding]{
	ID: "list-findings", Path: "/months/{period}/findings", Tag: "Months", Title: "List the findings of a month", Needs: access.ReadMonths, Kept: true,
	About: "What was found in the month's data, its close and its drafts, with the waivers of those that are accepted.",
	Key:   func(f month.Finding) string { return f.ID },
	Do: func(ctx context.Context, d *Desk, in InMonth) ([]month.Finding, error) {
		s, err := d.Pipeline.Status(ctx, in.Period)
		return append([]month.Finding{}, s.Findings...), err
	},
}

// WaiveInput accepts a finding.
type WaiveInput struct {
	InMonth
	ID   string `path:"id" maxLength:"100" doc:"The finding, such as F-0123456789ab"`
	Body struct {
		Reason string `json:"reason" maxLength:"2000" doc:"Why it is accepted, in a text that auditors will read"`
	}
}

// Waived is a finding that was accepted.
type Waived struct {
	Period  billing.Period `json:"period"`
	Finding string         `json:"finding"`
	Reason  string         `json:"reason"`
	Held    int            `json:"held" doc:"How many findings still hold the close"`
}

// WaiveFinding accepts a finding as it is.
var WaiveFinding = Operation[*Desk, WaiveInput, Waived]{
	ID: "waive-finding", Method: http.MethodPost, Path: "/months/{period}/findings/{id}/waive", Tag: "Months", Title: "Accept a finding as it is", Needs: access.WaiveFindings,
	About: "The finding no longer holds the close, or no longer keeps a draft from being issued. Who waived it, when and why is kept. " +
		"The waiver holds for exactly what was seen: when count or amount of the finding change, it is in the way again.",
	Do: func(ctx context.Context, d *Desk, in WaiveInput) (Waived, error) {
		if strings.TrimSpace(in.Body.Reason) == "" {
			return Waived{}, invalid("body.reason", "is missing; a waiver needs a reason")
		}
		if err := d.Waive(ctx, in.Period, in.ID, in.Body.Reason); err != nil {
			return Waived{}, err
		}
		s, err := d.Pipeline.Status(ctx, in.Period)
		return Waived{in.Period, in.ID, in.Body.Reason, s.Held}, err
	},
}
