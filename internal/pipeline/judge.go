package pipeline

import (
	"context"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/rating"
	"github.com/sluice-billing/sluice/internal/store"
)

// stageClose is the stage under which the findings of a close are kept.
const stageClose = "close"

// judge stores the findings of the close and the states of the payers'
// periods, and returns what holds the close: of a close of some groups, what is
// about them.
func (p *Pipeline) judge(ctx context.Context, m *month.Work) ([]month.Finding, error) {
	findings, err := rating.Findings(ctx, m.Session, m.Config)
	if err != nil {
		return nil, err
	}
	findings = append(findings, m.Found...)
	findings = append(findings, loadFindings(m)...)
	for _, l := range m.Loads {
		payer, err := month.PayerOf(m.Config, l.Payer)
		if err != nil {
			return nil, err
		}
		open, err := p.finality(l, payer)
		if err != nil {
			return nil, err
		}
		if open != nil {
			findings = append(findings, *open)
		}
	}
	if err := p.home.Store.ReplaceFindings(ctx, m.Period, stageClose, "", findings); err != nil {
		return nil, err
	}
	all, err := p.home.Store.Findings(ctx, m.Period)
	if err != nil {
		return nil, err
	}
	held := holding(all)
	if err := p.putRated(ctx, m, len(held)); err != nil {
		return nil, err
	}
	if m.Groups == nil {
		return held, nil
	}
	return concerning(ctx, m, held)
}

// loadFindings says which loads were left out, and which files are in the month
// twice.
func loadFindings(m *month.Work) []billing.Finding {
	var findings []billing.Finding
	for _, l := range m.Left {
		findings = append(findings, billing.Finding{
			Code: "source-gone", Severity: billing.Warn, Subject: l.Payer + " " + l.Report, Count: l.Rows,
			Message: fmt.Sprintf("these lines came from source %s, which is not declared any more; they are left out of the month. Declare it again if they belong to it", l.Source),
		})
	}
	first := map[string]store.Load{}
	for _, l := range m.Loads {
		for _, f := range l.Files {
			other, again := first[f.SHA256]
			if !again {
				first[f.SHA256] = l
				continue
			}
			findings = append(findings, billing.Finding{
				Code: "file-twice", Severity: billing.Hold, Subject: l.Payer + " " + l.Report, File: f.Key, Count: f.Rows,
				Message: fmt.Sprintf("this file is in the month twice: it also belongs to report %s of payer %s from source %s. Its lines would be billed twice; take one of the two sources away", other.Report, other.Payer, other.Source),
			})
		}
	}
	return findings
}

// holding returns those of a month's findings that hold its close.
func holding(all []month.Finding) []month.Finding {
	var held []month.Finding
	for _, f := range all {
		if f.Severity == billing.Hold && f.Waived == nil {
			held = append(held, f)
		}
	}
	return held
}

// finality judges whether a load is complete (R29). It returns what speaks
// against it, or what could not be proved, or nil.
func (p *Pipeline) finality(l store.Load, payer billing.Payer) (*billing.Finding, error) {
	totals, err := month.TotalsOf(l)
	if err != nil {
		return nil, err
	}
	subject := l.Payer + " " + l.Report
	over := !p.home.Now().Before(l.Period.End())
	switch {
	case payer.Finality != "period-end" && totals.InvoiceIDs && totals.OpenUsage == 0 && over:
		return nil, nil
	case payer.Finality != "period-end" && totals.InvoiceIDs && over:
		return &billing.Finding{
			Code: "not-final", Severity: billing.Hold, Subject: subject, Count: totals.OpenUsage,
			Message: "usage lines have no provider invoice id yet: the provider has not closed this month. Close it when the invoice is out, usually after the 5th",
		}, nil
	case !over:
		return &billing.Finding{
			Code: "not-final", Severity: billing.Hold, Subject: subject, Count: totals.Rows,
			Message: fmt.Sprintf("%s is not over; what is loaded is an estimate", l.Period),
		}, nil
	case payer.Finality == "period-end":
		return nil, nil
	default:
		return &billing.Finding{
			Code: "finality-unknown", Severity: billing.Info, Subject: subject,
			Message: "the export has no invoice ids, so that the month is final cannot be read from it; it was taken as final because the month is over. Say `finality: period-end` at the payer to agree",
		}, nil
	}
}
