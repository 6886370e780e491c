package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/pipeline"
	"github.com/sluice-billing/sluice/internal/proof"
)

// ShowReadiness tells whether the providers have closed a month.
var ShowReadiness = Operation[*Desk, InMonth, pipeline.Readiness]{
	ID: "show-readiness", Method: http.MethodGet, Path: "/months/{period}/readiness", Tag: "Months", Title: "Show whether the providers have closed a month", Needs: access.ReadMonths,
	About: "Counts, for every declared payer, the usage lines that carry the provider's invoice id and those that do not yet, as far as the month is loaded. " +
		"A month is ready when it is over and every usage line carries one. It also lists the invoice ids that were seen, and which of the declared provider invoices have arrived.",
	Do: func(ctx context.Context, d *Desk, in InMonth) (pipeline.Readiness, error) {
		return d.Pipeline.Readiness(ctx, in.Period)
	},
}

// ListCalendar tells when the parts of a month usually are final.
var ListCalendar = Listing[*Desk, InMonth, pipeline.CalendarEntry]{
	ID: "list-calendar", Path: "/months/{period}/calendar", Tag: "Months", Title: "List when a month usually is final", Needs: access.ReadMonths,
	About: "On which day each provider usually is done with the parts of a month, and where they stand as far as the month is loaded: due until that day has passed, late after it, done when the lines say so. Days are UTC.",
	Key:   func(e pipeline.CalendarEntry) string { return e.Payer + " " + e.Part },
	Do: func(ctx context.Context, d *Desk, in InMonth) ([]pipeline.CalendarEntry, error) {
		return d.Pipeline.Calendar(ctx, in.Period)
	},
}

// ReopenInput says why a month is opened again.
type ReopenInput struct {
	InMonth
	Body struct {
		Reason string `json:"reason" maxLength:"2000" doc:"Why it is opened again, in a text that auditors will read"`
	}
}

// ReopenMonth opens a closed month again.
var ReopenMonth = Operation[*Desk, ReopenInput, pipeline.Reopened]{
	ID: "reopen-month", Method: http.MethodPost, Path: "/months/{period}/reopen", Tag: "Months", Title: "Open a closed month again", Needs: access.RunMonths,
	About: "Makes a closed month one that is only rated: configuration may change its prices again, without `force`, until the next close. Who opened it, when and why is kept. " +
		"Issued invoices stay as they are; what changes for them needs a credit or debit note. Refused where the month is not closed.",
	Do: func(ctx context.Context, d *Desk, in ReopenInput) (pipeline.Reopened, error) {
		if strings.TrimSpace(in.Body.Reason) == "" {
			return pipeline.Reopened{}, invalid("body.reason", "is missing; opening a month again needs a reason")
		}
		return d.Pipeline.Reopen(ctx, in.Period, in.Body.Reason)
	},
}

// ReconcileMonth proves a closed month again.
var ReconcileMonth = Operation[*Desk, InMonth, proof.Certificate]{
	ID: "reconcile-month", Method: http.MethodPost, Path: "/months/{period}/reconcile", Tag: "Months", Title: "Prove a closed month again", Needs: access.RunMonths,
	About: "Makes the certificate of a month again, from the lake and the documents as they are now and the provider's invoices as they are declared now. It prices nothing and drafts nothing.",
	Long:  true, Exclusive: func(in InMonth) string { return "month/" + in.Period.String() },
	Do: func(ctx context.Context, d *Desk, in InMonth) (proof.Certificate, error) {
		return d.Pipeline.Reconcile(ctx, in.Period)
	},
}
