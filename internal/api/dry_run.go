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
		Config        *Configuration   `json:"config,omitempty" doc:"What to try, together with the configuration in force, as if it were applied"`
		Changes       []DeclaredChange `json:"changes,omitempty" maxItems:"100" doc:"Declared things as they shall be, such as one price book, instead of config"`
		Group         string           `json:"group,omitempty" maxLength:"200" doc:"Of one billing group alone, by its id"`
		AgainstIssued bool             `json:"against_issued,omitempty" doc:"Propose the notes that would correct the issued invoices, too"`
		Draft         bool             `json:"draft,omitempty" doc:"With group: draft its documents, too, as if nothing were issued to it; nothing of them is kept. Needs the permission invoices.read"`
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
		if in.Body.Draft && in.Body.Group == "" {
			return trial.DryRun{}, invalid("body.group", "is needed to draft documents; name the billing group")
		}
		if in.Body.Draft {
			if err := d.May(access.ReadBills); err != nil {
				return trial.DryRun{}, err
			}
		}
		wanted, err := d.tried(ctx, in)
		if err != nil {
			return trial.DryRun{}, err
		}
		return d.Trials.DryRun(ctx, trial.DryRunInput{
			Period: in.Period, Config: wanted, Group: in.Body.Group, AgainstIssued: in.Body.AgainstIssued, Draft: in.Body.Draft,
		})
	},
}

// tried is the configuration that a dry run is to price by. Changes take away and put
// in the place of what they name; a configuration is added to what is in force.
func (d *Desk) tried(ctx context.Context, in DryRunInput) (billing.Config, error) {
	var how declaring
	switch {
	case in.Body.Config != nil && len(in.Body.Changes) > 0:
		return billing.Config{}, invalid("body.changes", "goes instead of config; give one of the two")
	case in.Body.Config != nil:
		how.wanted = billing.Config(*in.Body.Config)
	case len(in.Body.Changes) > 0:
		laid, err := d.laid(in.Body.Changes)
		if err != nil {
			return laid, err
		}
		how.wanted, how.prune = laid, true
	}
	changes, _, err := d.compare(ctx, how)
	if err != nil {
		return billing.Config{}, err
	}
	return d.With(ctx, changes)
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
