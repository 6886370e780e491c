package api

import (
	"context"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/trial"
)

// mostTried is the largest configuration that is tried on a month, in bytes.
const mostTried = 8 << 20

// DryRunInput is what to try on a month.
type DryRunInput struct {
	InMonth
	Body struct {
		Config        *Configuration `json:"config,omitempty" doc:"What to try, together with the configuration in force, as if it were applied"`
		Group         string         `json:"group,omitempty" maxLength:"200" doc:"Of one billing group alone, by its id"`
		AgainstIssued bool           `json:"against_issued,omitempty" doc:"Propose the notes that would correct the issued invoices, too"`
	}
}

// DryRunMonth tries a configuration on a month.
var DryRunMonth = Operation[*Desk, DryRunInput, trial.DryRun]{
	ID: "dry-run-month", Method: http.MethodPost, Path: "/months/{period}/dry-run", Tag: "Months", Title: "Try a configuration on a month", Needs: access.ReadPrices, Upload: mostTried,
	About: "Prices any month that is loaded by the configuration in force together with the given one, as if it were applied, and shows the difference to what is in force: " +
		"what the month was rated with last or, where it is not rated yet, what the present configuration makes of it. Nothing is applied, and no document changes.\n\n" +
		"Amounts are sums of usage and marketplace before discount, items and tax: in the provider's currency, and in that of the invoice at the month's rate.",
	Long: true,
	Do: func(ctx context.Context, d *Desk, in DryRunInput) (trial.DryRun, error) {
		var tried billing.Config
		if in.Body.Config != nil {
			tried = billing.Config(*in.Body.Config)
		}
		changes, _, err := d.compare(ctx, declaring{wanted: tried})
		if err != nil {
			return trial.DryRun{}, err
		}
		wanted, err := d.With(ctx, changes)
		if err != nil {
			return trial.DryRun{}, err
		}
		return d.Trials.DryRun(ctx, trial.DryRunInput{Period: in.Period, Config: wanted, Group: in.Body.Group, AgainstIssued: in.Body.AgainstIssued})
	},
}

// ShowDrift compares a month with what its exports say now.
var ShowDrift = Operation[*Desk, InMonth, trial.Drift]{
	ID: "show-drift", Method: http.MethodPost, Path: "/months/{period}/drift", Tag: "Months", Title: "Show what later exports do to a month", Needs: access.ReadMargin,
	About: "Compares a month as it was rated with the exports that are in force now: what the provider changed, by owner, account and service; what that does to what customers pay, " +
		"at the prices the month was rated with; and the credit or debit notes that would correct what is issued. Nothing changes, and sources are not read. Needs the permission `prices.read`, too.",
	Long: true,
	Do: func(ctx context.Context, d *Desk, in InMonth) (trial.Drift, error) {
		if err := d.May(access.ReadPrices); err != nil {
			return trial.Drift{}, err
		}
		return d.Trials.Drift(ctx, in.Period)
	},
}
