package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/store"
)

// Status is where a month stands.
type Status struct {
	Period   billing.Period      `json:"period"`
	Payers   []store.PeriodState `json:"payers"`
	Loads    []Loaded            `json:"loads"`
	Findings []Finding           `json:"findings"`
	Held     int                 `json:"held"` // findings that hold the close
	Rated    *time.Time          `json:"rated,omitempty"`
	Preview  bool                `json:"preview,omitempty"`
	// Stale says that something was loaded or declared after the month was rated.
	Stale    bool           `json:"stale,omitempty"`
	Invoices map[string]int `json:"invoices,omitempty"` // how many by state
	Proved   *bool          `json:"proved,omitempty"`   // whether the certificate has no residue
}

// Periods returns the months that have something loaded.
func (p *Pipeline) Periods(ctx context.Context) ([]billing.Period, error) {
	return p.Store.Periods(ctx)
}

// Status tells where a month stands.
func (p *Pipeline) Status(ctx context.Context, period billing.Period) (Status, error) {
	s := Status{Period: period}
	var err error
	if s.Payers, err = p.Store.PeriodStates(ctx, period); err != nil {
		return s, err
	}
	c, err := p.Config(ctx)
	if err != nil {
		return s, err
	}
	loads, _, err := p.inForce(ctx, c, period)
	if err != nil {
		return s, err
	}
	current := map[string]bool{}
	for _, l := range loads {
		loaded, err := loadedOf(l, true, nil)
		if err != nil {
			return s, err
		}
		s.Loads = append(s.Loads, loaded)
		current[l.ID] = true
	}
	if s.Findings, err = p.Store.Findings(ctx, period); err != nil {
		return s, err
	}
	held, err := p.holding(ctx, period)
	if err != nil {
		return s, err
	}
	s.Held = len(held)
	if err := p.ratedStatus(ctx, c, &s, current); err != nil {
		return s, err
	}
	documents, err := p.Store.Invoices(ctx, period)
	if err != nil {
		return s, err
	}
	for _, d := range documents {
		if s.Invoices == nil {
			s.Invoices = map[string]int{}
		}
		s.Invoices[d.State]++
	}
	return s, nil
}

func (p *Pipeline) ratedStatus(ctx context.Context, c billing.Config, s *Status, current map[string]bool) error {
	r, detail, err := p.currentRating(ctx, s.Period)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	s.Rated, s.Preview = &r.At, detail.Preview
	s.Stale = r.Config != ruling(c) || len(r.Loads) != len(current)
	for _, id := range r.Loads {
		s.Stale = s.Stale || !current[id]
	}
	document, err := p.Store.Certificate(ctx, s.Period)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	var certificate Certificate
	if err := json.Unmarshal(document, &certificate); err != nil {
		return fmt.Errorf("the certificate of %s: %w", s.Period, err)
	}
	proved := certificate.Proved()
	s.Proved = &proved
	return nil
}

// Waive lets a finding no longer hold the close, with a reason that is kept.
func (p *Pipeline) Waive(ctx context.Context, period billing.Period, id, reason string) error {
	return p.Store.Waive(ctx, period, id, p.User, reason)
}

// Invoices returns the documents of a month, or of all months.
func (p *Pipeline) Invoices(ctx context.Context, period billing.Period) ([]invoice.Invoice, error) {
	return p.documents(ctx, period)
}

// Invoice returns a document by its id or number.
func (p *Pipeline) Invoice(ctx context.Context, idOrNumber string) (invoice.Invoice, error) {
	var inv invoice.Invoice
	stored, err := p.Store.Invoice(ctx, idOrNumber)
	if err != nil {
		return inv, err
	}
	return inv, json.Unmarshal(stored.Document, &inv)
}

// Issue makes a draft binding: it gets the next number of its series, the date,
// and is never changed again. Drafts of a preview, and of a month whose
// certificate has a residue, are not issued.
func (p *Pipeline) Issue(ctx context.Context, id string, on billing.Day) (invoice.Invoice, error) {
	draft, err := p.Invoice(ctx, id)
	if err != nil {
		return draft, err
	}
	unlock, err := p.lock(draft.Period)
	if err != nil {
		return draft, err
	}
	defer unlock()
	if draft, err = p.Invoice(ctx, id); err != nil { // as no other run can change it any more
		return draft, err
	}
	if draft.Preview {
		return draft, fmt.Errorf("%s is a preview: close %s without --preview first", draft.ID, draft.Period)
	}
	status, err := p.Status(ctx, draft.Period)
	if err != nil {
		return draft, err
	}
	switch {
	case status.Stale:
		return draft, fmt.Errorf("%s was drafted before the last change of data or configuration: close %s again, look at it, then issue it", draft.ID, draft.Period)
	case status.Proved == nil:
		return draft, fmt.Errorf("%s has no certificate: close %s again", draft.ID, draft.Period)
	case !*status.Proved:
		return draft, fmt.Errorf("the certificate of %s has a residue: `sluice reconcile %s` says where", draft.Period, draft.Period)
	}
	pattern, err := p.series(ctx, draft)
	if err != nil {
		return draft, err
	}
	var issued invoice.Invoice
	_, err = p.Store.IssueInvoice(ctx,
		store.Issue{Invoice: draft.ID, Series: invoice.SeriesKey(pattern, on, draft.Group), By: p.User, At: p.Now().UTC()},
		func(stored store.Invoice, seq int64) (string, json.RawMessage, error) {
			if err := json.Unmarshal(stored.Document, &issued); err != nil {
				return "", nil, err
			}
			issued = issued.Issue(invoice.Series(pattern, on, draft.Group, seq), on)
			document, err := json.Marshal(issued)
			return issued.Number, document, err
		})
	return issued, err
}

// series is the numbering of the draft's group as it was when it was drafted.
func (p *Pipeline) series(ctx context.Context, draft invoice.Invoice) (string, error) {
	_, detail, err := p.currentRating(ctx, draft.Period)
	if err != nil {
		return "", err
	}
	for _, g := range detail.Config.BillingGroups {
		if g.ID == draft.Group {
			return g.Invoice.Series, nil
		}
	}
	return "", fmt.Errorf("billing group %q is not in the configuration that %s was rated with", draft.Group, draft.Period)
}
