package pipeline

import (
	"context"
	"errors"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/proof"
	"github.com/sluice-billing/sluice/internal/store"
)

// Status is where a month stands.
type Status struct {
	Period   billing.Period      `json:"period"`
	Payers   []store.PeriodState `json:"payers"`
	Loads    []Loaded            `json:"loads"`
	Findings []month.Finding     `json:"findings"`
	Held     int                 `json:"held"` // findings that hold the close
	Rated    *time.Time          `json:"rated,omitempty"`
	Preview  bool                `json:"preview,omitempty"`
	// Groups are the billing groups that the month was closed for, where that is
	// not all of them.
	Groups []string `json:"groups,omitempty"`
	// Reopened says that the month was opened again after its close.
	Reopened *store.Reopening `json:"reopened,omitempty"`
	// Stale says that something was loaded or declared after the month was rated.
	Stale    bool           `json:"stale,omitempty"`
	Invoices map[string]int `json:"invoices,omitempty"` // how many by state
	Proved   *bool          `json:"proved,omitempty"`   // whether the certificate has no residue
}

// Periods returns the months that have something loaded.
func (p *Pipeline) Periods(ctx context.Context) ([]billing.Period, error) {
	return p.home.Store.Periods(ctx)
}

// Status tells where a month stands.
func (p *Pipeline) Status(ctx context.Context, period billing.Period) (Status, error) {
	s := Status{Period: period}
	var err error
	if s.Payers, err = p.home.Store.PeriodStates(ctx, period); err != nil {
		return s, err
	}
	if s.Reopened, err = p.home.Store.Reopened(ctx, period); err != nil {
		return s, err
	}
	c, err := p.home.Config(ctx)
	if err != nil {
		return s, err
	}
	loads, _, err := p.home.InForce(ctx, c, period)
	if err != nil {
		return s, err
	}
	for _, l := range loads {
		loaded, err := loadedOf(l, true, nil)
		if err != nil {
			return s, err
		}
		s.Loads = append(s.Loads, loaded)
	}
	if s.Findings, err = p.home.Store.Findings(ctx, period); err != nil {
		return s, err
	}
	s.Held = len(holding(s.Findings))
	if err := p.ratedStatus(ctx, c, &s, loads); err != nil {
		return s, err
	}
	documents, err := p.home.Store.InvoiceFacts(ctx, period)
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

func (p *Pipeline) ratedStatus(ctx context.Context, c billing.Config, s *Status, loads []store.Load) error {
	r, detail, err := p.home.CurrentRating(ctx, s.Period)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	s.Rated, s.Preview, s.Groups = &r.At, detail.Preview, detail.Groups
	s.Stale = month.Stale(r, c, loads)
	certificate, err := proof.OnRecord(ctx, p.home.Store, s.Period)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	proved := certificate.Proved()
	s.Proved = &proved
	return nil
}
